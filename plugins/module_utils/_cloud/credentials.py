# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an identity is: pure types that never print a secret."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import NamedTuple, Union


def is_header_value(text: str) -> bool:
    """Whether a key or a token can be sent: it is not empty, and holds no blank or line break."""
    return re.fullmatch(r"[\x21-\x7e]+", text) is not None


def is_text(text: str) -> bool:
    """Whether a text can be sent: bytes of the environment that are no UTF-8 come as halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class AccessKey:
    """A permanent key, or with a security token a temporary one."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)

    def secrets(self) -> tuple[str | None, ...]:
        """What must never be shown."""
        return (self.access_key, self.secret_key, self.security_token)

    def digest(self) -> str:
        """Hexadecimal SHA-256 that tells this identity from others."""
        return _digest("access_key", self.access_key, self.secret_key, self.security_token or "")


@dataclass(frozen=True)
class Token:
    """A token that IAM issued."""

    token: str = field(repr=False)

    def secrets(self) -> tuple[str | None, ...]:
        """What must never be shown."""
        return (self.token,)

    def digest(self) -> str:
        """Hexadecimal SHA-256 that tells this identity from others."""
        return _digest("token", self.token)


@dataclass(frozen=True)
class Password:
    """A user's name and password, which IAM exchanges for a token."""

    username: str
    password: str = field(repr=False)
    domain_name: str

    def secrets(self) -> tuple[str | None, ...]:
        """What must never be shown."""
        return (self.password,)

    def digest(self) -> str:
        """Hexadecimal SHA-256 that tells this identity from others; without the password, which could be guessed."""
        return _digest("password", self.username, self.domain_name)


Credentials = Union[AccessKey, Token, Password]


class ResolvedCredentials(NamedTuple):
    """Credentials and what else their source says.

    :ivar source: where they come from, in words for a message.
    :ivar region: the region of the same file or profile.
    :ivar project_id: the project of the same file or profile.
    :ivar iam_endpoint: IAM's address of the same file.
    """

    credentials: Credentials
    source: str
    region: str | None = None
    project_id: str | None = None
    iam_endpoint: str | None = None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

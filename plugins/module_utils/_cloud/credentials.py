# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials: pure types that never print a secret, and what is wrong with a key or a token."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Union

#: What is wrong with a key or a token, the first that applies. Keys are letters and digits, tokens base64, so that
#: quotation marks, brackets and blanks come from files, templates and examples.
_KEY_FAULTS = (
    (re.compile(r""), "is empty"),
    (re.compile(r"(?s)([\"'`]).*\1"), "is in quotation marks. Remove them"),
    (re.compile(r"(?s).*[\r\n]"), "ends with a line break"),
    (re.compile(r"(?s)\s.*|.*\s"), "begins or ends with a blank"),
    (re.compile(r"(?s)(?:\$?\{|<).*[}>]"), "looks like a placeholder. Replace it with the real value"),
    (re.compile(r"(?s).*[\r\n].*"), "contains a line break"),
    (re.compile(r"(?s).*\s[;#].*"), "contains a blank. In an INI file, put the comment on a separate line"),
    (re.compile(r"(?s).*\s.*"), "contains a blank"),
    (re.compile(r"(?s).*[\"'`].*"), "contains a quotation mark"),
    (re.compile(r"(?s).*[${}<>].*"), "contains one of $ { } < >, which keys and tokens do not contain"),
)
_PRINTABLE_ASCII = re.compile(r"[\x21-\x7e]+")


def key_fault(text: str) -> str | None:
    """Return what is wrong with a key or a token, as the end of a sentence that does not quote it; None if nothing is.

    No length is demanded: the vendor publishes none.
    """
    if _PRINTABLE_ASCII.fullmatch(text) and not re.search(r"[\"'`${}<>]", text):
        return None
    fault = next((fault for pattern, fault in _KEY_FAULTS if pattern.fullmatch(text)), None)
    return fault or "contains a control character, or one outside ASCII such as an ellipsis"


def is_header_value(text: str) -> bool:
    """Return whether a text can be sent as a header: it is not empty, and printable ASCII without blanks."""
    return _PRINTABLE_ASCII.fullmatch(text) is not None


def is_text(text: str) -> bool:
    """Return whether a text can be encoded: bytes of the environment that are not UTF-8 come as unpaired surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True)
class AccessKey:
    """A permanent access key, or with a security token a temporary one.

    :ivar source: where the credentials are from, in words for a message.
    :ivar is_of_agency: whether it was issued for an agency.
    """

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    source: str = field(default="", compare=False)
    is_of_agency: bool = field(default=False, compare=False)

    @property
    def kind(self) -> str:
        """The kind of credentials, a key of :data:`.hints.AUTHENTICATION`."""
        if self.is_of_agency:
            return "agency"
        return "access key" if self.security_token is None else "temporary access key"

    def secrets(self) -> tuple[str | None, ...]:
        """Return what must never be shown."""
        return (self.access_key, self.secret_key, self.security_token)

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 that distinguishes these credentials from others."""
        return _digest("access_key", self.access_key, self.secret_key, self.security_token or "")


@dataclass(frozen=True)
class Token:
    """A token that IAM issued.

    :ivar source: where the credentials are from, in words for a message.
    """

    kind: ClassVar[str] = "token"
    token: str = field(repr=False)
    source: str = field(default="", compare=False)

    def secrets(self) -> tuple[str | None, ...]:
        """Return what must never be shown."""
        return (self.token,)

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 that distinguishes these credentials from others."""
        return _digest("token", self.token)


@dataclass(frozen=True)
class Password:
    """A user's name and password, which IAM exchanges for a token.

    :ivar source: where the credentials are from, in words for a message.
    """

    kind: ClassVar[str] = "password"
    username: str
    password: str = field(repr=False)
    domain_name: str
    source: str = field(default="", compare=False)

    def secrets(self) -> tuple[str | None, ...]:
        """Return what must never be shown."""
        return (self.password,)

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 that distinguishes these credentials from others.

        It leaves out the password, which could be found by trial from the digest.
        """
        return _digest("password", self.username, self.domain_name)


@dataclass(frozen=True)
class OidcToken:
    """A token of an OIDC identity provider, such as a CI system, which STS exchanges for temporary keys of an agency.

    :ivar seconds: for how long the keys are valid.
    :ivar origin: source of the token, in words for a message.
    """

    kind: ClassVar[str] = "OIDC token"
    id_token: str = field(repr=False)
    provider_urn: str
    agency_urn: str
    session_name: str
    seconds: int
    origin: str = field(default="", compare=False)

    @property
    def source(self) -> str:
        """The source of the token, and what it is exchanged for, in words for a message."""
        return f"{self.origin}, then the agency {self.agency_urn}"

    def secrets(self) -> tuple[str | None, ...]:
        """Return what must never be shown."""
        return (self.id_token,)

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of what was configured: the token differs in each run."""
        return _digest("oidc", self.provider_urn, self.agency_urn)


@dataclass(frozen=True)
class Agency:
    """An agency, with which another account delegates access.

    :ivar name: its name in the other account.
    :ivar account: ``domain_name`` or ``domain_id``, and the value that names the account that created it.
    :ivar origin: the options or variables that name it, in words.
    """

    name: str
    account: tuple[str, str]
    origin: str = field(default="", compare=False)

    def after(self, source: str) -> str:
        """Say that the agency is assumed with the credentials of a source."""
        return f"{source}, then the agency {self.name!r} of the account {self.account[1]!r} from {self.origin}"


@dataclass(frozen=True)
class AssumedAgency:
    """Credentials that IAM exchanges for temporary keys of an agency.

    :ivar base: what is exchanged.
    """

    kind: ClassVar[str] = "assumed agency"
    base: AccessKey | Token | Password | OidcToken
    agency: Agency

    @property
    def source(self) -> str:
        """The sources of both, in words for a message."""
        return self.agency.after(self.base.source)

    def secrets(self) -> tuple[str | None, ...]:
        """Return what must never be shown."""
        return self.base.secrets()

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of what was configured: the temporary keys differ each time."""
        return _digest("agency", self.agency.name, *self.agency.account, self.base.digest())


#: What a request can carry; a password is exchanged for a token.
CarriedCredentials = Union[AccessKey, Token, Password]
#: What a source can have.
BaseCredentials = Union[AccessKey, Token, Password, OidcToken]
Credentials = Union[AccessKey, Token, Password, OidcToken, AssumedAgency]


def base_of(credentials: Credentials) -> BaseCredentials:
    """Return the credentials without the agency that is assumed with them."""
    return credentials.base if isinstance(credentials, AssumedAgency) else credentials


class ResolvedCredentials(NamedTuple):
    """Credentials and what else their source says.

    :ivar credentials: None until the provider has authenticated, where that needs the network.
    :ivar source: where they come from, in words for a message.
    :ivar region: the region of the same file or profile.
    :ivar project_id: the project of the same file or profile.
    :ivar iam_endpoint: the IAM endpoint of the same file.
    :ivar agency: the agency to assume with the credentials.
    """

    credentials: BaseCredentials | None
    source: str
    region: str | None = None
    project_id: str | None = None
    iam_endpoint: str | None = None
    agency: Agency | None = None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

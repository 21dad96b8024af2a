# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an identity may come from: the sources, and those of them that are values given by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from .credentials import AccessKey, Credentials, Password, ResolvedCredentials, Token, is_header_value, is_text
from .errors import ConfigurationError


class CredentialsNotFound(Exception):
    """A source has no identity; the text says what was tried."""


class Source(Protocol):
    """A place that may know an identity."""

    def find(self) -> ResolvedCredentials:
        """The identity.

        :raises CredentialsNotFound: where this source has none.
        :raises ConfigurationError: where it has one that cannot be used.
        """


class NamedSource(Source, Protocol):
    """A source that the user named."""

    @property
    def label(self) -> str:
        """The options or variables that name it, in words."""


def resolve_credentials(sources: Iterable[Source]) -> ResolvedCredentials:
    """The identity of the first source that has one.

    :raises ConfigurationError: where none has, with every source tried.
    """
    tried = []
    for source in sources:
        try:
            return source.find()
        except CredentialsNotFound as reason:
            tried.append(str(reason))
    raise ConfigurationError(
        "No credentials found. Give access_key and secret_key, auth_token, or username, password and domain_name. "
        f"Tried: {'; '.join(tried)}"
    )


class FieldNames(NamedTuple):
    """What one source calls the parts of an identity; None where it has no such part."""

    access_key: str | None = None
    secret_key: str | None = None
    security_token: str | None = None
    auth_token: str | None = None
    username: str | None = None
    password: str | None = None
    domain_name: str | None = None


@dataclass(frozen=True)
class StaticCredentials:
    """Values that were given by name: options of the task, or variables of the environment.

    :ivar values: what is set, by the source's own names.
    :ivar names: how the source names each part.
    :ivar description: of the source, in words.
    """

    values: Mapping[str, str] = field(repr=False)
    names: FieldNames
    description: str

    def find(self) -> ResolvedCredentials:
        """The first kind that is given: keys, then a token, then a password.

        :raises CredentialsNotFound: where none is given.
        :raises ConfigurationError: where one is given by half.
        """
        credentials = next(self.kinds(), None)
        if credentials is None:
            raise CredentialsNotFound(self.description)
        return ResolvedCredentials(credentials, self.description)

    def kinds(self) -> Iterator[Credentials]:
        """Every kind that is given; what is wrong with one does not matter before it is its turn.

        :raises ConfigurationError: where one is given by half.
        """
        names = self.names
        if self._is_given(names.access_key, names.secret_key):
            access_key, secret_key = self._whole(names.access_key, names.secret_key)
            yield AccessKey(access_key, secret_key, self._value(names.security_token))
        if self._is_given(names.auth_token):
            (token,) = self._whole(names.auth_token)
            yield Token(token)
        if self._is_given(names.username, names.password):
            yield Password(*self._whole(names.username, names.password, names.domain_name))

    def _is_given(self, *names: str | None) -> bool:
        return any(self._value(name) is not None for name in names)

    def _value(self, name: str | None) -> str | None:
        value = self.values.get(name) if name is not None else None
        if value is None:
            return None
        if name not in (self.names.username, self.names.password, self.names.domain_name):
            _check_header_value(value, f"{name} ({self.description})")
        elif not is_text(value):
            raise ConfigurationError(f"{name} ({self.description}) is not UTF-8")
        return value

    def _whole(self, *names: str | None) -> list[str]:
        found = {name: self._value(name) for name in names if name is not None}
        missing = [name for name, value in found.items() if value is None]
        if missing:
            given = [name for name, value in found.items() if value is not None]
            raise ConfigurationError(
                f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} given without {' and '.join(missing)} "
                f"({self.description}); all of one kind have to come from the same source"
            )
        return [value for value in found.values() if value is not None]


@dataclass(frozen=True)
class TaskOptions:
    """The options of the task: here two kinds at once are a mistake.

    :ivar given: the values.
    :ivar files: the files and profiles that the task names, which are an identity of the task too.
    """

    given: StaticCredentials
    files: NamedSource | None = None

    def find(self) -> ResolvedCredentials:
        """The one identity that the task gives.

        :raises CredentialsNotFound: where it gives none.
        :raises ConfigurationError: where it gives half of one, or two.
        """
        labels = [_KIND[type(credentials)] for credentials in self.given.kinds()]
        if self.files is not None:
            labels.append(self.files.label)
        if len(labels) > 1:
            raise ConfigurationError(f"The task gives {' and '.join(labels)}: give one kind of credentials only")
        return self.given.find() if self.files is None else self.files.find()


_KIND: dict[type, str] = {
    AccessKey: "access_key and secret_key",
    Token: "auth_token",
    Password: "username and password",
}


def _check_header_value(value: str, origin: str) -> None:
    """A key or a token becomes part of a header.

    :raises ConfigurationError: where it cannot.
    """
    if not is_header_value(value):
        raise ConfigurationError(f"{origin} is empty, or holds a blank, a line break or another character of no key")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that are given by name: the options of a task, the variables of the environment, the keys of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..credentials import AccessKey, BaseCredentials, Password, ResolvedCredentials, Token, is_text, key_fault
from ..errors import ConfigurationError
from ..setting import Setting, describe_origins
from .provider import CredentialProvider, CredentialsNotFound

#: The options of each kind of credentials, in order of precedence. A security token belongs to keys of its source.
CREDENTIAL_KINDS = {
    "access_key and secret_key": ("access_key", "secret_key"),
    "auth_token": ("auth_token",),
    "username and password": ("username", "password", "domain_name"),
}
SECURITY_TOKEN = "security_token"
#: How a task calls each option of credentials.
OPTION_NAMES = {option: option for options in CREDENTIAL_KINDS.values() for option in (*options, SECURITY_TOKEN)}
#: Options that do not show by themselves that credentials are given.
_DEPENDENT = ("domain_name",)
_PLAIN_TEXT = frozenset(CREDENTIAL_KINDS["username and password"])


@dataclass(frozen=True)
class GivenCredentials(CredentialProvider):
    """Credentials whose parts are given by name.

    :ivar values: what is set, by option.
    :ivar names: what the source calls each option that it can have.
    :ivar description: of the source, in words.
    :ivar fault: what is wrong with a key or a token, None if nothing is.
    """

    values: Mapping[str, Setting] = field(repr=False)
    names: Mapping[str, str]
    description: str
    fault: Callable[[str], str | None] = key_fault

    def validate(self) -> ResolvedCredentials:
        """Return the first kind that is given: keys, then a token, then a password.

        :raises CredentialsNotFound: if none is given.
        :raises ConfigurationError: if the first is incomplete, or has characters that none has.
        """
        kind = next(self.kinds(), None)
        if kind is None:
            raise CredentialsNotFound(self.description)
        credentials = self._credentials(kind)
        return ResolvedCredentials(credentials, credentials.source)

    def kinds(self) -> Iterator[str]:
        """Yield the name of each kind of which something is given."""
        for kind, options in CREDENTIAL_KINDS.items():
            if any(option in self.values for option in options if option not in _DEPENDENT):
                yield kind

    def _credentials(self, kind: str) -> BaseCredentials:
        parts = self._complete(CREDENTIAL_KINDS[kind])
        if kind == "auth_token":
            return Token(parts[0], self._source("auth_token"))
        if kind == "username and password":
            username, password, domain_name = parts
            return Password(username, password, domain_name, self._source(*CREDENTIAL_KINDS[kind]))
        access_key, secret_key = parts
        security_token = self._checked(SECURITY_TOKEN) if SECURITY_TOKEN in self.values else None
        source = self._source("access_key", "secret_key", SECURITY_TOKEN)
        return AccessKey(access_key, secret_key, security_token, source)

    def _source(self, *options: str) -> str:
        return describe_origins(self.values[option] for option in options if option in self.values)

    def _complete(self, options: tuple[str, ...]) -> list[str]:
        missing = [self.names[option] for option in options if option not in self.values]
        if missing:
            given = [self.names[option] for option in options if option in self.values]
            raise ConfigurationError(
                f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} set without {' and '.join(missing)} "
                f"({self.description}). Set all of them in the same source"
            )
        return [self._checked(option) for option in options]

    def _checked(self, option: str) -> str:
        value, origin = self.values[option]
        fault = _text_fault(value) if option in _PLAIN_TEXT else self.fault(value)
        if fault is not None:
            raise ConfigurationError(f"{origin} {fault}")
        return str(value)


def _text_fault(text: str) -> str | None:
    return None if is_text(text) else "is not UTF-8"


@dataclass(frozen=True)
class TaskCredentials(CredentialProvider):
    """The credentials of the task, where two kinds at once are an error.

    :ivar given: its options.
    :ivar files: the files and profiles that it names, which are credentials of the task too.
    :ivar file_options: the options that name them.
    """

    given: GivenCredentials
    files: CredentialProvider | None = None
    file_options: tuple[str, ...] = ()

    def validate(self) -> ResolvedCredentials:
        """Return the credentials of the one kind that the task gives.

        :raises CredentialsNotFound: if it gives none.
        :raises ConfigurationError: if it gives two kinds, or one that cannot be used.
        """
        kinds = list(self.given.kinds())
        if self.files is not None:
            kinds.append(" and ".join(self.file_options))
        if len(kinds) > 1:
            raise ConfigurationError(f"The task sets {' and '.join(kinds)}. Set one kind of credentials only")
        return self.given.validate() if self.files is None else self.files.validate()

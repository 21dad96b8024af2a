# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an identity may come from: one small class for each source, and the order in which they are asked."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .credentials import AccessKey, Credentials, Identity, Password, Token, is_header_value
from .errors import ConfigurationError

DEFAULT_CREDENTIALS_FILE = "~/.huaweicloud/credentials"
DEFAULT_SHARED_CONFIG_FILE = "~/.hcloud/config.json"
DEFAULT_SECTION = "basic"

# Plain keys are 20 and 40 letters and digits; what KooCLI encrypts is longer, and base64 or hexadecimal.
_PLAIN_ACCESS_KEY = re.compile(r"[A-Za-z0-9_-]{1,32}")
_PLAIN_SECRET_KEY = re.compile(r"[A-Za-z0-9_-]{1,48}")


class NotHere(Exception):
    """A source has no identity; the text says what was tried."""


class Source(Protocol):
    """A place that may know an identity."""

    def find(self) -> Identity:
        """The identity.

        :raises NotHere: where this source has none.
        :raises ConfigurationError: where it has one that cannot be used.
        """


def find_identity(sources: Iterable[Source]) -> Identity:
    """The identity of the first source that has one.

    :raises ConfigurationError: where none has, with every source tried.
    """
    tried = []
    for source in sources:
        try:
            return source.find()
        except NotHere as reason:
            tried.append(str(reason))
    raise ConfigurationError(
        "No credentials found. Give access_key and secret_key, auth_token, or username, password and domain_name. "
        f"Tried: {'; '.join(tried)}"
    )


@dataclass(frozen=True)
class Names:
    """What one source calls the parts of an identity; None where it has no such part."""

    access_key: str | None = None
    secret_key: str | None = None
    security_token: str | None = None
    auth_token: str | None = None
    username: str | None = None
    password: str | None = None
    domain_name: str | None = None


@dataclass(frozen=True)
class GivenValues:
    """Values that were given by name: options of the task, or variables of the environment.

    :ivar values: what is set, by the source's own names.
    :ivar names: how the source names each part.
    :ivar description: of the source, in words.
    """

    values: Mapping[str, str] = field(repr=False)
    names: Names
    description: str

    def find(self) -> Identity:
        """The first kind that is given: keys, then a token, then a password.

        :raises NotHere: where none is given.
        :raises ConfigurationError: where one is given by half.
        """
        kinds = self.kinds()
        if not kinds:
            raise NotHere(self.description)
        return kinds[0]

    def kinds(self) -> list[Identity]:
        """Every kind that is given.

        :raises ConfigurationError: where one is given by half.
        """
        names = self.names
        credentials: list[Credentials] = []
        if self._is_given(names.access_key, names.secret_key):
            access_key, secret_key = self._whole(names.access_key, names.secret_key)
            credentials.append(AccessKey(access_key, secret_key, self._value(names.security_token)))
        if self._is_given(names.auth_token):
            (token,) = self._whole(names.auth_token)
            credentials.append(Token(token))
        if self._is_given(names.username, names.password):
            credentials.append(Password(*self._whole(names.username, names.password, names.domain_name)))
        return [Identity(found, self.description) for found in credentials]

    def _is_given(self, *names: str | None) -> bool:
        return any(self._value(name) is not None for name in names)

    def _value(self, name: str | None) -> str | None:
        value = self.values.get(name) if name is not None else None
        if value is not None and name not in (self.names.username, self.names.password, self.names.domain_name):
            _check_header_value(value, f"{name} ({self.description})")
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

    given: GivenValues
    files: NamedFiles | None = None

    def find(self) -> Identity:
        """The one identity that the task gives.

        :raises NotHere: where it gives none.
        :raises ConfigurationError: where it gives half of one, or two.
        """
        kinds = self.given.kinds()
        labels = [_KIND[type(identity.credentials)] for identity in kinds]
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


@dataclass(frozen=True)
class CredentialsFile:
    """The file of the vendor's SDK: INI, a section for each kind of credentials.

    :ivar path: of the file; ``~`` is the home directory.
    :ivar origin: the option or variable that names it, in words; None for the default, which may be missing.
    :ivar profile: the section, where one was named.
    """

    path: str
    origin: str | None = None
    profile: str | None = None

    def find(self) -> Identity:
        """The identity in the section.

        :raises NotHere: where there is no such file or section.
        :raises ConfigurationError: where it cannot be used.
        """
        text = _read(self.path, "credentials_file", self.origin)
        # Values are taken as they stand: a secret may hold a percent sign.
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(text)
        except configparser.Error as error:
            raise ConfigurationError(f"{self.path}{_line(error)} cannot be read as an INI file") from None
        section = self.profile or DEFAULT_SECTION
        if not parser.has_section(section):
            raise NotHere(f"{self.path} (no section [{section}])")
        values = {name: value for name, value in parser.items(section) if value}
        place = f"section [{section}] of {self.path}"
        try:
            credentials = GivenValues(values, Names("ak", "sk", "security_token"), place).find().credentials
        except NotHere:
            raise NotHere(f"{place} (no ak and sk)") from None
        return Identity(
            credentials,
            place,
            region=values.get("region"),
            project_id=values.get("project_id"),
            iam_endpoint=values.get("iam_endpoint"),
        )


@dataclass(frozen=True)
class SharedConfigFile:
    """The configuration of the command line tool KooCLI, which Terraform reads too: JSON, a list of profiles.

    :ivar path: of the file; ``~`` is the home directory.
    :ivar origin: the option or variable that names it, in words; None for the default, which may be missing.
    :ivar profile: its name, where one was named; otherwise the current one.
    """

    path: str
    origin: str | None = None
    profile: str | None = None

    def find(self) -> Identity:
        """The identity in the profile.

        :raises NotHere: where there is no such file or profile.
        :raises ConfigurationError: where it cannot be used.
        """
        text = _read(self.path, "shared_config_file", self.origin)
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigurationError(f"{self.path}, line {error.lineno}, cannot be read as JSON") from None
        except (RecursionError, ValueError):
            raise ConfigurationError(f"{self.path} cannot be read as JSON") from None
        profile = self._profile(document)
        values = {name: value for name, value in profile.items() if isinstance(value, str) and value}
        place = f"profile {profile.get('name')} of {self.path}"
        _check_plain(values, place)
        try:
            names = Names("accessKeyId", "secretAccessKey", "securityToken")
            credentials = GivenValues(values, names, place).find().credentials
        except NotHere:
            raise NotHere(f"{place} (no accessKeyId and secretAccessKey)") from None
        return Identity(credentials, place, region=values.get("region"), project_id=values.get("projectId"))

    def _profile(self, document: Any) -> Mapping[str, Any]:
        profiles = document.get("profiles") if isinstance(document, dict) else None
        if not isinstance(profiles, list) or not all(isinstance(profile, dict) for profile in profiles):
            raise ConfigurationError(f"{self.path} has no list of profiles")
        name = self.profile or document.get("current")
        for profile in profiles:
            if name and isinstance(name, str) and profile.get("name") == name:
                return dict(profile)
        raise NotHere(f"{self.path} (no {f'profile {self.profile}' if self.profile else 'current profile'})")


@dataclass(frozen=True)
class NamedFiles:
    """The files to look into where a profile or a file was named: the first that has it wins.

    :ivar label: the options or variables that name it, in words.
    :ivar files: in the order in which they are asked.
    """

    label: str
    files: tuple[Source, ...]

    def find(self) -> Identity:
        """The identity in the first file that has one.

        :raises ConfigurationError: where none has.
        """
        tried = []
        for source in self.files:
            try:
                return source.find()
            except NotHere as reason:
                tried.append(str(reason))
        raise ConfigurationError(
            f"{self.label} is given, but no credentials are found there. Tried: {'; '.join(tried)}"
        )


def _read(path: str, option: str, origin: str | None) -> str:
    """The text of a file.

    :raises NotHere: where there is none, and need not be.
    :raises ConfigurationError: where it cannot be read.
    """
    name = origin or option
    try:
        return Path(path).expanduser().read_text(encoding="utf-8-sig")
    except (FileNotFoundError, RuntimeError):
        # RuntimeError: there is no home directory.
        if origin is None:
            raise NotHere(f"{path} (no such file)") from None
        raise ConfigurationError(f"{name} {path} does not exist") from None
    except OSError as error:
        raise ConfigurationError(f"{name} {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name} {path} is not UTF-8") from None
    except ValueError:
        raise ConfigurationError(f"{name} {path!r} cannot be the path of a file") from None


def _check_plain(values: Mapping[str, str], place: str) -> None:
    """
    :raises ConfigurationError: where KooCLI has encrypted the keys, as it does unless it is told not to.
    """
    plain = {"accessKeyId": _PLAIN_ACCESS_KEY, "secretAccessKey": _PLAIN_SECRET_KEY}
    encrypted = [name for name, form in plain.items() if name in values and not form.fullmatch(values[name])]
    if encrypted:
        raise ConfigurationError(
            f"{' and '.join(encrypted)} of {place} {'is' if len(encrypted) == 1 else 'are'} encrypted. Run "
            "'hcloud configure set --cli-auth-encrypt=false', then set the keys again with 'hcloud configure set'"
        )


def _line(error: configparser.Error) -> str:
    """The line of a malformed INI file, in words; the error's own text quotes the line, and a secret with it."""
    line = getattr(error, "lineno", None)
    errors = getattr(error, "errors", None)
    if errors:
        line = errors[0][0]
    return f", line {line}," if line else ""


def _check_header_value(value: str, origin: str) -> None:
    """A key or a token becomes part of a header.

    :raises ConfigurationError: where it cannot.
    """
    if not is_header_value(value):
        raise ConfigurationError(f"{origin} is empty, or holds a blank, a line break or another character of no key")

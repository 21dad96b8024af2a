# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files in which other tools keep credentials: those of the vendor's SDKs, and of KooCLI and Terraform."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .credential_sources import CredentialsNotFound, FieldNames, Source, StaticCredentials
from .credentials import ResolvedCredentials
from .errors import ConfigurationError

DEFAULT_CREDENTIALS_FILE = "~/.huaweicloud/credentials"
DEFAULT_SHARED_CONFIG_FILE = "~/.hcloud/config.json"
DEFAULT_SECTION = "basic"

# Plain keys are 20 and 40 letters and digits; what KooCLI encrypts is longer, and base64 or hexadecimal.
_PLAIN_ACCESS_KEY = re.compile(r"[A-Za-z0-9_-]{1,32}")
_PLAIN_SECRET_KEY = re.compile(r"[A-Za-z0-9_-]{1,48}")


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

    def find(self) -> ResolvedCredentials:
        """The identity in the section.

        :raises CredentialsNotFound: where there is no such file or section.
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
            raise CredentialsNotFound(f"{self.path} (no section [{section}])")
        values = {name: value for name, value in parser.items(section) if value}
        place = f"section [{section}] of {self.path}"
        try:
            credentials = StaticCredentials(values, FieldNames("ak", "sk", "security_token"), place).find().credentials
        except CredentialsNotFound:
            raise CredentialsNotFound(f"{place} (no ak and sk)") from None
        return ResolvedCredentials(
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

    def find(self) -> ResolvedCredentials:
        """The identity in the profile.

        :raises CredentialsNotFound: where there is no such file or profile.
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
            names = FieldNames("accessKeyId", "secretAccessKey", "securityToken")
            credentials = StaticCredentials(values, names, place).find().credentials
        except CredentialsNotFound:
            raise CredentialsNotFound(f"{place} (no accessKeyId and secretAccessKey)") from None
        return ResolvedCredentials(credentials, place, region=values.get("region"), project_id=values.get("projectId"))

    def _profile(self, document: Any) -> Mapping[str, Any]:
        profiles = document.get("profiles") if isinstance(document, dict) else None
        if not isinstance(profiles, list) or not all(isinstance(profile, dict) for profile in profiles):
            raise ConfigurationError(f"{self.path} has no list of profiles")
        name = self.profile or document.get("current")
        for profile in profiles:
            if name and isinstance(name, str) and profile.get("name") == name:
                return dict(profile)
        raise CredentialsNotFound(
            f"{self.path} (no {f'profile {self.profile}' if self.profile else 'current profile'})"
        )


@dataclass(frozen=True)
class NamedFiles:
    """The files to look into where a profile or a file was named: the first that has it wins.

    :ivar label: the options or variables that name it, in words.
    :ivar files: in the order in which they are asked.
    """

    label: str
    files: tuple[Source, ...]

    def find(self) -> ResolvedCredentials:
        """The identity in the first file that has one.

        :raises ConfigurationError: where none has.
        """
        tried = []
        for source in self.files:
            try:
                return source.find()
            except CredentialsNotFound as reason:
                tried.append(str(reason))
        raise ConfigurationError(
            f"{self.label} is given, but no credentials are found there. Tried: {'; '.join(tried)}"
        )


def _read(path: str, option: str, origin: str | None) -> str:
    """The text of a file.

    :raises CredentialsNotFound: where there is none, and need not be.
    :raises ConfigurationError: where it cannot be read.
    """
    name = origin or option
    try:
        return Path(path).expanduser().read_text(encoding="utf-8-sig")
    except (FileNotFoundError, RuntimeError):
        # RuntimeError: there is no home directory.
        if origin is None:
            raise CredentialsNotFound(f"{path} (no such file)") from None
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

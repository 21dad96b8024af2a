# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files in which other tools store credentials: those of the vendor's SDKs, and of KooCLI and Terraform."""

from __future__ import annotations

import configparser
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..credentials import Agency, ResolvedCredentials, is_header_value, key_fault
from ..errors import ConfigurationError
from ..setting import Setting
from .agencies import complete_agency
from .given import GivenCredentials
from .provider import CredentialProvider, CredentialsNotFound

DEFAULT_CREDENTIALS_FILE = "~/.huaweicloud/credentials"
DEFAULT_SHARED_CONFIG_FILE = "~/.hcloud/config.json"
DEFAULT_SECTION = "basic"

#: Bytes that a credentials file may have.
MAX_SIZE = 1024 * 1024

_INI_NAMES = {"access_key": "ak", "secret_key": "sk", "security_token": "security_token"}
_JSON_NAMES = {"access_key": "accessKeyId", "secret_key": "secretAccessKey", "security_token": "securityToken"}

# Keys have 20 and 40 characters. What KooCLI encrypts is longer by a nonce and a tag, and encoded.
_LONGEST_PLAIN = {"access_key": 40, "secret_key": 60}
_KEY_MODE = "AKSK"
_MODES_WITHOUT_KEYS = ("SSO", "ECSAGENCY")
_AGENCY_NAMES = {
    "agency_name": "agencyName",
    "agency_domain_name": "agencyDomainName",
    "agency_domain_id": "agencyDomainId",
}
# What names the profile whose keys assume the agency: one spelling or the other, by version.
_SOURCE_PROFILES = ("sourceProfile", "srcProfile")

# Names of sections and options are shown where the right one is missing; a key in the wrong field must not be shown.
_SHOWN_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,31}")


@dataclass(frozen=True)
class CredentialsFile(CredentialProvider):
    """The file of the vendor's SDK: INI, a section for each kind of credentials.

    :ivar path: path of the file.
    :ivar origin: the option or variable that names it, in words; None for the default file, which may be missing.
    :ivar profile: the section, if one was named.
    """

    path: str
    origin: str | None = None
    profile: str | None = None

    def validate(self) -> ResolvedCredentials:
        """Return the credentials in the section.

        :raises CredentialsNotFound: if there is no such file or section.
        :raises ConfigurationError: if the file cannot be used.
        """
        parser = _parse_ini(read_regular_file(self.path, "credentials_file", self.origin), self.path)
        section = self.profile or DEFAULT_SECTION
        if not parser.has_section(section):
            others = _shown(parser.sections(), "[{}]")
            raise CredentialsNotFound(f"{self.path} (no section [{section}]{others and f', only {others}'})")
        values = {name: value for name, value in parser.items(section) if value}
        location = f"section [{section}] of {self.path}"
        credentials = _credentials_in(values, _INI_NAMES, location, f"{location} (no ak and sk{{}})")
        return credentials._replace(
            region=values.get("region"), project_id=values.get("project_id"), iam_endpoint=values.get("iam_endpoint")
        )


@dataclass(frozen=True)
class SharedConfigFile(CredentialProvider):
    """The configuration of the command line tool KooCLI, which Terraform reads too: JSON, a list of profiles.

    :ivar path: path of the file.
    :ivar origin: the option or variable that names it, in words; None for the default file, which may be missing.
    :ivar profile: its name, if one was named; otherwise the current one is used.
    """

    path: str
    origin: str | None = None
    profile: str | None = None

    def validate(self) -> ResolvedCredentials:
        """Return the credentials in the profile.

        :raises CredentialsNotFound: if there is no such file or profile.
        :raises ConfigurationError: if the file cannot be used.
        """
        document = _parse_json(read_regular_file(self.path, "shared_config_file", self.origin), self.path)
        profile = self._profile(document, self.profile)
        agency = _agency_in(profile, self._location(profile))
        source = next((profile[name] for name in _SOURCE_PROFILES if name in profile), None) if agency else None
        keys = profile if source is None else self._profile(document, source)
        credentials = self._keys(document, keys, with_agency=agency is not None)
        return credentials._replace(region=profile.get("region"), project_id=profile.get("projectId"), agency=agency)

    def _location(self, profile: Mapping[str, str]) -> str:
        return f"profile {profile.get('name')} of {self.path}"

    def _keys(self, document: Any, values: Mapping[str, str], *, with_agency: bool) -> ResolvedCredentials:
        location = self._location(values)
        _check_mode(values, location, with_agency=with_agency)
        is_encrypted = _is_encrypted(document, values)
        if is_encrypted:
            raise ConfigurationError(
                f"The keys of {location} are encrypted. Run 'hcloud configure set --cli-auth-encrypt=false', then set "
                "the keys again with 'hcloud configure set'"
            )
        fault = key_fault if is_encrypted is None else _header_fault
        missing = f"{location} (no accessKeyId and secretAccessKey)"
        return _credentials_in(values, _JSON_NAMES, location, missing, fault)

    def _profile(self, document: Any, named: str | None) -> Mapping[str, str]:
        """Return the texts of a profile that is named, or else of the current one."""
        profiles = document.get("profiles") if isinstance(document, dict) else None
        if not isinstance(profiles, list) or not all(isinstance(profile, dict) for profile in profiles):
            raise ConfigurationError(f"{self.path} has no list of profiles. Set the path of KooCLI's config.json")
        name = named or document.get("current")
        for profile in profiles:
            if name and isinstance(name, str) and profile.get("name") == name:
                return {key: value for key, value in profile.items() if isinstance(value, str) and value}
        missing = f"no profile {named}" if named else "no current profile"
        names = ", ".join(profile["name"] for profile in profiles if isinstance(profile.get("name"), str))
        hint = f"; choose one with profile: {names}" if names else ""
        raise CredentialsNotFound(f"{self.path} ({missing}{hint})")


@dataclass(frozen=True)
class NamedFiles(CredentialProvider):
    """The files to look into if a profile or a file was named: the first that has it wins.

    :ivar label: the options or variables that name it, in words.
    :ivar files: in order of precedence.
    """

    label: str
    files: tuple[CredentialProvider, ...]

    def validate(self) -> ResolvedCredentials:
        """Return the credentials in the first file that has some.

        :raises ConfigurationError: if none has.
        """
        tried = []
        for provider in self.files:
            try:
                return provider.validate()
            except CredentialsNotFound as reason:
                tried.append(str(reason))
        raise ConfigurationError(f"{self.label} is set, but has no credentials. Tried: {'; '.join(tried)}")


def read_regular_file(path: str, option: str, origin: str | None) -> str:
    """Return the text of a file.

    :param option: the option that can name it.
    :param origin: what named it, in words; None for a default file.
    :raises CredentialsNotFound: if the default file does not exist.
    :raises ConfigurationError: if the file cannot be read, is not a regular one, or too large.
    """
    name = origin or option
    try:
        return _read(Path(path).expanduser()).decode("utf-8-sig")
    except (FileNotFoundError, RuntimeError):
        # RuntimeError: there is no home directory.
        if origin is None:
            raise CredentialsNotFound(f"{path} (no such file)") from None
        raise ConfigurationError(f"{name} {path} does not exist. Correct the path") from None
    except OSError as error:
        raise ConfigurationError(f"{name} {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{name} {path} is not UTF-8") from None
    except ValueError:
        raise ConfigurationError(f"{name} {path!r} cannot be the path of a file") from None


def _read(path: Path) -> bytes:
    # Without O_NONBLOCK, opening a FIFO would wait for a writer.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISDIR(status.st_mode):
            raise OSError(None, "Is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise OSError(None, "not a regular file")
        text = file.read(MAX_SIZE + 1)
    if len(text) > MAX_SIZE:
        raise OSError(None, f"larger than {MAX_SIZE // 1024} KiB")
    return text


def _parse_ini(text: str, path: str) -> configparser.RawConfigParser:
    """Parse the SDK's file. Errors name the line and never quote it: it may hold a secret."""
    # Values are taken as they are: a secret may contain a percent sign.
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.DuplicateOptionError as error:
        raise ConfigurationError(
            f"{path}, line {error.lineno}: {_shown([error.option], '{}') or 'an option'} is set twice. Remove one"
        ) from None
    except configparser.Error as error:
        errors = getattr(error, "errors", None)
        line = errors[0][0] if errors else getattr(error, "lineno", None)
        raise ConfigurationError(f"{path}{f', line {line},' if line else ''} is not valid INI") from None
    return parser


def _parse_json(text: str, path: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{path}, line {error.lineno}, is not valid JSON") from None
    except (RecursionError, ValueError):
        raise ConfigurationError(f"{path} is not valid JSON") from None


def _credentials_in(
    values: Mapping[str, str], names: Mapping[str, str], location: str, missing: str, fault: Any = key_fault
) -> ResolvedCredentials:
    """Return the keys among the values of a section or a profile.

    :param missing: the message if no key is found; ``{}`` is replaced by the names that are found instead.
    """
    given = {option: Setting(values[name], f"{name} in {location}") for option, name in names.items() if name in values}
    try:
        return GivenCredentials(given, names, location, fault).validate()._replace(source=location)
    except CredentialsNotFound:
        others = _shown(values, "{}")
        raise CredentialsNotFound(missing.replace("{}", f", only {others}" if others else "")) from None


def _agency_in(values: Mapping[str, str], location: str) -> Agency | None:
    """Return the agency of a profile. KooCLI may write both of the account's name and ID: the ID is unique."""
    given = {
        option: Setting(values[name], f"{name} in {location}")
        for option, name in _AGENCY_NAMES.items()
        if name in values
    }
    if "agency_name" not in given:
        return None
    if "agency_domain_id" in given:
        given.pop("agency_domain_name", None)
    return complete_agency(given, {option: f"{name} of {location}" for option, name in _AGENCY_NAMES.items()})


def _check_mode(values: Mapping[str, str], location: str, *, with_agency: bool) -> None:
    mode = values.get("mode", _KEY_MODE)
    if mode.upper() in _MODES_WITHOUT_KEYS if with_agency else mode.upper() != _KEY_MODE:
        raise ConfigurationError(
            f"{location} has the mode {mode}, and only profiles with keys (mode {_KEY_MODE}) can be used. Choose "
            "another one with profile, or set other credentials"
        )


def _is_encrypted(document: Mapping[str, Any], values: Mapping[str, str]) -> bool | None:
    """Return whether the keys are encrypted; None if KooCLI's mark is missing and they do not look so."""
    mark = str(document.get("authEncrypt", "")).lower()
    keys = {option: values[name] for option, name in _JSON_NAMES.items() if name in values}
    if mark in ("true", "false"):
        return mark == "true" and bool(keys)
    is_too_long = any(len(keys.get(option, "")) > longest for option, longest in _LONGEST_PLAIN.items())
    return True if is_too_long else None


def _header_fault(text: str) -> str | None:
    return None if is_header_value(text) else key_fault(text) or "cannot be sent in a header"


def _shown(names: Iterable[str], form: str) -> str:
    """Return names that are fit for a message, each in a form such as ``[{}]``."""
    return ", ".join(form.format(name) for name in names if _SHOWN_NAME.fullmatch(name))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all entry points have, where else each is looked for, and what is wrong with a value."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible.module_utils.common.validation import check_type_int
from ansible.module_utils.parsing.convert_bool import boolean

from ._cloud.credentials import is_text
from ._cloud.errors import ConfigurationError
from ._images.selection import DISK_FORMATS

MAX_RETRIES = 10
DEFAULT_RETRIES = 4

_LONGEST = 86400.0

#: Connection options, in Ansible's words. No ``fallback`` and no ``default`` where a variable of the environment
#: counts: it stays known where a value came from.
CONNECTION: dict[str, dict[str, Any]] = {
    "region": {"type": "str", "aliases": ["region_name"]},
    "regions": {"type": "list", "elements": "str"},
    "on_region_error": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
    "project_id": {"type": "str"},
    "project_name": {"type": "str"},
    "access_key": {"type": "str", "aliases": ["ak"], "no_log": True},
    "secret_key": {"type": "str", "aliases": ["sk"], "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "auth_token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
    "profile": {"type": "str"},
    "credentials_file": {"type": "path", "no_log": False},
    "shared_config_file": {"type": "path"},
    "cloud": {"type": "str"},
    "endpoint": {"type": "str"},
    "iam_endpoint": {"type": "str"},
    "sts_endpoint": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float", "default": 30},
    "max_retries": {"type": "int"},
    "max_retry_delay": {"type": "float", "default": 60},
    "decode_authorization_message": {"type": "bool", "default": False},
    "use_instance_metadata": {"type": "bool"},
}

#: Query options, in Ansible's words.
IMAGE_QUERY: dict[str, dict[str, Any]] = {
    "image_id": {"type": "str"},
    "os_type": {"type": "str", "choices": ["Linux", "Windows", "Other"]},
    "image_type": {"type": "str", "choices": ["gold", "private"]},
    "platform": {"type": "str"},
    "architecture": {"type": "str", "choices": ["x86", "arm"]},
    "package_type": {"type": "str"},
    "sort_field": {"type": "str", "choices": ["name", "created_at"]},
    "sort_type": {"type": "str", "choices": ["asc", "desc"]},
    "offset": {"type": "int", "default": 0},
    "limit": {"type": "int"},
    "name": {"type": "raw"},
    "name_regex": {"type": "str"},
    "os_version": {"type": "raw"},
    "disk_format": {"type": "list", "elements": "str", "choices": list(DISK_FORMATS)},
    "fits_disk": {"type": "int"},
    "fits_ram": {"type": "int"},
    "created_after": {"type": "str"},
    "created_before": {"type": "str"},
    "most_recent": {"type": "bool", "default": False},
}

#: Variables of the environment, the first that is set counts. Those of an identity are read by kind, whole.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "region": ("HW_REGION_NAME",),
    "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME",),
    "access_key": ("HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"),
    "secret_key": ("HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"),
    "security_token": ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN",),
    "username": ("HW_USER_NAME",),
    "password": ("HW_USER_PASSWORD",),
    "domain_name": ("HW_DOMAIN_NAME",),
    "profile": ("HW_PROFILE",),
    "credentials_file": ("HUAWEICLOUD_SDK_CREDENTIALS_FILE",),
    "shared_config_file": ("HW_SHARED_CONFIG_FILE",),
    "cloud": ("HW_CLOUD",),
    "iam_endpoint": ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL"),
    "sts_endpoint": ("HUAWEICLOUD_SDK_STS_ENDPOINT",),
    "max_retries": ("HW_MAX_RETRIES",),
    "use_instance_metadata": ("HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA",),
}

#: The variable that holds a region's endpoint, the region in upper case and with ``_`` for ``-``.
ENDPOINT_VARIABLE = "HUAWEICLOUD_SDK_REGION_WORKSPACE_{region}"

#: Units of numbers that people write with one.
UNITS = {"fits_disk": "GB", "fits_ram": "MB"}

#: Options whose values are never shown, and never read from ``ansible.cfg``.
SECRETS = tuple(name for name, option in CONNECTION.items() if option.get("no_log"))


def argument_spec() -> dict[str, dict[str, Any]]:
    """The argument specification of the module, which the lookup and the role share."""
    return {name: dict(option) for name, option in {**CONNECTION, **IMAGE_QUERY}.items()}


def check_given(args: Mapping[str, Any]) -> None:
    """Check the values that the user wrote, before Ansible's argument validation: it drops null.

    :param args: options of a task or keywords of a lookup, without those that are omitted.
    :raises ConfigurationError: if one is null or an empty string, which a failed template gives, or has a unit.
    """
    for name, value in args.items():
        _check_not_empty(name, value)
        for number, item in enumerate(value if isinstance(value, (list, tuple)) else ()):
            _check_not_empty(f"{name}[{number}]", item)
        if name in UNITS:
            _check_number(name, value)


def _check_not_empty(name: str, value: Any) -> None:
    if value is None:
        reason = "is null (a template without else gives null since ansible-core 2.19)"
    elif value == "":
        reason = "is empty"
    else:
        return
    raise ConfigurationError(f"{name} {reason}. Set a value, or use omit to leave the option out")


def _check_number(name: str, value: Any) -> None:
    try:
        check_type_int(value)
    except TypeError:
        raise ConfigurationError(
            f"{name} is a whole number of {UNITS[name]}, without the unit, got {value!r}"
        ) from None


class Setting(NamedTuple):
    """A value and where it came from, in words."""

    value: Any
    origin: str


class Options:
    """What the user set, here or there.

    :param task: options of the task, validated by the argument specification.
    :param environ: variables of the environment.
    :param configuration: values of ``ansible.cfg``, which only the lookup reads.
    :raises ConfigurationError: where a value of the task is empty.
    """

    def __init__(
        self,
        task: Mapping[str, Any],
        environ: Mapping[str, str] | None = None,
        configuration: Mapping[str, Any] | None = None,
    ) -> None:
        self.task = {name: value for name, value in task.items() if value is not None}
        self.environ = os.environ if environ is None else environ
        self.configuration = {
            name: value
            for name, value in (configuration or {}).items()
            if value not in (None, "") and name not in SECRETS
        }
        check_given(self.task)
        for name, value in self.task.items():
            if isinstance(value, str) and not is_text(value):
                raise ConfigurationError(f"{name} holds half a character, which cannot be sent")

    def in_task(self, name: str) -> Setting | None:
        """The value that the task gives."""
        return Setting(self.task[name], name) if name in self.task else None

    def elsewhere(self, name: str, variables: tuple[str, ...] | None = None) -> Setting | None:
        """The value of the environment, or else of ``ansible.cfg``; an empty variable counts as unset.

        :param variables: names to look for, by default those of :data:`ENVIRONMENT`.
        :raises ConfigurationError: where the variable that counts is not UTF-8.
        """
        for variable in ENVIRONMENT.get(name, ()) if variables is None else variables:
            value = self.environ.get(variable)
            if value and not is_text(value):
                raise ConfigurationError(f"the environment variable {variable} is not UTF-8")
            if value:
                return Setting(value, f"the environment variable {variable}")
        if name in self.configuration:
            return Setting(self.configuration[name], f"{name} of ansible.cfg")
        return None

    def find(self, name: str, variables: tuple[str, ...] | None = None) -> Setting | None:
        """The first value that is set: in the task, the environment, or ``ansible.cfg``."""
        return self.in_task(name) or self.elsewhere(name, variables)

    def value(self, name: str) -> Any:
        """The same without its origin, None where it is not set."""
        setting = self.find(name)
        return None if setting is None else setting.value

    def seconds(self, name: str, *, least: float = 0.0) -> float:
        """A duration, in seconds.

        :param least: what it has to be larger than, or equal to where that is 0.
        :raises ConfigurationError: where it is none.
        """
        value = float(self.value(name))
        if not math.isfinite(value) or value < least or value > _LONGEST:
            raise ConfigurationError(f"{name} must be from {least:g} to {_LONGEST:g} seconds, got {value:g}")
        return value

    def retries(self) -> int:
        """How often a request is tried again.

        :raises ConfigurationError: where the number is out of bounds; the environment, which other tools share, may
            ask for more than there is.
        """
        setting = self.find("max_retries")
        if setting is None:
            return DEFAULT_RETRIES
        try:
            number = int(setting.value)
        except ValueError:
            raise ConfigurationError(f"{setting.origin} must be a whole number, got {setting.value!r}") from None
        if number < 0 or (number > MAX_RETRIES and self.in_task("max_retries") is not None):
            raise ConfigurationError(f"{setting.origin} must be from 0 to {MAX_RETRIES}, got {number}")
        return min(number, MAX_RETRIES)

    def may_ask_metadata(self) -> bool:
        """Whether the metadata of the cloud server may be asked.

        :raises ConfigurationError: where the environment's value is no boolean.
        """
        setting = self.find("use_instance_metadata")
        if setting is None:
            return True
        try:
            return bool(boolean(setting.value))
        except TypeError:
            raise ConfigurationError(f"{setting.origin} must be a boolean, got {setting.value!r}") from None

    def regions(self) -> list[str] | None:
        """Several regions, where they are asked.

        :raises ConfigurationError: where they cannot be asked together, or with what only one region can have.
        """
        names: list[str] | None = self.value("regions")
        alone = [name for name in ("region", "project_id", "project_name") if name in self.task]
        if names is None or ("regions" not in self.task and (alone or self.value("region"))):
            return None
        if alone:
            raise ConfigurationError(
                f"regions cannot be given together with {' and '.join(alone)}; module_defaults count as given"
            )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            raise ConfigurationError(f"regions names {twice[0]} twice" if twice else "regions is an empty list")
        return names

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings: what the task, Ansible's variables, the environment and ``ansible.cfg`` say, with one precedence.

No other file reads the environment.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.common.parameters import DEFAULT_TYPE_VALIDATORS

from ._cloud.credentials import is_text
from ._cloud.errors import ConfigurationError
from ._cloud.providers.agencies import AGENCY
from ._cloud.providers.given import CREDENTIAL_KINDS, SECURITY_TOKEN
from ._cloud.setting import Setting
from ._given_values import check_given
from ._options import (
    CONNECTION,
    CREDENTIAL_FILES,
    DEFAULT_RETRIES,
    ENVIRONMENT,
    IMAGE_QUERY,
    MAX_RETRIES,
    MUTUALLY_EXCLUSIVE,
    SECRETS,
)

_LONGEST = 86400.0
#: Secret variables that belong to no option.
_OTHER_SECRETS = ("HUAWEICLOUD_OIDC_ID_TOKEN",)
_NOUNS = {"bool": "a boolean", "int": "a whole number", "float": "a number", "list": "a list", "path": "a path"}
_CREDENTIALS = frozenset({SECURITY_TOKEN, *CREDENTIAL_FILES}.union(*CREDENTIAL_KINDS.values()))


class Settings:
    """The value of each option, and its origin.

    :param task: options of the task, or keywords and variables of a lookup; converted to their types.
    :param environ: the environment, by default that of the process.
    :param configuration: values from ``ansible.cfg``, which only the lookup reads.
    :param specification: options as an argument specification, for defaults and types.
    :param directory: what relative paths are relative to, by default the current directory.
    """

    def __init__(
        self,
        task: Mapping[str, Setting],
        environ: Mapping[str, str] | None = None,
        configuration: Mapping[str, Setting] | None = None,
        specification: Mapping[str, Mapping[str, Any]] = CONNECTION,
        directory: str = "",
    ) -> None:
        self.task = task
        self.environ = os.environ if environ is None else environ
        self.configuration = configuration or {}
        self._specification = specification
        self._directory = directory

    def get(self, name: str, variables: tuple[str, ...] | None = None) -> Setting | None:
        """Return the first setting of the task, the environment and ``ansible.cfg``.

        :param variables: environment variables to read instead of those of the option.
        :raises ConfigurationError: if the one that counts cannot be used.
        """
        return self.task.get(name) or self.get_shared(name, variables)

    def get_shared(self, name: str, variables: tuple[str, ...] | None = None) -> Setting | None:
        """Return the setting of the environment, or else of ``ansible.cfg``. An empty variable counts as unset.

        :raises ConfigurationError: if the one that counts cannot be used.
        """
        for variable in ENVIRONMENT.get(name, ()) if variables is None else variables:
            value = self.environ.get(variable)
            if value:
                return converted(self._specification[name], Setting(value, f"the environment variable {variable}"))
        return self.configuration.get(name)

    def value(self, name: str) -> Any:
        """Return the value that counts, or else the default."""
        setting = self.get(name)
        return self._specification[name].get("default") if setting is None else setting.value

    def path(self, name: str) -> Setting | None:
        """Return the path that an option sets, relative paths resolved."""
        setting = self.get(name)
        return None if setting is None else Setting(str(Path(self._directory, setting.value)), setting.origin)

    def query(self) -> dict[str, Any]:
        """Return the values of the query options, which only the task can set."""
        return {name: self.task[name].value for name in IMAGE_QUERY if name in self.task}

    def seconds(self, name: str, *, least: float = 0.0) -> float:
        """Return a duration in seconds.

        :param least: its lower bound.
        :raises ConfigurationError: if it is out of bounds.
        """
        value = float(self.value(name))
        if not math.isfinite(value) or value < least or value > _LONGEST:
            setting = self.get(name)
            origin = name if setting is None else setting.origin
            raise ConfigurationError(f"{origin} must be from {least:g} to {_LONGEST:g} seconds, got {value:g}")
        return value

    def retries(self) -> int:
        """Return the number of further attempts after the first.

        :raises ConfigurationError: if it is out of bounds. The environment, which other tools share, may contain a
            larger number.
        """
        number, origin = self.get("max_retries") or Setting(DEFAULT_RETRIES, "max_retries")
        is_too_large = number > MAX_RETRIES and "max_retries" in self.task
        if number < 0 or is_too_large:
            raise ConfigurationError(f"{origin} must be from 0 to {MAX_RETRIES}, got {number}")
        return min(int(number), MAX_RETRIES)

    def regions(self) -> list[str] | None:
        """Return the regions if several can be queried, None for one region or endpoint.

        :raises ConfigurationError: if they are set beside what only one region can have.
        """
        names: list[str] | None = self.value("regions")
        alone = [name for name in ("region", "project_id", "project_name") if name in self.task]
        if names is None or ("regions" not in self.task and (alone or self.get_shared("region"))):
            return None
        if alone:
            raise ConfigurationError(
                f"regions is mutually exclusive with {' and '.join(alone)}. Remove one, also from module_defaults"
            )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            problem = f"contains {twice[0]} twice. Remove one" if twice else "is an empty list. Name at least one"
            raise ConfigurationError(f"regions {problem}")
        return names


def task_settings(options: Mapping[str, Any]) -> dict[str, Setting]:
    """Return the settings of a task.

    :param options: validated by the argument specification; null is an option that is not set.
    :raises ConfigurationError: if a value is empty.
    """
    given = {name: value for name, value in options.items() if value is not None}
    check_given(given)
    return {name: Setting(value, name) for name, value in given.items()}


def lookup_settings(keywords: Mapping[str, Setting], variables: Mapping[str, Setting]) -> dict[str, Setting]:
    """Return the settings of a lookup: keywords override variables.

    Option by option, except that credentials which the keywords set completely are not mixed with others, nor is one
    region with several.
    """
    ignored: set[str] = set()
    if any(keywords.keys() >= set(kind) for kind in CREDENTIAL_KINDS.values()):
        ignored |= _CREDENTIALS.union(AGENCY)
    elif keywords.keys() & CREDENTIAL_FILES:
        ignored |= _CREDENTIALS.union(AGENCY) - set(CREDENTIAL_FILES)
    for groups in MUTUALLY_EXCLUSIVE:
        for one, other in (groups, groups[::-1]):
            if one & keywords.keys():
                ignored |= other
    return {**{name: setting for name, setting in variables.items() if name not in ignored}, **keywords}


def converted(option: Mapping[str, Any], setting: Setting) -> Setting:
    """Return a setting with its value converted to the option's type, as strictly as a task's.

    Ansible's own conversion of ``ansible.cfg`` makes every unknown text of a boolean false.

    :param option: the option as an argument specification.
    :raises ConfigurationError: if the value is not of that type, or not one of the choices.
    """
    value, origin = setting
    if isinstance(value, str) and not is_text(value):
        raise ConfigurationError(f"{origin} is not UTF-8")
    if isinstance(value, str) and value.endswith(("\n", "\r")):
        raise ConfigurationError(f"{origin} ends with a line break")
    kind = option.get("type", "str")
    if kind == "list" and isinstance(value, str):
        value = [item.strip() for item in value.split(",")]
    try:
        value = DEFAULT_TYPE_VALIDATORS[kind](value)
    except (TypeError, ValueError):
        shown = "" if option.get("no_log") else f", got {value!r}"
        raise ConfigurationError(f"{origin} must be {_NOUNS.get(kind, 'a string')}{shown}") from None
    if kind == "list" and not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{origin} must be a list of strings, got {value!r}")
    choices = option.get("choices", ())
    wrong = [item for item in (value if kind == "list" else [value]) if choices and item not in choices]
    if wrong:
        raise ConfigurationError(f"{origin} must be one of {', '.join(choices)}, got {wrong[0]!r}")
    return Setting(value, origin)


def environment_credentials(settings: Settings, prefix: str) -> tuple[dict[str, Setting], dict[str, str]]:
    """Return the credential settings of the environment variables with a prefix, and the variable of each option.

    The user and the account that belong to a password may come from ``ansible.cfg``, where the password cannot be.

    :param prefix: ``HUAWEICLOUD_SDK_`` or ``HW_``, the names of the vendor's SDK and of Terraform.
    """
    names = {
        option: variable
        for option in sorted(_CREDENTIALS.difference(CREDENTIAL_FILES))
        for variable in ENVIRONMENT[option]
        if variable.startswith(prefix)
    }
    found = {
        option: Setting(settings.environ[variable], f"the environment variable {variable}")
        for option, variable in names.items()
        if settings.environ.get(variable)
    }
    if "password" in found:
        for option in ("username", "domain_name"):
            if option in settings.configuration:
                found.setdefault(option, settings.configuration[option])
    return found, names


def environment_variables(settings: Settings, names: Iterable[str]) -> dict[str, Setting]:
    """Return the settings of environment variables, by their names. An empty variable counts as unset."""
    return {
        name: Setting(settings.environ[name], f"the environment variable {name}")
        for name in names
        if settings.environ.get(name)
    }


def secret_values(settings: Settings) -> list[str]:
    """Return every secret that the task and the environment hold."""
    of_task = [str(settings.task[name].value) for name in SECRETS if name in settings.task]
    variables = (*(variable for name in SECRETS for variable in ENVIRONMENT[name]), *_OTHER_SECRETS)
    return of_task + [settings.environ.get(variable, "") for variable in variables]

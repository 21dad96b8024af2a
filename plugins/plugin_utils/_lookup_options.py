# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the options of a lookup: its keywords, Ansible's variables, and ``ansible.cfg``.

Ansible's own ``set_options`` is not strict enough: it makes every unknown text of a boolean in ``ansible.cfg`` false,
does not render variables that are templates, and ignores keywords that are no options.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ansible import constants, errors
from ansible.config.manager import resolve_path
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._given_values import check_given
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import IMAGE_QUERY, PREFIX, SECRETS
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import converted
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._result_cache import ENCODER

#: Variables with that prefix that others read.
_OTHER_VARIABLES = frozenset({"huaweicloud_workspace_in_process"})
#: How much alike two names are, of 1, so that one is taken for a misspelling of the other.
_ALIKE = 0.8


@dataclass(frozen=True)
class LookupOptions:
    """The options of a lookup.

    :param definitions: options by name, each with ``aliases``, ``vars`` and ``ini``, as in the lookup's documentation.
        Not from there: Ansible would have to parse it in each worker.
    :param specification: the same options as an argument specification.
    """

    definitions: Mapping[str, Mapping[str, Any]]
    specification: Mapping[str, Mapping[str, Any]]
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        names = {
            alias: name
            for name, option in self.definitions.items()
            if name != "_terms"
            for alias in (name, *option.get("aliases", ()))
        }
        object.__setattr__(self, "names", names)

    def from_keywords(self, keywords: Mapping[str, Any]) -> dict[str, Setting]:
        """Return the settings of keywords.

        :param keywords: without those that are omitted.
        :raises ConfigurationError: if there is no such option, it is set twice, or its value cannot be used.
        """
        given: dict[str, Any] = {}
        for keyword, value in keywords.items():
            name = self.names.get(keyword)
            if name is None:
                raise ConfigurationError(f"There is no option {keyword!r}. {nearest(keyword, self.names)}")
            if name in given:
                raise ConfigurationError(f"{name} and its alias are both set. Remove one of them")
            given[name] = _plain(name, value)
        check_given(given)
        validation = ArgumentSpecValidator(self.specification).validate(given)
        if validation.error_messages:
            secrets = Secrets()
            secrets.add(*(str(given[name]) for name in SECRETS if name in given))
            raise ConfigurationError(secrets.mask(validation.error_messages[0]))
        return {name: Setting(validation.validated_parameters[name], name) for name in given}

    def from_variables(self, variables: Mapping[str, Any]) -> dict[str, Setting]:
        """Return the settings of Ansible's variables. A variable that is empty or null counts as unset.

        :param variables: rendered values by name.
        :raises ConfigurationError: if a value cannot be used.
        """
        found: dict[str, Setting] = {}
        for name, variable in self._variables():
            value = _plain(variable, variables[variable]) if variable in variables else None
            if value is not None and value != "":
                found[name] = converted(self.specification[name], Setting(value, f"the variable {variable}"))
        return found

    def from_configuration(self) -> dict[str, Setting]:
        """Return the settings of ``ansible.cfg``. An empty value counts as unset.

        :raises ConfigurationError: if a value cannot be used.
        """
        # Without types Ansible hands over the text as it is.
        untyped = {
            name: {"ini": option["ini"]}
            for name, option in self.definitions.items()
            if "ini" in option and name not in SECRETS
        }
        plugin = "huaweicloud.workspace.untyped"
        constants.config.initialize_plugin_configuration_definitions("lookup", plugin, untyped)
        found: dict[str, Setting] = {}
        for name in untyped:
            value, origin = constants.config.get_config_value_and_origin(name, plugin_type="lookup", plugin_name=plugin)
            if value is None or value == "":
                continue
            if self.specification[name].get("type") == "path":
                value = resolve_path(value, basedir=origin)
            found[name] = converted(self.specification[name], Setting(str(value), f"{name} in ansible.cfg"))
        return found

    def warnings(self, variables: Iterable[str]) -> Iterator[str]:
        """Yield a sentence for each variable that looks like one of an option, and is not read."""
        read = {variable for _name, variable in self._variables()}
        for variable in variables:
            if not variable.startswith(PREFIX) or variable in read or variable in _OTHER_VARIABLES:
                continue
            if variable[len(PREFIX) :] in IMAGE_QUERY:
                yield f"The variable {variable} is ignored: query options are read from keywords only"
            elif matches := get_close_matches(variable, read, n=1, cutoff=_ALIKE):
                yield f"The variable {variable} is ignored. Did you mean {matches[0]}?"

    def _variables(self) -> Iterator[tuple[str, str]]:
        """Yield each option and the variable from which it is read."""
        for name, option in self.definitions.items():
            for variable in option.get("vars", ()):
                yield name, variable["name"]


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a sentence with what a user may have meant, or with all names if none is near."""
    matches = get_close_matches(name, list(names), n=1)
    return f"Did you mean {matches[0]!r}?" if matches else f"Choose one of {', '.join(sorted(names))}"


def _plain(name: str, value: Any) -> Any:
    """Return a value as a module would get it: variables of ansible-core 2.18 and older may be vaulted strings.

    :raises ConfigurationError: if it is nothing that an option can be.
    """
    try:
        return json.loads(json.dumps(value, cls=ENCODER, vault_to_text=True))
    except (TypeError, errors.AnsibleError):
        raise ConfigurationError(
            f"{name} has the type {type(value).__name__}. Set a text, number, boolean or list"
        ) from None

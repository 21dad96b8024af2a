# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the playbook check_access: checks the access with the settings that tasks and lookups would have.

It is not a module: it reads the variables of both, and its messages are those of a search in the controller's process.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from typing import Any

from ansible import errors
from ansible.parsing import ajson
from ansible.plugins.action import ActionBase

from ansible_collections.huaweicloud.workspace.plugins.action._workspace_image_info import PREFIX, near_misses
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._given_values import check_given
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import CONNECTION, lookup_definitions
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import VARIABLES as LOOKUP_VARIABLES
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import (
    Settings,
    converted,
    lookup_settings,
)
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_check import check_access
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_labels import Labels
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._display import Progress
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._language import VARIABLE, language_of
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._lookup_options import LookupOptions
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_guard import RunGuard

#: Short for the variable of the option ``regions``, for the command line.
REGIONS = "regions"
#: Options that ``regions`` on the command line overrides.
_OF_ONE_REGION = ("region", "project_id", "project_name")

_ENCODER: Any = ajson.AnsibleJSONEncoder
#: What rendering raises for omit, from ansible-core 2.19 on.
_OMITTED_ERROR: Any = getattr(errors, "AnsibleValueOmittedError", ())


class ActionModule(ActionBase):
    """Checks the access. It never fails: the playbook does, after it has printed the report."""

    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        for variable, meant in near_misses(variables).items():
            self._display.warning(f"There is no variable {variable}. Did you mean {meant}?")
        try:
            language = language_of(self._render(variables.get(VARIABLE), variables), os.environ)
        except ConfigurationError as error:
            return {**result, "failed": True, "msg": error.message()}
        with closing(Progress("check_access", variables.get("inventory_hostname"))) as progress:
            checked = check_access(partial(self._settings, variables), Labels(language), RunGuard, progress)
        return {**result, "changed": False, **checked._asdict()}

    def _settings(self, variables: dict[str, Any]) -> Settings:
        """Return the settings of variables, environment and ``ansible.cfg``.

        :raises ConfigurationError: if one cannot be used.
        """
        given = self._given(variables)
        check_given({variable: setting.value for variable, setting in given.values()})
        task = {name: converted(CONNECTION[name], setting) for name, (_variable, setting) in given.items()}
        definitions = lookup_definitions()
        options = LookupOptions({name: definitions[name] for name in CONNECTION}, CONNECTION)
        for text in options.warnings(variables):
            self._display.warning(text)
        read = [LOOKUP_VARIABLES[name] for name in CONNECTION if LOOKUP_VARIABLES[name] in variables]
        of_lookups = options.from_variables({name: self._render(variables[name], variables) for name in read})
        return Settings(lookup_settings(task, of_lookups), configuration=options.from_configuration())

    def _given(self, variables: Mapping[str, Any]) -> dict[str, tuple[str, Setting]]:
        """Return the variables of the role and of list_images that are set, by option."""
        names = {name: PREFIX + name for name in CONNECTION if PREFIX + name in variables}
        if REGIONS in variables and REGIONS not in names:
            names = {name: variable for name, variable in names.items() if name not in _OF_ONE_REGION}
            names[REGIONS] = REGIONS
        given = {}
        for name, variable in names.items():
            value = self._render(variables[variable], variables, omitted=variables)
            if value is variables:
                continue
            if name == REGIONS and isinstance(value, str):
                value = _listed(value)
            given[name] = (variable, Setting(value, f"the variable {variable}"))
        return given

    def _render(self, value: Any, variables: Mapping[str, Any], omitted: Any = None) -> Any:
        """Return a variable's value, rendered.

        :param omitted: what to return for omit.
        """
        try:
            rendered = self._templar.template(value)
        except _OMITTED_ERROR:
            return omitted
        if "omit" in variables and rendered == variables["omit"]:
            return omitted
        return json.loads(json.dumps(rendered, cls=_ENCODER, vault_to_text=True))


def _listed(text: str) -> list[str]:
    """Return the items of a list as people write it on the command line: ``[a,b]`` or ``a,b``."""
    items = re.sub(r"^\[(.*)\]$", r"\1", text.strip()).split(",")
    return [item.strip().strip("\"'") for item in items if item.strip()]

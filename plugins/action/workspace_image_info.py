# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module of the same name, inside the controller's own worker process: no Python is started."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.parsing import ajson
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, find_images

#: How Ansible hands arguments to a module: vaulted strings decrypted, dates as text.
ENCODER: Any = ajson.AnsibleJSONEncoder

#: From ansible-core 2.22 on, which deprecates masks of one's own: it registers the values of ``no_log`` options.
MASKED_BY_ANSIBLE = find_spec("ansible.module_utils.secrets") is not None

SWITCH_VARIABLE = "huaweicloud_workspace_in_process"
SWITCH_ENVIRONMENT = "HUAWEICLOUD_WORKSPACE_IN_PROCESS"


class ActionModule(NormalAction):
    """Runs here what may run here, and everything else as Ansible runs any module."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        if not self._may_run_here(variables):
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        # What every action does first; not NormalAction's own, which would start the module.
        result = super(NormalAction, self).run(tmp, task_vars)
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        if any(name.startswith(("PYTHON", "LD_")) or "=" in name for name in environment):
            # They count when a Python starts, or cannot be set here.
            return dict(super().run(tmp, task_vars))
        with _surroundings(environment, self._loader.get_basedir()):
            output = _run_module(self._task.action, self._task.args)
        result.update(self._as_module_output(output, variables))
        return result

    def _as_module_output(self, output: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """What Ansible makes of a module's output, which differs from what it makes of an action's."""
        if not _shows_invocation(variables):
            del output["invocation"]
        profile = ("legacy",) if len(signature(self._parse_returned_data).parameters) > 1 else ()  # from 2.19 on
        parsed = self._parse_returned_data({"stdout": json.dumps(output)}, *profile)
        if isinstance(parsed, dict):
            return {name: value for name, value in parsed.items() if not name.startswith("_ansible_")}
        parsed.remove_internal_keys()  # from 2.21 on
        result: dict[str, Any] = parsed.as_result_dict(for_round_trip=True)
        return result

    def _may_run_here(self, variables: dict[str, Any]) -> bool:
        return (
            self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and sys.platform != "darwin"
            and self._is_switched_on(variables)
            and self._is_own_interpreter(variables)
            and _libraries.missing_library() is None
        )

    def _is_switched_on(self, variables: dict[str, Any]) -> bool:
        value = self._templar.template(variables.get(SWITCH_VARIABLE))
        origin = f"the variable {SWITCH_VARIABLE}"
        if value is None:
            value = os.environ.get(SWITCH_ENVIRONMENT) or True
            origin = f"the environment variable {SWITCH_ENVIRONMENT}"
        try:
            return bool(boolean(value))
        except TypeError:
            raise AnsibleError(f"{origin} must be a boolean, got {value!r}") from None

    def _is_own_interpreter(self, variables: dict[str, Any]) -> bool:
        if self._task.delegate_to:
            variables = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        value = variables.get("ansible_python_interpreter") or constants.config.get_config_value("INTERPRETER_PYTHON")
        interpreter = str(self._templar.template(value))
        return interpreter.startswith("auto") or _is_same_program(interpreter, sys.executable)


def _shows_invocation(variables: dict[str, Any]) -> bool:
    """Always, until ansible-core 2.21 made it a setting."""
    if "INJECT_INVOCATION" not in constants.config.get_configuration_definitions():
        return True
    return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))


def _is_same_program(path: str, other: str) -> bool:
    """Whether two paths name one Python, its libraries included: those depend on the folder that it is called from."""
    return Path(path).parent == Path(other).parent and Path(path).resolve() == Path(other).resolve()


@contextmanager
def _surroundings(variables: dict[str, Any], folder: str) -> Iterator[None]:
    """The task's own environment and the folder of its playbook, where a local module runs, too."""
    before = dict(os.environ)
    here = Path.cwd()
    try:
        os.environ.update({name: str(value) for name, value in variables.items()})
        os.chdir(folder)
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


def _run_module(name: str, args: dict[str, Any]) -> dict[str, Any]:
    """What AnsibleModule and the module's main() do with a task's arguments.

    :param name: of the module, for messages.
    :returns: the result, secrets masked.
    """
    received = json.loads(json.dumps(args, cls=ENCODER, vault_to_text=True))
    validation = ArgumentSpecValidator(argument_spec()).validate(received)
    params = validation.validated_parameters
    # pylint: disable=protected-access
    # What AnsibleModule reads too; there is no other way to the values that must not be shown.
    hidden = validation._no_log_values
    warnings = [
        f"Both option {warning['option']} and its alias {warning['alias']} are set." for warning in validation._warnings
    ]
    # pylint: enable=protected-access
    if validation.error_messages:
        error = validation.errors[0]
        message = error.msg
        if isinstance(error, UnsupportedError):
            message = f"Unsupported parameters for ({name}) module: {message}"
        result: dict[str, Any] = {"failed": True, "msg": message}
    else:
        try:
            result = find_images(params, warnings.append)
        except SearchFailed as failed:
            result = {"failed": True, **failed.result}
    result["invocation"] = {"module_args": params}
    if warnings:
        result["warnings"] = warnings
    text = json.dumps(result, ensure_ascii=False)
    if MASKED_BY_ANSIBLE or not any(json.dumps(value, ensure_ascii=False)[1:-1] in text for value in hidden):
        # Nothing to mask, which is quickly seen; a long list takes long to go through.
        return result
    kept = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
    return {**remove_values(result, hidden), **kept}

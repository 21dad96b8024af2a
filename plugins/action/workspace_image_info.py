# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module of the same name in the controller's own worker process, without starting a Python."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import closing, suppress
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any, Callable

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.parsing import ajson
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._given_values import check_given
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, find_images
from ansible_collections.huaweicloud.workspace.plugins.module_utils._secret_registry import mask_options
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._display import Progress
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_guard import RunGuard

#: Ansible's encoder for a module's arguments.
ENCODER: Any = ajson.AnsibleJSONEncoder

SWITCH_VARIABLE = "huaweicloud_workspace_in_process"
SWITCH_ENVIRONMENT = "HUAWEICLOUD_WORKSPACE_IN_PROCESS"


class ActionModule(NormalAction):
    """Runs the module in this process where it can, and otherwise as Ansible runs any module."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        received = _as_module_input(self._task.args)
        try:
            check_given(received)
        except ConfigurationError as error:
            return {**self._start(tmp, task_vars), "failed": True, **error.result()}
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        if not (self._may_run_here(task_vars or {}) and _can_be_set(environment) and _can_return()):
            as_module: dict[str, Any] = super().run(tmp, task_vars)
            return as_module
        result = self._start(tmp, task_vars)
        with closing(Progress("workspace_image_info", (task_vars or {}).get("inventory_hostname"))) as progress:
            output = _run_within(
                {name: str(value) for name, value in environment.items()},
                self._loader.get_basedir(),
                partial(_run_module, self._task.action, received, progress),
            )
        result.update(self._as_module_output(output, task_vars or {}))
        return result

    def _start(self, tmp: Any, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """Do what every action does first, without NormalAction's own step, which starts the module."""
        result: dict[str, Any] = super(NormalAction, self).run(tmp, task_vars)
        return result

    def _as_module_output(self, output: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """Return what Ansible makes of a module's output, which differs from what it makes of an action's."""
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
    """Whether results contain the task's options: always, until ansible-core 2.21 made it a setting."""
    if "INJECT_INVOCATION" not in constants.config.get_configuration_definitions():
        return True
    return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=variables))


def _is_same_program(path: str, other: str) -> bool:
    """Whether two paths name one Python with the same libraries, which depend on the directory of the path."""
    return Path(path).parent == Path(other).parent and Path(path).resolve() == Path(other).resolve()


def _can_be_set(environment: dict[str, Any]) -> bool:
    """Whether variables can be set here with the effect that they have on a module.

    Those that count when a Python starts cannot. For names and values that no environment can have, Ansible reports the
    error when it starts the module.
    """
    for name, value in environment.items():
        if not re.fullmatch("[A-Za-z_][0-9A-Za-z_]*", name) or name.startswith(("PYTHON", "LD_")):
            return False
        try:
            if b"\0" in os.fsencode(str(value)):
                return False
        except UnicodeEncodeError:
            return False
    return True


def _can_return() -> bool:
    """Whether this process can come back to its current directory. It cannot without permission to search it."""
    try:
        here = _open_current_directory()
    except OSError:
        return False
    try:
        os.fchdir(here)
    except OSError:
        return False
    finally:
        os.close(here)
    return True


def _open_current_directory() -> int:
    """Open the current directory, which may be unreadable, or deleted so that it has no path."""
    return os.open(".", getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY)


def _run_within(environment: dict[str, str], directory: str, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run a function with further environment variables, in another current directory.

    :param directory: where Ansible runs a module with a local connection, too.
    """
    before = dict(os.environ)
    here = _open_current_directory()
    try:
        os.environ.update(environment)
        # Without the directory, relative paths are not found, and nothing else needs it.
        with suppress(OSError):
            os.chdir(directory)
        return run()
    finally:
        # Twice: the exception of a signal, such as a task's timeout, can interrupt the first time.
        try:
            _restore(before, here)
        finally:
            _restore(before, here)
            os.close(here)


def _restore(environment: dict[str, str], directory: int) -> None:
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in environment.items() if os.environ.get(name) != value})
    # Another process can take the permission away meanwhile.
    with suppress(OSError):
        os.fchdir(directory)


def _as_module_input(args: dict[str, Any]) -> dict[str, Any]:
    """Return a task's options as a module receives them: vaulted strings decrypted, dates as text.

    When a module runs again, for ``until``, Ansible's own arguments from the first time are among them.
    """
    options = {name: value for name, value in args.items() if not name.startswith("_ansible_")}
    received: dict[str, Any] = json.loads(json.dumps(options, cls=ENCODER, vault_to_text=True))
    return received


def _run_module(name: str, received: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do what AnsibleModule and the module's main() do with a task's options.

    :param name: the module's name, for messages.
    :param received: the options as a module receives them.
    :param progress: shows what happens meanwhile.
    :returns: the result, secrets masked.
    """
    validation = ArgumentSpecValidator(argument_spec()).validate(received)
    params = validation.validated_parameters
    # pylint: disable=protected-access
    # As AnsibleModule does; nothing public has the values that must not be shown.
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
            result = find_images(params, warnings.append, guard_for=RunGuard, report=progress)
        except SearchFailed as failed:
            result = {"failed": True, **failed.result}
    result["invocation"] = {"module_args": params}
    if warnings:
        result["warnings"] = warnings
    return mask_options(result, hidden)

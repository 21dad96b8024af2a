# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks run in the controller's worker process or as a module, with the same result."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.template import Templar

from ansible_collections.huaweicloud.workspace.plugins.action import workspace_image_info as plugin
from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import trust

NAME = "huaweicloud.workspace.workspace_image_info"
OWN_INTERPRETER = {"ansible_python_interpreter": sys.executable}


@pytest.fixture(autouse=True)
def simulate_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv(plugin.SWITCH_ENVIRONMENT, raising=False)
    monkeypatch.setattr(NormalAction, "run", lambda self, tmp=None, task_vars=None: {"ran_as": "module"})


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the options of each search in this process."""
    recorded: list[dict[str, Any]] = []

    def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
        recorded.append({name: value for name, value in params.items() if value is not None})
        return {"changed": False, "images": []}

    monkeypatch.setattr(plugin, "find_images", find_images)
    return recorded


def action(
    *,
    args: Mapping[str, Any] | None = None,
    transport: str = "local",
    become: object = None,
    variables: Mapping[str, Any] | None = None,
    **task: Any,
) -> plugin.ActionModule:
    keywords = {
        "action": NAME, "args": dict(args or {}), "async_val": 0, "check_mode": False, "delegate_to": None,
        "environment": None, **task,
    }  # fmt: skip
    shell: Any = SimpleNamespace(tmpdir=None, env_prefix=lambda **_variables: "")
    connection: Any = SimpleNamespace(transport=transport, become=become, has_native_async=False, _shell=shell)
    fake_task: Any = SimpleNamespace(**keywords)
    context: Any = SimpleNamespace()
    loader = DataLoader()
    templar = Templar(loader=loader, variables=dict(variables or {}))
    return plugin.ActionModule(fake_task, connection, context, loader, templar, None)


def runs_in_process(variables: Mapping[str, Any] | None = None, **keywords: Any) -> bool:
    variables = OWN_INTERPRETER if variables is None else variables
    result = action(variables=variables, **keywords).run(task_vars=dict(variables))
    return "ran_as" not in result


@pytest.mark.usefixtures("searches")
class TestModes:
    def test_in_process_by_default(self) -> None:
        assert runs_in_process()

    def test_in_process_without_variables(self) -> None:
        assert "ran_as" not in action().run()

    @pytest.mark.parametrize(
        "keywords",
        [{"transport": "ssh"}, {"transport": "other.collection.local"}, {"become": object()}, {"async_val": 10}],
        ids=["ssh", "another local plugin", "become", "async"],
    )
    def test_as_a_module_with_another_connection_become_or_async(self, keywords: dict[str, Any]) -> None:
        assert not runs_in_process(**keywords)

    def test_as_a_module_on_macos(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")

        assert not runs_in_process()

    @pytest.mark.parametrize("name", ["REQUESTS_IMPORT_ERROR", "VOLUPTUOUS_IMPORT_ERROR"])
    def test_as_a_module_if_a_library_is_missing(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_libraries, name, "Traceback …")

        assert not runs_in_process()

    @pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONWARNINGS", "LD_LIBRARY_PATH"])
    def test_as_a_module_with_variables_that_affect_the_start_of_a_process(self, name: str) -> None:
        assert not runs_in_process(environment=[{name: "x"}])


@pytest.mark.usefixtures("searches")
class TestSwitch:
    @pytest.mark.parametrize("value", [False, "no", "false", "0", 0, "{{ 1 == 2 }}"])
    def test_variable_off(self, value: object) -> None:
        assert not runs_in_process({**OWN_INTERPRETER, plugin.SWITCH_VARIABLE: trust(value)})

    @pytest.mark.parametrize("value", [True, "yes", "true", 1])
    def test_variable_on(self, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(plugin.SWITCH_ENVIRONMENT, "false")

        assert runs_in_process({**OWN_INTERPRETER, plugin.SWITCH_VARIABLE: value})

    @pytest.mark.parametrize(("value", "is_in_process"), [("false", False), ("0", False), ("true", True), ("", True)])
    def test_environment(self, value: str, is_in_process: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(plugin.SWITCH_ENVIRONMENT, value)

        assert runs_in_process() == is_in_process

    def test_invalid_variable(self) -> None:
        with pytest.raises(AnsibleError, match="the variable huaweicloud_workspace_in_process must be a boolean"):
            runs_in_process({**OWN_INTERPRETER, plugin.SWITCH_VARIABLE: "perhaps"})

    def test_invalid_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(plugin.SWITCH_ENVIRONMENT, "perhaps")

        with pytest.raises(AnsibleError, match="variable HUAWEICLOUD_WORKSPACE_IN_PROCESS must be a boolean"):
            runs_in_process()


@pytest.mark.usefixtures("searches")
class TestInterpreter:
    @pytest.mark.parametrize("value", ["auto", "auto_silent", "auto_legacy", sys.executable])
    def test_interpreter_of_the_controller(self, value: str) -> None:
        assert runs_in_process({"ansible_python_interpreter": value})

    @pytest.mark.parametrize("value", ["/nowhere/python3", "/usr/bin/env python3", f"{sys.executable} -E", "python3"])
    def test_another_interpreter(self, value: str) -> None:
        assert not runs_in_process({"ansible_python_interpreter": value})

    def test_another_name_in_the_same_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A virtual environment has several names of the same interpreter."""
        for name in ("python", "python3"):
            (tmp_path / name).symlink_to(sys.executable)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

        assert runs_in_process({"ansible_python_interpreter": str(tmp_path / "python3")})

    def test_the_same_program_in_another_directory(self, tmp_path: Path) -> None:
        """A link in another directory may be that of another virtual environment, which has other libraries."""
        (tmp_path / "python3").symlink_to(Path(sys.executable).resolve())

        assert not runs_in_process({"ansible_python_interpreter": str(tmp_path / "python3")})

    def test_template(self) -> None:
        variables = {"ansible_python_interpreter": trust("{{ mine }}"), "mine": "/nowhere/python3"}

        assert not runs_in_process(variables)

    def test_interpreter_of_the_delegated_host(self) -> None:
        variables = {
            "ansible_python_interpreter": "/nowhere/python3",
            "ansible_delegated_vars": {
                "host1": OWN_INTERPRETER,
                "host2": {"ansible_python_interpreter": "/other/python3"},
            },
        }

        assert runs_in_process(variables, delegate_to="host1")
        assert not runs_in_process({**variables, **OWN_INTERPRETER}, delegate_to="host2")

    def test_interpreter_of_the_configuration(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            constants.config,
            "get_config_value",
            lambda name, **_keywords: {"INTERPRETER_PYTHON": "/other"}[name],
        )

        assert not runs_in_process({})


class TestArguments:
    def test_options_are_converted(self, searches: list[dict[str, Any]]) -> None:
        action(args={"region": "cn-north-4", "limit": "3", "most_recent": "yes"}, variables=OWN_INTERPRETER).run(
            task_vars=OWN_INTERPRETER
        )

        assert (searches[0]["limit"], searches[0]["most_recent"]) == (3, True)

    def test_the_environment_of_the_task_is_restored(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PARITY_SET", "before")
        monkeypatch.delenv("PARITY_NEW", raising=False)
        seen: dict[str, str | None] = {}

        def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
            seen.update({name: os.environ.get(name) for name in ("PARITY_SET", "PARITY_NEW")})
            raise SearchFailed({"msg": "no"})

        monkeypatch.setattr(plugin, "find_images", find_images)
        action(environment=[{"PARITY_SET": "now", "PARITY_NEW": 5}]).run(task_vars=OWN_INTERPRETER)

        assert seen == {"PARITY_SET": "now", "PARITY_NEW": "5"}
        assert os.environ["PARITY_SET"] == "before"
        assert "PARITY_NEW" not in os.environ


class TaskTimeoutError(BaseException):
    """A BaseException like the one that Ansible raises at a task's timeout."""


def state() -> tuple[dict[str, str], int]:
    """Return the environment and the inode of the current directory."""
    # pytest changes this variable.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return environment, Path().stat().st_ino


@pytest.fixture
def process_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Check that the test restores the environment and the current directory. Return the directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARITY_SET", "before")
    before = state()
    yield tmp_path
    assert state() == before


def fail_with(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
        os.environ["PARITY_LEAKED"] = "x"
        raise failure

    monkeypatch.setattr(plugin, "find_images", find_images)


class TestProcessState:
    @pytest.mark.parametrize("failure", [TaskTimeoutError(), KeyboardInterrupt(), OSError(), SystemExit()], ids=repr)
    @pytest.mark.usefixtures("process_state")
    def test_restored_after_any_exception(self, failure: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
        fail_with(monkeypatch, failure)

        with pytest.raises(type(failure)):
            action(environment=[{"PARITY_NEW": "x", "PARITY_SET": "now"}]).run(task_vars=OWN_INTERPRETER)

    @pytest.mark.usefixtures("process_state")
    def test_restored_if_a_timeout_interrupts_the_restoration(self, monkeypatch: pytest.MonkeyPatch) -> None:
        restore = plugin._restore
        alarms = [TaskTimeoutError()]

        def interrupted(environment: dict[str, str], directory: int) -> None:
            if alarms:
                del os.environ["PARITY_SET"]
                raise alarms.pop()
            restore(environment, directory)

        monkeypatch.setattr(plugin, "_restore", interrupted)
        fail_with(monkeypatch, SearchFailed({"msg": "no"}))

        with pytest.raises(TaskTimeoutError):
            action(environment=[{"PARITY_NEW": "x"}]).run(task_vars=OWN_INTERPRETER)

    @pytest.mark.usefixtures("process_state")
    def test_restored_if_the_environment_cannot_be_set(self, searches: list[dict[str, Any]]) -> None:
        with pytest.raises(UnicodeEncodeError):
            plugin._run_within({"PARITY_SET": "now", "PARITY_NEW": "\ud800"}, ".", dict)

    @pytest.mark.parametrize(
        "environment",
        [{"A=B": "x"}, {"": "x"}, {"A B": "x"}, {"1A": "x"}, {"A": "a\0b"}, {"A": "\ud800"}],
        ids=ascii,
    )
    @pytest.mark.usefixtures("process_state", "searches")
    def test_as_a_module_with_an_invalid_environment(self, environment: dict[str, Any]) -> None:
        assert not runs_in_process(environment=[{**environment, "PARITY_NEW": "x"}])

    @pytest.mark.usefixtures("process_state")
    def test_environment_values_are_converted_to_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: dict[str, str] = {}

        def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
            seen.update({name: value for name, value in os.environ.items() if name.startswith("PARITY_V")})
            return {"changed": False, "images": []}

        monkeypatch.setattr(plugin, "find_images", find_images)
        values = {"PARITY_V1": None, "PARITY_V2": True, "PARITY_V3": 1.5, "PARITY_V4": ["a"], "PARITY_V5": "\udcff"}

        assert runs_in_process(environment=[values])

        assert seen == {name: str(value) for name, value in values.items()}

    def test_a_deleted_current_directory(
        self, process_state: Path, tmp_path_factory: pytest.TempPathFactory, searches: list[dict[str, Any]]
    ) -> None:
        deleted = tmp_path_factory.mktemp("deleted")
        started = action(environment=[{"PARITY_NEW": "x"}], variables=OWN_INTERPRETER)
        os.chdir(deleted)
        deleted.rmdir()
        try:
            assert "ran_as" not in started.run(task_vars=dict(OWN_INTERPRETER))
            with pytest.raises(FileNotFoundError):
                Path.cwd()
        finally:
            os.chdir(process_state)
        assert len(searches) == 1

    @pytest.mark.usefixtures("process_state", "searches")
    def test_a_deleted_playbook_directory(self, tmp_path: Path) -> None:
        started = action(environment=[{"PARITY_NEW": "x"}], variables=OWN_INTERPRETER)
        started._loader.set_basedir(str(tmp_path / "deleted"))

        assert "ran_as" not in started.run(task_vars=OWN_INTERPRETER)

    @pytest.mark.parametrize("function", ["open", "fchdir"])
    @pytest.mark.usefixtures("process_state", "searches")
    def test_as_a_module_if_the_directory_cannot_be_restored(
        self, function: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The tests may run as root, which has every permission."""

        def deny(*_arguments: object) -> None:
            raise PermissionError

        monkeypatch.setattr(plugin.os, function, deny)

        assert not runs_in_process()

    @pytest.mark.usefixtures("process_state", "searches")
    def test_no_file_descriptor_is_left_open(self) -> None:
        assert runs_in_process()
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert runs_in_process()
        assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("switch", [True, False], ids=["in process", "as a module"])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"name": None}, "name is null (a template without else gives null since ansible-core 2.19). "
                         "Set a value, or use omit to leave the option out."),
        ({"profile": ""}, "profile is empty. Set a value, or use omit to leave the option out."),
        ({"fits_disk": "80 GB"}, "fits_disk must be a whole number of GB, without the unit, got '80 GB'."),
    ],
    ids=["null", "empty", "unit"],
)  # fmt: skip
def test_null_empty_and_malformed_values_fail_in_both_modes(
    switch: bool, args: dict[str, Any], message: str, searches: list[dict[str, Any]]
) -> None:
    result = action(args=args).run(task_vars={**OWN_INTERPRETER, plugin.SWITCH_VARIABLE: switch})

    assert (result["failed"], result["msg"], result["error_type"]) == (True, message, "configuration")
    assert "ran_as" not in result
    assert searches == []


def test_internal_arguments_are_not_options() -> None:
    """Ansible adds them when ``until`` runs a module again."""
    result = action(args={"limit": 1, "_ansible_socket": None}, become=object()).run(task_vars=OWN_INTERPRETER)

    assert result == {"ran_as": "module"}

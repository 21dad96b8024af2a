# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task runs: in the controller's worker process, or as a module."""

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

NAME = "huaweicloud.workspace.workspace_image_info"
OWN = {"ansible_python_interpreter": sys.executable}


@pytest.fixture(autouse=True)
def _as_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
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


def runs_here(variables: Mapping[str, Any] | None = None, **keywords: Any) -> bool:
    variables = OWN if variables is None else variables
    result = action(variables=variables, **keywords).run(task_vars=dict(variables))
    return "ran_as" not in result


@pytest.mark.usefixtures("searches")
class TestWhereItRuns:
    def test_here_by_default(self) -> None:
        assert runs_here()

    def test_here_without_variables(self) -> None:
        assert "ran_as" not in action().run()

    @pytest.mark.parametrize(
        "keywords",
        [{"transport": "ssh"}, {"transport": "other.collection.local"}, {"become": object()}, {"async_val": 10}],
        ids=["ssh", "another local", "become", "async"],
    )
    def test_as_a_module_where_something_else_must_start_it(self, keywords: dict[str, Any]) -> None:
        assert not runs_here(**keywords)

    def test_as_a_module_on_macos(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")

        assert not runs_here()

    @pytest.mark.parametrize("name", ["REQUESTS_IMPORT_ERROR", "VOLUPTUOUS_IMPORT_ERROR"])
    def test_as_a_module_where_the_controller_lacks_a_library(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_libraries, name, "Traceback …")

        assert not runs_here()

    @pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONWARNINGS", "LD_LIBRARY_PATH"])
    def test_as_a_module_with_variables_that_count_when_a_program_starts(self, name: str) -> None:
        assert not runs_here(environment=[{name: "x"}])


@pytest.mark.usefixtures("searches")
class TestSwitch:
    @pytest.mark.parametrize("value", [False, "no", "false", "0", 0, "{{ 1 == 2 }}"])
    def test_variable_off(self, value: object) -> None:
        assert not runs_here({**OWN, plugin.SWITCH_VARIABLE: trusted(value)})

    @pytest.mark.parametrize("value", [True, "yes", "true", 1])
    def test_variable_on(self, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(plugin.SWITCH_ENVIRONMENT, "false")

        assert runs_here({**OWN, plugin.SWITCH_VARIABLE: value})

    @pytest.mark.parametrize(("value", "here"), [("false", False), ("0", False), ("true", True), ("", True)])
    def test_environment(self, value: str, here: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(plugin.SWITCH_ENVIRONMENT, value)

        assert runs_here() == here

    def test_invalid_variable(self) -> None:
        with pytest.raises(AnsibleError, match="the variable huaweicloud_workspace_in_process must be a boolean"):
            runs_here({**OWN, plugin.SWITCH_VARIABLE: "perhaps"})

    def test_invalid_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(plugin.SWITCH_ENVIRONMENT, "perhaps")

        with pytest.raises(AnsibleError, match="variable HUAWEICLOUD_WORKSPACE_IN_PROCESS must be a boolean"):
            runs_here()


@pytest.mark.usefixtures("searches")
class TestInterpreter:
    @pytest.mark.parametrize("value", ["auto", "auto_silent", "auto_legacy", sys.executable])
    def test_own(self, value: str) -> None:
        assert runs_here({"ansible_python_interpreter": value})

    @pytest.mark.parametrize("value", ["/nowhere/python3", "/usr/bin/env python3", f"{sys.executable} -E", "python3"])
    def test_another(self, value: str) -> None:
        assert not runs_here({"ansible_python_interpreter": value})

    def test_other_name_in_the_same_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A virtual environment has python, python3 and python3.x, all the same."""
        for name in ("python", "python3"):
            (tmp_path / name).symlink_to(sys.executable)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

        assert runs_here({"ansible_python_interpreter": str(tmp_path / "python3")})

    def test_same_program_in_another_folder(self, tmp_path: Path) -> None:
        """That is another virtual environment, which has other libraries."""
        (tmp_path / "python3").symlink_to(Path(sys.executable).resolve())

        assert not runs_here({"ansible_python_interpreter": str(tmp_path / "python3")})

    def test_template(self) -> None:
        variables = {"ansible_python_interpreter": trusted("{{ mine }}"), "mine": "/nowhere/python3"}

        assert not runs_here(variables)

    def test_of_the_host_that_it_is_delegated_to(self) -> None:
        variables = {
            "ansible_python_interpreter": "/nowhere/python3",
            "ansible_delegated_vars": {"here": OWN, "there": {"ansible_python_interpreter": "/nowhere/else"}},
        }

        assert runs_here(variables, delegate_to="here")
        assert not runs_here({**variables, **OWN}, delegate_to="there")

    def test_of_the_configuration(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            constants.config,
            "get_config_value",
            lambda name, **_keywords: {"INTERPRETER_PYTHON": "/other"}[name],
        )

        assert not runs_here({})


class TestWhatItGets:
    def test_options_as_a_module_gets_them(self, searches: list[dict[str, Any]]) -> None:
        action(args={"region": "cn-north-4", "limit": "3", "most_recent": "yes"}, variables=OWN).run(task_vars=OWN)

        assert (searches[0]["limit"], searches[0]["most_recent"]) == (3, True)

    def test_environment_of_the_task_for_its_time_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PARITY_KEPT", "before")
        monkeypatch.delenv("PARITY_NEW", raising=False)
        seen: dict[str, str | None] = {}

        def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
            seen.update({name: os.environ.get(name) for name in ("PARITY_KEPT", "PARITY_NEW")})
            raise SearchFailed({"msg": "no"})

        monkeypatch.setattr(plugin, "find_images", find_images)
        action(environment=[{"PARITY_KEPT": "now", "PARITY_NEW": 5}]).run(task_vars=OWN)

        assert seen == {"PARITY_KEPT": "now", "PARITY_NEW": "5"}
        assert os.environ["PARITY_KEPT"] == "before"
        assert "PARITY_NEW" not in os.environ


class TaskTimeoutError(BaseException):
    """As Ansible's own, which the alarm of a task's timeout raises: no Exception."""


def state() -> tuple[dict[str, str], int]:
    """Return the environment and the identity of the current directory."""
    # Pytest itself changes one variable.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return environment, Path().stat().st_ino


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Run in a directory and with variables that must be the same afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARITY_KEPT", "before")
    before = state()
    yield tmp_path
    assert state() == before


def fails_with(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
        os.environ["PARITY_LEFT_BEHIND"] = "x"
        raise failure

    monkeypatch.setattr(plugin, "find_images", find_images)


class TestSurroundings:
    @pytest.mark.parametrize("failure", [TaskTimeoutError(), KeyboardInterrupt(), OSError(), SystemExit()], ids=repr)
    @pytest.mark.usefixtures("surroundings")
    def test_come_back_whatever_is_raised(self, failure: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
        fails_with(monkeypatch, failure)

        with pytest.raises(type(failure)):
            action(environment=[{"PARITY_NEW": "x", "PARITY_KEPT": "now"}]).run(task_vars=OWN)

    @pytest.mark.usefixtures("surroundings")
    def test_come_back_if_an_alarm_interrupts_their_return(self, monkeypatch: pytest.MonkeyPatch) -> None:
        restore = plugin._restore
        alarms = [TaskTimeoutError()]

        def interrupted(environment: dict[str, str], directory: int) -> None:
            if alarms:
                del os.environ["PARITY_KEPT"]
                raise alarms.pop()
            restore(environment, directory)

        monkeypatch.setattr(plugin, "_restore", interrupted)
        fails_with(monkeypatch, SearchFailed({"msg": "no"}))

        with pytest.raises(TaskTimeoutError):
            action(environment=[{"PARITY_NEW": "x"}]).run(task_vars=OWN)

    @pytest.mark.usefixtures("surroundings")
    def test_come_back_if_they_are_set_in_part(self, searches: list[dict[str, Any]]) -> None:
        with pytest.raises(UnicodeEncodeError):
            plugin._run_within({"PARITY_KEPT": "now", "PARITY_NEW": "\ud800"}, ".", dict)

    @pytest.mark.parametrize(
        "environment",
        [{"A=B": "x"}, {"": "x"}, {"A B": "x"}, {"1A": "x"}, {"A": "a\0b"}, {"A": "\ud800"}],
        ids=ascii,
    )
    @pytest.mark.usefixtures("surroundings", "searches")
    def test_what_no_environment_can_have_is_left_to_ansible(self, environment: dict[str, Any]) -> None:
        assert not runs_here(environment=[{**environment, "PARITY_NEW": "x"}])

    @pytest.mark.usefixtures("surroundings")
    def test_values_of_any_type_are_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: dict[str, str] = {}

        def find_images(params: Mapping[str, Any], warn: Any, **_process: Any) -> dict[str, Any]:
            seen.update({name: value for name, value in os.environ.items() if name.startswith("PARITY_V")})
            return {"changed": False, "images": []}

        monkeypatch.setattr(plugin, "find_images", find_images)
        values = {"PARITY_V1": None, "PARITY_V2": True, "PARITY_V3": 1.5, "PARITY_V4": ["a"], "PARITY_V5": "\udcff"}

        assert runs_here(environment=[values])

        assert seen == {name: str(value) for name, value in values.items()}

    def test_a_deleted_current_directory(
        self, surroundings: Path, tmp_path_factory: pytest.TempPathFactory, searches: list[dict[str, Any]]
    ) -> None:
        deleted = tmp_path_factory.mktemp("deleted")
        started = action(environment=[{"PARITY_NEW": "x"}], variables=OWN)
        os.chdir(deleted)
        deleted.rmdir()
        try:
            assert "ran_as" not in started.run(task_vars=dict(OWN))
            with pytest.raises(FileNotFoundError):
                Path.cwd()
        finally:
            os.chdir(surroundings)
        assert len(searches) == 1

    @pytest.mark.usefixtures("surroundings", "searches")
    def test_a_deleted_directory_of_the_playbook(self, tmp_path: Path) -> None:
        started = action(environment=[{"PARITY_NEW": "x"}], variables=OWN)
        started._loader.set_basedir(str(tmp_path / "deleted"))

        assert "ran_as" not in started.run(task_vars=OWN)

    @pytest.mark.parametrize("function", ["open", "fchdir"])
    @pytest.mark.usefixtures("surroundings", "searches")
    def test_as_a_module_where_there_is_no_way_back(self, function: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Root, who runs some of these tests, has every permission."""

        def deny(*_arguments: object) -> None:
            raise PermissionError

        monkeypatch.setattr(plugin.os, function, deny)

        assert not runs_here()

    @pytest.mark.usefixtures("surroundings", "searches")
    def test_no_file_descriptor_is_left_open(self) -> None:
        assert runs_here()
        before = len(list(Path("/proc/self/fd").iterdir()))
        assert runs_here()
        assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("switch", [True, False], ids=["here", "as a module"])
@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"name": None}, "name is null (a template without else gives null since ansible-core 2.19). "
                         "Set a value, or use omit to leave the option out."),
        ({"profile": ""}, "profile is empty. Set a value, or use omit to leave the option out."),
        ({"fits_disk": "80 GB"}, "fits_disk is a whole number of GB, without the unit, got '80 GB'."),
    ],
    ids=["null", "empty", "unit"],
)  # fmt: skip
def test_a_value_that_nobody_means_is_an_error_both_ways(
    switch: bool, args: dict[str, Any], message: str, searches: list[dict[str, Any]]
) -> None:
    result = action(args=args).run(task_vars={**OWN, plugin.SWITCH_VARIABLE: switch})

    assert (result["failed"], result["msg"], result["error_type"]) == (True, message, "configuration")
    assert "ran_as" not in result
    assert searches == []


def test_ansibles_own_arguments_are_no_options() -> None:
    """They are there when a module runs again, for ``until``."""
    result = action(args={"limit": 1, "_ansible_socket": None}, become=object()).run(task_vars=OWN)

    assert result == {"ran_as": "module"}


def trusted(value: Any) -> Any:
    """The value as a template, which newer Ansibles only see in what a user wrote."""
    try:
        from ansible.template import trust_as_template
    except ImportError:
        return value
    return trust_as_template(value) if isinstance(value, str) else value

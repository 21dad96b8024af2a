# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's programs with other verbosities and other surroundings behave the same in both modes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES, Case
from ansible_collections.huaweicloud.workspace.tests.parity.compare import result_differences, run_differences
from ansible_collections.huaweicloud.workspace.tests.parity.runs import (
    AS_MODULE,
    IN_PROCESS,
    MODULE,
    NO_LIBRARY,
    ExecutionMode,
    PlaybookRun,
    run_playbook,
    run_program,
)
from ansible_collections.huaweicloud.workspace.tests.parity.test_parity import assert_matches_case

#: One case for each kind of output.
OUTPUT_SAMPLES = (
    "all_images", "total_count_too_high", "one_region_fails_with_warning", "error_403",
    "authorization_message_not_decoded", "unknown_option", "secret_option_and_alias", "until_fails", "no_log_failure",
    "loop_with_failing_item",
)  # fmt: skip


def select_cases(*names: str) -> list[Case]:
    return [case for case in CASES if case.name in names]


def run_and_compare(
    directory: Path,
    cases: list[Case],
    *,
    verbosity: int,
    ignore_errors: bool = True,
    mode: ExecutionMode = IN_PROCESS,
) -> PlaybookRun:
    """Run cases as modules and in another mode, assert that the results are the same, and return the other run."""
    as_module, other = (
        run_playbook(directory / each.directory_name, cases, each, verbosity=verbosity, ignore_errors=ignore_errors)
        for each in (AS_MODULE, mode)
    )
    assert not run_differences(as_module, other)
    for case in cases:
        assert not result_differences(as_module.case_results[case.name], other.case_results[case.name])
        assert_matches_case(other.case_results[case.name])
    return other


def test_output_without_verbosity_is_the_same(tmp_path: Path) -> None:
    run_and_compare(tmp_path, select_cases(*OUTPUT_SAMPLES), verbosity=0)


@pytest.mark.parametrize(("name", "exit_code"), [("total_count_too_high", 0), ("error_403", 2)])
def test_exit_code_is_the_same(tmp_path: Path, name: str, exit_code: int) -> None:
    run = run_and_compare(tmp_path, select_cases(name), verbosity=1, ignore_errors=False)

    assert run.exit_code == exit_code


def test_module_is_started_if_the_controller_lacks_a_library(tmp_path: Path) -> None:
    run = run_and_compare(tmp_path, select_cases("all_images", "error_403"), verbosity=4, mode=NO_LIBRARY)

    assert all(result.executed_commands for result in run.case_results.values())


def test_task_in_process_does_not_discover_an_interpreter(tmp_path: Path) -> None:
    case = replace(*select_cases("all_images"), play_keywords="vars: {ansible_python_interpreter: auto}")

    result = run_playbook(tmp_path, [case], IN_PROCESS).case_results[case.name]

    assert result.executed_commands == []
    assert_matches_case(result)


def test_results_are_the_same_after_the_working_directory_is_deleted(tmp_path: Path) -> None:
    tasks = """\
- ansible.builtin.file: {path: "{{ playbook_dir }}/../deleted", state: absent}
- huaweicloud.workspace.workspace_image_info: {@connection}
  environment: {PARITY: x}
  loop: [1, 2]
"""
    case = replace(*select_cases("all_images"), tasks=tasks)
    runs = []
    for mode in (AS_MODULE, IN_PROCESS):
        directory = tmp_path / mode.directory_name
        deleted = directory / "deleted"
        deleted.mkdir(parents=True)
        runs.append(run_playbook(directory, [case], mode, working_directory=deleted))
        assert not deleted.exists()
        assert_matches_case(runs[-1].case_results[case.name])

    assert [run.exit_code for run in runs] == [0, 0]
    assert not result_differences(*(run.case_results[case.name] for run in runs))


def test_output_of_the_ansible_command_is_the_same(tmp_path: Path) -> None:
    with Emulator(images=[]) as emulator:
        account = emulator.account
        options = (
            f"endpoint={emulator.url} project_id={emulator.project_id} region=cn-north-4 "
            f"access_key={account.access_key} secret_key={account.secret_key}"
        )
        processes = []
        for mode in (AS_MODULE, IN_PROCESS):
            directory = tmp_path / mode.directory_name
            directory.mkdir()
            processes.append(run_program(directory, ["ansible", "localhost", "-m", MODULE, "-a", options], mode))

    assert processes[0].stdout == processes[1].stdout
    assert '"total_count": 0' in processes[0].stdout
    assert [process.returncode for process in processes] == [0, 0]

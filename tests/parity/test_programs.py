# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole runs of Ansible's programs: exit codes, the output at its usual verbosity, a controller without a library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES, Case
from ansible_collections.huaweicloud.workspace.tests.parity.compare import differences, differences_of_runs
from ansible_collections.huaweicloud.workspace.tests.parity.runs import (
    HERE,
    MODULE,
    MODULE_MODE,
    SWITCH,
    WORKER_MODE,
    Mode,
    Run,
    run,
    start,
)
from ansible_collections.huaweicloud.workspace.tests.parity.test_parity import check

#: The controller lacks a library that the module has.
LACKING_MODE = Mode("lacked", {SWITCH: "true", "PYTHONPATH": str(HERE / "without_voluptuous")})

#: One of each kind of output.
KINDS = ("everything", "short_list", "regions_warn", "error_403_camel", "refusal_sts", "unknown_option",
         "secret_and_alias", "until_failing", "no_log_failed", "loop_of_faults")  # fmt: skip


def named(*names: str) -> list[Case]:
    return [case for case in CASES if case.name in names]


def both_ways(place: Path, cases: list[Case], *, verbosity: int, go_on: bool = True, other: Mode = WORKER_MODE) -> Run:
    """Run the cases as modules and the other way, see that there is no difference, and give the latter."""
    module, worker = (
        run(place / mode.name, cases, mode, verbosity=verbosity, go_on=go_on) for mode in (MODULE_MODE, other)
    )
    assert not differences_of_runs(module, worker)
    for case in cases:
        assert not differences(module.cases[case.name], worker.cases[case.name])
        check(worker.cases[case.name])
    return worker


def test_the_usual_output_is_the_same(tmp_path: Path) -> None:
    both_ways(tmp_path, named(*KINDS), verbosity=0)


@pytest.mark.parametrize(("name", "code"), [("short_list", 0), ("error_403_camel", 2)])
def test_the_exit_code_is_the_same(tmp_path: Path, name: str, code: int) -> None:
    assert both_ways(tmp_path, named(name), verbosity=1, go_on=False).code == code


def test_a_controller_that_lacks_a_library_starts_the_module(tmp_path: Path) -> None:
    cases = named("everything", "error_403_camel")

    lacking = both_ways(tmp_path, cases, verbosity=4, other=LACKING_MODE)

    assert all(lacking.cases[case.name].started_programs for case in cases)


def test_no_interpreter_is_looked_for(tmp_path: Path) -> None:
    case = replace(*named("everything"), play="vars: {ansible_python_interpreter: auto}")

    observed = run(tmp_path, [case], WORKER_MODE).cases[case.name]

    assert observed.started_programs == []
    check(observed)


def test_a_deleted_current_directory(tmp_path: Path) -> None:
    tasks = """\
- ansible.builtin.file: {path: "{{ playbook_dir }}/../gone", state: absent}
- huaweicloud.workspace.workspace_image_info: {@connection}
  environment: {PARITY: x}
  loop: [1, 2]
"""
    case = replace(*named("everything"), tasks=tasks)
    runs = []
    for mode in (MODULE_MODE, WORKER_MODE):
        gone = tmp_path / mode.name / "gone"
        gone.mkdir(parents=True)
        runs.append(run(tmp_path / mode.name, [case], mode, directory=gone))
        assert not gone.exists()
        check(runs[-1].cases[case.name])

    assert runs[0].code == runs[1].code == 0
    assert not differences(*(each.cases[case.name] for each in runs))


def test_the_command_ansible_shows_the_same(tmp_path: Path) -> None:
    with Emulator(images=[]) as emulator:
        account = emulator.account
        options = (
            f"endpoint={emulator.url} project_id={emulator.project_id} region=cn-north-4 "
            f"access_key={account.access_key} secret_key={account.secret_key}"
        )
        shown = []
        for mode in (MODULE_MODE, WORKER_MODE):
            (tmp_path / mode.name).mkdir()
            ran = start(tmp_path / mode.name, ["ansible", "localhost", "-m", MODULE, "-a", options], mode)
            shown.append((ran.returncode, ran.stdout))

    assert shown[0] == shown[1]
    assert shown[0][0] == 0
    assert '"total_count": 0' in shown[0][1]

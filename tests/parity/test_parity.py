# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task looks the same whether its module runs in the controller's worker process or as a program of its own."""

from __future__ import annotations

import json
import re

import pytest

from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES, Case
from ansible_collections.huaweicloud.workspace.tests.parity.compare import differences, differences_of_runs
from ansible_collections.huaweicloud.workspace.tests.parity.runs import MODULE_MODE, WORKER_MODE, Mode, Observed, Runs

#: How the warnings begin that tasks give. Any other is Ansible's, such as a deprecation.
WARNINGS_OF_TASKS = re.compile(
    r"\[WARNING\]: (ListImages |Both option |http://|The reason of the denial |(The )?\d+ (of \d+ )?matching images )"
)


def check(observed: Observed) -> None:
    """The case is about what it says, however it runs."""
    case = observed.case
    assert observed.results, "it did not run: an earlier play ended everything, or is no valid YAML"
    assert re.search(case.expect, json.dumps(observed.results, ensure_ascii=False))
    if case.within is not None:
        assert max(note["seconds"] for note in observed.results) < case.within


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_ways_look_the_same(case: Case, runs: Runs) -> None:
    module, worker = runs.of(MODULE_MODE, case), runs.of(WORKER_MODE, case)

    assert not differences(module, worker)

    check(module)
    check(worker)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_program_is_started_only_where_it_must(case: Case, runs: Runs) -> None:
    assert bool(runs.of(MODULE_MODE, case).started_programs) == (case.here is not None)
    assert bool(runs.of(WORKER_MODE, case).started_programs) == (case.here is False)


def test_exit_codes_recaps_and_loggers_are_the_same(runs: Runs) -> None:
    for group in runs.groups():
        assert not differences_of_runs(runs.run(MODULE_MODE, group), runs.run(WORKER_MODE, group))


@pytest.mark.parametrize("mode", [MODULE_MODE, WORKER_MODE], ids=lambda mode: mode.name)
def test_no_secret_is_shown_or_logged(mode: Mode, runs: Runs) -> None:
    """At -vvvv; but for a task's own environment, which Ansible shows with the program that it starts."""
    for group in runs.groups():
        run = runs.run(mode, group)
        for secret in run.secrets:
            assert [line for line in run.text.splitlines() if secret in line] == []


@pytest.mark.parametrize("mode", [MODULE_MODE, WORKER_MODE], ids=lambda mode: mode.name)
def test_ansible_warns_of_nothing(mode: Mode, runs: Runs) -> None:
    for group in runs.groups():
        warnings = re.findall(r"\[(?:DEPRECATION )?WARNING\]: .*", runs.run(mode, group).text)
        assert [line for line in warnings if not WARNINGS_OF_TASKS.match(line)] == []

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task looks the same whether its module runs in the controller's process or as a module."""

from __future__ import annotations

import json
import re

import pytest

from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES, Case
from ansible_collections.huaweicloud.workspace.tests.parity.compare import result_differences, run_differences
from ansible_collections.huaweicloud.workspace.tests.parity.runs import (
    AS_MODULE,
    IN_PROCESS,
    CaseResult,
    ExecutionMode,
    PlaybookRuns,
)

#: Warnings of this collection. All other warnings come from Ansible, such as deprecations.
EXPECTED_WARNINGS = re.compile(
    r"\[WARNING\]: (ListImages |Both option |http://|The reason of the denial |(The )?\d+ (of \d+ )?matching images )"
)


def assert_matches_case(result: CaseResult) -> None:
    """Assert that the events match the case's pattern and that no task took too long."""
    assert result.events, "the play did not run: the playbook has a YAML error or ended before"
    assert re.search(result.case.match, json.dumps(result.events, ensure_ascii=False))
    if result.case.max_seconds is not None:
        assert max(event["seconds"] for event in result.events) < result.case.max_seconds


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_results_output_and_requests_are_the_same(case: Case, runs: PlaybookRuns) -> None:
    as_module, in_process = runs.case_result(AS_MODULE, case), runs.case_result(IN_PROCESS, case)

    assert not result_differences(as_module, in_process)

    assert_matches_case(as_module)
    assert_matches_case(in_process)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ansible_starts_the_module_only_if_necessary(case: Case, runs: PlaybookRuns) -> None:
    assert bool(runs.case_result(AS_MODULE, case).executed_commands) == (case.runs_in_process is not None)
    assert bool(runs.case_result(IN_PROCESS, case).executed_commands) == (case.runs_in_process is False)


def test_exit_codes_recaps_and_loggers_are_the_same(runs: PlaybookRuns) -> None:
    for as_module, in_process in zip(runs.of_mode(AS_MODULE), runs.of_mode(IN_PROCESS)):
        assert not run_differences(as_module, in_process)


@pytest.mark.parametrize("mode", [AS_MODULE, IN_PROCESS], ids=lambda mode: mode.name)
def test_no_secret_is_shown_or_logged(mode: ExecutionMode, runs: PlaybookRuns) -> None:
    for run in runs.of_mode(mode):
        for secret in run.secrets:
            assert [line for line in run.text.splitlines() if secret in line] == []


@pytest.mark.parametrize("mode", [AS_MODULE, IN_PROCESS], ids=lambda mode: mode.name)
def test_ansible_gives_no_warning(mode: ExecutionMode, runs: PlaybookRuns) -> None:
    for run in runs.of_mode(mode):
        warnings = re.findall(r"\[(?:DEPRECATION )?WARNING\]: .*", run.text)
        assert [line for line in warnings if not EXPECTED_WARNINGS.match(line)] == []

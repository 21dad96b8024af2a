# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare results of the two modes, as text diffs."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.huaweicloud.workspace.tests.parity.runs import MODE_SPECIFIC_LINE, CaseResult, PlaybookRun


def result_differences(as_module: CaseResult, in_process: CaseResult) -> str:
    """Return a diff of events, output and requests. It is empty if they are the same."""
    diffs = [
        *_diff("events", _event_lines(as_module), _event_lines(in_process)),
        *_diff("output", _output_lines(as_module), _output_lines(in_process)),
    ]
    if as_module.case.compare_requests:
        diffs += _diff("requests", _request_lines(as_module), _request_lines(in_process))
    return "\n".join(diffs)


def run_differences(as_module: PlaybookRun, in_process: PlaybookRun) -> str:
    """Return a diff of exit code, recap and names of loggers. It is empty if they are the same."""
    return "\n".join(
        [
            *_diff("exit code", [str(as_module.exit_code)], [str(in_process.exit_code)]),
            *_diff("recap", sorted(as_module.recap), sorted(in_process.recap)),
            *_diff("loggers", _logger_names(as_module), _logger_names(in_process)),
        ]
    )


def _diff(title: str, as_module: Sequence[str], in_process: Sequence[str]) -> Iterator[str]:
    return difflib.unified_diff(
        as_module, in_process, f"{title} as a module", f"{title} in the controller's process", lineterm="", n=1
    )


def _event_lines(result: CaseResult) -> list[str]:
    """Return the events as lines of JSON, without their durations. Parallel hosts have no order."""
    events = [{key: value for key, value in event.items() if key != "seconds"} for event in result.events]
    if not result.case.ordered_output:
        events.sort(key=lambda event: (event["host"], event["task"], event["status"]))
    return [line for event in events for line in json.dumps(event, indent=1, sort_keys=True).splitlines()]


def _output_lines(result: CaseResult) -> list[str]:
    """Return the lines that do not depend on the mode."""
    lines = [line for line in result.output if not MODE_SPECIFIC_LINE.match(line)]
    if result.case.ordered_output:
        return lines
    # With parallel hosts, the number of these lines varies.
    return sorted({line for line in lines if not re.match(r"TASK \[|task path:|ASYNC (POLL|OK|FAILED)|$", line)})


def _request_lines(result: CaseResult) -> list[str]:
    """Return the requests as JSON, sorted because parallel requests have no order."""

    def key(request: dict[str, Any]) -> tuple[str, str, str]:
        return str(request["operation"]), request["path"], request["raw_query"]

    return [json.dumps(request, sort_keys=True) for request in sorted(result.requests, key=key)]


def _logger_names(run: PlaybookRun) -> list[str]:
    return sorted({match[1] for line in run.log if (match := re.search(r" n=(\S+) ", line))})

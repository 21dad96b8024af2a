# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the two ways, in words."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.huaweicloud.workspace.tests.parity.runs import TRANSPORT, Observed, Run


def differences(module: Observed, here: Observed) -> str:
    """A text diff of all that a user can see of a case; empty where there is nothing to tell apart."""
    parts = [("results", _results(module), _results(here)), ("output", _output(module), _output(here))]
    if module.case.requests:
        parts.append(("requests", _requests(module), _requests(here)))
    return "\n".join(line for title, old, new in parts for line in _diff(title, old, new))


def differences_of_runs(module: Run, here: Run) -> str:
    """The same for what belongs to no case: the exit code, the recap, and who wrote to the log."""
    return "\n".join(
        [
            *_diff("exit code", [str(module.code)], [str(here.code)]),
            *_diff("recap", sorted(module.recap), sorted(here.recap)),
            *_diff("loggers", _loggers(module), _loggers(here)),
        ]
    )


def _diff(title: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    return difflib.unified_diff(old, new, f"{title} of the module", f"{title} of the worker", lineterm="", n=1)


def _results(observed: Observed) -> list[str]:
    """Each result on lines of its own; hosts that run at once come in any order."""
    notes = [{key: value for key, value in note.items() if key != "seconds"} for note in observed.results]
    if not observed.case.ordered:
        notes.sort(key=lambda note: (note["host"], note["task"], note["event"]))
    return [line for note in notes for line in json.dumps(note, indent=1, sort_keys=True).splitlines()]


def _output(observed: Observed) -> list[str]:
    """Lines but those that the design lets come one way only."""
    lines = [line for line in observed.output if not TRANSPORT.match(line)]
    if observed.case.ordered:
        return lines
    # Of hosts that run at once, how often a headline comes is chance.
    return sorted({line for line in lines if not re.match(r"TASK \[|task path:|ASYNC (POLL|OK|FAILED)|$", line)})


def _requests(observed: Observed) -> list[str]:
    """Requests that go out side by side arrive in any order."""

    def key(request: dict[str, Any]) -> tuple[str, str, str]:
        return str(request["operation"]), request["path"], request["raw_query"]

    return [json.dumps(request, sort_keys=True) for request in sorted(observed.requests, key=key)]


def _loggers(run: Run) -> list[str]:
    return sorted({match[1] for line in run.log if (match := re.search(r" n=(\S+) ", line))})

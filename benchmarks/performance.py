# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the rows of ``docs/performance.json`` and writes ``docs/performance.md`` and its chart from it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from . import charts, pages
from .measure import Result
from .rows import ROWS

PAGE = pages.DOCS / "performance.md"
DATA = pages.DOCS / "performance.json"
CHART = pages.PICTURES / "performance.svg"

_INTRODUCTION = """\
# Performance, measured

Each row is the ratio of this collection to a baseline. Both are measured alternately, in one run, on one machine,
against the emulator of `tests/emulator` on loopback. The smallest value of each counts. `make bench` measures again and
fails if a ratio exceeds its limit. `make nox ARGS="--session bench -- --write"` also writes this page.
"""
_NOTES = """\
- One more task or host: the difference between a play with many and a play with few, without the startup time.
  `ansible.builtin.uri` requests the same page with a token, so it does not sign requests.
- Many hosts: a play of one task for 200 hosts, started again for each value, with the CPU time of all its processes.
  The peak memory is that of its largest process. `debug` prints a fixed text.
- The query alone: from the validated options to the images, without startup and imports. The vendor's SDK returns
  one page per call, so its caller requests one page after the other.
- A whole task: a play with the task minus a play without it. This includes imports, the worker process and the transfer
  of the result to Ansible. The SDK's time is still that of its query alone.
- Memory: the peak of the whole process of the module, with `AnsibleModule` and its output.
- The largest accepted response: one page that reaches the limits on bytes and values of a response. The medians of
  three runs of the module's process count.
- Cost per image: the larger one of those for 1,000 and 5,000 images, as a ratio to that for 100 images.
"""


def measure(names: Iterable[str]) -> list[Result]:
    """Measure rows by name and print them."""
    started = time.monotonic()
    results: list[Result] = []
    for name in names:
        for result in ROWS[name]():
            print(_line(result), flush=True)
            results.append(result)
    within = sum(result.is_within_limit for result in results)
    print(f"{within} of {len(results)} within the limit, {time.monotonic() - started:.0f} s")
    return results


def save(results: Iterable[Result], environment: Mapping[str, str]) -> None:
    """Write the data file, the page and the chart."""
    results = list(results)
    document = {"environment": environment, "rows": [asdict(result) for result in results]}
    DATA.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(render(results, environment), encoding="utf-8")
    CHART.write_text(charts.performance(results, environment), encoding="utf-8")


def load() -> tuple[list[Result], dict[str, str]]:
    """Read the rows and their environment from the data file."""
    document = json.loads(DATA.read_text(encoding="utf-8"))
    return [Result(**row) for row in document["rows"]], document["environment"]


def render(results: Iterable[Result], environment: Mapping[str, str]) -> str:
    """Return the text of the page."""
    rows = [
        [result.what, result.ours, result.other, f"{result.ratio:.3g}", f"{result.limit:.3g}",
         "ok" if result.is_within_limit else "**too high**"] for result in results
    ]  # fmt: skip
    table = pages.table(["what", "this collection", "baseline", "ratio", "limit", ""], rows)
    measured_with = pages.table(["environment", ""], environment.items())
    chart = f"![Time and memory of this collection and its peers](pictures/{CHART.name})"
    return pages.page(_INTRODUCTION, chart, table, measured_with, _NOTES)


def _line(result: Result) -> str:
    verdict = "ok" if result.is_within_limit else "TOO HIGH"
    return f"{verdict:8}  {result.ratio:5.3g} (limit {result.limit:.3g})  {result.what}: {result.ours}, {result.other}"

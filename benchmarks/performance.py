# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the rows of ``docs/performance.md`` and writes the page."""

from __future__ import annotations

import time
from collections.abc import Iterable

from . import pages
from .measure import Result
from .rows import ROWS

_INTRODUCTION = """\
# Performance, measured

Each row is the ratio of this collection to the other side. Both sides are measured alternately, in one run, on one
machine, against the emulator of `tests/emulator` on loopback, and the smallest value of each side counts. `make bench`
measures again and fails if a ratio exceeds its limit. `make nox ARGS="--session bench -- --write"` also writes this
page.
"""
_NOTES = """\
- One more task or host: the difference between a play with many and a play with few, without the startup time.
  `ansible.builtin.uri` requests the same page with a token, so it signs nothing.
- The query alone: from the validated options to the images, without startup and imports on both sides. The vendor's SDK
  has no paging of its own, so its caller requests one page after the other.
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


def write(results: Iterable[Result]) -> None:
    """Write the page."""
    rows = [
        [result.what, f"{result.ratio:.3g}", f"{result.limit:.3g}", "ok" if result.is_within_limit else "**too high**"]
        for result in results
    ]
    table = pages.table(["what", "ratio", "limit", ""], rows)
    environment = pages.table(["environment", ""], pages.environment().items())
    page = pages.DOCS / "performance.md"
    page.write_text(pages.page(_INTRODUCTION, table, environment, _NOTES), encoding="utf-8")


def _line(result: Result) -> str:
    verdict = "ok" if result.is_within_limit else "TOO HIGH"
    return f"{verdict:8}  {result.ratio:5.3g} (limit {result.limit:.3g})  {result.what}: {result.ours}, {result.other}"

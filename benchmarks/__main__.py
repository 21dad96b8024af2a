# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m benchmarks``: measure, compare with the limits, and say where one is not kept."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable

from . import pages
from .comparison import compare_all
from .measure import Result
from .rows import ROWS

_INTRODUCTION = """\
# Performance, measured

Both sides of each row were measured in turn, in one run, on one machine, against the emulator of `tests/emulator` on
loopback; of each the least time counts. Only the ratios mean anything on another machine. `make bench` measures them
again and fails where one is above its limit; `make nox ARGS="--session bench -- --write"` also writes this page.
"""
_NOTES = """\
- One more task, one more host: the difference between a play with many and a play with few, so that no start-up is in
  it. `ansible.builtin.uri` fetches the same page with a token, so that it signs nothing.
- The query itself: from the validated options to the images, start-up and imports left out on both sides. The
  vendor's SDK leaves paging to its caller, who asks for one page after the other.
- A whole task: a play with the task less a play without any, so that imports, the worker process and the way of the
  result through Ansible are in it; the SDK's time is still that of its query alone.
- Memory: the peak of the whole process, of the module with `AnsibleModule` and its output.
- The same image among many: the larger of 1,000 and 5,000 counts against 100.
"""


def main() -> int:
    """Measure; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory side by side.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these of {', '.join(ROWS)}")
    parser.add_argument("--faults", action="store_true", help="compare what becomes of faults instead")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md, or docs/comparison.md")
    options = parser.parse_args()
    if options.faults:
        compare_all(write=options.write)
        return 0
    unknown = set(options.rows) - ROWS.keys()
    if unknown or (options.rows and options.write):
        parser.error(f"no such row: {', '.join(sorted(unknown))}" if unknown else "--write wants all the rows")
    results = _measure(options.rows or ROWS)
    if options.write:
        _write(results)
    return 0 if all(result.is_met for result in results) else 1


def _measure(names: Iterable[str]) -> list[Result]:
    started = time.monotonic()
    results: list[Result] = []
    for name in names:
        for result in ROWS[name]():
            print(_line(result), flush=True)
            results.append(result)
    print(f"{sum(result.is_met for result in results)} of {len(results)} ok, {time.monotonic() - started:.0f} s")
    return results


def _line(result: Result) -> str:
    verdict = "ok" if result.is_met else "NOT OK"
    return (
        f"{verdict:6}  {result.number:5.3g} (at most {result.limit:.3g})  {result.what}: {result.ours}, {result.peer}"
    )


def _write(results: Iterable[Result]) -> None:
    rows = [
        [
            result.what,
            result.ours,
            result.peer,
            f"{result.number:.3g}",
            f"{result.limit:.3g}",
            "ok" if result.is_met else "**not ok**",
        ]
        for result in results
    ]
    head = ["what", "this collection", "the other", "ratio or count", "at most", ""]
    pages.write("performance.md", _INTRODUCTION, pages.table(head, rows), pages.surroundings(), _NOTES)


if __name__ == "__main__":
    sys.exit(main())

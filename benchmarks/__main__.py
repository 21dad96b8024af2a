# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m benchmarks``: measures, checks the limits, and writes the pages with the results."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from . import comparison, comparison_page, pages, performance
from .rows import ROWS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    :returns: the exit code.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    known = {fault.name for fault in comparison.all_faults()} if options.faults else ROWS.keys()
    if unknown := set(options.names) - known:
        parser.error(f"unknown: {', '.join(sorted(unknown))}. Choose from {', '.join(sorted(known))}")
    if options.page:
        comparison_page.save(comparison_page.load())
        performance.save(*performance.load())
        return 0
    if options.faults:
        _compare(options.names, write=options.write)
        return 0
    if options.names and options.write:
        parser.error("--write needs all rows")
    results = performance.measure(options.names or ROWS)
    if options.write:
        performance.save(results, pages.environment())
    return 0 if all(result.is_within_limit for result in results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"measure only these: {', '.join(ROWS)}, or faults")
    parser.add_argument("--faults", action="store_true", help="compare how clients handle the emulator's faults")
    parser.add_argument("--write", action="store_true", help="write docs/performance.*, or docs/comparison.*")
    parser.add_argument(
        "--page", action="store_true", help="write the pages and charts from their data; measure nothing"
    )
    return parser


def _compare(names: Sequence[str], *, write: bool) -> None:
    rows = comparison.measure(fault for fault in comparison.all_faults() if not names or fault.name in names)
    if not write:
        return
    environment = pages.environment()
    if names:
        comparison_page.save(comparison_page.load().updated(rows, environment))
    else:
        comparison_page.save(comparison_page.Comparison(environment, rows, {}))


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the measured comparison in ``docs/comparison.json`` and writes ``docs/comparison.md`` from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.huaweicloud.workspace.tests.emulator import FAULTS

from . import callers, charts, pages
from .comparison import AS_MODULE, CALLERS, COLLECTION, IMAGES, Fault, Row, all_faults
from .verdicts import ACCEPTABLE, LATE, Rating, Verdict

PAGE = pages.DOCS / "comparison.md"
DATA = pages.DOCS / "comparison.json"
CHART = pages.PICTURES / "faults.svg"

_INTRODUCTION = f"""\
# How clients handle faulty responses

The emulator of `tests/emulator` applies each of its faults to ListImages, either to every request or only to the
first. The account has {IMAGES} images on three pages. Every cell is measured.

- Each client has a timeout of {callers.TIMEOUT} s and {callers.MAX_MEMORY // 2**30} GiB of memory. Slow and endless
  faults last {LATE:.0f} s per request.
- **This collection** runs with `ansible`, in the controller's process and as a module; a cell shows both results if
  they differ. It sends {callers.RETRIES} retry (the default is 4). Cells show `error_type`, `http_status`, `error_code`
  and the number of attempts.
- **The vendor's SDK** returns one page per call: its caller requests pages until one is not full. Cells show the
  exception with its status and code. By default, it does not retry.
- **ansible.builtin.uri** requests the first page with a token. It has no paging, so it is not measured with the faults
  of lists (–), and only its page is rated. Cells show the status or the cause, and the `error_code` of the body.
- In bold: the client {"; ".join(rating.value for rating in Rating if rating not in ACCEPTABLE)}.
"""
_UPDATE = """\
`make nox ARGS="--session bench -- --faults --write"` measures all rows. With names of faults before `--write`, it
measures only these rows and does not change the others.
"""


@dataclass(frozen=True)
class Comparison:
    """All rows, and the environment in which they were measured.

    :ivar environment: date, machine and versions.
    :ivar deviations: differences from ``environment``, by fault that was measured again.
    """

    environment: Mapping[str, str]
    rows: Sequence[Row]
    deviations: Mapping[str, Mapping[str, str]]

    def updated(self, rows: Sequence[Row], environment: Mapping[str, str]) -> Comparison:
        """Replace the rows of some faults and drop those of faults that no longer exist."""
        measured = {row.fault.name for row in rows}
        merged = [*rows, *(row for row in self.rows if row.fault.name not in measured)]
        changes = {name: value for name, value in environment.items() if self.environment.get(name) != value}
        deviations = {**self.deviations, **dict.fromkeys(measured, changes)}
        faults = list(all_faults())
        return Comparison(
            self.environment,
            [
                row
                for once in (False, True)
                for fault in faults
                for row in merged
                if (row.fault, row.once) == (fault, once)
            ],
            {name: deviations[name] for name in FAULTS if deviations.get(name)},
        )


def save(comparison: Comparison) -> None:
    """Write the data file and the page."""
    document = {
        "environment": comparison.environment,
        "deviations": comparison.deviations,
        "rows": [_to_json(row) for row in comparison.rows],
    }
    DATA.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(render(comparison), encoding="utf-8")
    CHART.write_text(draw(comparison), encoding="utf-8")


def load() -> Comparison:
    """Read the data file."""
    document = json.loads(DATA.read_text(encoding="utf-8"))
    return Comparison(document["environment"], [_from_json(row) for row in document["rows"]], document["deviations"])


def render(comparison: Comparison) -> str:
    """Return the text of the page."""
    permanent = [row for row in comparison.rows if not row.once]
    return pages.page(
        _INTRODUCTION,
        pages.table(["environment", ""], comparison.environment.items()),
        "\n".join(_deviations(comparison.deviations)),
        _UPDATE,
        "## Summary",
        f"![Faulty responses that a client handles](pictures/{CHART.name})",
        _summary(permanent),
        "## Faults of every request",
        _table(permanent),
        "## Faults of the first request only",
        "These are the faults after which a client sent the request again.",
        _table(row for row in comparison.rows if row.once),
    )


def draw(comparison: Comparison) -> str:
    """Return the chart of the faults of every request."""
    permanent = [row for row in comparison.rows if not row.once]
    ratings = {name: [row.verdicts[name].rating for row in permanent if name in row.verdicts] for name in CALLERS}
    return charts.faults(ratings, comparison.environment)


def _to_json(row: Row) -> dict[str, Any]:
    verdicts = {
        name: {"rating": verdict.rating.name, "text": verdict.text, "is_retried": verdict.is_retried}
        for name, verdict in row.verdicts.items()
    }
    return {"fault": row.fault.name, "parameters": row.fault.parameters, "once": row.once, "verdicts": verdicts}


def _from_json(row: Mapping[str, Any]) -> Row:
    verdicts = {
        name: Verdict(Rating[verdict["rating"]], verdict["text"], verdict["is_retried"])
        for name, verdict in row["verdicts"].items()
    }
    return Row(Fault(row["fault"], row["parameters"]), row["once"], verdicts)


def _deviations(deviations: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, changes in deviations.items():
        yield f"- `{name}` was measured later: {', '.join(f'{key} {value}' for key, value in changes.items())}"


def _summary(rows: Sequence[Row]) -> str:
    counts = {name: Counter(row.verdicts[name].rating for row in rows if name in row.verdicts) for name in CALLERS}
    lines = [[rating.value, *(str(counts[name][rating]) for name in CALLERS)] for rating in Rating]
    return pages.table(["number of faults of every request", *CALLERS], lines)


def _table(rows: Iterable[Row]) -> str:
    names = [name for name in CALLERS if name != AS_MODULE]
    return pages.table(["fault", *names], ([_title(row.fault), *(_cell(row, name) for name in names)] for row in rows))


def _cell(row: Row, name: str) -> str:
    verdict = row.verdicts.get(name)
    as_module = row.verdicts[AS_MODULE]
    if name == COLLECTION and as_module != verdict:
        return f"{verdict}; as a module: {as_module}"
    return str(verdict or "–")


def _title(fault: Fault) -> str:
    shown = [f"{name}={json.dumps(value)}" for name, value in fault.parameters.items() if name != "seconds"]
    summary = FAULTS[fault.name].summary.partition(";")[0].rstrip(".")
    return f"`{fault.name}`{f' ({chr(44).join(shown)})' if shown else ''}: {summary}"

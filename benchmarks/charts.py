# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws a bar for each measured value of this collection and of its peers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ansible_collections.huaweicloud.workspace.docs.site import svg

from .measure import Result
from .verdicts import ACCEPTABLE, Rating

_MARGIN = 16
_LINE = 17
_BAR = 12
#: Width of the longest bar. The value is written to the right of it.
_LONGEST = svg.WIDTH - 2 * _MARGIN - 120


def performance(results: Iterable[Result], environment: Mapping[str, str]) -> str:
    """Return a chart with two bars for each row, whose lengths are in proportion to the values of the row."""
    results = list(results)
    body = [*_heading("Time and memory, less is better", environment), *_legend(("ours", "this collection"),
            ("other", "baseline"))]  # fmt: skip
    y = 80.0
    for result in results:
        for line in svg.lines(result.what):
            body.append(svg.text(_MARGIN, y, line))
            y += _LINE
        largest = max(map(_number, (result.ours, result.other)))
        for kind, value in (("ours", result.ours), ("other", result.other)):
            body += _bar(y - 10, _number(value) / largest, kind, value)
            y += _BAR + 4
        y += 14
    described = "; ".join(f"{result.what}: {result.ours}, {result.other}" for result in results)
    return svg.document(y, "Time and memory of this collection and its peers", described, body)


def faults(ratings: Mapping[str, Sequence[Rating]], environment: Mapping[str, str]) -> str:
    """Return a chart with two bars for each client: the faults that it handled, and those that it did not.

    :param ratings: those of each client.
    """
    body = [*_heading("Faulty responses that a client handles", environment), *_legend(("good",
            "correct, or fails with the cause"), ("bad", "wrong list, crash, hang or leak"))]  # fmt: skip
    y = 80.0
    most = max(len(rated) for rated in ratings.values())
    described = []
    for client, rated in ratings.items():
        good = sum(rating in ACCEPTABLE for rating in rated)
        body.append(svg.text(_MARGIN, y, client, "title"))
        y += _LINE
        for kind, number in (("good", good), ("bad", len(rated) - good)):
            body += _bar(y - 10, number / most, kind, f"{number} of {len(rated)}")
            y += _BAR + 4
        for line in _worst(rated):
            body.append(svg.text(_MARGIN, y + 3, line, "soft"))
            y += _LINE
        described.append(f"{client}: {good} of {len(rated)}")
        y += 14
    return svg.document(y, "Faulty responses that a client handles", "; ".join(described), body)


def _worst(rated: Sequence[Rating]) -> list[str]:
    counts = Counter(rating for rating in rated if rating not in ACCEPTABLE)
    return svg.lines("; ".join(f"{rating.value}: {counts[rating]}" for rating in Rating if counts[rating]))


def _heading(title: str, environment: Mapping[str, str]) -> Iterator[str]:
    yield svg.text(_MARGIN, 26, title, "title")
    yield svg.text(svg.WIDTH - _MARGIN, 26, f"measured {environment['date']}", "soft right")


def _legend(*entries: tuple[str, str]) -> Iterator[str]:
    x = _MARGIN
    for kind, label in entries:
        yield svg.box(x, 40, 12, 12, kind)
        yield svg.text(x + 18, 50, label, "soft")
        x += 220


def _bar(y: float, share: float, kind: str, value: str) -> Iterator[str]:
    width = max(_LONGEST * share, 1)
    yield svg.box(_MARGIN, y, width, _BAR, kind)
    yield svg.text(_MARGIN + width + 6, y + 10.5, value)


def _number(value: str) -> float:
    return float(value.split()[0])

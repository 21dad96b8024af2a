# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures several things alternately, in one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

Measure = Callable[[], float]


@dataclass(frozen=True)
class Result:
    """One row of the table.

    :ivar what: description of the measurement.
    :ivar ours: the value of this collection with its unit.
    :ivar other: the value of the baseline with its unit.
    :ivar ratio: the value of this collection divided by the baseline.
    :ivar limit: the largest acceptable ratio.
    """

    what: str
    ours: str
    other: str
    ratio: float
    limit: float

    @property
    def is_within_limit(self) -> bool:
        """Whether the ratio is acceptable."""
        return self.ratio <= self.limit


def ratio(what: str, ours: float, other: float, limit: float, unit: str = "s") -> Result:
    """Build the row for two values of one unit."""
    return Result(what, f"{_rounded(ours)} {unit}", f"{_rounded(other)} {unit}", ours / other, limit)


def _rounded(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def minima(*measures: Measure, rounds: int) -> list[float]:
    """Measure alternately and return the smallest value of each: other load on the machine only adds."""
    results = [[measure() for measure in measures] for _round in range(rounds)]
    return [min(values) for values in zip(*results)]


@dataclass(frozen=True)
class Series:
    """Something that can be repeated, to measure the cost of one more repetition without the startup.

    :ivar measure: does it so many times and returns the cost.
    :ivar few: a small number of repetitions.
    :ivar many: a large number of repetitions.
    """

    measure: Callable[[int], float]
    few: int
    many: int

    def measures(self) -> tuple[Measure, Measure]:
        """Return the measurements of few and of many repetitions."""
        return (lambda: self.measure(self.few)), (lambda: self.measure(self.many))

    def one_more(self, few: float, many: float) -> float:
        """Calculate the cost of one more repetition from the two measured values."""
        return (many - few) / (self.many - self.few)


def one_more(*series: Series, rounds: int) -> list[float]:
    """Measure several series alternately and return the cost of one more repetition of each."""
    values = iter(minima(*(measure for each in series for measure in each.measures()), rounds=rounds))
    return [each.one_more(next(values), next(values)) for each in series]

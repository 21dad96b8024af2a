# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How two things are compared: in one run, in turn, by the least time of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

Measure = Callable[[], float]


@dataclass(frozen=True)
class Result:
    """One row of the table: what was measured, as a person reads it, and the number that has a limit."""

    what: str
    ours: str
    peer: str
    number: float
    limit: float

    @property
    def is_met(self) -> bool:
        """Whether the number keeps within its limit."""
        return self.number <= self.limit


def ratio(what: str, ours: float, peer: float, limit: float, unit: str = "s") -> Result:
    """The row for two numbers of one unit, such as seconds."""
    return Result(what, f"{_shown(ours)} {unit}", f"{_shown(peer)} {unit}", ours / peer, limit)


def _shown(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def least(*measures: Measure, rounds: int) -> list[float]:
    """Measure in turn, round by round; gives the least number of each, for whatever else a machine does only adds."""
    results = [[measure() for measure in measures] for _round in range(rounds)]
    return [min(numbers) for numbers in zip(*results)]


@dataclass(frozen=True)
class Series:
    """Something that can be done any number of times, to learn what one more costs: starting up is not in it."""

    measure: Callable[[int], float]
    few: int
    many: int

    def measures(self) -> tuple[Measure, Measure]:
        """Doing it a few times, and many times."""
        return (lambda: self.measure(self.few)), (lambda: self.measure(self.many))

    def one_more(self, few: float, many: float) -> float:
        """What one more costs, given what the two took."""
        return (many - few) / (self.many - self.few)


def one_more(*series: Series, rounds: int) -> list[float]:
    """What one more costs of each, measured side by side."""
    numbers = iter(least(*(measure for each in series for measure in each.measures()), rounds=rounds))
    return [each.one_more(next(numbers), next(numbers)) for each in series]

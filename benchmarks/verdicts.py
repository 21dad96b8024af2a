# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an outcome is worth to the user who gets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .callers import Outcome

LATE = 15.0
"""Seconds that slow faults last: who takes longer has waited for their end, whatever the time-out."""


class Worth(Enum):
    """From good to bad."""

    RIGHT = "gives the right list"
    FAILURE = "fails, and says why"
    WARNED = "succeeds with what there was, and warns"
    WRONG = "succeeds with a wrong list or none"
    CRASH = "ends in an exception that was not meant"
    LATE = "waits far beyond its time-out"
    LEAK = "shows the key or the token, or takes it where a redirect leads"


@dataclass(frozen=True)
class Verdict:
    """One cell of the table."""

    worth: Worth
    text: str
    is_retried: bool = False

    def __str__(self) -> str:
        return self.text if self.worth in (Worth.RIGHT, Worth.FAILURE, Worth.WARNED) else f"**{self.text}**"


@dataclass(frozen=True)
class Judge:
    """Knows what is there: the images, and the secrets."""

    rows: Sequence[Mapping[str, Any]]
    secrets: Sequence[str]

    def verdict(self, outcome: Outcome, *, seconds: float, strayed: bool) -> Verdict:
        """Judge by the worst.

        ``seconds`` went by between the first request and the caller's end; ``strayed`` tells that the secrets went to
        where a redirect leads.
        """
        verdict = self._of_result(outcome)
        if seconds >= LATE:
            return Verdict(Worth.LATE, f"{verdict.text}, after {seconds:.0f} s")
        if strayed:
            return Verdict(Worth.LEAK, f"{verdict.text}, followed with the token")
        if any(secret in outcome.output for secret in self.secrets):
            return Verdict(Worth.LEAK, f"{verdict.text}, shows the key or the token")
        return verdict

    def _of_result(self, outcome: Outcome) -> Verdict:
        if outcome.failure is not None:
            is_retried = outcome.attempts > 1
            times = f", {outcome.attempts} attempts" if is_retried else ""
            return Verdict(Worth.CRASH if outcome.is_crash else Worth.FAILURE, outcome.failure + times, is_retried)
        if outcome.images is None:
            return Verdict(Worth.WRONG, "success without a list")
        found = {row.get("id"): row for row in outcome.images if isinstance(row, dict)}
        there = [found[row["id"]] == {**found[row["id"]], **row} for row in self.rows if row["id"] in found]
        if len(there) < len(self.rows):
            text = f"success with {len(there)} of {len(self.rows)} images"
            return Verdict(Worth.WARNED, f"{text}, and a warning") if outcome.is_warned else Verdict(Worth.WRONG, text)
        if not all(there):
            return Verdict(Worth.WRONG, "success with a value of a wrong type")
        return Verdict(Worth.RIGHT, "all images")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rates the result of a client from the point of view of its user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .callers import MAX_MEMORY, Outcome

LATE = 15.0
"""Duration of slow faults in seconds. A client that takes longer does not apply its timeout."""


class Rating(Enum):
    """Ratings, from good to bad. The values are the texts in the documentation."""

    CORRECT = "returns the correct list"
    FAILED = "fails and reports the cause"
    PARTIAL = "succeeds with a partial list and a warning"
    WRONG = "succeeds with a wrong list or without a list"
    CRASHED = "ends in an unexpected exception"
    OUT_OF_MEMORY = f"needs more than {MAX_MEMORY // 2**30} GiB of memory"
    LATE = "takes far longer than its timeout"
    LEAKED = "exposes the access key or the token"


ACCEPTABLE = (Rating.CORRECT, Rating.FAILED, Rating.PARTIAL)


@dataclass(frozen=True)
class Verdict:
    """One cell of the comparison."""

    rating: Rating
    text: str
    is_retried: bool = False

    def __str__(self) -> str:
        return self.text if self.rating in ACCEPTABLE else f"**{self.text}**"


def rate(
    outcome: Outcome,
    rows: Sequence[Mapping[str, Any]],
    secrets: Sequence[str],
    *,
    seconds: float,
    followed_redirect: bool,
) -> Verdict:
    """Rate an outcome by the worst that happened.

    :param rows: the images that the client should return.
    :param secrets: secrets that its output must not contain.
    :param seconds: time between the first request and the end of the client, if the fault is slow.
    :param followed_redirect: whether it sent the secrets to the location of a redirect.
    """
    verdict = _rate_result(outcome, rows)
    if seconds >= LATE:
        return Verdict(Rating.LATE, f"{verdict.text}, after {seconds:.0f} s")
    if followed_redirect:
        return Verdict(Rating.LEAKED, f"{verdict.text}, sends the token to the redirect's location")
    if any(secret in outcome.output for secret in secrets):
        return Verdict(Rating.LEAKED, f"{verdict.text}, shows the access key or the token")
    return verdict


def _rate_result(outcome: Outcome, rows: Sequence[Mapping[str, Any]]) -> Verdict:
    if outcome.is_out_of_memory:
        return Verdict(Rating.OUT_OF_MEMORY, "out of memory")
    if outcome.failure is not None:
        is_retried = outcome.attempts > 1
        attempts = f", {outcome.attempts} attempts" if is_retried else ""
        rating = Rating.CRASHED if outcome.is_crash else Rating.FAILED
        return Verdict(rating, outcome.failure + attempts, is_retried)
    if outcome.images is None:
        return Verdict(Rating.WRONG, "success without a list")
    return _rate_images(outcome.images, rows, is_warned=outcome.is_warned)


def _rate_images(images: list[Any], rows: Sequence[Mapping[str, Any]], *, is_warned: bool) -> Verdict:
    by_id = {image.get("id"): image for image in images if isinstance(image, dict)}
    # A client may add fields that the service left out.
    equal = [by_id[row["id"]] == {**by_id[row["id"]], **row} for row in rows if row["id"] in by_id]
    if len(equal) < len(rows):
        text = f"success with {len(equal)} of {len(rows)} images"
        return Verdict(Rating.PARTIAL, f"{text} and a warning") if is_warned else Verdict(Rating.WRONG, text)
    if not all(equal):
        return Verdict(Rating.WRONG, "success with a value of the wrong type")
    return Verdict(Rating.CORRECT, "all images")

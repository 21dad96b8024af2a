# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several regions: who is asked when, and what their answers make together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from ._cloud.client import Target
from ._cloud.errors import CloudError
from ._cloud.threads import run_in_thread
from ._images.image import Image

#: Regions that are asked side by side, once one has accepted the identity: all that there are today.
REGIONS_AT_ONCE = 20


@dataclass
class Outcome:
    """How it went in one place.

    :ivar selections: images for each name that was asked for, or for the one question without.
    :ivar authenticated: whether any service there took the identity.
    """

    region: str | None
    project_id: str | None = None
    total_count: int | None = None
    selections: list[list[Image]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failure: CloudError | None = None
    authenticated: bool = False

    @property
    def has_authentication_failure(self) -> bool:
        """Whether the same identity must not be tried anywhere else."""
        return self.failure is not None and self.failure.is_authentication_failure


class RegionsFailure(CloudError):
    """One region failed, or several.

    :param outcomes: of all regions that were asked, in the order given.
    :param regions: how many were to be asked.
    """

    def __init__(self, outcomes: Sequence[Outcome], regions: int) -> None:
        self.failures = [outcome.failure for outcome in outcomes if outcome.failure is not None]
        self.error_type = self.failures[0].error_type
        self.images = [image for outcome in outcomes for selection in outcome.selections for image in selection]
        super().__init__(f"{len(self.failures)} of {regions} regions failed")

    def message(self) -> str:
        """Every region's own message."""
        return f"{self.reason}. {' '.join(failure.message() for failure in self.failures)}"

    def details(self) -> dict[str, Any]:
        """The first failure's keys, all failures, and the images of the other regions."""
        return {**self.failures[0].details(), "failures": failure_entries(self.failures), "images": self.images}


def failure_entries(failures: Sequence[CloudError]) -> list[dict[str, Any]]:
    """One entry for each region that failed, shaped as the failure of a task."""
    return [{"failed": True, **failure.result(), "region": failure.region} for failure in failures]


def ask_each(places: Sequence[Target], ask: Callable[[Target], Outcome]) -> list[Outcome]:
    """Ask one place at a time until one has accepted the identity, then the others side by side.

    A wrong key costs one refusal that way, not as many as there are regions: more than five lock it.

    :param ask: asks one place; it raises nothing.
    :returns: the outcomes in the order of the places; those that came after a refusal are left out.
    """
    outcomes: list[Outcome] = []
    for place in places:
        outcomes.append(ask(place))
        if outcomes[-1].has_authentication_failure:
            return outcomes
        if outcomes[-1].authenticated:
            break
    waiting = list(places[len(outcomes) :])
    answered: dict[int, Outcome] = {}
    lock = threading.Lock()
    is_over = threading.Event()
    numbers = iter(range(len(waiting)))

    def work() -> None:
        while not is_over.is_set():
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            answered[number] = ask(waiting[number])
            if answered[number].has_authentication_failure:
                is_over.set()

    try:
        for worker in [run_in_thread(work) for _unused in waiting[:REGIONS_AT_ONCE]]:
            worker.result()
    finally:
        # Where the task's own time is up, nobody waits for the others.
        is_over.set()
    return outcomes + [answered[number] for number in sorted(answered)]

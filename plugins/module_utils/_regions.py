# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several regions: in which order they are queried, and what their outcomes make together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from ._cloud.errors import CloudError
from ._cloud.target import Target
from ._cloud.threads import run_in_thread
from ._images.image import CachedListing, Image


@dataclass
class Outcome:
    """The outcome of one target.

    :ivar selections: images for each name of the lookup, or for the one selection without.
    :ivar searched: how many images the listing has.
    :ivar nearest: by number of a selection that is empty, the names most similar to those that were given.
    :ivar authenticated: whether a service accepted the credentials.
    :ivar fetched_at: when its listing was fetched, in seconds since the epoch.
    """

    region: str | None
    project_id: str | None = None
    total_count: int | None = None
    searched: int = 0
    nearest: dict[int, list[str]] = field(default_factory=dict)
    selections: list[list[Image]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failure: CloudError | None = None
    authenticated: bool = False
    fetched_at: float = 0.0

    def fill(self, cached: CachedListing) -> None:
        """Take over what is the same for all selections from a listing."""
        self.project_id, self.fetched_at = cached.project_id, cached.fetched_at
        self.total_count, self.searched = cached.listing.total_count, len(cached.listing.images)
        self.warnings.extend(cached.listing.warnings)

    @property
    def has_authentication_failure(self) -> bool:
        """Whether the same credentials must not be sent anywhere else."""
        return self.failure is not None and self.failure.is_authentication_failure


class RegionsFailure(CloudError):
    """One region failed, or several.

    :param outcomes: of all regions that were queried, in the order given.
    :param regions: how many were to be queried.
    """

    def __init__(self, outcomes: Sequence[Outcome], regions: int) -> None:
        self.failures = [outcome.failure for outcome in outcomes if outcome.failure is not None]
        self.images = [image for outcome in outcomes for selection in outcome.selections for image in selection]
        super().__init__(f"{len(self.failures)} of {regions} regions failed")

    def message(self) -> str:
        """Return every region's own message."""
        return f"{self.reason}. {' '.join(failure.message() for failure in self.failures)}"

    def details(self) -> dict[str, Any]:
        """Return the first failure's keys, all failures, and the images of the other regions."""
        return {**self.failures[0].details(), "failures": failure_entries(self.failures), "images": self.images}


def failure_entries(failures: Sequence[CloudError]) -> list[dict[str, Any]]:
    """Return one entry for each region that failed, shaped as the failure of a task."""
    return [{"failed": True, **failure.result(), "region": failure.region} for failure in failures]


def search_each(targets: Sequence[Target], search: Callable[[Target], Outcome]) -> list[Outcome]:
    """Search one target at a time until one has accepted the credentials, then the others in parallel.

    A wrong key costs one failed authentication that way, not as many as there are regions: more than five lock it.

    :param search: searches one target; it raises nothing.
    :returns: the outcomes in the order of the targets, without those after an authentication failure.
    """
    outcomes: list[Outcome] = []
    for target in targets:
        outcomes.append(search(target))
        if outcomes[-1].has_authentication_failure:
            return outcomes
        if outcomes[-1].authenticated:
            break
    return outcomes + _search_in_parallel(targets[len(outcomes) :], search)


def _search_in_parallel(targets: Sequence[Target], search: Callable[[Target], Outcome]) -> list[Outcome]:
    """Search with a thread for each target. No target is begun after an authentication failure."""
    is_over = threading.Event()

    def search_unless_over(target: Target) -> Outcome | None:
        if is_over.is_set():
            return None
        outcome = search(target)
        if outcome.has_authentication_failure:
            is_over.set()
        return outcome

    def start(target: Target) -> Callable[[], Outcome | None]:
        return run_in_thread(lambda: search_unless_over(target)).result

    try:
        results = [result() for result in [start(target) for target in targets]]
    finally:
        # If the task itself times out, the threads of the others end soon.
        is_over.set()
    return [outcome for outcome in results if outcome is not None]

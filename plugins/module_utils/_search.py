# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search: executes a plan and builds the result, for one region or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, NamedTuple

from ._cloud.credentials import AssumedAgency, Credentials, base_of
from ._cloud.errors import CloudError
from ._cloud.guard import GuardFor, no_guard
from ._cloud.progress import REQUESTS, WARNING, Report, describe_source, report_nothing
from ._cloud.redaction import Secrets
from ._cloud.target import Target
from ._images.image import CachedListing, Image, Listing
from ._images.selection import Selection, select_images
from ._plan import Plan, build_plan
from ._process import GetOrFetch, ListingKey, Process
from ._regions import Outcome, RegionsFailure, failure_entries, search_each
from ._secret_registry import register_secrets
from ._settings import Settings, secret_values, task_settings

Warn = Callable[[str], None]


#: Seconds for which a cached listing is believed that an image does not exist.
NO_MATCH_FOR = 10.0


class SearchFailed(Exception):
    """The failure of a task, secrets masked: the one exception that an entry point has to know.

    :ivar result: ``msg`` and the keys beside it.
    """

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


class SearchResult(NamedTuple):
    """The images that were found.

    :ivar selections: images for each name of a lookup, or for the one selection without.
    :ivar result: what the module returns beside them.
    :ivar searched: how many images the listings have.
    :ivar nearest: for each selection that is empty although names were given, the most similar names.
    :ivar fetched_at: when the oldest listing was fetched, in seconds since the epoch.
    """

    selections: list[list[Image]]
    result: dict[str, Any]
    searched: int
    nearest: list[list[str]]
    fetched_at: float


def find_images(
    options: Mapping[str, Any],
    warn: Warn,
    *,
    environ: Mapping[str, str] | None = None,
    guard_for: GuardFor = no_guard,
    report: Report | None = None,
) -> dict[str, Any]:
    """Return the result of the module.

    :param options: of the task, validated by the argument specification.
    :param warn: shows a warning to the user.
    :param environ: the environment, by default that of the process.
    :param guard_for: see :func:`search`.
    :param report: likewise.
    :raises SearchFailed: if the task fails.
    """
    found = search(lambda: Settings(task_settings(options), environ), warn, guard_for=guard_for, report=report)
    nearest = {"nearest_names": found.nearest[0]} if found.nearest[0] else {}
    return {"changed": False, "images": found.selections[0], **nearest, **found.result}


def search(
    read_settings: Callable[[], Settings],
    warn: Warn,
    *,
    names: Sequence[str] = (),
    get_or_fetch: GetOrFetch = lambda _key, fetch, *_age: fetch(),
    guard_for: GuardFor = no_guard,
    report: Report | None = None,
) -> SearchResult:
    """Find the images that settings describe.

    :param read_settings: returns the settings; it may raise ``ConfigurationError``.
    :param warn: shows a warning to the user.
    :param names: name patterns of a lookup, each of which selects images independently.
    :param get_or_fetch: caches listings; by default none is cached.
    :param guard_for: returns the guard that prevents rejected credentials from being sent again; by default none.
    :param report: shows what happens while it happens; by default it warns of long waits.
    :raises SearchFailed: if there is no result.
    """
    secrets = Secrets(register_secrets)
    process = Process(get_or_fetch, guard_for, report or partial(_warn_of_waits, warn))
    try:
        settings = read_settings()
        secrets.add(*secret_values(settings))
        plan = build_plan(settings, names)
        return execute(plan, secrets, lambda text: warn(secrets.mask(text)), process)
    except CloudError as error:
        result = error.result()
    # Outside of the handler: what was raised below may hold what must not be shown.
    raise SearchFailed(secrets.mask_all(result))


def _warn_of_waits(warn: Warn, verbosity: int, line: str) -> None:
    if verbosity == WARNING:
        warn(line)


def execute(plan: Plan, secrets: Secrets, warn: Warn, process: Process) -> SearchResult:
    """Execute a plan.

    :raises CloudError: if there is no result.
    """
    for text in plan.warnings:
        warn(text)
    credentials = authenticate(plan, secrets, process.report)
    execution = _Execution(plan, credentials, secrets, process)
    outcomes = search_each(plan.targets, execution.search)
    for outcome in outcomes:
        for text in outcome.warnings:
            warn(text)
    selections, result = _several(plan, outcomes, warn) if plan.has_regions else _single(outcomes[0])
    nearest = [
        [name for outcome in outcomes for name in outcome.nearest.get(number, ())] if not selection else []
        for number, selection in enumerate(selections)
    ]
    return SearchResult(
        secrets.mask_known(selections),
        secrets.mask_all(result),
        sum(outcome.searched for outcome in outcomes),
        secrets.mask_known(nearest),
        min(outcome.fetched_at for outcome in outcomes),
    )


def authenticate(plan: Plan, secrets: Secrets, report: Report = report_nothing) -> Credentials:
    """Return the credentials to use.

    :raises CloudError: if no credentials are found, or a request fails.
    """
    credentials = plan.resolution.resolved.credentials
    if credentials is None:
        # Imported here and in fetch(): a cached listing needs neither requests nor voluptuous.
        from ._cloud.providers.metadata import TRANSPORT_OPTIONS
        from ._cloud.transport import Transport
        from ._libraries import require_libraries

        require_libraries()
        transport = Transport(secrets=secrets, report=report, **TRANSPORT_OPTIONS)
        try:
            credentials = plan.resolution.authenticate(transport)
        finally:
            transport.close()
    secrets.add(*credentials.secrets())
    agency = plan.resolution.resolved.agency
    return credentials if agency is None else AssumedAgency(credentials, agency)


@dataclass(frozen=True)
class _Execution:
    """A plan in execution, with the credentials to use."""

    plan: Plan
    credentials: Credentials
    secrets: Secrets
    process: Process

    def search(self, target: Target) -> Outcome:
        """Search one target. A failure is part of the outcome."""
        outcome = Outcome(target.region)
        self._report_source(target)
        try:
            self._fill(outcome, target)
        except CloudError as error:
            outcome.failure = error.with_facts(region=target.region)
        return outcome

    def _report_source(self, target: Target) -> None:
        resolved = self.plan.resolution.resolved
        source = resolved.source if resolved.agency is None else resolved.agency.after(resolved.source)
        self.process.report(REQUESTS, self.secrets.mask(describe_source(source, target)))

    def _fill(self, outcome: Outcome, target: Target) -> None:
        key = self._cache_key(target)

        def fetch() -> CachedListing:
            from ._fetch import fetch_listing

            return fetch_listing(self.plan, target, self.credentials, self.secrets, self.process, outcome)

        cached = self.process.get_or_fetch(key, fetch)
        selections = self._select(cached.listing, target)
        if not all(selection.images for selection in selections) and not cached.is_younger_than(NO_MATCH_FOR):
            cached = self.process.get_or_fetch(key, fetch, NO_MATCH_FOR)
            selections = self._select(cached.listing, target)
        outcome.fill(cached)
        location = {"region": target.region, "project_id": cached.project_id} if self.plan.has_regions else {}
        for number, (criteria, selection) in enumerate(zip(self.plan.criteria, selections)):
            if not selection.images:
                outcome.nearest[number] = criteria.nearest_names(cached.listing.images)
            outcome.warnings.extend(selection.warnings)
            outcome.selections.append([{**image, **location} for image in selection.images])

    def _select(self, listing: Listing, target: Target) -> list[Selection]:
        """Select from a listing for each name of a lookup, or once."""
        query = self.plan.query
        return [select_images(listing.images, criteria, query, target.region) for criteria in self.plan.criteria]

    def _cache_key(self, target: Target) -> ListingKey:
        query = self.plan.query
        parts = {
            "endpoint": target.endpoint,
            "iam_endpoint": target.iam_endpoint,
            "project": target.project_id or [target.project_name or target.region],
            "credentials": self.credentials.digest(),
            "parameters": dict(query.parameters),
            "offset": query.offset,
            "limit": query.limit,
        }
        return ListingKey(parts, base_of(self.credentials).secrets())


def _single(outcome: Outcome) -> tuple[list[list[Image]], dict[str, Any]]:
    if outcome.failure is not None:
        raise outcome.failure
    facts = {"total_count": outcome.total_count, "region": outcome.region, "project_id": outcome.project_id}
    return outcome.selections, facts


def _several(plan: Plan, outcomes: list[Outcome], warn: Warn) -> tuple[list[list[Image]], dict[str, Any]]:
    failures = [outcome.failure for outcome in outcomes if outcome.failure is not None]
    succeeded = [outcome for outcome in outcomes if outcome.failure is None]
    is_tolerated = plan.tolerates_failed_regions and bool(succeeded)
    if failures and (not is_tolerated or any(failure.is_authentication_failure for failure in failures)):
        raise RegionsFailure(outcomes, len(plan.targets))
    for failure in failures:
        warn(failure.message())
    counts = [outcome.total_count for outcome in outcomes]
    result: dict[str, Any] = {
        "total_count": None if None in counts else sum(count or 0 for count in counts),
        "region": None,
        "project_id": None,
    }
    if failures:
        result["failures"] = failure_entries(failures)
    selections = [
        [image for outcome in succeeded for image in outcome.selections[number]] for number in range(len(plan.criteria))
    ]
    return selections, result

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options in, result or failure out: the way that all entry points take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, NamedTuple

from . import _plan, _regions
from ._cloud.client import Connection, Target
from ._cloud.credentials import ResolvedCredentials
from ._cloud.endpoints import is_unprotected
from ._cloud.errors import CloudError
from ._cloud.redaction import Secrets
from ._images.criteria import Criteria, build_criteria
from ._images.image import Image
from ._images.listing import Listing, list_images
from ._images.page import fetch_page
from ._images.query import ImageQuery, build_query
from ._images.selection import select_images
from ._options import Options
from ._regions import Outcome

Warn = Callable[[str], None]


class CachedListing(NamedTuple):
    """A listing and the project that it is of."""

    project_id: str
    listing: Listing


#: Gives back a listing that was kept, or else asks for it and keeps it: what tells it from others, and the way to ask.
GetOrFetch = Callable[[Mapping[str, Any], Callable[[], CachedListing]], CachedListing]


class SearchFailed(Exception):
    """What a task fails with, secrets masked: the one exception that an entry point has to know.

    :ivar result: ``msg`` and the keys beside it.
    """

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result


class SearchResult(NamedTuple):
    """The answer to one question, or to one for each name.

    :ivar selections: images for each name that was asked for, or for the one question without.
    :ivar result: what the module returns beside them.
    """

    selections: list[list[Image]]
    result: dict[str, Any]


def find_images(task: Mapping[str, Any], warn: Warn, *, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The result of the module.

    :param task: options, validated by the argument specification.
    :param warn: tells the user what is no failure.
    :param environ: variables of the environment, by default those of the process.
    :raises SearchFailed: where there is none.
    """
    found = ask(task, warn, environ=environ)
    return {"changed": False, "images": found.selections[0], **found.result}


def ask(
    task: Mapping[str, Any],
    warn: Warn,
    *,
    names: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    configuration: Mapping[str, Any] | None = None,
    get_or_fetch: GetOrFetch | None = None,
) -> SearchResult:
    """The images that meet a task's options.

    :param task: options, validated by the argument specification.
    :param warn: tells the user what is no failure.
    :param names: patterns, each of which stands for itself; without any, the options are the one question.
    :param environ: variables of the environment, by default those of the process.
    :param configuration: values of ``ansible.cfg``.
    :param get_or_fetch: keeps listings; by default none is kept.
    :raises SearchFailed: where there is no answer.
    """
    secrets = Secrets()
    try:
        options = Options(task, environ, configuration)
        wanted = build_criteria(options.task)
        inquiry = _Inquiry(
            options,
            build_query(options.task),
            [wanted.with_name(name) for name in names] or [wanted],
            options.regions(),
            secrets,
            get_or_fetch or (lambda _key, ask_for_it: ask_for_it()),
        )
        return inquiry.answer(lambda text: warn(secrets.mask(text)))
    except CloudError as error:
        result = error.result()
    # Outside of the handler: what was raised below it may hold what must not be shown.
    raise SearchFailed(secrets.mask_all(result))


@dataclass(frozen=True)
class _Inquiry:
    """What a task asks for, checked before anything is sent."""

    options: Options
    query: ImageQuery
    wanted: list[Criteria]
    regions: list[str] | None
    secrets: Secrets
    get_or_fetch: GetOrFetch

    def answer(self, warn: Warn) -> SearchResult:
        # What may be wrong with an option is known before a first request, which may be the identity's own.
        _plan.transport(self.options, self.secrets).close()
        identity = _plan.find(self.options, self.secrets)
        places = _plan.places(self.options, identity)
        for base in dict.fromkeys(base for place in places for base in self._unprotected(place)):
            warn(f"What is sent to {base} can be read and changed on the way: it is plain http")
        ask = partial(self._ask, identity)
        outcomes = [ask(places[0])] if self.regions is None else _regions.ask_each(places, ask)
        for outcome in outcomes:
            for text in outcome.warnings:
                warn(text)
        return self._single(outcomes[0]) if self.regions is None else self._several(outcomes, len(places), warn)

    def _unprotected(self, place: Target) -> list[str]:
        used = [place.endpoint, place.iam_endpoint]
        if self.options.value("decode_authorization_message"):
            used.append(place.sts_endpoint)
        return [base for base in used if base is not None and is_unprotected(base)]

    def _single(self, outcome: Outcome) -> SearchResult:
        if outcome.failure is not None:
            raise outcome.failure
        return SearchResult(
            outcome.selections,
            {"total_count": outcome.total_count, "region": outcome.region, "project_id": outcome.project_id},
        )

    def _several(self, outcomes: list[Outcome], asked: int, warn: Warn) -> SearchResult:
        failures = [outcome.failure for outcome in outcomes if outcome.failure is not None]
        answered = [outcome for outcome in outcomes if outcome.failure is None]
        tolerated = self.options.value("on_region_error") == "warn" and answered
        if failures and (not tolerated or any(failure.is_authentication_failure for failure in failures)):
            raise _regions.RegionsFailure(outcomes, asked)
        for failure in failures:
            warn(failure.message())
        counts = [outcome.total_count for outcome in outcomes]
        result: dict[str, Any] = {
            "total_count": None if None in counts else sum(count or 0 for count in counts),
            "region": None,
            "project_id": None,
        }
        if failures:
            result["failures"] = self.secrets.mask_all(_regions.failure_entries(failures))
        selections = [
            [image for outcome in answered for image in outcome.selections[number]]
            for number in range(len(self.wanted))
        ]
        return SearchResult(selections, result)

    def _ask(self, identity: ResolvedCredentials, place: Target) -> Outcome:
        """How it goes in one place; nothing is raised."""
        outcome = Outcome(place.region)
        transport = _plan.transport(self.options, self.secrets)
        connection = Connection(place, identity, transport)
        try:
            kept = self.get_or_fetch(self._key(connection), lambda: self._list(connection))
            outcome.project_id = kept.project_id
            outcome.total_count = kept.listing.total_count
            outcome.warnings.extend(kept.listing.warnings)
            selected = [select_images(kept.listing.images, wanted, self.query, place.region) for wanted in self.wanted]
            outcome.warnings.extend(text for selection in selected for text in selection.warnings)
            outcome.selections = [selection.images for selection in selected]
            if self.regions is not None:
                origin = {"region": place.region, "project_id": kept.project_id}
                outcome.selections = [[{**image, **origin} for image in images] for images in outcome.selections]
        except CloudError as failure:
            failure.region = place.region
            outcome.failure = failure
            # A refused identity would be refused there, too, and come nearer to being locked.
            if self.options.value("decode_authorization_message") and not failure.is_authentication_failure:
                outcome.warnings.extend(connection.explain(failure))
        finally:
            outcome.authenticated = connection.authenticated
            transport.close()
        return outcome

    def _list(self, connection: Connection) -> CachedListing:
        fetch = partial(fetch_page, connection, self.query)
        listing = list_images(fetch, self.query, connection.place.region)
        return CachedListing(connection.project_id, listing)

    def _key(self, connection: Connection) -> dict[str, Any]:
        """What tells one listing from another, without a secret."""
        place = connection.place
        return {
            "endpoint": place.endpoint,
            "iam_endpoint": place.iam_endpoint,
            "project": place.project_id or [place.project_name or place.region],
            "identity": connection.identity.credentials.digest(),
            "parameters": dict(self.query.parameters),
            "offset": self.query.offset,
            "limit": self.query.limit,
        }

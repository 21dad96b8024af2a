# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paging: the listing contains each image once, also if pages are inconsistent."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Callable
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    Unresolved,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images import listing, prefetch
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.page import Page
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import ImageQuery

CORRECT = "correct"
MAX_REQUESTS = 1000


@dataclass
class Server:
    """Returns pages of a list of images.

    :ivar ids: the IDs of the images, in order; an ID may be repeated.
    :ivar total_count: the reported number, or CORRECT.
    :ivar most: the maximum number of rows of a page.
    :ivar least: the minimum number of rows of a page, if the list has them.
    """

    ids: list[int]
    total_count: Any = CORRECT
    most: int = 1000
    least: int = 0
    requests: list[tuple[int, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, offset: int, size: int) -> Page:
        with self.lock:
            self.requests.append((offset, size))
            assert len(self.requests) < MAX_REQUESTS, "too many requests"
        return self.page(offset, size)

    def page(self, offset: int, size: int) -> Page:
        rows = self.ids[offset : offset + max(self.least, min(self.most, size))]
        total = len(self.ids) if self.total_count == CORRECT else self.total_count
        return Page([{"id": str(number)} for number in rows], total, attempts=1)


def list_images(fetch: Callable[[int, int], Page], query: ImageQuery, region: str | None = None) -> Listing:
    """List images, but fail if too many threads are started."""
    started: list[None] = []
    original = prefetch.run_in_thread

    def run_in_thread(work: Callable[[], Page]) -> Future[Page]:
        started.append(None)
        assert len(started) < MAX_REQUESTS, "too many predicted pages"
        return original(work)

    with mock.patch.object(prefetch, "run_in_thread", run_in_thread):
        return listing.list_images(fetch, query, region)


def ids_in(result: Listing) -> list[int]:
    return [int(image["id"]) for image in result.images]


def first_ids(count: int) -> list[int]:
    return list(range(count))


# --- rules for the last page


@pytest.mark.parametrize(
    ("server", "expected", "requests"),
    [
        pytest.param(Server([]), 0, [(0, 100)], id="an empty list"),
        pytest.param(Server([], None), 0, [(0, 100)], id="an empty list without total_count"),
        pytest.param(Server(first_ids(2), 1), 2, [(0, 100)], id="the published response: total_count 1, two rows"),
        pytest.param(Server(first_ids(99)), 99, [(0, 100)], id="a short page with all images"),
        pytest.param(Server(first_ids(99), None), 99, [(0, 100), (99, 100)], id="a short page, no total_count"),
        pytest.param(Server(first_ids(100)), 100, [(0, 100), (100, 100)], id="a full page, total_count reached"),
        pytest.param(Server(first_ids(250), 10), 250, [(0, 100), (100, 100), (200, 100)], id="total_count too low"),
        pytest.param(Server(first_ids(250), 0), 250, [(0, 100), (100, 100), (200, 100)], id="total_count zero"),
        pytest.param(Server(first_ids(250), -1), 250, [(0, 100), (100, 100), (200, 100)], id="total_count negative"),
        pytest.param(Server(first_ids(250)), 250, [(0, 100), (100, 100), (200, 100)], id="three pages"),
        pytest.param(
            Server(first_ids(250), None),
            250,
            [(0, 100), (100, 100), (200, 100), (250, 100)],
            id="three pages, no total_count",
        ),
        pytest.param(
            Server(first_ids(200), None), 200, [(0, 100), (100, 100), (200, 100)], id="two full pages, no total_count"
        ),
        pytest.param(
            Server(first_ids(120), None, most=50), 120, [(0, 100), (50, 100), (100, 100), (120, 100)], id="short pages"
        ),
        pytest.param(
            Server(first_ids(120), most=50), 120, [(0, 100), (50, 100), (100, 100)], id="short pages, total_count"
        ),
        pytest.param(
            Server(first_ids(320), None, least=150),
            320,
            [(0, 100), (150, 100), (300, 100), (320, 100)],
            id="long pages",
        ),
    ],
)
def test_the_listing_ends_at_the_last_page(server: Server, expected: int, requests: list[tuple[int, int]]) -> None:
    found = list_images(server, ImageQuery())
    assert ids_in(found) == first_ids(expected)
    assert found.total_count == server.page(0, 100).total_count
    assert found.warnings == []
    # Pages are fetched in parallel, in any order.
    assert sorted(server.requests) == requests


@pytest.mark.parametrize(
    ("server", "expected", "reported"),
    [
        pytest.param(Server([], 5), 0, 5, id="no image"),
        pytest.param(Server(first_ids(50), 51), 50, 51, id="one image fewer"),
        pytest.param(Server(first_ids(250), 900), 250, 900, id="many images fewer"),
        pytest.param(Server(first_ids(100) * 9, 900), 100, 900, id="a repeated page"),
        pytest.param(Server([*first_ids(60), *first_ids(60)]), 60, 120, id="each image twice on a page"),
        pytest.param(Server(first_ids(120), 130, most=50), 120, 130, id="short pages"),
    ],
)
def test_fewer_images_than_reported_are_warned_about(server: Server, expected: int, reported: int) -> None:
    found = list_images(server, ImageQuery())
    assert ids_in(found) == first_ids(expected)
    assert found.total_count == reported
    assert found.warnings == [
        f"ListImages reported total_count={reported} but returned {expected} images; "
        "the list may have changed during paging"
    ]


def test_the_warning_names_the_region() -> None:
    assert list_images(Server([], 1), ImageQuery(), "cn-north-4").warnings == [
        "ListImages reported total_count=1 but returned 0 images; the list may have changed during paging "
        "(region cn-north-4)"
    ]


def test_a_repeated_image_is_listed_once() -> None:
    """Such as after an image was added to a page that was fetched before."""
    server = Server([*range(100), *range(99, 199), *range(198, 230)], None)
    assert ids_in(list_images(server, ImageQuery())) == first_ids(230)


def test_the_first_occurrence_of_an_image_is_listed() -> None:
    def fetch(offset: int, size: int) -> Page:
        return Page([{"id": "1", "name": f"{offset}"}, {"id": f"at {offset}"}] if offset < 4 else [], None)

    assert list_images(fetch, ImageQuery()).images == [{"id": "1", "name": "0"}, {"id": "at 0"}, {"id": "at 2"}]


def test_total_count_is_that_of_the_first_page() -> None:
    class Growing(Server):
        def page(self, offset: int, size: int) -> Page:
            return Page(super().page(offset, size).images, 1000 + offset)

    assert list_images(Growing(first_ids(150)), ImageQuery()).total_count == 1000


# --- limit and offset


@pytest.mark.parametrize(
    ("server", "limit", "expected", "requests"),
    [
        pytest.param(Server(first_ids(1000)), 1, 1, [(0, 1)], id="one"),
        pytest.param(Server(first_ids(1000)), 100, 100, [(0, 100)], id="a page"),
        pytest.param(Server(first_ids(1000)), 101, 101, [(0, 100), (100, 1)], id="a page and one image"),
        pytest.param(Server(first_ids(1000)), 250, 250, [(0, 100), (100, 100), (200, 50)], id="three pages"),
        pytest.param(Server(first_ids(1000), None), 250, 250, [(0, 100), (100, 100), (200, 50)], id="no total_count"),
        pytest.param(Server(first_ids(30)), 50, 30, [(0, 50)], id="fewer than the limit"),
        pytest.param(
            Server(first_ids(30), None), 50, 30, [(0, 50), (30, 20)], id="fewer than the limit, no total_count"
        ),
        pytest.param(Server(first_ids(50), None, most=20), 50, 50, [(0, 50), (20, 30), (40, 10)], id="short pages"),
        pytest.param(Server(first_ids(90), least=40), 10, 10, [(0, 10)], id="more rows than requested"),
        pytest.param(
            Server([*range(60), *range(30, 200)], None),
            100,
            100,
            [(0, 100), (100, 30)],
            id="repeated rows do not count",
        ),
    ],
)
def test_the_listing_ends_at_the_limit(
    server: Server, limit: int, expected: int, requests: list[tuple[int, int]]
) -> None:
    found = list_images(server, ImageQuery(limit=limit))
    assert ids_in(found) == first_ids(expected)
    assert found.warnings == []
    assert sorted(server.requests) == requests


def test_fewer_images_than_the_limit_and_total_count_are_warned_about() -> None:
    assert len(list_images(Server(first_ids(30), 40), ImageQuery(limit=35)).warnings) == 1
    assert list_images(Server(first_ids(30), 40), ImageQuery(limit=30)).warnings == []


@pytest.mark.parametrize(
    ("server", "query", "expected", "requests"),
    [
        pytest.param(Server(first_ids(250)), ImageQuery(offset=240), range(240, 250), [(240, 100)], id="near the end"),
        pytest.param(Server(first_ids(250)), ImageQuery(offset=250), range(0), [(250, 100)], id="at the end"),
        pytest.param(Server(first_ids(250)), ImageQuery(offset=999), range(0), [(999, 100)], id="beyond the end"),
        pytest.param(
            Server(first_ids(250)),
            ImageQuery(offset=30),
            range(30, 250),
            [(30, 100), (130, 100), (230, 100)],
            id="in the middle",
        ),
        pytest.param(
            Server(first_ids(250)), ImageQuery(offset=30, limit=20), range(30, 50), [(30, 20)], id="and limit"
        ),
    ],
)
def test_the_listing_starts_at_the_offset(
    server: Server, query: ImageQuery, expected: range, requests: list[tuple[int, int]]
) -> None:
    found = list_images(server, query)
    assert ids_in(found) == list(expected)
    assert found.total_count == 250
    assert found.warnings == []
    assert sorted(server.requests) == requests


# --- the maximum offset of the API


@pytest.mark.parametrize(
    ("server", "query", "expected"),
    [
        pytest.param(Server(first_ids(5100)), ImageQuery(offset=4900), range(4900, 5100), id="total_count is reached"),
        pytest.param(Server(first_ids(5100)), ImageQuery(offset=5000), range(5000, 5100), id="from the maximum offset"),
        pytest.param(Server(first_ids(5099)), ImageQuery(offset=5000), range(5000, 5099), id="a short page"),
        pytest.param(
            Server(first_ids(5099), None), ImageQuery(offset=4900), range(4900, 5099), id="a short page, no total_count"
        ),
        pytest.param(Server(first_ids(5000), None), ImageQuery(offset=4900), range(4900, 5000), id="an empty page"),
        pytest.param(
            Server(first_ids(9000)), ImageQuery(offset=4900, limit=200), range(4900, 5100), id="the limit is reached"
        ),
        pytest.param(
            Server(first_ids(5100)), ImageQuery(offset=4950), range(4950, 5100), id="a page that starts before"
        ),
        pytest.param(
            Server([*range(5000), *range(4900, 5000)]), ImageQuery(offset=4900), range(4900, 5000), id="no new image"
        ),
    ],
)
def test_lists_that_end_at_the_maximum_offset_are_complete(server: Server, query: ImageQuery, expected: range) -> None:
    assert ids_in(list_images(server, query)) == list(expected)
    assert max(offset for offset, _size in server.requests) <= 5000


@pytest.mark.parametrize(
    ("server", "query"),
    [
        pytest.param(Server(first_ids(5101)), ImageQuery(offset=4900), id="one more image"),
        pytest.param(Server(first_ids(5100), None), ImageQuery(offset=4900), id="a full page, no total_count"),
        pytest.param(Server(first_ids(5100), 17), ImageQuery(offset=4900), id="a full page, total_count too low"),
        pytest.param(Server(first_ids(9000)), ImageQuery(offset=5000), id="from the maximum offset"),
        pytest.param(Server(first_ids(9000)), ImageQuery(offset=4930), id="a page that starts before"),
        pytest.param(Server(first_ids(9000)), ImageQuery(offset=4900, limit=201), id="a limit beyond the maximum"),
        pytest.param(
            Server(first_ids(9000), most=30), ImageQuery(offset=4990), id="short pages, total_count not reached"
        ),
    ],
)
def test_lists_that_continue_after_the_maximum_offset_are_an_error(server: Server, query: ImageQuery) -> None:
    with pytest.raises(Unresolved) as caught:
        list_images(server, query, "cn-north-4")
    listed = {number for offset, size in server.requests for number in server.ids[offset : offset + size]}
    assert max(offset for offset, _size in server.requests) == 5000
    assert caught.value.details() == {"error_type": "unresolved", "operation": "ListImages", "attempts": 1}
    assert caught.value.region == "cn-north-4"
    if server.most > 100:
        assert caught.value.message() == (
            "ListImages failed: the API cannot list past offset 5000 and more images may exist than the "
            f"{len(listed)} that it returned (region cn-north-4). Narrow the query with image_type, os_type, "
            "architecture, platform or package_type, or set limit."
        )


def test_a_listing_may_have_all_pages_of_the_api() -> None:
    server = Server(first_ids(5100))
    assert ids_in(list_images(server, ImageQuery())) == first_ids(5100)
    assert sorted(server.requests) == [(offset, 100) for offset in range(0, 5001, 100)]


# --- failures


class Broken(Server):
    """Fails for all pages at or after an offset."""

    broken_from = 0

    def page(self, offset: int, size: int) -> Page:
        if offset >= self.broken_from:
            raise ApiError(f"page at {offset}", http_status=500)
        return super().page(offset, size)


@pytest.mark.parametrize("broken_from", [0, 100, 250, 400])
def test_the_first_page_that_fails_is_the_failure(broken_from: int) -> None:
    server = Broken(first_ids(600))
    server.broken_from = broken_from
    with pytest.raises(ApiError) as caught:
        list_images(server, ImageQuery())
    assert caught.value.reason == f"page at {-(-broken_from // 100) * 100}"


def test_a_failure_of_a_predicted_page_is_ignored() -> None:
    """total_count is too high, and requests for the missing pages fail."""
    server = Broken(first_ids(150), 900, most=150)
    server.broken_from = 151
    found = list_images(server, ImageQuery())
    assert ids_in(found) == first_ids(150)
    assert len(found.warnings) == 1


def test_the_first_page_is_fetched_alone() -> None:
    """Authentication must succeed before parallel requests are sent."""

    class Rejecting(Server):
        def page(self, offset: int, size: int) -> Page:
            raise ApiError("authentication failed", http_status=401)

    server = Rejecting(first_ids(900))
    with pytest.raises(ApiError):
        list_images(server, ImageQuery())
    assert server.requests == [(0, 100)]


def test_no_page_is_requested_after_a_failure() -> None:
    """Only requests that were already sent fail too."""
    server = Broken(first_ids(5000))
    server.broken_from = 100
    with pytest.raises(ApiError):
        list_images(server, ImageQuery())
    assert sum(offset >= 100 for offset, _size in server.requests) <= prefetch.PAGES_AT_ONCE


# --- number of requests, in total and in parallel


@dataclass
class Ordered(Server):
    """Returns the last predicted page before all other pages but the first, or after the end of the list.

    :ivar last: offset of the last predicted page.
    """

    last: int = 0
    is_last_first: bool = True
    is_returned: threading.Event = field(default_factory=threading.Event)

    def page(self, offset: int, size: int) -> Page:
        is_last = offset == self.last
        if offset and is_last != self.is_last_first:
            self.is_returned.wait(0.5)
        page = super().page(offset, size)
        if is_last if self.is_last_first else (len(page.images) < size and not is_last):
            self.is_returned.set()
        return page


@pytest.mark.parametrize("is_last_first", [True, False], ids=["the last page is fast", "the last page is slow"])
@pytest.mark.parametrize(
    ("count", "total", "last", "requests"),
    [
        pytest.param(30, 5000, 4980, [0, 30], id="a short page"),
        pytest.param(100, 5000, 4900, [0, 100], id="a full page"),
        pytest.param(230, 5000, 4900, [0, 100, 200, 230], id="three pages"),
        pytest.param(300, 5000, 4900, [0, 100, 200, 300], id="three full pages"),
        pytest.param(230, 10**12, 5000, [0, 100, 200, 230], id="far too high"),
        pytest.param(230, 401, 400, [0, 100, 200, 230], id="slightly too high"),
        pytest.param(230, 300, 200, [0, 100, 200, 230], id="too high on the last page"),
    ],
)
def test_a_total_count_that_is_too_high_costs_at_most_two_requests(
    count: int, total: int, last: int, requests: list[int], is_last_first: bool
) -> None:
    server = Ordered(first_ids(count), total, last=last, is_last_first=is_last_first)
    found = list_images(server, ImageQuery())
    assert ids_in(found) == first_ids(count)
    assert len(found.warnings) == 1
    assert {offset for offset, _size in server.requests} - {last} == set(requests) - {last}
    assert len(server.requests) == len(set(server.requests))
    assert sum(offset >= count for offset, _size in server.requests) <= 2


@settings(max_examples=200, deadline=None)
@given(
    count=st.integers(0, 1200),
    excess=st.integers(0, 6000),
    most=st.sampled_from([100, 100, 37]),
    limit=st.none() | st.integers(1, 1500),
)
def test_any_total_count_costs_at_most_two_requests_beyond_the_last_row(
    count: int, excess: int, most: int, limit: int | None
) -> None:
    server = Server(first_ids(count), count + excess, most)
    found = list_images(server, ImageQuery(limit=limit))
    assert ids_in(found) == first_ids(count)[:limit]
    assert sum(offset >= count for offset, _size in server.requests) <= 2


@pytest.mark.parametrize(
    ("count", "requests"),
    [
        pytest.param(99, 1, id="99"),
        pytest.param(100, 2, id="100"),
        pytest.param(250, 3, id="250"),
        pytest.param(1000, 11, id="1000"),
        pytest.param(5000, 51, id="5000"),
    ],
)
def test_a_correct_total_count_costs_no_additional_request(count: int, requests: int) -> None:
    parallel, sequential = Server(first_ids(count)), Server(first_ids(count), None)
    assert ids_in(list_images(parallel, ImageQuery())) == first_ids(count)
    list_images(sequential, ImageQuery())
    assert len(parallel.requests) == requests
    # Without total_count, the listing continues after a short page.
    assert len(sequential.requests) == requests + (count % 100 > 0)


@dataclass
class Crowded(Server):
    """Delays pages in the middle of the list until eight are requested in parallel."""

    at_once: int = 0
    most_at_once: int = 0
    is_crowded: threading.Event = field(default_factory=threading.Event)

    def page(self, offset: int, size: int) -> Page:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        if self.at_once >= prefetch.PAGES_AT_ONCE:
            self.is_crowded.set()
        if 200 <= offset < 1200:
            self.is_crowded.wait(0.5)
        with self.lock:
            self.at_once -= 1
        return super().page(offset, size)


@pytest.mark.parametrize("count", [1300, 5000])
def test_eight_pages_are_fetched_in_parallel(count: int) -> None:
    server = Crowded(first_ids(count))
    assert ids_in(list_images(server, ImageQuery())) == first_ids(count)
    assert server.is_crowded.is_set()
    assert server.most_at_once == prefetch.PAGES_AT_ONCE


# --- lists that change during paging


class Shifting(Server):
    """Before each page but the first, rows are added at the start of the list, or removed if ``step`` is negative."""

    step = 1
    served = 0

    def page(self, offset: int, size: int) -> Page:
        with self.lock:
            hits, self.served = self.served, self.served + 1
        if self.step >= 0:
            ids = [*(-number for number in range(self.step * hits, 0, -1)), *self.ids]
        else:
            ids = self.ids[-self.step * hits :]
        return Server(ids, len(ids) if self.total_count == CORRECT else self.total_count, self.most).page(offset, size)


@pytest.mark.parametrize("total_count", [CORRECT, None], ids=["total_count", "no total_count"])
@pytest.mark.parametrize("step", [1, 7, 15])
@pytest.mark.parametrize("attempt", range(5))
def test_added_rows_do_not_hide_others(total_count: object, step: int, attempt: int) -> None:
    server = Shifting(first_ids(350), total_count)
    server.step = step
    found = ids_in(list_images(server, ImageQuery()))
    assert len(found) == len(set(found))
    assert [number for number in found if number >= 0] == first_ids(350)


class Overtaking(Shifting):
    """Returns the page at 100 after the page at 200, if that is requested."""

    def __init__(self, ids: list[int]) -> None:
        super().__init__(ids)
        self.later = threading.Event()

    def page(self, offset: int, size: int) -> Page:
        if offset == 100:
            self.later.wait(0.2)
        page = super().page(offset, size)
        if offset >= 200:
            self.later.set()
        return page


def test_added_rows_do_not_hide_others_if_responses_are_reordered() -> None:
    """As with sequential requests, which miss no row."""
    found = ids_in(list_images(Overtaking(first_ids(350)), ImageQuery()))
    assert [number for number in found if number >= 0] == first_ids(350)


@pytest.mark.parametrize("step", [-1, -7])
def test_removed_rows_hide_others_with_a_warning(step: int) -> None:
    """Rows that move to a page that was fetched before are missed; total_count of the first page shows it."""
    server = Shifting(first_ids(350))
    server.step = step
    found = list_images(server, ImageQuery())
    assert len(found.images) < 350
    assert found.warnings == [
        f"ListImages reported total_count=350 but returned {len(found.images)} images; "
        "the list may have changed during paging"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "total_count", "is_consistent"),
    [(range(100, 200), 350, True), (range(100, 200), 351, False), (range(99, 199), 350, False)],
    ids=["the next page", "another total_count", "a repeated image"],
)
def test_a_change_of_the_list_is_noticed(ids: range, total_count: int, is_consistent: bool) -> None:
    """From then on, pages are not fetched in advance."""
    progress = listing._Progress(ImageQuery())
    for rows, total in ((range(100), 350), (ids, total_count)):
        progress.add(Page([{"id": str(number)} for number in rows], total, attempts=1), 100)
    assert progress.is_consistent is is_consistent


# --- arbitrary lists, with a maximum of 7 rows per page and of 40 for the offset

SMALL_PAGE = 7
SMALL_OFFSET = 40


def list_small(fetch: Callable[[int, int], Page], query: ImageQuery, max_offset: int = SMALL_OFFSET) -> Listing:
    with mock.patch.multiple(listing, MAX_PAGE=SMALL_PAGE, MAX_OFFSET=max_offset):
        return list_images(fetch, query)


def list_sequentially(fetch: Callable[[int, int], Page], query: ImageQuery) -> tuple[list[str], int | None, bool]:
    """Apply the rules of paging without parallel requests. Return IDs, the first total_count, and whether to warn.

    :raises Unresolved: if the list continues after the maximum offset.
    """
    ids: dict[str, None] = {}
    total_counts: list[int] = [0]
    offset, first = query.offset, None
    is_capped = False
    while True:
        size = SMALL_PAGE if query.limit is None else min(SMALL_PAGE, query.limit - len(ids))
        page = fetch(offset, size)
        first = first or page
        total_counts += [] if page.total_count is None else [page.total_count]
        expected = max(total_counts) - query.offset if len(total_counts) > 1 else None
        known = len(ids)
        ids.update((image["id"], None) for image in page.images)
        is_full = len(page.images) >= size
        reached = query.limit is not None and len(ids) >= query.limit
        if reached or len(ids) == known or (not is_full and expected is not None and len(ids) >= expected):
            break
        following = offset + len(page.images)
        if offset == SMALL_OFFSET:
            is_last = max(total_counts) == following if is_full else max(total_counts) <= following
            if not is_last or (expected is None and is_capped):
                raise Unresolved("the list continues")
            break
        is_capped = is_capped or not is_full
        offset = min(following, SMALL_OFFSET)
    warn = not reached and len(ids) < (expected or 0)
    return list(ids)[: query.limit], first.total_count, warn


@dataclass
class Inconsistent:
    """A server with inconsistent pages. Each response depends only on offset and size."""

    ids: list[int]
    caps: list[int]
    counts: list[int | None]
    failing: frozenset[int]

    def __call__(self, offset: int, size: int) -> Page:
        if offset in self.failing:
            raise ApiError(f"page at {offset}", http_status=500)
        cap = self.caps[offset % len(self.caps)]
        rows = self.ids[offset : offset + (cap - 100 if cap >= 100 else min(cap, size))]
        return Page([{"id": str(number)} for number in rows], self.counts[offset % len(self.counts)])


INCONSISTENT = st.builds(
    Inconsistent,
    ids=st.lists(st.integers(0, 60), max_size=60) | st.integers(0, 60).map(first_ids),
    # From 100 on: a page has this number minus 100 rows, even if fewer are requested.
    caps=st.lists(st.integers(0, 9) | st.integers(100, 112), min_size=1, max_size=4) | st.just([7]),
    counts=st.lists(st.none() | st.integers(-1, 70), min_size=1, max_size=3),
    failing=st.frozensets(st.integers(0, 40), max_size=1) | st.just(frozenset()),
)
QUERIES = st.builds(
    ImageQuery,
    offset=st.just(0) | st.integers(0, SMALL_OFFSET),
    limit=st.none() | st.integers(1, 70),
)


@settings(max_examples=300, deadline=None)
@given(server=INCONSISTENT, query=QUERIES)
def test_parallel_and_sequential_requests_have_the_same_result(server: Inconsistent, query: ImageQuery) -> None:
    assert outcome_of(lambda: summarize(list_small(server, query))) == outcome_of(
        lambda: list_sequentially(server, query)
    )


def summarize(found: Listing) -> tuple[list[str], int | None, bool]:
    return [image["id"] for image in found.images], found.total_count, bool(found.warnings)


def outcome_of(function: Callable[[], tuple[list[str], int | None, bool]]) -> object:
    """Return the result, or the type or the reason of the failure."""
    try:
        return function()
    except Unresolved:
        return Unresolved
    except CloudError as failure:
        return failure.reason


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(0, SMALL_OFFSET),
    most=st.integers(1, 10),
    total_count=st.sampled_from([CORRECT, None, 0, 1]),
    query=QUERIES,
)
def test_a_consistent_list_is_complete_and_in_order(
    count: int, most: int, total_count: object, query: ImageQuery
) -> None:  # fmt: skip
    """Pages may be short, and total_count may be missing or too low."""
    if isinstance(total_count, int) and (most < SMALL_PAGE or total_count > count):
        # The listing ends at a short page if total_count is reached, so total_count must be correct.
        total_count = CORRECT
    server = Server(first_ids(count), total_count, most)
    found = list_small(server, query)
    end = None if query.limit is None else query.offset + query.limit
    assert ids_in(found) == first_ids(count)[query.offset : end]
    assert found.warnings == []
    assert all(1 <= size <= SMALL_PAGE and offset <= SMALL_OFFSET for offset, size in server.requests)


@settings(max_examples=100, deadline=None)
@given(count=st.integers(0, 30), most=st.integers(1, 10), step=st.integers(-6, 3), has_count=st.booleans())
def test_missing_images_of_a_changing_list_are_warned_about(count: int, most: int, step: int, has_count: bool) -> None:
    server = Shifting(first_ids(count), CORRECT if has_count else None, most)
    server.step = min(step, most - 1)  # a list that grows by a page with each request never ends
    found = list_small(server, ImageQuery(), max_offset=1000)
    ids = ids_in(found)
    assert len(ids) == len(set(ids))
    old = [number for number in ids if number >= 0]
    assert old == sorted(old)
    # Unused prefetched pages make this list grow too, so that a page may have no new image.
    requests = prefetch.PAGES_AT_ONCE + 1 if has_count else 1
    if 0 <= server.step * requests < min(most, SMALL_PAGE):
        assert old == first_ids(count)
    elif has_count:
        assert old == first_ids(count) or found.warnings

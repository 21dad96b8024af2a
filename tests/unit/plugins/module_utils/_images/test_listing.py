# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paging of lists, honest and hostile: nothing is lost, and nothing comes twice."""

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

HONEST = "honest"
ENDLESS = 1000


@dataclass
class Server:
    """A list of images, cut into pages as told.

    :ivar ids: of the images, in order; an id may stand there more than once.
    :ivar total_count: what it says, or HONEST.
    :ivar most: rows of a page at most, whatever is asked.
    :ivar least: rows of a page at least, as far as there are any.
    """

    ids: list[int]
    total_count: Any = HONEST
    most: int = 1000
    least: int = 0
    calls: list[tuple[int, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, offset: int, size: int) -> Page:
        with self.lock:
            self.calls.append((offset, size))
            assert len(self.calls) < ENDLESS, "it asks for ever"
        return self.page(offset, size)

    def page(self, offset: int, size: int) -> Page:
        rows = self.ids[offset : offset + max(self.least, min(self.most, size))]
        total = len(self.ids) if self.total_count == HONEST else self.total_count
        return Page([{"id": str(number)} for number in rows], total, attempts=1)


def list_images(fetch: Callable[[int, int], Page], query: ImageQuery, region: str | None = None) -> Listing:
    """What is tested; but it fails, rather than start threads until the machine has none left."""
    started: list[None] = []
    original = prefetch.run_in_thread

    def bounded(work: Callable[[], Page]) -> Future[Page]:
        started.append(None)
        assert len(started) < ENDLESS, "it guesses for ever"
        return original(work)

    with mock.patch.object(prefetch, "run_in_thread", bounded):
        return listing.list_images(fetch, query, region)


def numbers(found: Listing) -> list[int]:
    return [int(image["id"]) for image in found.images]


def counted(count: int) -> list[int]:
    return list(range(count))


# --- each rule of the contract


@pytest.mark.parametrize(
    ("server", "expected", "calls"),
    [
        pytest.param(Server([]), 0, [(0, 100)], id="an empty list"),
        pytest.param(Server([], None), 0, [(0, 100)], id="an empty list without a count"),
        pytest.param(Server(counted(2), 1), 2, [(0, 100)], id="the vendor's sample: count 1, two rows"),
        pytest.param(Server(counted(99)), 99, [(0, 100)], id="a short page that has them all"),
        pytest.param(Server(counted(99), None), 99, [(0, 100), (99, 100)], id="a short page, no count: goes on"),
        pytest.param(Server(counted(100)), 100, [(0, 100), (100, 100)], id="a full page goes on, count reached or not"),
        pytest.param(Server(counted(250), 10), 250, [(0, 100), (100, 100), (200, 100)], id="count too low"),
        pytest.param(Server(counted(250), 0), 250, [(0, 100), (100, 100), (200, 100)], id="count zero"),
        pytest.param(Server(counted(250), -1), 250, [(0, 100), (100, 100), (200, 100)], id="count negative"),
        pytest.param(Server(counted(250)), 250, [(0, 100), (100, 100), (200, 100)], id="three pages"),
        pytest.param(
            Server(counted(250), None), 250, [(0, 100), (100, 100), (200, 100), (250, 100)], id="three pages, no count"
        ),
        pytest.param(
            Server(counted(200), None), 200, [(0, 100), (100, 100), (200, 100)], id="two full pages, no count"
        ),
        pytest.param(
            Server(counted(120), None, most=50), 120, [(0, 100), (50, 100), (100, 100), (120, 100)], id="short pages"
        ),
        pytest.param(Server(counted(120), most=50), 120, [(0, 100), (50, 100), (100, 100)], id="short pages and count"),
        pytest.param(
            Server(counted(320), None, least=150), 320, [(0, 100), (150, 100), (300, 100), (320, 100)], id="long pages"
        ),
    ],
)
def test_end_of_the_list(server: Server, expected: int, calls: list[tuple[int, int]]) -> None:
    found = list_images(server, ImageQuery())
    assert numbers(found) == counted(expected)
    assert found.total_count == server.page(0, 100).total_count
    assert found.warnings == []
    # Pages are fetched side by side, and a page beyond the end may be guessed, but none that could not be there.
    assert set(calls) <= set(server.calls)
    assert len(server.calls) == len(set(server.calls)) == len(calls)


@pytest.mark.parametrize(
    ("server", "expected", "promised"),
    [
        pytest.param(Server([], 5), 0, 5, id="no image at all"),
        pytest.param(Server(counted(50), 51), 50, 51, id="one too few"),
        pytest.param(Server(counted(250), 900), 250, 900, id="far too few"),
        pytest.param(Server(counted(100) * 9, 900), 100, 900, id="the same page again and again"),
        pytest.param(Server([*counted(60), *counted(60)]), 60, 120, id="each image twice on a page"),
        pytest.param(Server(counted(120), 130, most=50), 120, 130, id="short pages"),
    ],
)
def test_fewer_than_promised(server: Server, expected: int, promised: int) -> None:
    found = list_images(server, ImageQuery())
    assert numbers(found) == counted(expected)
    assert found.total_count == promised
    assert found.warnings == [
        f"ListImages reported total_count={promised} but returned {expected} images; "
        "the list may have changed during paging"
    ]


def test_the_warning_names_the_region() -> None:
    assert list_images(Server([], 1), ImageQuery(), "cn-north-4").warnings == [
        "ListImages reported total_count=1 but returned 0 images; the list may have changed during paging "
        "(region cn-north-4)"
    ]


def test_an_image_that_comes_twice_is_kept_once_in_its_first_place() -> None:
    """As where a row was put in before them while the list was read."""
    server = Server([*range(100), *range(99, 199), *range(198, 230)], None)
    assert numbers(list_images(server, ImageQuery())) == counted(230)


def test_what_is_kept_is_the_first_that_came() -> None:
    def fetch(offset: int, size: int) -> Page:
        return Page([{"id": "1", "name": f"{offset}"}, {"id": f"at {offset}"}] if offset < 4 else [], None)

    assert list_images(fetch, ImageQuery()).images == [{"id": "1", "name": "0"}, {"id": "at 0"}, {"id": "at 2"}]


def test_the_count_is_the_first_pages() -> None:
    class Growing(Server):
        def page(self, offset: int, size: int) -> Page:
            return Page(super().page(offset, size).images, 1000 + offset)

    assert list_images(Growing(counted(150)), ImageQuery()).total_count == 1000


# --- limit and offset


@pytest.mark.parametrize(
    ("server", "limit", "expected", "calls"),
    [
        pytest.param(Server(counted(1000)), 1, 1, [(0, 1)], id="one"),
        pytest.param(Server(counted(1000)), 100, 100, [(0, 100)], id="a page"),
        pytest.param(Server(counted(1000)), 101, 101, [(0, 100), (100, 1)], id="a page and one"),
        pytest.param(Server(counted(1000)), 250, 250, [(0, 100), (100, 100), (200, 50)], id="three pages"),
        pytest.param(Server(counted(1000), None), 250, 250, [(0, 100), (100, 100), (200, 50)], id="no count"),
        pytest.param(Server(counted(30)), 50, 30, [(0, 50)], id="fewer than the limit"),
        pytest.param(Server(counted(30), None), 50, 30, [(0, 50), (30, 20)], id="fewer than the limit, no count"),
        pytest.param(Server(counted(50), None, most=20), 50, 50, [(0, 50), (20, 30), (40, 10)], id="short pages"),
        pytest.param(Server(counted(90), least=40), 10, 10, [(0, 10)], id="more rows than asked for are cut"),
        pytest.param(
            Server([*range(60), *range(30, 200)], None),
            100,
            100,
            [(0, 100), (100, 30)],
            id="repeated rows do not count",
        ),
    ],
)
def test_limit(server: Server, limit: int, expected: int, calls: list[tuple[int, int]]) -> None:
    found = list_images(server, ImageQuery(limit=limit))
    assert numbers(found) == counted(expected)
    assert found.warnings == []
    assert sorted(server.calls) == calls


def test_a_limit_that_is_not_reached_is_warned_about() -> None:
    assert len(list_images(Server(counted(30), 40), ImageQuery(limit=35)).warnings) == 1
    assert list_images(Server(counted(30), 40), ImageQuery(limit=30)).warnings == []


@pytest.mark.parametrize(
    ("server", "query", "expected", "calls"),
    [
        pytest.param(Server(counted(250)), ImageQuery(offset=240), range(240, 250), [(240, 100)], id="near the end"),
        pytest.param(Server(counted(250)), ImageQuery(offset=250), range(0), [(250, 100)], id="at the end"),
        pytest.param(Server(counted(250)), ImageQuery(offset=999), range(0), [(999, 100)], id="beyond the end"),
        pytest.param(
            Server(counted(250)), ImageQuery(offset=30), range(30, 250), [(30, 100), (130, 100), (230, 100)], id="amid"
        ),
        pytest.param(Server(counted(250)), ImageQuery(offset=30, limit=20), range(30, 50), [(30, 20)], id="and limit"),
    ],
)
def test_offset(server: Server, query: ImageQuery, expected: range, calls: list[tuple[int, int]]) -> None:
    found = list_images(server, query)
    assert numbers(found) == list(expected)
    assert found.total_count == 250
    assert found.warnings == []
    assert sorted(server.calls) == calls


# --- the last offset that the API takes


@pytest.mark.parametrize(
    ("server", "query", "expected"),
    [
        pytest.param(Server(counted(5100)), ImageQuery(offset=4900), range(4900, 5100), id="the count says it is all"),
        pytest.param(Server(counted(5100)), ImageQuery(offset=5000), range(5000, 5100), id="from there on"),
        pytest.param(Server(counted(5099)), ImageQuery(offset=5000), range(5000, 5099), id="a short page"),
        pytest.param(Server(counted(5099), None), ImageQuery(offset=4900), range(4900, 5099), id="short, no count"),
        pytest.param(Server(counted(5000), None), ImageQuery(offset=4900), range(4900, 5000), id="an empty page"),
        pytest.param(
            Server(counted(9000)), ImageQuery(offset=4900, limit=200), range(4900, 5100), id="the limit is reached"
        ),
        pytest.param(
            Server(counted(5100)), ImageQuery(offset=4950), range(4950, 5100), id="a page that begins before, to get on"
        ),
        pytest.param(
            Server([*range(5000), *range(4900, 5000)]), ImageQuery(offset=4900), range(4900, 5000), id="nothing new"
        ),
    ],
)
def test_lists_that_end_at_the_last_offset(server: Server, query: ImageQuery, expected: range) -> None:
    assert numbers(list_images(server, query)) == list(expected)
    assert max(offset for offset, _size in server.calls) <= 5000


@pytest.mark.parametrize(
    ("server", "query"),
    [
        pytest.param(Server(counted(5101)), ImageQuery(offset=4900), id="one more"),
        pytest.param(Server(counted(5100), None), ImageQuery(offset=4900), id="a full page, no count"),
        pytest.param(Server(counted(5100), 17), ImageQuery(offset=4900), id="a full page, a count that cannot be"),
        pytest.param(Server(counted(9000)), ImageQuery(offset=5000), id="from there on"),
        pytest.param(Server(counted(9000)), ImageQuery(offset=4930), id="a page that begins before"),
        pytest.param(Server(counted(9000)), ImageQuery(offset=4900, limit=201), id="a limit beyond"),
        pytest.param(Server(counted(9000), most=30), ImageQuery(offset=4990), id="short pages, and more promised"),
    ],
)
def test_lists_that_go_on_after_the_last_offset(server: Server, query: ImageQuery) -> None:
    with pytest.raises(Unresolved) as caught:
        list_images(server, query, "cn-north-4")
    gathered = {number for offset, size in server.calls for number in server.ids[offset : offset + size]}
    assert max(offset for offset, _size in server.calls) == 5000
    assert caught.value.details() == {"error_type": "unresolved", "operation": "ListImages", "attempts": 1}
    assert caught.value.region == "cn-north-4"
    if server.most > 100:
        assert caught.value.message() == (
            "ListImages failed: the API cannot list past offset 5000 and more images may exist than the "
            f"{len(gathered)} that it returned (region cn-north-4). Narrow the query with image_type, os_type, "
            "architecture, platform or package_type, or set limit."
        )


def test_five_thousand_images() -> None:
    server = Server(counted(5100))
    assert numbers(list_images(server, ImageQuery())) == counted(5100)
    assert sorted(server.calls) == [(offset, 100) for offset in range(0, 5001, 100)]


# --- failures


class Broken(Server):
    """Fails from an offset on."""

    broken_from = 0

    def page(self, offset: int, size: int) -> Page:
        if offset >= self.broken_from:
            raise ApiError(f"page at {offset}", http_status=500)
        return super().page(offset, size)


@pytest.mark.parametrize("broken_from", [0, 100, 250, 400])
def test_the_first_page_that_fails_is_the_failure(broken_from: int) -> None:
    server = Broken(counted(600))
    server.broken_from = broken_from
    with pytest.raises(ApiError) as caught:
        list_images(server, ImageQuery())
    assert caught.value.reason == f"page at {-(-broken_from // 100) * 100}"


def test_a_page_that_was_only_guessed_may_fail() -> None:
    """The count promises pages that are not there, and asking for them fails."""
    server = Broken(counted(150), 900, most=150)
    server.broken_from = 151
    found = list_images(server, ImageQuery())
    assert numbers(found) == counted(150)
    assert len(found.warnings) == 1


def test_one_page_is_asked_alone_first() -> None:
    """Whether the identity is accepted has to be known before several requests go out at once."""

    class Refusing(Server):
        def page(self, offset: int, size: int) -> Page:
            raise ApiError("refused", http_status=401)

    server = Refusing(counted(900))
    with pytest.raises(ApiError):
        list_images(server, ImageQuery())
    assert server.calls == [(0, 100)]


def test_an_identity_that_is_refused_amid_the_list_is_not_tried_again() -> None:
    """What is on its way at that moment is refused too, and nothing after it."""
    server = Broken(counted(5000))
    server.broken_from = 100
    with pytest.raises(ApiError):
        list_images(server, ImageQuery())
    assert sum(offset >= 100 for offset, _size in server.calls) <= prefetch.PAGES_AT_ONCE


# --- how many requests, and how many of them at once


@dataclass
class Ordered(Server):
    """Responses the last predicted page before all other pages but the first, or after the list's end was reached.

    :ivar last: offset of that page.
    """

    last: int = 0
    is_last_first: bool = True
    answered: threading.Event = field(default_factory=threading.Event)

    def page(self, offset: int, size: int) -> Page:
        is_last = offset == self.last
        if offset and is_last != self.is_last_first:
            self.answered.wait(0.5)
        page = super().page(offset, size)
        if is_last if self.is_last_first else (len(page.images) < size and not is_last):
            self.answered.set()
        return page


@pytest.mark.parametrize("is_last_first", [True, False], ids=["the last page is fast", "the last page is slow"])
@pytest.mark.parametrize(
    ("count", "total", "last", "requests"),
    [
        pytest.param(30, 5000, 4980, [0, 30], id="a short page"),
        pytest.param(100, 5000, 4900, [0, 100], id="a full page"),
        pytest.param(230, 5000, 4900, [0, 100, 200, 230], id="three pages"),
        pytest.param(300, 5000, 4900, [0, 100, 200, 300], id="three full pages"),
        pytest.param(230, 10**12, 5000, [0, 100, 200, 230], id="a total beyond all bounds"),
        pytest.param(230, 401, 400, [0, 100, 200, 230], id="a little too high"),
        pytest.param(230, 300, 200, [0, 100, 200, 230], id="on the last page"),
    ],
)
def test_a_total_that_is_too_high_costs_two_requests_at_most(
    count: int, total: int, last: int, requests: list[int], is_last_first: bool
) -> None:
    server = Ordered(counted(count), total, last=last, is_last_first=is_last_first)
    found = list_images(server, ImageQuery())
    assert numbers(found) == counted(count)
    assert len(found.warnings) == 1
    assert {offset for offset, _size in server.calls} - {last} == set(requests) - {last}
    assert len(server.calls) == len(set(server.calls))
    assert sum(offset >= count for offset, _size in server.calls) <= 2


@settings(max_examples=200, deadline=None)
@given(
    count=st.integers(0, 1200),
    excess=st.integers(0, 6000),
    most=st.sampled_from([100, 100, 37]),
    limit=st.none() | st.integers(1, 1500),
)
def test_no_total_costs_more_than_two_requests_beyond_the_last_row(
    count: int, excess: int, most: int, limit: int | None
) -> None:
    server = Server(counted(count), count + excess, most)
    found = list_images(server, ImageQuery(limit=limit))
    assert numbers(found) == counted(count)[:limit]
    assert sum(offset >= count for offset, _size in server.calls) <= 2


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
def test_an_honest_total_costs_no_request(count: int, requests: int) -> None:
    """The same pages as one by one."""
    parallel, one_by_one = Server(counted(count)), Server(counted(count), None)
    assert numbers(list_images(parallel, ImageQuery())) == counted(count)
    list_images(one_by_one, ImageQuery())
    assert len(parallel.calls) == requests
    # Without a total, a short page continues.
    assert len(one_by_one.calls) == requests + (count % 100 > 0)


@dataclass
class Crowded(Server):
    """Holds pages in the middle of the list until eight have been requested at once."""

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
def test_eight_pages_are_fetched_at_once(count: int) -> None:
    server = Crowded(counted(count))
    assert numbers(list_images(server, ImageQuery())) == counted(count)
    assert server.is_crowded.is_set()
    assert server.most_at_once == prefetch.PAGES_AT_ONCE


# --- lists that shift while they are read


class Shifting(Server):
    """Before each page but the first, in the order of their arrival, rows come to the head of the list, or go there."""

    step = 1
    served = 0

    def page(self, offset: int, size: int) -> Page:
        with self.lock:
            hits, self.served = self.served, self.served + 1
        if self.step >= 0:
            ids = [*(-number for number in range(self.step * hits, 0, -1)), *self.ids]
        else:
            ids = self.ids[-self.step * hits :]
        return Server(ids, len(ids) if self.total_count == HONEST else self.total_count, self.most).page(offset, size)


@pytest.mark.parametrize("total_count", [HONEST, None], ids=["count", "no count"])
@pytest.mark.parametrize("step", [1, 7, 15])
@pytest.mark.parametrize("attempt", range(5))
def test_rows_that_come_push_nothing_out(total_count: object, step: int, attempt: int) -> None:
    server = Shifting(counted(350), total_count)
    server.step = step
    found = numbers(list_images(server, ImageQuery()))
    assert len(found) == len(set(found))
    assert [number for number in found if number >= 0] == counted(350)


class Overtaking(Shifting):
    """The page at 100 arrives after the one at 200, if that is asked for at all."""

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


def test_rows_that_come_push_nothing_out_where_requests_overtake_each_other() -> None:
    """A sequential reader loses nothing here: pages that are fetched side by side may not lose anything either."""
    found = numbers(list_images(Overtaking(counted(350)), ImageQuery()))
    assert [number for number in found if number >= 0] == counted(350)


@pytest.mark.parametrize("step", [-1, -7])
def test_rows_that_go_leave_a_gap_and_a_warning(step: int) -> None:
    """What moves to a page that was read already cannot be seen; the first page's promise tells that it is missing."""
    server = Shifting(counted(350))
    server.step = step
    found = list_images(server, ImageQuery())
    assert len(found.images) < 350
    assert found.warnings == [
        f"ListImages reported total_count=350 but returned {len(found.images)} images; "
        "the list may have changed during paging"
    ]  # fmt: skip


# --- any list: a small world, in which a page has 7 rows and the last offset is 40

SMALL_PAGE = 7
SMALL_OFFSET = 40


def read(fetch: Callable[[int, int], Page], query: ImageQuery, last_offset: int = SMALL_OFFSET) -> Listing:
    with mock.patch.multiple(listing, MAX_PAGE=SMALL_PAGE, MAX_OFFSET=last_offset):
        return list_images(fetch, query)


def read_one_by_one(fetch: Callable[[int, int], Page], query: ImageQuery) -> tuple[list[str], int | None, bool]:
    """What the contract says, word by word, without any parallel request: ids, first count, whether to warn.

    :raises Unresolved: where the list goes on after the last offset.
    """
    ids: dict[str, None] = {}
    promises: list[int] = [0]
    offset, first = query.offset, None
    is_capped = False
    while True:
        size = SMALL_PAGE if query.limit is None else min(SMALL_PAGE, query.limit - len(ids))
        page = fetch(offset, size)
        first = first or page
        promises += [] if page.total_count is None else [page.total_count]
        promised = max(promises) - query.offset if len(promises) > 1 else None
        known = len(ids)
        ids.update((image["id"], None) for image in page.images)
        is_full = len(page.images) >= size
        reached = query.limit is not None and len(ids) >= query.limit
        if reached or len(ids) == known or (not is_full and promised is not None and len(ids) >= promised):
            break
        following = offset + len(page.images)
        if offset == SMALL_OFFSET:
            says_it_was_the_last = max(promises) == following if is_full else max(promises) <= following
            if not says_it_was_the_last or (promised is None and is_capped):
                raise Unresolved("the list goes on")
            break
        is_capped = is_capped or not is_full
        offset = min(following, SMALL_OFFSET)
    warn = not reached and len(ids) < (promised or 0)
    return list(ids)[: query.limit], first.total_count, warn


@dataclass
class Hostile:
    """A server whose every response depends on nothing but the offset and the size that are asked for."""

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


HOSTILE = st.builds(
    Hostile,
    ids=st.lists(st.integers(0, 60), max_size=60) | st.integers(0, 60).map(counted),
    # From 100 on: so many rows more than 100 come, whatever is asked.
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
@given(server=HOSTILE, query=QUERIES)
def test_side_by_side_gives_what_one_by_one_gives(server: Hostile, query: ImageQuery) -> None:
    assert outcome(lambda: summary(read(server, query))) == outcome(lambda: read_one_by_one(server, query))


def summary(found: Listing) -> tuple[list[str], int | None, bool]:
    return [image["id"] for image in found.images], found.total_count, bool(found.warnings)


def outcome(ask: Callable[[], tuple[list[str], int | None, bool]]) -> object:
    """What came of it: the response, or the failure; of one of the server's own, which one."""
    try:
        return ask()
    except Unresolved:
        return Unresolved
    except CloudError as failure:
        return failure.reason


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(0, SMALL_OFFSET),
    most=st.integers(1, 10),
    total_count=st.sampled_from([HONEST, None, 0, 1]),
    query=QUERIES,
)
def test_an_honest_list_comes_whole_and_in_order(
    count: int, most: int, total_count: object, query: ImageQuery
) -> None:  # fmt: skip
    """However few rows a page has, and even where no count, or a wrong low one, comes with it."""
    if isinstance(total_count, int) and (most < SMALL_PAGE or total_count > count):
        # A short page with a count that is reached ends the list: there the count has to be honest.
        total_count = HONEST
    server = Server(counted(count), total_count, most)
    found = read(server, query)
    end = None if query.limit is None else query.offset + query.limit
    assert numbers(found) == counted(count)[query.offset : end]
    assert found.warnings == []
    assert all(1 <= size <= SMALL_PAGE and offset <= SMALL_OFFSET for offset, size in server.calls)


@settings(max_examples=100, deadline=None)
@given(count=st.integers(0, 30), most=st.integers(1, 10), step=st.integers(-6, 3), has_count=st.booleans())
def test_a_shifting_list_loses_nothing_in_silence(count: int, most: int, step: int, has_count: bool) -> None:
    server = Shifting(counted(count), HONEST if has_count else None, most)
    server.step = min(step, most - 1)  # a list that grows as fast as it is read never ends
    found = read(server, ImageQuery(), last_offset=1000)
    ids = numbers(found)
    assert len(ids) == len(set(ids))
    old = [number for number in ids if number >= 0]
    assert old == sorted(old)
    # Pages that were fetched ahead for nothing make this list grow too, and a page may come that has nothing new.
    requests = prefetch.PAGES_AT_ONCE + 1 if has_count else 1
    if 0 <= server.step * requests < min(most, SMALL_PAGE):
        assert old == counted(count)
    elif has_count:
        assert old == counted(count) or found.warnings

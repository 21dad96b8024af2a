# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All pages of a listing, so that nothing is lost: neither the total count nor a page's length is to be trusted.

Source of the limits: the vendor's page of ListImages. The rules are those that the README and the guides describe.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Callable, NamedTuple

from .._cloud.errors import Unresolved
from .._cloud.threads import run_in_thread
from .image import Image
from .page import OPERATION, Page
from .query import MAX_OFFSET, MAX_PAGE, ImageQuery

#: Pages that are fetched side by side. The first page has shown that the identity is taken, so they risk no lock.
PAGES_AT_ONCE = 8

#: Fetches the page at an offset, with at most so many rows.
Fetch = Callable[[int, int], Page]


@dataclass
class Listing:
    """What the server has for a query.

    :ivar images: each once, in the server's order.
    :ivar total_count: the server's own count on the first page.
    :ivar warnings: sentences for the user.
    """

    images: list[Image] = field(default_factory=list)
    total_count: int | None = None
    warnings: list[str] = field(default_factory=list)


def list_images(fetch: Fetch, query: ImageQuery, region: str | None = None) -> Listing:
    """Every image that the server has for a query, page by page, as long as there may be more.

    :param fetch: asks the server.
    :param region: for messages.
    :raises Unresolved: where the API does not page far enough to tell whether there is more.
    :raises CloudError: what ``fetch`` raises.
    """
    images: dict[str, Image] = {}
    steps = list(_pages(_Ahead(fetch, query), query, images))
    last = steps[-1]
    listing = Listing(list(images.values())[: query.limit], steps[0].page.total_count)
    if last.may_have_more:
        failure = Unresolved(
            f"the list goes on after offset {MAX_OFFSET}, the last one that the API takes, so {len(images)} images may "
            "not be all. Narrow the query with image_type, os_type, architecture, platform or package_type, "
            "or set limit",
            operation=OPERATION,
            region=region,
        )
        failure.attempts = last.page.attempts
        raise failure
    promised = (last.promised or 0) - query.offset
    if (query.limit is None or len(images) < query.limit) and len(images) < promised:
        where = f" in {region}" if region else ""
        listing.warnings.append(
            f"The service{where} promised {promised} images and listed {len(images)}; "
            "the list may have changed while it was read"
        )
    return listing


class _Step(NamedTuple):
    """A page, the largest count that was promised so far, and whether it takes more offset than there is to go on."""

    page: Page
    promised: int | None
    may_have_more: bool = False


def _pages(ahead: _Ahead, query: ImageQuery, images: dict[str, Image]) -> Iterator[_Step]:
    """Each page that was asked for, its images gathered by id."""
    offset = query.offset
    promised: int | None = None
    has_short_page = False
    while True:
        size = page_size(query, len(images))
        page = ahead.fetch(offset, size)
        known = len(images)
        for image in page.images:
            images.setdefault(image["id"], image)
        if len(images) < known + len(page.images) or promised not in (None, page.total_count):
            # The list shifts. Pages that were fetched ahead may be of another state of it than this one.
            ahead.stop()
        if page.total_count is not None:
            promised = max(page.total_count, promised or 0)
        is_over = (
            len(images) == known
            or (query.limit is not None and len(images) >= query.limit)
            or (len(page.images) < size and promised is not None and len(images) >= promised - query.offset)
        )
        following = offset + len(page.images)
        if not is_over and offset == MAX_OFFSET:
            yield _Step(page, promised, _may_have_more(len(page.images) >= size, has_short_page, promised, following))
            return
        yield _Step(page, promised)
        if is_over:
            return
        has_short_page = has_short_page or len(page.images) < size
        # Rows after the last offset can still be had by a page that begins before them.
        offset = min(following, MAX_OFFSET)


def _may_have_more(is_full: bool, has_short_page: bool, promised: int | None, following: int) -> bool:
    """Whether there may be images behind the page at the last offset.

    :param is_full: whether that page is.
    :param has_short_page: whether one before it was not: the server may give less than it has.
    :param promised: the largest total count.
    :param following: offset behind that page.
    """
    if promised is None:
        return is_full or has_short_page
    return promised != following if is_full else promised > following


def page_size(query: ImageQuery, gathered: int) -> int:
    """Rows to ask for, from 1 to 100."""
    return MAX_PAGE if query.limit is None else min(MAX_PAGE, query.limit - gathered)


class _Ahead:
    """Fetches pages before they are asked for, as long as the list is as the first page says.

    Whoever reads cannot tell, but by the time: a page that was guessed wrong is thrown away, its failure with it.
    """

    def __init__(self, fetch: Fetch, query: ImageQuery) -> None:
        self._fetch = fetch
        self._query = query
        self._guesses: Iterator[tuple[int, int]] | None = None
        self._ahead: dict[tuple[int, int], Future[Page]] = {}

    def stop(self) -> None:
        """Throw away what was fetched ahead, and go on one by one."""
        self._guesses = iter(())
        self._ahead.clear()

    def fetch(self, offset: int, size: int) -> Page:
        """The page at an offset, with at most so many rows."""
        future = self._ahead.pop((offset, size), None)
        if future is not None:
            page = future.result()
        elif self._guesses is None:
            page = self._fetch(offset, size)
            self._guesses = self._guess(offset, page)
        else:
            self.stop()
            return self._fetch(offset, size)
        for guess in self._guesses or ():
            self._ahead[guess] = run_in_thread(partial(self._fetch, *guess))
            if len(self._ahead) >= PAGES_AT_ONCE:
                break
        return page

    def _guess(self, offset: int, first: Page) -> Iterator[tuple[int, int]]:
        """Offset and size of each further page, if every page is full and every image new."""
        gathered = len(first.images)
        while first.images and offset + gathered < min(first.total_count or 0, MAX_OFFSET + 1):
            if self._query.limit is not None and gathered >= self._query.limit:
                return
            size = page_size(self._query, gathered)
            yield offset + gathered, size
            # A server that gives less than it was asked for once will do so again.
            gathered += min(size, len(first.images))

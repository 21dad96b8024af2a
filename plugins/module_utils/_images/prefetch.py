# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches pages in parallel where the list is known to have them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from typing import Callable

from .._cloud.threads import run_in_thread
from .page import Page

#: Pages that are fetched in parallel. The first page has shown that the credentials are accepted.
PAGES_AT_ONCE = 8

#: Fetches the page at an offset, with at most so many rows.
Fetch = Callable[[int, int], Page]


class Prefetcher:
    """Fetches predicted pages in parallel, once the last of them has shown that they all exist.

    total_count alone does not show that. So the last predicted page is requested first, beside the page that is read
    next. If it has rows, all pages before it exist, and up to 8 are fetched at once. If it has none, pages are fetched
    one by one. So a total_count that is too high costs one request, and the end of the list at most another one, while
    a right total_count costs none: only pages that are needed anyway are requested, in another order.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._predicted: deque[tuple[int, int]] = deque()
        self._requested: dict[tuple[int, int], Future[Page]] = {}
        self._last: Future[Page] | None = None

    def expect(self, pages: Iterable[tuple[int, int]]) -> None:
        """Prefetch these pages, offset and size of each, if the last one exists."""
        self._predicted.extend(pages)
        if len(self._predicted) > 1:
            self._last = self._request(self._predicted.pop())

    def stop(self) -> None:
        """Forget every page that was not read yet; from now on, fetch one by one."""
        self._predicted.clear()
        self._requested.clear()

    def get(self, offset: int, size: int) -> Page:
        """Return the page at an offset, with at most so many rows.

        :raises CloudError: what the request of that page raised. A page that is never read does not fail.
        """
        expected = (offset, size)
        last_exists = self._last_exists()
        if last_exists is False or (expected not in self._requested and expected not in list(self._predicted)[:1]):
            self.stop()
        at_once = PAGES_AT_ONCE if last_exists else 1
        while self._predicted and len(self._requested) < at_once + 1:  # one is the last page
            self._request(self._predicted.popleft())
        future = self._requested.pop(expected, None)
        return self._fetch(*expected) if future is None else future.result()

    def _request(self, page: tuple[int, int]) -> Future[Page]:
        self._requested[page] = future = run_in_thread(partial(self._fetch, *page))
        return future

    def _last_exists(self) -> bool | None:
        """Whether the last page has rows, None if it is not known yet."""
        if self._last is None or not self._last.done():
            return None
        return self._last.exception() is None and bool(self._last.result().images)

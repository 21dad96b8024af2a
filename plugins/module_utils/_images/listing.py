# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists all pages of a query, without relying on ``total_count`` or on the length of a page.

Source of the limits: the vendor's page of ListImages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .._cloud.errors import Unresolved
from .image import Image, Listing
from .page import OPERATION, Page
from .prefetch import Fetch, Prefetcher
from .query import MAX_OFFSET, MAX_PAGE, ImageQuery


def list_images(fetch: Fetch, query: ImageQuery, region: str | None = None) -> Listing:
    """List every image of a query, page by page, as long as there may be more.

    :param fetch: requests a page.
    :param region: for messages.
    :raises Unresolved: if the list may continue past the last offset that the API accepts.
    :raises CloudError: whatever ``fetch`` raises.
    """
    prefetcher = Prefetcher(fetch)
    progress = _Progress(query)
    offset = query.offset
    total_count = None
    while True:
        size = page_size(query, len(progress.images))
        page = prefetcher.get(offset, size)
        progress.add(page, size)
        if offset == query.offset:
            total_count = page.total_count
        if not progress.is_consistent:
            # The list changes: pages that were fetched earlier than this one may not continue it.
            prefetcher.stop()
        elif offset == query.offset:
            prefetcher.expect(predict(query, page))
        following = offset + len(page.images)
        if progress.is_over or (offset == MAX_OFFSET and not progress.may_continue(following)):
            return Listing(list(progress.images.values())[: query.limit], total_count, progress.warnings(region))
        if offset == MAX_OFFSET:
            raise _too_long(len(progress.images), page, region)
        # Rows after the last offset can be read by a page that starts before them.
        offset = min(following, MAX_OFFSET)


def page_size(query: ImageQuery, gathered: int) -> int:
    """Return the rows to request after so many images, from 1 to 100."""
    return MAX_PAGE if query.limit is None else min(MAX_PAGE, query.limit - gathered)


def predict(query: ImageQuery, first: Page) -> Iterator[tuple[int, int]]:
    """Predict offset and size of the pages after the first, if total_count is right and every image is new."""
    gathered = len(first.images)
    end = min(first.total_count or 0, MAX_OFFSET + 1)
    while first.images and query.offset + gathered < end and (query.limit is None or gathered < query.limit):
        size = page_size(query, gathered)
        yield query.offset + gathered, size
        # A server that returned fewer rows than requested once will do so again.
        gathered += min(size, len(first.images))


@dataclass
class _Progress:
    """What was read of a list so far.

    :ivar images: by id, in the server's order.
    :ivar expected_total: the largest total_count.
    :ivar is_consistent: whether no image appeared twice and total_count was always the same.
    :ivar is_over: whether the last page ends the listing.
    """

    query: ImageQuery
    images: dict[str, Image] = field(default_factory=dict)
    expected_total: int | None = None
    is_consistent: bool = True
    is_over: bool = False
    _is_short: bool = False
    _had_short_page: bool = False

    def add(self, page: Page, size: int) -> None:
        """Add a page for which so many rows were requested."""
        known = len(self.images)
        for image in page.images:
            self.images.setdefault(image["id"], image)
        if len(self.images) < known + len(page.images) or self.expected_total not in (None, page.total_count):
            self.is_consistent = False
        if page.total_count is not None:
            self.expected_total = max(page.total_count, self.expected_total or 0)
        self._had_short_page |= self._is_short
        self._is_short = len(page.images) < size
        has_all = self.expected_total is not None and len(self.images) >= self._expected()
        self.is_over = len(self.images) == known or self._has_reached_limit() or (self._is_short and has_all)

    def may_continue(self, following: int) -> bool:
        """Whether there may be images after the last page, which ends before this offset and is not the end."""
        if self.expected_total is None:
            # A server that returned a short page before may return fewer rows than it has.
            return self._had_short_page or not self._is_short
        return self.expected_total > following if self._is_short else self.expected_total != following

    def warnings(self, region: str | None) -> list[str]:
        """Warn if there are fewer images than the server reported."""
        if self._has_reached_limit() or len(self.images) >= self._expected():
            return []
        start = f" from offset {self.query.offset}" if self.query.offset else ""
        return [
            f"ListImages reported total_count={self.expected_total} but returned {len(self.images)} images{start}; "
            f"the list may have changed during paging{f' (region {region})' if region else ''}"
        ]

    def _expected(self) -> int:
        return (self.expected_total or 0) - self.query.offset

    def _has_reached_limit(self) -> bool:
        return self.query.limit is not None and len(self.images) >= self.query.limit


def _too_long(images: int, page: Page, region: str | None) -> Unresolved:
    return Unresolved(
        f"the API cannot list past offset {MAX_OFFSET} and more images may exist than the {images} that it returned",
        hint="Narrow the query with image_type, os_type, architecture, platform or package_type, or set limit.",
        operation=OPERATION,
        region=region,
        attempts=page.attempts,
    )

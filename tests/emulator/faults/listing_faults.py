# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing faults: inconsistent pages. Each takes the correct listing and returns another one."""

from __future__ import annotations

import uuid
from dataclasses import replace

from ..images import Image
from ..listing import OMITTED, Listing
from .table import listing_fault


@listing_fault
def total_count(listing: Listing, hits: int, *, value: object = None) -> Listing:
    """total_count is this value, such as a number, null or a text."""
    return replace(listing, total_count=value)


@listing_fault
def total_count_off(listing: Listing, hits: int, *, by: int = -1) -> Listing:
    """total_count is too low or too high by this number."""
    return replace(listing, total_count=len(listing.matching) + by)


@listing_fault
def no_total_count(listing: Listing, hits: int) -> Listing:
    """total_count is left out."""
    return replace(listing, total_count=OMITTED)


@listing_fault
def short_pages(listing: Listing, hits: int, *, rows: int = 10) -> Listing:
    """A page has at most this number of rows, even if the limit is higher; with 0, each page is empty."""
    return replace(listing, limit=min(listing.limit, rows))


@listing_fault
def long_pages(listing: Listing, hits: int, *, rows: int = 150) -> Listing:
    """A page has at least this number of rows if the list has them, even if the limit is lower."""
    return replace(listing, limit=max(listing.limit, rows))


@listing_fault
def shifting(listing: Listing, hits: int, *, rows: int = 1) -> Listing:
    """Before each page but the first, rows are added at the start of the list, or removed if the number is negative.

    If rows are added, the next page repeats rows of the page before. If rows are removed, it skips rows.
    """
    if rows < 0:
        matching = listing.matching[-rows * hits :]
    else:
        matching = tuple(_inserted(number) for number in reversed(range(rows * hits))) + listing.matching
    return replace(listing, matching=matching, total_count=len(matching))


def _inserted(number: int) -> Image:
    return Image({"id": str(uuid.UUID(int=2**100 + number)), "name": f" inserted {number}", "image_type": "private"})


@listing_fault
def repeating(listing: Listing, hits: int) -> Listing:
    """Each page is the first page; the list never ends."""
    return replace(listing, offset=0)


@listing_fault
def beyond_end(listing: Listing, hits: int) -> Listing:
    """Pages beyond the end are not empty: they repeat the last full page."""
    return replace(listing, offset=max(0, min(listing.offset, len(listing.matching) - listing.limit)))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile lists: pages that do not add up. Each takes the honest listing and gives another one."""

from __future__ import annotations

import uuid
from dataclasses import replace

from ..images import Image
from ..listing import OMITTED, Listing
from .table import listing_fault


@listing_fault
def total_count(listing: Listing, hits: int, *, value: object = None) -> Listing:
    """total_count is this value, whatever is listed: a number, null, text."""
    return replace(listing, total_count=value)


@listing_fault
def total_count_off(listing: Listing, hits: int, *, by: int = -1) -> Listing:
    """total_count is too low or too high by a number."""
    return replace(listing, total_count=len(listing.matching) + by)


@listing_fault
def no_total_count(listing: Listing, hits: int) -> Listing:
    """total_count is left out."""
    return replace(listing, total_count=OMITTED)


@listing_fault
def short_pages(listing: Listing, hits: int, *, rows: int = 10) -> Listing:
    """At most so many rows a page, whatever the limit; 0 makes each page empty."""
    return replace(listing, limit=min(listing.limit, rows))


@listing_fault
def long_pages(listing: Listing, hits: int, *, rows: int = 150) -> Listing:
    """At least so many rows a page if the list has as many, whatever the limit."""
    return replace(listing, limit=max(listing.limit, rows))


@listing_fault
def shifting(listing: Listing, hits: int, *, rows: int = 1) -> Listing:
    """Before each page but the first, rows come to the head of the list; a negative number takes rows away there.

    Rows that come push rows of the page before onto the next, which has them twice; rows that go leave a gap.
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
    """Each page is the first page, for ever."""
    return replace(listing, offset=0)


@listing_fault
def beyond_end(listing: Listing, hits: int) -> Listing:
    """Pages beyond the end are not empty: they are the last full page again."""
    return replace(listing, offset=max(0, min(listing.offset, len(listing.matching) - listing.limit)))

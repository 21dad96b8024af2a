# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of ListImages: parameters, filters, sorting and pages, as documented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .errors import service_error
from .images import Image, RegionImages
from .messages import RejectedError, Response, encode_json, raw_json_response

FILTER_LENGTHS: Final = {
    "os_type": 255, "image_type": 255, "platform": 255, "architecture": 10, "package_type": 255, "image_id": 255,
}  # fmt: skip
"""The filters, and the documented maximum length of each value in characters."""

CHOICES: Final = {
    "image_type": ("gold", "private"),
    "architecture": ("x86", "arm"),
    "sort_field": ("name", "created_at"),
    "sort_type": ("asc", "desc"),
}
LIMIT: Final = range(101)
OFFSET: Final = range(5001)

OMITTED: Final = object()
"""The value of ``total_count`` if the response omits it."""


@dataclass(frozen=True)
class Listing:
    """All images that match a query, in order, and the requested page."""

    matching: tuple[Image, ...]
    offset: int
    limit: int
    total_count: object

    @property
    def rows(self) -> tuple[Image, ...]:
        """The images of the page."""
        return self.matching[self.offset : self.offset + self.limit]

    def response(self) -> Response:
        """Return the page as a response."""
        body = b'{"images":[' + b",".join([image.json for image in self.rows]) + b"]"
        if self.total_count is not OMITTED:
            body += b',"total_count":' + encode_json(self.total_count)
        return raw_json_response(200, body + b"}")


class Catalogue:
    """The images of a region; immutable."""

    def __init__(self, region_images: RegionImages) -> None:
        self.images = region_images.images
        self._count = region_images.count
        self._sorted = lru_cache(maxsize=8)(self._sort)
        self._matching = lru_cache(maxsize=256)(self._match)

    def listing(self, query: Mapping[str, str]) -> Listing:
        """Return the listing of a query. Raises RejectedError if a parameter exceeds a documented limit."""
        check_parameters(query)
        filters = tuple((name, query[name]) for name in FILTER_LENGTHS if name in query)
        matching = self._matching(filters, query.get("sort_field", "name"), query.get("sort_type", "asc"))
        return Listing(matching, int(query.get("offset", 0)), int(query.get("limit", 100)), self._count(len(matching)))

    def _match(self, filters: tuple[tuple[str, str], ...], field: str, direction: str) -> tuple[Image, ...]:
        ordered = self._sorted(field, direction)
        return tuple(image for image in ordered if all(image.attribute(name) == value for name, value in filters))

    def _sort(self, field: str, direction: str) -> tuple[Image, ...]:
        is_descending = direction == "desc"
        by_id = sorted(self.images, key=lambda image: str(image.row.get("id")))
        if field == "name":
            return tuple(sorted(by_id, key=lambda image: str(image.row.get("name", "")), reverse=is_descending))
        dated = [(image.created, image) for image in by_id if image.created is not None]
        dated.sort(key=lambda pair: pair[0], reverse=is_descending)
        # The position of images without a date is not documented. The emulator lists them last, in the order in which
        # they are stored.
        undated = [image for image in self.images if image.created is None]
        return (*(image for _created, image in dated), *undated)


def check_parameters(query: Mapping[str, str]) -> None:
    """Check a query against the documented limits, or raise RejectedError. Unknown parameters are ignored."""
    for name, length in FILTER_LENGTHS.items():
        if len(query.get(name, "")) > length:
            raise RejectedError(service_error(400, f"The parameter {name} is longer than {length} characters."))
    for name, choices in CHOICES.items():
        if name in query and query[name] not in choices:
            raise RejectedError(service_error(400, f"The parameter {name} must be one of {', '.join(choices)}."))
    for name, numbers in (("limit", LIMIT), ("offset", OFFSET)):
        value = query.get(name, "0")
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and int(value) in numbers):
            raise RejectedError(
                service_error(400, f"The parameter {name} must be an integer from {numbers[0]} to {numbers[-1]}.")
            )

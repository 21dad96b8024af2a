# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images as the service stores them, from a data file or from the rows of a test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, Union

from .account import REGIONS
from .messages import encode_json

DATA = Path(__file__).parent / "data"
"""Lists in the format of the service. ``read_images`` reads them by name, without ``.json``."""

SERVER_SIDE = "_server"
"""The key in a row of a data file for the attributes that are only filters: ListImages never returns them."""

_CREATED_AT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.:](\d+))?(?:Z|([+-])(\d\d):?(\d\d))?", flags=re.ASCII
)


@dataclass(frozen=True)
class Image:
    """An image: the ``row`` that ListImages returns, and two attributes that are only filters."""

    row: Mapping[str, Any]
    platform: str | None = None
    package_type: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Image:
        """Return the image of a row of a data file. The default of platform is os_type."""
        hidden = row.get(SERVER_SIDE, {})
        visible = {name: value for name, value in row.items() if name != SERVER_SIDE}
        return cls(visible, hidden.get("platform", row.get("os_type")), hidden.get("package_type"))

    @cached_property
    def json(self) -> bytes:
        """The row as sent."""
        return encode_json(self.row)

    @cached_property
    def created(self) -> datetime | None:
        """The creation time in UTC, None if the row has no valid ``created_at``."""
        return _parse_created_at(self.row.get("created_at"))

    def attribute(self, name: str) -> object:
        """Return the value that a filter of ListImages compares."""
        if name == "platform":
            return self.platform
        if name == "package_type":
            return self.package_type
        return self.row.get("id" if name == "image_id" else name)


def _parse_created_at(text: object) -> datetime | None:
    match = _CREATED_AT.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    day, hour, fraction, sign, zone_hours, zone_minutes = match.groups()
    moment = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=timezone.utc)
    moment += timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
    if sign:
        shift = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        moment += shift if sign == "-" else -shift
    return moment


@dataclass(frozen=True)
class RegionImages:
    """The images of a region.

    ``total_count`` is the number that the service reports for them, if it differs from their real number.
    """

    images: tuple[Image, ...]
    total_count: int | None = None

    def count(self, matching: int) -> int:
        """Return the total_count of a query: wrong by the same number as that of all images."""
        return max(0, matching + (0 if self.total_count is None else self.total_count - len(self.images)))


Rows = Union[RegionImages, Iterable[Union[Mapping[str, Any], Image]]]
"""The images of a region, in any form that the emulator accepts."""


def to_region_images(rows: Rows) -> RegionImages:
    """Convert rows to images."""
    if isinstance(rows, RegionImages):
        return rows
    return RegionImages(tuple(row if isinstance(row, Image) else Image.from_row(row) for row in rows))


def read_images(source: Path | str) -> dict[str, RegionImages]:
    """Read a data file, or a list in ``DATA`` by its name. Return images by region, with ``""`` for all other regions.

    The file contains a list of rows, a response of ListImages (``{"images": […], "total_count": 1}``), or one of these
    for each region (``{"regions": {"cn-north-4": …, …}}``). Raises ValueError for any other content.
    """
    path = Path(source)
    if not path.exists() and (DATA / f"{source}.json").is_file():
        path = DATA / f"{source}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    has_regions = isinstance(document, dict) and isinstance(document.get("regions"), dict)
    by_region = document["regions"] if has_regions else {"": document}
    for region in by_region:
        if region not in ("", *REGIONS):
            raise ValueError(f"{path}: there is no region {region!r}; there are {', '.join(REGIONS)}")
    return {region: _region_images(content, f"{path}: {region}".rstrip(": ")) for region, content in by_region.items()}


def _region_images(content: object, source: str) -> RegionImages:
    rows, total = content, None
    if isinstance(content, dict):
        rows, total = content.get("images"), content.get("total_count")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{source}: images are not a list of objects")
    if total is not None and (not isinstance(total, int) or isinstance(total, bool)):
        raise ValueError(f"{source}: total_count is not a whole number")
    return RegionImages(to_region_images(rows).images, total)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images as the service stores them, and where they come from: a data file or rows made by a test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from .account import REGIONS
from .messages import encode_json

SERVER_SIDE = "_server"
"""The key of a row under which a data file keeps what the service knows and filters by but never returns."""

_CREATED_AT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.:](\d+))?(?:Z|([+-])(\d\d):?(\d\d))?", flags=re.ASCII
)


@dataclass(frozen=True)
class Image:
    """One image: the ``row`` that goes out exactly as it is, and two attributes that can only be filtered by."""

    row: Mapping[str, Any]
    platform: str | None = None
    package_type: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Image:
        """Take a row apart. Without a platform of its own, an image has the one that is named like its os_type."""
        hidden = row.get(SERVER_SIDE, {})
        visible = {name: value for name, value in row.items() if name != SERVER_SIDE}
        return cls(visible, hidden.get("platform", row.get("os_type")), hidden.get("package_type"))

    @cached_property
    def json(self) -> bytes:
        """The row as it stands on the wire."""
        return encode_json(self.row)

    @cached_property
    def created(self) -> datetime:
        """When it was made, in UTC; the beginning of time where the row has no readable ``created_at``."""
        return _parse_created_at(self.row.get("created_at")) or datetime.min.replace(tzinfo=timezone.utc)

    def attribute(self, name: str) -> object:
        """Give what a filter of ListImages compares with."""
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


def to_images(rows: Iterable[Mapping[str, Any] | Image]) -> tuple[Image, ...]:
    """Make images of rows; what is an image already stays."""
    return tuple(row if isinstance(row, Image) else Image.from_row(row) for row in rows)


def read_images(path: Path) -> dict[str, tuple[Image, ...]]:
    """Read a data file: images by region, ``""`` standing for all regions that are not named.

    The file is a list of rows, or an answer of ListImages as it was received (``{"images": […]}``), or
    ``{"regions": {"cn-north-4": […], …}}``. Raises ValueError where it is none of these.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(document, dict) and isinstance(document.get("regions"), dict):
        by_region = document["regions"]
    else:
        by_region = {"": document.get("images") if isinstance(document, dict) else document}
    for region, rows in by_region.items():
        if region not in ("", *REGIONS):
            raise ValueError(f"{path}: there is no region {region!r}; there are {', '.join(REGIONS)}")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f"{path}: images {f'of {region} ' if region else ''}are no list of objects")
    return {region: to_images(rows) for region, rows in by_region.items()}

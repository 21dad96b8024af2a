# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image and a listing of images are, and how a message names an image. Pure.

Source: the vendor's page of ListImages, tables 4 and 5, and the SDK's model for ``kms_id``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: An image as it is returned: every documented field, null where the API left it out, and whatever else it sent.
Image = dict[str, Any]

TEXT_FIELDS = (
    "id",
    "image_type",
    "os_type",
    "architecture",
    "os_version",
    "disk_format",
    "name",
    "product_code",
    "created_at",
    "kms_id",
)
NUMBER_FIELDS = ("min_ram", "min_disk")

#: Every documented field.
FIELDS = TEXT_FIELDS + NUMBER_FIELDS

#: What ``disk_format`` can be.
DISK_FORMATS = ("vhd", "raw", "qcow2", "zvhd2")

_LONGEST_QUOTE = 100


@dataclass
class Listing:
    """The server's images for a query.

    :ivar images: each once, in the server's order.
    :ivar total_count: the server's own count, as on the first page.
    :ivar warnings: sentences for the user.
    """

    images: list[Image] = field(default_factory=list)
    total_count: int | None = None
    warnings: list[str] = field(default_factory=list)


class CachedListing(NamedTuple):
    """A listing that may have been fetched earlier.

    :ivar project_id: the project whose images it lists.
    :ivar fetched_at: when, in seconds since the epoch.
    """

    project_id: str
    listing: Listing
    fetched_at: float

    def is_younger_than(self, seconds: float) -> bool:
        """Whether it was fetched so recently. After the clock was set back, no listing is."""
        return abs(time.time() - self.fetched_at) < seconds


def describe(image: Image) -> str:
    """Name an image in a message: ``"NAME" (ID)``."""
    return f"{quote(image['name'])} ({image['id']})" if image["name"] else str(image["id"])


def quote(text: str) -> str:
    """Quote a text for a message.

    :returns: the text in quotation marks, shortened if it is very long, with an escape sequence for each character
        that a reader could not see or tell from a blank, such as a no-break space.
    """
    shown = text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
    return f'"{show_unprintable(shown)}"'


def show_unprintable(text: str) -> str:
    """Return a text with an escape sequence for each character that a reader could not see or tell from a blank."""
    return text if text.isprintable() else "".join(part if part.isprintable() else repr(part)[1:-1] for part in text)

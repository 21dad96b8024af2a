# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image is, and how a message names one. Pure.

Source: the vendor's page of ListImages, tables 4 and 5, and the SDK's model for ``kms_id``.
"""

from __future__ import annotations

from typing import Any

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

_LONGEST_QUOTE = 100


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

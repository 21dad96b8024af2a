# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image is. Pure.

Source: the vendor's page of ListImages, tables 4 and 5, and the SDK's model for ``kms_id``.
"""

from __future__ import annotations

from typing import Any

#: An image as it is handed on: every documented field, null where the API left it out, and whatever else it sent.
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

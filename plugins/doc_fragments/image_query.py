# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Options that select images."""

    DOCUMENTATION = r"""
options:
  image_id:
    description:
      - ID of the image to return.
    type: str
  os_type:
    description:
      - Type of the operating system. Case-sensitive.
    type: str
    choices:
      - Linux
      - Windows
      - Other
  image_type:
    description:
      - V(gold) for public images, V(private) for the images of your account.
    type: str
    choices:
      - gold
      - private
  platform:
    description:
      - Platform of the image, such as V(Windows). The service does not publish a list of values.
    type: str
  architecture:
    description:
      - Processor architecture.
    type: str
    choices:
      - x86
      - arm
  package_type:
    description:
      - Package series, such as V(general). The service does not publish a list of values.
    type: str
  sort_field:
    description:
      - Field by which the service sorts its list. The images are returned in that order.
      - If neither O(sort_field) nor O(sort_type) is set, the service sorts by V(name), or with O(most_recent) by
        RV(ignore:created_at), the newest image first.
    type: str
    choices:
      - name
      - created_at
  sort_type:
    description:
      - Sort order, ascending or descending. The service's default is ascending.
    type: str
    choices:
      - asc
      - desc
  offset:
    description:
      - Position in the service's list of the first image to take, from 0 to 5000.
    type: int
    default: 0
  limit:
    description:
      - Maximum number of images to take from the service's list, at least 1. More than 100 images take several
        requests.
      - The limit applies before all criteria, such as O(name) and O(fits_disk), and before O(most_recent).
      - If not set, all images are taken.
    type: int
  name:
    description:
      - Return only images whose name equals this value or matches it as a shell pattern with V(*), V(?) and V([…]).
        Case-sensitive.
      - A string is one pattern; commas are literal. With a list, one of its patterns must match.
      - Names and patterns are compared in Unicode normalization form C (NFC), so that names that look the same match.
    type: raw
  name_regex:
    description:
      - Return only images whose name contains a match of this Python regular expression.
    type: str
  os_version:
    description:
      - Return only images whose RV(ignore:os_version) equals this value or matches it as a shell pattern.
        Case-sensitive.
      - A string is one pattern; commas are literal. With a list, one of its patterns must match.
    type: raw
  disk_format:
    description:
      - Return only images in one of these disk formats.
    type: list
    elements: str
    choices:
      - vhd
      - raw
      - qcow2
      - zvhd2
  fits_disk:
    description:
      - Available disk space in GB. Return only images whose RV(ignore:min_disk) is known and not larger.
    type: int
  fits_ram:
    description:
      - Available memory in MB. Return only images whose RV(ignore:min_ram) is known and not larger.
    type: int
  created_after:
    description:
      - Return only images that were created later than this ISO 8601 time. A time without a zone is UTC.
      - An image without a valid RV(ignore:created_at) does not match.
    type: str
  created_before:
    description:
      - Return only images that were created earlier than this ISO 8601 time. A time without a zone is UTC.
      - An image without a valid RV(ignore:created_at) does not match.
    type: str
  most_recent:
    description:
      - Return only the newest of the matching images, by RV(ignore:created_at). If several have the same time, the
        image with the smaller ID is returned.
      - If some of them have no valid RV(ignore:created_at), the first match in the service's order is returned, with a
        warning. The task fails if O(sort_field) or O(sort_type) sets another order than newest first, or if the
        service's order contradicts the known creation times.
      - If the matching images differ in O(architecture) or O(image_type) and that option is not set, a warning says
        which one the newest image has.
    type: bool
    default: false
"""

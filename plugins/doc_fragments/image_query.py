# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which images are wanted."""

    DOCUMENTATION = r"""
options:
  image_id:
    description:
      - ID of the one image to list.
    type: str
  os_type:
    description:
      - Type of the operating system.
    type: str
    choices:
      - Linux
      - Windows
      - Other
  image_type:
    description:
      - V(gold) for public images, V(private) for those of the account.
    type: str
    choices:
      - gold
      - private
  platform:
    description:
      - Platform of the image, such as V(Windows), as the service names it.
    type: str
  architecture:
    description:
      - Architecture of the processor.
    type: str
    choices:
      - x86
      - arm
  package_type:
    description:
      - Series of packages, such as V(general), as the service names it.
    type: str
  sort_field:
    description:
      - What the service sorts by; without it, by name.
    type: str
    choices:
      - name
      - created_at
  sort_type:
    description:
      - Direction in which the service sorts; without it, ascending.
    type: str
    choices:
      - asc
      - desc
  offset:
    description:
      - Offset in the service's list of the first image to take, from 0 to 5000.
    type: int
    default: 0
  limit:
    description:
      - The most images to take from the service's list, before all criteria that are applied to what it returned, at
        least 1. More than 100 take several calls.
      - Without it, all are taken.
    type: int
  name:
    description:
      - Keeps images whose name equals this, or matches it as a shell pattern with V(*), V(?) and V([…]). The case
        counts.
      - Either one pattern, commas and all, or a list, of which one has to match.
    type: raw
  name_regex:
    description:
      - Keeps images in whose name this Python regular expression has a match.
    type: str
  os_version:
    description:
      - Keeps images whose RV(ignore:os_version) equals this, or matches it as a shell pattern.
      - Either one pattern, commas and all, or a list, of which one has to match.
    type: raw
  disk_format:
    description:
      - Keeps images in one of these formats.
    type: list
    elements: str
    choices:
      - vhd
      - raw
      - qcow2
      - zvhd2
  fits_disk:
    description:
      - Keeps images that fit a root volume of this size in GB, that is, whose RV(ignore:min_disk) is known and not
        larger.
    type: int
  fits_ram:
    description:
      - Keeps images that fit a memory of this size in MB, that is, whose RV(ignore:min_ram) is known and not larger.
    type: int
  created_after:
    description:
      - Keeps images that were created later than this time, as ISO 8601 has it. Without a zone it is UTC.
      - An image whose time of creation is not known is not kept.
    type: str
  created_before:
    description:
      - Keeps images that were created earlier than this time, as ISO 8601 has it. Without a zone it is UTC.
      - An image whose time of creation is not known is not kept.
    type: str
  most_recent:
    description:
      - Keeps only the newest of what is left; of images of the same time, the one with the smaller ID.
      - Fails if that cannot be told, because more than one is left and one of them has no readable time of creation.
    type: bool
    default: false
"""

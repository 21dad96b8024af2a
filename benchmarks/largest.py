# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the largest response that the collection accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.attempt import MAX_BODY
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.strict_json import MAX_VALUES
from ansible_collections.huaweicloud.workspace.tests.emulator import many_images

from .clients import run
from .cloud import cloud
from .measure import Result, ratio

IMAGES = 5000
ROUNDS = 3


def largest() -> Iterator[Result]:
    """Compare the largest accepted response with 5,000 ordinary images on pages of 100."""
    with cloud(rows=_largest_rows()) as extreme, cloud(images=IMAGES) as ordinary:
        # All images are on the first page; the second one is empty.
        extreme.arm(name="long_pages", rows=IMAGES)
        ours, other = zip(*((run.module(extreme), run.module(ordinary)) for _round in range(ROUNDS)))
    memory, usual_memory = (median(report.mebibytes for report in reports) for reports in (ours, other))
    seconds, usual_seconds = (median(report.seconds for report in reports) for reports in (ours, other))
    what = "of the module for the largest accepted response, compared with 5,000 ordinary images"
    yield ratio(f"peak memory {what}", memory, usual_memory, 7, unit="MiB")
    yield ratio(f"CPU time {what}", seconds, usual_seconds, 6)


def _largest_rows() -> list[dict[str, Any]]:
    """Return images that fill a page up to the limits on bytes and values of a response."""
    # The limit counts a value for each image and for each comma; one is left for the page itself.
    fields = MAX_VALUES // IMAGES - 2
    return [_large_row(image.row, fields, MAX_BODY // IMAGES - 1) for image in many_images(IMAGES)]


def _large_row(row: Mapping[str, Any], fields: int, size: int) -> dict[str, Any]:
    """Add fields to an image, the last of which makes it so many bytes long."""
    more = {f"field_{number}": f"value {number}" for number in range(fields - len(row) - 1)}
    large = {**row, **more, "text": ""}
    return {**large, "text": "x" * (size - len(json.dumps(large, separators=(",", ":"))))}

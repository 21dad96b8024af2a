# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures whether the cost per image grows with the number of images."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, Callable

import requests

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import AccessKey
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.strict_json import read_json
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.criteria import build_criteria
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import build_query
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import page_schema
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.selection import select_images
from ansible_collections.huaweicloud.workspace.tests.emulator import many_images

from .measure import Result, minima

Image = dict[str, Any]

COUNTS = (100, 1000, 5000)
PAGE = 100
LIMIT = 1.5
"""The largest ratio of the cost per image for 5,000 images to that for 100."""
ROUNDS = 15


def scaling() -> Iterator[Result]:
    """Measure signing, validation and selection of 100, 1,000 and 5,000 images."""
    images = [{**image.row, "kms_id": None} for image in many_images(COUNTS[-1])]
    for what, work in (("signing", _sign), ("validation", _validate), ("selection", _select)):
        few, some, many = minima(*[_per_image(work, images[:count]) for count in COUNTS], rounds=ROUNDS)
        yield Result(
            f"{what}: cost per image for 1,000 or 5,000 images, compared with 100 images",
            f"{max(some, many):.3g} µs",
            f"{few:.3g} µs",
            max(some, many) / few,
            LIMIT,
        )


def _per_image(work: Callable[[list[Image]], Callable[[], Any]], images: list[Image]) -> Callable[[], float]:
    """Return a measurement in microseconds per image; few images are repeated so that all take about as long."""
    prepared = work(images)
    times = COUNTS[-1] // len(images)

    def measure() -> float:
        started = time.perf_counter()
        for _time in range(times):
            prepared()
        return (time.perf_counter() - started) / times / len(images) * 10**6

    return measure


def _sign(images: list[Image]) -> Callable[[], Any]:
    """Prepare the signing of the requests for all pages."""
    auth = SdkHmacSha256(AccessKey("access", "secret"))
    url = "https://workspace.cn-north-4.myhuaweicloud.com/v2/0123456789abcdef0123456789abcdef/images"
    headers = {"Content-Type": "application/json", "X-Project-Id": "0123456789abcdef0123456789abcdef"}
    pages = [
        requests.Request("GET", url, headers=headers, params={"limit": PAGE, "offset": offset}).prepare()
        for offset in range(0, len(images), PAGE)
    ]
    return lambda: [auth(page) for page in pages]


def _validate(images: list[Image]) -> Callable[[], Any]:
    """Prepare the decoding and validation of all pages."""
    schema = page_schema()
    pages = [
        json.dumps({"images": images[offset : offset + PAGE], "total_count": len(images)}).encode()
        for offset in range(0, len(images), PAGE)
    ]
    return lambda: [schema(read_json(page)) for page in pages]


def _select(images: list[Image]) -> Callable[[], Any]:
    """Prepare the selection of the newest image that matches every kind of criterion."""
    options = {
        "name": ["image-*"],
        "name_regex": r"\d+$",
        "os_version": ["*Server 2019*"],
        "disk_format": ["vhd", "raw", "qcow2", "zvhd2"],
        "fits_disk": 1024,
        "fits_ram": 8192,
        "created_after": "2020-01-01T00:00:00Z",
        "most_recent": True,
    }
    criteria, query = build_criteria(options), build_query(options)
    return lambda: select_images(images, criteria, query)

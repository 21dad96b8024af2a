# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reproducible sample images: realistic ones, and any number of plain ones for benchmarks."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from .images import SERVER_SIDE, Image, read_images, to_region_images

VENDOR_SAMPLES: tuple[dict[str, Any], ...] = tuple(dict(image.row) for image in read_images("published")[""].images)
"""The rows of the published response; none has created_at, architecture or product_code."""

_SYSTEMS = (
    # (os_type, os_version, architectures, name of the gold image)
    ("Windows", "Windows Server 2016 Datacenter 64bit", ("x86",), "Windows Server 2016 Datacenter"),
    ("Windows", "Windows Server 2019 Datacenter 64bit", ("x86",), "Windows Server 2019 Datacenter"),
    ("Windows", "Windows Server 2022 Datacenter 64bit", ("x86",), "Windows Server 2022 Datacenter"),
    ("Windows", "Windows 10 Enterprise 64bit", ("x86",), "Windows 10 企业版 64位"),
    ("Windows", "Windows 11 Enterprise 64bit", ("x86",), "Windows 11 企业版 64位"),
    ("Linux", "Ubuntu 20.04 server 64bit", ("x86", "arm"), "Ubuntu 20.04 Desktop"),
    ("Linux", "Ubuntu 22.04 server 64bit", ("x86", "arm"), "Ubuntu 22.04 Desktop"),
    ("Linux", "CentOS 7.9 64bit", ("x86",), "CentOS 7.9 (GNOME)"),
    ("Linux", "EulerOS 2.10 64bit", ("x86", "arm"), "EulerOS 2.10"),
    ("Linux", "UnionTechOS Server 20 1060e 64bit", ("x86", "arm"), "统信UOS V20 专业版"),
    ("Linux", "Kylin V10 SP1 64bit", ("x86", "arm"), "银河麒麟桌面操作系统 V10 SP1"),
    ("Other", None, ("x86", "arm"), "Other OS"),
)
_EDITIONS = ("", " [GPU]", " (en-US)", " (zh-CN), 64bit", " - Office 2021, Teams", " 渲染增强", "_HDP_vAG", " v2.1")
_TEAMS = ("财务部", "Design team", "call-center", "研发中心 (深圳)", "R&D, Munich", "教室[3]", "Buchhaltung", "QA #7")
_PACKAGES = ("ultimate", "enterprise", "general", "workstation", "dedicated", "solver", "agile", None)
_FORMATS = ("vhd", "raw", "qcow2", "zvhd2")
_SHAPES: tuple[tuple[int, Callable[[datetime], str]], ...] = (
    # Shapes of created_at, the most frequent first: weight and format.
    (60, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"),
    (20, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}"),
    (6, lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}"),
    (5, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}"),
    (3, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}999Z"),
    (3, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+00:00"),
    (2, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 10000:02d}Z"),
    (1, lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}:{moment.microsecond:06d}Z"),
)


def sample_images(region: str = "cn-north-4", count: int = 250) -> tuple[Image, ...]:
    """Return the sample images of a region, the published ones first. They depend on region and count only."""
    generator = random.Random(f"images of {region}")  # noqa: S311 - not for security
    rows = [dict(row) for row in VENDOR_SAMPLES]
    while len(rows) < count:
        rows.append(_sample_row(generator))
    return to_region_images(rows[:count]).images


def _sample_row(generator: random.Random) -> dict[str, Any]:
    gold = generator.random() < 0.6
    os_type, os_version, architectures, title = generator.choice(_SYSTEMS)
    moment = datetime(2020, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=generator.random() * 5.5 * 365 * 86400)
    shape = generator.choices([make for _weight, make in _SHAPES], [weight for weight, _make in _SHAPES])[0]
    team = "" if gold else f"{generator.choice(_TEAMS)} {moment:%Y-%m} "
    row: dict[str, Any] = {
        "id": str(uuid.UUID(int=generator.getrandbits(128), version=4)),
        "image_type": "gold" if gold else "private",
        "os_type": os_type,
        "architecture": generator.choice(architectures),
        "os_version": os_version,
        "disk_format": generator.choice(_FORMATS),
        "name": f"{team}{title}{generator.choice(_EDITIONS)}",
        "min_ram": generator.choice((0, 0, 0, 0, 2048, 4096, 8192)),
        "min_disk": generator.choice((40, 40, 50, 60, 80, 80, 100, 120, 200, 500, 1024)),
        "product_code": f"OFFI{generator.randrange(10**6):06d}--0--{generator.randrange(10**6):06d}" if gold else "",
        "created_at": shape(moment),
    }
    for name, share in (("created_at", 0.03), ("architecture", 0.03), ("product_code", 0.1), ("os_version", 0.02)):
        if generator.random() < share:
            del row[name]
    if generator.random() < 0.05:
        row["kms_id"] = str(uuid.UUID(int=generator.getrandbits(128), version=4))
    if generator.random() < 0.05:
        row["os_platform"] = os_type
    row[SERVER_SIDE] = {"platform": os_type, "package_type": generator.choice(_PACKAGES)}
    return row


def many_images(count: int) -> tuple[Image, ...]:
    """Return images with all fields, named ``image-00000``, ``image-00001`` and so on, in the order of their names."""
    start = datetime(2024, 1, 1, tzinfo=timezone.utc)
    return tuple(
        Image(
            {
                "id": str(uuid.UUID(int=number)),
                "image_type": "gold" if number % 2 else "private",
                "os_type": ("Windows", "Linux", "Other")[number % 3],
                "architecture": "arm" if number % 5 == 0 else "x86",
                "os_version": "Windows Server 2019 Datacenter 64bit",
                "disk_format": _FORMATS[number % 4],
                "name": f"image-{number:05d}",
                "min_ram": 0,
                "min_disk": 40 + number % 985,
                "product_code": f"OFFI{number:06d}",
                "created_at": f"{start + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S}.000Z",
            },
            platform="Windows",
            package_type="general",
        )
        for number in range(count)
    )

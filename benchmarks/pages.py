# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the pages of ``docs/`` that contain results."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import VERSION

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = DOCS / "pictures"
HEADER = """\
<!--
SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
SPDX-License-Identifier: GPL-3.0-or-later
-->
"""
PACKAGES = ("ansible-core", "requests", "voluptuous", "huaweicloudsdkcore", "huaweicloudsdkworkspace")


def page(*parts: str) -> str:
    """Return the text of a page: its parts, except empty ones, separated by empty lines."""
    return "\n\n".join([HEADER.rstrip(), *(part.strip() for part in parts if part.strip())]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def environment() -> dict[str, str]:
    """Return the date, the machine and the versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": f"{datetime.now(timezone.utc):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, {_cpu()}, {memory:.0f} GiB of memory, {platform.system()}",
        "Python": platform.python_version(),
        "huaweicloud.workspace": VERSION,
        **{package: version(package) for package in PACKAGES},
    }


def _cpu() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            name, _colon, value = line.partition(":")
            if name.strip() == "model name":
                return f"{value.strip()} ({platform.machine()})"
    return platform.machine()

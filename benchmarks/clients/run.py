# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the programs of this folder."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..cloud import Cloud


@dataclass(frozen=True)
class Report:
    """What a program printed: ``seconds`` of the query alone, ``mebibytes`` of the whole process at its peak."""

    seconds: float
    images: int
    mebibytes: float


def collection(cloud: Cloud) -> Report:
    """The query itself."""
    return _run(cloud, "collection", cloud.project_id)


def module(cloud: Cloud) -> Report:
    """The module as a process."""
    return _run(cloud, "module", cloud.project_id)


def vendor(cloud: Cloud) -> Report:
    """The vendor's SDK, paging one by one."""
    return _run(cloud, "vendor", cloud.url, cloud.project_id)


def _run(cloud: Cloud, program: str, *arguments: str) -> Report:
    found = Report(**json.loads(cloud.run("-m", f"{__package__}.{program}", *arguments)))
    if found.images != cloud.images:
        raise RuntimeError(f"{program} listed {found.images} images, there are {cloud.images}")
    return found

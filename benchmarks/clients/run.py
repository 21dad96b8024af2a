# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the programs of this folder and reads their reports."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..cloud import Cloud


@dataclass(frozen=True)
class Report:
    """The report of a program.

    :ivar seconds: duration of the query alone; of the module, its CPU time.
    :ivar images: number of images.
    :ivar mebibytes: peak memory of the process.
    """

    seconds: float
    images: int
    mebibytes: float


def collection(cloud: Cloud) -> Report:
    """Run the query alone."""
    return _run(cloud, "collection", cloud.project_id)


def module(cloud: Cloud) -> Report:
    """Run the module as a process."""
    return _run(cloud, "module", cloud.project_id)


def vendor(cloud: Cloud) -> Report:
    """Run the vendor's SDK, page after page."""
    return _run(cloud, "vendor", cloud.url, cloud.project_id)


def _run(cloud: Cloud, program: str, *arguments: str) -> Report:
    report = Report(**json.loads(cloud.run("-m", f"{__package__}.{program}", *arguments)))
    if report.images != cloud.images:
        raise RuntimeError(f"{program} listed {report.images} images instead of {cloud.images}")
    return report

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the report of a program as JSON for the benchmark that started it."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path


def report(seconds: float, images: int) -> None:
    """Print the duration of the query, the number of images, and the peak memory of the process."""
    print(json.dumps({"seconds": seconds, "images": images, "mebibytes": peak_mebibytes()}))


def peak_mebibytes() -> float:
    """Return the peak resident memory of this process.

    On Linux, getrusage includes the memory before ``exec``, which is that of the parent.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024

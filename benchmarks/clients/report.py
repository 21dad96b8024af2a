# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each of the programs prints: JSON, for the benchmark that started it."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path


def report(seconds: float, images: int) -> None:
    """Print how long the query took, how many images it gave, and the greatest memory of the process so far."""
    print(json.dumps({"seconds": seconds, "images": images, "mebibytes": peak_mebibytes()}))


def peak_mebibytes() -> float:
    """Give the greatest resident memory of this process so far.

    Linux counts what was there before ``exec`` into getrusage's number, so that a large parent would be measured.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024

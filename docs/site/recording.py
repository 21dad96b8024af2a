# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what ``make demo`` prints, as a moving picture."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator

from . import svg

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "$ make demo"

_COLUMN, _LINE, _MARGIN = 7.2, 16, 12
_ROWS = 20
#: Lines that are shown of the start and of the end of the output.
_FIRST, _LAST = 24, 16
#: Seconds until the output scrolls, in which it does, and for which its end is shown.
_START, _SCROLL, _END = 3, 5, 6

_STYLE = """\
text{{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}}
.head{{font-weight:600}}.ok{{fill:var(--good)}}
.out{{animation:scroll {total}s linear infinite;transform:translateY({end}px)}}
@keyframes scroll{{0%,{start:.0f}%{{transform:translateY(0)}}{stop:.0f}%,100%{{transform:translateY({end}px)}}}}
@media(prefers-reduced-motion:reduce){{.out{{animation:none}}}}
"""


def record(collections: Path, home: Path) -> list[str]:
    """Return the lines that the demonstration prints.

    :param collections: a path of collections where this one is found.
    :param home: an empty folder.
    """
    with Emulator() as emulator:
        environment = {
            "HUAWEICLOUD_SDK_AK": emulator.account.access_key,
            "HUAWEICLOUD_SDK_SK": emulator.account.secret_key,
            "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
            "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": emulator.url,
            "HW_REGION_NAME": emulator.default_region,
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_NOCOWS": "true",
        }
        command = [sys.executable, "-m", "ansible", "playbook", "playbooks/list_images.yml"]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, encoding="utf-8")
    return run.stdout.strip().splitlines()


def draw(output: Sequence[str]) -> str:
    """Return the picture: the first and the last lines scroll through a terminal."""
    lines = [PROMPT, *output[:_FIRST], f"    … {len(output) - _FIRST - _LAST} more lines", *output[-_LAST:]]
    width = max(map(_columns, lines)) * _COLUMN + 2 * _MARGIN
    end = -max(len(lines) - _ROWS, 0) * _LINE
    total = _START + _SCROLL + _END
    style = _STYLE.format(end=end, start=100 * _START / total, stop=100 * (_START + _SCROLL) / total, total=total)
    height = _ROWS * _LINE + 2 * _MARGIN
    body = [
        f'<svg x="0" y="{_MARGIN}" width="{width:g}" height="{_ROWS * _LINE}"><g class="out">',
        *(part for row, line in enumerate(lines) for part in _draw_line(row, line)),
        "</g></svg>",
    ]
    description = "A terminal in which `make demo` prints a table of the emulator's images."
    return svg.document(height, "make demo", description, body, width=width, style=style)


def _draw_line(row: int, line: str) -> Iterator[str]:
    """Draw the words at their columns: characters that are two columns wide have another width in many fonts."""
    classes = "ok" if line.startswith("ok:") else "head" if re.match(r"PLAY|TASK|\$", line) else ""
    for word in re.finditer(r"\S+(?: \S+)*", line):
        x = _MARGIN + _columns(line[: word.start()]) * _COLUMN
        yield svg.text(round(x, 1), row * _LINE + 12, word.group(), classes)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

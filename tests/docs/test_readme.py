# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README.md and README.zh-CN.md have the same structure: headings, code blocks, tables and links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_TRANSLATED_IN_CODE = re.compile(r"- name: .*|(?<=  )# .*")
_LANGUAGES = {"README.md", "README.zh-CN.md"}


class Structure(NamedTuple):
    """The parts of a page that both languages have in common. Code is without names of tasks and comments."""

    headings: list[str]
    code: list[tuple[str, str]]
    rows: list[int]
    links: list[str]
    literals: list[str]


def structure_of(text: str) -> Structure:
    prose = _BLOCK.sub("", text)
    return Structure(
        headings=re.findall(r"^#+(?= )", prose, flags=re.MULTILINE),
        code=[(language, _TRANSLATED_IN_CODE.sub("", code)) for language, code in _BLOCK.findall(text)],
        rows=[line.count("|") for line in prose.splitlines() if line.startswith("|")],
        links=sorted(link for link in re.findall(r"\]\((.+?)\)", prose) if link not in _LANGUAGES),
        literals=sorted(set(re.findall(r"`(.+?)`", prose))),
    )


def test_both_languages_have_the_same_structure() -> None:
    english, chinese = (structure_of((ROOT / name).read_text(encoding="utf-8")) for name in sorted(_LANGUAGES))
    assert english.code
    assert english == chinese


def test_a_changed_block_is_detected() -> None:
    english = structure_of("# A\n\n```yaml\n- name: Find\n  limit: 1\n```\n")
    assert english == structure_of("# 甲\n\n```yaml\n- name: 查找\n  limit: 1\n```\n")
    assert english != structure_of("# 甲\n\n```yaml\n- name: 查找\n  limit: 2\n```\n")

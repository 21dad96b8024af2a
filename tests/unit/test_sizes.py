# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and functions that are short enough to be read at once. Ruff checks their complexity."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


@pytest.mark.parametrize("folder", ["module_utils", "plugin_utils"])
def test_files_are_short(folder: str) -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "plugins" / folder).rglob("*.py")}
    assert lines
    assert {name: number for name, number in lines.items() if number > MAX_FILE_LINES} == {}


def test_functions_are_short() -> None:
    functions = {
        f"{path.name}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for folder in ("plugins", "playbooks")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert functions
    assert {name: number for name, number in functions.items() if number > MAX_FUNCTION_LINES} == {}

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds code blocks and tables of messages in the documentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

_DIRECTIVE = re.compile(r"(?P<indent> *)\.\. code-block:: (?P<language>\S+)")
_CAPTION = re.compile(r" *:caption: (?P<caption>\S+)")
_FENCE = re.compile(r"(?P<indent> *)```(?P<language>\S*)")
_FAULT = re.compile(r" *(?:\.\.|<!--) Test fault: (?P<fault>\S+)")
_ROW = re.compile(r" +\* - ``(.+?)``")


@dataclass(frozen=True)
class Block:
    """One code block.

    :ivar fault: the emulator's fault that a comment above it names.
    :ivar caption: path of the file that the block shows, relative to the playbook.
    """

    file: Path
    line: int
    language: str
    text: str
    fault: str | None = None
    caption: str | None = None

    @property
    def location(self) -> str:
        """File and line, for messages."""
        return f"{self.file.relative_to(ROOT)}:{self.line}"

    @property
    def document(self) -> Any:
        """The parsed YAML."""
        return yaml.safe_load(self.text)


def documents() -> list[Path]:
    """Return every documentation file, except generated ones."""
    patterns = ("*.md", "docs/**/*.md", "docs/site/*.rst", "docs/docsite/rst/*.rst", "roles/*/README.md",
                "plugins/modules/*.py", "plugins/lookup/*.py")  # fmt: skip
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    generated = (ROOT / "docs" / "build", ROOT / "CHANGELOG.md")
    return [path for path in found if not any(path.is_relative_to(one) for one in generated)]


def blocks(file: Path) -> list[Block]:
    """Return the code blocks of a document, or the EXAMPLES of a plugin."""
    if file.suffix == ".py":
        return [_plugin_examples(file)]
    lines = file.read_text(encoding="utf-8").splitlines()
    return list(_fenced(file, lines) if file.suffix == ".md" else _indented(file, lines))


def all_blocks(*languages: str) -> list[Block]:
    """Return the blocks of all documents that are in one of these languages."""
    return [block for file in documents() for block in blocks(file) if block.language in languages]


def link_collection(folder: Path) -> Path:
    """Link this checkout into a new collections path in a folder. Return the collections path."""
    collections = folder / "collections"
    link = collections / "ansible_collections/huaweicloud/workspace"
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT, target_is_directory=True)
    return collections


def text_of(file: Path) -> str:
    """Return the text of a document."""
    return file.read_text(encoding="utf-8")


def messages(file: Path) -> list[str]:
    """Return the first column of the tables of messages in a guide."""
    found: list[str] = []
    is_inside = False
    for line in text_of(file).splitlines():
        if line.strip() == ":class: messages":
            is_inside = True
        elif line and not line.startswith(" "):
            is_inside = False
        row = _ROW.match(line)
        if is_inside and row:
            found.append(row[1])
    return found


def _plugin_examples(file: Path) -> Block:
    for node in ast.parse(text_of(file)).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            return Block(file, node.lineno, "yaml", ast.literal_eval(node.value).lstrip("\n"))
    raise ValueError(f"{file} has no EXAMPLES")


def _indented(file: Path, lines: list[str]) -> Iterator[Block]:
    fault: str | None = None
    for number, line in enumerate(lines):
        fault_line = _FAULT.match(line)
        fault = fault_line["fault"] if fault_line else fault
        directive = _DIRECTIVE.fullmatch(line)
        if directive is None:
            continue
        body = []
        caption = _CAPTION.match(lines[number + 1])
        for follower in lines[number + (2 if caption else 1) :]:
            if follower.strip() and not follower.startswith(f"{directive['indent']} "):
                break
            body.append(follower)
        text = dedent("\n".join(body)).strip("\n") + "\n"
        yield Block(file, number + 1, directive["language"], text, fault, caption["caption"] if caption else None)
        fault = None


def _fenced(file: Path, lines: list[str]) -> Iterator[Block]:
    fault: str | None = None
    opened: tuple[int, str] | None = None
    body: list[str] = []
    for number, line in enumerate(lines):
        fault_line = _FAULT.match(line)
        fault = fault_line["fault"] if fault_line else fault
        fence = _FENCE.match(line)
        if opened is not None and fence:
            yield Block(file, opened[0] + 1, opened[1], dedent("\n".join(body)) + "\n", fault)
            opened, fault = None, None
        elif fence:
            opened, body = (number, fence["language"]), []
        else:
            body.append(line)

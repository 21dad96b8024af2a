# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists every message in the code of the collection: ``python -m tests.docs.message_list``.

A call of an exception class, of ``failure`` or of a function that warns creates a message. Values in it are shown as
``{expression}``. Texts outside such calls, such as hints and phrases that functions return, are listed separately.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = (ROOT / "plugins", ROOT / "playbooks")

#: Exceptions without an ``error_type``, and the kind of their text.
OTHER_EXCEPTIONS = {
    "CredentialsNotFound": "part of a message",
    "Missing": "lookup",
    "AnsibleError": "configuration",
    "AnsibleLookupError": "lookup",
    "Invalid": "invalid_response",
    "ValueError": "invalid_response",
    "OSError": "part of a message",
    "LineTooLong": "connection",
    "Cancelled": "never shown",
    "SearchFailed": "result of a search",
}
#: Functions that warn.
WARNING = {"warn", "_warn", "warning"}
#: Functions that create a failure from an exception class and a reason.
FACTORIES = {"failure", "_failure", "Explanation"}

TEXTS = "hint or part of a message"
_DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


class Message(NamedTuple):
    """A message, or a part of one.

    :ivar kind: the ``error_type`` or another kind.
    :ivar file: path relative to the collection.
    :ivar line: first line.
    :ivar text: the text, with ``{expression}`` for each value in it.
    """

    kind: str
    file: str
    line: int
    text: str


def code_files(*folders: Path) -> list[Path]:
    """Return the Python files with code below some folders, by default those that are published."""
    found = sorted(path for folder in folders or PUBLISHED for path in folder.rglob("*.py"))
    return [path for path in found if path.parent.name != "doc_fragments"]


def messages(*folders: Path) -> list[Message]:
    """Return every message of the code in some folders, by default the published code, by kind, file and line."""
    kinds = {**error_types(), **OTHER_EXCEPTIONS}
    return sorted(message for path in code_files(*folders) for message in _Collector(path, kinds).messages())


def error_types() -> dict[str, str]:
    """Return the ``error_type`` of each exception class."""
    types: dict[str, str] = {}
    for node in ast.parse((ROOT / "plugins/module_utils/_cloud/errors.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            own = [item.value for item in node.body if isinstance(item, ast.Assign)]
            inherited = [types[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in types]
            found = [str(value.value) for value in own if isinstance(value, ast.Constant)] + inherited
            types.update(dict.fromkeys([node.name], found[0]) if found else {})
    return types


class _Collector:
    """Collects the messages of one file."""

    def __init__(self, path: Path, kinds: dict[str, str]) -> None:
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._file = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
        self._kinds = kinds
        self._seen: set[int] = set()

    def messages(self) -> Iterator[Message]:
        self._skip_documentation()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and id(node) not in self._seen:
                kind, arguments = self._kind_and_texts(node)
                if kind is not None:
                    text = " | ".join(filter(None, map(_render, arguments)))
                    self._see(node)
                    yield Message(kind, self._file, node.lineno, text)
        for node in ast.walk(self._tree):
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in self._seen and _is_prose(node):
                self._see(node)
                yield Message(TEXTS, self._file, node.lineno, _render(node))

    def _kind_and_texts(self, call: ast.Call) -> tuple[str | None, list[ast.expr]]:
        """Return the kind of the message that a call creates, None if it creates none, and its texts."""
        name = _name(call.func)
        hints = [keyword.value for keyword in call.keywords if keyword.arg in ("hint", "remark")]
        if name in WARNING:
            return "warning", call.args[:1]
        if name == "invalid":
            return "invalid_response", call.args[:1]
        if name in FACTORIES and len(call.args) > 1:
            return self._kinds.get(_name(call.args[0]), "failure"), call.args[1:3] + hints
        # The text of OSError(None, text) is its second argument.
        return self._kinds.get(name), call.args[1 if name == "OSError" else 0 :][:1] + hints

    def _see(self, node: ast.AST) -> None:
        self._seen.update(map(id, ast.walk(node)))

    def _skip_documentation(self) -> None:
        for node in ast.walk(self._tree):
            if _is_documentation(node):
                self._see(node)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_documentation(node: ast.AST) -> bool:
    """Whether a node is a docstring, documentation for Ansible, or a regular expression."""
    if isinstance(node, ast.Assign):
        return any(_name(target) in _DOCUMENTATION for target in node.targets)
    if isinstance(node, ast.Call):
        return _name(node.func) == "compile"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_prose(node: ast.Constant | ast.JoinedStr) -> bool:
    """Whether a text contains a blank and a word in lower case."""
    text = _render(node) if isinstance(node, ast.JoinedStr) or isinstance(node.value, str) else ""
    outside = "".join(part.partition("}")[2] if number else part for number, part in enumerate(text.split("{")))
    return " " in outside.strip() and any(word.isalpha() and word.islower() for word in outside.split())


def _render(node: ast.expr) -> str:
    """Return the text of an expression, alternatives separated by a slash."""
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_render, node.values))
    if isinstance(node, ast.IfExp):
        return " / ".join(filter(None, (_render(node.body), _render(node.orelse))))
    return f"{{{ast.unparse(node.value if isinstance(node, ast.FormattedValue) else node)}}}"


def page(found: Iterable[Message]) -> str:
    """Return the list, grouped by kind and file."""
    lines = []
    for kind, of_kind in groupby(found, lambda message: message.kind):
        lines += [kind, "=" * len(kind), ""]
        for file, of_file in groupby(of_kind, lambda message: message.file):
            lines += [file, *(f"  {message.line}: {message.text}" for message in of_file), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(messages()))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of messages is complete, and no message contains an avoided word."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.tests.docs import message_list
from ansible_collections.huaweicloud.workspace.tests.docs.message_list import ROOT, code_files

FILES = code_files()
FOUND = message_list.messages()

#: Words for which the field has a better term.
AVOIDED = re.compile(r"(?i)\b(?:answer\w*|asked|refusal|time-out|wants?|is meant|told|tells?|trusted)\b")


def names_that_create_messages() -> set[str]:
    return {
        *message_list.error_types(),
        *message_list.OTHER_EXCEPTIONS,
        *message_list.WARNING,
        *message_list.FACTORIES,
        "invalid",
    }


def calls(path: Path) -> list[tuple[int, str]]:
    """Return line and name of each call that creates a message, found in tokens and not in the syntax tree."""
    with tokenize.open(path) as file:
        tokens = [token for token in tokenize.generate_tokens(file.readline) if token.type != tokenize.NL]
    return [
        (name.start[0], name.string)
        for before, name, after in zip(tokens, tokens[1:], tokens[2:])
        if after.string == "("
        and name.type == tokenize.NAME
        and name.string in names_that_create_messages()
        and before.string not in ("def", "class")
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_call_is_found(path: Path) -> None:
    """The list contains each call that creates a message."""
    file = str(path.relative_to(ROOT))
    kinds = message_list.error_types().keys() | message_list.OTHER_EXCEPTIONS | message_list.WARNING | {"invalid"}
    source = path.read_text(encoding="utf-8").splitlines()
    lines = {message.line for message in FOUND if message.file == file and message.kind != message_list.TEXTS}
    missing = [
        f"{file}:{line}: {source[line - 1].strip()}"
        for line, name in calls(path)
        if name in kinds and not any(line - 1 <= listed <= line for listed in lines)
    ]
    assert missing == []


def test_every_kind_of_message_is_found() -> None:
    kinds = {message.kind for message in FOUND}
    assert kinds >= {*message_list.error_types().values(), "warning", message_list.TEXTS}
    assert len(FOUND) > 200


def test_new_messages_are_found(tmp_path: Path) -> None:
    """The text may be in the call, before it, in a table, or in a function that returns it."""
    (tmp_path / "new.py").write_text(
        '"""Not a message."""\n'
        'TABLE = {"X.1": "do this first"}\n'
        "def check(value, warn):\n"
        '    """Neither this."""\n'
        '    warn(f"{value} looks odd")\n'
        '    reason = "it is not good"\n'
        "    if value:\n"
        '        raise ConfigurationError(f"{value!r} cannot be used", hint="set another one")\n'
        "    raise Unresolved(reason)\n",
        encoding="utf-8",
    )
    assert [(kind, line, text) for kind, _file, line, text in message_list.messages(tmp_path)] == [
        ("configuration", 8, "{value} cannot be used | set another one"),
        (message_list.TEXTS, 2, "do this first"),
        (message_list.TEXTS, 6, "it is not good"),
        ("unresolved", 9, "{reason}"),
        ("warning", 5, "{value} looks odd"),
    ]


def test_no_message_contains_an_avoided_word() -> None:
    assert [message for message in FOUND if AVOIDED.search(re.sub(r"\{[^}]*\}", "", message.text))] == []


def test_page_contains_every_message() -> None:
    page = message_list.page(FOUND)
    assert all(message.text in page for message in FOUND)

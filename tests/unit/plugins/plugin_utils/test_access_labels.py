# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Labels of the report in both languages, and how a variable or the locale selects the language."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins import plugin_utils
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.hints import AUTHENTICATION
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_labels import LABELS, Labels
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._language import language_of

CODE = "".join(
    path.read_text(encoding="utf-8")
    for path in Path(next(iter(plugin_utils.__path__))).glob("_access_*.py")
    if path.name != "_access_labels.py"
)
#: Kinds of credentials that the report names after the credentials for which they are exchanged.
EXCHANGED = {"assumed agency", "issued token"}


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sorted(LABELS))
def test_labels_are_translated_with_the_same_placeholders(name: str) -> None:
    label = LABELS[name]
    assert placeholders(label.en) == placeholders(label.zh)
    # Chinese characters, Chinese punctuation, or an English word that Chinese texts use: Token.
    assert label.zh.lower() == label.en.lower() or re.search("[\u4e00-\u9fff\uff08-\uff1a]", label.zh)
    # Chinese and Latin letters are separated by a blank.
    assert not re.search("[\u4e00-\u9fff][A-Za-z0-9{]|[A-Za-z0-9}][\u4e00-\u9fff]", label.zh)


@pytest.mark.parametrize("name", sorted(set(LABELS) - set(AUTHENTICATION)))
def test_every_label_is_used(name: str) -> None:
    assert f'"{name}"' in CODE


@pytest.mark.parametrize("kind", sorted(set(AUTHENTICATION) - EXCHANGED))
def test_every_kind_of_credentials_has_a_label(kind: str) -> None:
    assert kind in LABELS


@pytest.mark.parametrize(
    ("variable", "environ", "language"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""}, "zh"),
        (None, {"LC_CTYPE": "zh_CN.UTF-8"}, "en"),
        ("zh", {"LC_ALL": "C"}, "zh"),
        ("en", {"LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_language(variable: str | None, environ: dict[str, str], language: str) -> None:
    assert language_of(variable, environ) == language


@pytest.mark.parametrize("variable", ["", "fr", ["zh"]])
def test_an_unknown_language_fails(variable: Any) -> None:
    with pytest.raises(ConfigurationError, match="workspace_image_language must be one of en, zh"):
        language_of(variable, {})


def test_labels_format_their_values() -> None:
    assert Labels("zh")("ahead", seconds=3) == "比服务时间快 3 秒"

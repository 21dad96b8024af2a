# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels of the report: both languages have the same, and the locale or a variable chooses."""

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
#: Kinds of credentials that are exchanged, and reported under the name of what they are exchanged for.
EXCHANGED = {"assumed agency", "issued token"}


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sorted(LABELS))
def test_both_languages_say_the_same(name: str) -> None:
    label = LABELS[name]
    assert placeholders(label.en) == placeholders(label.zh)
    # Chinese characters, Chinese punctuation, or a word that Chinese texts borrow: Token.
    assert label.zh.lower() == label.en.lower() or re.search("[\u4e00-\u9fff\uff08-\uff1a]", label.zh)
    # A blank stands between Chinese and Latin letters.
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
def test_unknown_languages_are_errors(variable: Any) -> None:
    with pytest.raises(ConfigurationError, match="workspace_image_language must be one of en, zh"):
        language_of(variable, {})


def test_values_are_filled_in() -> None:
    assert Labels("zh")("ahead", seconds=3) == "比服务时间快 3 秒"

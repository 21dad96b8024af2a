# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message of the translated pages has a translation that is up to date."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from ansible_collections.huaweicloud.workspace.docs.site.translations import (
    extract,
    has_words,
    list_all_missing,
    list_missing,
)


@pytest.fixture(scope="module")
def pages() -> dict[str, Catalog]:
    return extract()


def test_all_pages_are_translated(pages: dict[str, Catalog]) -> None:
    missing = list_all_missing(pages)
    assert not missing, "\n".join(["`make translations` updates the catalogs. Then translate:", *missing])


def test_missing_translations_are_listed() -> None:
    page, translated = Catalog(), Catalog()
    for text in ("Cache the results", "Choose an image", "Use a proxy", "Regions"):
        page.add(text)
    translated.add("Cache the results", "缓存结果")
    translated.add("Choose an image", "选择镜像", flags=["fuzzy"])
    translated.add("Use a proxy", "")
    assert list_missing(page, translated) == [
        "fuzzy: Choose an image",
        "not translated: Use a proxy",
        "not translated: Regions",
    ]


def test_messages_are_extracted(pages: dict[str, Catalog]) -> None:
    assert {"index", "role", "getting_started", "failures"} <= pages.keys()
    assert pages["index"].get("Guides") is not None, "the captions of the sidebar"
    assert "measured" not in pages, "pages that stay in English"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("``access_key``", False),
        (":ref:`caching`", False),
        (":ref:`the cache <caching>`", True),
        ("| ``HW_REGION_NAME``\n| ``OS_REGION_NAME``", False),
        ("``region`` and ``cloud``", True),
        ("`page <https://example.com>`_", True),
    ],
)
def test_code_needs_no_translation(text: str, expected: bool) -> None:
    assert has_words(text) is expected

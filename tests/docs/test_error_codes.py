# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of error codes contain the hints of the code."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.huaweicloud.workspace.docs.site import code_pages, error_codes
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import hints


def test_page_is_up_to_date() -> None:
    """The page matches the tables in the code."""
    hint = "the page of error codes is not up to date: run python -m docs.site.error_codes"
    assert error_codes.PAGE.read_text(encoding="utf-8") == error_codes.page(), hint


def test_page_has_every_code() -> None:
    """Every code is on the page."""
    page = error_codes.page()
    for code in (*hints.WORKSPACE, *hints.GATEWAY, *hints.STATUS):
        assert f"``{code}``" in page


def test_each_code_has_a_page(tmp_path: Path) -> None:
    """Each page has the code as title and contains the hint."""
    code_pages.write_code_pages(tmp_path / "codes", hints)
    expected = {**hints.WORKSPACE, **{f"APIGW.{number}": hint for number, hint in hints.GATEWAY.items()}}
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (tmp_path / "codes").iterdir()}
    assert pages.keys() == expected.keys()
    for code, hint in expected.items():
        assert f"\n``{code}``\n===" in pages[code]
        assert f"\n{hint}\n" in pages[code]


def test_each_meaning_belongs_to_a_code() -> None:
    """Removed codes have no meaning."""
    assert code_pages.MEANINGS.keys() == hints.WORKSPACE.keys() | hints.GATEWAY.keys()

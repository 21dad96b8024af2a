# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of error codes has the sentences of the code."""

from __future__ import annotations

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import hints
from ansible_collections.huaweicloud.workspace.tests.docs import error_codes


def test_page_is_up_to_date() -> None:
    """The page is what the table generates."""
    hint = "the page of error codes is not up to date: run python -m tests.docs.error_codes"
    assert error_codes.PAGE.read_text(encoding="utf-8") == error_codes.page(), hint


def test_page_has_every_code() -> None:
    """Every code is on the page."""
    page = error_codes.page()
    for code in (*hints.WORKSPACE, *hints.GATEWAY, *hints.STATUS):
        assert f"``{code}``" in page

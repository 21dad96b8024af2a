# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done where nothing was found."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._on_missing import Missing, on_missing


def test_error_raises_and_says_nothing_else() -> None:
    told: list[str] = []
    with pytest.raises(Missing, match=r"^no image$"):
        on_missing("error", "no image", told.append)
    assert told == []


def test_warn_warns() -> None:
    told: list[str] = []
    on_missing("warn", "no image", told.append)
    assert told == ["no image"]


def test_skip_says_nothing() -> None:
    told: list[str] = []
    on_missing("skip", "no image", told.append)
    assert told == []

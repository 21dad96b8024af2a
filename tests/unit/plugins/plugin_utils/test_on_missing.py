# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Behavior of on_missing if no image matches."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._on_missing import Missing, on_missing


def test_error_raises_without_a_warning() -> None:
    warnings: list[str] = []
    with pytest.raises(Missing, match=r"^no image$"):
        on_missing("error", "no image", warnings.append)
    assert warnings == []


def test_warn_warns() -> None:
    warnings: list[str] = []
    on_missing("warn", "no image", warnings.append)
    assert warnings == ["no image"]


def test_skip_does_not_warn() -> None:
    warnings: list[str] = []
    on_missing("skip", "no image", warnings.append)
    assert warnings == []

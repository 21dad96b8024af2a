# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of plugin_utils."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible import constants

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _cache_plugin


@pytest.fixture(autouse=True)
def run_directory(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulate a new run without loaded cache plugins. Return its temporary directory."""
    path = tmp_path_factory.mktemp("run")
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(path))
    monkeypatch.setattr(_cache_plugin, "_plugins", {})
    return path

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the module tests: an emulator and a runner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.modules.runner import Runner


@pytest.fixture(autouse=True)
def without_metadata(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the module not query the instance metadata."""
    monkeypatch.setenv("HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA", "false")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve the sample images."""
    with Emulator() as running:
        yield running


@pytest.fixture
def runner(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    """Run the module against the emulator."""
    return Runner(emulator, monkeypatch, capsys)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator for these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator


@pytest.fixture(scope="session")
def _running() -> Iterator[Emulator]:
    rows = [{"id": f"image-{number}", "name": f"Image {number}", "min_disk": 40} for number in range(9)]
    with Emulator(images=rows) as running:
        yield running


@pytest.fixture
def emulator(_running: Emulator) -> Emulator:
    """Return an emulator with a few images, no armed faults and an empty request log."""
    _running.reset()
    return _running

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh emulator for each test, and who calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.callers import Caller, Vendor


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve the samples."""
    with Emulator() as running:
        yield running


@pytest.fixture
def caller(emulator: Emulator) -> Iterator[Caller]:
    """Call the emulator by hand."""
    calling = Caller(emulator)
    with calling.session:
        yield calling


@pytest.fixture(scope="session")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Import the SDK while the home directory is another: it writes a file there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        from huaweicloudsdkcore.auth import credentials, internal
        from huaweicloudsdkcore.exceptions import exceptions
        from huaweicloudsdkworkspace import v2
    return Vendor(v2, credentials, internal, exceptions)

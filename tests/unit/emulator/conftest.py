# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator for each test, and its clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client, Vendor


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve the sample images."""
    with Emulator() as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    """Return a client that signs single requests."""
    signing = Client(emulator)
    with signing.session:
        yield signing


@pytest.fixture(scope="session")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Import the SDK with a temporary home directory: it writes a file there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        from huaweicloudsdkcore.auth import credentials, internal
        from huaweicloudsdkcore.exceptions import exceptions
        from huaweicloudsdkworkspace import v2
    return Vendor(v2, credentials, internal, exceptions)

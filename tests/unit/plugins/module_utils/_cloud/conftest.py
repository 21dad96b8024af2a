# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator for each test, an environment in which nothing is set, and no way off loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator

_SETTINGS = (
    "HW_",
    "HUAWEICLOUD_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA",
)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home directory, and no variable that counts."""
    for name in list(os.environ):
        if name.upper().startswith(_SETTINGS) or name == "NETRC":
            monkeypatch.delenv(name)
    path = tmp_path / "home"
    path.mkdir()
    monkeypatch.setenv("HOME", str(path))
    return path


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[str, int]) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test may not connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def _running() -> Iterator[Emulator]:
    rows = [{"id": f"image-{number}", "name": f"Image {number}", "min_disk": 40} for number in range(9)]
    with Emulator(images=rows) as running:
        yield running


@pytest.fixture
def emulator(_running: Emulator) -> Emulator:
    """Serve a few images, with nothing armed and an empty log."""
    _running.reset()
    return _running

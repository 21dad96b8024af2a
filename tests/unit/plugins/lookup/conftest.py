# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator, an environment in which nothing is set, no ``ansible.cfg``, and no way off loopback."""

from __future__ import annotations

import ipaddress
import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible import constants

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _listing_cache
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner

_SETTINGS = ("HW_", "HUAWEICLOUD_", "ANSIBLE_CACHE_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

IMAGES = [
    {"id": "a1", "name": "Windows 2019", "image_type": "gold", "min_disk": 80, "created_at": "2024-01-01T00:00:00Z"},
    {"id": "a2", "name": "Windows 2019", "image_type": "gold", "min_disk": 40, "created_at": "2025-01-01T00:00:00Z"},
    {"id": "a3", "name": "Ubuntu 22.04, 64bit", "image_type": "gold", "created_at": "2024-06-01T00:00:00Z"},
    {
        "id": "a4",
        "name": "财务部 [GPU]",
        "image_type": "private",
        "created_at": "2024-07-01T00:00:00Z",
        "os_platform": "x",
    },
]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home directory, and no variable that counts."""
    for name in list(os.environ):
        if name.upper().startswith(_SETTINGS) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    path = tmp_path / "home"
    path.mkdir()
    monkeypatch.setenv("HOME", str(path))
    monkeypatch.setattr(_listing_cache, "_plugins", {})
    # What one test's run knows of credentials must not fail another test's.
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "run"))
    return path


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test may not connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Have Ansible read an ``ansible.cfg`` with these values in section ``[huaweicloud]``; at first it is empty."""
    numbers = itertools.count()

    def write(**values: str) -> None:
        # Each time another file: Ansible remembers what it read.
        path = tmp_path / f"ansible-{next(numbers)}.cfg"
        lines = [f"{name} = {value}" for name, value in values.items()]
        path.write_text("\n".join(["[huaweicloud]", *lines, ""]))
        monkeypatch.setattr(constants.config, "_parsers", {})
        monkeypatch.setattr(constants.config, "_config_file", str(path))

    write()
    return write


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve a handful of images, in all regions."""
    with Emulator(images=IMAGES) as running:
        yield running


@pytest.fixture
def ask(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> LookupRunner:
    """Ask it through the lookup."""
    return LookupRunner(emulator, monkeypatch)

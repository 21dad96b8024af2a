# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the lookup tests: an emulator, an empty ``ansible.cfg``, and a runner."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from ansible import constants

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _cache_plugin
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner

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
def new_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Isolate each test from the cached listings and failed authentications of others."""
    monkeypatch.setattr(_cache_plugin, "_plugins", {})
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "run"))


@pytest.fixture(autouse=True)
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Return a function that writes section ``[huaweicloud]`` of ``ansible.cfg``. The section is empty at first."""
    numbers = itertools.count()

    def write(**values: str) -> None:
        # A new file each time: Ansible caches the files that it read.
        path = tmp_path / f"ansible-{next(numbers)}.cfg"
        lines = [f"{name} = {value}" for name, value in values.items()]
        path.write_text("\n".join(["[huaweicloud]", *lines, ""]))
        monkeypatch.setattr(constants.config, "_parsers", {})
        monkeypatch.setattr(constants.config, "_config_file", str(path))

    write()
    return write


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve four images in all regions."""
    with Emulator(images=IMAGES) as running:
        yield running


@pytest.fixture
def look_up(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> LookupRunner:
    """Run the lookup against the emulator."""
    return LookupRunner(emulator, monkeypatch)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks stand on works, so that the measured pages can be written again; nothing is timed here."""

from __future__ import annotations

import json

import pytest

from ansible_collections.huaweicloud.workspace.benchmarks.cloud import cloud

_PROGRAM = "import json, os; print(json.dumps(dict(os.environ)))"


def test_programs_find_the_emulator_and_nothing_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator's key and endpoint, and no profile of the caller's."""
    monkeypatch.setenv("HW_PROFILE", "mine")
    with cloud(images=3) as server:
        environment = json.loads(server.run("-c", _PROGRAM))
        server.arm(name="throttled", times=1)
    assert environment["HUAWEICLOUD_SDK_IAM_ENDPOINT"] == server.url
    assert environment["HUAWEICLOUD_SDK_AK"]
    assert environment["HOME"] == str(server.folder)
    assert "HW_PROFILE" not in environment

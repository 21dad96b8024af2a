# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ansible-playbook that all tests share, started at once and as many as there are processors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES
from ansible_collections.huaweicloud.workspace.tests.parity.runs import Runs


@pytest.fixture(scope="session")
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield threads


@pytest.fixture(scope="session")
def runs(
    tmp_path_factory: pytest.TempPathFactory, executor: ThreadPoolExecutor, request: pytest.FixtureRequest
) -> Runs:
    """Only the cases whose tests were chosen, so that one of them takes seconds."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = {call.params["case"].name for call in calls if call is not None and "case" in call.params}
    return Runs(tmp_path_factory.mktemp("runs"), executor, [case for case in CASES if case.name in chosen])

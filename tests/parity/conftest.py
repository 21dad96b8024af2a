# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ansible-playbook that all tests share. As many run in parallel as there are processors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES
from ansible_collections.huaweicloud.workspace.tests.parity.runs import PlaybookRuns


@pytest.fixture(scope="session")
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield threads


@pytest.fixture(scope="session")
def runs(
    tmp_path_factory: pytest.TempPathFactory, executor: ThreadPoolExecutor, request: pytest.FixtureRequest
) -> PlaybookRuns:
    """Start the cases of the selected tests only, so that a single test takes seconds."""
    callspecs = [getattr(item, "callspec", None) for item in request.session.items]
    selected = {spec.params["case"].name for spec in callspecs if spec is not None and "case" in spec.params}
    return PlaybookRuns(tmp_path_factory.mktemp("runs"), executor, [case for case in CASES if case.name in selected])

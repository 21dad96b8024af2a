# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work beside the caller."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils.cloud import background
from ansible_collections.huaweicloud.workspace.plugins.module_utils.cloud.background import in_background
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils.cloud.stand_ins import PATIENCE


def test_result() -> None:
    assert in_background(lambda: 5).result(PATIENCE) == 5


def test_runs_in_a_thread_of_its_own() -> None:
    assert in_background(threading.get_ident).result(PATIENCE) != threading.get_ident()


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_exception_is_the_callers(error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        in_background(fail).result(PATIENCE)
    assert caught.value is error


def test_can_be_left_behind() -> None:
    released = threading.Event()
    future = in_background(lambda: released.wait(PATIENCE))
    with pytest.raises(FutureTimeoutError):
        future.result(0.01)
    released.set()
    assert future.result(PATIENCE) is True


def test_several_run_at_once() -> None:
    barrier = threading.Barrier(3)
    futures = [in_background(lambda: barrier.wait(PATIENCE)) for _number in range(3)]
    assert sorted(future.result(PATIENCE) for future in futures) == [0, 1, 2]


def test_what_is_left_behind_does_not_delay_the_end() -> None:
    path = Path(background.__file__)
    code = (
        "import runpy, time\n"
        f"in_background = runpy.run_path({str(path)!r})['in_background']\n"
        "in_background(lambda: time.sleep(600))\n"
        "print('done')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert (ended.stdout, ended.stderr) == ("done\n", "")

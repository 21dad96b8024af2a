# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions that run in another thread."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import TimeoutError as FutureTimeoutError

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import threads
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConnectionFailure
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.threads import run_in_thread
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import TIMEOUT_S


def test_the_result_is_returned() -> None:
    assert run_in_thread(lambda: 5).result(TIMEOUT_S) == 5


def test_each_function_has_a_new_thread() -> None:
    assert run_in_thread(threading.get_ident).result(TIMEOUT_S) != threading.get_ident()


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_an_exception_is_raised_in_the_calling_thread(error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        run_in_thread(fail).result(TIMEOUT_S)
    assert caught.value is error


def test_a_timeout_does_not_end_the_function() -> None:
    released = threading.Event()
    future = run_in_thread(lambda: released.wait(TIMEOUT_S))
    with pytest.raises(FutureTimeoutError):
        future.result(0.01)
    released.set()
    assert future.result(TIMEOUT_S) is True


def test_functions_run_in_parallel() -> None:
    barrier = threading.Barrier(3)
    futures = [run_in_thread(lambda: barrier.wait(TIMEOUT_S)) for _number in range(3)]
    assert sorted(future.result(TIMEOUT_S) for future in futures) == [0, 1, 2]


def test_a_running_thread_does_not_delay_the_end_of_the_process() -> None:
    code = (
        f"import sys, time; sys.path[:] = {sys.path!r}\n"
        f"from {threads.__name__} import run_in_thread\n"
        "run_in_thread(lambda: time.sleep(600))\n"
        "print('done')\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    assert (process.stdout, process.stderr) == ("done\n", "")


def test_a_thread_that_cannot_be_started_is_a_connection_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(ConnectionFailure, match=r"^no thread can be started for the request: ") as caught:
        run_in_thread(lambda: 5)
    assert caught.value.details()["error_type"] == "connection"
    assert "forks" in caught.value.message()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in a thread that can be abandoned: a daemon thread delays neither a timeout nor the end of the process."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import Callable, TypeVar

from .errors import ConnectionFailure

Result = TypeVar("Result")


def run_in_thread(work: Callable[[], Result]) -> Future[Result]:
    """Start the work at once, in its own thread.

    Not an executor of the standard library: the interpreter waits for an executor's threads when it ends, and so would
    a worker process of Ansible.

    :returns: a future, whose ``result(timeout)`` waits no longer than that.
    :raises ConnectionFailure: if the system allows no further thread.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # pylint: disable=broad-exception-caught
            # The caller's thread raises it.
            future.set_exception(error)
        else:
            future.set_result(result)

    try:
        Thread(target=run, daemon=True).start()
    except RuntimeError:
        raise ConnectionFailure(
            "no thread can be started for the request: the limit of processes or of memory is reached",
            hint="Run fewer tasks at once (forks), or raise the limit (ulimit -u).",
        ) from None
    return future

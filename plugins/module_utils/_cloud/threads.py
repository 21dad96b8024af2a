# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work beside the caller, which can be left behind: a daemon thread delays neither a time-out nor the end."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import Callable, TypeVar

Result = TypeVar("Result")


def run_in_thread(work: Callable[[], Result]) -> Future[Result]:
    """Start the work at once, in a thread of its own.

    Not an executor of the standard library: the interpreter waits for an executor's threads when it ends, and a worker
    process of Ansible would wait with it.

    :returns: a future, whose ``result(timeout)`` waits no longer than that.
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

    Thread(target=run, daemon=True).start()
    return future

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the processes of one run of ``ansible-playbook`` share: documents, each with a lock, and a secret key."""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import current_process
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Callable, TypeVar

from ansible import constants

try:
    import fcntl
except ImportError:
    # Windows has none. mypy allows no other value for the name of a module.
    fcntl = None  # type: ignore[assignment]

Found = TypeVar("Found")

#: Seconds to wait for a process that has the lock. It may hang; one that was killed has no lock any more.
PATIENCE = 600.0

#: Seconds between two looks at what another process is doing, at first and at most.
_POLL = 0.02
_LONGEST_POLL = 0.1


def run_digest(*parts: str) -> str:
    """Return a digest that only the processes of this run can compute, so that it does not reveal a secret.

    The key is in no file: it is the random one that Python has each process inherit from its parent.
    """
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.digest(bytes(current_process().authkey), text, "sha256").hex()


class RunState:
    """A JSON document that all processes of one run share, and a lock beside it.

    Both are files in the run's own temporary directory, which all forks inherit and Ansible removes at the end. If that
    is missing, not writable or full, nothing is stored, and everyone has the lock. A document that another run wrote,
    or that was changed, counts as missing.

    :param name: of the file.
    """

    def __init__(self, name: str) -> None:
        of_run: Any = constants  # whose names are made at run time
        self._path = Path(of_run.DEFAULT_LOCAL_TMP, "huaweicloud_workspace", name)

    def read(self) -> Any:
        """Return the document, or None if it does not exist."""
        try:
            digest, _blank, text = self._path.read_text(encoding="utf-8").partition(" ")
            return json.loads(text) if hmac.compare_digest(digest, self._digest(text)) else None
        except (OSError, ValueError, TypeError):
            return None

    def write(self, document: Any) -> bool:
        """Replace the document in one step, so that no process reads a partial one.

        :returns: whether it is stored.
        """
        try:
            self._make_directory()
            descriptor, partial = mkstemp(dir=self._path.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    text = json.dumps(document)
                    file.write(f"{self._digest(text)} {text}")
                Path(partial).replace(self._path)
            except OSError:
                Path(partial).unlink()
                raise
        except OSError:
            return False
        return True

    @contextmanager
    def turn(self, find: Callable[[], Found | None], patience: float) -> Iterator[Found | None]:
        """Let one process at a time do what all processes need only once.

        :param find: returns what an earlier process has left, or None. While it returns something, nothing is locked.
        :param patience: seconds to wait for the process that has the lock. Whoever has waited so long goes on without:
            the other process may hang. One that was killed has no lock any more.
        :returns: a context manager, which gives what was found, or None if it is this process's turn.
        """
        found = find()
        if found is not None:
            yield found
            return
        until = time.monotonic() + patience
        with self._lock_file() as descriptor:
            delay, has_lock, found = _POLL, _try_to_lock(descriptor), find()
            while found is None and not has_lock and time.monotonic() < until:
                time.sleep(delay)
                delay = min(2 * delay, _LONGEST_POLL)
                has_lock, found = _try_to_lock(descriptor), find()
            yield found

    def stop_waiting(self) -> None:
        """Let everyone have the lock from now on: what the others wait for cannot be stored.

        The lock says so by its time, because on a full disk nothing can be written.
        """
        with suppress(OSError):
            os.utime(self._lock_path(), (0, 0))

    @contextmanager
    def _lock_file(self) -> Iterator[int | None]:
        descriptor = None
        if fcntl is not None:
            with suppress(OSError):
                self._make_directory()
                descriptor = os.open(self._lock_path(), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _lock_path(self) -> str:
        return f"{self._path}.lock"

    def _make_directory(self) -> None:
        self._path.parent.mkdir(mode=0o700, exist_ok=True)

    def _digest(self, text: str) -> str:
        return run_digest(self._path.name, text)


def _try_to_lock(descriptor: int | None) -> bool:
    """Return whether this process may go on: it has the lock now, or there is no lock to have.

    The lock is that of the open file, so that the threads of one process exclude each other too, and the system
    releases it when the process ends, however it ends.
    """
    if descriptor is not None and os.fstat(descriptor).st_mtime != 0:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks
    return True

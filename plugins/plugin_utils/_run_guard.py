# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One authentication failure per run: what the processes of one ``ansible-playbook`` tell each other of credentials.

Huawei Cloud locks an access key after more than five failed authentications, and a playbook with a wrong key would send
it once for each host.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Callable, TypeVar

from ansible import constants

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    Credentials,
    OidcToken,
    Password,
    base_of,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.guard import (
    CredentialGuard,
    Result,
    scope_of,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target

try:
    import fcntl
except ImportError:  # there is none on Windows
    fcntl = None  # type: ignore[assignment]

Found = TypeVar("Found")

#: Seconds for which rejected credentials are not sent again.
REJECTED_FOR = 60.0

#: Seconds between two looks at what another process is doing.
_POLL = 0.02


class RunState:
    """A JSON document that all processes of one run share, and a lock beside it.

    Both are files in the run's own temporary directory, which all forks inherit and Ansible removes at the end. If that
    is missing, not writable or full, nothing is stored, and everyone has the lock.

    :param name: of the file.
    """

    def __init__(self, name: str) -> None:
        of_run: Any = constants  # whose names are made at run time
        self._path = Path(of_run.DEFAULT_LOCAL_TMP, "huaweicloud_workspace", name)

    def read(self) -> Any:
        """Return the document, or None if there is none."""
        try:
            return json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, document: Any) -> None:
        """Replace the document, which nobody sees half-written."""
        with suppress(OSError):
            self._make_directory()
            descriptor, partial = mkstemp(dir=self._path.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump(document, file)
                Path(partial).replace(self._path)
            except OSError:
                Path(partial).unlink()

    @contextmanager
    def turn(self, find: Callable[[], Found | None], patience: float) -> Iterator[Found | None]:
        """Let one process at a time do what all need only once.

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
            has_lock, found = _try_to_lock(descriptor), find()
            while found is None and not has_lock and time.monotonic() < until:
                time.sleep(_POLL)
                has_lock, found = _try_to_lock(descriptor), find()
            yield found

    @contextmanager
    def _lock_file(self) -> Iterator[int | None]:
        descriptor = None
        if fcntl is not None:
            with suppress(OSError):
                self._make_directory()
                descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _make_directory(self) -> None:
        self._path.parent.mkdir(mode=0o700, exist_ok=True)


def _try_to_lock(descriptor: int | None) -> bool:
    """Return whether this process may go on: it has the lock now, or there is no lock to have.

    The lock is that of the open file, so that the threads of one process exclude each other too, and the system
    releases it when the process ends, however it ends.
    """
    if descriptor is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without locks
    return True


class RunGuard(CredentialGuard):
    """Lets one process at a time use credentials until they have been accepted, and none once they were rejected.

    :param target: where the credentials are sent.
    :param secrets: masks the failure before it is stored.
    :param timeout: seconds that one attempt may take, and the longest time to wait for that of another process.
    """

    def __init__(self, credentials: Credentials, target: Target, secrets: Secrets, timeout: float) -> None:
        self._state = RunState(_name(credentials, target))
        self._secrets = secrets
        self._patience = timeout

    def send(self, attempt: Callable[[], Result]) -> Result:
        """Make one attempt of a request.

        :raises CloudError: what the attempt raises, or the failure for which the credentials were rejected.
        """
        started = time.monotonic()
        with self._state.turn(self._verdict, self._patience) as verdict:
            now = time.monotonic()
            self._patience -= now - started
            if verdict is not None and "failure" in verdict:
                raise _not_sent_again(verdict["failure"], now - verdict["at"])
            try:
                return attempt()
            except CloudError as error:
                self._note(error)
                raise

    def accept(self) -> None:
        """Take note that a service has accepted the credentials, unless another has rejected them just now."""
        if self._verdict() is None:
            self._state.write({"accepted": True})

    def _verdict(self) -> dict[str, Any] | None:
        """Return what is known of the credentials, None if it is nothing or too long ago."""
        verdict: dict[str, Any] | None = self._state.read()
        if verdict is not None and "failure" in verdict and time.monotonic() - verdict["at"] >= REJECTED_FOR:
            return None
        return verdict

    def _note(self, error: CloudError) -> None:
        if error.is_authentication_failure:
            self._state.write({"failure": self._secrets.mask_all(error.facts()), "at": time.monotonic()})
        elif error.http_status == 403 and error.error_code is not None:
            # Only credentials that were accepted are denied access, and then hosts need not wait for each other.
            self.accept()


def _not_sent_again(facts: dict[str, Any], age: float) -> ApiError:
    remark = (
        f"Not sent again: these credentials failed authentication {age:.0f} seconds ago in this run. "
        f"They can be sent again after {REJECTED_FOR:.0f} seconds"
    )
    return ApiError(**{**facts, "attempts": 0, "remark": remark})


def _name(credentials: Credentials, target: Target) -> str:
    """Return the name of the file for these credentials and the cloud, from which neither can be derived."""
    parts = [credentials.digest(), scope_of(credentials, target)]
    base = base_of(credentials)
    if isinstance(base, (Password, OidcToken)) and os.environ.get("PYTHONHASHSEED", "random") == "random":
        # Their digests leave the secret out: that of a password could be used to guess it. But hash() is keyed with a
        # random number that is in no file, only in the memory of this run's processes, so that it tells secrets apart
        # for them alone.
        parts.append(str(hash(base.secrets())))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

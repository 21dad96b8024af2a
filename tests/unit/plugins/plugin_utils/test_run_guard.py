# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One failed authentication per run: processes and threads share it through the run's directory."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Callable

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Credentials,
    Password,
    Token,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    ConnectionFailure,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _run_guard, _run_state
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_guard import RunGuard
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_state import RunState

FORK = multiprocessing.get_context("fork")
TIMEOUT = 20.0
KEY = AccessKey("AKTEST0000000000", "very-secret-key-0000")
PASSWORD = Password("somebody", "a very secret password", "domain")


def target(region: str | None = "cn-north-4", endpoint: str | None = None, project: str | None = None) -> Target:
    base = endpoint or f"https://workspace.{region}.myhuaweicloud.com"
    return Target(region, project, None, base, None, None)


def guard(credentials: Credentials = KEY, to: Target | None = None, timeout: float = TIMEOUT) -> RunGuard:
    secrets = Secrets()
    secrets.add(*credentials.secrets())
    return RunGuard(credentials, to or target(), secrets, timeout)


def rejected(message: str = "verify aksk signature fail", **facts: Any) -> ApiError:
    return ApiError(
        f"HTTP 401 APIGW.0301: {message}",
        **{
            "operation": "ListImages", "region": "cn-north-4", "host": "workspace.test", "attempts": 1,
            "http_status": 401, "error_code": "APIGW.0301", "error_msg": message, "request_id": "R1", **facts,
        },
    )  # fmt: skip


def failing_attempt(error: CloudError) -> Callable[[], Any]:
    def attempt() -> None:
        raise error

    return attempt


def reject(by: RunGuard) -> None:
    with pytest.raises(ApiError):
        by.send(failing_attempt(rejected()))


def is_sent(by: RunGuard) -> bool:
    """Return whether the guard sends a request. The request neither succeeds nor fails."""
    sent = []
    with suppress(ApiError):
        by.send(lambda: sent.append(True))
    return bool(sent)


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


# --- rejected credentials


def test_later_requests_fail_with_the_first_failure() -> None:
    first = rejected()
    reject(guard())

    with pytest.raises(ApiError) as failed:
        guard().send(failing_attempt(AssertionError()))  # type: ignore[arg-type]

    assert failed.value.details() == {**first.details(), "attempts": 0}
    assert failed.value.message() == (
        f"{first.message()} Not sent again: these credentials failed authentication 0 seconds ago in this run. "
        "They can be sent again after 60 seconds."
    )


def test_rejected_credentials_are_sent_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(_run_guard.time, "monotonic", lambda: now[0])
    reject(guard())
    now[0] += 59.9
    assert not is_sent(guard())
    now[0] += 0.1
    reject(guard())
    now[0] += 59.9
    assert not is_sent(guard())
    now[0] += 0.1
    assert is_sent(guard())


def test_accepted_credentials_can_be_rejected_later() -> None:
    guard().accept()
    reject(guard())
    assert not is_sent(guard())


def test_an_acceptance_after_a_rejection_is_ignored() -> None:
    """Another process sent its request before the key was revoked."""
    reject(guard())
    guard().accept()
    assert not is_sent(guard())


@pytest.mark.parametrize("error", [ConnectionFailure("refused"), ApiError("HTTP 503", http_status=503)])
def test_other_failures_do_not_reject_the_credentials(error: CloudError) -> None:
    with pytest.raises(type(error)):
        guard().send(failing_attempt(error))
    assert is_sent(guard())


@pytest.mark.parametrize(
    ("credentials", "to", "is_sent_again"),
    [
        (KEY, target(), False),
        (KEY, target("cn-east-3"), False),
        (KEY, target("cn-east-3", "https://vpcep.cn-east-3.myhuaweicloud.com"), False),
        (KEY, target("cn-north-4", "https://workspace.cn-north-4.example.com"), True),
        (KEY, target("cn-north-4", "http://127.0.0.1:8080"), True),
        (AccessKey(KEY.access_key, "another-secret-key"), target(), True),
        (AccessKey(KEY.access_key, KEY.secret_key, "token"), target(), True),
        (PASSWORD, target(), True),
    ],
)
def test_a_rejection_applies_to_the_same_credentials_and_cloud(
    credentials: Credentials, to: Target, is_sent_again: bool
) -> None:
    reject(guard())
    assert is_sent(guard(credentials, to)) is is_sent_again


def test_the_rejection_of_a_token_applies_to_its_project_and_region() -> None:
    """A token is valid for one project of one region. Others reject it."""
    token = Token("a-token")
    reject(guard(token, target("cn-east-3")))
    assert not is_sent(guard(token, target("cn-east-3")))
    assert is_sent(guard(token, target("cn-north-4")))
    assert is_sent(guard(token, target("cn-east-3", project="p2")))


def test_a_rejection_applies_to_one_password() -> None:
    reject(guard(PASSWORD))
    assert not is_sent(guard(Password(*("somebody", "a very secret password", "domain"))))
    assert is_sent(guard(Password("somebody", "another password", "domain")))


# --- files


@pytest.mark.parametrize("credentials", [KEY, PASSWORD, Token("a-very-secret-token-0000")])
def test_files_contain_no_secret_and_are_private(run_directory: Path, credentials: Credentials) -> None:
    secrets = " ".join(filter(None, credentials.secrets()))
    with pytest.raises(ApiError):
        guard(credentials).send(failing_attempt(rejected(f"wrong: {secrets}", hint=secrets)))
    accepted = guard(credentials, target("cn-north-4", "https://other.test"))
    accepted.send(accepted.accept)

    written = files(run_directory)
    assert len(written) == 4  # two states, two locks
    for path in written:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        for secret in filter(None, credentials.secrets()):
            assert secret not in path.read_text() + path.name


def test_a_damaged_state_is_ignored(run_directory: Path) -> None:
    reject(guard())
    for path in files(run_directory):
        path.write_text('{"failure": {')
    assert is_sent(guard())


# --- write errors


@contextmanager
def _full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fdopen(descriptor: int, *_arguments: Any, **_options: Any) -> None:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", fdopen)
        yield


def test_a_full_disk_leaves_lock_files_only(run_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _full_disk(monkeypatch):
        reject(guard())
        guard().accept()
    assert is_sent(guard())
    assert [path.suffix for path in files(run_directory)] == [".lock"]


@pytest.mark.parametrize("kind", ["missing", "file", "unwritable"])
def test_without_a_directory_requests_are_sent(run_directory: Path, kind: str) -> None:
    run_directory.rmdir()
    if kind == "file":
        run_directory.touch()
    elif kind == "unwritable":
        run_directory.symlink_to("/proc/self/no-such-directory")
    reject(guard())
    guard().accept()
    assert is_sent(guard())


@pytest.mark.parametrize("error", [None, OSError(95, "Operation not supported")])
def test_without_file_locks_requests_are_sent(monkeypatch: pytest.MonkeyPatch, error: OSError | None) -> None:
    def flock(*_arguments: Any) -> None:
        raise error or AssertionError

    if error is None:
        monkeypatch.setattr(_run_state, "fcntl", None)
    else:
        monkeypatch.setattr(_run_state.fcntl, "flock", flock)
    assert is_sent(guard())


# --- one process at a time


class OtherProcess:
    """Another process that sends a request with the same credentials and waits for the response."""

    def __init__(self) -> None:
        self.began, self.may_end = FORK.Event(), FORK.Event()
        self.process = FORK.Process(target=self._work, daemon=True)
        self.process.start()
        assert self.began.wait(TIMEOUT)

    def _work(self) -> None:
        def attempt() -> None:
            self.began.set()
            self.may_end.wait(TIMEOUT)
            raise rejected()

        try:
            guard().send(attempt)
        except ApiError:
            os._exit(0)

    def close(self) -> None:
        self.process.kill()
        self.process.join(TIMEOUT)


@pytest.fixture
def other_process() -> Iterator[OtherProcess]:
    with closing(OtherProcess()) as other_process:
        yield other_process


def test_concurrent_requests_wait_for_the_first_response(other_process: OtherProcess) -> None:
    sent: list[bool] = []
    threads = [threading.Thread(target=lambda: sent.append(is_sent(guard()))) for _number in range(5)]
    for thread in threads:
        thread.start()
    assert sent == []
    other_process.may_end.set()
    for thread in threads:
        thread.join(TIMEOUT)
    assert sent == [False] * 5


def test_a_killed_process_releases_the_lock(other_process: OtherProcess) -> None:
    os.kill(other_process.process.pid, signal.SIGKILL)
    assert is_sent(guard())


def test_a_process_that_hangs_delays_others_by_one_timeout(other_process: OtherProcess) -> None:
    os.kill(other_process.process.pid, signal.SIGSTOP)
    waiting = guard(timeout=0.1)
    assert is_sent(waiting)
    assert is_sent(waiting)  # without another wait


def test_accepted_credentials_are_sent_without_waiting(other_process: OtherProcess) -> None:
    guard().accept()
    assert is_sent(guard())


def test_denied_access_accepts_the_credentials(other_process: OtherProcess) -> None:
    other_process.may_end.set()
    other_process.process.join(TIMEOUT)
    other_target = target("cn-north-4", "https://other.test")
    denied = ApiError("HTTP 403", http_status=403, error_code="WKS.00081102")
    with pytest.raises(ApiError):
        guard(KEY, other_target).send(failing_attempt(denied))
    began = threading.Event()
    may_end = threading.Event()
    other = threading.Thread(target=lambda: guard(KEY, other_target).send(lambda: (began.set(), may_end.wait(TIMEOUT))))
    other.start()
    assert began.wait(TIMEOUT)
    assert is_sent(guard(KEY, other_target))
    may_end.set()
    other.join(TIMEOUT)


def test_threads_send_one_request_at_a_time() -> None:
    running, maximum, lock = [0], [0], threading.Lock()

    def attempt() -> None:
        with lock:
            running[0] += 1
            maximum[0] = max(maximum[0], running[0])
        threading.Event().wait(0.01)
        with lock:
            running[0] -= 1

    threads = [threading.Thread(target=lambda: guard().send(attempt)) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert maximum == [1]


def test_a_tasks_timeout_releases_the_lock() -> None:
    class TaskTimeout(BaseException):
        pass

    def attempt() -> None:
        raise TaskTimeout

    with pytest.raises(TaskTimeout):
        guard().send(attempt)
    assert is_sent(guard(timeout=0.0))
    state = RunState("any")
    with state.turn(lambda: None, 0.0) as found:
        assert found is None


def test_no_file_stays_open() -> None:
    before = sorted(Path("/proc/self/fd").iterdir())
    reject(guard())
    assert not is_sent(guard())
    guard(PASSWORD).accept()
    assert sorted(Path("/proc/self/fd").iterdir()) == before

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One authentication failure per run: what processes and threads tell each other through the run's directory."""

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
from ansible import constants

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


@pytest.fixture(autouse=True)
def run_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The temporary directory of a run of its own."""
    path = tmp_path / "run"
    path.mkdir()
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(path))
    return path


def target(region: str | None = "cn-north-4", endpoint: str | None = None, project: str | None = None) -> Target:
    base = endpoint or f"https://workspace.{region}.myhuaweicloud.com"
    return Target(region, project, None, base, None, None)


def guard(credentials: Credentials = KEY, where: Target | None = None, timeout: float = TIMEOUT) -> RunGuard:
    secrets = Secrets()
    secrets.add(*credentials.secrets())
    return RunGuard(credentials, where or target(), secrets, timeout)


def rejected(message: str = "verify aksk signature fail", **facts: Any) -> ApiError:
    return ApiError(
        f"HTTP 401 APIGW.0301: {message}",
        **{
            "operation": "ListImages", "region": "cn-north-4", "host": "workspace.test", "attempts": 1,
            "http_status": 401, "error_code": "APIGW.0301", "error_msg": message, "request_id": "R1", **facts,
        },
    )  # fmt: skip


def fail(error: CloudError) -> Callable[[], Any]:
    def attempt() -> None:
        raise error

    return attempt


def reject(by: RunGuard) -> None:
    with pytest.raises(ApiError):
        by.send(fail(rejected()))


def is_sent(by: RunGuard) -> bool:
    """Whether a request goes out; nobody learns how it ended."""
    sent = []
    with suppress(ApiError):
        by.send(lambda: sent.append(True))
    return bool(sent)


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


# --- rejected credentials


def test_the_first_failure_is_everybodys() -> None:
    first = rejected()
    reject(guard())

    with pytest.raises(ApiError) as failed:
        guard().send(fail(AssertionError()))  # type: ignore[arg-type]

    assert failed.value.details() == {**first.details(), "attempts": 0}
    assert failed.value.message() == (
        f"{first.message()} Not sent again: these credentials failed authentication 0 seconds ago in this run. "
        "They can be sent again after 60 seconds."
    )


def test_one_more_attempt_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_acceptance_that_comes_late_does_not_count() -> None:
    """A request of another process was under way when the key was revoked."""
    reject(guard())
    guard().accept()
    assert not is_sent(guard())


@pytest.mark.parametrize("error", [ConnectionFailure("refused"), ApiError("HTTP 503", http_status=503)])
def test_other_failures_say_nothing_of_the_credentials(error: CloudError) -> None:
    with pytest.raises(type(error)):
        guard().send(fail(error))
    assert is_sent(guard())


@pytest.mark.parametrize(
    ("credentials", "where", "is_another"),
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
def test_what_is_the_same(credentials: Credentials, where: Target, is_another: bool) -> None:
    reject(guard())
    assert is_sent(guard(credentials, where)) is is_another


def test_a_token_counts_for_its_project_and_region() -> None:
    """It is for one project of one region: others reject it although it is valid."""
    token = Token("a-token")
    reject(guard(token, target("cn-east-3")))
    assert not is_sent(guard(token, target("cn-east-3")))
    assert is_sent(guard(token, target("cn-north-4")))
    assert is_sent(guard(token, target("cn-east-3", project="p2")))


def test_passwords_are_told_apart() -> None:
    reject(guard(PASSWORD))
    assert not is_sent(guard(Password(*("somebody", "a very secret password", "domain"))))
    assert is_sent(guard(Password("somebody", "another password", "domain")))


# --- what is in the files


@pytest.mark.parametrize("credentials", [KEY, PASSWORD, Token("a-very-secret-token-0000")])
def test_files_hold_no_secret_and_are_the_owners(run_directory: Path, credentials: Credentials) -> None:
    told = " ".join(filter(None, credentials.secrets()))
    with pytest.raises(ApiError):
        guard(credentials).send(fail(rejected(f"wrong: {told}", hint=told)))
    accepted = guard(credentials, target("cn-north-4", "https://elsewhere.test"))
    accepted.send(accepted.accept)

    written = files(run_directory)
    assert len(written) == 4  # two states, two locks
    for path in written:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        for secret in filter(None, credentials.secrets()):
            assert secret not in path.read_text() + path.name


def test_a_damaged_state_is_none(run_directory: Path) -> None:
    reject(guard())
    for path in files(run_directory):
        path.write_text('{"failure": {')
    assert is_sent(guard())


# --- nowhere to write


@contextmanager
def _full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fdopen(descriptor: int, *_arguments: Any, **_options: Any) -> None:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", fdopen)
        yield


def test_a_full_disk_leaves_nothing(run_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _full_disk(monkeypatch):
        reject(guard())
        guard().accept()
    assert is_sent(guard())
    assert [path.suffix for path in files(run_directory)] == [".lock"]


@pytest.mark.parametrize("kind", ["missing", "file", "unwritable"])
def test_no_directory_to_write_to(run_directory: Path, kind: str) -> None:
    run_directory.rmdir()
    if kind == "file":
        run_directory.touch()
    elif kind == "unwritable":
        Path(constants.DEFAULT_LOCAL_TMP).symlink_to("/proc/self/no-such-directory")
    reject(guard())
    guard().accept()
    assert is_sent(guard())


@pytest.mark.parametrize("error", [None, OSError(95, "Operation not supported")])
def test_a_system_without_locks(monkeypatch: pytest.MonkeyPatch, error: OSError | None) -> None:
    def flock(*_arguments: Any) -> None:
        raise error or AssertionError

    if error is None:
        monkeypatch.setattr(_run_state, "fcntl", None)
    else:
        monkeypatch.setattr(_run_state.fcntl, "flock", flock)
    assert is_sent(guard())


# --- one at a time


def start(work: Callable[[], None]) -> Any:
    process = FORK.Process(target=work, daemon=True)
    process.start()
    return process


class Holder:
    """Another process that uses the same credentials and is not done."""

    def __init__(self) -> None:
        self.began, self.may_end = FORK.Event(), FORK.Event()
        self.process = start(self._work)
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
def holder() -> Iterator[Holder]:
    with closing(Holder()) as holder:
        yield holder


def test_who_comes_meanwhile_waits_for_the_verdict(holder: Holder) -> None:
    verdicts: list[bool] = []
    threads = [threading.Thread(target=lambda: verdicts.append(is_sent(guard()))) for _number in range(5)]
    for thread in threads:
        thread.start()
    assert verdicts == []
    holder.may_end.set()
    for thread in threads:
        thread.join(TIMEOUT)
    assert verdicts == [False] * 5


def test_a_holder_that_is_killed_blocks_nobody(holder: Holder) -> None:
    os.kill(holder.process.pid, signal.SIGKILL)
    assert is_sent(guard())


def test_a_holder_that_hangs_blocks_nobody_longer_than_one_attempt(holder: Holder) -> None:
    os.kill(holder.process.pid, signal.SIGSTOP)
    waiting = guard(timeout=0.1)
    assert is_sent(waiting)
    assert is_sent(waiting)  # and now at once


def test_accepted_credentials_wait_for_nobody(holder: Holder) -> None:
    guard().accept()
    assert is_sent(guard())


def test_denied_access_means_accepted_credentials(holder: Holder) -> None:
    holder.may_end.set()
    holder.process.join(TIMEOUT)
    elsewhere = target("cn-north-4", "https://elsewhere.test")
    denied = ApiError("HTTP 403", http_status=403, error_code="WKS.00081102")
    with pytest.raises(ApiError):
        guard(KEY, elsewhere).send(fail(denied))
    began = threading.Event()
    over = threading.Event()
    other = threading.Thread(target=lambda: guard(KEY, elsewhere).send(lambda: (began.set(), over.wait(TIMEOUT))))
    other.start()
    assert began.wait(TIMEOUT)
    assert is_sent(guard(KEY, elsewhere))
    over.set()
    other.join(TIMEOUT)


def test_threads_of_one_process_wait_for_each_other() -> None:
    at_once, most, lock = [0], [0], threading.Lock()

    def attempt() -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        threading.Event().wait(0.01)
        with lock:
            at_once[0] -= 1

    threads = [threading.Thread(target=lambda: guard().send(attempt)) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert most == [1]


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

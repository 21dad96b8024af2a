# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents and locks that the processes of one run share, and the caches that are built on them."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import CachedListing, Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import ListingKey
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._listing_cache import RUN, ListingCache
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._result_cache import (
    LookupCall,
    Result,
    ResultCache,
    Validity,
    file_signatures,
)
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_state import RunState, run_digest

FORK = multiprocessing.get_context("fork")
TIMEOUT = 20.0
FORKS = 12
KEY = ListingKey({"endpoint": "https://workspace.example", "identity": "digest"}, ("very-secret",))
CALL = LookupCall(["Ubuntu*"], {"region": "cn-north-4"}, {"huaweicloud_secret_key": "very-secret"}, [], "/plays")


@pytest.fixture(autouse=True)
def run_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The temporary directory of a run of its own."""
    path = tmp_path / "run"
    path.mkdir()
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(path))
    return path


def listing() -> CachedListing:
    return CachedListing("p1", Listing([{"id": "a", "name": "Ubuntu"}], 1, []), time.time())


def cache(timeout: int = 300) -> ListingCache:
    return ListingCache(RUN, {"_timeout": timeout}, pytest.fail)


def in_forks(work: Callable[[], Any], forks: int = FORKS) -> list[Any]:
    """Return what the work gives in so many processes that start at once: a value, or the text of its CloudError."""
    results = FORK.Queue()

    def report() -> None:
        try:
            results.put(work())
        except CloudError as error:
            results.put(str(error))

    processes = [FORK.Process(target=report, daemon=True) for _number in range(forks)]
    for process in processes:
        process.start()
    found = [results.get(timeout=TIMEOUT) for _process in processes]
    for process in processes:
        process.join(TIMEOUT)
    return found


class Service:
    """Counts requests of all processes, and responds when it is told to, or at once."""

    def __init__(self, *, is_slow: bool = False, failure: CloudError | None = None) -> None:
        self.requests = FORK.Semaphore(0)
        self.pids = FORK.Queue()
        self.may_respond = FORK.Event()
        self.failure = failure
        if not is_slow:
            self.may_respond.set()

    def __call__(self) -> CachedListing:
        self.requests.release()
        self.pids.put(os.getpid())
        self.may_respond.wait(TIMEOUT)
        if self.failure is not None:
            raise self.failure
        return listing()

    @property
    def count(self) -> int:
        return int(self.requests.get_value())


def respond_when_all_wait(service: Service, run_directory: Path) -> None:
    """Respond once every fork has opened the lock that one of them has."""

    def respond() -> None:
        def has_lock_open(process: Path) -> bool:
            try:
                return any(str(run_directory) in os.readlink(file) for file in (process / "fd").iterdir())  # noqa: PTH115
            except OSError:
                return False

        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            if sum(map(has_lock_open, Path("/proc").glob("[0-9]*"))) >= FORKS:
                break
            time.sleep(0.01)
        service.may_respond.set()

    FORK.Process(target=respond, daemon=True).start()


# --- one process fetches, the others take it


def test_forks_that_start_at_once_send_one_request(run_directory: Path) -> None:
    service = Service(is_slow=True)
    respond_when_all_wait(service, run_directory)
    found = in_forks(lambda: cache().get_or_fetch(KEY, service).project_id)
    assert found == ["p1"] * FORKS
    assert service.count == 1


def test_forks_that_wait_share_a_failure_and_who_comes_later_does_not(run_directory: Path) -> None:
    service = Service(is_slow=True, failure=ApiError("HTTP 503", http_status=503))
    respond_when_all_wait(service, run_directory)
    assert in_forks(lambda: cache().get_or_fetch(KEY, service)) == ["HTTP 503"] * FORKS
    assert service.count == 1
    assert cache().get_or_fetch(KEY, Service()).project_id == "p1"


def test_a_process_that_is_killed_while_it_fetches_blocks_nobody() -> None:
    service = Service(is_slow=True)
    process = FORK.Process(target=partial(cache().get_or_fetch, KEY, service), daemon=True)
    process.start()
    os.kill(service.pids.get(timeout=TIMEOUT), signal.SIGKILL)
    process.join(TIMEOUT)
    other = Service()
    assert in_forks(lambda: cache().get_or_fetch(KEY, other).project_id) == ["p1"] * FORKS
    assert other.count == 1


def test_nobody_waits_for_a_listing_that_cannot_be_stored(run_directory: Path) -> None:
    """Once one process has found that the disk is full, all fetch at the same time."""

    def work() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        return cache().get_or_fetch(KEY, service).project_id

    first, service = Service(), Service(is_slow=True)
    assert in_forks(lambda: (resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)), cache().get_or_fetch(KEY, first))[0], 1)
    respond_when_all_wait(service, run_directory)
    assert in_forks(work) == ["p1"] * FORKS
    assert service.count == FORKS
    assert [path.suffix for path in run_directory.rglob("*") if path.is_file()] == [".lock"]


@pytest.mark.parametrize("kind", ["missing", "file", "unwritable"])
def test_without_a_directory_each_lookup_sends_a_request(run_directory: Path, kind: str) -> None:
    run_directory.rmdir()
    if kind == "file":
        run_directory.touch()
    elif kind == "unwritable":
        run_directory.symlink_to("/proc/self/no-such-directory")
    service = Service()
    for _unused in range(2):
        assert cache().get_or_fetch(KEY, service).project_id == "p1"
        with ResultCache(CALL).turn() as found:
            assert found is None
        ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    assert service.count == 2


# --- how old it may be


@pytest.mark.parametrize(("age", "timeout", "is_cached"), [(299, 300, True), (301, 300, False), (9999, 0, True)])
def test_a_listing_expires(monkeypatch: pytest.MonkeyPatch, age: float, timeout: int, *, is_cached: bool) -> None:
    first, second, now = Service(), Service(), time.time()
    cache(timeout).get_or_fetch(KEY, first)
    for moment in (now + age, now - age):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        cache(timeout).get_or_fetch(KEY, second)
        assert (second.count == 0) is is_cached


def test_an_older_listing_than_allowed_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    service, now = Service(), time.time()
    cache().get_or_fetch(KEY, service)
    monkeypatch.setattr(time, "time", lambda: now + 11)
    cache().get_or_fetch(KEY, service, 20.0)
    assert service.count == 1
    cache().get_or_fetch(KEY, service, 10.0)
    assert service.count == 2


# --- what the files have


def test_files_have_no_secret_and_are_the_owners(run_directory: Path) -> None:
    cache().get_or_fetch(KEY, Service())
    ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    written = [path for path in run_directory.rglob("*") if path.is_file()]
    assert len(written) == 3  # the listing with its lock, and the result
    for path in written:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert "very-secret" not in path.read_text() + path.name


def test_other_secrets_are_another_entry() -> None:
    service = Service()
    for secret in ("very-secret", "another", "very-secret"):
        cache().get_or_fetch(ListingKey(KEY.parts, (secret,)), service)
    assert service.count == 2


def test_another_run_has_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody can guess a password from a name."""
    own = run_digest("password")
    assert own == run_digest("password") == in_forks(lambda: run_digest("password"), 1)[0]
    monkeypatch.setitem(multiprocessing.current_process()._config, "authkey", os.urandom(32))
    assert run_digest("password") != own


@pytest.mark.parametrize("change", ["", "{", "null", "x {}", "{old}x", "{other}"])
def test_a_changed_document_is_none(run_directory: Path, change: str) -> None:
    state, other = RunState("any"), RunState("other")
    assert state.write({"x": 1})
    assert other.write({"x": 2})
    assert state.read() == {"x": 1}
    folder = run_directory / "huaweicloud_workspace"
    texts = {"{old}": (folder / "any").read_text(), "{other}": (folder / "other").read_text()}
    for name, text in texts.items():
        change = change.replace(name, text)
    (folder / "any").write_text(change)
    assert state.read() is None


# --- results


def stored(call: LookupCall = CALL) -> Result | None:
    with ResultCache(call).turn() as found:
        return found


def test_a_result_serves_the_same_lookup(tmp_path: Path) -> None:
    files = file_signatures([str(tmp_path / "credentials")])
    ResultCache(CALL).write(Result(["a"], ["a warning"]), Validity(time.time(), 300.0, files))
    assert stored() == Result(["a"], ["a warning"])


@pytest.mark.parametrize(
    "other",
    [
        CALL._replace(terms=["Ubuntu*", "*"]),
        CALL._replace(keywords={"region": "cn-north-4", "cache": False}),
        CALL._replace(variables={"huaweicloud_secret_key": "another"}),
        CALL._replace(prefixed=["huaweicloud_regoin"]),
        CALL._replace(directory="/elsewhere"),
    ],
    ids=str,
)
def test_another_lookup_has_another_result(other: LookupCall) -> None:
    ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    assert stored(other) is None


def test_another_environment_has_another_result(monkeypatch: pytest.MonkeyPatch) -> None:
    ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    assert stored() is None


@pytest.mark.parametrize("before", ["missing", "there"])
def test_a_changed_credentials_file_ends_a_result(tmp_path: Path, before: str) -> None:
    file = tmp_path / "credentials"
    if before == "there":
        file.write_text("old")
    validity = Validity(time.time(), 300.0, file_signatures([str(file)]))
    ResultCache(CALL).write(Result(["a"], []), validity)
    assert stored() is not None
    file.write_text("another")
    assert stored() is None


def test_a_result_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    ResultCache(CALL).write(Result(["a"], []), Validity(now, 10.0, {}))
    monkeypatch.setattr(time, "time", lambda: now + 9)
    assert stored() is not None
    monkeypatch.setattr(time, "time", lambda: now + 10)
    assert stored() is None


def test_a_failure_serves_only_those_that_wait(run_directory: Path) -> None:
    service = Service(is_slow=True)
    respond_when_all_wait(service, run_directory)

    def look_up() -> str | None:
        results = ResultCache(CALL)
        with results.turn() as found:
            if found is None:
                service()
                found = Result([], [], "no image")
                results.write(found, Validity())
        return found.failure

    assert in_forks(look_up) == ["no image"] * FORKS
    assert service.count == 1
    assert stored() is None


def test_a_value_that_no_option_has_is_not_cached() -> None:
    call = CALL._replace(keywords={"region": object()})
    ResultCache(call).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    assert stored(call) is None


def test_a_result_that_is_too_long_is_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    ResultCache(CALL).write(Result(["a" * 1024 * 1024], []), Validity(time.time(), 300.0, {}))
    assert stored() is None

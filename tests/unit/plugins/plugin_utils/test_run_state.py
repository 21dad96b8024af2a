# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents and locks that the processes of one run share, and the caches that use them."""

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

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import CachedListing, Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._process import ListingKey
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


def cached_listing() -> CachedListing:
    return CachedListing("p1", Listing([{"id": "a", "name": "Ubuntu"}], 1, []), time.time())


def listing_cache(timeout: int = 300) -> ListingCache:
    return ListingCache(RUN, {"_timeout": timeout}, pytest.fail)


def run_in_forks(work: Callable[[], Any], forks: int = FORKS) -> list[Any]:
    """Run a function in concurrent processes. Return the value or the text of the CloudError of each."""
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
    """Counts the requests of all processes. A slow service responds once ``may_respond`` is set."""

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
        return cached_listing()

    @property
    def count(self) -> int:
        return int(self.requests.get_value())


def respond_once_all_wait(service: Service, run_directory: Path) -> None:
    """Have the service respond once every fork has opened the lock file."""

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


# --- one process fetches, the others wait


def test_forks_that_start_at_once_send_one_request(run_directory: Path) -> None:
    service = Service(is_slow=True)
    respond_once_all_wait(service, run_directory)
    found = run_in_forks(lambda: listing_cache().get_or_fetch(KEY, service).project_id)
    assert found == ["p1"] * FORKS
    assert service.count == 1


def test_concurrent_forks_share_a_failure_and_later_ones_do_not(run_directory: Path) -> None:
    service = Service(is_slow=True, failure=ApiError("HTTP 503", http_status=503))
    respond_once_all_wait(service, run_directory)
    assert run_in_forks(lambda: listing_cache().get_or_fetch(KEY, service)) == ["HTTP 503"] * FORKS
    assert service.count == 1
    assert listing_cache().get_or_fetch(KEY, Service()).project_id == "p1"


def test_a_killed_process_releases_the_lock() -> None:
    service = Service(is_slow=True)
    process = FORK.Process(target=partial(listing_cache().get_or_fetch, KEY, service), daemon=True)
    process.start()
    os.kill(service.pids.get(timeout=TIMEOUT), signal.SIGKILL)
    process.join(TIMEOUT)
    other = Service()
    assert run_in_forks(lambda: listing_cache().get_or_fetch(KEY, other).project_id) == ["p1"] * FORKS
    assert other.count == 1


def test_processes_do_not_wait_for_a_listing_that_cannot_be_stored(run_directory: Path) -> None:
    """After one process found that the disk is full, all processes fetch at the same time."""

    def work() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        return listing_cache().get_or_fetch(KEY, service).project_id

    first, service = Service(), Service(is_slow=True)
    assert run_in_forks(
        lambda: (resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)), listing_cache().get_or_fetch(KEY, first))[0], 1
    )
    respond_once_all_wait(service, run_directory)
    assert run_in_forks(work) == ["p1"] * FORKS
    assert service.count == FORKS
    assert [path.suffix for path in run_directory.rglob("*") if path.is_file()] == [".lock"]


@pytest.mark.parametrize("is_full", [False, True], ids=["stored", "the disk is full"])
def test_the_lock_is_released_for_all_if_a_listing_cannot_be_stored(run_directory: Path, *, is_full: bool) -> None:
    def work() -> str:
        if is_full:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        return listing_cache().get_or_fetch(KEY, service).project_id

    service = Service()
    assert run_in_forks(work, 1) == ["p1"]
    assert [lock.stat().st_mtime == 0 for lock in run_directory.rglob("*.lock")] == [is_full]


@pytest.mark.parametrize("kind", ["missing", "file", "unwritable"])
def test_without_a_directory_each_lookup_sends_a_request(run_directory: Path, kind: str) -> None:
    run_directory.rmdir()
    if kind == "file":
        run_directory.touch()
    elif kind == "unwritable":
        run_directory.symlink_to("/proc/self/no-such-directory")
    service = Service()
    for _unused in range(2):
        assert listing_cache().get_or_fetch(KEY, service).project_id == "p1"
        with ResultCache(CALL).turn() as found:
            assert found is None
        ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    assert service.count == 2


# --- expiry


@pytest.mark.parametrize(("age", "timeout", "is_cached"), [(299, 300, True), (301, 300, False), (9999, 0, True)])
def test_a_listing_expires(monkeypatch: pytest.MonkeyPatch, age: float, timeout: int, *, is_cached: bool) -> None:
    first, second, now = Service(), Service(), time.time()
    listing_cache(timeout).get_or_fetch(KEY, first)
    for moment in (now + age, now - age):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        listing_cache(timeout).get_or_fetch(KEY, second)
        assert (second.count == 0) is is_cached


def test_a_listing_older_than_the_maximum_age_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    service, now = Service(), time.time()
    listing_cache().get_or_fetch(KEY, service)
    monkeypatch.setattr(time, "time", lambda: now + 11)
    listing_cache().get_or_fetch(KEY, service, 20.0)
    assert service.count == 1
    listing_cache().get_or_fetch(KEY, service, 10.0)
    assert service.count == 2


# --- files


def test_files_contain_no_secret_and_are_private(run_directory: Path) -> None:
    listing_cache().get_or_fetch(KEY, Service())
    ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    written = [path for path in run_directory.rglob("*") if path.is_file()]
    assert len(written) == 3  # the listing with its lock, and the result
    for path in written:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert "very-secret" not in path.read_text() + path.name


def test_other_secrets_use_another_entry() -> None:
    service = Service()
    for secret in ("very-secret", "another", "very-secret"):
        listing_cache().get_or_fetch(ListingKey(KEY.parts, (secret,)), service)
    assert service.count == 2


def test_another_run_has_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attacker cannot guess a password from a file name."""
    digest = run_digest("password")
    assert digest == run_digest("password") == run_in_forks(lambda: run_digest("password"), 1)[0]
    monkeypatch.setitem(multiprocessing.current_process()._config, "authkey", os.urandom(32))
    assert run_digest("password") != digest


@pytest.mark.parametrize("change", ["", "{", "null", "x {}", "{old}x", "{other}"])
def test_a_tampered_document_is_ignored(run_directory: Path, change: str) -> None:
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


def read_result(call: LookupCall = CALL) -> Result | None:
    with ResultCache(call).turn() as found:
        return found


def test_the_same_lookup_uses_the_result(tmp_path: Path) -> None:
    files = file_signatures([str(tmp_path / "credentials")])
    ResultCache(CALL).write(Result(["a"], ["a warning"]), Validity(time.time(), 300.0, files))
    assert read_result() == Result(["a"], ["a warning"])


@pytest.mark.parametrize(
    "other",
    [
        CALL._replace(terms=["Ubuntu*", "*"]),
        CALL._replace(keywords={"region": "cn-north-4", "cache": False}),
        CALL._replace(variables={"huaweicloud_secret_key": "another"}),
        CALL._replace(prefixed=["huaweicloud_regoin"]),
        CALL._replace(directory="/other"),
    ],
    ids=str,
)
def test_another_lookup_does_not_use_the_result(other: LookupCall) -> None:
    ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    assert read_result(other) is None


def test_another_environment_does_not_use_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    ResultCache(CALL).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    assert read_result() is None


@pytest.mark.parametrize("before", ["missing", "exists"])
def test_a_changed_credentials_file_invalidates_the_result(tmp_path: Path, before: str) -> None:
    file = tmp_path / "credentials"
    if before == "exists":
        file.write_text("old")
    validity = Validity(time.time(), 300.0, file_signatures([str(file)]))
    ResultCache(CALL).write(Result(["a"], []), validity)
    assert read_result() is not None
    file.write_text("another")
    assert read_result() is None


def test_a_result_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    ResultCache(CALL).write(Result(["a"], []), Validity(now, 10.0, {}))
    monkeypatch.setattr(time, "time", lambda: now + 9)
    assert read_result() is not None
    monkeypatch.setattr(time, "time", lambda: now + 10)
    assert read_result() is None


def test_only_waiting_lookups_share_a_failure(run_directory: Path) -> None:
    service = Service(is_slow=True)
    respond_once_all_wait(service, run_directory)

    def look_up() -> str | None:
        results = ResultCache(CALL)
        with results.turn() as found:
            if found is None:
                service()
                found = Result([], [], "no image")
                results.write(found, Validity())
        return found.failure

    assert run_in_forks(look_up) == ["no image"] * FORKS
    assert service.count == 1
    assert read_result() is None


def test_a_lookup_with_an_unsupported_value_is_not_cached() -> None:
    call = CALL._replace(keywords={"region": object()})
    ResultCache(call).write(Result(["a"], []), Validity(time.time(), 300.0, {}))
    assert read_result(call) is None


def test_a_result_above_the_size_limit_is_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    ResultCache(CALL).write(Result(["a" * 1024 * 1024], []), Validity(time.time(), 300.0, {}))
    assert read_result() is None

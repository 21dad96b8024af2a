# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings in Ansible's cache plugins."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import CachedListing, Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import page_schema
from ansible_collections.huaweicloud.workspace.plugins.module_utils._process import ListingKey
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _cache_plugin, _listing_cache

PARTS = {"endpoint": "https://workspace.example", "project": "p1", "identity": "digest", "parameters": {}, "offset": 0}
KEY = ListingKey(PARTS, ("very-secret", None))
OTHER_KEYS = [
    ListingKey({**PARTS, "endpoint": "https://other.example"}),
    ListingKey({**PARTS, "project": ["cn-north-4"]}),
    ListingKey({**PARTS, "identity": "other"}),
    ListingKey({**PARTS, "parameters": {"image_type": "gold"}}),
    ListingKey({**PARTS, "offset": 1}),
]
IMAGES = page_schema()({"images": [{"id": "a", "name": "财务部", "extra": [1, {"x": None}]}, {"id": "b"}]})["images"]
NOW = time.time()
CACHED = CachedListing("p1", Listing(IMAGES, 2, ["fewer images than expected"]), NOW)


class Service:
    """Counts how often the listing is fetched."""

    def __init__(self, listing: CachedListing = CACHED) -> None:
        self.listing = listing
        self.requests = 0

    def __call__(self) -> CachedListing:
        self.requests += 1
        return self.listing


class Plugin:
    """A cache plugin of another collection."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self.failure: Exception | None = None

    def _fail_if_set(self) -> None:
        if self.failure is not None:
            raise self.failure

    def contains(self, key: str) -> bool:
        self._fail_if_set()
        return key in self.entries

    def get(self, key: str) -> Any:
        self._fail_if_set()
        return self.entries[key]

    def set(self, key: str, value: Any) -> None:
        self._fail_if_set()
        self.entries[key] = value


@pytest.fixture
def warnings() -> list[str]:
    """Return a list for the warnings of a test."""
    return []


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    """Have Ansible load this plugin for any name."""
    loaded = Plugin()
    monkeypatch.setattr(_cache_plugin.cache_loader, "has_plugin", lambda _name: True)
    monkeypatch.setattr(_cache_plugin.cache_loader, "get", lambda _name, **_settings: loaded)
    return loaded


def _file_cache(folder: Path, warnings: list[str], **settings: Any) -> _listing_cache.ListingCache:
    return _listing_cache.ListingCache("jsonfile", {"_uri": str(folder), "_prefix": "p_", **settings}, warnings.append)


def _simulate_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache_plugin, "_plugins", {})


# Hits and misses


def test_the_memory_cache_serves_all_calls_of_a_process(warnings: list[str]) -> None:
    service, settings = Service(), {"_prefix": "p_", "_timeout": 3600}
    for _unused in range(100):
        assert _listing_cache.ListingCache("memory", settings, warnings.append).get_or_fetch(KEY, service) == CACHED
    assert service.requests == 1
    assert warnings == []


def test_a_file_cache_serves_another_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str]
) -> None:
    service = Service()
    for _unused in range(3):
        assert _file_cache(tmp_path, warnings).get_or_fetch(KEY, service) == CACHED
        _simulate_new_process(monkeypatch)
    assert service.requests == 1
    assert warnings == []


def test_the_directory_is_created(tmp_path: Path, warnings: list[str]) -> None:
    _file_cache(tmp_path / "new" / "folder", warnings).get_or_fetch(KEY, Service())
    (entry,) = (tmp_path / "new" / "folder").iterdir()
    assert entry.name.startswith("p_")
    assert entry.name.endswith(_listing_cache.cache_key(KEY))


def test_an_empty_listing_is_cached(plugin: Plugin, warnings: list[str]) -> None:
    service = Service(CachedListing("p1", Listing([], 0, []), time.time()))
    cache = _listing_cache.ListingCache("any", {}, warnings.append)
    assert cache.get_or_fetch(KEY, service) == cache.get_or_fetch(KEY, service) == service.listing
    assert service.requests == 1


@pytest.mark.parametrize("other", OTHER_KEYS, ids=str)
def test_a_different_key_uses_another_entry(plugin: Plugin, warnings: list[str], other: ListingKey) -> None:
    service = Service()
    cache = _listing_cache.ListingCache("any", {}, warnings.append)
    cache.get_or_fetch(KEY, service)
    cache.get_or_fetch(other, service)
    assert service.requests == 2
    assert len(plugin.entries) == 2


def test_a_cache_key_is_a_valid_name_for_any_plugin() -> None:
    key = _listing_cache.cache_key(KEY)
    assert key.replace("_", "").isalnum()
    assert len(key) < 100
    assert "very-secret" not in key
    assert key == _listing_cache.cache_key(ListingKey(dict(reversed(list(PARTS.items())))))


def test_an_expired_entry_is_fetched_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str]
) -> None:
    service = Service()
    _file_cache(tmp_path, warnings, _timeout=60).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    old = time.time() - 61
    os.utime(entry, (old, old))
    _simulate_new_process(monkeypatch)
    assert _file_cache(tmp_path, warnings, _timeout=60).get_or_fetch(KEY, service) == CACHED
    assert service.requests == 2
    assert time.time() - entry.stat().st_mtime < 30


def test_a_failure_is_not_cached(plugin: Plugin, warnings: list[str]) -> None:
    def fail() -> CachedListing:
        raise ValueError("no response")

    cache = _listing_cache.ListingCache("any", {}, warnings.append)
    for _unused in range(2):
        with pytest.raises(ValueError, match="no response"):
            cache.get_or_fetch(KEY, fail)
    assert plugin.entries == {}
    service = Service()
    assert cache.get_or_fetch(KEY, service) == CACHED
    assert service.requests == 1


def test_a_changed_result_does_not_change_the_cache(warnings: list[str]) -> None:
    cache = _listing_cache.ListingCache("memory", {}, warnings.append)
    cache.get_or_fetch(
        KEY, Service(CachedListing("p1", Listing([dict(image) for image in IMAGES], 2, []), time.time()))
    )
    cache.get_or_fetch(KEY, Service()).listing.images[0]["name"] = "changed by a template"
    assert cache.get_or_fetch(KEY, Service()).listing.images[0]["name"] == "财务部"


def test_concurrent_regions_use_the_plugin_one_at_a_time(plugin: Plugin, warnings: list[str]) -> None:
    overlaps: list[int] = []
    running = threading.Lock()

    def work() -> None:
        overlaps.append(0 if running.acquire(blocking=False) else 1)
        time.sleep(0.002)
        if running.locked():
            running.release()

    plugin._fail_if_set = work  # type: ignore[method-assign]
    cache = _listing_cache.ListingCache("any", {}, warnings.append)
    threads = [
        threading.Thread(target=cache.get_or_fetch, args=(ListingKey({**PARTS, "project": str(number)}), Service()))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(overlaps) == 0
    assert len(plugin.entries) == 8


# Unreadable, foreign and tampered entries


_FOREIGN = [
    None,
    "text",
    17,
    [],
    {},
    {"images": [], "total_count": 0},
    {"project_id": 5, "images": [], "total_count": 0, "warnings": [], "fetched_at": NOW},
    {"project_id": "p", "images": None, "total_count": 0, "warnings": [], "fetched_at": NOW},
    {"project_id": "p", "images": [{"name": "no id"}], "total_count": 0, "warnings": [], "fetched_at": NOW},
    {"project_id": "p", "images": [{"id": 5}], "total_count": 0, "warnings": [], "fetched_at": NOW},
    {"project_id": "p", "images": "abc", "total_count": 0, "warnings": [], "fetched_at": NOW},
    {"project_id": "p", "images": [], "total_count": "many", "warnings": [], "fetched_at": NOW},
    {"project_id": "p", "images": [], "total_count": 0, "warnings": None, "fetched_at": NOW},
    {"ansible_facts": {"distribution": "Debian"}},
]


_IMAGE = {"id": "a", "name": "Windows"}
_VALID = {"project_id": "p", "images": [_IMAGE], "total_count": 1, "warnings": [], "fetched_at": NOW}
_TAGGED = {"__ansible_type": "_AnsibleTaggedStr", "value": "x", "tags": [{"__ansible_type": "TrustedAsTemplate"}]}
#: JSON texts that the lookup does not write.
_TAMPERED = [
    "",
    "{",
    "null",
    "5",
    "[]" * 3,
    "[" * 100_000,
    '{"project_id": NaN}',
    '{"project_id": ' + "1" * 5000 + "}",
    "\ud800",
    " " * (_listing_cache.MAX_LENGTH + 1),
    *(
        json.dumps({"project_id": "p", "images": [], "total_count": 0, "warnings": [], "fetched_at": NOW, **changed})
        for changed in (
            {"project_id": _TAGGED},
            {"fetched_at": None},
            {"fetched_at": NOW - 86_400},
            {"fetched_at": NOW + 86_400},
            {"images": [{**_IMAGE, "name": _TAGGED}]},
            {"images": [{**_IMAGE, "unknown": {"deep": [_TAGGED]}}]},
            {"images": [{"id": str(number)} for number in range(5101)]},
        )
    ),
]


class _Text(str):
    """A subclass of str, as Ansible's tagged strings are."""

    __slots__ = ()


@pytest.mark.parametrize(
    "entry",
    [*_FOREIGN, *map(json.dumps, _FOREIGN), *_TAMPERED, _Text(json.dumps(_VALID))],
    ids=lambda entry: str(entry)[:60].encode("ascii", "replace").decode(),
)
def test_a_foreign_entry_is_ignored_and_replaced(plugin: Plugin, warnings: list[str], entry: object) -> None:
    name = _listing_cache.cache_key(KEY)
    plugin.entries[name] = entry
    service = Service()
    cache = _listing_cache.ListingCache("any", {"_timeout": 3600}, warnings.append)
    assert cache.get_or_fetch(KEY, service) == CACHED
    assert service.requests == 1
    assert cache.get_or_fetch(KEY, service) == CACHED
    assert service.requests == 1
    assert warnings == []


@pytest.mark.parametrize(
    "value",
    [
        {**_TAGGED, "value": json.dumps(_VALID)},
        {"__ansible_type": "EncryptedString", "ciphertext": "$ANSIBLE_VAULT;1.1;AES256"},
        {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256"},
        {"__ansible_unsafe": json.dumps(_VALID)},
        {"__ansible_type": "subprocess.Popen", "args": "true"},
        {"__ansible_type": ["no name"]},
        _VALID,
    ],
    ids=lambda value: str(value)[:60],
)
def test_ansible_types_in_a_tampered_file_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str], value: object
) -> None:
    service = Service()
    _file_cache(tmp_path, warnings).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    if isinstance(json.loads(entry.read_text()), dict):
        # Since ansible-core 2.19, the value is JSON inside JSON.
        value = {"__payload__": json.dumps(value)}
    entry.write_text(json.dumps(value))
    _simulate_new_process(monkeypatch)
    assert _file_cache(tmp_path, warnings).get_or_fetch(KEY, service) == CACHED
    _simulate_new_process(monkeypatch)
    assert _file_cache(tmp_path, warnings).get_or_fetch(KEY, service) == CACHED
    assert service.requests == 2


@pytest.mark.parametrize(("surplus", "is_cached"), [(0, True), (1, False)])
def test_a_listing_of_up_to_16_mib_is_cached(
    plugin: Plugin, warnings: list[str], *, surplus: int, is_cached: bool
) -> None:
    def large(length: int) -> CachedListing:
        return CachedListing("p1", Listing([], 0, ["x" * length]), NOW)

    overhead = len(_listing_cache._entry(large(0)))
    service = Service(large(16 * 1024 * 1024 - overhead + surplus))
    _listing_cache.ListingCache("any", {}, warnings.append).get_or_fetch(KEY, service)
    assert bool(plugin.entries) is is_cached


def test_a_listing_above_the_size_limit_is_not_cached(
    monkeypatch: pytest.MonkeyPatch, plugin: Plugin, warnings: list[str]
) -> None:
    monkeypatch.setattr(_listing_cache, "MAX_LENGTH", 100)
    assert _listing_cache.ListingCache("any", {}, warnings.append).get_or_fetch(KEY, Service()) == CACHED
    assert plugin.entries == {}


def test_an_entry_is_one_text(plugin: Plugin, warnings: list[str]) -> None:
    _listing_cache.ListingCache("any", {}, warnings.append).get_or_fetch(KEY, Service())
    (entry,) = plugin.entries.values()
    assert json.loads(entry)["images"] == IMAGES


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'"x"', b"null", b'{"images": [{}]}'])
def test_an_unreadable_file_is_ignored_and_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str], content: bytes
) -> None:
    service = Service()
    _file_cache(tmp_path, warnings).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(content)
    _simulate_new_process(monkeypatch)
    assert _file_cache(tmp_path, warnings).get_or_fetch(KEY, service) == CACHED
    _simulate_new_process(monkeypatch)
    assert _file_cache(tmp_path, warnings).get_or_fetch(KEY, service) == CACHED
    assert service.requests == 2


def test_a_directory_with_the_name_of_the_file_is_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str]
) -> None:
    service = Service()
    _file_cache(tmp_path, warnings).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    entry.unlink()
    entry.mkdir()
    _simulate_new_process(monkeypatch)
    assert _file_cache(tmp_path, warnings).get_or_fetch(KEY, service) == CACHED
    assert service.requests == 2


def test_an_entry_that_is_deleted_between_contains_and_get_is_fetched_again(
    plugin: Plugin, warnings: list[str]
) -> None:
    plugin.contains = lambda _key: True  # type: ignore[method-assign]
    service = Service()
    assert _listing_cache.ListingCache("any", {}, warnings.append).get_or_fetch(KEY, service) == CACHED
    assert service.requests == 1
    assert warnings == []


@pytest.mark.parametrize("failure", [None, ConnectionError("connection refused")], ids=["works", "fails"])
def test_a_cache_says_whether_an_entry_is_stored(
    plugin: Plugin, warnings: list[str], failure: Exception | None
) -> None:
    plugin.failure = failure
    assert _cache_plugin.CachePlugin("any", {}, warnings.append).set("key", "entry") is (failure is None)


def test_a_cache_that_fails_is_a_warning(plugin: Plugin, warnings: list[str]) -> None:
    plugin.failure = ConnectionError("very-secret@127.0.0.1: connection refused")
    service = Service()
    assert (
        _listing_cache.ListingCache("some.collection.redis", {}, warnings.append).get_or_fetch(KEY, service) == CACHED
    )
    assert service.requests == 1
    assert warnings == [
        "The cache some.collection.redis cannot be read (ConnectionError); the service is queried instead. "
        "Check cache_connection, or set cache=false",
        "The cache some.collection.redis cannot be written (ConnectionError). "
        "Check cache_connection, or set cache=false",
    ]


# Plugins


@pytest.mark.parametrize("name", ["no_such_plugin", "no.such.plugin"])
def test_an_unknown_plugin_fails(warnings: list[str], name: str) -> None:
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache(name, {"_uri": "very-secret"}, warnings.append)
    assert str(failed.value) == (
        f"cache_plugin {name!r} not found. Install its collection, set another cache_plugin, or set cache=false."
    )


def test_a_plugin_without_its_connection_fails(warnings: list[str]) -> None:
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache("jsonfile", {}, warnings.append)
    assert str(failed.value) == "cache_plugin 'jsonfile' requires cache_connection. Set it, or set cache=false."


def test_a_directory_without_permission_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str]
) -> None:
    # The tests may run as root, which has every permission.
    monkeypatch.setattr(os, "access", lambda path, mode: os.fspath(path) != str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache("jsonfile", {"_uri": str(tmp_path)}, warnings.append)
    assert str(failed.value) == (
        f"cache_connection {tmp_path} is not writable for user root. "
        "Make it writable, set another directory, or set cache=false."
    )


def test_a_directory_that_cannot_be_created_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_000)
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache("jsonfile", {"_uri": str(tmp_path / "file" / "new")}, warnings.append)
    assert str(failed.value) == (
        f"cache_connection {tmp_path}/file/new cannot be created by user 4000000000. "
        "Create it, set another directory, or set cache=false."
    )


def test_a_file_with_the_name_of_the_directory_fails(tmp_path: Path, warnings: list[str]) -> None:
    (tmp_path / "file").touch(mode=0o600)
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache("jsonfile", {"_uri": str(tmp_path / "file")}, warnings.append)
    assert str(failed.value) == (
        f"cache_connection {tmp_path}/file is not a directory. Remove it, set another directory, or set cache=false."
    )


@pytest.mark.parametrize("connection", ["host:6379:0:very-secret", "redis://user:very-secret@host/0"])
def test_a_connection_with_a_password_is_masked(
    monkeypatch: pytest.MonkeyPatch, warnings: list[str], connection: str
) -> None:
    def get(_name: str, **settings: object) -> Any:
        if "class_only" in settings:
            return Plugin
        raise ValueError(f"redis: {connection!r} is wrong: 'very-secret'")

    monkeypatch.setattr(_cache_plugin.cache_loader, "has_plugin", lambda _name: True)
    monkeypatch.setattr(_cache_plugin.cache_loader, "get", get)
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache("some.collection.redis", {"_uri": connection}, warnings.append)
    assert str(failed.value) == (
        "cache_plugin 'some.collection.redis' cannot be set up: redis: '********' is wrong: '********'. "
        "Check cache_connection, or set cache=false."
    )


def test_other_settings_use_another_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warnings: list[str]) -> None:
    service = Service()
    _file_cache(tmp_path / "one", warnings).get_or_fetch(KEY, service)
    _file_cache(tmp_path / "other", warnings).get_or_fetch(KEY, service)
    _file_cache(tmp_path / "one", warnings, _prefix="q_").get_or_fetch(KEY, service)
    assert service.requests == 3

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings in Ansible's cache plugins."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.listing import Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import page_schema
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import CachedListing
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _listing_cache

KEY = {"endpoint": "https://workspace.example", "project": "p1", "identity": "digest", "parameters": {}, "offset": 0}
OTHER_KEYS = [
    {**KEY, "endpoint": "https://other.example"},
    {**KEY, "project": ["cn-north-4"]},
    {**KEY, "identity": "other"},
    {**KEY, "parameters": {"image_type": "gold"}},
    {**KEY, "offset": 1},
]
IMAGES = page_schema()({"images": [{"id": "a", "name": "财务部", "extra": [1, {"x": None}]}, {"id": "b"}]})["images"]
KEPT = CachedListing("p1", Listing(IMAGES, 2, ["promised more"]))


class Service:
    """Counts how often it is asked."""

    def __init__(self, kept: CachedListing = KEPT) -> None:
        self.kept = kept
        self.asked = 0

    def __call__(self) -> CachedListing:
        self.asked += 1
        return self.kept


class Plugin:
    """A cache plugin of some other collection."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self.failure: Exception | None = None

    def _work(self) -> None:
        if self.failure is not None:
            raise self.failure

    def contains(self, key: str) -> bool:
        self._work()
        return key in self.entries

    def get(self, key: str) -> Any:
        self._work()
        return self.entries[key]

    def set(self, key: str, value: Any) -> None:
        self._work()
        self.entries[key] = value


@pytest.fixture(autouse=True)
def _new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_listing_cache, "_plugins", {})
    for name in list(os.environ):
        if name.startswith("ANSIBLE_CACHE_"):
            monkeypatch.delenv(name)


@pytest.fixture
def told() -> list[str]:
    """What the user was told."""
    return []


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    """The plugin that any name stands for."""
    found = Plugin()
    monkeypatch.setattr(_listing_cache.cache_loader, "get", lambda _name, **_settings: found)
    return found


def _file_cache(folder: Path, told: list[str], **settings: Any) -> _listing_cache.ListingCache:
    return _listing_cache.ListingCache("jsonfile", {"_uri": str(folder), "_prefix": "p_", **settings}, told.append)


def _in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_listing_cache, "_plugins", {})


# Kept


def test_memory_serves_all_calls_of_a_process(told: list[str]) -> None:
    service, settings = Service(), {"_prefix": "p_", "_timeout": 60}
    for _unused in range(100):
        assert _listing_cache.ListingCache("memory", settings, told.append).get_or_fetch(KEY, service) == KEPT
    assert service.asked == 1
    assert told == []


def test_a_file_serves_another_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]) -> None:
    service = Service()
    for _unused in range(3):
        assert _file_cache(tmp_path, told).get_or_fetch(KEY, service) == KEPT
        _in_another_process(monkeypatch)
    assert service.asked == 1
    assert told == []


def test_the_folder_is_made(tmp_path: Path, told: list[str]) -> None:
    _file_cache(tmp_path / "new" / "folder", told).get_or_fetch(KEY, Service())
    (entry,) = (tmp_path / "new" / "folder").iterdir()
    assert entry.name.startswith("p_")
    assert entry.name.endswith(_listing_cache.cache_key(KEY))


def test_an_empty_listing_is_kept_too(plugin: Plugin, told: list[str]) -> None:
    service = Service(CachedListing("p1", Listing([], 0, [])))
    remembering = _listing_cache.ListingCache("any", {}, told.append)
    assert remembering.get_or_fetch(KEY, service) == remembering.get_or_fetch(KEY, service) == service.kept
    assert service.asked == 1


@pytest.mark.parametrize("other", OTHER_KEYS, ids=str)
def test_what_differs_in_anything_is_another_entry(plugin: Plugin, told: list[str], other: dict[str, Any]) -> None:
    service = Service()
    remembering = _listing_cache.ListingCache("any", {}, told.append)
    remembering.get_or_fetch(KEY, service)
    remembering.get_or_fetch(other, service)
    assert service.asked == 2
    assert len(plugin.entries) == 2


def test_a_key_is_a_name_that_any_plugin_takes() -> None:
    key = _listing_cache.cache_key({**KEY, "identity": "very-secret"})
    assert key.replace("_", "").isalnum()
    assert len(key) < 100
    assert "very-secret" not in key
    assert key == _listing_cache.cache_key(dict(reversed(list({**KEY, "identity": "very-secret"}.items()))))


def test_an_entry_that_expired_is_asked_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]) -> None:
    service = Service()
    _file_cache(tmp_path, told, _timeout=60).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    old = time.time() - 61
    os.utime(entry, (old, old))
    _in_another_process(monkeypatch)
    assert _file_cache(tmp_path, told, _timeout=60).get_or_fetch(KEY, service) == KEPT
    assert service.asked == 2
    assert time.time() - entry.stat().st_mtime < 30


def test_a_failure_is_not_kept(plugin: Plugin, told: list[str]) -> None:
    def fail() -> CachedListing:
        raise ValueError("no answer")

    remembering = _listing_cache.ListingCache("any", {}, told.append)
    for _unused in range(2):
        with pytest.raises(ValueError, match="no answer"):
            remembering.get_or_fetch(KEY, fail)
    assert plugin.entries == {}
    service = Service()
    assert remembering.get_or_fetch(KEY, service) == KEPT
    assert service.asked == 1


def test_what_is_given_back_is_no_part_of_what_is_kept(told: list[str]) -> None:
    remembering = _listing_cache.ListingCache("memory", {}, told.append)
    remembering.get_or_fetch(KEY, Service(CachedListing("p1", Listing([dict(image) for image in IMAGES], 2, []))))
    remembering.get_or_fetch(KEY, Service()).listing.images[0]["name"] = "changed by a template"
    assert remembering.get_or_fetch(KEY, Service()).listing.images[0]["name"] == "财务部"


def test_regions_side_by_side_do_not_disturb_each_other(plugin: Plugin, told: list[str]) -> None:
    at_once: list[int] = []
    working = threading.Lock()

    def work() -> None:
        at_once.append(0 if working.acquire(blocking=False) else 1)
        time.sleep(0.002)
        if working.locked():
            working.release()

    # Each plugin's own method, which a subclass for one test would hide.
    plugin._work = work  # type: ignore[method-assign]
    remembering = _listing_cache.ListingCache("any", {}, told.append)
    threads = [
        threading.Thread(target=remembering.get_or_fetch, args=({**KEY, "project": str(number)}, Service()))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(at_once) == 0
    assert len(plugin.entries) == 8


# Unreadable, foreign, out of reach


_FOREIGN = [
    None,
    "text",
    17,
    [],
    {},
    {"images": [], "total_count": 0},
    {"project_id": 5, "images": [], "total_count": 0, "warnings": []},
    {"project_id": "p", "images": None, "total_count": 0, "warnings": []},
    {"project_id": "p", "images": [{"name": "no id"}], "total_count": 0, "warnings": []},
    {"project_id": "p", "images": [{"id": 5}], "total_count": 0, "warnings": []},
    {"project_id": "p", "images": "abc", "total_count": 0, "warnings": []},
    {"project_id": "p", "images": [], "total_count": "many", "warnings": []},
    {"project_id": "p", "images": [], "total_count": 0, "warnings": None},
    {"ansible_facts": {"distribution": "Debian"}},
]


@pytest.mark.parametrize("entry", _FOREIGN, ids=str)
def test_a_foreign_entry_is_ignored_and_written_anew(plugin: Plugin, told: list[str], entry: object) -> None:
    name = _listing_cache.cache_key(KEY)
    plugin.entries[name] = entry
    service = Service()
    remembering = _listing_cache.ListingCache("any", {}, told.append)
    assert remembering.get_or_fetch(KEY, service) == KEPT
    assert service.asked == 1
    assert remembering.get_or_fetch(KEY, service) == KEPT
    assert service.asked == 1
    assert told == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'"x"', b"null", b'{"images": [{}]}'])
def test_a_file_that_cannot_be_read_is_ignored_and_written_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str], content: bytes
) -> None:
    service = Service()
    _file_cache(tmp_path, told).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(content)
    _in_another_process(monkeypatch)
    assert _file_cache(tmp_path, told).get_or_fetch(KEY, service) == KEPT
    _in_another_process(monkeypatch)
    assert _file_cache(tmp_path, told).get_or_fetch(KEY, service) == KEPT
    assert service.asked == 2


def test_a_folder_in_the_place_of_the_file_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]
) -> None:
    service = Service()
    _file_cache(tmp_path, told).get_or_fetch(KEY, service)
    (entry,) = tmp_path.iterdir()
    entry.unlink()
    entry.mkdir()
    _in_another_process(monkeypatch)
    assert _file_cache(tmp_path, told).get_or_fetch(KEY, service) == KEPT
    assert service.asked == 2


def test_an_entry_that_goes_between_two_looks_is_asked_anew(plugin: Plugin, told: list[str]) -> None:
    # The entry goes between the two looks: only this plugin's first look may lie.
    plugin.contains = lambda _key: True  # type: ignore[method-assign]
    service = Service()
    assert _listing_cache.ListingCache("any", {}, told.append).get_or_fetch(KEY, service) == KEPT
    assert service.asked == 1
    assert told == []


def test_a_cache_that_cannot_be_reached_is_a_warning(plugin: Plugin, told: list[str]) -> None:
    plugin.failure = ConnectionError("very-secret@127.0.0.1: connection refused")
    service = Service()
    assert _listing_cache.ListingCache("some.collection.redis", {}, told.append).get_or_fetch(KEY, service) == KEPT
    assert service.asked == 1
    assert told == [
        "The cache some.collection.redis cannot be read (ConnectionError); the service is asked instead",
        "The cache some.collection.redis cannot be written (ConnectionError)",
    ]


# Plugins


def test_a_plugin_that_does_not_exist_is_an_error(monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    monkeypatch.setattr(_listing_cache.cache_loader, "get", lambda _name, **_settings: None)
    with pytest.raises(ConfigurationError) as failed:
        _listing_cache.ListingCache("no_such_plugin", {}, told.append)
    assert str(failed.value) == "There is no cache_plugin 'no_such_plugin'"


def test_a_plugin_that_misses_its_connection_is_an_error_that_says_so(told: list[str]) -> None:
    with pytest.raises(ConfigurationError, match=r"^cache_plugin 'jsonfile' cannot be used: .*_uri"):
        _listing_cache.ListingCache("jsonfile", {}, told.append)


def test_other_settings_are_another_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]) -> None:
    service = Service()
    _file_cache(tmp_path / "one", told).get_or_fetch(KEY, service)
    _file_cache(tmp_path / "other", told).get_or_fetch(KEY, service)
    _file_cache(tmp_path / "one", told, _prefix="q_").get_or_fetch(KEY, service)
    assert service.asked == 3

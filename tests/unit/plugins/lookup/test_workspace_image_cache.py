# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that the lookup's cache saves, and the entries that it stores."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible.errors import AnsibleLookupError

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import SECRETS
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _cache_plugin
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner


@pytest.fixture
def file_cache(tmp_path: Path) -> dict[str, Any]:
    """Return keywords that cache listings in files."""
    return {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}


def _credentials(emulator: Emulator) -> list[dict[str, Any]]:
    """Return keywords for the account's access key and for each other kind of credentials."""
    account = emulator.account
    temporary = account.temporary
    no_keys = {"access_key": None, "secret_key": None}
    return [
        {},
        {
            "access_key": temporary.access_key,
            "secret_key": temporary.secret_key,
            "security_token": temporary.security_token,
        },
        {**no_keys, "username": account.username, "password": account.password, "domain_name": account.domain_name},
        {**no_keys, "auth_token": emulator.issue_token()},
    ]


def _simulate_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache_plugin, "_plugins", {})


def test_without_the_cache_each_call_sends_a_request(look_up: LookupRunner) -> None:
    for _unused in range(3):
        look_up("Windows*", cache=False)
    assert look_up.listing_requests == 3


def test_the_cache_is_on_by_default(look_up: LookupRunner) -> None:
    first = look_up("Windows*")
    assert [look_up("Windows*"), look_up(attribute="id")] == [first, ["a3", "a1", "a2", "a4"]]
    assert look_up.listing_requests == 1


def test_a_hundred_lookups_share_one_listing(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.set_images(many_images(100))
    for number in range(100):
        assert look_up(f"image-{number:05}", attribute="name", cache=True) == [f"image-{number:05}"]
    # A full page may be followed by one more request, which returns an empty page.
    assert len({record.query["offset"] for record in emulator.requests}) == look_up.listing_requests <= 2


def test_lookups_with_different_local_criteria_share_a_listing(look_up: LookupRunner) -> None:
    look_up("Windows*", cache=True)
    local: list[dict[str, Any]] = [
        {"name": "Ubuntu*"},
        {"name_regex": "2019"},
        {"fits_disk": 50},
        {"created_after": "2024-02-01"},
        {"attribute": "id"},
        {"on_missing": "warn"},
        {"timeout": 5},
        {"max_retry_delay": 1},
    ]
    for options in local:
        assert look_up(cache=True, **options)
    assert look_up.listing_requests == 1


@pytest.mark.parametrize(
    "options",
    [
        {"image_type": "gold"},
        {"image_type": "private"},
        {"most_recent": True},
        {"offset": 1},
        {"limit": 2},
        {"sort_field": "created_at"},
        {"sort_type": "desc"},
        {"region": "cn-north-9"},
        {"region": "cn-north-9", "project_id": None},
        {"project_id": None, "project_name": "cn-north-4_design"},
        {"regions": ["cn-north-9"], "region": None, "project_id": None},
    ],
    ids=str,
)
def test_options_that_change_the_response_use_another_entry(
    look_up: LookupRunner, emulator: Emulator, options: dict[str, Any]
) -> None:
    if options.get("region") and "project_id" not in options:
        options["project_id"] = emulator.account.project_ids[options["region"]]
    look_up(cache=True)
    look_up(cache=True, **options)
    assert look_up.listing_requests == 2
    look_up(cache=True, **options)
    assert look_up.listing_requests == 2


def test_other_credentials_use_another_entry(look_up: LookupRunner, emulator: Emulator) -> None:
    credentials = _credentials(emulator)
    credentials.append({**credentials[-1], "auth_token": emulator.issue_token()})
    for number, keywords in enumerate(credentials, start=1):
        for _unused in range(2):
            assert len(look_up(cache=True, **keywords)) == 4
        assert look_up.listing_requests == number


def test_a_wrong_secret_does_not_use_the_entry_of_the_right_one(look_up: LookupRunner) -> None:
    look_up(cache=True)
    with pytest.raises(AnsibleLookupError, match=r"APIGW\.0301"):
        look_up(cache=True, secret_key="wrong")


def test_each_region_has_its_own_entry(look_up: LookupRunner, emulator: Emulator) -> None:
    several = {"region": None, "project_id": None, "cache": True}
    both = look_up(regions=["cn-north-4", "cn-north-9"], **several)
    sent = len(emulator.requests)
    assert look_up(regions=["cn-north-9", "cn-north-4"], **several) == both[4:] + both[:4]
    assert len(emulator.requests) == sent


def test_several_regions_use_the_entry_of_a_single_region(look_up: LookupRunner, emulator: Emulator) -> None:
    look_up(project_id=None, cache=True)
    sent = len(emulator.requests)
    found = look_up(region=None, project_id=None, regions=["cn-north-4"], cache=True)
    assert {image["project_id"] for image in found} == {emulator.project_id}
    assert len(emulator.requests) == sent


def test_a_discovered_project_is_cached_with_its_listing(look_up: LookupRunner, emulator: Emulator) -> None:
    for _unused in range(3):
        look_up(project_id=None, cache=True)
    assert [record.operation for record in emulator.requests] == ["KeystoneListProjects", "ListImages"]


def test_a_warning_of_a_cached_listing_is_repeated(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("total_count", value=9)
    for _unused in range(2):
        look_up(cache=True)
    text = "reported total_count=9 but returned 4 images"
    assert sum(text in warning for warning in look_up.warnings) == 2


def test_a_failure_is_not_cached(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", status=404, times=1)
    with pytest.raises(AnsibleLookupError, match=r"WKS\.00211902"):
        look_up(cache=True)
    assert len(look_up(cache=True)) == 4
    assert look_up.listing_requests == 2


def test_a_later_run_uses_the_files(
    look_up: LookupRunner, monkeypatch: pytest.MonkeyPatch, file_cache: dict[str, Any]
) -> None:
    first = look_up("W*", **file_cache)
    _simulate_new_process(monkeypatch)
    assert look_up("W*", **file_cache) == first
    assert look_up.listing_requests == 1


def test_no_secret_is_in_the_cache(look_up: LookupRunner, emulator: Emulator, file_cache: dict[str, Any]) -> None:
    credentials = _credentials(emulator)
    for keywords in credentials:
        look_up(**file_cache, **{**keywords, "project_id": None})
    entries = list(Path(file_cache["cache_connection"]).iterdir())
    assert len(entries) == len(credentials)
    secrets = [
        keywords[name] for keywords in (look_up.connection, *credentials) for name in SECRETS if keywords.get(name)
    ]
    assert len(secrets) == 7
    secrets += ["Authorization", "Signature"]
    for entry in entries:
        content = entry.name + entry.read_text(encoding="utf-8")
        assert [secret for secret in secrets if secret in content] == []
        assert "Windows 2019" in content


@pytest.mark.parametrize("source", ["variables", "ansible.cfg"])
def test_the_cache_is_configured_once_for_all_lookups(
    look_up: LookupRunner,
    monkeypatch: pytest.MonkeyPatch,
    configure: Callable[..., None],
    file_cache: dict[str, Any],
    tmp_path: Path,
    source: str,
) -> None:
    settings = {**file_cache, "cache": "yes", "cache_timeout": "60", "cache_prefix": "mine_"}
    variables = {f"huaweicloud_{name}": value for name, value in settings.items()} if source == "variables" else {}
    if source == "ansible.cfg":
        configure(**settings)
    for _unused in range(2):
        _simulate_new_process(monkeypatch)
        assert len(look_up(variables=variables)) == 4
    assert look_up.listing_requests == 1
    (entry,) = (tmp_path / "cache").iterdir()
    assert entry.name.startswith("mine_")
    assert len(look_up(variables=variables, cache=False)) == 4
    assert look_up.listing_requests == 2


def test_the_default_prefix_names_the_collection(
    look_up: LookupRunner, file_cache: dict[str, Any], tmp_path: Path
) -> None:
    look_up(**file_cache)
    (entry,) = (tmp_path / "cache").iterdir()
    assert entry.name.startswith("huaweicloud_workspace_")


# The run's cache


def test_a_listing_without_a_match_expires_after_ten_seconds(
    look_up: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    assert look_up("image-*", on_missing="skip") == []
    emulator.set_images(many_images(1))
    assert look_up("image-*", on_missing="skip") == []
    assert look_up.listing_requests == 1
    monkeypatch.setattr(time, "time", lambda: now + 12)
    assert look_up("Windows*", attribute="id") == ["a1", "a2"]
    assert look_up.listing_requests == 1
    assert look_up("image-*", attribute="name", on_missing="skip") == ["image-00000"]
    assert look_up.listing_requests == 2


def test_a_changed_credentials_file_is_read_again(look_up: LookupRunner, emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    keys = {"access_key": None, "secret_key": None, "credentials_file": str(file)}
    account = emulator.account
    file.write_text(f"[basic]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    assert len(look_up(**keys)) == len(look_up(**keys)) == 4
    assert look_up.listing_requests == 1
    file.write_text(f"[basic]\nak = {account.access_key}\nsk = wrong\n")
    with pytest.raises(AnsibleLookupError, match=r"APIGW\.0301"):
        look_up(**keys)


@pytest.mark.parametrize("plugin", ["run", "jsonfile"])
def test_a_cached_listing_needs_no_library(
    look_up: LookupRunner, file_cache: dict[str, Any], monkeypatch: pytest.MonkeyPatch, plugin: str
) -> None:
    cache = file_cache if plugin == "jsonfile" else {}
    first = look_up("Windows*", **cache)
    for library in ("REQUESTS", "VOLUPTUOUS"):
        monkeypatch.setattr(_libraries, f"{library}_IMPORT_ERROR", "Traceback: …")
    assert look_up("Windows*", **cache) == first
    assert look_up("Windows*", fits_disk=1000, **cache) == first
    with pytest.raises(AnsibleLookupError, match="required Python library"):
        look_up("Windows*", image_type="gold", **cache)


def test_a_partial_result_is_not_cached(look_up: LookupRunner, emulator: Emulator) -> None:
    several = {"region": None, "project_id": None, "regions": ["cn-north-4", "cn-north-9"], "on_region_error": "warn"}
    emulator.arm("error", status=404, operation="ListImages", times=1)
    assert len(look_up(**several)) == 4
    assert len(look_up(**several)) == 8
    assert look_up.listing_requests == 3


def test_the_run_cache_has_no_connection(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(cache_connection="/somewhere")
    assert str(failed.value) == ("cache_connection is set, but the cache run has none. Set cache_plugin, or remove it.")

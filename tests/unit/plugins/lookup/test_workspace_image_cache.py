# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lookup's cache saves, and what it keeps."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible.errors import AnsibleLookupError

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _cache_plugin
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Any]:
    """Keywords that keep listings in files."""
    return {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(tmp_path / "cache")}


def _another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cache_plugin, "_plugins", {})


def test_without_the_cache_each_call_sends_a_request(ask: LookupRunner) -> None:
    for _unused in range(3):
        ask("Windows*", cache=False)
    assert ask.listings == 3


def test_the_cache_is_on_by_default(ask: LookupRunner) -> None:
    first = ask("Windows*")
    assert [ask("Windows*"), ask(attribute="id")] == [first, ["a3", "a1", "a2", "a4"]]
    assert ask.listings == 1


def test_a_hundred_calls_cost_one_listing(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.set_images(many_images(100))
    for number in range(100):
        assert ask(f"image-{number:05}", attribute="name", cache=True) == [f"image-{number:05}"]
    # The page is full, and only an empty one says that it was the last, unless the count does; twice at most.
    assert len({record.query["offset"] for record in emulator.requests}) == ask.listings <= 2


def test_calls_that_differ_only_in_what_is_applied_here_share_a_listing(ask: LookupRunner) -> None:
    ask("Windows*", cache=True)
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
        assert ask(cache=True, **options)
    assert ask.listings == 1


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
def test_what_the_service_would_answer_differently_is_another_entry(
    ask: LookupRunner, emulator: Emulator, options: dict[str, Any]
) -> None:
    if options.get("region") and "project_id" not in options:
        options["project_id"] = emulator.account.project_ids[options["region"]]
    ask(cache=True)
    ask(cache=True, **options)
    assert ask.listings == 2
    ask(cache=True, **options)
    assert ask.listings == 2


def test_another_identity_is_another_entry(ask: LookupRunner, emulator: Emulator) -> None:
    account = emulator.account
    temporary = account.temporary
    no_keys = {"access_key": None, "secret_key": None}
    identities: list[dict[str, Any]] = [
        {},
        {
            "access_key": temporary.access_key,
            "secret_key": temporary.secret_key,
            "security_token": temporary.security_token,
        },
        {**no_keys, "auth_token": emulator.issue_token()},
        {**no_keys, "auth_token": emulator.issue_token()},
        {
            **no_keys,
            "username": account.username,
            "password": account.password,
            "domain_name": account.domain_name,
        },
    ]
    for number, identity in enumerate(identities, start=1):
        for _unused in range(2):
            assert len(ask(cache=True, **identity)) == 4
        assert ask.listings == number


def test_a_wrong_secret_gets_nothing_that_the_right_one_asked_for(ask: LookupRunner) -> None:
    ask(cache=True)
    with pytest.raises(AnsibleLookupError, match=r"APIGW\.0301"):
        ask(cache=True, secret_key="wrong")


def test_each_region_of_several_is_an_entry_of_its_own(ask: LookupRunner, emulator: Emulator) -> None:
    several = {"region": None, "project_id": None, "cache": True}
    both = ask(regions=["cn-north-4", "cn-north-9"], **several)
    asked = len(emulator.requests)
    assert ask(regions=["cn-north-9", "cn-north-4"], **several) == both[4:] + both[:4]
    assert len(emulator.requests) == asked


def test_a_listing_of_one_region_serves_several(ask: LookupRunner, emulator: Emulator) -> None:
    ask(project_id=None, cache=True)
    asked = len(emulator.requests)
    found = ask(region=None, project_id=None, regions=["cn-north-4"], cache=True)
    assert {image["project_id"] for image in found} == {emulator.project_id}
    assert len(emulator.requests) == asked


def test_a_discovered_project_is_kept_with_its_listing(ask: LookupRunner, emulator: Emulator) -> None:
    for _unused in range(3):
        ask(project_id=None, cache=True)
    assert [record.operation for record in emulator.requests] == ["KeystoneListProjects", "ListImages"]


def test_a_warning_of_the_listing_comes_each_time(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("total_count", value=9)
    for _unused in range(2):
        ask(cache=True)
    text = "reported total_count=9 but returned 4 images"
    assert sum(text in warning for warning in ask.warnings) == 2


def test_a_failure_is_not_kept(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", status=404, times=1)
    with pytest.raises(AnsibleLookupError, match=r"WKS\.00211902"):
        ask(cache=True)
    assert len(ask(cache=True)) == 4
    assert ask.listings == 2


def test_files_serve_a_later_run(ask: LookupRunner, monkeypatch: pytest.MonkeyPatch, files: dict[str, Any]) -> None:
    first = ask("W*", **files)
    _another_process(monkeypatch)
    assert ask("W*", **files) == first
    assert ask.listings == 1


def test_no_secret_is_in_the_cache(ask: LookupRunner, emulator: Emulator, files: dict[str, Any]) -> None:
    account = emulator.account
    temporary = account.temporary
    no_keys = {"access_key": None, "secret_key": None, "project_id": None}
    token = emulator.issue_token()
    identities = [
        {},
        {
            "access_key": temporary.access_key,
            "secret_key": temporary.secret_key,
            "security_token": temporary.security_token,
        },
        {**no_keys, "auth_token": token},
        {**no_keys, "username": account.username, "password": account.password, "domain_name": account.domain_name},
    ]
    for identity in identities:
        ask(**files, **identity)
    entries = list(Path(files["cache_connection"]).iterdir())
    assert len(entries) == len(identities)
    secrets = [
        account.access_key, account.secret_key, temporary.access_key, temporary.secret_key, account.security_token,
        token, account.password, "Authorization", "Signature",
    ]  # fmt: skip
    for entry in entries:
        everything = entry.name + entry.read_text(encoding="utf-8")
        assert [secret for secret in secrets if secret in everything] == []
        assert "Windows 2019" in everything


@pytest.mark.parametrize("source", ["variables", "ansible.cfg"])
def test_the_cache_is_set_up_once_for_all_lookups(
    ask: LookupRunner,
    monkeypatch: pytest.MonkeyPatch,
    configure: Callable[..., None],
    files: dict[str, Any],
    tmp_path: Path,
    source: str,
) -> None:
    settings = {**files, "cache": "yes", "cache_timeout": "60", "cache_prefix": "mine_"}
    variables = {f"huaweicloud_{name}": value for name, value in settings.items()} if source == "variables" else {}
    if source == "ansible.cfg":
        configure(**settings)
    for _unused in range(2):
        _another_process(monkeypatch)
        assert len(ask(variables=variables)) == 4
    assert ask.listings == 1
    (entry,) = (tmp_path / "cache").iterdir()
    assert entry.name.startswith("mine_")
    assert len(ask(variables=variables, cache=False)) == 4
    assert ask.listings == 2


def test_the_default_prefix_tells_whose_the_files_are(ask: LookupRunner, files: dict[str, Any], tmp_path: Path) -> None:
    ask(**files)
    (entry,) = (tmp_path / "cache").iterdir()
    assert entry.name.startswith("huaweicloud_workspace_")


# What is cached for the run


def test_a_list_without_a_match_is_believed_for_ten_seconds(
    ask: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    assert ask("image-*", on_missing="skip") == []
    emulator.set_images(many_images(1))
    assert ask("image-*", on_missing="skip") == []
    assert ask.listings == 1
    monkeypatch.setattr(time, "time", lambda: now + 12)
    assert ask("Windows*", attribute="id") == ["a1", "a2"]
    assert ask.listings == 1
    assert ask("image-*", attribute="name", on_missing="skip") == ["image-00000"]
    assert ask.listings == 2


def test_a_changed_credentials_file_is_read_again(ask: LookupRunner, emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    keys = {"access_key": None, "secret_key": None, "credentials_file": str(file)}
    account = emulator.account
    file.write_text(f"[basic]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    assert len(ask(**keys)) == len(ask(**keys)) == 4
    assert ask.listings == 1
    file.write_text(f"[basic]\nak = {account.access_key}\nsk = wrong\n")
    with pytest.raises(AnsibleLookupError, match=r"APIGW\.0301"):
        ask(**keys)


@pytest.mark.parametrize("plugin", ["run", "jsonfile"])
def test_a_cached_list_needs_no_library(
    ask: LookupRunner, files: dict[str, Any], monkeypatch: pytest.MonkeyPatch, plugin: str
) -> None:
    cache = files if plugin == "jsonfile" else {}
    first = ask("Windows*", **cache)
    for library in ("REQUESTS", "VOLUPTUOUS"):
        monkeypatch.setattr(_libraries, f"{library}_IMPORT_ERROR", "Traceback: …")
    assert ask("Windows*", **cache) == first
    assert ask("Windows*", fits_disk=1000, **cache) == first
    with pytest.raises(AnsibleLookupError, match="required Python library"):
        ask("Windows*", image_type="gold", **cache)


def test_a_result_without_a_failed_region_is_not_cached(ask: LookupRunner, emulator: Emulator) -> None:
    several = {"region": None, "project_id": None, "regions": ["cn-north-4", "cn-north-9"], "on_region_error": "warn"}
    emulator.arm("error", status=404, operation="ListImages", times=1)
    assert len(ask(**several)) == 4
    assert len(ask(**several)) == 8
    assert ask.listings == 3


def test_the_runs_cache_has_no_connection(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(cache_connection="/somewhere")
    assert str(failed.value) == ("cache_connection is set, but the cache run has none. Set cache_plugin, or remove it.")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search that all entry points share: from options to a result or a failure."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _search
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import (
    SearchFailed,
    SearchResult,
    search,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, task_settings
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images, project_named

REGIONS = ["cn-north-4", "cn-east-3", "ap-southeast-1", "eu-west-101"]


@dataclass
class Searcher:
    """Searches for images with the emulator."""

    emulator: Emulator
    warnings: list[str] = field(default_factory=list)

    def task(self, **arguments: Any) -> dict[str, Any]:
        options: dict[str, Any] = {
            "region": "cn-north-4",
            "endpoint": f"{self.emulator.url}/{{region}}",
            "iam_endpoint": self.emulator.url,
            "sts_endpoint": f"{self.emulator.url}/{{region}}",
            "project_id": self.emulator.project_id,
            "access_key": self.emulator.account.access_key,
            "secret_key": self.emulator.account.secret_key,
            "max_retries": 0,
            **arguments,
        }
        if "regions" in options:
            options.update(region=None, project_id=None)
        result = ArgumentSpecValidator(argument_spec()).validate({k: v for k, v in options.items() if v is not None})
        assert result.error_messages == []
        return dict(result.validated_parameters)

    def find(self, **arguments: Any) -> dict[str, Any]:
        return _search.find_images(self.task(**arguments), self.warnings.append, environ={})

    def fail(self, **arguments: Any) -> dict[str, Any]:
        with pytest.raises(SearchFailed) as caught:
            self.find(**arguments)
        return caught.value.result

    @property
    def operations(self) -> list[str | None]:
        return [record.operation for record in self.emulator.requests]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    images = {region: many_images(number + 2) for number, region in enumerate(REGIONS)}
    with Emulator(images=images) as running:
        yield running


@pytest.fixture
def searcher(emulator: Emulator) -> Searcher:
    return Searcher(emulator)


def names_in(result: dict[str, Any]) -> list[str]:
    return [image["name"] for image in result["images"]]


# --- one region


def test_the_result_of_one_region_is_complete(searcher: Searcher, emulator: Emulator) -> None:
    result = searcher.find()
    assert result == {
        "changed": False,
        "images": [{"kms_id": None, **row} for row in emulator.rows()],
        "total_count": 2,
        "region": "cn-north-4",
        "project_id": emulator.project_id,
    }
    assert searcher.warnings == []


def test_similar_names_are_returned_only_if_no_image_matches(searcher: Searcher) -> None:
    (name, *_others) = (image["name"] for image in searcher.find()["images"])
    assert "nearest_names" not in searcher.find(name=name)
    assert f'"{name}"' in searcher.find(name=f"{name}s")["nearest_names"]


def test_a_failure_has_no_cause_or_context(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("error", status=403)
    with pytest.raises(SearchFailed) as caught:
        searcher.find()
    assert str(caught.value) == caught.value.result["msg"]
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None, "another exception may contain a secret"


def test_secrets_are_masked_in_failures_and_warnings(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("echo")
    result = searcher.fail()
    assert "Access=********" in result["error_msg"]
    assert emulator.account.access_key not in str(result)
    key = emulator.account.access_key
    unmasked = f"http://{key.lower()}.example.com"
    searcher.fail(endpoint=unmasked, access_key=key.lower(), iam_endpoint=None, sts_endpoint=None, timeout=0.2)
    assert searcher.warnings == [
        "http://********.example.com uses unencrypted HTTP; credentials and data can be intercepted"
    ]


NO_SECRETS = {"HW_USER_NAME", "HW_DOMAIN_NAME"}


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param({}, {}, id="the task"),
        pytest.param(
            {"access_key": None, "secret_key": None},
            {"HW_ACCESS_KEY": "@access_key", "HW_SECRET_KEY": "@secret_key", "HW_AUTH_TOKEN": "an-unused-token"},
            id="the environment",
        ),
        pytest.param(
            {"access_key": None, "secret_key": None},
            {"HW_USER_NAME": "emulator-user", "HW_USER_PASSWORD": "@password", "HW_DOMAIN_NAME": "emulator-domain"},
            id="a token of IAM",
        ),
        pytest.param(
            {"agency_name": "emulator-agency", "agency_domain_name": "emulator-partner", "project_id": None},
            {},
            id="keys of an agency",
        ),
    ],
)
def test_sent_credentials_are_registered_as_secrets(
    searcher: Searcher,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    arguments: dict[str, Any],
    environ: dict[str, str],
) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_search, "register_secrets", registered.extend)
    environ = {
        name: getattr(emulator.account, value[1:]) if value.startswith("@") else value
        for name, value in environ.items()
    }
    _search.find_images(searcher.task(**arguments), searcher.warnings.append, environ=environ)
    sent = [value for record in emulator.requests for value in _credentials_in(record.headers)]
    assert sent
    assert set(sent) <= set(registered)
    assert [name for name, value in environ.items() if value not in registered and name not in NO_SECRETS] == []


def _credentials_in(headers: dict[str, str]) -> list[str]:
    access_key = re.search("Access=([^, ]+)", headers.get("authorization", ""))
    tokens = [headers[name] for name in ("x-auth-token", "x-security-token") if name in headers]
    return [*tokens, *([access_key[1]] if access_key else [])]


def test_the_password_of_a_proxy_is_registered_as_a_secret(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_search, "register_secrets", registered.extend)
    environ = {"http_proxy": "http://user:hush%2Dhush@127.0.0.1:1"}
    with pytest.raises(SearchFailed):
        _search.find_images(searcher.task(endpoint="http://w.invalid"), searcher.warnings.append, environ=environ)
    assert {"hush%2Dhush", "hush-hush"} <= set(registered)


@pytest.mark.parametrize(
    ("arguments", "warned"),
    [
        pytest.param({}, [], id="loopback"),
        pytest.param({"endpoint": "https://w.invalid"}, [], id="https"),
        pytest.param({"endpoint": "http://w.invalid"}, ["http://w.invalid"], id="Workspace"),
        pytest.param(
            {"endpoint": "http://127.0.0.1:1", "iam_endpoint": "http://i.invalid"}, ["http://i.invalid"], id="IAM"
        ),
        pytest.param(
            {"endpoint": "http://{region}.invalid", "iam_endpoint": "http://{region}.invalid"},
            ["http://cn-north-4.invalid"],
            id="one warning for each URL",
        ),
        pytest.param(
            {"sts_endpoint": "http://s.invalid", "decode_authorization_message": True}, ["http://s.invalid"], id="STS"
        ),
    ],
)
def test_unencrypted_http_is_warned_about(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], warned: list[str]
) -> None:
    # A proxy on a closed port: no request leaves the machine.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(SearchFailed):
        searcher.find(**{"endpoint": "http://127.0.0.1:1", **arguments})
    assert searcher.warnings == [
        f"{base} uses unencrypted HTTP; credentials and data can be intercepted" for base in warned
    ]


def test_the_given_environment_is_used(searcher: Searcher, emulator: Emulator) -> None:
    environ = {
        "HW_REGION_NAME": "cn-east-3",
        "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_EAST_3": emulator.endpoint("cn-east-3"),
        "HW_AUTH_URL": f"{emulator.url}/v3",
        "HW_ACCESS_KEY": emulator.account.access_key,
        "HW_SECRET_KEY": emulator.account.secret_key,
        "HW_PROJECT_NAME": "cn-east-3",
    }
    result = _search.find_images(
        {"timeout": 5.0, "max_retry_delay": 0.0, "validate_certs": True}, print, environ=environ
    )
    assert len(result["images"]) == 3
    assert (result["region"], result["project_id"]) == ("cn-east-3", project_named("cn-east-3", "cn-east-3").id)


# --- several names


def search_names(searcher: Searcher, patterns: list[str], **arguments: Any) -> SearchResult:
    return search(
        lambda: Settings(task_settings(searcher.task(**arguments)), {}), searcher.warnings.append, names=patterns
    )


def test_names_share_one_listing(searcher: Searcher, emulator: Emulator) -> None:
    emulator.set_images(many_images(30))
    found = search_names(searcher, ["*-0000?", "image-00012", "unknown", "*2"], most_recent=True)
    assert [[image["name"] for image in images] for images in found.selections] == [
        ["image-00009"],
        ["image-00012"],
        [],
        ["image-00022"],
    ]
    assert searcher.operations == ["ListImages"]


def test_listings_are_cached_without_secrets(searcher: Searcher, emulator: Emulator) -> None:
    cache: dict[str, Any] = {}

    def get_or_fetch(key: Any, fetch: Any) -> Any:
        return cache[str(key)] if str(key) in cache else cache.setdefault(str(key), fetch())

    def find(**arguments: Any) -> SearchResult:
        settings = Settings(task_settings(searcher.task(**arguments)), {})
        return search(lambda: settings, searcher.warnings.append, get_or_fetch=get_or_fetch)

    first, again = find(), find(fits_disk=40)
    assert first.result == again.result
    assert len(again.selections[0]) == 1
    assert searcher.operations == ["ListImages"]
    find(image_type="gold")
    assert searcher.operations == ["ListImages"] * 2
    secrets = (emulator.account.access_key, emulator.account.secret_key)
    assert [secret for secret in secrets if secret in str(cache)] == []


# --- reasons of denials


def test_a_reason_is_decoded_only_if_requested(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("access_denied", operation="ListImages")
    assert "authorization_message" not in searcher.fail()
    result = searcher.fail(decode_authorization_message=True)
    assert result["authorization_message"]["failure"] == "implicit deny by identity-based policy"
    assert "Access was denied because: implicit deny by identity-based policy." in result["msg"]
    assert searcher.operations == ["ListImages", "ListImages", "DecodeAuthorizationMessage"]
    assert searcher.warnings == []
    assert result["operation"] == "ListImages"


def test_a_failure_of_sts_is_a_warning(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("access_denied", operation="ListImages")
    emulator.arm("error", status=403, operation="DecodeAuthorizationMessage")
    result = searcher.fail(decode_authorization_message=True)
    assert result["operation"] == "ListImages"
    assert "authorization_message" not in result
    (warning,) = searcher.warnings
    assert warning.startswith("The reason of the denial was not decoded: DecodeAuthorizationMessage failed: HTTP 403")


# --- several regions


def test_results_are_in_the_order_of_the_regions(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("delay", seconds=0.1, region="cn-east-3", operation="ListImages")
    result = searcher.find(regions=REGIONS)
    assert [image["region"] for image in result["images"]] == [
        region for number, region in enumerate(REGIONS) for _row in range(number + 2)
    ]
    projects = {image["region"]: image["project_id"] for image in result["images"]}
    assert projects == {region: emulator.account.project_ids[region] for region in REGIONS}
    assert (result["total_count"], result["region"], result["project_id"]) == (2 + 3 + 4 + 5, None, None)
    assert "failures" not in result
    assert searcher.operations[:2] == ["KeystoneListProjects", "ListImages"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param({"limit": 1}, ["image-00000"] * 4, id="limit"),
        pytest.param({"offset": 3}, ["image-00003", "image-00003", "image-00004"], id="offset"),
        pytest.param(
            {"most_recent": True}, ["image-00001", "image-00002", "image-00003", "image-00004"], id="most_recent"
        ),
        pytest.param({"name": "*-00004"}, ["image-00004"], id="name"),
    ],
)
def test_query_options_apply_to_each_region(searcher: Searcher, arguments: dict[str, Any], expected: list[str]) -> None:
    assert names_in(searcher.find(regions=REGIONS, **arguments)) == expected


def test_total_count_is_null_if_one_region_has_none(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("no_total_count", region="cn-east-3")
    assert searcher.find(regions=REGIONS)["total_count"] is None


@pytest.mark.parametrize("failing", REGIONS)
def test_the_search_fails_if_one_region_fails(searcher: Searcher, emulator: Emulator, failing: str) -> None:
    emulator.arm("error", status=403, region=failing, operation="ListImages")
    result = searcher.fail(regions=REGIONS)
    assert result["msg"].startswith("1 of 4 regions failed. ListImages failed: HTTP 403 WKS.00081102: ")
    assert [(entry["region"], entry["http_status"], entry["failed"]) for entry in result["failures"]] == [
        (failing, 403, True)
    ]
    assert {image["region"] for image in result["images"]} == set(REGIONS) - {failing}
    assert (result["error_type"], result["http_status"], result["error_code"]) == ("api", 403, "WKS.00081102")


def test_failures_are_in_the_order_of_the_regions(searcher: Searcher, emulator: Emulator) -> None:
    for region in (REGIONS[3], REGIONS[1]):
        emulator.arm("error", status=403, region=region, operation="ListImages")
    result = searcher.fail(regions=REGIONS)
    assert [entry["region"] for entry in result["failures"]] == [REGIONS[1], REGIONS[3]]
    assert result["msg"].startswith("2 of 4 regions failed. ")


@pytest.mark.parametrize("fault", [{"name": "error", "status": 403}, {"name": "reset"}, {"name": "no_images"}], ids=str)
def test_failures_are_warnings_with_on_region_error_warn(
    searcher: Searcher, emulator: Emulator, fault: dict[str, Any]
) -> None:
    emulator.arm(**fault, region=REGIONS[2], operation="ListImages")
    result = searcher.find(regions=REGIONS, on_region_error="warn")
    assert [entry["region"] for entry in result["failures"]] == [REGIONS[2]]
    assert searcher.warnings == [result["failures"][0]["msg"]]
    assert {image["region"] for image in result["images"]} == set(REGIONS) - {REGIONS[2]}


def test_the_search_fails_if_all_regions_fail(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("error", status=403, operation="ListImages")
    result = searcher.fail(regions=REGIONS, on_region_error="warn")
    assert len(result["failures"]) == 4
    assert result["images"] == []


@pytest.mark.parametrize("on_region_error", ["fail", "warn"])
def test_a_failed_authentication_ends_the_search(searcher: Searcher, emulator: Emulator, on_region_error: str) -> None:
    result = searcher.fail(
        regions=sorted(emulator.account.regions), secret_key="wrong", max_retries=5, on_region_error=on_region_error
    )
    assert (result["http_status"], result["error_code"]) == (401, "APIGW.0301")
    assert len(result["failures"]) == 1
    assert len(emulator.requests) == 1
    assert searcher.warnings == []


def test_a_later_failed_authentication_is_a_failure(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("bad_token", region=REGIONS[3], operation="ListImages")
    result = searcher.fail(regions=REGIONS, on_region_error="warn")
    assert [(entry["region"], entry["http_status"]) for entry in result["failures"]] == [(REGIONS[3], 401)]


def test_secrets_are_masked_in_failures_of_a_successful_result(searcher: Searcher, emulator: Emulator) -> None:
    echo = f"signed with {emulator.account.access_key}"
    emulator.arm("error", status=403, message=echo, region=REGIONS[1], operation="ListImages")
    result = searcher.find(regions=REGIONS, on_region_error="warn")
    assert result["failures"][0]["error_msg"] == "signed with ********"
    assert emulator.account.access_key not in str([result, searcher.warnings])


def test_an_undetermined_newest_image_is_a_failure_of_its_region(searcher: Searcher, emulator: Emulator) -> None:
    emulator.set_images({REGIONS[0]: many_images(3), REGIONS[1]: [{"id": "1"}, {"id": "2"}]})
    result = searcher.fail(regions=REGIONS[:2], most_recent=True, sort_field="name")
    assert [(entry["region"], entry["error_type"]) for entry in result["failures"]] == [(REGIONS[1], "unresolved")]
    assert names_in(result) == ["image-00002"]


# --- the end of a search


def test_remaining_threads_are_daemons(searcher: Searcher, emulator: Emulator) -> None:
    """A thread of an attempt that timed out does not delay the end of the process."""
    emulator.arm("stall", seconds=5)
    searcher.fail(timeout=0.2)
    left = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert [thread for thread in left if not thread.daemon] == []


def test_every_failure_is_a_search_failed(
    searcher: Searcher, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry points catch only this exception."""
    with pytest.raises(SearchFailed):
        searcher.find(limit=0)
    emulator.arm("reset")
    with pytest.raises(SearchFailed):
        searcher.find()
    assert not issubclass(SearchFailed, CloudError)


def test_a_cached_listing_is_believed_for_ten_seconds_that_an_image_does_not_exist() -> None:
    assert _search.NO_MATCH_FOR == 10

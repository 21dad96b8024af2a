# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results, failures and requests of the module, over HTTP against the emulator."""

from __future__ import annotations

import base64
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible.module_utils.basic import missing_required_lib

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images, project_named
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.modules.runner import Request, Runner

FIELDS = {
    "id",
    "image_type",
    "os_type",
    "architecture",
    "os_version",
    "disk_format",
    "name",
    "min_ram",
    "min_disk",
    "product_code",
    "created_at",
    "kms_id",
}
REQUEST_ID = "7ab6b7b2c1e3fe0a0e4b3a5d8c9f1e2d"
EULER = "d6b368bc-a24d-4fb5-a8fb-727356a53f33"
PERMISSION = "Grant the permissions workspace:images:list and ims:images:list to the user or agency."
LATER = "The service has a temporary problem: retry later, and report the request id to the vendor if it persists."
UNEXPECTED = "Check endpoint and the proxy variables: something other than the service may have responded."
SOURCE = "access_key and secret_key (task)"
KEY = (
    "The access key or the secret key is wrong, they belong to another cloud, or this machine's clock is wrong. "
    f"Check {SOURCE} before you retry: Huawei Cloud locks an access key for five minutes after more than five failed "
    "authentications."
)


def with_all_fields(row: dict[str, Any]) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS), **row}


def details_of(emulator: Emulator, request_id: str | None = None, *, source: bool = False) -> str:
    """Return the details that a message contains about a failed request."""
    parts = [f"host 127.0.0.1:{emulator.port}", "region cn-north-4"]
    parts += [f"request id {request_id}"] if request_id else []
    parts += [f"credentials from {SOURCE}"] if source else []
    return f"({', '.join(parts)})"


def expected_images(emulator: Emulator, region: str | None = None, **equal: object) -> list[dict[str, Any]]:
    """Return the images with these values as the module returns them."""
    rows = [row for row in emulator.rows(region) if all(row.get(name) == value for name, value in equal.items())]
    return [with_all_fields(row) for row in sorted(rows, key=lambda row: (row["name"], row["id"]))]


def page_request(emulator: Emulator, offset: int = 0, limit: int = 100, **query: str) -> Request:
    return (
        "GET",
        f"/v2/{emulator.project_id}/images",
        {**query, "limit": str(limit), "offset": str(offset)},
    )


# --- results


def test_all_images(runner: Runner, emulator: Emulator) -> None:
    outcome = runner()
    assert outcome.code == 0
    assert outcome.result == {
        "changed": False,
        "images": expected_images(emulator),
        "total_count": 250,
        "region": "cn-north-4",
        "project_id": emulator.project_id,
    }
    assert outcome.warnings == []
    assert runner.requests == [page_request(emulator), page_request(emulator, 100), page_request(emulator, 200)]
    assert {record.headers["content-type"] for record in emulator.requests} == {"application/json"}
    assert {record.headers["x-project-id"] for record in emulator.requests} == {emulator.project_id}


def test_an_empty_list_is_a_success(runner: Runner, emulator: Emulator) -> None:
    outcome = runner(image_id="no-such-image")
    assert (outcome.code, outcome.images, outcome.result["total_count"]) == (0, [], 0)
    assert runner.requests == [page_request(emulator, image_id="no-such-image")]


def test_check_mode_returns_the_same(runner: Runner, emulator: Emulator) -> None:
    outcome = runner.run({**runner.connection, "image_id": EULER}, check_mode=True)
    assert outcome.result == runner(image_id=EULER).result
    assert outcome.result["changed"] is False
    assert runner.requests == [page_request(emulator, image_id=EULER)] * 2


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        pytest.param({"image_id": EULER}, {"id": EULER}, id="image_id"),
        pytest.param({"os_type": "Other"}, {"os_type": "Other"}, id="os_type"),
        pytest.param({"image_type": "private"}, {"image_type": "private"}, id="image_type"),
        pytest.param({"architecture": "arm"}, {"architecture": "arm"}, id="architecture"),
        pytest.param(
            {"architecture": "x86", "os_type": "Windows", "image_type": "gold"},
            {"architecture": "x86", "os_type": "Windows", "image_type": "gold"},
            id="three at once",
        ),
    ],
)
def test_server_side_criteria(
    runner: Runner, emulator: Emulator, arguments: dict[str, str], query: dict[str, str]
) -> None:
    expected = expected_images(emulator, **query)
    outcome = runner(**arguments)
    assert outcome.images == expected
    assert outcome.result["total_count"] == len(expected) > 0
    pages = range(0, len(expected) // 100 * 100 + 1, 100)
    assert runner.requests == [page_request(emulator, offset, **arguments) for offset in pages]


@pytest.mark.parametrize(
    ("arguments", "least"),
    [
        pytest.param({"platform": "Windows"}, 1, id="platform"),
        pytest.param({"package_type": "general"}, 1, id="package_type"),
        pytest.param({"platform": "no such platform, [x] & 系统=+/"}, 0, id="special characters"),
    ],
)
def test_server_side_criteria_without_a_field_in_images(
    runner: Runner, emulator: Emulator, arguments: dict[str, str], least: int
) -> None:
    outcome = runner(**arguments)
    assert least <= len(outcome.images) < 250
    assert outcome.result["total_count"] == len(outcome.images)
    assert runner.requests[0] == page_request(emulator, **arguments)


@pytest.mark.parametrize("field", ["name", "created_at"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_images_have_the_order_of_the_service(runner: Runner, emulator: Emulator, field: str, direction: str) -> None:
    emulator.set_images(many_images(20)[::-1])
    outcome = runner(sort_field=field, sort_type=direction)
    expected = [f"image-{number:05d}" for number in range(20)]
    assert outcome.names == (expected if direction == "asc" else expected[::-1])
    assert runner.requests == [page_request(emulator, sort_field=field, sort_type=direction)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param({"name": "image-0001?"}, range(10, 20), id="name"),
        pytest.param({"name": ["image-00007", "*-00003"]}, [3, 7], id="names"),
        pytest.param({"name_regex": "0[13]$"}, [1, 3], id="name_regex"),
        pytest.param({"os_version": "Windows Server 2016*"}, [], id="os_version"),
        pytest.param({"disk_format": ["raw", "zvhd2"]}, range(1, 30, 2), id="disk_format"),
        pytest.param({"disk_format": "vhd,zvhd2", "fits_disk": 50}, [0, 3, 4, 7, 8], id="disk_format with commas"),
        pytest.param({"fits_disk": 42}, [0, 1, 2], id="fits_disk"),
        pytest.param({"fits_ram": 0, "fits_disk": 40}, [0], id="fits_ram"),
        pytest.param({"created_after": "2024-01-01T00:27:00Z"}, [28, 29], id="created_after"),
        pytest.param({"created_before": "2024-01-01 00:02"}, [0, 1], id="created_before"),
    ],
)
def test_local_criteria(runner: Runner, emulator: Emulator, arguments: dict[str, Any], expected: list[int]) -> None:
    emulator.set_images(many_images(30))
    outcome = runner(**arguments)
    assert outcome.names == [f"image-{number:05d}" for number in expected]
    assert outcome.result["total_count"] == 30
    assert runner.requests == [page_request(emulator)], "local criteria are not sent"


@pytest.mark.parametrize(
    ("arguments", "sort", "expected"),
    [
        pytest.param({}, {"sort_field": "created_at", "sort_type": "desc"}, 29, id="newest first"),
        pytest.param({"name": "*-0000?"}, {"sort_field": "created_at", "sort_type": "desc"}, 9, id="newest match"),
        pytest.param({"sort_field": "name"}, {"sort_field": "name"}, 29, id="sort_field of the task"),
    ],
)
def test_most_recent(
    runner: Runner, emulator: Emulator, arguments: dict[str, Any], sort: dict[str, str], expected: int
) -> None:
    emulator.set_images(many_images(30))
    outcome = runner(most_recent=True, **arguments)
    assert outcome.names == [f"image-{expected:05d}"]
    assert [text.partition("(")[0] for text in outcome.warnings] == [
        f"The {30 if expected == 29 else 10} matching images differ in {field} "
        for field in ("architecture", "image_type")
    ]
    assert runner.requests == [page_request(emulator, **sort)]


def test_most_recent_with_a_limit(runner: Runner, emulator: Emulator) -> None:
    emulator.set_images(many_images(250))
    assert runner(most_recent=True, limit=10).names == ["image-00249"]
    assert runner.requests == [page_request(emulator, limit=10, sort_field="created_at", sort_type="desc")]


@pytest.mark.parametrize(
    ("rows", "chosen", "count"),
    [
        pytest.param([{}, {}, {}], 0, 3, id="no created_at"),
        pytest.param(
            [{}, {"created_at": "2025-01-01 00:00:00"}, {"created_at": "2026-01-01 00:00:00"}],
            2,
            1,
            id="one without created_at",
        ),
    ],
)
def test_most_recent_without_dates(
    runner: Runner, emulator: Emulator, rows: list[dict[str, str]], chosen: int, count: int
) -> None:
    emulator.set_images([{"id": str(number), "name": f"n{number}", **row} for number, row in enumerate(rows)])
    outcome = runner(most_recent=True)
    assert outcome.names == [f"n{chosen}"]
    assert len(outcome.warnings) == 1
    assert outcome.warnings[0].startswith(f"{count} of 3 matching images ")
    failure = runner(most_recent=True, sort_field="name").failure()
    assert failure["error_type"] == "unresolved"
    assert "or remove sort_field" in failure["msg"]


def test_a_name_with_commas_and_brackets(runner: Runner, emulator: Emulator) -> None:
    names = ["Windows 10 [GPU], 64bit", "Windows 10 G, 64bit", "Windows 10 [GPU]", "64bit"]
    emulator.set_images([{"id": str(number), "name": name} for number, name in enumerate(names)])
    assert runner(name=names[0]).names == [names[1], names[0]]
    assert runner(name=[names[0]]).names == [names[1], names[0]]


def test_unknown_fields_are_returned(runner: Runner, emulator: Emulator) -> None:
    row = {"id": "1", "os_platform": "Linux", "nested": {"a": [1, None]}, "min_disk": "40", "disk_format": "iso"}
    emulator.set_images([row])
    assert runner().images == [{**with_all_fields(row), "min_disk": 40}]


# --- pages


@pytest.mark.parametrize(
    ("arguments", "pages", "expected"),
    [
        pytest.param({"limit": 30}, [(0, 30)], range(30), id="one page"),
        pytest.param({"limit": 120}, [(0, 100), (100, 20)], range(120), id="two pages"),
        pytest.param({"offset": 240}, [(240, 100)], range(240, 250), id="offset"),
        pytest.param({"offset": 10, "limit": 5}, [(10, 5)], range(10, 15), id="both"),
        pytest.param({"offset": 5000}, [(5000, 100)], [], id="the last offset"),
        pytest.param({"limit": 10, "name": "*9"}, [(0, 10)], [9], id="limit before local criteria"),
    ],
)
def test_limit_and_offset(
    runner: Runner, emulator: Emulator, arguments: dict[str, Any], pages: list[tuple[int, int]], expected: list[int]
) -> None:
    emulator.set_images(many_images(250))
    outcome = runner(**arguments)
    assert outcome.names == [f"image-{number:05d}" for number in expected]
    assert outcome.result["total_count"] == 250
    assert runner.requests == [page_request(emulator, offset, limit) for offset, limit in pages]
    assert outcome.warnings == []


@pytest.mark.parametrize(
    ("fault", "total_count", "pages", "warnings"),
    [
        pytest.param({"name": "total_count", "value": 1}, 1, [0, 100, 200], [], id="count too low"),
        pytest.param({"name": "total_count", "value": "250"}, 250, [0, 100, 200], [], id="count a numeric string"),
        pytest.param({"name": "no_total_count"}, None, [0, 100, 200, 250], [], id="no count"),
        pytest.param({"name": "total_count", "value": None}, None, [0, 100, 200, 250], [], id="count null"),
        pytest.param({"name": "short_pages", "rows": 90}, 250, [0, 90, 180], [], id="short pages"),
        pytest.param({"name": "long_pages", "rows": 130}, 250, [0, 130, 250], [], id="long pages"),
        pytest.param({"name": "zipped"}, 250, [0, 100, 200], [], id="gzip"),
        pytest.param({"name": "chunked"}, 250, [0, 100, 200], [], id="chunks"),
        pytest.param(
            {"name": "total_count", "value": 251},
            251,
            [0, 100, 200, 250],
            [
                "ListImages reported total_count=251 but returned 250 images; "
                "the list may have changed during paging (region cn-north-4)"
            ],
            id="count too high",
        ),
    ],
)
def test_paging_faults(
    runner: Runner,
    emulator: Emulator,
    fault: dict[str, Any],
    total_count: int | None,
    pages: list[int],
    warnings: list[str],
) -> None:
    emulator.arm(**fault)
    outcome = runner()
    assert outcome.images == expected_images(emulator)
    assert outcome.result["total_count"] == total_count
    assert outcome.warnings == warnings
    requested = [(query["offset"], query["limit"]) for _method, _path, query in runner.requests]
    assert set(requested) >= {(str(offset), "100") for offset in pages}
    # One prefetched page may be superfluous. No page is requested twice.
    assert len(requested) == len(set(requested)) <= len(pages) + 1


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_that_grows_during_paging(runner: Runner, emulator: Emulator, rows: int) -> None:
    emulator.arm("shifting", rows=rows)
    found = runner().images
    assert len({image["id"] for image in found}) == len(found)
    assert [image for image in found if not image["name"].startswith(" inserted")] == expected_images(emulator)


def test_repeated_pages(runner: Runner, emulator: Emulator) -> None:
    emulator.arm("repeating")
    outcome = runner()
    assert outcome.images == expected_images(emulator)[:100]
    assert outcome.warnings == [
        "ListImages reported total_count=250 but returned 100 images; the list may have changed during paging "
        "(region cn-north-4)"
    ]


def test_a_page_with_too_many_images_fails(runner: Runner, emulator: Emulator) -> None:
    emulator.set_images(many_images(10201))
    emulator.arm("long_pages", rows=10201)
    failure = runner().failure()
    assert failure["error_type"] == "invalid_response"
    assert "the JSON contains more than 6000 objects" in failure["msg"]


def test_a_list_beyond_the_last_offset_fails(runner: Runner, emulator: Emulator) -> None:
    emulator.set_images(many_images(5101))
    outcome = runner(offset=4900)
    assert outcome.failure() == {
        "msg": "ListImages failed: the API cannot list past offset 5000 and more images may exist than the 200 "
        "that it returned (region cn-north-4). Narrow the query with image_type, os_type, architecture, platform or "
        "package_type, or set limit.",
        "error_type": "unresolved",
        "operation": "ListImages",
        "attempts": 1,
    }
    assert runner.requests == [page_request(emulator, 4900), page_request(emulator, 5000)]


# --- the vendor's SDK


@pytest.fixture(scope="session")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> tuple[ModuleType, ModuleType]:
    """Import the SDK with another home directory, because it writes a file there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        from huaweicloudsdkcore.auth import credentials
        from huaweicloudsdkworkspace import v2
    return v2, credentials


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="all images"),
        pytest.param({"image_id": EULER}, id="image_id"),
        pytest.param({"os_type": "Windows"}, id="os_type"),
        pytest.param({"os_type": "Other", "architecture": "arm"}, id="os_type and architecture"),
        pytest.param({"image_type": "gold"}, id="image_type"),
        pytest.param({"image_type": "private", "os_type": "Linux"}, id="image_type and os_type"),
        pytest.param({"platform": "Linux"}, id="platform"),
        pytest.param({"platform": "a b/ü~* [x], 系统"}, id="platform with special characters"),
        pytest.param({"package_type": "enterprise"}, id="package_type"),
        pytest.param({"sort_field": "created_at"}, id="by time"),
        pytest.param({"sort_field": "created_at", "sort_type": "desc"}, id="by time, newest first"),
        pytest.param({"sort_field": "name", "sort_type": "desc", "image_type": "private"}, id="by name, descending"),
        pytest.param({"sort_type": "desc"}, id="descending"),
        pytest.param({"offset": 33, "limit": 77}, id="offset and limit"),
    ],
)
def test_the_vendors_sdk_returns_the_same_images(
    vendor: tuple[ModuleType, ModuleType], runner: Runner, emulator: Emulator, arguments: dict[str, Any]
) -> None:
    v2, credentials = vendor
    account = emulator.account
    key = credentials.BasicCredentials(account.access_key, account.secret_key, emulator.project_id)
    client = v2.WorkspaceClient.new_builder().with_credentials(key).with_endpoint(emulator.url).build()
    vendor_images: list[dict[str, Any]] = []
    while True:
        window = {"limit": 100, "offset": len(vendor_images), **arguments}
        response = client.list_images(v2.ListImagesRequest(**window))
        vendor_images += [image.to_dict() for image in response.images]
        if "limit" in arguments or len(vendor_images) >= response.total_count:
            break
    outcome = runner(**arguments)
    assert [{name: image[name] for name in vendor_images[0]} for image in outcome.images] == vendor_images
    assert outcome.result["total_count"] == response.total_count
    assert arguments == {} or len(vendor_images) < 250 or "sort_type" in arguments or "sort_field" in arguments


# --- errors of the service


@pytest.mark.parametrize(
    ("status", "code", "text", "hint"),
    [
        pytest.param(
            400,
            "WKS.00211102",
            "The parameter is invalid",
            "Check the query options: the service does not accept one of the values.",
            id="400",
        ),
        pytest.param(
            400,
            "WKS.00170117",
            "The tenant does not exist",
            "Have the account's administrator enable the Workspace service in this region, then retry.",
            id="400 not subscribed",
        ),
        pytest.param(401, "WKS.00211302", "User authorization error", KEY, id="401"),
        pytest.param(
            401,
            "APIGW.0301",
            "Incorrect IAM authentication information: verify aksk signature fail",
            KEY,
            id="401 of the gateway",
        ),
        pytest.param(403, "WKS.00081102", "No permission", PERMISSION, id="403"),
        pytest.param(
            403,
            "WKS.00010099",
            "The service is disabled",
            "The Workspace service is disabled in this region and project: enable it, or set another region.",
            id="403 disabled",
        ),
        pytest.param(
            404,
            "WKS.00211902",
            "The application does not exist",
            "Check the id in the request: it does not exist in this region and project.",
            id="404",
        ),
        pytest.param(
            404,
            "APIGW.0101",
            "The API does not exist",
            "Check region, cloud and endpoint: this host does not offer this API.",
            id="404 of the gateway",
        ),
        pytest.param(
            405,
            "WKS.00000405",
            "Method not allowed",
            "Check endpoint: a proxy or gateway changed the request's method.",
            id="405",
        ),
        pytest.param(
            429,
            "APIGW.0308",
            "Throttled",
            "Send fewer requests, for many hosts with run_once, or raise max_retries and max_retry_delay.",
            id="429",
        ),
        pytest.param(500, "WKS.00211401", "The operation failed", LATER, id="500"),
        pytest.param(503, "WKS.00050902", "Service unavailable", LATER, id="503"),
        pytest.param(418, "WKS.99999999", "Something new", "", id="an unknown code"),
    ],
)
def test_documented_errors(
    runner: Runner, emulator: Emulator, status: int, code: str, text: str, hint: str
) -> None:  # fmt: skip
    body = {"error_code": code, "error_msg": text, "encoded_authorization_message": "FDk3T=="}
    emulator.arm("response", status=status, body=body, headers={"X-Request-Id": REQUEST_ID})
    outcome = runner()
    assert outcome.failure() == {
        "msg": f"ListImages failed: HTTP {status} {code}: {text} "
        f"{details_of(emulator, REQUEST_ID, source=status == 403)}. {hint}".strip(),
        "error_type": "api",
        "error_code": code,
        "error_msg": text,
        "http_status": status,
        "request_id": REQUEST_ID,
        "encoded_authorization_message": "FDk3T==",
        "operation": "ListImages",
        "attempts": 1,
        "credentials_source": SOURCE,
    }
    assert outcome.warnings == []
    assert runner.requests == [page_request(emulator)]


@pytest.mark.parametrize(
    ("body", "code", "text", "request_id"),
    [
        pytest.param({"error_code": "X.1", "error_msg": "m"}, "X.1", "m", "header", id="error_code"),
        pytest.param({"error_code": "X.1", "error_msg": "m", "request_id": "body"}, "X.1", "m", "header", id="gateway"),
        pytest.param({"errorCode": "X.1", "errorMsg": "m"}, "X.1", "m", "header", id="errorCode"),
        pytest.param({"code": "X.1", "message": "m"}, "X.1", "m", "header", id="code"),
        pytest.param({"error": {"code": 403, "message": "m", "title": "t"}}, "403", "m", "header", id="nested"),
        pytest.param({"error": {"error_code": "X.1", "error_msg": "m"}}, "X.1", "m", "header", id="nested error_code"),
        pytest.param({"error_code": 17, "error_msg": "m"}, "17", "m", "header", id="integer"),
        pytest.param({"error_code": "X.1"}, "X.1", None, "header", id="no message"),
        pytest.param({"error_msg": "m"}, None, "m", "header", id="no code"),
        pytest.param(
            {"code": "X.1", "message": "m", "error_code": "Y.2", "error_msg": "n"},
            "Y.2",
            "n",
            "header",
            id="two shapes",
        ),
        pytest.param({}, None, None, "header", id="an empty object"),
        pytest.param([], None, None, "header", id="an array"),
        pytest.param("", None, None, "header", id="an empty body"),
        pytest.param("<html>403</html>", None, None, "header", id="HTML"),
        pytest.param("{", None, None, "header", id="not JSON"),
    ],
)
def test_shapes_of_error_bodies(
    runner: Runner, emulator: Emulator, body: object, code: str | None, text: str | None, request_id: str
) -> None:
    emulator.arm("response", status=403, body=body, headers={"X-Request-Id": "header"})
    described = {
        ("403", "m"): "403: m",
        (None, None): "403: the response has no error code",
        (None, "m"): "403: m",
    }.get((code, text)) or f"403 {': '.join(part for part in (code, text) if part)}"
    expected = {
        "error_type": "api",
        "error_code": code,
        "error_msg": text,
        "http_status": 403,
        "request_id": request_id,
        "operation": "ListImages",
        "attempts": 1,
        "credentials_source": SOURCE,
    }
    failure = runner().failure()
    assert failure.pop("msg").startswith(
        f"ListImages failed: HTTP {described} {details_of(emulator, request_id, source=True)}."
    )
    assert failure == expected


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        pytest.param({}, {"error_code": "X", "request_id": "of the body"}, "of the body", id="body"),
        pytest.param({"X-IAM-Trace-Id": "trace"}, {"error_code": "X"}, "trace", id="IAM's header"),
        pytest.param({}, {"error_code": "X"}, None, id="none"),
    ],
)
def test_request_ids(
    runner: Runner, emulator: Emulator, headers: dict[str, str], body: dict[str, str], expected: str | None
) -> None:
    emulator.arm("response", status=404, body=body, headers=headers)
    failure = runner().failure()
    assert failure.get("request_id") == expected
    assert ("request id" in failure["msg"]) is (expected is not None)


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        pytest.param({"name": "empty"}, 200, "the body is empty", id="empty"),
        pytest.param({"name": "empty", "status": 204}, 204, "HTTP 204 instead of 200", id="204"),
        pytest.param({"name": "html", "status": 200}, 200, "the body is HTML, not JSON (line 1, column 1)", id="HTML"),
        pytest.param(
            {"name": "redirect", "location": "http://127.0.0.1:9/"},
            302,
            "HTTP 302 instead of 200",
            id="redirect",
        ),
        pytest.param({"name": "no_images"}, 200, "images: required key not provided", id="no images"),
        pytest.param({"name": "null_images"}, 200, "images: expected a list", id="images null"),
        pytest.param({"name": "array"}, 200, "the JSON: expected an object", id="an array"),
        pytest.param({"name": "invalid_utf8"}, 200, "the body is not UTF-8 (byte 29)", id="not UTF-8"),
        pytest.param(
            {"name": "not_a_number"}, 200, "the JSON contains NaN or Infinity, which JSON does not allow", id="NaN"
        ),
        pytest.param({"name": "nested"}, 200, "the JSON contains more than 90000 values", id="nested deep"),
        pytest.param({"name": "row", "index": 2, "value": None}, 200, "images[2]: expected an object", id="null image"),
        pytest.param({"name": "without_id", "index": 7}, 200, "images[7].id: required key not provided", id="no id"),
        pytest.param({"name": "field", "index": 3}, 200, "images[3].min_disk: expected an integer", id="wrong type"),
    ],
)
def test_unexpected_responses(
    runner: Runner, emulator: Emulator, fault: dict[str, Any], status: int, reason: str
) -> None:
    """An invalid response is never an empty list."""
    emulator.arm(**fault)
    failure = runner().failure()
    request_id = failure.pop("request_id", None)
    assert failure == {
        "msg": f"ListImages failed: unexpected response: {reason} {details_of(emulator, request_id)}. {UNEXPECTED}",
        "error_type": "invalid_response",
        "http_status": status,
        "operation": "ListImages",
        "attempts": 1,
    }
    assert runner.requests == [page_request(emulator)]


def test_an_error_body_with_status_200(runner: Runner, emulator: Emulator) -> None:
    body = {"error_code": "WKS.00211401", "error_msg": "Failed", "images": [], "total_count": 0}
    emulator.arm("response", status=200, body=body, headers={"X-Request-Id": REQUEST_ID})
    assert runner().failure() == {
        "msg": "ListImages failed: unexpected response: the JSON: expected no error beside images (WKS.00211401: "
        f"Failed) {details_of(emulator, REQUEST_ID)}. {LATER}",
        "error_type": "invalid_response",
        "error_code": "WKS.00211401",
        "error_msg": "Failed",
        "http_status": 200,
        "request_id": REQUEST_ID,
        "operation": "ListImages",
        "attempts": 1,
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"errorCode": "X.1", "errorMsg": "m", "images": [], "total_count": 0}, id="errorCode"),
        pytest.param({"error": {"code": 500, "message": "m"}, "images": [], "total_count": 0}, id="nested"),
    ],
)
def test_an_error_body_of_another_shape_with_status_200(
    runner: Runner, emulator: Emulator, body: dict[str, Any]
) -> None:
    emulator.arm("response", status=200, body=body)
    assert runner().failure()["error_type"] == "invalid_response"


@pytest.mark.parametrize("offset", [0, 100, 200])
def test_a_failed_page_fails_the_module(runner: Runner, emulator: Emulator, offset: int) -> None:
    emulator.arm("error", status=403, offset=offset)
    failure = runner().failure()
    assert (failure["error_type"], failure["http_status"]) == ("api", 403)
    assert "images" not in failure


@pytest.mark.parametrize("fault", ["reset", "close_connection", "truncated", "no_http"])
def test_connection_faults(runner: Runner, emulator: Emulator, fault: str) -> None:
    emulator.arm(fault)
    failure = runner().failure()
    assert failure.pop("msg").startswith("ListImages failed: ")
    assert failure == {"error_type": "connection", "operation": "ListImages", "attempts": 1}


def test_connection_refused(runner: Runner) -> None:
    failure = runner(endpoint="http://127.0.0.1:1").failure()
    assert failure == {
        "msg": "ListImages failed: connection refused (host 127.0.0.1:1, region cn-north-4). "
        "Check endpoint, the firewall and the proxy variables such as HTTPS_PROXY.",
        "error_type": "connection",
        "operation": "ListImages",
        "attempts": 1,
    }


def test_timeout(runner: Runner, emulator: Emulator) -> None:
    emulator.arm("stall", seconds=5)
    assert runner(timeout=0.3).failure() == {
        "msg": "ListImages failed: no complete response within 0.3 seconds "
        f"{details_of(emulator)}. Check the firewall and the proxy variables such as HTTPS_PROXY, or raise timeout.",
        "error_type": "timeout",
        "operation": "ListImages",
        "attempts": 1,
    }


@pytest.mark.parametrize("fault", ["throttled", "reset", "html"])
def test_retry_until_success(runner: Runner, emulator: Emulator, fault: str) -> None:
    emulator.arm(fault, times=2)
    outcome = runner(max_retries=2, max_retry_delay=0, image_id=EULER)
    assert [image["id"] for image in outcome.images] == [EULER]
    assert runner.requests == [page_request(emulator, image_id=EULER)] * 3
    assert outcome.warnings == []


def test_retries_are_limited(runner: Runner, emulator: Emulator) -> None:
    emulator.arm("error", status=503)
    failure = runner(max_retries=2, max_retry_delay=0).failure()
    assert failure["attempts"] == 3
    assert ", 3 attempts). " in failure["msg"]
    assert runner.requests == [page_request(emulator)] * 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_status_that_is_not_retried(runner: Runner, emulator: Emulator, status: int) -> None:
    emulator.arm("error", status=status)
    assert runner(max_retries=4, max_retry_delay=0).failure()["attempts"] == 1
    assert runner.requests == [page_request(emulator)]


def test_a_failed_authentication_is_not_retried(runner: Runner, emulator: Emulator) -> None:
    failure = runner(secret_key="wrong", max_retries=10).failure()
    assert failure["error_code"] == "APIGW.0301"
    assert failure["http_status"] == 401
    assert runner.requests == [page_request(emulator)]


# --- credentials and targets


def test_temporary_keys(runner: Runner, emulator: Emulator) -> None:
    key = emulator.account.temporary
    given = {"access_key": key.access_key, "secret_key": key.secret_key, "image_id": EULER}
    assert len(runner(**given, security_token=key.security_token).images) == 1
    assert runner(**given).failure()["http_status"] == 401


def test_token(runner: Runner, emulator: Emulator) -> None:
    outcome = runner(access_key=None, secret_key=None, auth_token=emulator.issue_token(), image_id=EULER)
    assert len(outcome.images) == 1
    (record,) = emulator.requests
    assert "authorization" not in record.headers


def test_password(runner: Runner, emulator: Emulator) -> None:
    account = emulator.account
    outcome = runner(
        access_key=None, secret_key=None, username=account.username, password=account.password,
        domain_name=account.domain_name, project_id=None, image_id=EULER,
    )  # fmt: skip
    assert outcome.result["project_id"] == emulator.project_id
    assert runner.requests == [
        ("POST", "/v3/auth/tokens", {"nocatalog": "true"}),
        page_request(emulator, image_id=EULER),
    ]


def test_the_project_is_looked_up_in_iam(runner: Runner, emulator: Emulator) -> None:
    outcome = runner(project_id=None, image_id=EULER)
    assert outcome.result["project_id"] == emulator.project_id
    assert runner.requests == [("GET", "/v3/projects", {"name": "cn-north-4"}), page_request(emulator, image_id=EULER)]


def test_project_name(runner: Runner, emulator: Emulator) -> None:
    project = project_named("cn-north-4_design", "cn-north-4").id
    outcome = runner(project_id=None, project_name="cn-north-4_design", image_id=EULER)
    assert outcome.result["project_id"] == project
    assert [request[:2] for request in runner.requests] == [("GET", "/v3/projects"), ("GET", f"/v2/{project}/images")]


def test_an_endpoint_without_a_region(runner: Runner, emulator: Emulator) -> None:
    outcome = runner(region=None, image_id=EULER)
    assert outcome.result["region"] is None
    assert outcome.result["project_id"] == emulator.project_id
    assert len(outcome.images) == 1


def test_aliases(runner: Runner, emulator: Emulator) -> None:
    account = emulator.account
    outcome = runner(
        region=None, access_key=None, secret_key=None,
        region_name="cn-north-4", ak=account.access_key, sk=account.secret_key, image_id=EULER,
    )  # fmt: skip
    assert outcome.result["region"] == "cn-north-4"
    assert len(outcome.images) == 1


def test_all_options_from_the_environment(
    runner: Runner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    account = emulator.account
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", account.access_key)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", account.secret_key)
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    monkeypatch.setenv("HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4", emulator.url)
    monkeypatch.setenv("HW_AUTH_URL", f"{emulator.url}/v3")
    outcome = runner.run({"image_id": EULER})
    assert len(outcome.images) == 1
    assert [record.operation for record in emulator.requests] == ["KeystoneListProjects", "ListImages"]


def test_unencrypted_http_is_a_warning(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    # No proxy listens on this port, so no request leaves the machine.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    outcome = runner(endpoint="http://workspace.example.com", iam_endpoint=None, sts_endpoint=None)
    assert outcome.failure()["error_type"] == "connection"
    assert outcome.warnings == [
        "http://workspace.example.com uses unencrypted HTTP; credentials and data can be intercepted"
    ]


def test_unencrypted_http_to_loopback_is_no_warning(runner: Runner) -> None:
    assert runner(image_id=EULER).warnings == []


# --- several regions

REGIONS = ["ap-southeast-1", "cn-north-4"]


def run_in_regions(runner: Runner, **arguments: Any) -> Any:
    everywhere = f"{runner.emulator.url}/{{region}}"
    given = {"regions": REGIONS, "region": None, "project_id": None, "endpoint": everywhere, "iam_endpoint": everywhere}
    return runner(**{**given, "sts_endpoint": None, **arguments})


def images_of_region(emulator: Emulator, region: str) -> list[dict[str, Any]]:
    project = emulator.account.project_ids[region]
    return [{**image, "region": region, "project_id": project} for image in expected_images(emulator, region)]


def test_regions(runner: Runner, emulator: Emulator) -> None:
    outcome = run_in_regions(runner)
    assert outcome.result == {
        "changed": False,
        "images": images_of_region(emulator, REGIONS[0]) + images_of_region(emulator, REGIONS[1]),
        "total_count": 500,
        "region": None,
        "project_id": None,
    }


def test_most_recent_returns_the_newest_image_of_each_region(runner: Runner, emulator: Emulator) -> None:
    emulator.set_images({region: many_images(number + 3) for number, region in enumerate(REGIONS)})
    outcome = run_in_regions(runner, most_recent=True)
    assert [(image["region"], image["name"]) for image in outcome.images] == [
        ("ap-southeast-1", "image-00002"),
        ("cn-north-4", "image-00003"),
    ]


def test_a_failed_region_fails_the_module(runner: Runner, emulator: Emulator) -> None:
    emulator.arm(
        "error", status=403, code="WKS.00010099", message="disabled", region=REGIONS[0], operation="ListImages"
    )
    failure = run_in_regions(runner).failure()
    (entry,) = failure.pop("failures")
    assert failure.pop("images") == images_of_region(emulator, REGIONS[1])
    assert entry["region"] == REGIONS[0]
    assert entry["failed"] is True
    assert failure["msg"] == f"1 of 2 regions failed. {entry['msg']}"
    same = {name: value for name, value in entry.items() if name not in ("msg", "region", "failed")}
    assert {name: value for name, value in failure.items() if name != "msg"} == same
    assert (same["error_type"], same["error_code"], same["http_status"]) == ("api", "WKS.00010099", 403)


def test_on_region_error_warn_turns_a_failed_region_into_a_warning(runner: Runner, emulator: Emulator) -> None:
    emulator.arm("error", status=403, region=REGIONS[0], operation="ListImages")
    outcome = run_in_regions(runner, on_region_error="warn")
    assert outcome.images == images_of_region(emulator, REGIONS[1])
    assert outcome.result["total_count"] is None
    assert [entry["region"] for entry in outcome.result["failures"]] == [REGIONS[0]]
    assert outcome.warnings == [outcome.result["failures"][0]["msg"]]


def test_a_failed_authentication_skips_the_other_regions(runner: Runner, emulator: Emulator) -> None:
    outcome = run_in_regions(runner, secret_key="wrong", on_region_error="warn", regions=list(emulator.account.regions))
    assert outcome.failure()["http_status"] == 401
    assert len(emulator.requests) == 1


# --- invalid options

INVALID_OPTIONS = [
    pytest.param({"limit": 0}, "limit must be at least 1, got 0. Leave it out to take all images.", id="limit zero"),
    pytest.param(
        {"limit": -1}, "limit must be at least 1, got -1. Leave it out to take all images.", id="limit negative"
    ),
    pytest.param({"offset": -1}, "offset must be from 0 to 5000, got -1.", id="offset negative"),
    pytest.param({"offset": 5001}, "offset must be from 0 to 5000, got 5001.", id="offset too large"),
    pytest.param(
        {"image_id": ""}, "image_id is empty. Set a value, or use omit to leave the option out.", id="empty image_id"
    ),
    pytest.param(
        {"platform": ""}, "platform is empty. Set a value, or use omit to leave the option out.", id="empty platform"
    ),
    pytest.param({"name": ""}, "name is empty. Set a value, or use omit to leave the option out.", id="empty name"),
    pytest.param(
        {"name_regex": ""},
        "name_regex is empty. Set a value, or use omit to leave the option out.",
        id="empty name_regex",
    ),
    pytest.param(
        {"region": ""}, "region is empty. Set a value, or use omit to leave the option out.", id="empty region"
    ),
    pytest.param(
        {"secret_key": ""},
        "secret_key is empty. Set a value, or use omit to leave the option out.",
        id="empty secret_key",
    ),
    pytest.param(
        {"ca_path": ""}, "ca_path is empty. Set a value, or use omit to leave the option out.", id="empty ca_path"
    ),
    pytest.param({"package_type": "x" * 256}, "package_type must have 1 to 255 characters, got 256.", id="too long"),
    pytest.param(
        {"name": 2019},
        "name must be a string or a list of strings, none of them empty, got 2019. Put it in quotes.",
        id="name a number",
    ),
    pytest.param(
        {"name": {"a": 1}},
        "name must be a string or a list of strings, none of them empty, got {'a': 1}.",
        id="name a dictionary",
    ),
    pytest.param(
        {"name": []},
        "name must be a string or a list of strings, none of them empty, got an empty list.",
        id="no names",
    ),
    pytest.param(
        {"name_regex": "("},
        "name_regex '(' is not a valid regular expression: missing ), unterminated subpattern at position 0.",
        id="invalid expression",
    ),
    pytest.param(
        {"created_after": "soon"},
        "created_after must be an ISO 8601 time such as 2026-01-31T12:00:00Z, got 'soon'.",
        id="invalid time",
    ),
    pytest.param(
        {"created_before": "2026-02-30"},
        "created_before must be an ISO 8601 time such as 2026-01-31T12:00:00Z, got '2026-02-30'.",
        id="invalid day",
    ),
    pytest.param(
        {"fits_disk": -1}, "fits_disk must be a whole number of GB, without the unit, got -1.", id="negative disk"
    ),
    pytest.param(
        {"fits_ram": -1}, "fits_ram must be a whole number of MB, without the unit, got -1.", id="negative memory"
    ),
    pytest.param(
        {"disk_format": []},
        "disk_format must be a list of one or more of vhd, raw, qcow2, zvhd2, got [].",
        id="no formats",
    ),
    pytest.param(
        {"region": None, "endpoint": None},
        "region is required. Set region, HW_REGION_NAME, or endpoint and project_id.",
        id="no region",
    ),
    pytest.param(
        {"project_name": "x"}, "project_id is mutually exclusive with project_name. Set one of them.", id="two projects"
    ),
    pytest.param(
        {"project_id": "a/b"},
        "project_id is 'a/b', which cannot be a project ID. Copy it from the console.",
        id="project_id a path",
    ),
    pytest.param(
        {"region": "cn north"}, "region is 'cn north', which cannot be part of a host name.", id="malformed region"
    ),
    pytest.param(
        {"endpoint": "workspace.example.com"},
        "endpoint is not a base URL such as https://host.example.com: it must begin with https:// or http://.",
        id="endpoint without scheme",
    ),
    pytest.param(
        {"cloud": "a/b", "endpoint": None}, "cloud is 'a/b', which cannot be part of a host name.", id="malformed cloud"
    ),
    pytest.param({"timeout": 0}, "timeout must be from 0.001 to 86400 seconds, got 0.", id="timeout zero"),
    pytest.param({"max_retries": 11}, "max_retries must be from 0 to 10, got 11.", id="too many retries"),
    pytest.param(
        {"max_retry_delay": -1}, "max_retry_delay must be from 0 to 86400 seconds, got -1.", id="negative delay"
    ),
    pytest.param(
        {"ca_path": "/no/such/file"},
        "ca_path /no/such/file does not exist. Set the path of a CA bundle.",
        id="no CA bundle",
    ),
    pytest.param(
        {"secret_key": None},
        "access_key is set without secret_key (the options of the task). Set all of them in the same source.",
        id="incomplete key",
    ),
    pytest.param(
        {"auth_token": "x"},
        "The task sets access_key and secret_key and auth_token. Set one kind of credentials only.",
        id="two kinds of credentials",
    ),
    pytest.param(
        {"regions": ["cn-east-3"]},
        "regions is mutually exclusive with region and project_id. Remove one, also from module_defaults.",
        id="regions and region",
    ),
    pytest.param(
        {"regions": ["cn-east-3"] * 2, "region": None, "project_id": None},
        "regions contains cn-east-3 twice. Remove one.",
        id="a region twice",
    ),
    pytest.param(
        {"regions": [], "region": None, "project_id": None},
        "regions is an empty list. Name at least one.",
        id="no regions",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), INVALID_OPTIONS)
def test_invalid_options(runner: Runner, emulator: Emulator, arguments: dict[str, Any], message: str) -> None:
    outcome = runner(**arguments)
    assert outcome.failure() == {"msg": message, "error_type": "configuration"}
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            {"os_type": "BeOS"}, "value of os_type must be one of: Linux, Windows, Other, got: BeOS", id="os_type"
        ),
        pytest.param(
            {"os_type": "linux"},
            "value of os_type must be one of: Linux, Windows, Other, got: linux",
            id="os_type's case",
        ),
        pytest.param(
            {"image_type": "market"}, "value of image_type must be one of: gold, private, got: market", id="image_type"
        ),
        pytest.param(
            {"architecture": "x64"}, "value of architecture must be one of: x86, arm, got: x64", id="architecture"
        ),
        pytest.param({"architecture": ""}, "value of architecture must be one of: x86, arm, got: ", id="empty choice"),
        pytest.param(
            {"sort_field": "id"}, "value of sort_field must be one of: name, created_at, got: id", id="sort_field"
        ),
        pytest.param({"sort_type": "up"}, "value of sort_type must be one of: asc, desc, got: up", id="sort_type"),
        pytest.param(
            {"disk_format": ["raw", "iso"]},
            "value of disk_format must be one or more of: vhd, raw, qcow2, zvhd2. Got no match for: iso",
            id="disk_format",
        ),
        pytest.param(
            {"on_region_error": "skip"},
            "value of on_region_error must be one of: fail, warn, got: skip",
            id="on_region_error",
        ),
    ],
)
def test_unknown_choices(runner: Runner, emulator: Emulator, arguments: dict[str, Any], message: str) -> None:
    assert runner(**arguments).failure() == {"msg": message}
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param({"limit": "many"}, ["limit", "int"], id="limit"),
        pytest.param({"limit": ""}, ["limit", "int"], id="empty limit"),
        pytest.param({"fits_disk": "80 GB"}, ["fits_disk", "int"], id="fits_disk"),
        pytest.param({"most_recent": "perhaps"}, ["most_recent", "bool"], id="most_recent"),
        pytest.param({"validate_certs": "sometimes"}, ["validate_certs", "bool"], id="validate_certs"),
        pytest.param({"timeout": "long"}, ["timeout", "float"], id="timeout"),
        pytest.param({"nmae": "x"}, ["Unsupported parameters", "nmae"], id="unknown option"),
    ],
)
def test_values_that_ansible_rejects(
    runner: Runner, emulator: Emulator, arguments: dict[str, Any], words: list[str]
) -> None:
    message = runner(**arguments).failure()["msg"]
    assert [word for word in words if word not in message] == []
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        pytest.param(
            {"HW_MAX_RETRIES": "x"},
            "the environment variable HW_MAX_RETRIES must be a whole number, got 'x'.",
            id="HW_MAX_RETRIES",
        ),
        pytest.param(
            {"HW_REGION_NAME": "a b"},
            "the environment variable HW_REGION_NAME is 'a b', which cannot be part of a host name.",
            id="HW_REGION_NAME",
        ),
        pytest.param(
            {"HUAWEICLOUD_SDK_IAM_ENDPOINT": "iam"},
            "the environment variable HUAWEICLOUD_SDK_IAM_ENDPOINT is not a base URL such as "
            "https://host.example.com: it must begin with https:// or http://.",
            id="an endpoint",
        ),
        pytest.param(
            {"HUAWEICLOUD_SDK_PROJECT_ID": "../x"},
            "the environment variable HUAWEICLOUD_SDK_PROJECT_ID is '../x', which cannot be a project ID. "
            "Copy it from the console.",
            id="a project",
        ),
    ],
)
def test_invalid_environment_variables(
    runner: Runner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    for name, value in {"HW_REGION_NAME": "cn-north-4", **variables}.items():
        monkeypatch.setenv(name, value)
    outcome = runner(region=None, project_id=None, iam_endpoint=None, max_retries=None)
    assert outcome.failure() == {"msg": message, "error_type": "configuration"}
    assert emulator.requests == []


def test_no_credentials(runner: Runner, emulator: Emulator) -> None:
    message = runner(access_key=None, secret_key=None).failure()["msg"]
    assert message.startswith("No credentials found. Set access_key and secret_key, auth_token, or username, ")
    for source in (
        "the options of the task",
        "HUAWEICLOUD_SDK_AK",
        "HW_ACCESS_KEY",
        "~/.huaweicloud/credentials (no such file)",
        "~/.hcloud/config.json (no such file)",
        "use_instance_metadata",
    ):
        assert source in message
    assert emulator.requests == []


# --- missing libraries


@pytest.mark.parametrize("library", ["requests", "voluptuous"])
def test_a_missing_library(library: str, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import the module again, as on a machine without the library."""
    collection = sys.modules["ansible_collections.huaweicloud.workspace"]
    prefix = f"{collection.__name__}.plugins"
    monkeypatch.setattr(collection, "plugins", getattr(collection, "plugins", None), raising=False)
    for name in [name for name in sys.modules if name == prefix or name.startswith(f"{prefix}.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, library, None)
    again = importlib.import_module(f"{prefix}.modules.workspace_image_info")
    monkeypatch.setattr(
        "ansible_collections.huaweicloud.workspace.tests.unit.plugins.modules.runner.workspace_image_info", again
    )
    outcome = runner()
    assert outcome.failure() == {"msg": missing_required_lib(library)}
    assert f"({library})" in outcome.result["msg"]
    for name in [name for name in sys.modules if name == prefix or name.startswith(f"{prefix}.")]:
        del sys.modules[name]


def test_no_library_is_missing() -> None:
    assert _libraries.missing_library() is None


# --- secrets


def secrets_of(emulator: Emulator) -> list[str]:
    """Return the secrets of the account and those that were sent."""
    account = emulator.account
    sent = [
        record.headers[name]
        for record in emulator.requests
        for name in ("x-auth-token", "x-security-token", "authorization")
        if name in record.headers
    ]
    signatures = [header.rpartition("Signature=")[2] for header in sent]
    return [
        account.access_key,
        account.secret_key,
        account.temporary.access_key,
        account.temporary.secret_key,
        account.security_token,
        account.password,
        *filter(None, [*sent, *signatures]),
    ]


def is_masked(text: str, secret: str) -> bool:
    escaped = secret.encode("ascii", "backslashreplace").decode()
    return not any(form in text for form in (secret, escaped, base64.b64encode(secret.encode()).decode()))


@pytest.mark.parametrize("kind", ["keys", "temporary keys", "token", "password"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(None, id="success"),
        pytest.param({"name": "echo", "operation": "*"}, id="the service echoes the signature"),
        pytest.param({"name": "reset", "operation": "*"}, id="no connection"),
        pytest.param({"name": "html", "operation": "*", "status": 200}, id="unexpected response"),
        pytest.param({"name": "redirect", "operation": "*", "location": "http://127.0.0.1:9/"}, id="redirect"),
    ],
)
def test_no_secret_in_any_output(runner: Runner, emulator: Emulator, kind: str, fault: dict[str, Any] | None) -> None:
    account = emulator.account
    no_key: dict[str, Any] = {"access_key": None, "secret_key": None}
    arguments: dict[str, dict[str, Any]] = {
        "keys": {},
        "temporary keys": {
            "access_key": account.temporary.access_key,
            "secret_key": account.temporary.secret_key,
            "security_token": account.security_token,
        },
        "token": {**no_key, "auth_token": emulator.issue_token()},
        "password": {
            **no_key,
            "username": account.username,
            "password": account.password,
            "domain_name": account.domain_name,
        },
    }
    if fault:
        emulator.arm(**fault)
    outcome = runner(**arguments[kind], image_id=EULER)
    assert outcome.code == (1 if fault else 0)
    assert emulator.requests
    assert [secret for secret in secrets_of(emulator) if not is_masked(outcome.output, secret)] == []


def test_an_unknown_access_key_is_masked(runner: Runner, emulator: Emulator) -> None:
    emulator.arm("unknown_key")
    failure = runner().failure()
    assert failure["error_msg"] == (
        "Incorrect IAM authentication information: Get secretKey failed,ak:********,err:ak not exist"
    )
    assert emulator.account.access_key not in failure["msg"]


def test_no_secret_of_the_environment_in_any_output(
    runner: Runner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ansible does not know these secrets, so the collection masks them."""
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", emulator.account.access_key)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", emulator.account.secret_key)
    emulator.arm("echo")
    outcome = runner(access_key=None, secret_key=None)
    assert outcome.failure()["error_code"] == "APIGW.0301"
    assert "********" in outcome.failure()["error_msg"]
    assert [secret for secret in secrets_of(emulator) if not is_masked(outcome.output, secret)] == []


@pytest.mark.parametrize(
    "arguments", [case.values[0] for case in INVALID_OPTIONS if case.id != "empty secret_key"], ids=str
)
def test_no_secret_in_the_failure_of_an_invalid_option(
    runner: Runner, emulator: Emulator, arguments: dict[str, Any]
) -> None:
    outcome = runner(**arguments)
    assert outcome.code == 1
    assert [secret for secret in secrets_of(emulator) if not is_masked(outcome.output, secret)] == []


def test_credentials_file(runner: Runner, emulator: Emulator, home: Path) -> None:
    """Read the default file in the home directory."""
    folder = home / ".huaweicloud"
    folder.mkdir()
    account = emulator.account
    (folder / "credentials").write_text(f"[basic]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    outcome = runner(access_key=None, secret_key=None, image_id=EULER)
    assert len(outcome.images) == 1
    assert [secret for secret in secrets_of(emulator) if not is_masked(outcome.output, secret)] == []

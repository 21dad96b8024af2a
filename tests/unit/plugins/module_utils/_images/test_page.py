# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One page: the request, and the page in the response."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, InvalidResponse
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Request, Response
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.page import fetch_page
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import ImageQuery

QUERY = ImageQuery((("os_type", "Linux"),))


@dataclass
class FakeClient:
    """Returns a fixed response, and records the requests."""

    body: Any = field(default_factory=lambda: {"images": [], "total_count": 0})
    status: int = 200
    attempts: int = 1
    project_id: str = "0123456789abcdef0123456789abcdef"
    requests: list[Any] = field(default_factory=list)
    authenticated: bool = False

    def mark_authenticated(self) -> None:
        self.authenticated = True

    def get(self, operation: str, path: Any, query: Any) -> Response:
        self.requests.append((operation, tuple(path), sorted(query)))
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        request = Request(operation, "GET", "http://127.0.0.1:1/", region="cn-north-4")
        return Response(request, self.status, {"X-Request-Id": "abc"}, body, self.attempts, None)


def fetch(client: FakeClient, offset: int = 0, size: int = 100) -> Any:
    # The fake has only the attributes that fetch_page uses.
    return fetch_page(client, QUERY, offset, size)  # type: ignore[arg-type]


def test_a_page_is_requested_and_returned() -> None:
    client = FakeClient({"images": [{"id": "1"}, {"id": "2", "min_disk": "40"}], "total_count": "7"}, attempts=3)
    page = fetch(client, 200, 30)
    assert client.requests == [
        (
            "ListImages",
            ("v2", "0123456789abcdef0123456789abcdef", "images"),
            [("limit", "30"), ("offset", "200"), ("os_type", "Linux")],
        )
    ]
    assert [image["id"] for image in page.images] == ["1", "2"]
    assert [image["min_disk"] for image in page.images] == [None, 40]
    assert (page.total_count, page.attempts) == (7, 3)


def test_total_count_may_be_missing() -> None:
    assert fetch(FakeClient({"images": []})).total_count is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "the body is empty", id="empty"),
        pytest.param(b" \n", "the body is empty", id="blank"),
        pytest.param(b"<html></html>", "the body is HTML, not JSON (line 1, column 1)", id="HTML"),
        pytest.param(b'{"images":', "the body is not JSON (line 1, column 11)", id="cut JSON"),
        pytest.param(b'{"images":["\xff"]}', "the body is not UTF-8 (byte 12)", id="no UTF-8"),
        pytest.param(
            b'{"images":[],"total_count":NaN}', "the JSON contains NaN or Infinity, which JSON does not allow", id="NaN"
        ),
        pytest.param([], "the JSON: expected an object", id="an array"),
        pytest.param({}, "images: required key not provided", id="no images"),
        pytest.param({"images": None}, "images: expected a list", id="images null"),
        pytest.param(
            {"images": [{"id": "1"}] * 3 + [{"id": "4", "min_disk": "x"}]},
            "images[3].min_disk: expected an integer",
            id="a field",
        ),
        pytest.param({"images": [{"id": "1"}, {}]}, "images[1].id: required key not provided", id="no id"),
        pytest.param({"images": [], "total_count": "x"}, "total_count: expected an integer", id="the count"),
    ],
)
def test_an_invalid_response_names_the_reason(body: Any, reason: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        fetch(FakeClient(body, attempts=2))
    assert caught.value.result() == {
        "msg": f"ListImages failed: unexpected response: {reason} "
        "(host 127.0.0.1:1, region cn-north-4, request id abc, 2 attempts). "
        "Check endpoint and the proxy variables: something other than the service may have responded.",
        "error_type": "invalid_response",
        "http_status": 200,
        "request_id": "abc",
        "operation": "ListImages",
        "attempts": 2,
    }


@pytest.mark.parametrize("status", [201, 202, 204, 206, 301, 302, 304, 307])
def test_another_status_is_an_invalid_response(status: int) -> None:
    with pytest.raises(InvalidResponse) as caught:
        fetch(FakeClient(status=status))
    assert caught.value.http_status == status
    assert f"HTTP {status} instead of 200" in caught.value.message()


def test_an_error_with_status_200_is_an_invalid_response() -> None:
    with pytest.raises(InvalidResponse) as caught:
        fetch(FakeClient({"error_code": "WKS.00211401", "error_msg": "Failed."}))
    assert (caught.value.error_code, caught.value.error_msg) == ("WKS.00211401", "Failed.")
    assert "(WKS.00211401: Failed.)" in caught.value.message()


def test_a_failure_of_the_client_is_raised() -> None:
    class Failing(FakeClient):
        def get(self, operation: str, path: Any, query: Any) -> Response:
            raise ApiError("HTTP 403", http_status=403)

    with pytest.raises(ApiError):
        fetch(Failing())

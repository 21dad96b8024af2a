# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One page: the request that is sent and the page that is read from its response."""

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
class FakeConnection:
    """Responses what it is given, and keeps what it was asked."""

    body: Any = field(default_factory=lambda: {"images": [], "total_count": 0})
    status: int = 200
    attempts: int = 1
    project_id: str = "0123456789abcdef0123456789abcdef"
    asked: list[Any] = field(default_factory=list)
    authenticated: bool = False

    def mark_authenticated(self) -> None:
        self.authenticated = True

    def get(self, operation: str, path: Any, query: Any) -> Response:
        self.asked.append((operation, tuple(path), sorted(query)))
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        call = Request(operation, "GET", "http://127.0.0.1:1/", region="cn-north-4")
        return Response(call, self.status, {"X-Request-Id": "abc"}, body, self.attempts)


def fetch(connection: FakeConnection, offset: int = 0, size: int = 100) -> Any:
    # The stand-in has what a page asks of a connection, and no more.
    return fetch_page(connection, QUERY, offset, size)  # type: ignore[arg-type]


def test_the_call() -> None:
    connection = FakeConnection(
        {"images": [{"id": "1"}, {"id": "2", "min_disk": "40"}], "total_count": "7"}, attempts=3
    )
    page = fetch(connection, 200, 30)
    assert connection.asked == [
        (
            "ListImages",
            ("v2", "0123456789abcdef0123456789abcdef", "images"),
            [("limit", "30"), ("offset", "200"), ("os_type", "Linux")],
        )
    ]
    assert [image["id"] for image in page.images] == ["1", "2"]
    assert [image["min_disk"] for image in page.images] == [None, 40]
    assert (page.total_count, page.attempts) == (7, 3)


def test_a_missing_count() -> None:
    assert fetch(FakeConnection({"images": []})).total_count is None


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
def test_an_answer_that_cannot_be_used(body: Any, reason: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        fetch(FakeConnection(body, attempts=2))
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
def test_another_status(status: int) -> None:
    with pytest.raises(InvalidResponse) as caught:
        fetch(FakeConnection(status=status))
    assert caught.value.http_status == status
    assert f"HTTP {status} instead of 200" in caught.value.message()


def test_an_error_in_a_200() -> None:
    with pytest.raises(InvalidResponse) as caught:
        fetch(FakeConnection({"error_code": "WKS.00211401", "error_msg": "Failed."}))
    assert (caught.value.error_code, caught.value.error_msg) == ("WKS.00211401", "Failed.")
    assert "(WKS.00211401: Failed.)" in caught.value.message()


def test_what_the_connection_raises_is_passed_on() -> None:
    class Refusing(FakeConnection):
        def get(self, operation: str, path: Any, query: Any) -> Response:
            raise ApiError("HTTP 403", http_status=403)

    with pytest.raises(ApiError):
        fetch(Refusing())

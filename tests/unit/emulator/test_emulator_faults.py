# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault has the documented effect on a client other than the collection."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from ansible_collections.huaweicloud.workspace.tests.emulator import FAULTS, Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client


def receive_bytes(client: Client) -> bytes:
    """Send a valid request on a new connection, and return all received bytes."""
    request = client.sign("GET", f"/v2/{client.emulator.project_id}/images")
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection(("127.0.0.1", client.emulator.port), timeout=5) as connection:
        connection.sendall(f"GET {request.path_url} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n".encode())
        received = b""
        while data := connection.recv(2**16):
            received += data
        return received


# Errors with a valid body


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 429, 500, 502, 503, 504])
def test_documented_errors_are_returned(client: Client, status: int) -> None:
    client.emulator.arm("error", status=status)
    response = client.list_images()
    assert response.status_code == status
    assert response.json()["error_code"].startswith(("WKS.", "APIGW."))
    assert len(response.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("service", {"error_code": "C.1", "error_msg": "M"}),
        ("gateway", {"error_code": "C.1", "error_msg": "M", "request_id": "R"}),
        ("camel", {"errorCode": "C.1", "errorMsg": "M"}),
        ("plain", {"code": "C.1", "message": "M"}),
        ("nested", {"error": {"code": "C.1", "message": "M", "title": "Internal Server Error"}}),
    ],
)
def test_errors_have_the_requested_shape(client: Client, shape: str, expected: dict[str, Any]) -> None:
    client.emulator.arm("error", status=500, code="C.1", message="M", shape=shape, encoded="E", retry_after="7")
    response = client.list_images()
    if "request_id" in expected:
        expected["request_id"] = response.headers["X-Request-Id"]
    assert response.json() == {**expected, "encoded_authorization_message": "E"}
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ("bad_token", 401, "decrypt token fail"),
        ("bad_signature", 401, "verify aksk signature fail"),
        ("unknown_key", 401, "Get secretKey failed,ak:EMULATOR0ACCESS0KEY0,err:ak not exist"),
        ("locked_key", 401, "AK access failed to reach the limit,forbidden"),
        ("clock_off", 401, "signature expired, signature time:"),
        ("echo", 401, "Access=EMULATOR0ACCESS0KEY0"),
        ("echo", 401, "Signature="),
        ("throttled", 429, "policy user over ratelimit,limit:60,time:1 minute"),
        ("access_denied", 403, "workspace:images:list"),
        ("error_in_200", 200, "The operation failed."),
    ],
)
def test_errors_have_the_documented_messages(client: Client, fault: str, status: int, text: str) -> None:
    client.emulator.arm(fault)
    response = client.list_images()
    assert response.status_code == status
    assert text in response.json()["error_msg"]


def test_throttling_has_headers(client: Client) -> None:
    client.emulator.arm("throttled", limit=10, window="10 second", policy="api", retry_after="3")
    response = client.list_images()
    assert response.headers["Retry-After"] == "3"
    assert response.headers["X-Apig-RateLimit-User"] == "remain:0,limit:10,time:10 second"
    assert "policy api over ratelimit,limit:10,time:10 second" in response.json()["error_msg"]


# Other responses


def test_any_response_can_be_returned(client: Client) -> None:
    client.emulator.arm("response", status=418, body={"ö": [1]}, content_type="x/y", headers={"X-Custom": "z"})
    response = client.list_images()
    assert (response.status_code, response.json()) == (418, {"ö": [1]})
    assert (response.headers["Content-Type"], response.headers["X-Custom"]) == ("x/y", "z")


@pytest.mark.parametrize(
    ("fault", "parameters", "status", "body"),
    [
        ("empty", {}, 200, b""),
        ("empty", {"status": 204}, 204, b""),
        ("redirect", {"location": "http://127.0.0.1:9/"}, 302, b""),
        ("array", {}, 200, b"[]"),
        ("no_images", {}, 200, b'{"total_count":0}'),
        ("null_images", {}, 200, b'{"images":null,"total_count":0}'),
        (
            "not_a_number",
            {"literal": "-Infinity"},
            200,
            b'{"images":[{"id":"1","min_disk":-Infinity}],"total_count":1}',
        ),
        ("long_number", {"digits": 3}, 200, b'{"images":[],"total_count":999}'),
        ("nested", {"depth": 2}, 200, b'{"images":[[]],"total_count":0}'),
    ],
)
def test_bodies_are_returned_as_declared(
    client: Client, fault: str, parameters: dict[str, Any], status: int, body: bytes
) -> None:
    client.emulator.arm(fault, **parameters)
    response = client.list_images()
    assert (response.status_code, response.content) == (status, body)
    assert client.list_images().status_code == status, "the connection is still usable"


@pytest.mark.parametrize("fault", ["invalid_json", "invalid_utf8", "html"])
def test_bodies_may_be_invalid_json(client: Client, fault: str) -> None:
    parameters: dict[str, Any] = {"status": 200} if fault == "html" else {}
    client.emulator.arm(fault, **parameters)
    response = client.list_images()
    assert response.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        json.loads(response.content)


def test_row_faults_change_one_row(client: Client) -> None:
    correct = client.list_images().json()["images"]
    for fault, parameters, expected in (
        ("row", {"value": 7, "index": 3}, 7),
        ("without_id", {"index": 3}, {name: value for name, value in correct[3].items() if name != "id"}),
        ("field", {"index": 3, "key": "min_disk", "value": [1]}, {**correct[3], "min_disk": [1]}),
    ):
        client.emulator.disarm()
        client.emulator.arm(fault, **parameters)
        assert client.list_images().json()["images"] == [*correct[:3], expected, *correct[4:]]
    assert client.list_images(limit=101).status_code == 400, "the fault does not change an error"


def test_compressed_bodies_are_returned_as_declared(client: Client) -> None:
    correct = client.list_images().json()
    client.emulator.arm("zipped", times=1)
    assert client.list_images().json() == correct
    for fault in ("broken_gzip", "not_gzip"):
        client.emulator.disarm()
        client.emulator.arm(fault)
        received = receive_bytes(client).partition(b"\r\n\r\n")[2]
        with pytest.raises((EOFError, gzip.BadGzipFile)):
            gzip.decompress(received)
    with pytest.raises(ContentDecodingError):
        client.list_images()
    client.emulator.disarm()
    client.emulator.arm("gzip_bomb", mebibytes=2)
    assert 2 * 2**20 < len(client.list_images().content) < 2.1 * 2**20
    assert len(receive_bytes(client)) < 10_000


def test_faults_of_instance_metadata_and_projects_are_returned(emulator: Emulator, client: Client) -> None:
    emulator.arm("no_token_step", status=503)
    emulator.arm("token_required", times=1)
    emulator.arm("no_agency")
    emulator.arm("projects", count=0)
    responses = [
        client.session.put(f"{emulator.url}/meta-data/latest/api/token", timeout=5),
        client.session.get(f"{emulator.url}/openstack/latest/securitykey", timeout=5),
        client.session.get(f"{emulator.url}/openstack/latest/securitykey", timeout=5),
        client.request("GET", "/v3/projects", [("name", "x")]),
    ]
    texts = [(response.status_code, response.text) for response in responses]
    assert texts[:3] == [(503, ""), (401, "Unauthorized"), (401, "Please configure Cloud Service Agency first")]
    assert responses[3].json() == {"projects": []}


# The connection


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("reset", requests.ConnectionError),
        ("reset_midway", (requests.ConnectionError, ChunkedEncodingError)),
        ("close_connection", requests.ConnectionError),
        ("cut_chunked", ChunkedEncodingError),
        ("bad_chunk", ChunkedEncodingError),
        ("no_http", requests.ConnectionError),
        ("many_headers", requests.ConnectionError),
        ("long_header", requests.ConnectionError),
    ],
)
def test_broken_connections_are_errors_of_the_client(client: Client, fault: str, problem: type[Exception]) -> None:
    client.emulator.arm(fault, times=1)
    with pytest.raises(problem):
        client.list_images()
    assert client.list_images().status_code == 200
    assert [record.faults for record in client.emulator.requests] == [[fault], []]
    first, second = (record.connection for record in client.emulator.requests)
    assert first != second


def test_a_truncated_body_is_incomplete(client: Client) -> None:
    client.emulator.arm("truncated", times=1)
    try:
        response = client.list_images()
    except (requests.ConnectionError, ChunkedEncodingError):
        return
    # urllib3 before 2.0 does not check the length.
    assert len(response.content) < int(response.headers["Content-Length"])


def test_reset_and_close_differ(client: Client) -> None:
    client.emulator.arm("reset")
    with pytest.raises(ConnectionResetError):
        receive_bytes(client)
    client.emulator.disarm()
    client.emulator.arm("close_connection")
    assert receive_bytes(client) == b""


@pytest.mark.parametrize("fault", ["stall", "stall_midway"])
def test_a_stalled_response_times_out(client: Client, fault: str) -> None:
    client.emulator.arm(fault, seconds=30)
    request = client.sign("GET", f"/v2/{client.emulator.project_id}/images")
    with pytest.raises((requests.ReadTimeout, requests.ConnectionError)):
        client.session.send(request, timeout=0.2)
    started = time.monotonic()
    client.emulator.stop()
    assert time.monotonic() - started < 1, "stopping does not wait for the end of a stall"


@pytest.mark.parametrize("fault", ["slow_headers", "slow_body"])
def test_slow_responses_exceed_no_read_timeout(client: Client, fault: str) -> None:
    client.emulator.arm(fault, interval=0.01, seconds=30)
    stopping = threading.Timer(0.4, client.emulator.stop)
    started = time.monotonic()
    stopping.start()
    with contextlib.suppress(requests.RequestException):
        client.session.send(client.sign("GET", f"/v2/{client.emulator.project_id}/images"), timeout=0.2)
    assert time.monotonic() - started >= 0.39
    stopping.join()


def test_slow_responses_that_end_are_complete(client: Client) -> None:
    correct = client.list_images().json()
    for fault, parameters in (
        ("delay", {"seconds": 0.1}),
        ("slow_headers", {"interval": 0.01, "seconds": 0.1}),
        ("slow_body", {"interval": 0.01, "seconds": 0.1}),
        ("chunked", {"size": 100}),
        ("without_length", {}),
    ):
        client.emulator.arm(fault, times=1, **parameters)
        started = time.monotonic()
        assert client.list_images().json() == correct
        assert (time.monotonic() - started >= 0.1) == (fault in ("delay", "slow_headers", "slow_body"))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_huge_body_has_the_declared_size(client: Client, chunked: bool) -> None:
    client.emulator.arm("huge", mebibytes=3, chunked=chunked)
    page = client.list_images()
    assert page.json()["images"] == []
    assert 3 * 2**20 < len(page.content) < 3.1 * 2**20


# Lists


def list_pages(client: Client, count: int, step: int = 3) -> list[tuple[list[str], Any]]:
    """Request pages, and return the ends of names and the total_count of each."""
    pages = [client.list_images(limit=step, offset=number * step).json() for number in range(count)]
    return [([row["name"][-2:].strip() for row in page["images"]], page.get("total_count", "none")) for page in pages]


def name_ends(*numbers: int) -> list[str]:
    """Return the ends of names of many_images."""
    return [f"{number:02d}" for number in numbers]


@pytest.mark.parametrize(
    ("fault", "parameters", "expected"),
    [
        (
            "total_count",
            {"value": None},
            [(name_ends(0, 1, 2), None), (name_ends(3, 4, 5), None), (name_ends(6), None)],
        ),
        ("total_count", {"value": "7"}, [(name_ends(0, 1, 2), "7"), (name_ends(3, 4, 5), "7"), (name_ends(6), "7")]),
        ("total_count_off", {"by": 2}, [(name_ends(0, 1, 2), 9), (name_ends(3, 4, 5), 9), (name_ends(6), 9)]),
        ("no_total_count", {}, [(name_ends(0, 1, 2), "none"), (name_ends(3, 4, 5), "none"), (name_ends(6), "none")]),
        ("short_pages", {"rows": 2}, [(name_ends(0, 1), 7), (name_ends(3, 4), 7), (name_ends(6), 7)]),
        ("long_pages", {"rows": 4}, [(name_ends(0, 1, 2, 3), 7), (name_ends(3, 4, 5, 6), 7), (name_ends(6), 7)]),
        ("shifting", {"rows": 1}, [(name_ends(0, 1, 2), 7), (name_ends(2, 3, 4), 8), (name_ends(4, 5, 6), 9)]),
        ("shifting", {"rows": -1}, [(name_ends(0, 1, 2), 7), (name_ends(4, 5, 6), 6), ([], 5)]),
        ("repeating", {}, [(name_ends(0, 1, 2), 7)] * 3),
        ("beyond_end", {}, [(name_ends(0, 1, 2), 7), (name_ends(3, 4, 5), 7), (name_ends(4, 5, 6), 7)]),
    ],
)
def test_listing_faults_change_pages(
    client: Client, fault: str, parameters: dict[str, Any], expected: list[tuple[list[str], Any]]
) -> None:
    client.emulator.set_images(many_images(7))
    client.emulator.arm(fault, **parameters)
    assert list_pages(client, 3) == expected


def test_listing_faults_are_combined(client: Client) -> None:
    client.emulator.set_images(many_images(7))
    client.emulator.arm("short_pages", rows=1)
    client.emulator.arm("no_total_count", offset=3)
    assert list_pages(client, 2) == [(name_ends(0), 7), (name_ends(3), "none")]


# Arming


def test_a_fault_applies_only_to_matching_requests(client: Client) -> None:
    emulator = client.emulator

    def statuses(count: int, **query: int) -> list[int]:
        return [client.list_images(**query).status_code for _count in range(count)]

    emulator.arm("error", status=503, times=2)
    emulator.arm("error", status=429, times=1)
    assert statuses(4) == [503, 503, 429, 200], "one fault after the other"
    emulator.reset()
    emulator.arm("error", status=500, after=2, times=1)
    assert statuses(4) == [200, 200, 500, 200]
    emulator.reset()
    emulator.arm("error", offset=100)
    assert statuses(1) + statuses(1, offset=100) + statuses(1, offset=200) == [200, 500, 200]
    emulator.reset()
    emulator.arm("error", operation="Keystone*")
    assert statuses(1) == [200]
    assert client.request("GET", "/v3/projects").status_code == 500
    emulator.reset()
    emulator.arm("error", region="cn-east-3")
    east = f"/cn-east-3/v2/{emulator.account.project_ids['cn-east-3']}/images"
    assert [*statuses(1), client.request("GET", east).status_code] == [200, 500]


def test_a_transport_fault_and_a_response_fault_are_combined(client: Client) -> None:
    client.emulator.arm("reset")
    client.emulator.arm("error", status=503)
    with pytest.raises(requests.ConnectionError):
        client.list_images()
    record = client.emulator.requests[0]
    assert (record.status, record.faults) == (503, ["reset", "error"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "eror"}, "there is no fault 'eror'; did you mean 'error'?"),
        ({"name": "reset", "status": 3}, "the fault 'reset' has no parameter 'status'; its parameters: none"),
        ({"name": "redirect"}, "the fault 'redirect' needs the parameter 'location'"),
    ],
)
def test_invalid_faults_are_rejected(emulator: Emulator, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        emulator._registry.arm(**arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_tested_and_documented(name: str) -> None:
    assert f'"{name}"' in Path(__file__).read_text(encoding="utf-8")
    assert FAULTS[name].summary


# Endless responses, and small bodies that decompress to large ones


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("slow_chunk_extension", b";extension=xxxxx"),
        ("endless_trailers", b"X-Trailer: x\r\n" * 5),
        ("endless_continue", b"HTTP/1.1 100 Continue\r\n\r\n" * 5),
        ("endless_gzip_members", gzip.compress(b"", mtime=0) * 5),
    ],
)
def test_endless_responses_end_after_their_seconds(client: Client, fault: str, text: bytes) -> None:
    client.emulator.arm(fault, interval=0.01, seconds=0.05)
    assert text in receive_bytes(client)
    assert client.list_images().json()["images"]


def test_a_small_body_decompresses_to_many_rows(client: Client) -> None:
    client.emulator.arm("row_bomb", rows=100_000, value='{"id":"1"}')
    response = client.list_images()
    assert int(response.headers["Content-Length"]) < 10_000
    assert response.json()["images"] == [{"id": "1"}] * 100_000


def test_the_body_has_a_repeated_key(client: Client) -> None:
    client.emulator.arm("repeated_key", key="total_count")
    pairs = json.loads(client.list_images().text, object_pairs_hook=list)
    assert [name for name, _value in pairs] == ["total_count", "images", "total_count", "total_count"]

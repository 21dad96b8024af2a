# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport with real sockets: each fault results in a success, or in one failure of the right type."""

from __future__ import annotations

import contextlib
import gzip
import json
import logging
import socket
import threading
import time as real_time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
import voluptuous
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    ConnectionFailure,
    InvalidResponse,
    TimeoutFailure,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256, TokenAuth
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import (
    VERSION,
    Request,
    Response,
    Transport,
)
from ansible_collections.huaweicloud.workspace.tests.emulator import FAULTS, Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    TIMEOUT_S,
    FakeClock,
    RawServer,
    build_request,
    examples,
    expect_failure,
    expect_response,
    failure_of,
    host_of,
    http_response,
    list_images_request,
    make_transport,
    permanent_key,
    related_exceptions,
    response_of,
    send_and_close,
    temporary_key,
    try_send,
)

SCHEMA = voluptuous.Schema(
    {
        voluptuous.Required("images"): [
            voluptuous.Schema(
                {voluptuous.Required("id"): str, "min_disk": voluptuous.Any(int, None)}, extra=voluptuous.ALLOW_EXTRA
            )
        ],
        "total_count": voluptuous.Any(int, None),
    },
    extra=voluptuous.ALLOW_EXTRA,
)

RETRIES = 2
ALL_ATTEMPTS = RETRIES + 1
SHORT_TIMEOUT_S = 0.15
LONG_TIMEOUT_S = 0.6


@dataclass(frozen=True)
class Row:
    """A fault and the expected result: a success if ``error_type`` is None."""

    fault: str
    error_type: str | None
    attempts: int
    parameters: dict[str, Any] = field(default_factory=dict)
    http_status: int | None = None
    error_code: str | None = None
    timeout: float = 5.0

    def __str__(self) -> str:
        return "-".join([self.fault, *(str(value)[:20] for value in self.parameters.values())])


def build_row(
    fault: str,
    error_type: str | None,
    attempts: int,
    *,
    http_status: int | None = None,
    error_code: str | None = None,
    timeout: float = 5.0,
    **parameters: object,
) -> Row:
    return Row(fault, error_type, attempts, parameters, http_status, error_code, timeout)


def api_row(attempts: int, http_status: int, error_code: str | None, fault: str = "error", **parameters: object) -> Row:
    if fault == "error":
        parameters = {"status": http_status, **parameters}
    return Row(fault, "api", attempts, parameters, http_status, error_code)


def invalid_row(fault: str, http_status: int = 200, error_code: str | None = None, **parameters: object) -> Row:
    return Row(fault, "invalid_response", 1, parameters, http_status, error_code)


TABLE = [
    # the connection
    build_row("reset", "connection", ALL_ATTEMPTS),
    build_row("reset", None, 2, times=1),
    build_row("reset_midway", "connection", ALL_ATTEMPTS),
    build_row("reset_midway", None, 3, times=2),
    build_row("close_connection", "connection", ALL_ATTEMPTS),
    build_row("close_connection", None, 2, times=1),
    build_row("truncated", "connection", ALL_ATTEMPTS),
    build_row("truncated", None, 2, times=1),
    build_row("chunked", None, 1),
    build_row("cut_chunked", "connection", ALL_ATTEMPTS),
    build_row("cut_chunked", None, 2, times=1),
    build_row("bad_chunk", "connection", ALL_ATTEMPTS),
    build_row("bad_chunk", None, 2, times=1),
    build_row("without_length", None, 1),
    build_row("stall", "timeout", ALL_ATTEMPTS, timeout=SHORT_TIMEOUT_S),
    build_row("stall", None, 2, times=1, timeout=LONG_TIMEOUT_S),
    build_row("stall_midway", "timeout", ALL_ATTEMPTS, timeout=SHORT_TIMEOUT_S),
    build_row("stall_midway", None, 2, times=1, timeout=LONG_TIMEOUT_S),
    build_row("delay", None, 1, seconds=0.05),
    build_row("delay", "timeout", ALL_ATTEMPTS, seconds=30, timeout=SHORT_TIMEOUT_S),
    build_row("slow_headers", "timeout", ALL_ATTEMPTS, interval=0.05, timeout=SHORT_TIMEOUT_S),
    build_row("slow_headers", None, 2, interval=0.05, times=1, timeout=LONG_TIMEOUT_S),
    build_row("slow_headers", None, 1, interval=0.01, seconds=0.05),
    build_row("slow_body", "timeout", ALL_ATTEMPTS, interval=0.05, timeout=SHORT_TIMEOUT_S),
    build_row("slow_body", None, 2, interval=0.05, times=1, timeout=LONG_TIMEOUT_S),
    build_row("slow_body", None, 1, interval=0.01, seconds=0.05),
    *(
        fault
        for name in ("slow_chunk_extension", "endless_trailers", "endless_continue", "endless_gzip_members")
        for fault in (
            build_row(name, "timeout", ALL_ATTEMPTS, interval=0.01, timeout=SHORT_TIMEOUT_S),
            build_row(name, None, 1, interval=0.01, seconds=0.05),
        )
    ),
    build_row("many_headers", "connection", ALL_ATTEMPTS),
    build_row("long_header", "connection", ALL_ATTEMPTS),
    build_row("no_http", "connection", ALL_ATTEMPTS),
    build_row("no_http", None, 2, times=1),
    invalid_row("huge"),
    invalid_row("huge", chunked=True),
    build_row("huge", None, 1, mebibytes=1),
    # errors, documented or not
    api_row(1, 400, "WKS.00211102"),
    api_row(1, 401, "WKS.00211302"),
    api_row(1, 403, "WKS.00081102"),
    api_row(1, 404, "WKS.00211902"),
    api_row(1, 405, "WKS.00000405"),
    api_row(1, 407, "WKS.00211401"),
    api_row(1, 409, "WKS.00211401"),
    api_row(1, 413, "APIGW.0201"),
    api_row(1, 415, "WKS.00000415"),
    api_row(1, 501, "WKS.00211401"),
    api_row(1, 505, "WKS.00211401"),
    api_row(ALL_ATTEMPTS, 408, "APIGW.0201"),
    api_row(ALL_ATTEMPTS, 429, "APIGW.0308"),
    api_row(ALL_ATTEMPTS, 500, "WKS.00211401"),
    api_row(ALL_ATTEMPTS, 502, "APIGW.0201"),
    api_row(ALL_ATTEMPTS, 503, "WKS.00050902"),
    api_row(ALL_ATTEMPTS, 504, "APIGW.0201"),
    *(build_row("error", None, 2, status=status, times=1) for status in (408, 429, 500, 502, 503, 504)),
    *(api_row(1, 500, code, code=code) for code in ("WKS.0202", "WKS.0915", "WKS.00211902")),
    api_row(1, 400, "WKS.0915", code="WKS.0915"),
    api_row(1, 403, "WKS.00211902", code="WKS.00211902"),
    *(
        api_row(1, 401, "APIGW.0301", code="APIGW.0301", shape=shape)
        for shape in ("gateway", "camel", "plain", "nested")
    ),
    api_row(1, 401, "401", code="401", shape="nested"),
    api_row(1, 403, "WKS.00081102", "access_denied"),
    *(
        api_row(1, 401, "APIGW.0301", fault)
        for fault in ("bad_token", "bad_signature", "unknown_key", "locked_key", "clock_off", "echo")
    ),
    api_row(ALL_ATTEMPTS, 429, "APIGW.0308", "throttled"),
    build_row("throttled", None, 2, times=1),
    # the status counts even if the body is invalid
    api_row(1, 401, None, "html", status=401),
    api_row(ALL_ATTEMPTS, 502, None, "html", status=502),
    build_row("html", None, 2, times=1, status=502),
    api_row(1, 403, None, "empty", status=403),
    api_row(ALL_ATTEMPTS, 503, None, "empty", status=503),
    api_row(1, 400, None, "response", status=400, body="\udcff"),
    api_row(1, 400, None, "response", status=400, body='{"error_code": NaN}'),
    api_row(1, 400, None, "response", status=400, body="[" * 100_000),
    api_row(1, 400, None, "response", status=400, body=["error_code"]),
    api_row(1, 400, None, "response", status=400, body={"error_code": None, "error_msg": ""}),
    # responses that are not as documented
    invalid_row("html", status=200),
    invalid_row("empty"),
    invalid_row("empty", http_status=204, status=204),
    invalid_row("error_in_200", error_code="WKS.00211401"),
    invalid_row("invalid_json"),
    invalid_row("invalid_utf8"),
    invalid_row("not_a_number"),
    invalid_row("not_a_number", literal="-Infinity"),
    invalid_row("nested"),
    invalid_row("long_number"),
    invalid_row("nested", depth=40_000),
    invalid_row("repeated_key"),
    invalid_row("repeated_key", key="unknown"),
    invalid_row("row_bomb"),
    *(invalid_row("row_bomb", rows=2_000_000, value=value) for value in ("[]", "1", '{"id":"1"}')),
    invalid_row("array"),
    invalid_row("no_images"),
    invalid_row("null_images"),
    invalid_row("row"),
    invalid_row("row", value=None),
    invalid_row("without_id"),
    invalid_row("field"),
    build_row("zipped", None, 1),
    invalid_row("broken_gzip"),
    invalid_row("not_gzip"),
    build_row("gzip_bomb", "invalid_response", 1, http_status=200, timeout=30.0),
    *(invalid_row("response", http_status=status, status=status, body="{}") for status in (201, 202, 206, 304)),
    invalid_row("response", body=None),
    invalid_row("response", body='{"images": [{"id": "1", "size": 1e999}]}'),
    invalid_row("response", body='{"images": [{"id": "\\ud800"}]}'),
    *(
        build_row("redirect", "invalid_response", 1, http_status=status, status=status, location="{target}")
        for status in (301, 302, 303, 307, 308)
    ),
]  # fmt: skip


@pytest.fixture
def target() -> Iterator[RawServer]:
    with RawServer(http_response(200, b'{"images": []}')) as server:
        yield server


def fetch_page(transport: Transport, request: Request) -> tuple[Response, Any] | CloudError:
    """Send a request, and return the response with its validated document, or the failure."""
    with contextlib.closing(transport):
        try:
            response = transport.send(request)
            return response, response.json(SCHEMA)
        except CloudError as failure:
            return failure


@pytest.mark.parametrize("fault", TABLE, ids=str)
def test_each_fault_has_the_expected_result(emulator: Emulator, target: RawServer, fault: Row) -> None:
    parameters = {
        name: value.format(target=target.url) if name == "location" else value
        for name, value in fault.parameters.items()
    }
    emulator.arm(fault.fault, **parameters)
    clock = FakeClock()
    transport = make_transport(clock, max_retries=RETRIES, timeout=fault.timeout)
    started = real_time.monotonic()
    result = fetch_page(transport, list_images_request(emulator, SdkHmacSha256(temporary_key(emulator))))

    assert real_time.monotonic() - started < TIMEOUT_S
    assert len(emulator.requests) == fault.attempts
    assert len(clock.sleeps) == fault.attempts - 1
    assert target.connections == 0
    if fault.error_type is None:
        assert isinstance(result, tuple)
        response, document = result
        assert response.attempts == fault.attempts
        assert isinstance(document["images"], list)
        return
    failure = expect_failure(result)
    details = failure.details()
    assert details["error_type"] == fault.error_type
    assert details["attempts"] == fault.attempts
    assert details["operation"] == "ListImages"
    assert details.get("http_status") == fault.http_status
    assert details.get("error_code") == fault.error_code
    assert failure.message().startswith("ListImages failed: ")
    assert f"(host {host_of(emulator.url)}, region cn-north-4" in failure.message()
    assert_no_secret(failure, transport.secrets, emulator, raw=fault.fault not in ("echo", "unknown_key"))


def assert_no_secret(failure: CloudError, secrets: Secrets, emulator: Emulator, *, raw: bool = True) -> None:
    key = emulator.account.temporary
    hidden = [emulator.account.access_key, key.access_key, key.secret_key, key.security_token or ""]
    for record in emulator.requests:
        hidden.append(record.headers.get("authorization", "").rpartition("Signature=")[2] or key.secret_key)
    texts = [str(secrets.mask_all(failure.result())), repr(secrets)]
    if raw:
        texts += [
            failure.message(),
            str(failure.details()),
            *map(str, related_exceptions(failure)),
            *map(repr, related_exceptions(failure)),
        ]
    secrets.add(emulator.account.access_key)
    for text in texts[:1]:
        assert not any(secret in secrets.mask(text) for secret in hidden)
    for text in texts[1:]:
        assert not any(secret in text for secret in hidden)


def test_the_table_contains_every_fault() -> None:
    tested_elsewhere = {"no_agency", "token_required", "no_token_step", "projects"}
    kinds = {name for name, kind in FAULTS.items() if kind.stage != "listing"}
    assert {fault.fault for fault in TABLE} == kinds - tested_elsewhere


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("reset", "connection reset by peer"),
        ("close_connection", "connection closed without a response"),
        ("truncated", "incomplete response, connection closed"),
        ("cut_chunked", "incomplete response, connection closed"),
        ("html", "HTTP 502: the response has no error code"),
        ("not_gzip", "unexpected response: the compressed body is corrupt"),
        ("huge", "the body is larger than 64 MiB"),
        ("invalid_utf8", "the body is not UTF-8 (byte "),
        ("not_a_number", "NaN"),
        ("nested", "the JSON contains more than 90000 values"),
        ("empty", "the body is empty"),
        ("without_id", "images[0].id: required key not provided"),
        ("field", "images[0].min_disk"),
        ("no_images", "images: required key not provided"),
        ("error_in_200", "WKS.00211401: The operation failed."),
    ],
)
def test_the_message_describes_the_fault(emulator: Emulator, fault: str, text: str) -> None:
    emulator.arm(fault)
    result = fetch_page(make_transport(), list_images_request(emulator))
    assert text in expect_failure(result).message()


# Errors with an incomplete or invalid body


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        *((fault, 401) for fault in ("truncated", "reset_midway", "cut_chunked", "bad_chunk", "slow_body", "huge")),
        *(("stall_midway", status) for status in (400, 401, 403, 404)),
    ],
)
def test_an_error_with_an_incomplete_body_is_not_retried(emulator: Emulator, fault: str, status: int) -> None:
    emulator.arm("error", status=status)
    emulator.arm(fault)
    transport = make_transport(
        max_retries=RETRIES, timeout=SHORT_TIMEOUT_S if fault in ("stall_midway", "slow_body") else 5
    )
    failure = expect_failure(fetch_page(transport, list_images_request(emulator)))
    assert len(emulator.requests) == 1
    assert failure.http_status == status
    assert failure.is_authentication_failure == (status == 401)


@pytest.mark.parametrize("fault", ["broken_gzip", "not_gzip"])
@pytest.mark.parametrize(("status", "attempts"), [(401, 1), (404, 1), (503, ALL_ATTEMPTS)])
def test_the_status_counts_if_the_compressed_body_is_corrupt(fault: str, status: int, attempts: int) -> None:
    body = gzip.compress(b'{"error_code": "WKS.1"}')[:-12] if fault == "broken_gzip" else b"plain"
    with RawServer(http_response(status, body, "Content-Encoding: gzip")) as server:
        failure = failure_of(make_transport(max_retries=RETRIES), build_request(server.url))
    assert (failure.error_type, failure.http_status, failure.attempts) == ("api", status, attempts)


def test_the_length_of_a_chunked_body_is_ignored() -> None:
    response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 62\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    with RawServer(response) as server:
        assert response_of(make_transport(), build_request(server.url)).body == b"{}"


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n", 204),
        (b"HTTP/1.1 103 Early Hints\r\nContent-Length: 100\r\n\r\n", 103),
    ],
    ids=["304", "204", "103"],
)
def test_the_length_of_a_response_without_a_body_is_ignored(response: bytes, status: int) -> None:
    with RawServer(response) as server:
        failure = expect_failure(
            fetch_page(make_transport(max_retries=RETRIES), build_request(server.url)), InvalidResponse
        )
    assert (failure.http_status, failure.attempts) == (status, 1)


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 14, 15\r\n\r\n" + b'{"images": []}',
        b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\nContent-Length: 15\r\n\r\n" + b'{"images": []}',
    ],
    ids=["list", "twice"],
)
def test_two_lengths_are_a_failure(response: bytes) -> None:
    with RawServer(response) as server:
        failure = failure_of(make_transport(), build_request(server.url))
    assert failure.error_type in ("connection", "invalid_response")


# Waiting


@pytest.mark.parametrize(
    ("parameters", "max_retry_delay", "sleeps"),
    [
        ({"status": 503}, 60, [1, 2, 4, 8]),
        ({"status": 503}, 3, [1, 2, 3, 3]),
        ({"status": 503}, 0, [0, 0, 0, 0]),
        ({"status": 503, "retry_after": "5"}, 60, [5, 5, 5, 8]),
        ({"status": 503, "retry_after": "500"}, 60, [60, 60, 60, 60]),
        ({"status": 503, "retry_after": "soon"}, 60, [1, 2, 4, 8]),
        ({"status": 429, "retry_after": "5"}, 60, [60, 60, 60, 60]),
        ({"status": 429, "retry_after": "70"}, 90, [70, 70, 70, 70]),
        ({"status": 429, "message": "over ratelimit,limit:10,time:3 second"}, 60, [3, 3, 4, 8]),
    ],
    ids=[
        "grows",
        "limited",
        "none",
        "requested",
        "requested-limited",
        "invalid",
        "window",
        "longer-than-window",
        "seconds",
    ],
)
def test_delays_between_attempts_grow_within_limits(
    emulator: Emulator, parameters: dict[str, Any], max_retry_delay: float, sleeps: list[float]
) -> None:
    emulator.arm("error", **parameters)
    clock = FakeClock()
    failure_of(
        make_transport(clock, max_retries=4, max_retry_delay=max_retry_delay), list_images_request(emulator), ApiError
    )
    assert [round(delay, 6) for delay in clock.sleeps if delay > 0] == [delay for delay in sleeps if delay > 0]


@pytest.mark.parametrize(("seconds", "delay"), [(30, 30), (-30, 1), (4000, 60)], ids=["ahead", "past", "far"])
def test_the_delay_ends_at_a_requested_date(emulator: Emulator, seconds: int, delay: float) -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    emulator.arm(
        "error", status=503, retry_after=format_datetime(now + timedelta(seconds=seconds), usegmt=True), times=1
    )
    clock = FakeClock()
    response_of(make_transport(clock, max_retries=1, clock=lambda: now), list_images_request(emulator))
    assert clock.sleeps == [delay]


def test_a_throttling_window_is_the_delay(emulator: Emulator) -> None:
    emulator.arm("throttled", limit=10, window="30 second", times=1)
    clock = FakeClock()
    response_of(make_transport(clock, max_retries=1), list_images_request(emulator))
    assert clock.sleeps == [30]


def test_jitter_shortens_the_delay(emulator: Emulator) -> None:
    emulator.arm("error", status=503)
    clock = FakeClock()
    jitters = iter([0.0, 0.5, 1.0])
    failure_of(make_transport(clock, max_retries=3, jitter=lambda: next(jitters)), list_images_request(emulator))
    assert clock.sleeps == [0.5, 1.5, 4.0]


def test_throttling_delays_all_requests_of_a_transport(emulator: Emulator) -> None:
    emulator.arm("throttled", times=1)
    clock = FakeClock()
    others: list[Any] = []

    def sleep(seconds: float) -> None:
        if not clock.sleeps:
            clock.sleeps.append(seconds)
            other = threading.Thread(target=lambda: others.append(transport.send(list_images_request(emulator))))
            other.start()
            other.join(TIMEOUT_S)
        else:
            clock.sleep(seconds)

    transport = make_transport(clock, max_retries=1, sleep=sleep)
    response_of(transport, list_images_request(emulator))
    assert clock.sleeps == [60, 60]
    assert [record.status for record in emulator.requests] == [429, 200, 200]
    assert expect_response(others[0]).attempts == 1


@pytest.mark.parametrize("max_retries", [0, 1, 5])
def test_max_retries_limits_the_attempts(emulator: Emulator, max_retries: int) -> None:
    emulator.arm("error", status=503)
    failure = failure_of(make_transport(max_retries=max_retries), list_images_request(emulator))
    assert failure.attempts == len(emulator.requests) == max_retries + 1


def test_closing_the_transport_ends_the_delay(emulator: Emulator) -> None:
    emulator.arm("error", status=503, retry_after="300")
    transport = make_transport(max_retries=4, max_retry_delay=300, sleep=None, monotonic=real_time.monotonic)
    results: list[Any] = []
    waiting = threading.Thread(target=lambda: results.append(send_and_close(transport, list_images_request(emulator))))
    waiting.start()
    started = real_time.monotonic()
    while not emulator.requests and real_time.monotonic() - started < TIMEOUT_S:
        real_time.sleep(0.01)
    transport.close()
    waiting.join(TIMEOUT_S)
    assert expect_failure(results[0]).http_status == 503


def test_each_attempt_has_a_new_signature(emulator: Emulator) -> None:
    emulator.arm("error", status=503, times=1)
    emulator.arm("reset", after=1, times=1)
    now = datetime.now(timezone.utc)
    times = iter([now, now + timedelta(seconds=60), now + timedelta(seconds=120)])
    auth = SdkHmacSha256(permanent_key(emulator), lambda: next(times))
    assert response_of(make_transport(max_retries=2), list_images_request(emulator, auth)).status == 200
    assert len({record.headers["x-sdk-date"] for record in emulator.requests}) == 3
    assert len({record.headers["authorization"] for record in emulator.requests}) == 3


def test_the_libraries_do_not_retry(emulator: Emulator) -> None:
    emulator.arm("close_connection")
    transport = make_transport()
    for _request in range(3):
        expect_failure(try_send(transport, list_images_request(emulator)))
    transport.close()
    assert len(emulator.requests) == 3


@pytest.mark.parametrize("status", [503, 429])
def test_a_closed_transport_sends_no_request(emulator: Emulator, status: int) -> None:
    emulator.arm("error", status=status)
    transport = make_transport(max_retries=4, sleep=lambda _seconds: transport.close())
    failure = expect_failure(try_send(transport, list_images_request(emulator)))
    assert (failure.http_status, failure.attempts, len(emulator.requests)) == (status, 1, 1)
    assert "the transport is closed" in expect_failure(try_send(transport, list_images_request(emulator))).message()
    assert len(emulator.requests) == 1


def test_connections_are_reused(emulator: Emulator) -> None:
    transport = make_transport()
    for _request in range(5):
        expect_response(try_send(transport, list_images_request(emulator)))
    transport.close()
    assert len({record.connection for record in emulator.requests}) == 1


def test_the_user_agent_is_the_collection(emulator: Emulator) -> None:
    response_of(make_transport(), list_images_request(emulator))
    (record,) = emulator.requests
    assert record.headers["user-agent"] == f"ansible-huaweicloud.workspace/{VERSION}"
    assert record.headers["accept-encoding"] == "gzip"
    assert record.headers["content-type"] == "application/json"


# Responses and failures in detail


def test_the_request_id_of_the_header_takes_precedence() -> None:
    body = b'{"error_code": "C", "error_msg": "M", "request_id": "of-the-body"}'
    for headers, expected in [
        (["X-Request-Id: of-the-header"], "of-the-header"),
        (["X-IAM-Trace-Id: of-iam"], "of-iam"),
        ([], "of-the-body"),
    ]:
        with RawServer(http_response(400, body, *headers)) as server:
            failure = failure_of(make_transport(), build_request(server.url), ApiError)
        assert failure.request_id == expected
        assert f"request id {expected}" in failure.message()


def test_the_failure_contains_the_encoded_reason(emulator: Emulator) -> None:
    emulator.arm("access_denied")
    failure = failure_of(make_transport(), list_images_request(emulator), ApiError)
    assert (failure.details()["encoded_authorization_message"] or "").startswith("emulator-encoded-message.")


def test_an_invalid_response_contains_the_error_of_the_body(emulator: Emulator) -> None:
    emulator.arm("error_in_200", code="WKS.1", message="it broke")
    details = expect_failure(fetch_page(make_transport(), list_images_request(emulator)), InvalidResponse).details()
    assert (details["error_code"], details["error_msg"], details["http_status"]) == ("WKS.1", "it broke", 200)
    assert len(details["request_id"]) == 32


def test_another_successful_status_is_an_invalid_response() -> None:
    with RawServer(http_response(202, b"{}")) as server:
        response = response_of(make_transport(), build_request(server.url))
    with pytest.raises(InvalidResponse, match="HTTP 202"):
        response.json(voluptuous.Schema({}))
    assert response.json(voluptuous.Schema({}), status=202) == {}


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://localhost:{port}", "http://[::1]:{port}"])
def test_a_closed_port_is_a_connection_failure(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    clock = FakeClock()
    failure = failure_of(
        make_transport(clock, max_retries=RETRIES), build_request(address.format(port=port)), ConnectionFailure
    )
    assert failure.attempts == ALL_ATTEMPTS
    assert "refused" in failure.message() or "ssign requested address" in failure.message()


def test_an_unknown_host_is_a_connection_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_unused: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    failure = failure_of(
        make_transport(max_retries=RETRIES), build_request("http://no.such.host.test/"), ConnectionFailure
    )
    assert failure.attempts == ALL_ATTEMPTS
    assert "Name or service not known" in failure.message()


def test_the_timeout_includes_the_dns_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def lookup(*_unused: object, **_options: object) -> None:
        released.wait(TIMEOUT_S)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    started = real_time.monotonic()
    failure = failure_of(
        make_transport(timeout=SHORT_TIMEOUT_S, max_retries=1), build_request("http://slow.test/"), TimeoutFailure
    )
    released.set()
    assert real_time.monotonic() - started < TIMEOUT_S / 2
    assert failure.attempts == 2


def test_the_timeout_applies_to_the_whole_response(emulator: Emulator) -> None:
    emulator.arm("slow_body", interval=0.02)
    started = real_time.monotonic()
    failure_of(make_transport(timeout=SHORT_TIMEOUT_S), list_images_request(emulator), TimeoutFailure)
    assert real_time.monotonic() - started < TIMEOUT_S / 2


def test_the_timeout_includes_the_tls_handshake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        failure_of(make_transport(timeout=SHORT_TIMEOUT_S), build_request(url), TimeoutFailure)


def test_secrets_are_not_logged(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        for fault in ("echo", "truncated", "bad_chunk", "many_headers"):
            emulator.arm(fault, times=1)
            expect_failure(
                fetch_page(make_transport(), list_images_request(emulator, SdkHmacSha256(temporary_key(emulator))))
            )
    key = emulator.account.temporary
    text = caplog.text + "".join(capfd.readouterr())
    for secret in (key.access_key, key.secret_key, key.security_token or "-", "Signature="):
        assert secret not in text


def test_a_token_is_masked(emulator: Emulator) -> None:
    token = "MIIE-an-invalid-token"
    emulator.arm("echo")
    transport = make_transport()
    failure = failure_of(transport, list_images_request(emulator, TokenAuth(token)))
    assert token in (failure.error_msg or "")
    assert token not in str(transport.secrets.mask_all(failure.result()))


@pytest.mark.parametrize("fault", ["error", "reset", None])
def test_secrets_of_each_request_are_masked(emulator: Emulator, fault: str | None) -> None:
    if fault:
        emulator.arm(fault)
    transport = make_transport()
    try_send(transport, list_images_request(emulator, SdkHmacSha256(temporary_key(emulator))))
    send_and_close(transport, list_images_request(emulator, TokenAuth("the-token-itself")))
    signed, with_token = emulator.requests
    signature = signed.headers["authorization"].rpartition("Signature=")[2]
    for secret in (signature, signed.headers["x-security-token"], with_token.headers["x-auth-token"]):
        assert transport.secrets.mask(f"<{secret}>") == "<********>"


def test_requests_and_responses_are_printed_without_secrets() -> None:
    request = Request("X", "POST", "http://127.0.0.1/", headers={"X-Metadata-Token": "SHOWN"}, body=b"SHOWN")
    response = Response(request, 201, {"X-Subject-Token": "SHOWN"}, b"SHOWN", 1, None)
    assert "SHOWN" not in repr(request)
    assert "SHOWN" not in repr(response)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(emulator: Emulator, target: RawServer, status: int) -> None:
    emulator.arm("redirect", status=status, location=f"{target.url}/v2/p/images")
    response = response_of(make_transport(max_retries=RETRIES), list_images_request(emulator))
    assert response.status == status
    assert (target.connections, len(emulator.requests)) == (0, 1)


# Arbitrary responses


TOKEN = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1, max_size=10)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=20)
KNOWN = st.sampled_from(
    [
        ("Content-Encoding", "gzip"),
        ("Content-Encoding", "deflate, gzip"),
        ("Content-Encoding", "x"),
        ("Content-Length", "5"),
        ("Content-Length", "-1"),
        ("Content-Length", "٣"),
        ("Content-Length", "9" * 5000),
        ("Transfer-Encoding", "chunked"),
        ("Transfer-Encoding", "gzip"),
        ("Retry-After", "9" * 400),
        ("Retry-After", "Fri, 31 Dec 9999 23:59:59 -2359"),
        ("Retry-After", "Mon, 1 Jan 0001 00:00:00 +2359"),
        ("X-Request-Id", "ü"),
        ("Location", "http://127.0.0.1:1/"),
        ("Content-Type", "text/html; charset=utf-7"),
        ("Set-Cookie", "a=b; domain=.test"),
    ]
)


def to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


JSON_BODY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error_code", "error_msg", "errorCode", "code", "message", "error", "images", "id", "request_id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
BODY = st.binary(max_size=60) | JSON_BODY.map(to_json) | st.just(gzip.compress(b'{"images": []}'))


@pytest.fixture
def any_server() -> Iterator[RawServer]:
    with RawServer(b"") as server:
        yield server


@examples(150)
@given(
    status=st.integers(100, 599) | st.sampled_from([0, 99, 600, 999, 1000]),
    headers=st.lists(st.tuples(TOKEN, VALUE) | KNOWN, max_size=4),
    body=BODY,
    has_length=st.booleans(),
)
@example(401, [("Content-Encoding", "gzip")], b"x", True)
@example(500, [("Content-Length", "1"), ("Content-Length", "2")], b"xx", False)
@example(200, [("Transfer-Encoding", "chunked"), ("Content-Length", "5")], b"5\r\nhello\r\n0\r\n\r\n", False)
def test_any_response_is_a_response_or_one_failure(
    any_server: RawServer, status: int, headers: list[tuple[str, str]], body: bytes, has_length: bool
) -> None:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers), "Connection: close"]
    if has_length:
        lines.append(f"Content-Length: {len(body)}")
    any_server.responses[:] = [("\r\n".join([*lines, "", ""])).encode("utf-8") + body]
    before = len(any_server.received)
    result = fetch_page(make_transport(max_retries=1, timeout=TIMEOUT_S), build_request(any_server.url))
    sent = len(any_server.received) - before
    if isinstance(result, CloudError):
        assert result.error_type in ("api", "connection", "invalid_response")
        assert result.attempts == sent or result.attempts is None
        details = result.details()
        assert isinstance(result.message(), str)
        if result.error_type == "api":
            assert details["http_status"] >= 400
            assert details["error_code"] is None or isinstance(details["error_code"], str)
            assert details["error_msg"] is None or isinstance(details["error_msg"], str)
        if result.error_type == "invalid_response":
            assert details.get("http_status", status) == status
    else:
        response, document = result
        assert response.status == status == 200
        assert isinstance(document["images"], list)
    if 400 <= status < 500 and status not in (408, 429):
        assert sent == 1


@examples(100)
@given(data=st.binary(max_size=120))
@example(b"HTTP/1.1 200\r\n\r\n")
@example(b"HTTP/1.1 401 \r\nContent-Length: 10\r\n\r\nabc")
@example(b"HTTP/1.1 100 Continue\r\n\r\n")
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n")
def test_any_bytes_are_a_response_or_one_failure(any_server: RawServer, data: bytes) -> None:
    any_server.responses[:] = [data]
    result = fetch_page(make_transport(timeout=TIMEOUT_S), build_request(any_server.url))
    if isinstance(result, CloudError):
        assert result.error_type in ("api", "connection", "invalid_response")


class TestProbe:
    """A probe is one attempt, and returns a response with any status."""

    @pytest.mark.parametrize("status", [200, 401, 503])
    def test_any_status_is_a_response(self, status: int) -> None:
        with RawServer(http_response(status, b'{"error_code": "WKS.1"}', "Date: today")) as server:
            response = make_transport(max_retries=RETRIES).probe(build_request(server.url))
        assert (response.status, response.body) == (status, b'{"error_code": "WKS.1"}')
        assert response.headers["Date"] == "today"

    def test_a_request_without_a_response_fails(self) -> None:
        with pytest.raises(ConnectionFailure, match="connection refused"):
            make_transport(max_retries=RETRIES).probe(build_request("http://127.0.0.1:1"))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What networks and services do, over a real socket: each fault ends in success or in one failure of the right type."""

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
    RawServer,
    Time,
    answered,
    ask,
    chain,
    examples,
    failed,
    get,
    host_of,
    http,
    list_images,
    make_transport,
    permanent_key,
    send,
    temporary_key,
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
FOREVER = RETRIES + 1
BRIEF = 0.15
AMPLE = 0.6


@dataclass(frozen=True)
class Row:
    """A fault and what comes of it; without ``error_type``, a success."""

    fault: str
    error_type: str | None
    attempts: int
    parameters: dict[str, Any] = field(default_factory=dict)
    http_status: int | None = None
    error_code: str | None = None
    timeout: float = 5.0

    def __str__(self) -> str:
        return "-".join([self.fault, *(str(value)[:20] for value in self.parameters.values())])


def row(
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


def api(attempts: int, http_status: int, error_code: str | None, fault: str = "error", **parameters: object) -> Row:
    if fault == "error":
        parameters = {"status": http_status, **parameters}
    return Row(fault, "api", attempts, parameters, http_status, error_code)


def invalid(fault: str, http_status: int = 200, error_code: str | None = None, **parameters: object) -> Row:
    return Row(fault, "invalid_response", 1, parameters, http_status, error_code)


TABLE = [
    # the connection
    row("reset", "connection", FOREVER),
    row("reset", None, 2, times=1),
    row("reset_midway", "connection", FOREVER),
    row("reset_midway", None, 3, times=2),
    row("close_connection", "connection", FOREVER),
    row("close_connection", None, 2, times=1),
    row("truncated", "connection", FOREVER),
    row("truncated", None, 2, times=1),
    row("chunked", None, 1),
    row("cut_chunked", "connection", FOREVER),
    row("cut_chunked", None, 2, times=1),
    row("bad_chunk", "connection", FOREVER),
    row("bad_chunk", None, 2, times=1),
    row("without_length", None, 1),
    row("stall", "timeout", FOREVER, timeout=BRIEF),
    row("stall", None, 2, times=1, timeout=AMPLE),
    row("stall_midway", "timeout", FOREVER, timeout=BRIEF),
    row("stall_midway", None, 2, times=1, timeout=AMPLE),
    row("delay", None, 1, seconds=0.05),
    row("delay", "timeout", FOREVER, seconds=30, timeout=BRIEF),
    row("slow_headers", "timeout", FOREVER, interval=0.05, timeout=BRIEF),
    row("slow_headers", None, 2, interval=0.05, times=1, timeout=AMPLE),
    row("slow_headers", None, 1, interval=0.01, seconds=0.05),
    row("slow_body", "timeout", FOREVER, interval=0.05, timeout=BRIEF),
    row("slow_body", None, 2, interval=0.05, times=1, timeout=AMPLE),
    row("slow_body", None, 1, interval=0.01, seconds=0.05),
    *(
        fault
        for name in ("slow_chunk_extension", "endless_trailers", "endless_continue", "endless_gzip_members")
        for fault in (
            row(name, "timeout", FOREVER, interval=0.01, timeout=BRIEF),
            row(name, None, 1, interval=0.01, seconds=0.05),
        )
    ),
    row("many_headers", "connection", FOREVER),
    row("long_header", "connection", FOREVER),
    row("no_http", "connection", FOREVER),
    row("no_http", None, 2, times=1),
    invalid("huge"),
    invalid("huge", chunked=True),
    row("huge", None, 1, mebibytes=1),
    # refusals and errors, documented or not
    api(1, 400, "WKS.00211102"),
    api(1, 401, "WKS.00211302"),
    api(1, 403, "WKS.00081102"),
    api(1, 404, "WKS.00211902"),
    api(1, 405, "WKS.00000405"),
    api(1, 407, "WKS.00211401"),
    api(1, 409, "WKS.00211401"),
    api(1, 413, "APIGW.0201"),
    api(1, 415, "WKS.00000415"),
    api(1, 501, "WKS.00211401"),
    api(1, 505, "WKS.00211401"),
    api(FOREVER, 408, "APIGW.0201"),
    api(FOREVER, 429, "APIGW.0308"),
    api(FOREVER, 500, "WKS.00211401"),
    api(FOREVER, 502, "APIGW.0201"),
    api(FOREVER, 503, "WKS.00050902"),
    api(FOREVER, 504, "APIGW.0201"),
    *(row("error", None, 2, status=status, times=1) for status in (408, 429, 500, 502, 503, 504)),
    *(api(1, 500, code, code=code) for code in ("WKS.0202", "WKS.0915", "WKS.00211902")),
    api(1, 400, "WKS.0915", code="WKS.0915"),
    api(1, 403, "WKS.00211902", code="WKS.00211902"),
    *(api(1, 401, "APIGW.0301", code="APIGW.0301", shape=shape) for shape in ("gateway", "camel", "plain", "nested")),
    api(1, 401, "401", code="401", shape="nested"),
    api(1, 403, "WKS.00081102", "access_denied"),
    *(
        api(1, 401, "APIGW.0301", fault)
        for fault in ("bad_token", "bad_signature", "unknown_key", "locked_key", "clock_off", "echo")
    ),
    api(FOREVER, 429, "APIGW.0308", "throttled"),
    row("throttled", None, 2, times=1),
    # a known status counts, whatever becomes of the body
    api(1, 401, None, "html", status=401),
    api(FOREVER, 502, None, "html", status=502),
    row("html", None, 2, times=1, status=502),
    api(1, 403, None, "empty", status=403),
    api(FOREVER, 503, None, "empty", status=503),
    api(1, 400, None, "response", status=400, body="\udcff"),
    api(1, 400, None, "response", status=400, body='{"error_code": NaN}'),
    api(1, 400, None, "response", status=400, body="[" * 100_000),
    api(1, 400, None, "response", status=400, body=["error_code"]),
    api(1, 400, None, "response", status=400, body={"error_code": None, "error_msg": ""}),
    # responses that are not what was promised
    invalid("html", status=200),
    invalid("empty"),
    invalid("empty", http_status=204, status=204),
    invalid("error_in_200", error_code="WKS.00211401"),
    invalid("invalid_json"),
    invalid("invalid_utf8"),
    invalid("not_a_number"),
    invalid("not_a_number", literal="-Infinity"),
    invalid("nested"),
    invalid("long_number"),
    invalid("nested", depth=40_000),
    invalid("repeated_key"),
    invalid("repeated_key", key="unknown"),
    invalid("row_bomb"),
    *(invalid("row_bomb", rows=2_000_000, value=value) for value in ("[]", "1", '{"id":"1"}')),
    invalid("array"),
    invalid("no_images"),
    invalid("null_images"),
    invalid("row"),
    invalid("row", value=None),
    invalid("without_id"),
    invalid("field"),
    row("zipped", None, 1),
    invalid("broken_gzip"),
    invalid("not_gzip"),
    row("gzip_bomb", "invalid_response", 1, http_status=200, timeout=30.0),
    *(invalid("response", http_status=status, status=status, body="{}") for status in (201, 202, 206, 304)),
    invalid("response", body=None),
    invalid("response", body='{"images": [{"id": "1", "size": 1e999}]}'),
    invalid("response", body='{"images": [{"id": "\\ud800"}]}'),
    *(
        row("redirect", "invalid_response", 1, http_status=status, status=status, location="{target}")
        for status in (301, 302, 303, 307, 308)
    ),
]  # fmt: skip


@pytest.fixture
def target() -> Iterator[RawServer]:
    with RawServer(http(200, b'{"images": []}')) as server:
        yield server


def page(transport: Transport, call: Request) -> tuple[Response, Any] | CloudError:
    with contextlib.closing(transport):
        try:
            response = transport.send(call)
            return response, response.json(SCHEMA)
        except CloudError as failure:
            return failure


@pytest.mark.parametrize("fault", TABLE, ids=str)
def test_faults(emulator: Emulator, target: RawServer, fault: Row) -> None:
    parameters = {
        name: value.format(target=target.url) if name == "location" else value
        for name, value in fault.parameters.items()
    }
    emulator.arm(fault.fault, **parameters)
    time = Time()
    transport = make_transport(time, max_retries=RETRIES, timeout=fault.timeout)
    began = real_time.monotonic()
    result = page(transport, list_images(emulator, SdkHmacSha256(temporary_key(emulator))))

    assert real_time.monotonic() - began < TIMEOUT_S
    assert len(emulator.requests) == fault.attempts
    assert len(time.sleeps) == fault.attempts - 1
    assert target.connections == 0
    if fault.error_type is None:
        assert isinstance(result, tuple)
        response, document = result
        assert response.attempts == fault.attempts
        assert isinstance(document["images"], list)
        return
    failure = failed(result)
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
        texts += [failure.message(), str(failure.details()), *map(str, chain(failure)), *map(repr, chain(failure))]
    secrets.add(emulator.account.access_key)
    for text in texts[:1]:
        assert not any(secret in secrets.mask(text) for secret in hidden)
    for text in texts[1:]:
        assert not any(secret in text for secret in hidden)


def test_table_knows_every_fault() -> None:
    elsewhere = {"no_agency", "token_required", "no_token_step", "projects"}
    kinds = {name for name, kind in FAULTS.items() if kind.stage != "listing"}
    assert {fault.fault for fault in TABLE} == kinds - elsewhere


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
def test_faults_in_words(emulator: Emulator, fault: str, text: str) -> None:
    emulator.arm(fault)
    result = page(make_transport(), list_images(emulator))
    assert text in failed(result).message()


# A body that never comes whole does not hide a status that did


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        *((fault, 401) for fault in ("truncated", "reset_midway", "cut_chunked", "bad_chunk", "slow_body", "huge")),
        *(("stall_midway", status) for status in (400, 401, 403, 404)),
    ],
)
def test_refusal_with_a_broken_body_is_not_tried_again(emulator: Emulator, fault: str, status: int) -> None:
    emulator.arm("error", status=status)
    emulator.arm(fault)
    transport = make_transport(max_retries=RETRIES, timeout=BRIEF if fault in ("stall_midway", "slow_body") else 5)
    failure = failed(page(transport, list_images(emulator)))
    assert len(emulator.requests) == 1
    assert failure.http_status == status
    assert failure.is_authentication_failure == (status == 401)


@pytest.mark.parametrize("fault", ["broken_gzip", "not_gzip"])
@pytest.mark.parametrize(("status", "attempts"), [(401, 1), (404, 1), (503, FOREVER)])
def test_status_counts_where_the_packed_body_is_broken(fault: str, status: int, attempts: int) -> None:
    body = gzip.compress(b'{"error_code": "WKS.1"}')[:-12] if fault == "broken_gzip" else b"plain"
    with RawServer(http(status, body, "Content-Encoding: gzip")) as server:
        failure = failed(ask(make_transport(max_retries=RETRIES), get(server.url)))
    assert (failure.error_type, failure.http_status, failure.attempts) == ("api", status, attempts)


def test_length_beside_chunks_counts_for_nothing() -> None:
    response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 62\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    with RawServer(response) as server:
        assert answered(ask(make_transport(), get(server.url))).body == b"{}"


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n", 204),
        (b"HTTP/1.1 103 Early Hints\r\nContent-Length: 100\r\n\r\n", 103),
    ],
    ids=["304", "204", "103"],
)
def test_length_of_an_answer_that_has_no_body_counts_for_nothing(response: bytes, status: int) -> None:
    with RawServer(response) as server:
        failure = failed(page(make_transport(max_retries=RETRIES), get(server.url)), InvalidResponse)
    assert (failure.http_status, failure.attempts) == (status, 1)


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 14, 15\r\n\r\n" + b'{"images": []}',
        b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\nContent-Length: 15\r\n\r\n" + b'{"images": []}',
    ],
    ids=["list", "twice"],
)
def test_two_lengths_are_the_services_fault(response: bytes) -> None:
    with RawServer(response) as server:
        failure = failed(ask(make_transport(), get(server.url)))
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
    ids=["grows", "capped", "none", "asked", "asked-capped", "unreadable", "window", "longer-than-window", "seconds"],
)
def test_waits(emulator: Emulator, parameters: dict[str, Any], max_retry_delay: float, sleeps: list[float]) -> None:
    emulator.arm("error", **parameters)
    time = Time()
    failed(ask(make_transport(time, max_retries=4, max_retry_delay=max_retry_delay), list_images(emulator)), ApiError)
    assert [round(nap, 6) for nap in time.sleeps if nap > 0] == [nap for nap in sleeps if nap > 0]


@pytest.mark.parametrize(("seconds", "nap"), [(30, 30), (-30, 1), (4000, 60)], ids=["ahead", "past", "far"])
def test_waits_until_a_date(emulator: Emulator, seconds: int, nap: float) -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    emulator.arm(
        "error", status=503, retry_after=format_datetime(now + timedelta(seconds=seconds), usegmt=True), times=1
    )
    time = Time()
    answered(ask(make_transport(time, max_retries=1, clock=lambda: now), list_images(emulator)))
    assert time.sleeps == [nap]


def test_throttling_window_is_in_the_message(emulator: Emulator) -> None:
    emulator.arm("throttled", limit=10, window="30 second", times=1)
    time = Time()
    answered(ask(make_transport(time, max_retries=1), list_images(emulator)))
    assert time.sleeps == [30]


def test_dice_shorten_the_wait(emulator: Emulator) -> None:
    emulator.arm("error", status=503)
    time = Time()
    throws = iter([0.0, 0.5, 1.0])
    failed(ask(make_transport(time, max_retries=3, jitter=lambda: next(throws)), list_images(emulator)))
    assert time.sleeps == [0.5, 1.5, 4.0]


def test_throttling_slows_all_calls_of_a_transport(emulator: Emulator) -> None:
    emulator.arm("throttled", times=1)
    time = Time()
    others: list[Any] = []

    def sleep(seconds: float) -> None:
        if not time.sleeps:
            time.sleeps.append(seconds)
            other = threading.Thread(target=lambda: others.append(transport.send(list_images(emulator))))
            other.start()
            other.join(TIMEOUT_S)
        else:
            time.sleep(seconds)

    transport = make_transport(time, max_retries=1, sleep=sleep)
    answered(ask(transport, list_images(emulator)))
    assert time.sleeps == [60, 60]
    assert [record.status for record in emulator.requests] == [429, 200, 200]
    assert answered(others[0]).attempts == 1


@pytest.mark.parametrize("max_retries", [0, 1, 5])
def test_max_retries(emulator: Emulator, max_retries: int) -> None:
    emulator.arm("error", status=503)
    failure = failed(ask(make_transport(max_retries=max_retries), list_images(emulator)))
    assert failure.attempts == len(emulator.requests) == max_retries + 1


def test_closing_ends_the_wait(emulator: Emulator) -> None:
    emulator.arm("error", status=503, retry_after="300")
    transport = make_transport(max_retries=4, max_retry_delay=300, sleep=None, monotonic=real_time.monotonic)
    results: list[Any] = []
    waiting = threading.Thread(target=lambda: results.append(ask(transport, list_images(emulator))))
    waiting.start()
    began = real_time.monotonic()
    while not emulator.requests and real_time.monotonic() - began < TIMEOUT_S:
        real_time.sleep(0.01)
    transport.close()
    waiting.join(TIMEOUT_S)
    assert failed(results[0]).http_status == 503


def test_each_attempt_is_signed_anew(emulator: Emulator) -> None:
    emulator.arm("error", status=503, times=1)
    emulator.arm("reset", after=1, times=1)
    now = datetime.now(timezone.utc)
    times = iter([now, now + timedelta(seconds=60), now + timedelta(seconds=120)])
    auth = SdkHmacSha256(permanent_key(emulator), lambda: next(times))
    assert answered(ask(make_transport(max_retries=2), list_images(emulator, auth))).status == 200
    assert len({record.headers["x-sdk-date"] for record in emulator.requests}) == 3
    assert len({record.headers["authorization"] for record in emulator.requests}) == 3


def test_nothing_below_sends_again(emulator: Emulator) -> None:
    emulator.arm("close_connection")
    transport = make_transport()
    for _call in range(3):
        failed(send(transport, list_images(emulator)))
    transport.close()
    assert len(emulator.requests) == 3


@pytest.mark.parametrize("status", [503, 429])
def test_nothing_is_sent_after_the_end(emulator: Emulator, status: int) -> None:
    emulator.arm("error", status=status)
    transport = make_transport(max_retries=4, sleep=lambda _seconds: transport.close())
    failure = failed(send(transport, list_images(emulator)))
    assert (failure.http_status, failure.attempts, len(emulator.requests)) == (status, 1, 1)
    assert "the transport is closed" in failed(send(transport, list_images(emulator))).message()
    assert len(emulator.requests) == 1


def test_connections_are_kept_alive(emulator: Emulator) -> None:
    transport = make_transport()
    for _call in range(5):
        answered(send(transport, list_images(emulator)))
    transport.close()
    assert len({record.connection for record in emulator.requests}) == 1


def test_request_names_the_collection(emulator: Emulator) -> None:
    answered(ask(make_transport(), list_images(emulator)))
    (record,) = emulator.requests
    assert record.headers["user-agent"] == f"ansible-huaweicloud.workspace/{VERSION}"
    assert record.headers["accept-encoding"] == "gzip"
    assert record.headers["content-type"] == "application/json"


# Responses and failures in detail


def test_request_id_of_the_header_comes_before_the_bodys() -> None:
    body = b'{"error_code": "C", "error_msg": "M", "request_id": "of-the-body"}'
    for headers, expected in [
        (["X-Request-Id: of-the-header"], "of-the-header"),
        (["X-IAM-Trace-Id: of-iam"], "of-iam"),
        ([], "of-the-body"),
    ]:
        with RawServer(http(400, body, *headers)) as server:
            failure = failed(ask(make_transport(), get(server.url)), ApiError)
        assert failure.request_id == expected
        assert f"request id {expected}" in failure.message()


def test_encoded_reason_is_kept(emulator: Emulator) -> None:
    emulator.arm("access_denied")
    failure = failed(ask(make_transport(), list_images(emulator)), ApiError)
    assert (failure.details()["encoded_authorization_message"] or "").startswith("emulator-encoded-message.")


def test_violation_carries_what_the_body_says(emulator: Emulator) -> None:
    emulator.arm("error_in_200", code="WKS.1", message="it broke")
    details = failed(page(make_transport(), list_images(emulator)), InvalidResponse).details()
    assert (details["error_code"], details["error_msg"], details["http_status"]) == ("WKS.1", "it broke", 200)
    assert len(details["request_id"]) == 32


def test_another_success_is_not_the_one_promised() -> None:
    with RawServer(http(202, b"{}")) as server:
        response = answered(ask(make_transport(), get(server.url)))
    with pytest.raises(InvalidResponse, match="HTTP 202"):
        response.json(voluptuous.Schema({}))
    assert response.json(voluptuous.Schema({}), status=202) == {}


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://localhost:{port}", "http://[::1]:{port}"])
def test_nobody_listens(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    time = Time()
    failure = failed(ask(make_transport(time, max_retries=RETRIES), get(address.format(port=port))), ConnectionFailure)
    assert failure.attempts == FOREVER
    assert "refused" in failure.message() or "ssign requested address" in failure.message()


def test_name_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_unused: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    failure = failed(ask(make_transport(max_retries=RETRIES), get("http://no.such.host.test/")), ConnectionFailure)
    assert failure.attempts == FOREVER
    assert "Name or service not known" in failure.message()


def test_slow_lookup_of_a_name_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def lookup(*_unused: object, **_options: object) -> None:
        released.wait(TIMEOUT_S)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    began = real_time.monotonic()
    failure = failed(ask(make_transport(timeout=BRIEF, max_retries=1), get("http://slow.test/")), TimeoutFailure)
    released.set()
    assert real_time.monotonic() - began < TIMEOUT_S / 2
    assert failure.attempts == 2


def test_time_out_bounds_the_whole_not_each_byte(emulator: Emulator) -> None:
    emulator.arm("slow_body", interval=0.02)
    began = real_time.monotonic()
    failed(ask(make_transport(timeout=BRIEF), list_images(emulator)), TimeoutFailure)
    assert real_time.monotonic() - began < TIMEOUT_S / 2


def test_time_out_bounds_a_handshake_that_stalls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        failed(ask(make_transport(timeout=BRIEF), get(url)), TimeoutFailure)


def test_failures_leave_no_log(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        for fault in ("echo", "truncated", "bad_chunk", "many_headers"):
            emulator.arm(fault, times=1)
            failed(page(make_transport(), list_images(emulator, SdkHmacSha256(temporary_key(emulator)))))
    key = emulator.account.temporary
    text = caplog.text + "".join(capfd.readouterr())
    for secret in (key.access_key, key.secret_key, key.security_token or "-", "Signature="):
        assert secret not in text


def test_token_is_masked(emulator: Emulator) -> None:
    token = "MIIE-some-token-that-nobody-issued"
    emulator.arm("echo")
    transport = make_transport()
    failure = failed(ask(transport, list_images(emulator, TokenAuth(token))))
    assert token in (failure.error_msg or "")
    assert token not in str(transport.secrets.mask_all(failure.result()))


@pytest.mark.parametrize("fault", ["error", "reset", None])
def test_what_a_request_carries_is_masked_wherever_it_is_quoted(emulator: Emulator, fault: str | None) -> None:
    if fault:
        emulator.arm(fault)
    transport = make_transport()
    send(transport, list_images(emulator, SdkHmacSha256(temporary_key(emulator))))
    ask(transport, list_images(emulator, TokenAuth("the-token-itself")))
    signed, with_token = emulator.requests
    signature = signed.headers["authorization"].rpartition("Signature=")[2]
    for secret in (signature, signed.headers["x-security-token"], with_token.headers["x-auth-token"]):
        assert transport.secrets.mask(f"<{secret}>") == "<********>"


def test_calls_and_answers_are_printed_without_secrets() -> None:
    call = Request("X", "POST", "http://127.0.0.1/", headers={"X-Metadata-Token": "SHOWN"}, body=b"SHOWN")
    response = Response(call, 201, {"X-Subject-Token": "SHOWN"}, b"SHOWN")
    assert "SHOWN" not in repr(call)
    assert "SHOWN" not in repr(response)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_never_followed(emulator: Emulator, target: RawServer, status: int) -> None:
    emulator.arm("redirect", status=status, location=f"{target.url}/v2/p/images")
    response = answered(ask(make_transport(max_retries=RETRIES), list_images(emulator)))
    assert response.status == status
    assert (target.connections, len(emulator.requests)) == (0, 1)


# Whatever comes


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
    honest=st.booleans(),
)
@example(401, [("Content-Encoding", "gzip")], b"x", True)
@example(500, [("Content-Length", "1"), ("Content-Length", "2")], b"xx", False)
@example(200, [("Transfer-Encoding", "chunked"), ("Content-Length", "5")], b"5\r\nhello\r\n0\r\n\r\n", False)
def test_any_answer_is_an_answer_or_one_failure(
    any_server: RawServer, status: int, headers: list[tuple[str, str]], body: bytes, honest: bool
) -> None:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers), "Connection: close"]
    if honest:
        lines.append(f"Content-Length: {len(body)}")
    any_server.responses[:] = [("\r\n".join([*lines, "", ""])).encode("utf-8") + body]
    before = len(any_server.received)
    result = page(make_transport(max_retries=1, timeout=TIMEOUT_S), get(any_server.url))
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
def test_any_bytes_are_an_answer_or_one_failure(any_server: RawServer, data: bytes) -> None:
    any_server.responses[:] = [data]
    result = page(make_transport(timeout=TIMEOUT_S), get(any_server.url))
    if isinstance(result, CloudError):
        assert result.error_type in ("api", "connection", "invalid_response")


class TestProbe:
    """One attempt whose response counts whatever its status is."""

    @pytest.mark.parametrize("status", [200, 401, 503])
    def test_any_status_is_a_response(self, status: int) -> None:
        with RawServer(http(status, b'{"error_code": "WKS.1"}', "Date: today")) as server:
            response = make_transport(max_retries=RETRIES).probe(get(server.url))
        assert (response.status, response.body) == (status, b'{"error_code": "WKS.1"}')
        assert response.headers["Date"] == "today"

    def test_without_a_response_it_fails(self) -> None:
        with pytest.raises(ConnectionFailure, match="connection refused"):
            make_transport(max_retries=RETRIES).probe(get("http://127.0.0.1:1"))

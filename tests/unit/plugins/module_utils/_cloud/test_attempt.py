# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt: limits of the body in bytes, in values and in time."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
import voluptuous
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import adapter, attempt, strict_json
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import InvalidResponse, TimeoutFailure
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.messages import Response, list_of
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    TIMEOUT_S,
    FakeClock,
    RawServer,
    build_request,
    examples,
    failure_of,
    http_response,
    make_transport,
    response_of,
    send_and_close,
)

ANYTHING = voluptuous.Schema(object)

# The size of the body


@contextlib.contextmanager
def assert_memory_below(mebibytes: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < mebibytes * 2**20


def response_with(body: bytes) -> Response:
    return Response(build_request("http://host.test"), 200, {}, body, 1, None)


def compress_blanks(mebibytes: int) -> bytes:
    member = gzip.compress(b" " * 2**24, compresslevel=1)
    return member * (mebibytes // 16)


def test_reading_an_endless_body_stops_at_the_limit() -> None:
    sent: list[int] = []

    def respond(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        block = b" " * 2**20
        while len(sent) < 1024:
            connection.sendall(block)
            sent.append(len(block))

    with RawServer(respond) as server, assert_memory_below(160):
        failure = failure_of(make_transport(timeout=TIMEOUT_S), build_request(server.url), InvalidResponse)
    assert failure.http_status == 200
    assert 64 <= len(sent) < 128


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_small_body_that_decompresses_to_a_large_one_is_rejected(coding: str) -> None:
    if coding == "gzip":
        body = compress_blanks(1024)
    else:
        compressor = zlib.compressobj(1)
        body = b"".join([*(compressor.compress(b" " * 2**20) for _block in range(256)), compressor.flush()])
    assert len(body) < 2**23
    with RawServer(http_response(200, body, f"Content-Encoding: {coding}")) as server, assert_memory_below(220):
        failure_of(make_transport(timeout=TIMEOUT_S), build_request(server.url), InvalidResponse)


def test_a_body_that_is_compressed_twice_is_rejected() -> None:
    body = gzip.compress(compress_blanks(512))
    with RawServer(http_response(200, body, "Content-Encoding: gzip, gzip")) as server, assert_memory_below(220):
        failure_of(make_transport(timeout=TIMEOUT_S), build_request(server.url), InvalidResponse)


@pytest.mark.parametrize("excess", [0, 1], ids=["just-fits", "one-byte-more"])
def test_the_limit_is_exact(monkeypatch: pytest.MonkeyPatch, excess: int) -> None:
    monkeypatch.setattr(attempt, "MAX_BODY", 100_000)
    with RawServer(http_response(200, b" " * (100_000 + excess))) as server:
        result = send_and_close(make_transport(), build_request(server.url))
    assert isinstance(result, InvalidResponse if excess else Response)


def test_the_limits_are_64_mebibytes_and_16_of_wide_text() -> None:
    assert attempt.MAX_BODY == 64 * 2**20
    assert strict_json.MAX_WIDE == 16 * 2**20


@pytest.mark.parametrize("lines", [b"X-Filler: x\r\n", b"\r\nHTTP/1.1 100 Continue\r\n"], ids=["headers", "continue"])
def test_reading_endless_headers_stops_at_the_limit(lines: bytes) -> None:
    sent: list[int] = []

    def respond(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n")
        while len(sent) < 1024:
            connection.sendall(lines * 1024)
            sent.append(len(lines) * 1024)

    with RawServer(respond) as server, assert_memory_below(30):
        failure = failure_of(make_transport(timeout=TIMEOUT_S), build_request(server.url))
    assert failure.error_type == "connection"
    assert "the headers of the response are too long" in failure.message()
    assert sum(sent) < 16 * adapter.MAX_LINES


@pytest.mark.parametrize("start", [b"1;x=", b"2\r\n{}\r\n0\r\nX: "], ids=["chunk extension", "trailer"])
def test_reading_an_endless_line_of_a_chunked_body_stops_at_the_limit(start: bytes) -> None:
    sent: list[int] = []

    def respond(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + start)
        while len(sent) < 1024:
            connection.sendall(b"x" * 2**20)
            sent.append(2**20)

    with RawServer(respond) as server, assert_memory_below(30):
        failure = failure_of(make_transport(timeout=TIMEOUT_S), build_request(server.url))
    assert failure.error_type == "connection"
    assert sum(sent) < 16 * adapter.MAX_LINES


# The parsed body


def build_page(rows: bytes, number: int) -> bytes:
    return b'{"images":[' + (rows + b",") * (number - 1) + rows + b"]}"


@pytest.mark.parametrize(
    ("rows", "number", "reason"),
    [
        (b"{}", 20_000_000, "more than 6000 objects"),
        (b"[]", 20_000_000, "more than 90000 values"),
        (b"0", 30_000_000, "more than 90000 values"),
        (b'{"id":"1"}', 5_000_000, "more than 6000 objects"),
        (b'{"a":{"a":{"a":{}}}}', 3_000_000, "more than 6000 objects"),
        (b'"\\ud800"', 1_500_000, "more than 90000 values"),
        (b"[" * 500 + b"]" * 500, 60_000, "more than 90000 values"),
    ],
    ids=["objects", "lists", "numbers", "images", "nested", "strings", "deep"],
)
def test_a_small_body_with_many_values_is_rejected(rows: bytes, number: int, reason: str) -> None:
    body = gzip.compress(build_page(rows, number), compresslevel=1)
    with RawServer(http_response(200, body, "Content-Encoding: gzip")) as server, assert_memory_below(160):
        response = response_of(make_transport(timeout=TIMEOUT_S), build_request(server.url))
        with pytest.raises(InvalidResponse, match=f"^unexpected response: the JSON contains {reason}$"):
            response.json(ANYTHING)


@pytest.mark.parametrize("wide", ["é", "\N{GRINNING FACE}", "\\ud83d\\ude00"], ids=ascii)
def test_the_size_of_wide_text_is_limited(wide: str) -> None:
    body = b'{"images":[],"x":"' + b"a" * (17 * 2**20) + wide.encode() + b'"}'
    with assert_memory_below(20), pytest.raises(InvalidResponse, match="the JSON is larger than 16 MiB"):
        response_with(body).json(ANYTHING)


def test_a_few_more_images_than_the_api_lists_are_read() -> None:
    image = {f"field{number}": "Windows Server 2019" for number in range(15)}
    body = json.dumps({"images": [image] * 5100}).encode()
    assert len(response_with(body).json(ANYTHING)["images"]) == 5100


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"images": [], "images": [1]}', "the JSON contains an object with a repeated key"),
        (b'{"images": [{"id": "1", "\\u0069d": "2"}]}', "the JSON contains an object with a repeated key"),
        (b'{"images": ' + b"9" * 33 + b"}", "the JSON contains a number that is too long"),
        (b'{"images": -' + b"9" * 10**6 + b"}", "the JSON contains a number that is too long"),
        (b'{"images": 1e400}', "the JSON contains NaN or Infinity, which JSON does not allow"),
        (b'{"images": ' + b"[" * 40_000 + b"]" * 40_000 + b"}", "the JSON is nested too deeply"),
    ],
    ids=["key", "escaped key", "number", "long number", "infinite", "deep"],
)
def test_unusable_json_is_rejected(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        response_with(body).json(ANYTHING)
    assert caught.value.reason == f"unexpected response: {reason}"


def test_validation_of_a_list_stops_at_the_first_invalid_item() -> None:
    checked: list[object] = []

    def check(value: object) -> object:
        checked.append(value)
        return voluptuous.Schema({"id": str})(value)

    schema = voluptuous.Schema({"images": list_of(check)})
    response = response_with(build_page(b'{"id": 1}', 5000))
    with pytest.raises(InvalidResponse, match=r"^unexpected response: images\[0\]\.id: expected str$"):
        response.json(schema)
    assert len(checked) == 1
    assert schema({"images": [{"id": "1"}]}) == {"images": [{"id": "1"}]}
    with pytest.raises(voluptuous.Invalid, match="expected a list"):
        schema({"images": {}})


JSON_TEXT = st.text('[]{}":,0123456789.eE+-nulltrefasNI\\ud ', max_size=60)


@examples(300)
@given(body=st.binary(max_size=80) | JSON_TEXT.map(str.encode))
@example(b'{"a":1,"a":2}')
@example(b"\xef\xbb\xbf")
@example(b'"\\ud800"')
@example(b"-")
@example(b"1e9999999999")
def test_any_body_is_parsed_or_rejected(body: bytes) -> None:
    response = response_with(body)
    failure: InvalidResponse | None = None
    try:
        response.json(ANYTHING)
    except InvalidResponse as error:
        failure = error
    assert failure is None or failure.message().startswith("ListImages failed: unexpected response: ")


@examples(60)
@given(unit=JSON_TEXT.map(str.encode) | st.binary(min_size=1, max_size=12), number=st.integers(1, 400_000))
def test_any_repetition_needs_limited_memory(unit: bytes, number: int) -> None:
    response = response_with(b'{"images":[' + unit * min(number, 2**20 // (len(unit) + 1)))
    with assert_memory_below(40), contextlib.suppress(InvalidResponse):
        response.json(ANYTHING)


# Time


def test_validation_counts_toward_the_timeout() -> None:
    clock = FakeClock()

    def check(value: object) -> object:
        clock.sleep(31)
        return value

    with RawServer(http_response(200, b"{}")) as server:
        response = response_of(make_transport(clock, timeout=30), build_request(server.url))
        with pytest.raises(TimeoutFailure, match=r"^no complete response within 30 seconds$") as caught:
            response.json(check)
    assert caught.value.attempts == 1


def test_parsing_counts_toward_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    monkeypatch.setattr(strict_json, "_check_size", lambda _body: clock.sleep(31))
    with RawServer(http_response(200, b"{}")) as server:
        response = response_of(make_transport(clock, timeout=30), build_request(server.url))
        with pytest.raises(TimeoutFailure):
            response.json(lambda _document: pytest.fail("validated after the timeout"))

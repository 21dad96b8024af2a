# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transport faults: each sends the response incorrectly, slowly or not at all."""

from __future__ import annotations

import gzip

from ..messages import Response
from ..response_writer import ResponseWriter
from .table import transport_fault


@transport_fault
def reset(writer: ResponseWriter, response: Response) -> None:
    """The connection is reset before the response."""
    writer.reset()


@transport_fault
def reset_midway(writer: ResponseWriter, response: Response) -> None:
    """The connection is reset after half of the body."""
    writer.send(writer.head(response, length=len(response.body)) + response.body[: len(response.body) // 2])
    # Let the client receive the data: a reset may discard what is in transit.
    writer.pause(0.05)
    writer.reset()


@transport_fault
def close_connection(writer: ResponseWriter, response: Response) -> None:
    """The connection is closed without a response."""
    writer.close_after_response()


@transport_fault
def truncated(writer: ResponseWriter, response: Response, *, missing: int = 10) -> None:
    """The body ends this number of bytes before its Content-Length."""
    writer.close_after_response()
    writer.send(
        writer.head(response, length=len(response.body)) + response.body[: max(0, len(response.body) - missing)]
    )


@transport_fault
def chunked(writer: ResponseWriter, response: Response, *, size: int = 1000) -> None:
    """The correct response in chunks: valid."""
    writer.send(writer.head(response, length=None, Transfer_Encoding="chunked"))
    writer.send_chunks(response.body[start : start + size] for start in range(0, len(response.body), size))
    writer.send(b"0\r\n\r\n")


@transport_fault
def cut_chunked(writer: ResponseWriter, response: Response) -> None:
    """A chunked body without its end."""
    writer.close_after_response()
    writer.send(writer.head(response, length=None, Transfer_Encoding="chunked"))
    half = len(response.body) // 2
    writer.send_chunks([response.body[:half]])
    writer.send(b"%x\r\n%s" % (len(response.body) - half, response.body[half:-1]))


@transport_fault
def bad_chunk(writer: ResponseWriter, response: Response) -> None:
    """A chunked body with an invalid chunk length."""
    writer.close_after_response()
    writer.send(writer.head(response, length=None, Transfer_Encoding="chunked") + b"not-hex\r\n" + response.body)


@transport_fault
def without_length(writer: ResponseWriter, response: Response) -> None:
    """The body ends when the connection closes, as in HTTP/1.0: valid."""
    writer.close_after_response()
    writer.send(writer.head(response, length=None) + response.body)


@transport_fault
def stall(writer: ResponseWriter, response: Response, *, seconds: float = 60.0) -> None:
    """No response for this time, then the connection is closed."""
    writer.close_after_response()
    writer.pause(seconds)


@transport_fault
def stall_midway(writer: ResponseWriter, response: Response, *, seconds: float = 60.0) -> None:
    """Half of the body, then no data for this time, then the connection is closed."""
    writer.close_after_response()
    writer.send(writer.head(response, length=len(response.body)) + response.body[: len(response.body) // 2])
    writer.pause(seconds)


@transport_fault
def delay(writer: ResponseWriter, response: Response, *, seconds: float = 1.0) -> None:
    """The correct response, delayed by this time."""
    writer.pause(seconds)
    writer.send_response(response)


@transport_fault
def slow_headers(writer: ResponseWriter, response: Response, *, interval: float = 0.2, seconds: float = 60.0) -> None:
    """The headers arrive byte by byte at an interval for this number of seconds, then the rest at once."""
    writer.send_slowly(writer.head(response, length=len(response.body)), interval, seconds)
    writer.send(response.body)


@transport_fault
def slow_body(writer: ResponseWriter, response: Response, *, interval: float = 0.2, seconds: float = 60.0) -> None:
    """The body arrives byte by byte at an interval for this number of seconds, then the rest at once."""
    writer.send(writer.head(response, length=len(response.body)))
    writer.send_slowly(response.body, interval, seconds)


@transport_fault
def slow_chunk_extension(
    writer: ResponseWriter, response: Response, *, interval: float = 0.02, seconds: float = 60.0
) -> None:
    """The first chunk's extension arrives byte by byte at an interval for this number of seconds, then the body."""
    writer.send(writer.head(response, length=None, Transfer_Encoding="chunked") + b"%x;extension=" % len(response.body))
    writer.repeat(b"x", interval, seconds)
    writer.send(b"\r\n" + response.body + b"\r\n0\r\n\r\n")


@transport_fault
def endless_trailers(
    writer: ResponseWriter, response: Response, *, interval: float = 0.02, seconds: float = 60.0
) -> None:
    """After a chunked body, trailers arrive at an interval for this number of seconds."""
    writer.send(writer.head(response, length=None, Transfer_Encoding="chunked"))
    writer.send_chunks([response.body])
    writer.send(b"0\r\n")
    writer.repeat(b"X-Trailer: x\r\n", interval, seconds)
    writer.send(b"\r\n")


@transport_fault
def endless_continue(
    writer: ResponseWriter, response: Response, *, interval: float = 0.02, seconds: float = 60.0
) -> None:
    """``100 Continue`` is repeated at an interval for this number of seconds, then the correct response follows."""
    writer.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", interval, seconds)
    writer.send_response(response)


@transport_fault
def endless_gzip_members(
    writer: ResponseWriter, response: Response, *, interval: float = 0.02, seconds: float = 60.0
) -> None:
    """Empty gzip members arrive at an interval for this number of seconds, then the compressed body."""
    writer.close_after_response()
    writer.send(writer.head(response, length=None, Content_Encoding="gzip"))
    writer.repeat(gzip.compress(b"", mtime=0), interval, seconds)
    writer.send(gzip.compress(response.body))


@transport_fault
def huge(writer: ResponseWriter, response: Response, *, mebibytes: int = 65, chunked: bool = False) -> None:
    """A valid page of this number of MiB."""
    start, block, end = b'{"images":[],"total_count":0,"padding":"', b" " * 2**20, b'"}'
    if chunked:
        writer.send(writer.head(response, length=None, Transfer_Encoding="chunked"))
        writer.send_chunks([start, *[block] * mebibytes, end])
        writer.send(b"0\r\n\r\n")
        return
    writer.send(writer.head(response, length=len(start) + mebibytes * len(block) + len(end)) + start)
    for _count in range(mebibytes):
        writer.send(block)
    writer.send(end)


@transport_fault
def many_headers(writer: ResponseWriter, response: Response, *, count: int = 1000) -> None:
    """More headers than clients accept."""
    writer.close_after_response()
    headers = {f"X_Emulator_{number}": "x" for number in range(count)}
    writer.send(writer.head(response, length=len(response.body), **headers) + response.body)


@transport_fault
def long_header(writer: ResponseWriter, response: Response, *, length: int = 200_000) -> None:
    """A header with more bytes than clients accept."""
    writer.close_after_response()
    writer.send(writer.head(response, length=len(response.body), X_Emulator="x" * length) + response.body)


@transport_fault
def no_http(writer: ResponseWriter, response: Response, *, text: str = "SSH-2.0-OpenSSH_9.2p1") -> None:
    """A response that is not HTTP."""
    writer.close_after_response()
    writer.send(text.encode() + b"\r\n")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the connection. Each writes the answer in its own way, or does not."""

from __future__ import annotations

import gzip

from ..messages import Answer
from ..wire import Wire
from .table import wire_fault


@wire_fault
def reset(wire: Wire, answer: Answer) -> None:
    """The connection is reset before the answer."""
    wire.reset()


@wire_fault
def reset_midway(wire: Wire, answer: Answer) -> None:
    """The connection is reset after half of the body."""
    wire.send(wire.head(answer, length=len(answer.body)) + answer.body[: len(answer.body) // 2])
    # A reset overtakes what was sent before it.
    wire.pause(0.05)
    wire.reset()


@wire_fault
def hang_up(wire: Wire, answer: Answer) -> None:
    """The connection is closed in good order, without an answer."""
    wire.end()


@wire_fault
def truncated(wire: Wire, answer: Answer, *, missing: int = 10) -> None:
    """The body ends so many bytes before its Content-Length."""
    wire.end()
    wire.send(wire.head(answer, length=len(answer.body)) + answer.body[: max(0, len(answer.body) - missing)])


@wire_fault
def chunked(wire: Wire, answer: Answer, *, size: int = 1000) -> None:
    """The honest answer in chunks: no fault."""
    wire.send(wire.head(answer, length=None, Transfer_Encoding="chunked"))
    wire.send_chunks(answer.body[start : start + size] for start in range(0, len(answer.body), size))
    wire.send(b"0\r\n\r\n")


@wire_fault
def cut_chunked(wire: Wire, answer: Answer) -> None:
    """A chunked body without its end."""
    wire.end()
    wire.send(wire.head(answer, length=None, Transfer_Encoding="chunked"))
    half = len(answer.body) // 2
    wire.send_chunks([answer.body[:half]])
    wire.send(b"%x\r\n%s" % (len(answer.body) - half, answer.body[half:-1]))


@wire_fault
def bad_chunk(wire: Wire, answer: Answer) -> None:
    """A chunked body with a length that is no number."""
    wire.end()
    wire.send(wire.head(answer, length=None, Transfer_Encoding="chunked") + b"not-hex\r\n" + answer.body)


@wire_fault
def without_length(wire: Wire, answer: Answer) -> None:
    """The body ends where the connection does: no fault, but old."""
    wire.end()
    wire.send(wire.head(answer, length=None) + answer.body)


@wire_fault
def stall(wire: Wire, answer: Answer, *, seconds: float = 60.0) -> None:
    """Nothing comes for so long, then the connection is closed."""
    wire.end()
    wire.pause(seconds)


@wire_fault
def stall_midway(wire: Wire, answer: Answer, *, seconds: float = 60.0) -> None:
    """Half of the body comes, then nothing for so long, then the connection is closed."""
    wire.end()
    wire.send(wire.head(answer, length=len(answer.body)) + answer.body[: len(answer.body) // 2])
    wire.pause(seconds)


@wire_fault
def delay(wire: Wire, answer: Answer, *, seconds: float = 1.0) -> None:
    """The honest answer, so much later."""
    wire.pause(seconds)
    wire.send_whole(answer)


@wire_fault
def slow_headers(wire: Wire, answer: Answer, *, interval: float = 0.2, seconds: float = 60.0) -> None:
    """The headers come byte by byte, an interval apart; after so many seconds the rest comes at once."""
    wire.drip(wire.head(answer, length=len(answer.body)), interval, seconds)
    wire.send(answer.body)


@wire_fault
def slow_body(wire: Wire, answer: Answer, *, interval: float = 0.2, seconds: float = 60.0) -> None:
    """The body comes byte by byte, an interval apart; after so many seconds the rest comes at once."""
    wire.send(wire.head(answer, length=len(answer.body)))
    wire.drip(answer.body, interval, seconds)


@wire_fault
def slow_chunk_extension(wire: Wire, answer: Answer, *, interval: float = 0.02, seconds: float = 60.0) -> None:
    """The extension of the first chunk comes byte by byte, an interval apart, for so many seconds; then the body."""
    wire.send(wire.head(answer, length=None, Transfer_Encoding="chunked") + b"%x;extension=" % len(answer.body))
    wire.repeat(b"x", interval, seconds)
    wire.send(b"\r\n" + answer.body + b"\r\n0\r\n\r\n")


@wire_fault
def endless_trailers(wire: Wire, answer: Answer, *, interval: float = 0.02, seconds: float = 60.0) -> None:
    """After a chunked body trailers come, an interval apart, for so many seconds."""
    wire.send(wire.head(answer, length=None, Transfer_Encoding="chunked"))
    wire.send_chunks([answer.body])
    wire.send(b"0\r\n")
    wire.repeat(b"X-Trailer: x\r\n", interval, seconds)
    wire.send(b"\r\n")


@wire_fault
def endless_continue(wire: Wire, answer: Answer, *, interval: float = 0.02, seconds: float = 60.0) -> None:
    """``100 Continue`` comes again and again, an interval apart, for so many seconds; then the honest answer."""
    wire.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", interval, seconds)
    wire.send_whole(answer)


@wire_fault
def endless_gzip_members(wire: Wire, answer: Answer, *, interval: float = 0.02, seconds: float = 60.0) -> None:
    """Empty gzip members come, an interval apart, for so many seconds; then the body, with gzip too."""
    wire.end()
    wire.send(wire.head(answer, length=None, Content_Encoding="gzip"))
    wire.repeat(gzip.compress(b"", mtime=0), interval, seconds)
    wire.send(gzip.compress(answer.body))


@wire_fault
def huge(wire: Wire, answer: Answer, *, mebibytes: int = 65, chunked: bool = False) -> None:
    """A well-formed page of so many MiB, never whole in memory here."""
    start, block, end = b'{"images":[],"total_count":0,"padding":"', b" " * 2**20, b'"}'
    if chunked:
        wire.send(wire.head(answer, length=None, Transfer_Encoding="chunked"))
        wire.send_chunks([start, *[block] * mebibytes, end])
        wire.send(b"0\r\n\r\n")
        return
    wire.send(wire.head(answer, length=len(start) + mebibytes * len(block) + len(end)) + start)
    for _count in range(mebibytes):
        wire.send(block)
    wire.send(end)


@wire_fault
def many_headers(wire: Wire, answer: Answer, *, count: int = 1000) -> None:
    """More headers than clients take."""
    wire.end()
    more = {f"X_Emulator_{number}": "x" for number in range(count)}
    wire.send(wire.head(answer, length=len(answer.body), **more) + answer.body)


@wire_fault
def long_header(wire: Wire, answer: Answer, *, length: int = 200_000) -> None:
    """A header of more bytes than clients take."""
    wire.end()
    wire.send(wire.head(answer, length=len(answer.body), X_Emulator="x" * length) + answer.body)


@wire_fault
def no_http(wire: Wire, answer: Answer, *, text: str = "SSH-2.0-OpenSSH_9.2p1") -> None:
    """Something that is not HTTP."""
    wire.end()
    wire.send(text.encode() + b"\r\n")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends responses as bytes, also incorrectly or slowly for the transport faults."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus

from .messages import Response

_NO_BODY = frozenset({204, 304})


class ClosedError(Exception):
    """Raised during a pause if the emulator stops."""


class ResponseWriter:
    """The connection for one response."""

    def __init__(self, connection: socket.socket, closing: threading.Event, *, without_body: bool = False) -> None:
        self._connection = connection
        self._closing = closing
        self._without_body = without_body
        self.must_close = False

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(data)

    def send_response(self, response: Response) -> None:
        """Send a complete response."""
        body = b"" if self._without_body or response.status in _NO_BODY else response.body
        length = None if response.status in _NO_BODY else len(response.body)
        self.send(self.head(response, length=length) + body)

    def head(self, response: Response, *, length: int | None, **more: str) -> bytes:
        """Return the status line, the headers and the empty line; without Content-Length if ``length`` is None."""
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Unknown"
        headers = {"Date": formatdate(usegmt=True), "Server": "api-gateway", **response.headers}
        headers.update({name.replace("_", "-"): value for name, value in more.items()})
        if length is not None:
            headers["Content-Length"] = str(length)
        if self.must_close:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {response.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")

    def send_slowly(self, data: bytes, interval: float, seconds: float) -> None:
        """Send byte by byte with a pause of ``interval`` seconds, for at most ``seconds``, then the rest at once."""
        count = min(len(data), int(seconds / interval)) if interval > 0 else 0
        for position in range(count):
            self.send(data[position : position + 1])
            self.pause(interval)
        self.send(data[count:])

    def repeat(self, data: bytes, interval: float, seconds: float) -> None:
        """Send the same bytes every ``interval`` seconds, for ``seconds``."""
        for _count in range(int(seconds / interval)):
            self.send(data)
            self.pause(interval)

    def send_chunks(self, chunks: Iterable[bytes]) -> None:
        """Send chunks of a chunked body, without the last chunk."""
        for chunk in chunks:
            self.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def pause(self, seconds: float) -> None:
        """Wait. Raises ClosedError if the emulator stops during the wait."""
        if self._closing.wait(seconds):
            raise ClosedError

    def close_after_response(self) -> None:
        """Close the connection after this response."""
        self.must_close = True

    def reset(self) -> None:
        """Close the connection with RST instead of FIN."""
        self.must_close = True
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: connections, threads, and how a request becomes a response."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import urlsplit

from .errors import gateway_error
from .faults import ActiveFaults
from .messages import Request, Response
from .request_log import Record
from .response_writer import ClosedError, ResponseWriter

IDLE_SECONDS = 120.0
"""How long a connection may wait for its next request."""


class Application(Protocol):
    """What the server needs from the emulator."""

    latency: float
    closing: threading.Event

    def region_of(self, path: str) -> tuple[str, str]:
        """Split a path into region and route."""

    def control(self, request: Request) -> Response | None:
        """Handle a request that is for the emulator itself; None where it is for a service."""

    def serve(self, request: Request, connection: int) -> tuple[Response, ActiveFaults]:
        """Handle a request for a service, and tell which faults strike it."""


class Server(ThreadingHTTPServer):
    """A server that can be closed at once: connections that are still open are cut."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], application: Application, context: ssl.SSLContext | None) -> None:
        self.application = application
        self.context = context
        self.connection_numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        """Take a connection; the TLS handshake waits for the connection's own thread."""
        connection, address = super().get_request()
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    # The base class serves datagrams, too, and allows for their kind of request; this server has sockets only.
    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Close a connection. With SO_LINGER set (a reset), shutdown would send FIN first."""
        with self._open_lock:
            self._open.discard(request)
        with contextlib.suppress(OSError):
            if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER) == 0:
                request.shutdown(socket.SHUT_WR)
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print what went wrong in the emulator itself, but not that a client went away."""
        if not isinstance(sys.exc_info()[1], (OSError, ClosedError)):
            # As above: a socket, which the base class's own annotation leaves open.
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def cut_connections(self) -> None:
        """Cut all connections that are open."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                # An SSLSocket's own shutdown() would take away what another thread is just doing its handshake with.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: Server

    def setup(self) -> None:
        """Prepare the connection, with its handshake where it is a TLS one."""
        self.number = next(self.server.connection_numbers)
        super().setup()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.do_handshake()

    # The base class calls it by the name of its parameter.
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet: the request_log is the log."""

    def exchange(self) -> None:
        """Read a request and send the response."""
        application = self.server.application
        writer = ResponseWriter(self.connection, application.closing, without_body=self.command == "HEAD")
        request = self._read(application)
        if request is None:
            writer.end()
            writer.send_whole(gateway_error(413, "0201", "Request entity too large"))
        elif (response := application.control(request)) is not None:
            writer.send_whole(response)
        else:
            response, chosen = application.serve(request, self.number)
            if application.latency:
                writer.pause(application.latency)
            chosen.send(writer, response)
        self.close_connection = self.close_connection or writer.must_close

    # The names are the base class's.
    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_CONNECT = exchange  # noqa: N815

    def _read(self, application: Application) -> Request | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not re.fullmatch(r"\d{1,7}", length, re.ASCII):
            return None
        body = self.rfile.read(int(length))
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            # The standard library reads Latin-1 where clients write UTF-8.
            headers.setdefault(name.lower(), value.encode("latin-1", "replace").decode("utf-8", "replace").strip())
        target = self.path
        if not target.startswith("/"):
            # A client that takes this server for its proxy sends a whole URL, or for CONNECT host and port.
            url = urlsplit(target)
            target = "/" if self.command == "CONNECT" else url.path + (f"?{url.query}" if url.query else "")
        path, _mark, query = target.partition("?")
        region, route = application.region_of(path)
        return Request(self.command, path, route, query, headers, body, region)


def record_of(
    request: Request, operation: str | None, response: Response, faults: list[str], connection: int
) -> Record:
    """Make the request_log's record of an exchange."""
    return Record(
        operation=operation,
        method=request.method,
        path=request.path,
        raw_query=request.raw_query,
        query=request.query,
        headers=dict(request.headers),
        body=request.body,
        region=request.region,
        status=response.status,
        faults=faults,
        connection=connection,
        time=time.monotonic(),
    )

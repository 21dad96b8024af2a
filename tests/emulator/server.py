# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: connections and threads, from a request to its response."""

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
"""Timeout of an idle connection."""


class Application(Protocol):
    """The interface of the emulator for the server."""

    latency: float
    closing: threading.Event

    def region_of(self, path: str) -> tuple[str, str]:
        """Split a path into region and route."""

    def control(self, request: Request) -> Response | None:
        """Handle a request that controls the emulator; return None for a request to a service."""

    def serve(self, request: Request, connection: int) -> tuple[Response, ActiveFaults]:
        """Handle a request to a service, and return the response and the faults that apply."""


class Server(ThreadingHTTPServer):
    """A server that can close its open connections at once."""

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
        """Accept a connection; its thread does the TLS handshake."""
        connection, address = super().get_request()
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    # The base class also serves datagrams, so its type of a request is wider. This server has sockets only.
    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Close a connection. With SO_LINGER set (a reset), shutdown would send FIN first."""
        with self._open_lock:
            self._open.discard(request)
        with contextlib.suppress(OSError):
            if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER) == 0:
                request.shutdown(socket.SHUT_WR)
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print an error of the emulator, but not that a client closed its connection."""
        if not isinstance(sys.exc_info()[1], (OSError, ClosedError)):
            # As above: always a socket.
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def close_connections(self) -> None:
        """Close all open connections."""
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                # SSLSocket.shutdown() would detach the TLS object that another thread uses for its handshake.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: Server

    def setup(self) -> None:
        """Set up the connection, with its TLS handshake."""
        self.number = next(self.server.connection_numbers)
        super().setup()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.do_handshake()

    # The base class determines the name of the parameter.
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: tests read the request log."""

    def exchange(self) -> None:
        """Read a request and send the response."""
        application = self.server.application
        writer = ResponseWriter(self.connection, application.closing, without_body=self.command == "HEAD")
        request = self._read(application)
        if request is None:
            writer.close_after_response()
            writer.send_response(gateway_error(413, "0201", "Request entity too large"))
        elif (response := application.control(request)) is not None:
            writer.send_response(response)
        else:
            response, faults = application.serve(request, self.number)
            if application.latency:
                writer.pause(application.latency)
            faults.send(writer, response)
        self.close_connection = self.close_connection or writer.must_close

    # The base class determines the names.
    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_CONNECT = exchange  # noqa: N815

    def _read(self, application: Application) -> Request | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not re.fullmatch(r"\d{1,7}", length, re.ASCII):
            return None
        body = self.rfile.read(int(length))
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            # The standard library decodes headers as Latin-1, but clients send UTF-8.
            headers.setdefault(name.lower(), value.encode("latin-1", "replace").decode("utf-8", "replace").strip())
        target = self.path
        if not target.startswith("/"):
            # A client that uses this server as its proxy sends an absolute URL, or host and port with CONNECT.
            url = urlsplit(target)
            target = "/" if self.command == "CONNECT" else url.path + (f"?{url.query}" if url.query else "")
        path, _mark, query = target.partition("?")
        region, route = application.region_of(path)
        return Request(self.command, path, route, query, headers, body, region)


def record_of(
    request: Request, operation: str | None, response: Response, faults: list[str], connection: int
) -> Record:
    """Return the record of an exchange for the request log."""
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

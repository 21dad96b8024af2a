# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one file that opens connections: an adapter of requests whose sockets can be shut down from another thread.

Neither requests nor urllib3 can interrupt a request, and each of their timeouts bounds one wait only: a server that
sends a byte now and then occupies a thread and a socket forever. So each connection hands its socket to the
:class:`Cancellation` of the attempt that uses it. Works with urllib3 1.26 and 2.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from .. import _libraries

if TYPE_CHECKING:
    import urllib3
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    # What the classes below are mixed into.
    _AnyConnection = HTTPConnection
    _AnyPool = HTTPConnectionPool
elif _libraries.REQUESTS_IMPORT_ERROR is None:
    HTTPAdapter = _libraries.requests.adapters.HTTPAdapter
    urllib3 = _libraries.requests.packages.urllib3
    HTTPConnection, HTTPSConnection = urllib3.connection.HTTPConnection, urllib3.connection.HTTPSConnection
    HTTPConnectionPool, HTTPSConnectionPool = urllib3.HTTPConnectionPool, urllib3.HTTPSConnectionPool
    _AnyConnection = _AnyPool = object
else:
    HTTPAdapter = HTTPConnection = HTTPSConnection = HTTPConnectionPool = HTTPSConnectionPool = object
    _AnyConnection = _AnyPool = object

#: Connections that are kept alive.
MAX_CONNECTIONS = 8
#: Bytes of a response besides its body: status lines, headers, chunk sizes and trailers.
MAX_LINES = 1024 * 1024

_SOCKS_PORT = 1080
_local = threading.local()
# Held while a connection changes hands: an attempt must not shut down what another one uses already.
_lock = threading.Lock()


class Cancelled(OSError):
    """The attempt was abandoned before its connection was open."""


class Cancellation:
    """Interrupts one attempt.

    :ivar is_past_proxy: whether a proxy has connected to the host of the request.
    """

    def __init__(self) -> None:
        self.is_past_proxy = False
        self.is_cancelled = False
        self._socket: socket.socket | None = None
        self._connection: _Watched | None = None

    def watch(self, connection: _Watched, used: socket.socket | None) -> None:
        """Take the connection that the attempt uses from now on, and its socket, if it has one yet.

        :raises Cancelled: if the attempt is abandoned.
        """
        with _lock:
            if self.is_cancelled:
                raise Cancelled("the attempt was abandoned")
            self._close()
            self.is_past_proxy = connection.is_past_proxy
            connection.user = self
            self._connection = connection
            # A duplicate: TLS detaches the socket that it wraps, and may do so at any moment.
            if used is not None:
                self._socket = socket.fromfd(used.fileno(), socket.AF_INET, socket.SOCK_STREAM)

    def cancel(self) -> None:
        """Shut the socket down, so that the attempt's thread is woken and ends; do nothing after its end."""
        with _lock:
            self.is_cancelled = True
            if self._socket is not None and self._connection is not None and self._connection.user is self:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def in_this_thread(self) -> Iterator[None]:
        """Make this the cancellation of all connections that the thread uses."""
        _local.cancellation = self
        try:
            yield
        finally:
            del _local.cancellation
            with _lock:
                self._close()
                self._connection = None

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _LineReader(io.BufferedReader):
    """Reads a response, whose lines the libraries do not bound."""

    remaining = MAX_LINES

    def readline(self, size: int | None = -1, /) -> bytes:
        limit = self.remaining + 1
        line = super().readline(limit if size is None or size < 0 else min(size, limit))
        self.remaining -= len(line)
        if self.remaining < 0:
            raise http.client.LineTooLong("response")
        return line


class _Response(http.client.HTTPResponse):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fp: io.BufferedReader = _LineReader(self.fp.detach())


class _Watched(_AnyConnection):
    """What the two classes of connections have in common.

    :ivar user: the attempt that uses the connection.
    :ivar is_past_proxy: whether a proxy has connected it to the host of the request.
    :param _socks_options: the proxy, if it is a SOCKS proxy, as urllib3 describes it.
    """

    response_class: Any = _Response

    def __init__(self, *args: Any, _socks_options: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._socks_options = _socks_options
        self.user: Cancellation | None = None
        self.is_past_proxy = False

    def _new_conn(self) -> socket.socket:
        """Open a connection, as urllib3 does, but in the cancellation's sight from the beginning."""
        self.is_past_proxy = False
        failure = OSError("the host name has no address")
        proxy = self._socks_options
        host, port = (proxy["proxy_host"], proxy["proxy_port"] or _SOCKS_PORT) if proxy else (self._dns_host, self.port)
        for family, kind, protocol, _name, address in socket.getaddrinfo(
            host.strip("[]"), port, _gai_family(), socket.SOCK_STREAM
        ):
            opened = _socks_socket(proxy, family, address) if proxy else socket.socket(family, kind, protocol)
            try:
                _local.cancellation.watch(self, opened)
                for option in self.socket_options or ():
                    opened.setsockopt(*option)
                opened.settimeout(self.timeout)
                opened.connect((self.host, self.port) if proxy else address)
            except OSError as error:
                opened.close()
                failure = error
            else:
                self._mark(is_past_proxy=proxy is not None)
                return opened
        raise failure

    def _tunnel(self) -> None:
        super()._tunnel()
        self._mark(is_past_proxy=True)

    def _mark(self, *, is_past_proxy: bool) -> None:
        self.is_past_proxy = _local.cancellation.is_past_proxy = is_past_proxy

    def putrequest(self, *args: Any, **options: Any) -> Any:
        """Begin a request, perhaps on a connection that another attempt has opened."""
        _local.cancellation.watch(self, self.sock)
        return super().putrequest(*args, **options)


class _Connection(_Watched, HTTPConnection):
    pass


class _TlsConnection(_Watched, HTTPSConnection):
    pass


class _KeepsHealthyOnes(_AnyPool):
    def _put_conn(self, conn: Any) -> None:
        """Take a connection back, which other attempts may use from now on."""
        with _lock:
            if conn is not None:
                if conn.user is not None and conn.user.is_cancelled:
                    # urllib3 may take the end of an abandoned attempt for the end of the response.
                    conn.close()
                conn.user = None
        super()._put_conn(conn)


class _Pool(_KeepsHealthyOnes, HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(_KeepsHealthyOnes, HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}


class Adapter(HTTPAdapter):
    """Sends requests, once each: urllib3 would repeat one with its old signature.

    :meth:`send` is to be called within :meth:`Cancellation.in_this_thread`.

    :param verify: as for :meth:`send`; False turns the warnings of urllib3 off.
    """

    def __init__(self, verify: bool | str) -> None:
        super().__init__(pool_maxsize=MAX_CONNECTIONS, max_retries=0)
        if verify is False:
            # The documentation of the option warns the user; a line for each request would not help.
            urllib3.disable_warnings()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Have direct connections watched."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """Have connections through a proxy watched."""
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _gai_family() -> socket.AddressFamily:
    family: socket.AddressFamily = urllib3.util.connection.allowed_gai_family()
    return family


def _socks_socket(proxy: dict[str, Any], family: socket.AddressFamily, address: Any) -> Any:
    # requests itself rejects a SOCKS proxy if this library is missing.
    import socks

    opened = socks.socksocket(family, socket.SOCK_STREAM)
    opened.set_proxy(proxy["socks_version"], *address[:2], proxy["rdns"], proxy["username"], proxy["password"])
    return opened

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fake clock, fake servers and proxies, and helpers that send requests."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Callable
from urllib.parse import urlsplit

import pytest
import trustme
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from requests.auth import AuthBase

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import endpoints
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import AccessKey
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError, ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.messages import MakeRequest
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.provider import CredentialProvider
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.retry import RetryPolicy
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Request, Response, Transport
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator

TIMEOUT_S = 20.0
"""Timeout for operations that are fast unless they hang, in seconds."""

#: Any JSON value, with the keys of errors.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error_code", "error_msg", "errorMsg", "code", "message", "error", "x"]), inner
        )
    ),
    max_leaves=15,
)
"""Any JSON value, also in the shapes of errors."""


def examples(number: int) -> settings:
    """Return settings for a number of examples, without a database on disk and without a deadline."""
    return settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@dataclass
class FakeClock:
    """A clock that advances only during ``sleep``."""

    now: float = 1000.0
    sleeps: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Advance the clock without a real delay."""
        self.sleeps.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        """Return the time in seconds."""
        return self.now


def make_transport(
    fake_clock: FakeClock | None = None,
    *,
    max_retries: int = 0,
    max_retry_delay: float = 60.0,
    timeout: float = 5.0,
    **others: object,
) -> Transport:
    """Return a transport with a fake clock and without jitter."""
    fake_clock = fake_clock or FakeClock()
    arguments: dict[str, Any] = {
        "secrets": Secrets(),
        "timeout": timeout,
        "retries": RetryPolicy(max_retries, max_retry_delay),
        "sleep": fake_clock.sleep,
        "monotonic": fake_clock.monotonic,
        "jitter": lambda: 1.0,
        **others,
    }
    return Transport(**arguments)


def permanent_key(emulator: Emulator) -> AccessKey:
    """Return the permanent key of the emulator's account."""
    return AccessKey(emulator.account.access_key, emulator.account.secret_key)


def temporary_key(emulator: Emulator) -> AccessKey:
    """Return the temporary key of the emulator's account."""
    key = emulator.account.temporary
    return AccessKey(key.access_key, key.secret_key, key.security_token)


def list_images_request(
    emulator: Emulator, auth: AuthBase | None = None, *, base: str | None = None, query: Iterable[tuple[str, str]] = ()
) -> Request:
    """Return a request of ListImages, signed by default."""
    return Request(
        "ListImages",
        "GET",
        endpoints.url(base or emulator.url, ("v2", emulator.project_id, "images"), query),
        auth or SdkHmacSha256(permanent_key(emulator)),
        {"Content-Type": "application/json", "X-Project-Id": emulator.project_id},
        region="cn-north-4",
    )


def related_exceptions(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception with its causes, contexts, and the exceptions in its arguments."""
    seen: list[BaseException] = []
    pending = [error]
    while pending:
        current = pending.pop()
        if current is None or any(current is other for other in seen):
            continue
        seen.append(current)
        yield current
        pending += [current.__cause__, current.__context__, *(a for a in current.args if isinstance(a, BaseException))]


class RawServer:
    """A server that sends given bytes for each request, and records the requests.

    A response can also be a function that takes the connection. The last response is repeated.
    """

    def __init__(
        self, *responses: bytes | Callable[[socket.socket], None], ssl_context: ssl.SSLContext | None = None
    ) -> None:
        self.responses = list(responses)
        self.received: list[bytes] = []
        self.connections = 0
        self._context = ssl_context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._closing = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *_unused: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.settimeout(TIMEOUT_S)
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                data = connection.recv(65536)
                if not data:
                    return
                request += data
            response = self.responses[min(len(self.received), len(self.responses) - 1)]
            self.received.append(request)
            if callable(response):
                response(connection)
            else:
                connection.sendall(response)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


class PlainServer(RawServer):
    """A server that sends given bytes after the first bytes of a client, such as a handshake. If empty, it stalls."""

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.settimeout(TIMEOUT_S)
            connection.recv(65536)
            response = self.responses[0]
            assert isinstance(response, bytes)
            if response:
                connection.sendall(response)
                connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


class SocksServer(RawServer):
    """A SOCKS5 server that connects every client to one local port (RFC 1928 and 1929).

    :ivar targets: the requested hosts.
    """

    def __init__(self, port: int, *, password: str | None = None, rejects: bool = False) -> None:
        self.targets: list[bytes] = []
        self._target = port
        self._password = password
        self._rejects = rejects
        super().__init__()

    def __enter__(self) -> SocksServer:
        return self

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection), connection.makefile("rb") as reader:
            connection.settimeout(TIMEOUT_S)
            reader.read(reader.read(2)[1])
            connection.sendall(b"\x05\x02" if self._password else b"\x05\x00")
            if self._password:
                reader.read(reader.read(2)[1])
                is_right = reader.read(reader.read(1)[0]).decode() == self._password
                connection.sendall(b"\x01\x00" if is_right else b"\x01\x01")
                if not is_right:
                    return
            kind = reader.read(4)[3]
            raw = reader.read(reader.read(1)[0]) if kind == 3 else reader.read(4)
            self.targets.append(raw if kind == 3 else socket.inet_ntoa(raw).encode())
            reader.read(2)
            connection.sendall(b"\x05%c\x00\x01\0\0\0\0\0\0" % (5 if self._rejects else 0))
            if not self._rejects:
                with socket.create_connection(("127.0.0.1", self._target)) as inner:
                    relay(connection, inner)


def tls_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return the TLS context of a server with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def relay(client: socket.socket, server: socket.socket) -> None:
    """Copy the bytes of two connections to each other, until the server has sent its last one.

    One thread does it: two may not use a TLS connection at once.
    """
    sinks = {client: server, server: client}
    with contextlib.suppress(OSError):
        while server in sinks:
            decrypted = [source for source in sinks if isinstance(source, ssl.SSLSocket) and source.pending()]
            ready = decrypted or select.select(list(sinks), [], [], TIMEOUT_S)[0]
            if not ready:
                return
            for source in ready:
                data = source.recv(65536)
                if data:
                    sinks[source].sendall(data)
                else:
                    sinks.pop(source).shutdown(socket.SHUT_WR)


def tunnel_to(port: int) -> Callable[[socket.socket], None]:
    """Return a response to CONNECT that tunnels every connection to one local port."""

    def tunnel(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)) as inner:
            relay(connection, inner)

    return tunnel


def http_response(status: int = 200, body: bytes = b"{}", *headers: str) -> bytes:
    """Return the bytes of a valid response."""
    lines = [f"HTTP/1.1 {status} Phrase", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def request_factory(auth: AuthBase) -> MakeRequest:
    """Return a function that makes authenticated requests."""

    def make(operation: str, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
        return Request(operation, method, url, auth, headers, body, "cn-north-4")

    return make


def build_request(url: str, operation: str = "ListImages") -> Request:
    """Return a GET request without credentials."""
    return Request(operation, "GET", url, region="cn-north-4")


def try_send(transport: Transport, request: Request) -> Response | CloudError:
    """Send a request, and return the response or the failure."""
    try:
        return transport.send(request)
    except CloudError as failure:
        return failure


def send_and_close(transport: Transport, request: Request) -> Response | CloudError:
    """Send a request, close the transport, and return the response or the failure."""
    with contextlib.closing(transport):
        return try_send(transport, request)


def response_of(transport: Transport, request: Request) -> Response:
    """Send a request that succeeds, close the transport, and return the response."""
    return expect_response(send_and_close(transport, request))


def failure_of(transport: Transport, request: Request, kind: type[CloudError] = CloudError) -> CloudError:
    """Send a request that fails, close the transport, and return the failure."""
    return expect_failure(send_and_close(transport, request), kind)


def expect_response(result: object) -> Response:
    """Return the result, which must be a response."""
    assert isinstance(result, Response), result
    return result


def expect_failure(result: object, kind: type[CloudError] = CloudError) -> CloudError:
    """Return the result, which must be a failure."""
    assert isinstance(result, kind), result
    return result


def validation_error(provider: CredentialProvider) -> str:
    """Return the message of a provider whose validation fails."""
    with pytest.raises(ConfigurationError) as caught:
        provider.validate()
    assert caught.value.error_type == "configuration"
    return caught.value.message()


def host_of(url: str) -> str:
    """Return host and port of a URL."""
    return urlsplit(url).netloc

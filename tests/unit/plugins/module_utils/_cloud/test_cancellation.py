# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An attempt that times out is cancelled: it leaves neither a thread nor a socket."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import subprocess
import sys
import threading
import time as real_time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
import trustme

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import adapter
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.adapter import Cancellation, Cancelled
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    TIMEOUT_S,
    PlainServer,
    RawServer,
    build_request,
    expect_failure,
    failure_of,
    http_response,
    make_transport,
    tls_context,
    try_send,
    tunnel_to,
)

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

SLOW_RESPONSES = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b" "),
    "body without length": (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "chunk extension": (CHUNKED + b"1;", b"x"),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "trailers": (CHUNKED + b"0\r\n", b"X: x\r\n"),
    "trailer": (CHUNKED + b"0\r\nX: ", b"x"),
    "gzip members": (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
}

#: Sends requests that time out in a process that can open few files, and prints the remaining files and threads.
PROGRAM = """
import json, os, resource, socket, sys, threading, time
sys.path[:] = json.loads(sys.argv[1])
cases, number = json.loads(sys.argv[2])
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.retry import RetryPolicy
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Request, Transport

resource.setrlimit(resource.RLIMIT_NOFILE, (90, 90))
lookup = socket.getaddrinfo

def slow_lookup(host, *arguments, **options):
    if host == "slow.test":
        time.sleep(0.3)
    return lookup("127.0.0.1" if host == "slow.test" else host, *arguments, **options)

socket.getaddrinfo = slow_lookup
files = len(os.listdir("/dev/fd"))
failures = []
for count in range(number):
    url, environ, verify = cases[count % len(cases)]
    transport = Transport(secrets=Secrets(), verify=verify, timeout=0.1, retries=RetryPolicy(0), environ=environ)
    try:
        transport.send(Request("ListImages", "GET", url))
    except CloudError as failure:
        failures.append(failure.message() if failure.error_type != "timeout" else "timeout")
    reference = transport  # neither closed nor collected: the cancellation alone must clean up
end = time.monotonic() + 15
while threading.active_count() > 1 and time.monotonic() < end:
    time.sleep(0.01)
left = [len(os.listdir("/dev/fd")) - files, threading.active_count() - 1]
print(json.dumps({"failures": sorted(set(failures)), "number": len(failures), "left": left}))
"""


def send_slowly(start: bytes, repeated: bytes) -> Callable[[socket.socket], None]:
    """Return a response that repeats some bytes until the connection is closed."""

    def respond(connection: socket.socket) -> None:
        connection.sendall(start)
        end = real_time.monotonic() + TIMEOUT_S
        while real_time.monotonic() < end:
            connection.sendall(repeated)
            real_time.sleep(0.01)

    return respond


def run_program(*cases: tuple[str, dict[str, str], bool | str], number: int) -> dict[str, Any]:
    """Send a number of requests to the cases in turn, and return the output of PROGRAM."""
    arguments = [json.dumps(sys.path), json.dumps([cases, number])]
    process = subprocess.run(
        [sys.executable, "-W", "ignore::ResourceWarning", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    output: dict[str, Any] = json.loads(process.stdout)
    return output


NOTHING_LEFT = {"failures": ["timeout"], "left": [0, 0]}


@pytest.mark.parametrize("name", SLOW_RESPONSES)
def test_a_timeout_with_a_slow_server_leaves_nothing_behind(name: str) -> None:
    with RawServer(send_slowly(*SLOW_RESPONSES[name])) as server:
        assert run_program((server.url, {}, True), number=15) == {**NOTHING_LEFT, "number": 15}


def test_a_timeout_with_a_slow_tls_server_leaves_nothing_behind(tmp_path: Path) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = tls_context(authority.issue_cert("127.0.0.1"))
    with (
        RawServer(send_slowly(*SLOW_RESPONSES["body"]), ssl_context=context) as server,
        RawServer(tunnel_to(server.port)) as proxy,
        RawServer(tunnel_to(server.port), ssl_context=context) as secure_proxy,
    ):
        environments = [{}, {"HTTPS_PROXY": proxy.url}, {"HTTPS_PROXY": secure_proxy.url}]
        cases = [(server.url, environ, str(bundle)) for environ in environments]
        assert run_program(*cases, number=15) == {**NOTHING_LEFT, "number": 15}


def test_a_timeout_while_connecting_leaves_nothing_behind() -> None:
    with full_backlog() as port, PlainServer(b"") as silent:
        address = f"127.0.0.1:{silent.port}"
        cases: list[tuple[str, dict[str, str], bool | str]] = [
            (f"http://127.0.0.1:{port}", {}, True),
            (f"https://{address}", {}, True),
            ("https://host.test", {"HTTPS_PROXY": f"http://{address}"}, True),
            ("https://host.test", {"HTTPS_PROXY": f"https://{address}"}, True),
            ("https://host.test", {"HTTPS_PROXY": f"socks5h://{address}"}, True),
            ("https://host.test", {"HTTPS_PROXY": f"http://127.0.0.1:{port}"}, True),
            (f"http://slow.test:{silent.port}", {}, True),
        ]
        assert run_program(*cases, number=21) == {**NOTHING_LEFT, "number": 21}


def test_many_timeouts_in_one_process_leave_nothing_behind() -> None:
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(RawServer(send_slowly(*response))) for response in SLOW_RESPONSES.values()]
        silent = stack.enter_context(PlainServer(b""))
        urls = [*(server.url for server in servers), f"https://127.0.0.1:{silent.port}"]
        output = run_program(*((url, {}, True) for url in urls), number=120)
    assert output == {**NOTHING_LEFT, "number": 120}


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """Yield a port that accepts no further connection."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _count in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        real_time.sleep(0.1)
        yield listener.getsockname()[1]


def test_closing_the_transport_cancels_a_running_attempt() -> None:
    with RawServer(send_slowly(*SLOW_RESPONSES["body"])) as server:
        transport = make_transport(timeout=TIMEOUT_S, max_retries=3)
        results: list[Any] = []
        running = threading.Thread(target=lambda: results.append(try_send(transport, build_request(server.url))))
        running.start()
        end = real_time.monotonic() + TIMEOUT_S
        while not server.received and real_time.monotonic() < end:
            real_time.sleep(0.01)
        transport.close()
        running.join(TIMEOUT_S)
    assert expect_failure(results[0]).attempts == 1


def test_a_cancelled_attempt_does_not_affect_the_next_one() -> None:
    """Its connection does not return to the pool, and is not closed while the next attempt uses it."""
    with RawServer(send_slowly(*SLOW_RESPONSES["gzip members"])) as server:
        failure = failure_of(make_transport(timeout=0.1, max_retries=20), build_request(server.url))
    assert (failure.error_type, failure.attempts) == ("timeout", 21)


def test_a_reused_connection_is_closed() -> None:
    def respond_once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.recv(65536)
        received.append(connection.recv(65536))

    received: list[bytes] = []
    with RawServer(respond_once) as server:
        transport = make_transport(timeout=0.3)
        assert not isinstance(try_send(transport, build_request(server.url)), CloudError)
        assert expect_failure(try_send(transport, build_request(server.url))).error_type == "timeout"
        end = real_time.monotonic() + TIMEOUT_S
        while not received and real_time.monotonic() < end:
            real_time.sleep(0.01)
        assert (received, server.connections) == ([b""], 1)


def test_a_thread_that_cannot_be_started_is_a_connection_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with RawServer(http_response()) as server:
        monkeypatch.setattr(threading.Thread, "start", start)
        failure = failure_of(make_transport(max_retries=1), build_request(server.url))
    assert (failure.error_type, failure.attempts) == ("connection", 2)
    assert failure.message().startswith("ListImages failed: no thread can be started for the request: ")


def test_a_cancelled_attempt_opens_no_connection() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with socket.socket() as unused, pytest.raises(Cancelled):
        cancellation.watch(adapter._Connection("host.test"), unused)

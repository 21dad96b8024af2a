# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS and proxies, over real sockets: what works, and what a failure says."""

from __future__ import annotations

import base64
import socket
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests
import trustme

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    ConfigurationError,
    ConnectionFailure,
    TimeoutFailure,
    TlsFailure,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import TokenAuth
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    PlainServer,
    RawServer,
    SocksServer,
    answered,
    ask,
    chain,
    failed,
    get,
    host_of,
    http,
    list_images,
    make_transport,
    send,
    tls_context,
    tunnel_to,
)

RETRIES = 2
FOREVER = RETRIES + 1
BRIEF = 0.15


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return int(closed.getsockname()[1])


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Emulator]:
    with Emulator(images=[], ssl_context=tls_context(authority.issue_cert("127.0.0.1", "localhost"))) as running:
        yield running


def tls_failure(result: object) -> CloudError:
    failure = failed(result, TlsFailure)
    assert failure.attempts == 1
    assert failure.details()["error_type"] == "tls"
    return failure


def test_unknown_authority(secure: Emulator) -> None:
    message = tls_failure(ask(make_transport(max_retries=RETRIES), list_images(secure))).message()
    assert message == (
        "ListImages failed: TLS verification failed: unable to get local issuer certificate "
        f"(host {host_of(secure.url)}, region cn-north-4). "
        "If a proxy inspects TLS, set ca_path or REQUESTS_CA_BUNDLE to its CA bundle."
    )
    assert not secure.requests


def test_expired_certificate(authority: trustme.CA, bundle: str) -> None:
    expired = authority.issue_cert("127.0.0.1", not_after=datetime.now(timezone.utc) - timedelta(days=1))
    with Emulator(images=[], ssl_context=tls_context(expired)) as emulator:
        failure = tls_failure(ask(make_transport(verify=bundle, max_retries=RETRIES), list_images(emulator)))
    assert "certificate has expired" in failure.message()


def test_wrong_host_name(authority: trustme.CA, bundle: str) -> None:
    other = authority.issue_cert("other.test")
    with Emulator(images=[], ssl_context=tls_context(other)) as emulator:
        failure = tls_failure(ask(make_transport(verify=bundle, max_retries=RETRIES), list_images(emulator)))
    assert "TLS verification failed: " in failure.message()
    assert "not valid for" in failure.message()
    assert "ca_path" in failure.message()


@pytest.mark.parametrize("greeting", [http(400), b"SSH-2.0-OpenSSH_9.2p1\r\n", b"220 mail ready\r\n"], ids=repr)
def test_server_that_does_not_speak_tls(greeting: bytes) -> None:
    with PlainServer(greeting) as server:
        url = f"https://127.0.0.1:{server.port}"
        message = tls_failure(ask(make_transport(max_retries=RETRIES), get(url))).message()
    assert message == (
        f"ListImages failed: the server does not speak TLS (host 127.0.0.1:{server.port}, region cn-north-4). "
        "Use http:// instead of https:// in the endpoint, or another port."
    )


def test_bundle_of_the_option(secure: Emulator, bundle: str) -> None:
    assert answered(ask(make_transport(verify=bundle), list_images(secure))).status == 200


def test_no_check_at_all(secure: Emulator, recwarn: pytest.WarningsRecorder) -> None:
    assert answered(ask(make_transport(verify=False), list_images(secure))).status == 200
    assert not [warning for warning in recwarn if "Unverified" in str(warning.message)]


BROKEN_PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("content", ["", "no certificate", BROKEN_PEM], ids=["empty", "text", "broken"])
def test_bundle_that_is_none_is_named_and_nothing_is_sent(secure: Emulator, tmp_path: Path, content: str) -> None:
    path = tmp_path / "bundle"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=str(path)):
        make_transport(verify=str(path)).send(list_images(secure))
    assert not secure.requests


# Proxies that fail


REFUSES = b"HTTP/1.1 %d Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("status", "attempts"),
    [(407, 1), (403, 1), (401, 1), (400, 1), (429, FOREVER), (408, FOREVER), (502, FOREVER), (503, FOREVER)],
)
def test_proxy_that_refuses_a_tunnel(status: int, attempts: int) -> None:
    with RawServer(REFUSES % status) as proxy:
        environ = {"HTTPS_PROXY": f"http://user:PROXYPASSWORD@{host_of(proxy.url)}"}
        transport = make_transport(max_retries=RETRIES, environ=environ)
        failure = failed(ask(transport, get("https://host.test/v2")), ConnectionFailure)
    assert [request.split(b"\r\n")[0] for request in proxy.received] == [
        b"CONNECT host.test:443 HTTP/1.0"
    ] * attempts or [request.split(b"\r\n")[0] for request in proxy.received] == [
        b"CONNECT host.test:443 HTTP/1.1"
    ] * attempts
    assert failure.attempts == attempts
    where = "host host.test, region cn-north-4" + (f", {attempts} attempts" if attempts > 1 else "")
    reason = f"proxy {host_of(proxy.url)} (HTTPS_PROXY) rejected the connection with HTTP {status}"
    assert failure.message().startswith(f"ListImages failed: {reason} ({where}). ")
    assert ("put the user and the password in the URL of HTTPS_PROXY" in failure.message()) == (status == 407)
    for error in chain(failure):
        assert "PROXYPASSWORD" not in f"{error} {error!r}"


@pytest.mark.parametrize(("status", "attempts"), [(407, 1), (403, 1), (502, FOREVER)])
def test_proxy_that_refuses_a_plain_request(status: int, attempts: int) -> None:
    with RawServer(REFUSES % status) as proxy:
        transport = make_transport(max_retries=RETRIES, environ={"HTTP_PROXY": proxy.url})
        failure = failed(ask(transport, get("http://host.test/v2")), ApiError)
    assert (failure.http_status, failure.attempts, len(proxy.received)) == (status, attempts, attempts)
    assert f"The request was sent through proxy {host_of(proxy.url)} (HTTP_PROXY)." in failure.message()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_is_not_there(scheme: str) -> None:
    proxy, variable = f"127.0.0.1:{closed_port()}", f"{scheme}_proxy"
    transport = make_transport(max_retries=RETRIES, environ={variable: f"http://{proxy}"})
    failure = failed(ask(transport, get(f"{scheme}://host.test/")), ConnectionFailure)
    assert failure.attempts == FOREVER
    assert failure.message() == (
        f"ListImages failed: proxy {proxy} ({variable}) refused the connection "
        "(host host.test, region cn-north-4, 3 attempts). "
        f"Correct {variable}, or add the host to NO_PROXY."
    )


def test_proxy_whose_name_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_unused: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    transport = make_transport(environ={"HTTPS_PROXY": "http://proxy.test"})
    message = failed(ask(transport, get("https://host.test/")), ConnectionFailure).message()
    assert "no connection through proxy proxy.test:80 (HTTPS_PROXY): Name or service not known" in message
    assert "is not a known region" not in message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_stalls_is_named(scheme: str) -> None:
    with PlainServer(b"") as proxy:
        address = f"127.0.0.1:{proxy.port}"
        environ = {"ALL_PROXY": f"http://{address}", "NO_PROXY": "*.example.test"}
        failure = failed(ask(make_transport(timeout=BRIEF, environ=environ), get(f"{scheme}://a.example.test/")))
    assert isinstance(failure, TimeoutFailure)
    assert f"The request was sent through proxy {address} (ALL_PROXY)." in failure.message()
    assert "'*.example.test', which does not match a.example.test: write '.example.test'" in failure.message()


def test_pattern_that_does_not_match_is_named() -> None:
    environ = {"HTTPS_PROXY": f"http://127.0.0.1:{closed_port()}", "NO_PROXY": "localhost, *.myhuaweicloud.com"}
    failure = failed(ask(make_transport(environ=environ), get("https://workspace.cn-north-4.myhuaweicloud.com/")))
    assert failure.message().endswith(
        "Correct HTTPS_PROXY, or add the host to NO_PROXY. NO_PROXY contains '*.myhuaweicloud.com', which does not "
        "match workspace.cn-north-4.myhuaweicloud.com: write '.myhuaweicloud.com'."
    )


def test_proxy_that_does_not_speak_tls() -> None:
    with PlainServer(http(400)) as proxy:
        transport = make_transport(environ={"HTTPS_PROXY": f"https://127.0.0.1:{proxy.port}"})
        message = tls_failure(ask(transport, get("https://host.test/"))).message()
    assert message == (
        f"ListImages failed: proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY) does not speak TLS "
        "(host host.test, region cn-north-4). Use http:// instead of https:// in HTTPS_PROXY."
    )


def test_server_behind_a_proxy_that_does_not_speak_tls() -> None:
    with PlainServer(http(400)) as server, RawServer(tunnel_to(server.port)) as proxy:
        transport = make_transport(environ={"HTTPS_PROXY": proxy.url})
        message = tls_failure(ask(transport, get("https://host.test/"))).message()
    assert "ListImages failed: the server does not speak TLS (host host.test," in message


def test_proxy_that_cannot_be_verified(authority: trustme.CA) -> None:
    with RawServer(http(400), ssl_context=tls_context(authority.issue_cert("127.0.0.1"))) as proxy:
        transport = make_transport(environ={"HTTPS_PROXY": proxy.url})
        message = tls_failure(ask(transport, get("https://host.test/"))).message()
    assert f"TLS verification with proxy {host_of(proxy.url)} (HTTPS_PROXY) failed: unable to get" in message
    assert "ca_path" in message


@pytest.mark.parametrize("value", ["http://", "ftp://127.0.0.1:1", "http://u:SHOWN@", "http://u:SHOWN#@127.0.0.1"])
def test_proxy_variable_that_cannot_be_used(value: str) -> None:
    transport = make_transport(max_retries=RETRIES, environ={"HTTP_PROXY": value})
    failure = failed(ask(transport, get("http://host.test/")), ConfigurationError)
    assert failure.message().startswith("HTTP_PROXY ")
    assert "SHOWN" not in failure.message()


# Proxies that work


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_proxy_of_the_environment_is_used(emulator: Emulator, variable: str) -> None:
    transport = make_transport(environ={variable: emulator.url})
    assert answered(ask(transport, list_images(emulator, base="http://workspace.host.test"))).status == 200
    (record,) = emulator.requests
    assert record.headers["host"] == "workspace.host.test"


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
def test_tunnel_through_a_proxy(authority: trustme.CA, secure: Emulator, bundle: str, is_secure: bool) -> None:
    ssl_context = tls_context(authority.issue_cert("127.0.0.1")) if is_secure else None
    with RawServer(tunnel_to(secure.port), ssl_context=ssl_context) as proxy:
        transport = make_transport(verify=bundle, environ={"HTTPS_PROXY": proxy.url})
        response = answered(ask(transport, list_images(secure)))
    assert (response.status, len(proxy.received)) == (200, 1)


def test_failure_in_a_reused_tunnel_is_not_the_proxys(secure: Emulator, bundle: str) -> None:
    with RawServer(tunnel_to(secure.port)) as proxy:
        transport = make_transport(verify=bundle, environ={"HTTPS_PROXY": proxy.url})
        answered(send(transport, list_images(secure)))
        secure.arm("close_connection")
        message = failed(send(transport, list_images(secure))).message()
        transport.close()
    assert len(proxy.received) == 1
    assert message.startswith("ListImages failed: connection closed without a response (host ")


def test_user_and_password_are_sent_and_the_password_is_masked(secure: Emulator, bundle: str) -> None:
    with RawServer(tunnel_to(secure.port)) as proxy:
        environ = {"HTTPS_PROXY": f"http://DOMAIN%5Cuser:pass%23word@{host_of(proxy.url)}"}
        transport = make_transport(verify=bundle, environ=environ)
        answered(ask(transport, list_images(secure)))
    basic = base64.b64encode(b"DOMAIN\\user:pass#word")
    assert b"proxy-authorization: basic " + basic.lower() in proxy.received[0].lower()
    for secret in ("pass#word", "pass%23word", basic.decode()):
        assert transport.secrets.mask(f"<{secret}>") == "<********>"


def test_no_proxy_is_honored(emulator: Emulator) -> None:
    with RawServer(http()) as proxy:
        transport = make_transport(environ={"HTTP_PROXY": proxy.url, "NO_PROXY": "127.0.0.1"})
        assert answered(ask(transport, list_images(emulator))).status == 200
    assert (len(emulator.requests), proxy.connections) == (1, 0)


def test_environment_of_the_process_does_not_count(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert answered(ask(make_transport(), list_images(emulator))).status == 200


# SOCKS


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("userinfo", ["", "user:pass%23word@"])
def test_socks(secure: Emulator, bundle: str, scheme: str, userinfo: str) -> None:
    with SocksServer(secure.port, password="pass#word" if userinfo else None) as proxy:
        environ = {"ALL_PROXY": f"{scheme}://{userinfo}127.0.0.1:{proxy.port}"}
        transport = make_transport(verify=bundle, environ=environ)
        response = answered(ask(transport, list_images(secure, base=f"https://localhost:{secure.port}")))
    assert response.status == 200
    assert proxy.targets == [b"localhost" if scheme == "socks5h" else b"127.0.0.1"]


def test_socks_for_plain_requests(emulator: Emulator) -> None:
    with SocksServer(emulator.port) as proxy:
        transport = make_transport(environ={"HTTP_PROXY": f"socks5h://127.0.0.1:{proxy.port}"})
        assert answered(ask(transport, list_images(emulator, base="http://host.test"))).status == 200
    assert proxy.targets == [b"host.test"]


def test_socks_that_cannot_connect() -> None:
    with SocksServer(closed_port(), refuses=True) as proxy:
        transport = make_transport(max_retries=RETRIES, environ={"ALL_PROXY": f"socks5h://127.0.0.1:{proxy.port}"})
        failure = failed(ask(transport, get("https://host.test/")), ConnectionFailure)
    assert failure.attempts == FOREVER
    assert (
        f"proxy 127.0.0.1:{proxy.port} (ALL_PROXY) cannot connect to the host: connection refused" in failure.message()
    )


def test_socks_that_refuses_the_password() -> None:
    with SocksServer(closed_port(), password="other") as proxy:
        environ = {"ALL_PROXY": f"socks5h://user:PASSWORD@127.0.0.1:{proxy.port}"}
        failure = failed(ask(make_transport(max_retries=RETRIES, environ=environ), get("https://host.test/")))
    assert (failure.error_type, failure.attempts) == ("connection", 1)
    assert "(ALL_PROXY) rejected the connection: socks5 authentication failed" in failure.message()
    assert not [error for error in chain(failure) if "PASSWORD" in f"{error} {error!r}"]


def test_socks_that_is_not_there() -> None:
    environ = {"ALL_PROXY": f"socks5://127.0.0.1:{closed_port()}"}
    message = failed(ask(make_transport(environ=environ), get("https://localhost/")), ConnectionFailure).message()
    assert "(ALL_PROXY) refused the connection" in message


def test_socks_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_unused: object, **_options: object) -> None:
        raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")

    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", missing)
    monkeypatch.setitem(sys.modules, "socks", None)
    transport = make_transport(max_retries=RETRIES, environ={"ALL_PROXY": "socks5://127.0.0.1:1"})
    failure = failed(ask(transport, get("http://host.test/")), ConfigurationError)
    assert "ALL_PROXY names a SOCKS proxy, which requires the Python library PySocks" in failure.message()


# Files of the user


def test_netrc_is_never_read(emulator: Emulator, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (home / ".netrc", home / "_netrc", home / "named"):
        path.write_text("machine 127.0.0.1 login u password NETRC\ndefault login u password NETRC\n")
    monkeypatch.setenv("NETRC", str(home / "named"))
    assert requests.utils.get_netrc_auth(emulator.url) is not None
    answered(ask(make_transport(), list_images(emulator, TokenAuth(emulator.issue_token()))))
    ask(make_transport(), get(emulator.url))
    assert [record.headers.get("authorization") for record in emulator.requests] == [None, None]

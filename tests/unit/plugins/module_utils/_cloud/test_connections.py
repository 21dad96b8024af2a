# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS and proxies with real sockets: successful requests, and messages of failures."""

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
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Request, Transport
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    PlainServer,
    RawServer,
    SocksServer,
    build_request,
    expect_failure,
    expect_response,
    failure_of,
    host_of,
    http_response,
    list_images_request,
    make_transport,
    related_exceptions,
    response_of,
    send_and_close,
    tls_context,
    try_send,
    tunnel_to,
)

RETRIES = 2
ALL_ATTEMPTS = RETRIES + 1
SHORT_TIMEOUT_S = 0.15


def find_closed_port() -> int:
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


def tls_failure_of(transport: Transport, request: Request) -> CloudError:
    failure = failure_of(transport, request, TlsFailure)
    assert failure.attempts == 1
    assert failure.details()["error_type"] == "tls"
    return failure


def test_an_unknown_certificate_authority_fails_verification(secure: Emulator) -> None:
    message = tls_failure_of(make_transport(max_retries=RETRIES), list_images_request(secure)).message()
    assert message == (
        "ListImages failed: TLS verification failed: unable to get local issuer certificate "
        f"(host {host_of(secure.url)}, region cn-north-4). "
        "If a proxy inspects TLS, set ca_path or REQUESTS_CA_BUNDLE to its CA bundle."
    )
    assert not secure.requests


def test_an_expired_certificate_fails_verification(authority: trustme.CA, bundle: str) -> None:
    expired = authority.issue_cert("127.0.0.1", not_after=datetime.now(timezone.utc) - timedelta(days=1))
    with Emulator(images=[], ssl_context=tls_context(expired)) as emulator:
        failure = tls_failure_of(make_transport(verify=bundle, max_retries=RETRIES), list_images_request(emulator))
    assert "certificate has expired" in failure.message()


def test_a_certificate_of_another_host_fails_verification(authority: trustme.CA, bundle: str) -> None:
    other = authority.issue_cert("other.test")
    with Emulator(images=[], ssl_context=tls_context(other)) as emulator:
        failure = tls_failure_of(make_transport(verify=bundle, max_retries=RETRIES), list_images_request(emulator))
    assert "TLS verification failed: " in failure.message()
    assert "not valid for" in failure.message()
    assert "ca_path" in failure.message()


@pytest.mark.parametrize(
    "greeting", [http_response(400), b"SSH-2.0-OpenSSH_9.2p1\r\n", b"220 mail ready\r\n"], ids=repr
)
def test_a_server_that_does_not_speak_tls(greeting: bytes) -> None:
    with PlainServer(greeting) as server:
        url = f"https://127.0.0.1:{server.port}"
        message = tls_failure_of(make_transport(max_retries=RETRIES), build_request(url)).message()
    assert message == (
        f"ListImages failed: the server does not speak TLS (host 127.0.0.1:{server.port}, region cn-north-4). "
        "Use http:// instead of https:// in the endpoint, or another port."
    )


def test_verification_succeeds_with_the_ca_bundle(secure: Emulator, bundle: str) -> None:
    assert response_of(make_transport(verify=bundle), list_images_request(secure)).status == 200


def test_verification_can_be_disabled_without_a_warning(secure: Emulator, recwarn: pytest.WarningsRecorder) -> None:
    assert response_of(make_transport(verify=False), list_images_request(secure)).status == 200
    assert not [warning for warning in recwarn if "Unverified" in str(warning.message)]


BROKEN_PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize("content", ["", "no certificate", BROKEN_PEM], ids=["empty", "text", "broken"])
def test_with_an_invalid_ca_bundle_no_request_is_sent(secure: Emulator, tmp_path: Path, content: str) -> None:
    path = tmp_path / "bundle"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=str(path)):
        make_transport(verify=str(path)).send(list_images_request(secure))
    assert not secure.requests


# Failures of proxies


REJECTION = b"HTTP/1.1 %d Rejected\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("status", "attempts"),
    [
        (407, 1),
        (403, 1),
        (401, 1),
        (400, 1),
        (429, ALL_ATTEMPTS),
        (408, ALL_ATTEMPTS),
        (502, ALL_ATTEMPTS),
        (503, ALL_ATTEMPTS),
    ],
)
def test_a_proxy_rejects_a_tunnel(status: int, attempts: int) -> None:
    with RawServer(REJECTION % status) as proxy:
        environ = {"HTTPS_PROXY": f"http://user:PROXYPASSWORD@{host_of(proxy.url)}"}
        transport = make_transport(max_retries=RETRIES, environ=environ)
        failure = failure_of(transport, build_request("https://host.test/v2"), ConnectionFailure)
    assert [request.split(b"\r\n")[0] for request in proxy.received] == [
        b"CONNECT host.test:443 HTTP/1.0"
    ] * attempts or [request.split(b"\r\n")[0] for request in proxy.received] == [
        b"CONNECT host.test:443 HTTP/1.1"
    ] * attempts
    assert failure.attempts == attempts
    facts = "host host.test, region cn-north-4" + (f", {attempts} attempts" if attempts > 1 else "")
    reason = f"proxy {host_of(proxy.url)} (HTTPS_PROXY) rejected the connection with HTTP {status}"
    assert failure.message().startswith(f"ListImages failed: {reason} ({facts}). ")
    assert ("put the user and the password in the URL of HTTPS_PROXY" in failure.message()) == (status == 407)
    for error in related_exceptions(failure):
        assert "PROXYPASSWORD" not in f"{error} {error!r}"


@pytest.mark.parametrize(("status", "attempts"), [(407, 1), (403, 1), (502, ALL_ATTEMPTS)])
def test_a_proxy_rejects_an_http_request(status: int, attempts: int) -> None:
    with RawServer(REJECTION % status) as proxy:
        transport = make_transport(max_retries=RETRIES, environ={"HTTP_PROXY": proxy.url})
        failure = failure_of(transport, build_request("http://host.test/v2"), ApiError)
    assert (failure.http_status, failure.attempts, len(proxy.received)) == (status, attempts, attempts)
    assert f"The request was sent through proxy {host_of(proxy.url)} (HTTP_PROXY)." in failure.message()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_refuses_the_connection(scheme: str) -> None:
    proxy, variable = f"127.0.0.1:{find_closed_port()}", f"{scheme}_proxy"
    transport = make_transport(max_retries=RETRIES, environ={variable: f"http://{proxy}"})
    failure = failure_of(transport, build_request(f"{scheme}://host.test/"), ConnectionFailure)
    assert failure.attempts == ALL_ATTEMPTS
    assert failure.message() == (
        f"ListImages failed: proxy {proxy} ({variable}) refused the connection "
        "(host host.test, region cn-north-4, 3 attempts). "
        f"Correct {variable}, or add the host to NO_PROXY."
    )


def test_the_host_of_a_proxy_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_unused: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    transport = make_transport(environ={"HTTPS_PROXY": "http://proxy.test"})
    message = failure_of(transport, build_request("https://host.test/"), ConnectionFailure).message()
    assert "no connection through proxy proxy.test:80 (HTTPS_PROXY): Name or service not known" in message
    assert "is not a known region" not in message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_failure_of_a_timeout_names_the_proxy(scheme: str) -> None:
    with PlainServer(b"") as proxy:
        address = f"127.0.0.1:{proxy.port}"
        environ = {"ALL_PROXY": f"http://{address}", "NO_PROXY": "*.example.test"}
        failure = failure_of(
            make_transport(timeout=SHORT_TIMEOUT_S, environ=environ), build_request(f"{scheme}://a.example.test/")
        )
    assert isinstance(failure, TimeoutFailure)
    assert f"The request was sent through proxy {address} (ALL_PROXY)." in failure.message()
    assert "'*.example.test', which does not match a.example.test: write '.example.test'" in failure.message()


def test_the_failure_names_an_entry_of_no_proxy_that_does_not_match() -> None:
    environ = {"HTTPS_PROXY": f"http://127.0.0.1:{find_closed_port()}", "NO_PROXY": "localhost, *.myhuaweicloud.com"}
    failure = failure_of(
        make_transport(environ=environ), build_request("https://workspace.cn-north-4.myhuaweicloud.com/")
    )
    assert failure.message().endswith(
        "Correct HTTPS_PROXY, or add the host to NO_PROXY. NO_PROXY contains '*.myhuaweicloud.com', which does not "
        "match workspace.cn-north-4.myhuaweicloud.com: write '.myhuaweicloud.com'."
    )


def test_a_proxy_does_not_speak_tls() -> None:
    with PlainServer(http_response(400)) as proxy:
        transport = make_transport(environ={"HTTPS_PROXY": f"https://127.0.0.1:{proxy.port}"})
        message = tls_failure_of(transport, build_request("https://host.test/")).message()
    assert message == (
        f"ListImages failed: proxy 127.0.0.1:{proxy.port} (HTTPS_PROXY) does not speak TLS "
        "(host host.test, region cn-north-4). Use http:// instead of https:// in HTTPS_PROXY."
    )


def test_a_server_behind_a_proxy_does_not_speak_tls() -> None:
    with PlainServer(http_response(400)) as server, RawServer(tunnel_to(server.port)) as proxy:
        transport = make_transport(environ={"HTTPS_PROXY": proxy.url})
        message = tls_failure_of(transport, build_request("https://host.test/")).message()
    assert "ListImages failed: the server does not speak TLS (host host.test," in message


def test_tls_verification_of_a_proxy_fails(authority: trustme.CA) -> None:
    with RawServer(http_response(400), ssl_context=tls_context(authority.issue_cert("127.0.0.1"))) as proxy:
        transport = make_transport(environ={"HTTPS_PROXY": proxy.url})
        message = tls_failure_of(transport, build_request("https://host.test/")).message()
    assert f"TLS verification with proxy {host_of(proxy.url)} (HTTPS_PROXY) failed: unable to get" in message
    assert "ca_path" in message


@pytest.mark.parametrize("value", ["http://", "ftp://127.0.0.1:1", "http://u:SHOWN@", "http://u:SHOWN#@127.0.0.1"])
def test_an_invalid_proxy_variable_is_an_error(value: str) -> None:
    transport = make_transport(max_retries=RETRIES, environ={"HTTP_PROXY": value})
    failure = failure_of(transport, build_request("http://host.test/"), ConfigurationError)
    assert failure.message().startswith("HTTP_PROXY ")
    assert "SHOWN" not in failure.message()


# Successful requests through proxies


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used(emulator: Emulator, variable: str) -> None:
    transport = make_transport(environ={variable: emulator.url})
    assert response_of(transport, list_images_request(emulator, base="http://workspace.host.test")).status == 200
    (record,) = emulator.requests
    assert record.headers["host"] == "workspace.host.test"


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
def test_https_requests_use_a_tunnel(authority: trustme.CA, secure: Emulator, bundle: str, is_secure: bool) -> None:
    ssl_context = tls_context(authority.issue_cert("127.0.0.1")) if is_secure else None
    with RawServer(tunnel_to(secure.port), ssl_context=ssl_context) as proxy:
        transport = make_transport(verify=bundle, environ={"HTTPS_PROXY": proxy.url})
        response = response_of(transport, list_images_request(secure))
    assert (response.status, len(proxy.received)) == (200, 1)


def test_a_failure_in_a_reused_tunnel_does_not_name_the_proxy(secure: Emulator, bundle: str) -> None:
    with RawServer(tunnel_to(secure.port)) as proxy:
        transport = make_transport(verify=bundle, environ={"HTTPS_PROXY": proxy.url})
        expect_response(try_send(transport, list_images_request(secure)))
        secure.arm("close_connection")
        message = expect_failure(try_send(transport, list_images_request(secure))).message()
        transport.close()
    assert len(proxy.received) == 1
    assert message.startswith("ListImages failed: connection closed without a response (host ")


def test_user_and_password_of_a_proxy_are_sent_and_masked(secure: Emulator, bundle: str) -> None:
    with RawServer(tunnel_to(secure.port)) as proxy:
        environ = {"HTTPS_PROXY": f"http://DOMAIN%5Cuser:pass%23word@{host_of(proxy.url)}"}
        transport = make_transport(verify=bundle, environ=environ)
        response_of(transport, list_images_request(secure))
    basic = base64.b64encode(b"DOMAIN\\user:pass#word")
    assert b"proxy-authorization: basic " + basic.lower() in proxy.received[0].lower()
    for secret in ("pass#word", "pass%23word", basic.decode()):
        assert transport.secrets.mask(f"<{secret}>") == "<********>"


def test_no_proxy_is_honored(emulator: Emulator) -> None:
    with RawServer(http_response()) as proxy:
        transport = make_transport(environ={"HTTP_PROXY": proxy.url, "NO_PROXY": "127.0.0.1"})
        assert response_of(transport, list_images_request(emulator)).status == 200
    assert (len(emulator.requests), proxy.connections) == (1, 0)


def test_the_environment_of_the_process_is_ignored(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert response_of(make_transport(), list_images_request(emulator)).status == 200


# SOCKS


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("userinfo", ["", "user:pass%23word@"])
def test_https_requests_use_a_socks_proxy(secure: Emulator, bundle: str, scheme: str, userinfo: str) -> None:
    with SocksServer(secure.port, password="pass#word" if userinfo else None) as proxy:
        environ = {"ALL_PROXY": f"{scheme}://{userinfo}127.0.0.1:{proxy.port}"}
        transport = make_transport(verify=bundle, environ=environ)
        response = response_of(transport, list_images_request(secure, base=f"https://localhost:{secure.port}"))
    assert response.status == 200
    assert proxy.targets == [b"localhost" if scheme == "socks5h" else b"127.0.0.1"]


def test_http_requests_use_a_socks_proxy(emulator: Emulator) -> None:
    with SocksServer(emulator.port) as proxy:
        transport = make_transport(environ={"HTTP_PROXY": f"socks5h://127.0.0.1:{proxy.port}"})
        assert response_of(transport, list_images_request(emulator, base="http://host.test")).status == 200
    assert proxy.targets == [b"host.test"]


def test_a_socks_proxy_cannot_connect() -> None:
    with SocksServer(find_closed_port(), rejects=True) as proxy:
        transport = make_transport(max_retries=RETRIES, environ={"ALL_PROXY": f"socks5h://127.0.0.1:{proxy.port}"})
        failure = failure_of(transport, build_request("https://host.test/"), ConnectionFailure)
    assert failure.attempts == ALL_ATTEMPTS
    assert (
        f"proxy 127.0.0.1:{proxy.port} (ALL_PROXY) cannot connect to the host: connection refused" in failure.message()
    )


def test_a_socks_proxy_rejects_the_password() -> None:
    with SocksServer(find_closed_port(), password="other") as proxy:
        environ = {"ALL_PROXY": f"socks5h://user:PASSWORD@127.0.0.1:{proxy.port}"}
        failure = failure_of(make_transport(max_retries=RETRIES, environ=environ), build_request("https://host.test/"))
    assert (failure.error_type, failure.attempts) == ("connection", 1)
    assert "(ALL_PROXY) rejected the connection: socks5 authentication failed" in failure.message()
    assert not [error for error in related_exceptions(failure) if "PASSWORD" in f"{error} {error!r}"]


def test_a_socks_proxy_refuses_the_connection() -> None:
    environ = {"ALL_PROXY": f"socks5://127.0.0.1:{find_closed_port()}"}
    message = failure_of(
        make_transport(environ=environ), build_request("https://localhost/"), ConnectionFailure
    ).message()
    assert "(ALL_PROXY) refused the connection" in message


def test_a_socks_proxy_requires_pysocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_unused: object, **_options: object) -> None:
        raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")

    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", fail)
    monkeypatch.setitem(sys.modules, "socks", None)
    transport = make_transport(max_retries=RETRIES, environ={"ALL_PROXY": "socks5://127.0.0.1:1"})
    failure = failure_of(transport, build_request("http://host.test/"), ConfigurationError)
    assert "ALL_PROXY names a SOCKS proxy, which requires the Python library PySocks" in failure.message()


# .netrc


def test_netrc_is_never_read(emulator: Emulator, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (home / ".netrc", home / "_netrc", home / "named"):
        path.write_text("machine 127.0.0.1 login u password NETRC\ndefault login u password NETRC\n")
    monkeypatch.setenv("NETRC", str(home / "named"))
    assert requests.utils.get_netrc_auth(emulator.url) is not None
    response_of(make_transport(), list_images_request(emulator, TokenAuth(emulator.issue_token())))
    send_and_close(make_transport(), build_request(emulator.url))
    assert [record.headers.get("authorization") for record in emulator.requests] == [None, None]

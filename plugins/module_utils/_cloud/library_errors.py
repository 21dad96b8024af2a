# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the exceptions of requests, urllib3, ssl and PySocks mean to a user. Pure."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _libraries
from .errors import (
    CloudError,
    ConfigurationError,
    ConnectionFailure,
    InvalidResponse,
    ProxyRefusal,
    TimeoutFailure,
    TlsFailure,
)
from .proxies import Proxy

if TYPE_CHECKING:
    from requests import exceptions
elif _libraries.REQUESTS_IMPORT_ERROR is None:
    exceptions = _libraries.requests.exceptions

#: How OpenSSL calls the first bytes of a server that does not speak TLS.
_PLAIN = frozenset({"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"})
_PLAIN_RECORD = "RECORD_LAYER_FAILURE"
_CONNECTION_ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_CA_HINT = "If a proxy inspects TLS, set ca_path or REQUESTS_CA_BUNDLE to its CA bundle."
_TUNNEL_STATUS = re.compile(r"Tunnel connection failed: (\d{3})\b")
_TEMPORARY = ("408", "429")
_SOCKS_REFUSALS = {"SOCKS5AuthError", "SOCKS4Error"}

_WORDS = {
    "RemoteDisconnected": "connection closed without a response",
    "IncompleteRead": "incomplete response, connection closed",
    "InvalidChunkLength": "incomplete response, invalid chunk length",
    "LineTooLong": "the headers of the response are too long",
    "BadStatusLine": "the server does not speak HTTP",
    "SSLEOFError": "connection closed during the TLS handshake",
}


class Explanation(NamedTuple):
    """A failure in the user's terms.

    :ivar hint: what to do, if that is known here.
    """

    kind: type[CloudError]
    reason: str
    hint: str | None = None


def explain(error: BaseException, verify: bool | str, proxy: Proxy | None) -> Explanation:
    """Explain an exception of the libraries.

    :param verify: the CA bundle in use.
    :param proxy: the proxy that has not connected to the host yet, which is therefore what failed.
    """
    causes = list(causes_of(error))
    return (
        _tls_failure(causes, verify, proxy)
        or _timeout(causes)
        or _invalid_request(causes, proxy)
        or (Explanation(ConnectionFailure, _reason(causes)) if proxy is None else _proxy_failure(causes, proxy))
    )


def is_unknown_host(error: BaseException) -> bool:
    """Whether a host name was not found."""
    return any(isinstance(cause, socket.gaierror) for cause in causes_of(error))


def _tls_failure(causes: list[BaseException], verify: bool | str, proxy: Proxy | None) -> Explanation | None:
    error = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if error is None:
        mismatch = any(
            "certificate" in str(cause).lower() for cause in causes if isinstance(cause, exceptions.SSLError)
        )
        reason = "TLS verification failed: the certificate is not valid for the host name"
        return Explanation(TlsFailure, reason, _ca_hint(verify)) if mismatch else None
    if isinstance(error, _CONNECTION_ENDED):
        return None
    if error.library in ("X509", "PEM"):
        return Explanation(
            ConfigurationError,
            f"the CA bundle {verify} contains no valid certificate",
            "Set ca_path or REQUESTS_CA_BUNDLE to a file of certificates in PEM format.",
        )
    if error.reason in _PLAIN or _PLAIN_RECORD in (error.reason or ""):
        return _no_tls(proxy)
    phrase = str(getattr(error, "verify_message", None) or error.reason or "no reason given").replace("_", " ")
    what = "verification" if error.reason == "CERTIFICATE_VERIFY_FAILED" else "handshake"
    peer = f" with {proxy.name}" if proxy else ""
    return Explanation(TlsFailure, f"TLS {what}{peer} failed: {phrase.rstrip('.')}", _ca_hint(verify))


def _ca_hint(verify: bool | str) -> str:
    in_use = f" The CA bundle in use is {verify}." if isinstance(verify, str) else ""
    return f"{_CA_HINT}{in_use}"


def _no_tls(proxy: Proxy | None) -> Explanation:
    if proxy is not None:
        return Explanation(
            TlsFailure, f"{proxy.name} does not speak TLS", f"Use http:// instead of https:// in {proxy.variable}."
        )
    return Explanation(
        TlsFailure, "the server does not speak TLS", "Use http:// instead of https:// in the endpoint, or another port."
    )


def _timeout(causes: list[BaseException]) -> Explanation | None:
    is_timeout = any(isinstance(cause, (exceptions.Timeout, TimeoutError, socket.timeout)) for cause in causes)
    return Explanation(TimeoutFailure, "no response in time") if is_timeout else None


def _invalid_request(causes: list[BaseException], proxy: Proxy | None) -> Explanation | None:
    error = causes[0]
    if isinstance(error, exceptions.InvalidSchema) and proxy is not None and proxy.is_socks:
        return Explanation(
            ConfigurationError,
            f"{proxy.variable} names a SOCKS proxy, which requires the Python library PySocks",
            "Install PySocks where the task runs, or set an HTTP proxy.",
        )
    if isinstance(error, (exceptions.InvalidURL, exceptions.InvalidSchema)):
        return Explanation(ConfigurationError, "the URL of the request is invalid", "Check endpoint.")
    if isinstance(error, exceptions.InvalidHeader):
        return Explanation(InvalidResponse, "unexpected response: its headers contradict each other")
    return None


def _proxy_failure(causes: list[BaseException], proxy: Proxy) -> Explanation:
    hint = f"Correct {proxy.variable}, or add the host to NO_PROXY."
    text = " ".join(str(cause) for cause in causes if isinstance(cause, OSError))
    status = _TUNNEL_STATUS.search(text)
    if status is not None:
        return _rejected_tunnel(status[1], proxy, hint)
    names = {type(cause).__name__ for cause in causes}
    if names & _SOCKS_REFUSALS:
        return Explanation(ProxyRefusal, f"{proxy.name} rejected the connection: {_reason(causes)}", hint)
    if "SOCKS5Error" in names:
        return Explanation(ConnectionFailure, f"{proxy.name} cannot connect to the host: {_reason(causes)}", hint)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Explanation(ConnectionFailure, f"{proxy.name} refused the connection", hint)
    return Explanation(ConnectionFailure, f"no connection through {proxy.name}: {_reason(causes)}", hint)


def _rejected_tunnel(status: str, proxy: Proxy, hint: str) -> Explanation:
    if status == "407":
        hint = f"The proxy requires authentication: put the user and the password in the URL of {proxy.variable}."
    kind = ProxyRefusal if status.startswith("4") and status not in _TEMPORARY else ConnectionFailure
    return Explanation(kind, f"{proxy.name} rejected the connection with HTTP {status}", hint)


def _reason(causes: list[BaseException]) -> str:
    """Return what the innermost telling cause says."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, ssl.SSLError):
            return cause.strerror.lower() if isinstance(cause, ConnectionError) else cause.strerror
        if type(cause).__module__ == "socks":
            return re.sub(r"^0x\d\d: ", "", str(getattr(cause, "msg", cause))).lower()
    names = {name for cause in causes for name in (kind.__name__ for kind in type(cause).__mro__)}
    if any(isinstance(cause, http.client.HTTPException) for cause in causes) and "got more than" in str(causes):
        return _WORDS["LineTooLong"]
    return next((words for name, words in _WORDS.items() if name in names), type(causes[0]).__name__)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it wraps, from the outside in, in whichever way the libraries wrap them."""
    seen: set[int] = set()
    pending: list[BaseException] = [error]
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner: list[Any] = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        pending.extend(cause for cause in inner if isinstance(cause, BaseException))

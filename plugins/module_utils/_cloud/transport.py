# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one file that touches the network: connections, time-outs, retries, and what an answer's status means."""

from __future__ import annotations

import random
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import urlsplit

from .. import _libraries
from .errors import (
    ApiError,
    CloudError,
    ConfigurationError,
    ConnectionFailure,
    InvalidResponse,
    ProxyRefusal,
    TimeoutFailure,
    TlsFailure,
)
from .redaction import Secrets
from .responses import read_json, service_error
from .retry import RetryPolicy, requested_delay
from .signing import now, text_headers
from .threads import run_in_thread

if TYPE_CHECKING:
    import requests
    from requests.auth import AuthBase
elif _libraries.REQUESTS_IMPORT_ERROR is None:
    requests = _libraries.requests

VERSION = "1.0.0"
USER_AGENT = f"ansible-huaweicloud.workspace/{VERSION}"

#: Bytes of an answer's body, unpacked, that are read at most.
MAX_BODY = 64 * 1024 * 1024
#: Connections that are kept alive.
MAX_CONNECTIONS = 8

_CHUNK = 16 * 1024
_REQUEST_ID_HEADERS = ("X-Request-Id", "X-IAM-Trace-Id")
# An answer with one of these has no body, whatever length it names.
_WITHOUT_BODY = frozenset({*range(100, 200), 204, 304})
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_NO_PROXY = "a proxy variable of the environment is not the URL of a proxy that can be used"
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class Request:
    """One call of an API, not yet signed.

    :ivar operation: the API's name of it.
    :ivar url: as it goes over the wire.
    :ivar auth: signs the request, or adds the token.
    :ivar region: for messages.
    """

    operation: str
    method: str
    url: str
    auth: AuthBase | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    region: str | None = None


@dataclass(frozen=True)
class Response:
    """What the service answered, below 400.

    :ivar body: unpacked, whole.
    :ivar attempts: how often the request was tried.
    """

    call: Request
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    attempts: int = 1

    def json(self, schema: Any, *, status: int = 200) -> Any:
        """The document in the body, as the schema gives it back.

        :param schema: what the call promises, a ``voluptuous.Schema``.
        :param status: the one that the call promises.
        :raises InvalidResponse: where the answer is another one; it names the path, such as ``images[3].min_disk``.
        """
        if self.status != status:
            raise self.invalid(f"HTTP {self.status} is not the status that this call promises")
        try:
            return schema(read_json(self.body))
        except ValueError as error:
            raise self.invalid(str(error)) from None
        except _libraries.voluptuous.MultipleInvalid as error:
            raise self.invalid(_violation(error.errors[0])) from None

    def invalid(self, reason: str) -> InvalidResponse:
        """The failure that says what is wrong with this answer.

        :param reason: one phrase that quotes nothing of the answer.
        """
        error = service_error(self.body)
        told = ": ".join(text for text in (error.code, error.message) if text)
        failure = InvalidResponse(
            f"the answer cannot be used: {reason}{f' ({told})' if told else ''}",
            operation=self.call.operation,
            region=self.call.region,
            http_status=self.status,
            error_code=error.code,
            error_msg=error.message,
            request_id=_request_id(self.headers) or error.request_id,
            encoded_authorization_message=error.encoded_authorization_message,
        )
        failure.attempts = self.attempts
        return failure


class _UnreadableBundle(TlsFailure):
    """The other side was not even looked at."""


@dataclass
class _Progress:
    """How far one attempt has come.

    :ivar head: the answer without its body, as soon as it is there.
    :ivar is_abandoned: set when nobody waits any more.
    """

    head: Response | None = None
    is_abandoned: threading.Event = field(default_factory=threading.Event)


class Transport:
    """Sends calls, again where that may help.

    One object serves one task: its connections are kept alive, and a throttling slows all its threads.

    :param verify: whether and against which CA bundle certificates are checked; None is the system's choice.
    :param timeout: seconds for one attempt as a whole.
    :param use_proxies: whether the proxy variables count.
    """

    def __init__(
        self,
        *,
        secrets: Secrets,
        verify: bool | str = True,
        timeout: float = 30.0,
        retries: RetryPolicy | None = None,
        environ: Mapping[str, str] | None = None,
        sleep: Callable[[float], Any] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.secrets = secrets
        self.clock = clock
        self._verify = verify
        self._timeout = timeout
        self._retries = retries or RetryPolicy()
        self._use_proxies = bool(environ)
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._monotonic = monotonic
        self._dice = jitter
        # Below a signed request nothing may send it again by itself: its signature would be old.
        self._adapter = requests.adapters.HTTPAdapter(pool_maxsize=MAX_CONNECTIONS, max_retries=0)
        self._lock = threading.Lock()
        self._not_before = 0.0
        if self._verify is False:
            # The user was told by the option's documentation; a line for each request helps nobody.
            # requests gives that name to its library only when it runs, so that no type checker knows it.
            requests.packages.urllib3.disable_warnings()  # type: ignore[attr-defined]

    def close(self) -> None:
        """End the connections, and whatever still waits to try again."""
        self._closed.set()
        self._adapter.close()

    def send(self, call: Request) -> Response:
        """One answer below 400.

        :raises CloudError: where there is none after the last attempt.
        """
        attempt = 0
        failure: CloudError = ConnectionFailure("nobody waits for an answer any more")
        while True:
            self._wait_for_turn()
            if self._closed.is_set():
                raise failure
            attempt += 1
            try:
                answer = self._attempt(call)
                return replace(answer, attempts=attempt)
            except CloudError as error:
                failure = error
            failure.operation = call.operation
            failure.region = call.region
            failure.attempts = attempt
            if isinstance(failure, (ConnectionFailure, TimeoutFailure, TlsFailure)):
                failure.host = urlsplit(call.url).netloc
            delay = self._retries.delay(failure, attempt, self._dice)
            if delay is None:
                raise failure
            self._postpone(delay, everyone=failure.http_status == 429)

    def _wait_for_turn(self) -> None:
        while True:
            with self._lock:
                wait = self._not_before - self._monotonic()
            if wait <= 0 or self._closed.is_set():
                return
            self._sleep(wait)

    def _postpone(self, delay: float, *, everyone: bool) -> None:
        if not everyone:
            self._sleep(delay)
            return
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + delay)

    def _attempt(self, call: Request) -> Response:
        """One attempt, bounded as a whole: a thread does it, and is left behind where it takes too long.

        No socket option would do: each bounds one wait only, and none the lookup of a name.
        """
        progress = _Progress()
        attempt = run_in_thread(lambda: self._exchange(call, progress))
        failure: CloudError
        try:
            return attempt.result(self._timeout)
        except (FutureTimeoutError, TimeoutFailure):
            failure = TimeoutFailure(f"no whole answer within {self._timeout:g} seconds")
        except (ConnectionFailure, InvalidResponse) as error:
            failure = error
        finally:
            progress.is_abandoned.set()
        # A refusal is one without its body, too: a refused identity, say, must not be tried again.
        raise failure if progress.head is None or progress.head.status < 400 else self._refusal(progress.head)

    def _exchange(self, call: Request, progress: _Progress) -> Response:
        try:
            prepared = requests.Request(
                call.method,
                call.url,
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **call.headers},
                data=call.body,
                auth=call.auth,
            ).prepare()
            self.secrets.add_headers(text_headers(prepared.headers))
            proxies = _proxies(call.url) if self._use_proxies else {}
            response = self._adapter.send(
                prepared, stream=True, timeout=self._timeout, verify=self._verify, proxies=proxies
            )
            progress.head = Response(call, response.status_code, response.headers, b"")
            try:
                answer = replace(progress.head, body=_body(response, progress.is_abandoned))
            finally:
                response.close()
        except (requests.RequestException, OSError, ValueError) as error:
            raise self._failure(error) from None
        if answer.status >= 400:
            raise self._refusal(answer)
        return answer

    def _failure(self, error: Exception) -> CloudError:
        failure = _failure(error)
        if isinstance(failure, _UnreadableBundle):
            return ConfigurationError(f"{self._verify} holds no certificate that can be read")
        return failure

    def _refusal(self, answer: Response) -> ApiError:
        error = service_error(answer.body)
        told = ": ".join(text for text in (error.code, error.message) if text)
        return ApiError(
            f"HTTP {answer.status}{f' {told}' if told else ' without an error code'}",
            http_status=answer.status,
            error_code=error.code,
            error_msg=error.message,
            request_id=_request_id(answer.headers) or error.request_id,
            encoded_authorization_message=error.encoded_authorization_message,
            wait=requested_delay(answer.headers.get("Retry-After"), error.message, self.clock()),
        )


def _proxies(url: str) -> dict[str, str]:
    """The proxies of the environment.

    :raises ConfigurationError: where the one for this URL cannot be one; the libraries would blame the URL, or break.
    """
    proxies = requests.utils.get_environ_proxies(url)
    proxy = requests.utils.select_proxy(url, proxies)
    if proxy:
        try:
            parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            is_one = parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_one = False
        if not is_one:
            raise ConfigurationError(_NO_PROXY)
    return proxies


def _violation(error: Any) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path).lstrip(".")
    return f"{path or 'its JSON'}: {error.error_message}"


def _body(response: requests.Response, abandoned: threading.Event) -> bytes:
    """The whole body, unpacked.

    :raises InvalidResponse: where it is too large; the rest is not read.
    :raises ConnectionFailure: where it was cut off.
    """
    if "," in response.headers.get("Content-Encoding", ""):
        # Each step of unpacking multiplies what one chunk may become.
        raise InvalidResponse(
            "the answer cannot be used: its body is packed more than once",
            http_status=response.status_code,
            request_id=_request_id(response.headers),
        )
    # Chunks tell their own lengths, and that of the whole does not count beside them (RFC 9112, 6.3).
    length = "" if "Transfer-Encoding" in response.headers else response.headers.get("Content-Length", "")
    has_length = length.isascii() and length.isdigit() and response.status_code not in _WITHOUT_BODY
    expected = int(length[:18]) if has_length else None
    chunks: list[bytes] = []
    size = 0
    for chunk in _chunks(response, abandoned):
        size += len(chunk)
        if size > MAX_BODY:
            raise InvalidResponse(
                f"the answer cannot be used: its body is larger than {MAX_BODY // 1024 // 1024} MiB",
                http_status=response.status_code,
                request_id=_request_id(response.headers),
            )
        chunks.append(chunk)
    # urllib3 before 2.0 does not look whether the body is as long as promised.
    if expected is not None and response.raw.tell() < expected:
        raise ConnectionFailure(f"the body was cut off after {response.raw.tell()} of {expected} bytes")
    return b"".join(chunks)


def _chunks(response: requests.Response, abandoned: threading.Event) -> Iterator[bytes]:
    try:
        for chunk in response.iter_content(_CHUNK):
            if abandoned.is_set():
                return
            yield chunk
    except requests.exceptions.ContentDecodingError:
        raise InvalidResponse(
            "the answer cannot be used: its compressed body is broken",
            http_status=response.status_code,
            request_id=_request_id(response.headers),
        ) from None


def _request_id(headers: Mapping[str, str]) -> str | None:
    return next((headers[name] for name in _REQUEST_ID_HEADERS if headers.get(name)), None)


def _failure(error: Exception) -> CloudError:
    """What an exception of the libraries below means to a user."""
    causes = list(_causes(error))
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if tls is not None and not isinstance(tls, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)):
        if tls.library in ("X509", "PEM"):
            return _UnreadableBundle("the certificates to trust cannot be read")
        reason = getattr(tls, "verify_message", None) or tls.reason or "the handshake failed"
        return TlsFailure(f"the other side could not be trusted: {str(reason).replace('_', ' ').rstrip('.')}")
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes):
        return _proxy_failure(causes)
    if any(isinstance(cause, (requests.exceptions.Timeout, TimeoutError)) for cause in causes):
        return TimeoutFailure("no answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        text = str(error)
        if "certificate" in text.lower():
            return TlsFailure("the other side could not be trusted: its certificate does not fit the host name")
    if isinstance(error, (requests.exceptions.InvalidProxyURL, requests.exceptions.InvalidSchema)):
        return ConfigurationError(_NO_PROXY)
    if isinstance(error, requests.exceptions.InvalidURL):
        return ConfigurationError("the request cannot be made: its address is not one")
    if isinstance(error, requests.exceptions.InvalidHeader):
        return InvalidResponse("the answer cannot be used: its headers contradict each other")
    return ConnectionFailure(f"no answer: {_reason(causes)}")


def _proxy_failure(causes: list[BaseException]) -> CloudError:
    """A proxy that refuses the tunnel says so by a status in the text of an ``OSError``."""
    text = " ".join(str(cause) for cause in causes if isinstance(cause, OSError))
    refused = next((status for status in range(400, 500) if f": {status} " in text), None)
    if refused in (None, 408, 429):
        return ConnectionFailure(f"the proxy does not answer as it should: {_reason(causes)}")
    hint = ": it wants a user and a password, which belong into the proxy variable's URL" if refused == 407 else ""
    return ProxyRefusal(f"the proxy refused with HTTP {refused}{hint}")


def _reason(causes: list[BaseException]) -> str:
    """The innermost cause that says something to a person."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower() if isinstance(cause, ConnectionError) else cause.strerror
    names = [type(cause).__name__ for cause in causes]
    return next((words for name, words in _WORDS.items() if name in names), names[0])


_WORDS = {
    "RemoteDisconnected": "the other side closed the connection",
    "IncompleteRead": "the body was cut off",
    "InvalidChunkLength": "the body was cut off",
    "BadStatusLine": "the other side does not speak HTTP",
}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps, from the outside in; the libraries use every way that there is."""
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

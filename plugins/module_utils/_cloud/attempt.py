# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One attempt of a request, within a deadline and with bounded memory."""

from __future__ import annotations

import io
import traceback
from collections.abc import Iterator, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import urlsplit

from .. import _libraries
from .adapter import Adapter, Cancellation
from .errors import ApiError, CloudError, ConnectionFailure, InvalidResponse, TimeoutFailure
from .hints import hint_for_region
from .library_errors import causes_of, explain, is_unknown_host
from .messages import Deadline, Request, Response
from .proxies import hint_for_no_proxy, proxy_for
from .redaction import Secrets
from .signing import text_headers
from .threads import run_in_thread

if TYPE_CHECKING:
    import requests
elif _libraries.REQUESTS_IMPORT_ERROR is None:
    requests = _libraries.requests

VERSION = "1.1.0"
USER_AGENT = f"ansible-huaweicloud.workspace/{VERSION}"

#: Bytes of a response's body, decompressed, that are read at most.
MAX_BODY = 64 * 1024 * 1024

_CHUNK = 16 * 1024
# A response with one of these has no body, whatever length it names.
_WITHOUT_BODY = frozenset({*range(100, 200), 204, 304})


@dataclass(frozen=True)
class Client:
    """What all attempts of a transport have in common; see there."""

    adapter: Adapter
    secrets: Secrets
    verify: bool | str
    timeout: float
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]


class Attempt:
    """One attempt.

    :ivar head: the response, if there is one: at first without its body, which may never arrive.
    :param number: of this attempt of the request, from 1.
    :raises ConfigurationError: if a proxy variable is wrong.
    """

    def __init__(self, client: Client, request: Request, number: int) -> None:
        self._client = client
        self._request = request
        self._number = number
        self._proxy = proxy_for(request.url, client.environ)
        self._cancellation = Cancellation()
        self.head: Response | None = None

    def run(self) -> Response:
        """Send the request and wait for the response, no longer than the timeout.

        A thread does it, and is abandoned if it takes too long: no socket option bounds an attempt as a whole, and none
        bounds a DNS lookup.

        :returns: a response with a status below 400.
        :raises CloudError: if no response can be used.
        """
        failure: CloudError
        deadline = Deadline(
            self._client.timeout, self._client.monotonic() + self._client.timeout, self._client.monotonic
        )
        try:
            return run_in_thread(lambda: self._exchange(deadline)).result(self._client.timeout)
        except (FutureTimeoutError, TimeoutFailure):
            failure = self._failure(TimeoutFailure, deadline.reason, self._hint_for_proxy())
        except InvalidResponse as error:
            failure = error
        except ConnectionFailure as error:
            failure = self._failure(type(error), error.reason, error.hint)
        finally:
            self.cancel()
        # The status counts without the body too: a failed authentication, for one, must not be retried.
        raise failure if self.head is None or self.head.status < 400 else self._api_error(self.head)

    def cancel(self) -> None:
        """Abandon the attempt: its connection is closed, and its thread ends."""
        self._cancellation.cancel()

    def _exchange(self, deadline: Deadline) -> Response:
        with self._cancellation.in_this_thread():
            try:
                received = self._send()
                head = Response(self._request, received.status_code, received.headers, b"", self._number, deadline)
                self.head = head
                try:
                    self.head = response = replace(head, body=self._read_body(received, head))
                finally:
                    received.close()
            except (requests.RequestException, OSError, ValueError) as error:
                explained = self._explained(error)
                if self._cancellation.is_cancelled:
                    # urllib3 1.26 loses a TLS socket there, which would be open until the next garbage collection.
                    for cause in causes_of(error):
                        traceback.clear_frames(cause.__traceback__)
                raise explained from None
        if response.status >= 400:
            raise self._api_error(response)
        return response

    def _send(self) -> requests.Response:
        client, request = self._client, self._request
        prepared = requests.Request(
            request.method,
            request.url,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **request.headers},
            data=request.body,
            auth=request.auth,
        ).prepare()
        client.secrets.add_headers(text_headers(prepared.headers))
        proxies = {}
        if self._proxy is not None:
            client.secrets.add(*self._proxy.secrets())
            proxies[urlsplit(request.url).scheme] = self._proxy.url
        return client.adapter.send(prepared, stream=True, timeout=client.timeout, verify=client.verify, proxies=proxies)

    def _read_body(self, received: requests.Response, head: Response) -> bytes:
        """Read the whole body, decompressed.

        :raises InvalidResponse: if it is too large; the rest is not read.
        :raises ConnectionFailure: if it is incomplete.
        """
        if "," in received.headers.get("Content-Encoding", ""):
            # Each step of decompression multiplies what one chunk may become.
            raise head.invalid("the body is compressed more than once")
        body = io.BytesIO()
        try:
            for chunk in self._chunks(received):
                if body.tell() + len(chunk) > MAX_BODY:
                    raise head.invalid(f"the body is larger than {MAX_BODY // 1024 // 1024} MiB")
                body.write(chunk)
        except requests.exceptions.ContentDecodingError:
            raise head.invalid("the compressed body is corrupt") from None
        expected = _body_length(received)
        # urllib3 before 2.0 does not compare the length.
        if expected is not None and received.raw.tell() < expected:
            reason = f"incomplete response, connection closed after {received.raw.tell()} of {expected} bytes"
            raise self._failure(ConnectionFailure, reason)
        return body.getvalue()

    def _chunks(self, received: requests.Response) -> Iterator[bytes]:
        for chunk in received.iter_content(_CHUNK):
            if self._cancellation.is_cancelled:
                return
            yield chunk

    def _explained(self, error: Exception) -> CloudError:
        is_past_proxy = self._cancellation.is_past_proxy
        kind, reason, hint = explain(error, self._client.verify, None if is_past_proxy else self._proxy)
        if self._proxy is not None and not is_past_proxy:
            hint = _sentences(hint, hint_for_no_proxy(self._request.url, self._client.environ))
        elif is_unknown_host(error):
            hint = hint_for_region(self._request.region) or hint
        return self._failure(kind, reason, hint)

    def _failure(self, kind: type[CloudError], reason: str, hint: str | None = None, **facts: Any) -> CloudError:
        status = {"http_status": self.head.status, "request_id": self.head.request_id} if self.head else {}
        facts = {**(status if issubclass(kind, InvalidResponse) else {}), **facts}
        return self._request.failure(kind, reason, attempts=self._number, hint=hint, **facts)

    def _api_error(self, response: Response) -> ApiError:
        failure = response.api_error(self._client.clock())
        if failure.error_code is not None or self._cancellation.is_past_proxy:
            return failure
        # The response may be that of a proxy.
        return failure.with_facts(hint=_sentences(failure.hint, self._hint_for_proxy()))

    def _hint_for_proxy(self) -> str | None:
        if self._proxy is None:
            return None
        sent = f"The request was sent through {self._proxy.name}."
        return _sentences(sent, hint_for_no_proxy(self._request.url, self._client.environ))


def _sentences(*parts: str | None) -> str | None:
    return " ".join(filter(None, parts)) or None


def _body_length(received: requests.Response) -> int | None:
    """Return the length in the headers, if it applies."""
    # With chunks, which have their own lengths, Content-Length is ignored (RFC 9112, 6.3).
    length = "" if "Transfer-Encoding" in received.headers else received.headers.get("Content-Length", "")
    has_length = length.isascii() and length.isdigit() and received.status_code not in _WITHOUT_BODY
    return int(length[:18]) if has_length else None

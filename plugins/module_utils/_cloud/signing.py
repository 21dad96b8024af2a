# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authenticates requests, by a signature (SDK-HMAC-SHA256) or a token. Pure: the clock is a parameter.

Source: the vendor's description of the signature algorithm; the unit tests have vectors, checked with the vendor's SDK.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from .. import _libraries
from .credentials import AccessKey

if TYPE_CHECKING:
    from requests import PreparedRequest
    from requests.auth import AuthBase
elif _libraries.REQUESTS_IMPORT_ERROR is None:
    AuthBase = _libraries.requests.auth.AuthBase
else:
    AuthBase = object

ALGORITHM = "SDK-HMAC-SHA256"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
# Bytes that are not UTF-8 survive decoding and encoding.
_BYTES = "surrogateescape"

DEFAULT_PORTS = {"http": 80, "https": 443}

#: The headers that are signed, if the request has them. Not ``User-Agent``: a proxy may rewrite it.
SIGNED_HEADERS = frozenset({"content-type", "host", "x-domain-id", "x-project-id", "x-sdk-date", "x-security-token"})


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(timezone.utc)


class SdkHmacSha256(AuthBase):
    """Signs requests, each at the time when it is sent.

    :param key: the access key that signs.
    :param clock: the time in UTC.
    """

    def __init__(self, key: AccessKey, clock: Callable[[], datetime] = now) -> None:
        self.key = key
        self.clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add ``Host``, ``X-Sdk-Date``, ``X-Security-Token`` and ``Authorization`` to the request's headers."""
        url = request.url or ""
        date = self.clock().strftime(DATE_FORMAT)
        request.headers["Host"] = host(url)
        request.headers["X-Sdk-Date"] = date
        if self.key.security_token is not None:
            request.headers["X-Security-Token"] = self.key.security_token
        headers = {name.lower(): value for name, value in text_headers(request.headers).items()}
        signed = {name: value for name, value in headers.items() if name in SIGNED_HEADERS}
        canonical = canonical_request(request.method or "", url, signed, _as_bytes(request.body))
        request.headers["Authorization"] = authorization(self.key, canonical, signed_headers=signed, date=date)
        return request


class TokenAuth(AuthBase):
    """Adds a token of IAM to requests.

    :param token: the token as IAM issued it.
    """

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add ``X-Auth-Token`` to the request's headers."""
        request.headers["X-Auth-Token"] = self.token
        return request


def canonical_request(method: str, url: str, signed_headers: Mapping[str, str], body: bytes) -> str:
    """Build the text whose hash is signed.

    :param method: such as ``GET``.
    :param url: the whole URL as it is sent.
    :param signed_headers: values by name in lower case.
    :param body: the body as it is sent.
    """
    parts = urlsplit(url)
    # Decoded before it is split: for the services, an encoded slash is a slash.
    path = "/".join(percent_encode(segment) for segment in unquote(parts.path, errors=_BYTES).split("/"))
    query = canonical_query(parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True, errors=_BYTES))
    names = sorted(signed_headers)
    return "\n".join(
        (
            method.upper(),
            path if path.endswith("/") else f"{path}/",
            query,
            "".join(f"{name}:{signed_headers[name].strip()}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        )
    )


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Build the query as it is signed and sent: sorted by name, then by value.

    :param pairs: names and values, not yet encoded.
    """
    return "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in sorted(pairs))


def authorization(key: AccessKey, canonical: str, *, signed_headers: Iterable[str], date: str) -> str:
    """Build the value of the ``Authorization`` header.

    :param key: the access key that signs.
    :param canonical: the result of :func:`canonical_request`.
    :param signed_headers: the names in it.
    :param date: the value of ``X-Sdk-Date``.
    """
    text = "\n".join((ALGORITHM, date, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.new(key.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return (
        f"{ALGORITHM} Access={key.access_key}, SignedHeaders={';'.join(sorted(signed_headers))}, Signature={signature}"
    )


def host(url: str) -> str:
    """Return the value of the ``Host`` header: with a port only if it is not the scheme's default."""
    parts = urlsplit(url)
    name = parts.netloc.rpartition("@")[2]
    default = DEFAULT_PORTS.get(parts.scheme)
    return name[: -len(f":{default}")] if parts.port is not None and parts.port == default else name


def percent_encode(text: str) -> str:
    """Encode every byte but the unreserved ones ``A-Za-z0-9-_.~`` as ``%XX``."""
    return quote(text, safe="~", errors=_BYTES)


def text_headers(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    """Convert headers, which ``requests`` may hold as bytes, to text."""
    return {name: value if isinstance(value, str) else value.decode("latin-1") for name, value in headers.items()}


def _as_bytes(body: object) -> bytes:
    """Return a body as it is sent; this collection sends no streams."""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b""

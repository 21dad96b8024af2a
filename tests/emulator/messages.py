# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of an exchange: the received request and the response to send."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
"""The format of a UTC time in responses of IAM and the instance metadata."""


@dataclass(frozen=True)
class Request:
    """A complete request.

    ``path`` and ``raw_query`` are percent-encoded, as received. ``route`` is ``path`` without the prefix of the region.
    Header names are in lower case.
    """

    method: str
    path: str
    route: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    region: str

    @property
    def query_pairs(self) -> list[tuple[str, str]]:
        """The decoded query in the order sent, with empty values."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """The decoded query; if a name is repeated, its first value."""
        return dict(reversed(self.query_pairs))


@dataclass(frozen=True)
class Response:
    """A response. The server adds ``Content-Length`` and other required headers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Response:
        """Return the response with more headers; an underscore in a name becomes a hyphen."""
        added = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **added})


class RejectedError(Exception):
    """Raised if a request is rejected, with the error response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def new_request_id() -> str:
    """Return a request ID in the gateway's format: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def encode_json(document: object) -> bytes:
    """Return compact JSON in UTF-8, as the services send it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def json_response(status: int, document: object, **headers: str) -> Response:
    """Return a response with a JSON body and a request ID."""
    return raw_json_response(status, encode_json(document), **headers)


def raw_json_response(status: int, body: bytes, **headers: str) -> Response:
    """Return a response with an encoded body, which need not be valid JSON, and a request ID."""
    defaults = {"Content_Type": "application/json", "X_Request_Id": new_request_id()}
    return Response(status, body).with_headers(**{**defaults, **headers})

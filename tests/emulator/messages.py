# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two messages of an exchange: the request as it arrived, the response as it is to be sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
"""How IAM and the metadata write a moment in UTC."""


@dataclass(frozen=True)
class Request:
    """One request, read whole.

    ``path`` and ``raw_query`` are as they were as transmitted, percent-encoded. ``route`` is ``path`` without the
    prefix that names the region. Names of headers are in lower case.
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
        """The query, decoded, in the order sent; an empty value stays."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """The query, decoded; of a name given twice, the first value."""
        return dict(reversed(self.query_pairs))


@dataclass(frozen=True)
class Response:
    """One response. The server adds ``Content-Length`` and what else it needs when it writes it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Response:
        """The same response with more headers; an underscore in a name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


class RejectedError(Exception):
    """Raised where a request is refused, with the response that says so."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def new_request_id() -> str:
    """Give an identifier as the gateway makes them: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def encode_json(document: object) -> bytes:
    """Write JSON as the services do: compact, in UTF-8."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def json_response(status: int, document: object, **headers: str) -> Response:
    """Make a response with a JSON body and a request id."""
    return raw_json_response(status, encode_json(document), **headers)


def raw_json_response(status: int, body: bytes, **headers: str) -> Response:
    """The same with a body that is written already, well or not."""
    usual = {"Content_Type": "application/json", "X_Request_Id": new_request_id()}
    return Response(status, body).with_headers(**{**usual, **headers})

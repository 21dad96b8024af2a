# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses that are not as documented. Each takes the valid response with its context and returns another one."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ..authentication import authentication_failed, signature_expired
from ..errors import DOCUMENTED, error_response
from ..messages import Response, encode_json, json_response, raw_json_response
from ..metadata import Metadata
from ..sts import encode_authorization_message
from .table import Context, response_fault

_HTML = (
    "<!DOCTYPE html><html><head><title>{status}</title></head>"
    "<body><center><h1>{status}</h1></center><hr><center>elb</center></body></html>"
)


# Errors


@response_fault()
def error(
    context: Context, *, status: int = 500, code: str = "", message: str = "", shape: str = "service",
    retry_after: str = "", encoded: str = "",
) -> Response:  # fmt: skip
    """An error with the documented code of its status, or another; shapes service, gateway, camel, plain, nested.

    ``encoded`` is the encoded_authorization_message.
    """
    default_code, text = DOCUMENTED.get(status, ("WKS.00211401", "The operation failed. Try again later."))
    extra = {"encoded_authorization_message": encoded} if encoded else {}
    failure = error_response(status, code or default_code, message or text, shape, **extra)
    return failure.with_headers(Retry_After=retry_after) if retry_after else failure


@response_fault()
def response(
    context: Context,
    *,
    status: int = 200,
    body: object = "",
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Any status, body (a text, or any other value as JSON) and headers (an object)."""
    data = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else encode_json(body)
    return Response(status, data, {"Content-Type": content_type, **(headers or {})})


@response_fault()
def throttled(
    context: Context, *, limit: int = 60, window: str = "1 minute", policy: str = "user", retry_after: str = ""
) -> Response:
    """429 as the gateway sends it, with the window in the message; Retry-After, in seconds or as a date, if set."""
    message = f"The throttling threshold has been reached: policy {policy} over ratelimit,limit:{limit},time:{window}"
    failure = error_response(429, "APIGW.0308", message, shape="gateway")
    failure = failure.with_headers(**{"X-Apig-RateLimit-User": f"remain:0,limit:{limit},time:{window}"})
    return failure.with_headers(Retry_After=retry_after) if retry_after else failure


@response_fault()
def access_denied(context: Context, *, reason: str = "implicit deny by identity-based policy") -> Response:
    """403 with an encoded_authorization_message, which the emulator's STS decodes."""
    action = "workspace:images:list"
    encoded = encode_authorization_message(
        {
            "allowed": False,
            "failure": reason,
            "context": {
                "principal": {"id": context.account.user_id},
                "action": action,
                "region": context.request.region,
            },
        }
    )
    message = f"Policy doesn't allow {action} to be performed."
    return error_response(403, "WKS.00081102", message, encoded_authorization_message=encoded)


@response_fault()
def bad_token(context: Context) -> Response:
    """401 of the gateway for a token that it cannot decrypt."""
    return authentication_failed("decrypt token fail")


@response_fault()
def bad_signature(context: Context) -> Response:
    """401 of the gateway for an invalid signature."""
    return authentication_failed("verify aksk signature fail")


@response_fault()
def unknown_key(context: Context) -> Response:
    """401 of the gateway for an access key that does not exist."""
    return authentication_failed(f"Get secretKey failed,ak:{context.account.access_key},err:ak not exist")


@response_fault()
def locked_key(context: Context) -> Response:
    """401 of the gateway for an access key that is locked after too many failed authentications."""
    return authentication_failed("AK access failed to reach the limit,forbidden")


@response_fault()
def clock_off(context: Context, *, seconds: int = 3600) -> Response:
    """401 of the gateway, whose clock is this number of seconds ahead of the client's."""
    signed_at = context.request.headers.get("x-sdk-date", "")
    return signature_expired(signed_at, datetime.now(timezone.utc) + timedelta(seconds=seconds))


@response_fault()
def echo(context: Context) -> Response:
    """401 whose message repeats the signed request with access key, signature and security token."""
    request = context.request
    canonical = "\n".join([request.method, request.path, request.raw_query, *map(": ".join, request.headers.items())])
    return authentication_failed(
        f"verify aksk signature fail, canonicalRequest:{canonical},"
        f"signature:{hashlib.sha256(canonical.encode()).hexdigest()},"
        f"authorization:{request.headers.get('authorization', '')}"
    )


@response_fault()
def html(context: Context, *, status: int = 502) -> Response:
    """An HTML page, as a load balancer or a proxy sends it; also with status 200."""
    return Response(status, _HTML.format(status=status).encode(), {"Content-Type": "text/html"})


@response_fault()
def empty(context: Context, *, status: int = 200) -> Response:
    """An empty body; also with status 204."""
    return Response(status, b"", {"Content-Type": "application/json"})


@response_fault()
def redirect(context: Context, *, location: str, status: int = 302) -> Response:
    """A redirect to another URL."""
    return Response(status, b"", {"Location": location})


@response_fault()
def error_in_200(context: Context, *, code: str = "WKS.00211401", message: str = "The operation failed.") -> Response:
    """Status 200 with an error in the body."""
    return error_response(200, code, message)


# Bodies that are not JSON, or not the documented JSON


@response_fault()
def invalid_json(context: Context) -> Response:
    """JSON that is cut off in the middle."""
    return replace(context.response, body=context.response.body[: len(context.response.body) // 2])


@response_fault()
def invalid_utf8(context: Context) -> Response:
    """JSON with invalid UTF-8 in a name."""
    return raw_json_response(200, b'{"images":[{"id":"1","name":"\xff\xfe\xc3("}],"total_count":1}')


@response_fault()
def not_a_number(context: Context, *, literal: str = "NaN") -> Response:
    """A number that is not valid JSON: NaN, Infinity, -Infinity."""
    return raw_json_response(200, b'{"images":[{"id":"1","min_disk":%s}],"total_count":1}' % literal.encode())


@response_fault()
def nested(context: Context, *, depth: int = 100_000) -> Response:
    """Lists that are nested thousands of levels deep."""
    return raw_json_response(200, b'{"images":' + b"[" * depth + b"]" * depth + b',"total_count":0}')


@response_fault()
def long_number(context: Context, *, digits: int = 10_000) -> Response:
    """An integer of thousands of digits."""
    return raw_json_response(200, b'{"images":[],"total_count":' + b"9" * digits + b"}")


@response_fault()
def repeated_key(context: Context, *, key: str = "images") -> Response:
    """An object with a repeated key, so that parsers may differ in its value."""
    name = encode_json(key)
    return raw_json_response(200, b'{%s:[],"images":[],"total_count":0,%s:[]}' % (name, name))


@response_fault()
def array(context: Context) -> Response:
    """A JSON array instead of an object."""
    return raw_json_response(200, b"[]")


@response_fault()
def no_images(context: Context) -> Response:
    """An object without images."""
    return raw_json_response(200, b'{"total_count":0}')


@response_fault()
def null_images(context: Context) -> Response:
    """An object in which images is null."""
    return raw_json_response(200, b'{"images":null,"total_count":0}')


@response_fault("ListImages")
def row(context: Context, *, value: object = "no object", index: int = 0) -> Response:
    """An image of the page is replaced by this value, which need not be an object."""
    return _with_row(context.response, index, value)


@response_fault("ListImages")
def without_id(context: Context, *, index: int = 0) -> Response:
    """An image of the page has no id."""
    original = _row(context.response, index)
    return _with_row(context.response, index, {name: value for name, value in original.items() if name != "id"})


@response_fault("ListImages")
def field(context: Context, *, key: str = "min_disk", value: object = "much", index: int = 0) -> Response:
    """A field of an image of the page has this value, which may have the wrong type."""
    return _with_row(context.response, index, {**_row(context.response, index), key: value})


def _row(page: Response, index: int) -> dict[str, Any]:
    rows = json.loads(page.body).get("images", [])
    return dict(rows[index]) if index < len(rows) else {}


def _with_row(page: Response, index: int, value: object) -> Response:
    document = json.loads(page.body)
    if page.status != 200:
        return page
    document["images"][index : index + 1] = [value]
    return replace(page, body=encode_json(document))


# Encodings


@response_fault()
def zipped(context: Context) -> Response:
    """The correct response, compressed with gzip: valid, but not every client decompresses it."""
    return replace(context.response, body=gzip.compress(context.response.body)).with_headers(Content_Encoding="gzip")


@response_fault()
def broken_gzip(context: Context) -> Response:
    """A gzip body that is cut off in the middle."""
    body = gzip.compress(context.response.body)
    return replace(context.response, body=body[: len(body) // 2]).with_headers(Content_Encoding="gzip")


@response_fault()
def not_gzip(context: Context) -> Response:
    """An uncompressed body with Content-Encoding gzip."""
    return context.response.with_headers(Content_Encoding="gzip")


@response_fault()
def gzip_bomb(context: Context, *, mebibytes: int = 65) -> Response:
    """A small gzip body that decompresses to this number of MiB of valid JSON."""
    page = b'{"images":[],"total_count":0,"padding":"' + b" " * (mebibytes * 2**20) + b'"}'
    return raw_json_response(200, gzip.compress(page, compresslevel=1)).with_headers(Content_Encoding="gzip")


@response_fault()
def row_bomb(context: Context, *, rows: int = 20_000_000, value: str = "{}") -> Response:
    """A small gzip body that decompresses to millions of rows, each with this JSON."""
    text = value.encode()
    page = b'{"images":[' + (text + b",") * (rows - 1) + text + b'],"total_count":%d}' % rows
    return raw_json_response(200, gzip.compress(page, compresslevel=1)).with_headers(Content_Encoding="gzip")


# Instance metadata, projects


@response_fault("InstanceMetadataSecurityKey")
def no_agency(context: Context) -> Response:
    """The server has no agency: 401 with the documented text."""
    return Response(401, b"Please configure Cloud Service Agency first", {"Content-Type": "text/plain"})


@response_fault("InstanceMetadataSecurityKey")
def token_required(context: Context) -> Response:
    """The instance metadata requires a token for the keys."""
    return context.response if "x-metadata-token" in context.request.headers else Metadata.NO_TOKEN


@response_fault("InstanceMetadataToken")
def no_token_step(context: Context, *, status: int = 404) -> Response:
    """The instance metadata does not issue tokens: 404, 405 or 503."""
    return Response(status, b"", {"Content-Type": "text/plain"})


@response_fault("KeystoneListProjects")
def projects(context: Context, *, count: int = 2) -> Response:
    """This number of projects with the requested name, such as 0 or 2."""
    name = context.request.query.get("name", "")
    listed = [{"id": re.sub(r"^.", f"{number:x}", "e" * 32), "name": name} for number in range(count)]
    return json_response(200, {"projects": listed})

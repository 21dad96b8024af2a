# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are not what was promised. Each takes the honest answer with its context and gives another one."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ..authentication import identity_refused, signature_expired
from ..errors import DOCUMENTED, error_answer
from ..messages import Answer, encode_json, json_answer, written_json_answer
from ..metadata import Metadata
from ..sts import encode_authorization_message
from .table import Context, answer_fault

_HTML = (
    "<!DOCTYPE html><html><head><title>{status}</title></head>"
    "<body><center><h1>{status}</h1></center><hr><center>elb</center></body></html>"
)


# Errors


@answer_fault()
def error(
    context: Context, *, status: int = 500, code: str = "", message: str = "", shape: str = "service",
    retry_after: str = "", encoded: str = "",
) -> Answer:  # fmt: skip
    """An error with the documented code of its status, or another; shapes service, gateway, camel, plain, nested.

    ``encoded`` is an encoded_authorization_message as it is.
    """
    default_code, text = DOCUMENTED.get(status, ("WKS.00211401", "The operation failed. Try again later."))
    extra = {"encoded_authorization_message": encoded} if encoded else {}
    answer = error_answer(status, code or default_code, message or text, shape, **extra)
    return answer.with_headers(Retry_After=retry_after) if retry_after else answer


@answer_fault()
def answer(
    context: Context,
    *,
    status: int = 200,
    body: object = "",
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Any status, body (text as it is, else written as JSON) and headers (an object)."""
    data = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else encode_json(body)
    return Answer(status, data, {"Content-Type": content_type, **(headers or {})})


@answer_fault()
def throttled(
    context: Context, *, limit: int = 60, window: str = "1 minute", policy: str = "user", retry_after: str = ""
) -> Answer:
    """429 as the gateway sends it, with the window in the message; Retry-After, in seconds or as a date, if given."""
    message = f"The throttling threshold has been reached: policy {policy} over ratelimit,limit:{limit},time:{window}"
    refused = error_answer(429, "APIGW.0308", message, shape="gateway")
    refused = refused.with_headers(**{"X-Apig-RateLimit-User": f"remain:0,limit:{limit},time:{window}"})
    return refused.with_headers(Retry_After=retry_after) if retry_after else refused


@answer_fault()
def refusal(context: Context, *, reason: str = "implicit deny by identity-based policy") -> Answer:
    """403 with an encoded_authorization_message, which STS of this emulator decodes."""
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
    return error_answer(403, "WKS.00081102", message, encoded_authorization_message=encoded)


@answer_fault()
def bad_token(context: Context) -> Answer:
    """401 of the gateway for a token that it cannot read."""
    return identity_refused("decrypt token fail")


@answer_fault()
def bad_signature(context: Context) -> Answer:
    """401 of the gateway for a signature that does not hold."""
    return identity_refused("verify aksk signature fail")


@answer_fault()
def unknown_key(context: Context) -> Answer:
    """401 of the gateway for an access key that does not exist."""
    return identity_refused(f"Get secretKey failed,ak:{context.account.access_key},err:ak not exist")


@answer_fault()
def locked_key(context: Context) -> Answer:
    """401 of the gateway after too many failures with a key."""
    return identity_refused("AK access failed to reach the limit,forbidden")


@answer_fault()
def clock_off(context: Context, *, seconds: int = 3600) -> Answer:
    """401 of the gateway as if its clock were so many seconds ahead of the caller's."""
    signed_at = context.request.headers.get("x-sdk-date", "")
    return signature_expired(signed_at, datetime.now(timezone.utc) + timedelta(seconds=seconds))


@answer_fault()
def echo(context: Context) -> Answer:
    """401 whose message repeats what was signed: access key, signature, security token and all."""
    request = context.request
    canonical = "\n".join([request.method, request.path, request.raw_query, *map(": ".join, request.headers.items())])
    return identity_refused(
        f"verify aksk signature fail, canonicalRequest:{canonical},"
        f"signature:{hashlib.sha256(canonical.encode()).hexdigest()},"
        f"authorization:{request.headers.get('authorization', '')}"
    )


@answer_fault()
def html(context: Context, *, status: int = 502) -> Answer:
    """A page in HTML, as a load balancer or a proxy sends it; also with status 200."""
    return Answer(status, _HTML.format(status=status).encode(), {"Content-Type": "text/html"})


@answer_fault()
def empty(context: Context, *, status: int = 200) -> Answer:
    """No body at all; status 204 too."""
    return Answer(status, b"", {"Content-Type": "application/json"})


@answer_fault()
def redirect(context: Context, *, location: str, status: int = 302) -> Answer:
    """A redirect to another URL."""
    return Answer(status, b"", {"Location": location})


@answer_fault()
def error_in_200(context: Context, *, code: str = "WKS.00211401", message: str = "The operation failed.") -> Answer:
    """Status 200 with the body of an error."""
    return error_answer(200, code, message)


# Bodies that are no JSON, or not the JSON that was promised


@answer_fault()
def invalid_json(context: Context) -> Answer:
    """JSON that ends in the middle."""
    return replace(context.answer, body=context.answer.body[: len(context.answer.body) // 2])


@answer_fault()
def invalid_utf8(context: Context) -> Answer:
    """JSON with bytes that are no UTF-8 in a name."""
    return written_json_answer(200, b'{"images":[{"id":"1","name":"\xff\xfe\xc3("}],"total_count":1}')


@answer_fault()
def not_a_number(context: Context, *, literal: str = "NaN") -> Answer:
    """A number that JSON does not have: NaN, Infinity, -Infinity."""
    return written_json_answer(200, b'{"images":[{"id":"1","min_disk":%s}],"total_count":1}' % literal.encode())


@answer_fault()
def nested(context: Context, *, depth: int = 100_000) -> Answer:
    """Lists in lists, thousands deep."""
    return written_json_answer(200, b'{"images":' + b"[" * depth + b"]" * depth + b',"total_count":0}')


@answer_fault()
def long_number(context: Context, *, digits: int = 10_000) -> Answer:
    """An integer of thousands of digits."""
    return written_json_answer(200, b'{"images":[],"total_count":' + b"9" * digits + b"}")


@answer_fault()
def repeated_key(context: Context, *, key: str = "images") -> Answer:
    """An object with the same key twice, so that two readers may see two values."""
    name = encode_json(key)
    return written_json_answer(200, b'{%s:[],"images":[],"total_count":0,%s:[]}' % (name, name))


@answer_fault()
def array(context: Context) -> Answer:
    """A JSON array where an object was promised."""
    return written_json_answer(200, b"[]")


@answer_fault()
def no_images(context: Context) -> Answer:
    """An object without images."""
    return written_json_answer(200, b'{"total_count":0}')


@answer_fault()
def null_images(context: Context) -> Answer:
    """Null for images."""
    return written_json_answer(200, b'{"images":null,"total_count":0}')


@answer_fault("ListImages")
def row(context: Context, *, value: object = "no object", index: int = 0) -> Answer:
    """One of the page's images is replaced by this value, which may be no object."""
    return _with_row(context.answer, index, value)


@answer_fault("ListImages")
def without_id(context: Context, *, index: int = 0) -> Answer:
    """One of the page's images has no id."""
    original = _row(context.answer, index)
    return _with_row(context.answer, index, {name: value for name, value in original.items() if name != "id"})


@answer_fault("ListImages")
def field(context: Context, *, key: str = "min_disk", value: object = "much", index: int = 0) -> Answer:
    """A field of one of the page's images has this value, which may be of a wrong type."""
    return _with_row(context.answer, index, {**_row(context.answer, index), key: value})


def _row(page: Answer, index: int) -> dict[str, Any]:
    rows = json.loads(page.body).get("images", [])
    return dict(rows[index]) if index < len(rows) else {}


def _with_row(page: Answer, index: int, value: object) -> Answer:
    document = json.loads(page.body)
    if page.status != 200:
        return page
    document["images"][index : index + 1] = [value]
    return replace(page, body=encode_json(document))


# Encodings


@answer_fault()
def zipped(context: Context) -> Answer:
    """The honest answer, with gzip: no fault, but not every client unpacks it."""
    return replace(context.answer, body=gzip.compress(context.answer.body)).with_headers(Content_Encoding="gzip")


@answer_fault()
def broken_gzip(context: Context) -> Answer:
    """A gzip body that breaks off in the middle."""
    whole = gzip.compress(context.answer.body)
    return replace(context.answer, body=whole[: len(whole) // 2]).with_headers(Content_Encoding="gzip")


@answer_fault()
def not_gzip(context: Context) -> Answer:
    """A plain body that is said to be gzip."""
    return context.answer.with_headers(Content_Encoding="gzip")


@answer_fault()
def gzip_bomb(context: Context, *, mebibytes: int = 65) -> Answer:
    """A small gzip body that unpacks to well-formed JSON of so many MiB."""
    page = b'{"images":[],"total_count":0,"padding":"' + b" " * (mebibytes * 2**20) + b'"}'
    return written_json_answer(200, gzip.compress(page, compresslevel=1)).with_headers(Content_Encoding="gzip")


@answer_fault()
def row_bomb(context: Context, *, rows: int = 20_000_000, value: str = "{}") -> Answer:
    """A small gzip body that becomes millions of rows, each with this JSON."""
    text = value.encode()
    page = b'{"images":[' + (text + b",") * (rows - 1) + text + b'],"total_count":%d}' % rows
    return written_json_answer(200, gzip.compress(page, compresslevel=1)).with_headers(Content_Encoding="gzip")


# Metadata of the cloud server, projects


@answer_fault("InstanceMetadataSecurityKey")
def no_agency(context: Context) -> Answer:
    """The cloud server has no agency: 401 with the documented text."""
    return Answer(401, b"Please configure Cloud Service Agency first", {"Content-Type": "text/plain"})


@answer_fault("InstanceMetadataSecurityKey")
def token_required(context: Context) -> Answer:
    """The metadata gives keys only to who shows a token."""
    return context.answer if "x-metadata-token" in context.request.headers else Metadata.NO_TOKEN


@answer_fault("InstanceMetadataToken")
def no_token_step(context: Context, *, status: int = 404) -> Answer:
    """The metadata knows no token: 404, 405 or 503."""
    return Answer(status, b"", {"Content-Type": "text/plain"})


@answer_fault("KeystoneListProjects")
def projects(context: Context, *, count: int = 2) -> Answer:
    """So many projects of the name that was asked for: none, or several."""
    name = context.request.query.get("name", "")
    found = [{"id": re.sub(r"^.", f"{number:x}", "e" * 32), "name": name} for number in range(count)]
    return json_answer(200, {"projects": found})

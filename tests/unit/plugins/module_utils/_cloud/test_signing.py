# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures are equal to those of the vendor's signer."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

import pytest
import requests
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import endpoints, iam, signing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import AccessKey
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256, TokenAuth
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    examples,
    make_transport,
    permanent_key,
    request_factory,
    temporary_key,
)

PAGE_KEY = AccessKey("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
SHORT_KEY = AccessKey("AccessKey", "SecretKey")
EXAMPLE_KEY = AccessKey("AKEXAMPLE0000000TEST", "SKexample0000000000000000000000000000TEST")
PROJECT = "0123456789abcdef0123456789abcdef"
C_URL = f"https://workspace.cn-north-4.myhuaweicloud.com/v2/{PROJECT}/images"
C_HEADERS = {"content-type": "application/json", "x-project-id": PROJECT}

VECTORS = [
    pytest.param(
        PAGE_KEY,
        "GET",
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        {"content-type": "application/json"},
        "20191115T033655Z",
        b"",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
        id="A",
    ),
    pytest.param(
        SHORT_KEY,
        "GET",
        "https://service.endpoint.myhuaweicloud.com/resources?size=1",
        {},
        "20200608T023900Z",
        b"",
        "cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842",
        id="B1",
    ),
    pytest.param(
        SHORT_KEY,
        "POST",
        "https://service.endpoint.myhuaweicloud.com/resources?size=1",
        {},
        "20200608T023900Z",
        b'{"name":"test","id":1}',
        "436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f",
        id="B2",
    ),
    pytest.param(
        EXAMPLE_KEY,
        "GET",
        C_URL,
        C_HEADERS,
        "20260101T000000Z",
        b"",
        "3bded77ce8bbb70249f1a6964221be54660b2dce157239de6e956cffa8ad483a",
        id="C1",
    ),
    pytest.param(
        EXAMPLE_KEY,
        "GET",
        f"{C_URL}?limit=100&offset=0",
        C_HEADERS,
        "20260101T000000Z",
        b"",
        "17d0c71460f906aedd625cadc522dbacd0db03c9b08f635ced544da0ad0956dd",
        id="C2",
    ),
    pytest.param(
        EXAMPLE_KEY,
        "GET",
        f"{C_URL}?image_type=gold&limit=100&offset=100&os_type=Windows&sort_field=created_at&sort_type=desc",
        C_HEADERS,
        "20260101T000000Z",
        b"",
        "dafad5e0e05da3da2840089868494118cb7f7605542896496cdb635182c44745",
        id="C3",
    ),
    pytest.param(
        AccessKey(EXAMPLE_KEY.access_key, EXAMPLE_KEY.secret_key, "tok+/=="),
        "GET",
        f"{C_URL}?image_id=a%20b%2F%C3%BC~%2A&limit=1",
        C_HEADERS,
        "20260101T000000Z",
        b"",
        "ef5c7ebeaacb785e5fb4ff68a353788e474f310da152bad02300b464e2d55ffb",
        id="C4",
    ),
]


def parse_date(date: str) -> datetime:
    return datetime.strptime(date, signing.DATE_FORMAT).replace(tzinfo=timezone.utc)


def signature_in(request: requests.PreparedRequest) -> str:
    return request.headers["Authorization"].rpartition("Signature=")[2]


@pytest.mark.parametrize(("key", "method", "url", "headers", "date", "body", "expected"), VECTORS)
def test_known_requests_have_the_documented_signatures(
    key: AccessKey, method: str, url: str, headers: dict[str, str], date: str, body: bytes, expected: str
) -> None:
    auth = SdkHmacSha256(key, lambda: parse_date(date))
    request = requests.Request(method, url, headers=headers, data=body, auth=auth).prepare()
    assert request.headers["X-Sdk-Date"] == date
    assert signature_in(request) == expected


def test_the_canonical_request_is_the_documented_one() -> None:
    canonical = signing.canonical_request(
        "GET",
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        {"content-type": "application/json", "host": "service.region.example.com", "x-sdk-date": "20191115T033655Z"},
        b"",
    )
    assert (
        hashlib.sha256(canonical.encode()).hexdigest()
        == "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    )


def test_the_authorization_header_has_the_documented_format() -> None:
    auth = SdkHmacSha256(EXAMPLE_KEY, lambda: parse_date("20260101T000000Z"))
    request = requests.Request("GET", C_URL, headers={**C_HEADERS, "User-Agent": "mine"}, auth=auth).prepare()
    assert request.headers["Authorization"] == (
        "SDK-HMAC-SHA256 Access=AKEXAMPLE0000000TEST, SignedHeaders=content-type;host;x-project-id;x-sdk-date, "
        "Signature=3bded77ce8bbb70249f1a6964221be54660b2dce157239de6e956cffa8ad483a"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://host.test/v2", "host.test"),
        ("https://host.test:443/v2", "host.test"),
        ("http://host.test:80/v2", "host.test"),
        ("https://host.test:80/v2", "host.test:80"),
        ("http://host.test:443/v2", "host.test:443"),
        ("https://host.test:8443/v2", "host.test:8443"),
        ("https://[::1]/v2", "[::1]"),
        ("https://[::1]:443/v2", "[::1]"),
        ("https://[::1]:8443/v2", "[::1]:8443"),
        ("https://443.test/v2", "443.test"),
    ],
)
def test_the_host_includes_only_a_nonstandard_port(url: str, expected: str) -> None:
    assert signing.host(url) == expected


@pytest.mark.parametrize("url", ["https://host.test:443/v2/p", "https://host.test:9443/v2/p"])
def test_the_signed_host_is_sent(url: str) -> None:
    request = requests.Request(
        "GET", url, auth=SdkHmacSha256(EXAMPLE_KEY, lambda: parse_date("20260101T000000Z"))
    ).prepare()
    assert request.headers["Host"] == signing.host(url)
    assert signature_in(request) == vendor_signature(EXAMPLE_KEY, request)


def test_the_user_agent_is_not_signed() -> None:
    signatures = {
        signature_in(
            requests.Request(
                "GET",
                C_URL,
                headers={**C_HEADERS, "User-Agent": agent},
                auth=SdkHmacSha256(EXAMPLE_KEY, lambda: parse_date("20260101T000000Z")),
            ).prepare()
        )
        for agent in ("mine", "rewritten by a proxy")
    }
    assert len(signatures) == 1


def test_each_request_is_signed_with_the_current_time() -> None:
    times = iter([parse_date("20260101T000000Z"), parse_date("20260101T000000Z") + timedelta(seconds=7)])
    auth = SdkHmacSha256(EXAMPLE_KEY, lambda: next(times))
    request = requests.Request("GET", C_URL, headers=C_HEADERS, auth=auth).prepare()
    first = (request.headers["X-Sdk-Date"], signature_in(request))
    auth(request)
    second = (request.headers["X-Sdk-Date"], signature_in(request))
    assert (first[0], second[0]) == ("20260101T000000Z", "20260101T000007Z")
    assert first[1] != second[1]
    assert second[1] == vendor_signature(EXAMPLE_KEY, request)


def test_the_default_clock_is_utc() -> None:
    request = requests.Request("GET", C_URL, auth=SdkHmacSha256(EXAMPLE_KEY)).prepare()
    assert abs(parse_date(request.headers["X-Sdk-Date"]) - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_the_security_token_is_sent_and_signed() -> None:
    key = AccessKey("AK", "SK", "tok+/==")
    request = requests.Request("GET", C_URL, headers=C_HEADERS, auth=SdkHmacSha256(key)).prepare()
    assert request.headers["X-Security-Token"] == "tok+/=="
    assert "content-type;host;x-project-id;x-sdk-date;x-security-token" in request.headers["Authorization"]


def test_a_request_with_a_token_has_no_signature() -> None:
    request = requests.Request("GET", C_URL, headers=C_HEADERS, auth=TokenAuth("the token")).prepare()
    assert request.headers["X-Auth-Token"] == "the token"
    assert "Authorization" not in request.headers


class _Credentials:
    """Credentials with the attributes that the vendor's signer reads."""

    def __init__(self, key: AccessKey) -> None:
        self.ak = key.access_key
        self.sk = key.secret_key


def vendor_authorization(
    key: AccessKey, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> str:
    request = SdkRequest(
        method=method,
        schema="https",
        host="unused",
        resource_path=path,
        query_params=query,
        header_params=headers,
        body=body,
    )
    Signer(_Credentials(key)).sign(request)
    return str(request.header_params["Authorization"])


def vendor_signature(key: AccessKey, request: requests.PreparedRequest) -> str:
    parts = urlsplit(request.url or "")
    names = re.findall(r"SignedHeaders=([^,]+)", request.headers["Authorization"])[0].split(";")
    body = request.body or b""
    return vendor_authorization(
        key,
        request.method or "",
        parts.path,
        parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True),
        {name: request.headers[name] for name in names},
        body.encode() if isinstance(body, str) else body,
    ).rpartition("Signature=")[2]


def is_utf8(encoded: str) -> bool:
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEGMENTS = st.lists(TEXT, max_size=5)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=5)
HEADER_VALUE = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=20
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "get"])
KEY = st.builds(AccessKey, st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True), TEXT.filter(bool))


@examples(150)
@given(
    key=KEY,
    method=METHODS,
    segments=SEGMENTS,
    query=PAIRS,
    values=st.dictionaries(
        st.sampled_from(["x-project-id", "x-domain-id", "x-security-token", "x-other"]), HEADER_VALUE
    ),
    content_type=st.sampled_from(["application/json", "application/json; charset=utf-8 "]),
    body=st.binary(max_size=40),
)
@example(AccessKey("AK", "SK"), "GET", ["a/b", "c"], [], {}, "application/json", b"")
def test_any_request_has_the_vendors_signature(
    key: AccessKey,
    method: str,
    segments: list[str],
    query: list[tuple[str, str]],
    values: dict[str, str],
    content_type: str,
    body: bytes,
) -> None:
    url = endpoints.url("https://host.test", segments, query)
    path = "".join(f"/{quote(segment, safe='')}" for segment in segments) or "/"
    headers = {**values, "content-type": content_type, "host": "host.test", "x-sdk-date": "20260101T000000Z"}
    canonical = signing.canonical_request(method, url, headers, body)
    authorization = signing.authorization(key, canonical, signed_headers=headers, date=headers["x-sdk-date"])
    assert authorization == vendor_authorization(key, method, path, list(query), dict(headers), body)


@examples(150)
@given(
    method=METHODS,
    path=st.text(st.sampled_from("ab/.~-_%2F%C3%BC+ üß&=;,@:'()*!$[]"), max_size=20),
    query=st.text(st.sampled_from("ab=&&%20%2Fü+/?;:@*~'"), max_size=20),
    body=st.one_of(st.binary(max_size=20), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    token=st.none() | st.from_regex(r"[!-~]{1,30}", fullmatch=True),
    port=st.sampled_from(["", ":443", ":8443"]),
)
def test_the_url_that_requests_sends_is_signed(
    method: str, path: str, query: str, body: bytes | str, token: str | None, port: str
) -> None:
    assume(is_utf8(path) and is_utf8(query))
    key = AccessKey("AK", "SK", token)
    auth = SdkHmacSha256(key, lambda: parse_date("20260101T000000Z"))
    request = requests.Request(
        method, f"https://host.test{port}/{path}?{query}", headers=dict(C_HEADERS), data=body, auth=auth
    ).prepare()
    assert signature_in(request) == vendor_signature(key, request)


@pytest.mark.parametrize("temporary", [False, True], ids=["permanent", "temporary"])
def test_any_query_is_received_with_a_valid_signature(emulator: Emulator, temporary: bool) -> None:
    key = temporary_key(emulator) if temporary else permanent_key(emulator)
    transport = make_transport()

    @examples(60)
    @given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
    def check(name: str) -> None:
        emulator.reset()
        response = iam.list_projects(transport, request_factory(SdkHmacSha256(key)), emulator.url, name)
        assert response.status == 200
        (record,) = emulator.requests
        assert record.query == {"name": name}

    check()
    transport.close()


def test_reserved_characters_are_percent_encoded() -> None:
    unreserved = "ABCxyz019-_.~"
    assert signing.percent_encode(unreserved) == unreserved
    assert signing.percent_encode("/ +*ü") == "%2F%20%2B%2A%C3%BC"


def test_the_canonical_query_is_sorted_by_name_then_by_value() -> None:
    assert signing.canonical_query([("b", "1"), ("a", "2"), ("a", "10"), ("A", "")]) == "A=&a=10&a=2&b=1"

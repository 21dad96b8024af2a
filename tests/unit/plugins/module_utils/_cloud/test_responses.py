# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON bodies, and errors in each of their shapes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.responses import (
    ServiceError,
    error_in,
    read_json,
    service_error,
)
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": [1, 2.5, "x", null, true]}', {"a": [1, 2.5, "x", None, True]}),
        (b"\xef\xbb\xbf{}", {}),
        (b" \r\n[] ", []),
        ('"名ü"'.encode(), "名ü"),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b'"NaN"', "NaN"),
        (b"[" * 50 + b"]" * 50, json.loads("[" * 50 + "]" * 50)),
    ],
    ids=["object", "bom", "blanks", "utf8", "pair", "text", "nested"],
)
def test_valid_json_is_parsed(body: bytes, expected: object) -> None:
    assert read_json(body) == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is empty"),
        (b" \r\n", "the body is empty"),
        (b"\xff\xfe{}", "the body is not UTF-8 (byte 0)"),
        (b'{"a": "\xc3("}', "the body is not UTF-8 (byte 7)"),
        (b"\xed\xa0\x80", "the body is not UTF-8 (byte 0)"),
        (b"<!DOCTYPE html><html>SHOWN</html>", "the body is HTML, not JSON (line 1, column 1)"),
        (b" \n<html>SHOWN", "the body is HTML, not JSON (line 2, column 1)"),
        (b"SHOWN", "the body is not JSON (line 1, column 1)"),
        (b'{"a":\nSHOWN}', "the body is not JSON (line 2, column 1)"),
        (b'{"a": 1} SHOWN', "the body is not JSON (line 1, column 10)"),
        (b"{'a': 'SHOWN'}", "the body is not JSON (line 1, column 2)"),
        (b'{"a": NaN}', "the JSON contains NaN or Infinity, which JSON does not allow"),
        (b"Infinity", "the JSON contains NaN or Infinity, which JSON does not allow"),
        (b"[-Infinity]", "the JSON contains NaN or Infinity, which JSON does not allow"),
        (b"[" * 50_000, "the JSON is nested too deeply"),
        (b'{"a":[' * 5_500, "the JSON is nested too deeply"),
        (b'"\\ud800"', "the JSON contains an unpaired surrogate (invalid Unicode)"),
        (b'{"\\uDFFF": 1}', "the JSON contains an unpaired surrogate (invalid Unicode)"),
        (b'["\\ud83d", "\\ude00"]', "the JSON contains an unpaired surrogate (invalid Unicode)"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:20]),
)
def test_invalid_json_is_rejected_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^the ") as caught:
        read_json(body)
    assert str(caught.value) == reason
    assert not isinstance(caught.value, UnicodeError)
    assert service_error(body) == ServiceError()


@pytest.mark.parametrize("body", [b"[1e999]", b"-1e999", b'{"a": {"b": 9e99999}}'])
def test_a_number_that_overflows_is_rejected(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the JSON contains"):
        read_json(body)


def test_a_number_with_thousands_of_digits_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"^the JSON contains a number that is too long$"):
        read_json(b"[" + b"9" * 10_000 + b"]")


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        ({"error_code": "C", "error_msg": "M"}, "C", "M"),
        ({"errorCode": "C", "errorMsg": "M"}, "C", "M"),
        ({"code": "C", "message": "M"}, "C", "M"),
        ({"error": {"error_code": "C", "error_msg": "M"}}, "C", "M"),
        ({"error": {"errorCode": "C", "errorMsg": "M"}}, "C", "M"),
        ({"error": {"code": 401, "message": "M", "title": "Unauthorized"}}, "401", "M"),
        ({"fault": {"code": 0, "message": "M"}}, "0", "M"),
        (
            {
                "code": "third",
                "message": "3",
                "errorCode": "second",
                "errorMsg": "2",
                "error_code": "C",
                "error_msg": "M",
            },
            "C",
            "M",
        ),
        ({"code": "third", "message": "3", "errorCode": "C", "errorMsg": "M"}, "C", "M"),
        ({"code": "C", "message": "M", "error": {"error_code": "below", "error_msg": "below"}}, "C", "M"),
        ({"error": {"code": "below", "message": "below"}, "error_code": "C", "error_msg": "M"}, "C", "M"),
        ({"error_code": None, "error_msg": None, "code": "C", "message": "M"}, "C", "M"),
        ({"error_code": "", "error_msg": "", "errorCode": "C", "errorMsg": "M"}, "C", "M"),
        ({"error_code": "C", "error_msg": None}, "C", None),
        ({"error_code": "C"}, "C", None),
        ({"error_msg": "M"}, None, "M"),
        ({"message": "M"}, None, "M"),
        ({"error": {"message": "M"}}, None, "M"),
        ({"error_code": 5, "error_msg": "M"}, "5", "M"),
        ({"error_code": True, "error_msg": ["M"]}, None, None),
        ({"error_code": {"a": 1}, "error_msg": 1.5}, None, None),
        ({"error": "text"}, None, None),
        ({"a": {"b": {"error_code": "two levels down"}}}, None, None),
        ({}, None, None),
        ([{"error_code": "C"}], None, None),
        ("error_code", None, None),
        (None, None, None),
        (7, None, None),
    ],
    ids=str,
)
def test_code_and_message_are_found_in_each_shape_of_errors(
    document: object, code: str | None, message: str | None
) -> None:
    error = error_in(document)
    assert (error.code, error.message) == (code, message)
    assert service_error(json.dumps(document).encode()) == error


@pytest.mark.parametrize(
    "document",
    [
        {"error_code": "C", "error_msg": "M", "request_id": "R", "encoded_authorization_message": "E"},
        {"error": {"code": "C", "message": "M", "request_id": "R", "encoded_authorization_message": "E"}},
        {"error": {"code": "C", "message": "M"}, "request_id": "R", "encoded_authorization_message": "E"},
        {"code": "C", "message": "M", "details": {"encoded_authorization_message": "E", "request_id": "R"}},
    ],
    ids=["top", "below", "above", "beside"],
)
def test_request_id_and_encoded_reason_of_an_error_are_found(document: object) -> None:
    assert error_in(document) == ServiceError("C", "M", "E", "R")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error_code", "error_msg", "errorMsg", "code", "message", "error", "x"]), inner
        )
    ),
    max_leaves=15,
)


@examples(100)
@given(JSON)
def test_fields_of_an_error_in_any_document_are_texts_or_none(document: object) -> None:
    error = error_in(document)
    assert all(value is None or (isinstance(value, str) and value) for value in error)


@examples(100)
@given(st.binary(max_size=50) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_parsed_or_rejected(body: bytes) -> None:
    try:
        document, reason = read_json(body), "the JSON"
    except ValueError as error:
        document, reason = None, str(error)
    json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    assert reason.startswith("the ")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON documents, valid and invalid."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.strict_json import read_json
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import JSON, examples


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


@pytest.mark.parametrize("body", [b"[1e999]", b"-1e999", b'{"a": {"b": 9e99999}}'])
def test_a_number_that_overflows_is_rejected(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the JSON contains"):
        read_json(body)


def test_a_number_with_thousands_of_digits_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"^the JSON contains a number that is too long$"):
        read_json(b"[" + b"9" * 10_000 + b"]")


@examples(100)
@given(st.binary(max_size=50) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_parsed_or_rejected(body: bytes) -> None:
    try:
        document, reason = read_json(body), "the JSON"
    except ValueError as error:
        document, reason = None, str(error)
    json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    assert reason.startswith("the ")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS decodes the reasons of denials."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import sts
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, InvalidResponse
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, encode_authorization_message
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    make_transport,
    permanent_key,
    request_factory,
    temporary_key,
)

REASON = {"allowed": False, "failure": "implicit deny by identity-based policy", "context": {"名": "值"}}


def decode(emulator: Emulator, message: str, *, temporary: bool = False) -> dict[str, Any]:
    key = temporary_key(emulator) if temporary else permanent_key(emulator)
    return sts.decode_authorization_message(
        make_transport(), request_factory(SdkHmacSha256(key)), emulator.url, message
    )


@pytest.mark.parametrize("temporary", [False, True], ids=["permanent", "temporary"])
def test_a_reason_is_decoded(emulator: Emulator, temporary: bool) -> None:
    message = encode_authorization_message(REASON)
    assert decode(emulator, message, temporary=temporary) == REASON
    (record,) = emulator.requests
    assert (record.method, record.path) == ("POST", "/v5/decode-authorization-message")
    assert json.loads(record.body) == {"encoded_message": message}
    assert record.headers["content-type"] == "application/json"


def test_an_error_of_sts_is_a_failure(emulator: Emulator) -> None:
    with pytest.raises(ApiError) as caught:
        decode(emulator, "not a message")
    assert caught.value.details()["operation"] == "DecodeAuthorizationMessage"
    assert caught.value.http_status == 400


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        {},
        {"decoded_message": None},
        {"decoded_message": {"failure": "no text"}},
        {"decoded_message": ""},
        {"decoded_message": "no JSON"},
        {"decoded_message": "[]"},
        {"decoded_message": '{"a": NaN}'},
        {"decoded_message": '"\\ud800"'},
        {"decoded_message": '{"__ansible_type": "x"}'},
        {"decoded_message": f'{{"a": {"[" * 300}{"]" * 300}}}'},
    ],
)
def test_a_response_without_a_reason_is_an_invalid_response(emulator: Emulator, body: object) -> None:
    emulator.arm("response", body=body)
    with pytest.raises(InvalidResponse) as caught:
        decode(emulator, "message")
    assert caught.value.operation == "DecodeAuthorizationMessage"

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in, and what the gateway says to the others."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Key, project_named
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.callers import Caller

IMAGES = "/v2/{}/images"


def tail(response: requests.Response) -> str:
    """Check a refusal of the gateway and give its reason."""
    body = response.json()
    assert (response.status_code, body["error_code"]) == (401, "APIGW.0301")
    assert body["request_id"] == response.headers["X-Request-Id"]
    start, _colon, reason = body["error_msg"].partition(": ")
    assert start == "Incorrect IAM authentication information"
    return str(reason)


def test_signature_covers_everything(caller: Caller) -> None:
    """Path, query, signed headers, date, body: what changes after the signing is noticed."""
    path = IMAGES.format(caller.emulator.project_id)
    spoilt = [caller.signed("GET", path, [("limit", "5")]) for _count in range(3)]
    spoilt[0].url = str(spoilt[0].url).replace("limit=5", "limit=6")
    spoilt[1].headers["Content-Type"] = "application/json;charset=utf-8"
    spoilt[2].headers["X-Sdk-Date"] = f"{datetime.now(timezone.utc) - timedelta(minutes=1):%Y%m%dT%H%M%SZ}"
    for request in spoilt:
        assert tail(caller.send(request)) == "verify aksk signature fail"
    assert caller.list_images().status_code == 200


def test_signed_body(caller: Caller) -> None:
    """A body other than the signed one is noticed."""
    path = "/v5/decode-authorization-message"
    request = caller.signed("POST", path, body='{"encoded_message": "x"}')
    request.prepare_body(b'{"encoded_message": "y"}', None)
    assert tail(caller.send(request)) == "verify aksk signature fail"


@pytest.mark.parametrize("names", ["content-type;host", "content-type;x-sdk-date", "x-sdk-date"])
def test_host_and_date_must_be_signed(caller: Caller, names: str) -> None:
    """A list of signed headers that leaves them out is refused."""
    request = caller.signed("GET", IMAGES.format(caller.emulator.project_id))
    signed = request.headers["Authorization"]
    request.headers["Authorization"] = signed.replace("content-type;host;x-sdk-date", names)
    assert request.headers["Authorization"] != signed
    assert tail(caller.send(request)) == "verify aksk signature fail"


@pytest.mark.parametrize(("minutes", "status"), [(-14, 200), (14, 200), (-16, 401), (16, 401)])
def test_clock(caller: Caller, minutes: int, status: int) -> None:
    """A quarter of an hour is borne with, both ways."""
    moment = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    response = caller.call("GET", IMAGES.format(caller.emulator.project_id), moment=moment)
    assert response.status_code == status
    if status == 401:
        start = f"calc aksk signature fail:signature expired, signature time:{moment:%Y%m%dT%H%M%SZ},server time:"
        assert tail(response).startswith(start)


def test_unknown_key_and_lock(caller: Caller) -> None:
    """More than five failures in a row lock a key, even for its owner; another key goes on."""
    path = IMAGES.format(caller.emulator.project_id)
    stranger = Key("STRANGER", "secret")
    assert tail(caller.call("GET", path, key=stranger)) == "Get secretKey failed,ak:STRANGER,err:ak not exist"
    wrong = Key(caller.emulator.account.access_key, "wrong")
    for _count in range(5):
        assert tail(caller.call("GET", path, key=wrong)) == "verify aksk signature fail"
    assert caller.list_images().status_code == 200, "five are borne with, and a success begins the count anew"
    for _count in range(6):
        caller.call("GET", path, key=wrong)
    assert tail(caller.list_images()) == "AK access failed to reach the limit,forbidden"
    assert caller.call("GET", path, key=caller.emulator.account.temporary).status_code == 200
    caller.emulator.reset()
    assert caller.list_images().status_code == 200


def test_no_identity_and_foreign_schemes(caller: Caller) -> None:
    """Such as a password that came from .netrc."""
    url = caller.emulator.url + IMAGES.format(caller.emulator.project_id)
    assert tail(caller.session.get(url, timeout=5)) == "x-auth-token not found"
    refused = caller.session.get(url, auth=("user", "password"), timeout=5)
    assert (refused.status_code, refused.json()["error_code"]) == (401, "APIGW.0305")


def test_tokens(emulator: Emulator, caller: Caller) -> None:
    """A token is good for its own project and region only."""
    headers = {"X-Auth-Token": emulator.issue_token(), "Content-Type": "application/json"}
    path = IMAGES.format(emulator.project_id)
    assert caller.session.get(emulator.url + path, headers=headers, timeout=5).status_code == 200
    other = IMAGES.format(emulator.account.project_ids["cn-east-3"])
    refused = caller.session.get(emulator.endpoint("cn-east-3") + other, headers=headers, timeout=5)
    assert (refused.status_code, refused.json()["error_code"]) == (401, "APIGW.0307")
    headers["X-Auth-Token"] = "made up"
    assert tail(caller.session.get(emulator.url + path, headers=headers, timeout=5)) == "decrypt token fail"


def test_projects(emulator: Emulator, caller: Caller) -> None:
    """Foreign projects, another region's, and one that is not the header's."""
    own = IMAGES.format(emulator.project_id)
    foreign = project_named("foreign", "cn-north-4").id
    refused = [
        caller.call("GET", IMAGES.format(foreign)),
        caller.call("GET", f"/cn-east-3{own}"),
        caller.call("GET", own, headers={"X-Project-Id": foreign}),
    ]
    assert [(response.status_code, response.json()["error_code"]) for response in refused] == [(403, "APIGW.0306")] * 3
    assert caller.call("GET", own, headers={"X-Project-Id": emulator.project_id}).status_code == 200


def test_only_loopback_is_served() -> None:
    """No other address is bound."""
    with pytest.raises(ValueError, match=r"only serves loopback, not 0\.0\.0\.0"):
        Emulator(host="0.0.0.0")  # noqa: S104 - it is refused

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication, and the errors of the gateway."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Key, project_named
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client

IMAGES = "/v2/{}/images"


def failure_reason(response: requests.Response) -> str:
    """Check that authentication failed, and return the reason."""
    body = response.json()
    assert (response.status_code, body["error_code"]) == (401, "APIGW.0301")
    assert body["request_id"] == response.headers["X-Request-Id"]
    start, _colon, reason = body["error_msg"].partition(": ")
    assert start == "Incorrect IAM authentication information"
    return str(reason)


def test_a_change_after_signing_invalidates_the_signature(client: Client) -> None:
    """Change the query, a signed header, and the date."""
    path = IMAGES.format(client.emulator.project_id)
    changed = [client.sign("GET", path, [("limit", "5")]) for _count in range(3)]
    changed[0].url = str(changed[0].url).replace("limit=5", "limit=6")
    changed[1].headers["Content-Type"] = "application/json;charset=utf-8"
    changed[2].headers["X-Sdk-Date"] = f"{datetime.now(timezone.utc) - timedelta(minutes=1):%Y%m%dT%H%M%SZ}"
    for request in changed:
        assert failure_reason(client.send(request)) == "verify aksk signature fail"
    assert client.list_images().status_code == 200


def test_a_changed_body_invalidates_the_signature(client: Client) -> None:
    path = "/v5/decode-authorization-message"
    request = client.sign("POST", path, body='{"encoded_message": "x"}')
    request.prepare_body(b'{"encoded_message": "y"}', None)
    assert failure_reason(client.send(request)) == "verify aksk signature fail"


@pytest.mark.parametrize("names", ["content-type;host", "content-type;x-sdk-date", "x-sdk-date"])
def test_host_and_date_must_be_signed(client: Client, names: str) -> None:
    request = client.sign("GET", IMAGES.format(client.emulator.project_id))
    signed = request.headers["Authorization"]
    request.headers["Authorization"] = signed.replace("content-type;host;x-sdk-date", names)
    assert request.headers["Authorization"] != signed
    assert failure_reason(client.send(request)) == "verify aksk signature fail"


@pytest.mark.parametrize(("minutes", "status"), [(-14, 200), (14, 200), (-16, 401), (16, 401)])
def test_a_clock_may_differ_by_15_minutes(client: Client, minutes: int, status: int) -> None:
    moment = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    response = client.request("GET", IMAGES.format(client.emulator.project_id), moment=moment)
    assert response.status_code == status
    if status == 401:
        start = f"calc aksk signature fail:signature expired, signature time:{moment:%Y%m%dT%H%M%SZ},server time:"
        assert failure_reason(response).startswith(start)


def test_more_than_five_failed_authentications_in_a_row_lock_a_key(client: Client) -> None:
    """A locked key is rejected with the right secret too. Other keys are not locked."""
    path = IMAGES.format(client.emulator.project_id)
    unknown = Key("UNKNOWN", "secret")
    assert (
        failure_reason(client.request("GET", path, key=unknown)) == "Get secretKey failed,ak:UNKNOWN,err:ak not exist"
    )
    wrong = Key(client.emulator.account.access_key, "wrong")
    for _count in range(5):
        assert failure_reason(client.request("GET", path, key=wrong)) == "verify aksk signature fail"
    assert client.list_images().status_code == 200, "five failures do not lock the key, and a success resets the count"
    for _count in range(6):
        client.request("GET", path, key=wrong)
    assert failure_reason(client.list_images()) == "AK access failed to reach the limit,forbidden"
    assert client.request("GET", path, key=client.emulator.account.temporary).status_code == 200
    client.emulator.reset()
    assert client.list_images().status_code == 200


def test_other_authentication_schemes_are_rejected(client: Client) -> None:
    """Such as the basic authentication of .netrc."""
    url = client.emulator.url + IMAGES.format(client.emulator.project_id)
    assert failure_reason(client.session.get(url, timeout=5)) == "x-auth-token not found"
    response = client.session.get(url, auth=("user", "password"), timeout=5)
    assert (response.status_code, response.json()["error_code"]) == (401, "APIGW.0305")


def test_a_token_is_valid_only_for_its_project_and_region(emulator: Emulator, client: Client) -> None:
    headers = {"X-Auth-Token": emulator.issue_token(), "Content-Type": "application/json"}
    path = IMAGES.format(emulator.project_id)
    assert client.session.get(emulator.url + path, headers=headers, timeout=5).status_code == 200
    other = IMAGES.format(emulator.account.project_ids["cn-east-3"])
    response = client.session.get(emulator.endpoint("cn-east-3") + other, headers=headers, timeout=5)
    assert (response.status_code, response.json()["error_code"]) == (401, "APIGW.0307")
    headers["X-Auth-Token"] = "invalid"
    assert failure_reason(client.session.get(emulator.url + path, headers=headers, timeout=5)) == "decrypt token fail"


def test_access_to_another_project_is_denied(emulator: Emulator, client: Client) -> None:
    """A project of another account, of another region, and one that differs from X-Project-Id."""
    path = IMAGES.format(emulator.project_id)
    other = project_named("other", "cn-north-4").id
    responses = [
        client.request("GET", IMAGES.format(other)),
        client.request("GET", f"/cn-east-3{path}"),
        client.request("GET", path, headers={"X-Project-Id": other}),
    ]
    assert [(response.status_code, response.json()["error_code"]) for response in responses] == [
        (403, "APIGW.0306")
    ] * 3
    assert client.request("GET", path, headers={"X-Project-Id": emulator.project_id}).status_code == 200


def test_only_loopback_is_served() -> None:
    with pytest.raises(ValueError, match=r"only serves loopback, not 0\.0\.0\.0"):
        Emulator(host="0.0.0.0")  # noqa: S104 - it is rejected

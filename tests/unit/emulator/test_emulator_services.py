# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM, STS and the metadata of a cloud server."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, encode_authorization_message
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.callers import Caller


def login(emulator: Emulator, caller: Caller, scope: dict[str, Any] | None, **wrong: str) -> requests.Response:
    """Ask IAM for a token."""
    account = emulator.account
    user = {"name": account.username, "password": account.password, "domain": {"name": account.domain_name}, **wrong}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if scope is not None:
        auth["scope"] = scope
    return caller.session.post(f"{emulator.url}/v3/auth/tokens?nocatalog=true", json={"auth": auth}, timeout=5)


@pytest.mark.parametrize("by", ["name", "id"])
def test_token_for_a_project(emulator: Emulator, caller: Caller, by: str) -> None:
    """It is several kilobytes long, lives for a day, and opens the project."""
    project = {"name": "cn-east-3", "id": emulator.account.project_ids["cn-east-3"]}
    response = login(emulator, caller, {"project": {by: project[by]}})
    assert response.status_code == 201
    token = response.json()["token"]
    assert token["project"]["id"] == project["id"]
    expires_at = datetime.strptime(token["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    assert timedelta(hours=23) < expires_at - datetime.now(timezone.utc) <= timedelta(hours=24)
    assert len(response.headers["X-Subject-Token"]) > 4000
    headers = {"X-Auth-Token": response.headers["X-Subject-Token"], "Content-Type": "application/json"}
    url = f"{emulator.endpoint('cn-east-3')}/v2/{project['id']}/images"
    assert caller.session.get(url, headers=headers, timeout=5).status_code == 200
    listed = caller.session.get(f"{emulator.url}/v3/projects?name=cn-east-3", headers=headers, timeout=5)
    assert [found["id"] for found in listed.json()["projects"]] == [project["id"]]


def test_refused_logins(emulator: Emulator, caller: Caller) -> None:
    """Nested bodies with integer codes, and IAM's own trace id."""
    refused = login(emulator, caller, None, password="wrong")
    assert refused.status_code == 401
    assert refused.json() == {
        "error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}
    }
    assert refused.headers["X-IAM-Trace-Id"].startswith("token_")
    assert login(emulator, caller, {"project": {"name": "nowhere"}}).json()["error"]["code"] == 404
    assert login(emulator, caller, {"project": "text"}).json()["error"]["code"] == 400
    assert "project" not in login(emulator, caller, None).json()["token"]


def test_projects(caller: Caller) -> None:
    """By name, all, and none."""
    emulator = caller.emulator

    def found(query: list[tuple[str, str]]) -> list[str]:
        return [project["name"] for project in caller.call("GET", "/v3/projects", query).json()["projects"]]

    assert found([("name", "cn-north-4")]) == ["cn-north-4"]
    assert found([("name", "cn-north-4_design")]) == ["cn-north-4_design"]
    assert found([("name", "nowhere")]) == []
    assert len(found([])) == len(emulator.account.projects)
    emulator.arm("projects", count=2, times=1)
    assert found([("name", "cn-north-4")]) == ["cn-north-4", "cn-north-4"]
    headers = {"X-Auth-Token": "made up"}
    refused = caller.session.get(f"{emulator.url}/v3/projects", headers=headers, timeout=5)
    assert refused.json()["error"]["code"] == 401


@pytest.mark.parametrize(
    ("name", "status"), [("emulator-agency", 201), ("emulator-closed-agency", 403), ("nobody", 404)]
)
@pytest.mark.parametrize("by", ["domain_name", "domain_id"])
def test_keys_of_an_agency(emulator: Emulator, caller: Caller, name: str, status: int, by: str) -> None:
    """They open the other account's projects, and not the own ones."""
    agency = emulator.account.agencies[0]
    role = {"agency_name": name, by: getattr(agency, by), "duration_seconds": 900}
    response = assume(emulator, caller, role)
    assert response.status_code == status
    if status != 201:
        assert response.json()["error"]["code"] == status
        return
    credential = response.json()["credential"]
    expires_at = datetime.strptime(credential["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    assert timedelta(minutes=14) < expires_at - datetime.now(timezone.utc) <= timedelta(minutes=15)
    (issued,) = emulator._authenticator._issued.values()
    assert (credential["access"], credential["securitytoken"]) == (issued.key.access_key, issued.key.security_token)


@pytest.mark.parametrize(
    "role",
    [
        {"agency_name": "emulator-agency"},
        {"domain_name": "emulator-partner"},
        {"agency_name": "emulator-agency", "domain_name": "emulator-partner", "duration_seconds": 60},
        {"agency_name": "emulator-agency", "domain_name": "emulator-partner", "duration_seconds": "long"},
    ],
    ids=str,
)
def test_agency_requests_that_are_malformed(emulator: Emulator, caller: Caller, role: dict[str, Any]) -> None:
    assert assume(emulator, caller, role).json()["error"]["code"] == 400


def assume(emulator: Emulator, caller: Caller, role: dict[str, Any]) -> requests.Response:
    """Ask IAM for keys of an agency."""
    auth = {"identity": {"methods": ["assume_role"], "assume_role": role}}
    return caller.session.post(
        f"{emulator.url}/v3.0/OS-CREDENTIAL/securitytokens",
        json={"auth": auth},
        headers={"X-Auth-Token": emulator.issue_token()},
        timeout=5,
    )


def test_reasons_for_a_refusal(emulator: Emulator, caller: Caller) -> None:
    """What a refusal carries can be decoded, with a signature; anything else cannot."""
    emulator.arm("access_denied", times=1)
    refused = caller.list_images()
    assert (refused.status_code, refused.json()["error_code"]) == (403, "WKS.00081102")
    path = "/v5/decode-authorization-message"
    body = json.dumps({"encoded_message": refused.json()["encoded_authorization_message"]})
    decoded = caller.call("POST", path, body=body)
    reason = json.loads(decoded.json()["decoded_message"])
    assert reason["failure"] == "implicit deny by identity-based policy"
    assert reason["context"]["action"] == "workspace:images:list"
    for wrong in ("{}", "[]", "no JSON", '{"encoded_message": "foreign"}', '{"encoded_message": 3}'):
        assert caller.call("POST", path, body=wrong).status_code == 400
    too_long = json.dumps({"encoded_message": encode_authorization_message({"x": "x" * 10240})})
    assert caller.call("POST", path, body=too_long).status_code == 400
    headers = {"X-Auth-Token": emulator.issue_token()}
    assert caller.session.post(emulator.url + path, data=body, headers=headers, timeout=5).status_code == 401
    emulator.arm("error", status=403, operation="DecodeAuthorizationMessage")
    assert caller.call("POST", path, body=body).status_code == 403


def test_metadata(emulator: Emulator, caller: Caller) -> None:
    """Two steps; the first may be left out where nothing else is told, but a wrong token opens nothing."""
    step = f"{emulator.url}/meta-data/latest/api/token"
    keys = f"{emulator.url}/openstack/latest/securitykey"
    assert caller.session.put(step, timeout=5).status_code == 400
    token = caller.session.put(step, headers={"X-Metadata-Token-Ttl-Seconds": "21600"}, timeout=5).text
    for headers, status in (({}, 200), ({"X-Metadata-Token": token}, 200), ({"X-Metadata-Token": "wrong"}, 401)):
        response = caller.session.get(keys, headers=headers, timeout=5)
        assert response.status_code == status
        if status == 200:
            assert response.json()["credential"]["access"] == emulator.account.metadata.access_key
    emulator.arm("token_required")
    assert caller.session.get(keys, timeout=5).status_code == 401
    emulator.arm("no_token_step", status=405)
    assert caller.session.put(step, timeout=5).status_code == 405

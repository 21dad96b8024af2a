# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM, STS and instance metadata."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, encode_authorization_message
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client


def create_token(emulator: Emulator, client: Client, scope: dict[str, Any] | None, **wrong: str) -> requests.Response:
    """Request a token from IAM."""
    account = emulator.account
    user = {"name": account.username, "password": account.password, "domain": {"name": account.domain_name}, **wrong}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if scope is not None:
        auth["scope"] = scope
    return client.session.post(f"{emulator.url}/v3/auth/tokens?nocatalog=true", json={"auth": auth}, timeout=5)


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_token_is_issued_for_a_project(emulator: Emulator, client: Client, by: str) -> None:
    """It has several kilobytes, expires after a day, and is valid for the project."""
    project = {"name": "cn-east-3", "id": emulator.account.project_ids["cn-east-3"]}
    response = create_token(emulator, client, {"project": {by: project[by]}})
    assert response.status_code == 201
    token = response.json()["token"]
    assert token["project"]["id"] == project["id"]
    expires_at = datetime.strptime(token["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    assert timedelta(hours=23) < expires_at - datetime.now(timezone.utc) <= timedelta(hours=24)
    assert len(response.headers["X-Subject-Token"]) > 4000
    headers = {"X-Auth-Token": response.headers["X-Subject-Token"], "Content-Type": "application/json"}
    url = f"{emulator.endpoint('cn-east-3')}/v2/{project['id']}/images"
    assert client.session.get(url, headers=headers, timeout=5).status_code == 200
    listed = client.session.get(f"{emulator.url}/v3/projects?name=cn-east-3", headers=headers, timeout=5)
    assert [each["id"] for each in listed.json()["projects"]] == [project["id"]]


def test_iam_rejects_invalid_requests_for_a_token(emulator: Emulator, client: Client) -> None:
    """Its errors are nested, with integer codes, and have IAM's trace ID."""
    response = create_token(emulator, client, None, password="wrong")
    assert response.status_code == 401
    assert response.json() == {
        "error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}
    }
    assert response.headers["X-IAM-Trace-Id"].startswith("token_")
    assert create_token(emulator, client, {"project": {"name": "nowhere"}}).json()["error"]["code"] == 404
    assert create_token(emulator, client, {"project": "text"}).json()["error"]["code"] == 400
    assert "project" not in create_token(emulator, client, None).json()["token"]


def test_projects_are_listed_by_name_or_all(client: Client) -> None:
    emulator = client.emulator

    def list_projects(query: list[tuple[str, str]]) -> list[str]:
        return [project["name"] for project in client.request("GET", "/v3/projects", query).json()["projects"]]

    assert list_projects([("name", "cn-north-4")]) == ["cn-north-4"]
    assert list_projects([("name", "cn-north-4_design")]) == ["cn-north-4_design"]
    assert list_projects([("name", "nowhere")]) == []
    assert len(list_projects([])) == len(emulator.account.projects)
    emulator.arm("projects", count=2, times=1)
    assert list_projects([("name", "cn-north-4")]) == ["cn-north-4", "cn-north-4"]
    headers = {"X-Auth-Token": "invalid"}
    response = client.session.get(f"{emulator.url}/v3/projects", headers=headers, timeout=5)
    assert response.json()["error"]["code"] == 401


@pytest.mark.parametrize(
    ("name", "status"), [("emulator-agency", 201), ("emulator-closed-agency", 403), ("unknown", 404)]
)
@pytest.mark.parametrize("by", ["domain_name", "domain_id"])
def test_temporary_keys_of_an_agency_are_issued(
    emulator: Emulator, client: Client, name: str, status: int, by: str
) -> None:
    """They expire after the requested time."""
    agency = emulator.account.agencies[0]
    role = {"agency_name": name, by: getattr(agency, by), "duration_seconds": 900}
    response = assume_agency(emulator, client, role)
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
def test_malformed_requests_for_keys_of_an_agency_are_rejected(
    emulator: Emulator, client: Client, role: dict[str, Any]
) -> None:
    assert assume_agency(emulator, client, role).json()["error"]["code"] == 400


def assume_agency(emulator: Emulator, client: Client, role: dict[str, Any]) -> requests.Response:
    """Request keys of an agency from IAM."""
    auth = {"identity": {"methods": ["assume_role"], "assume_role": role}}
    return client.session.post(
        f"{emulator.url}/v3.0/OS-CREDENTIAL/securitytokens",
        json={"auth": auth},
        headers={"X-Auth-Token": emulator.issue_token()},
        timeout=5,
    )


def test_sts_decodes_the_reason_of_a_denial(emulator: Emulator, client: Client) -> None:
    """It requires a signature, and rejects any other message."""
    emulator.arm("access_denied", times=1)
    denied = client.list_images()
    assert (denied.status_code, denied.json()["error_code"]) == (403, "WKS.00081102")
    path = "/v5/decode-authorization-message"
    body = json.dumps({"encoded_message": denied.json()["encoded_authorization_message"]})
    decoded = client.request("POST", path, body=body)
    reason = json.loads(decoded.json()["decoded_message"])
    assert reason["failure"] == "implicit deny by identity-based policy"
    assert reason["context"]["action"] == "workspace:images:list"
    for wrong in ("{}", "[]", "not JSON", '{"encoded_message": "unknown"}', '{"encoded_message": 3}'):
        assert client.request("POST", path, body=wrong).status_code == 400
    too_long = json.dumps({"encoded_message": encode_authorization_message({"x": "x" * 10240})})
    assert client.request("POST", path, body=too_long).status_code == 400
    headers = {"X-Auth-Token": emulator.issue_token()}
    assert client.session.post(emulator.url + path, data=body, headers=headers, timeout=5).status_code == 401
    emulator.arm("error", status=403, operation="DecodeAuthorizationMessage")
    assert client.request("POST", path, body=body).status_code == 403


def test_instance_metadata_issues_tokens_and_keys(emulator: Emulator, client: Client) -> None:
    """The token is optional unless a fault requires it. A wrong token is always rejected."""
    token_url = f"{emulator.url}/meta-data/latest/api/token"
    keys_url = f"{emulator.url}/openstack/latest/securitykey"
    assert client.session.put(token_url, timeout=5).status_code == 400
    token = client.session.put(token_url, headers={"X-Metadata-Token-Ttl-Seconds": "21600"}, timeout=5).text
    for headers, status in (({}, 200), ({"X-Metadata-Token": token}, 200), ({"X-Metadata-Token": "wrong"}, 401)):
        response = client.session.get(keys_url, headers=headers, timeout=5)
        assert response.status_code == status
        if status == 200:
            assert response.json()["credential"]["access"] == emulator.account.metadata.access_key
    emulator.arm("token_required")
    assert client.session.get(keys_url, timeout=5).status_code == 401
    emulator.arm("no_token_step", status=405)
    assert client.session.put(token_url, timeout=5).status_code == 405

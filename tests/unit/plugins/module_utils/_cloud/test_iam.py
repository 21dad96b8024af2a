# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects and tokens of IAM."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import iam
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import Password
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    InvalidResponse,
    Unresolved,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256, TokenAuth
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Transport
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    host_of,
    make_transport,
    permanent_key,
    request_factory,
)


def find_project(emulator: Emulator, name: str = "cn-north-4", transport: Transport | None = None) -> str:
    make_request = request_factory(SdkHmacSha256(permanent_key(emulator)))
    response = iam.list_projects(transport or make_transport(), make_request, emulator.url, name)
    return iam.only_project(response, iam.projects_in(response), name)


def password_of(emulator: Emulator, **changes: str) -> Password:
    account = emulator.account
    return Password(
        source="the test",
        **{"username": account.username, "password": account.password, "domain_name": account.domain_name, **changes},
    )


def create_token(
    emulator: Emulator, transport: Transport | None = None, project: dict[str, str] | None = None
) -> iam.IssuedToken:
    return iam.create_token(
        transport or make_transport(),
        password_of(emulator),
        emulator.url,
        scope={"project": project or {"name": "cn-north-4"}},
        region="r",
    )


@pytest.mark.parametrize("name", ["cn-north-4", "cn-north-4_design"])
def test_a_project_is_found_by_name(emulator: Emulator, name: str) -> None:
    assert find_project(emulator, name) == emulator.account.project_ids[name]
    (record,) = emulator.requests
    assert (record.method, record.path, record.query) == ("GET", "/v3/projects", {"name": name})
    assert record.headers["content-type"] == "application/json"


def test_a_project_is_found_with_a_token(emulator: Emulator) -> None:
    auth = TokenAuth(emulator.issue_token())
    response = iam.list_projects(make_transport(), request_factory(auth), emulator.url, "cn-north-4")
    assert iam.only_project(response, iam.projects_in(response), "cn-north-4") == emulator.project_id


def test_an_unknown_project_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(Unresolved) as caught:
        find_project(emulator, "no such project")
    message = caught.value.message()
    assert message == (
        "KeystoneListProjects failed: expected exactly one IAM project named 'no such project', found 0 "
        f"(host {host_of(emulator.url)}, region cn-north-4). Set project_id, or another project_name."
    )
    assert caught.value.details() == {"error_type": "unresolved", "operation": "KeystoneListProjects", "attempts": 1}


def test_the_error_names_several_matching_projects(emulator: Emulator) -> None:
    emulator.arm("projects", count=2)
    with pytest.raises(Unresolved) as caught:
        find_project(emulator)
    first, second = "0" + "e" * 31, "1" + "e" * 31
    named = f"named 'cn-north-4', found 2: cn-north-4 ({first}), cn-north-4 ({second})"
    assert named in caught.value.message()
    assert caught.value.message().endswith("Check region, or set project_id or project_name.")


def test_projects_with_similar_names_do_not_match(emulator: Emulator) -> None:
    listed = [
        {"id": "1", "name": "cn-north-4_sub"},
        {"id": "2", "name": "cn-north-4"},
        {"id": "3", "name": "CN-NORTH-4"},
    ]
    emulator.arm("response", body={"projects": listed})
    assert find_project(emulator) == "2"


def test_the_error_contains_the_number_of_attempts(emulator: Emulator) -> None:
    emulator.arm("error", status=503, times=1)
    emulator.arm("projects", count=0)
    with pytest.raises(Unresolved) as caught:
        find_project(emulator, transport=make_transport(max_retries=1))
    assert caught.value.attempts == 2


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("", "the body is empty"),
        ({}, "projects"),
        ({"projects": None}, "projects"),
        ({"projects": {}}, "projects"),
        ({"projects": ["x"]}, "projects[0]"),
        ({"projects": [{"name": "cn-north-4"}]}, "projects[0].id"),
        ({"projects": [{"id": "1"}, {"id": None}]}, "projects[1].id"),
        ({"projects": [{"id": ""}]}, "projects[0].id"),
        ({"projects": [{"id": "a/b"}]}, "projects[0].id: expected a project ID"),
        ({"projects": [{"id": "a\nb"}]}, "projects[0].id: expected a project ID"),
        ({"projects": [{"id": "中"}]}, "projects[0].id: expected a project ID"),
        ({"projects": [{"id": "1", "name": 5}]}, "projects[0].name"),
    ],
)
def test_an_invalid_list_of_projects_is_an_invalid_response(emulator: Emulator, body: object, path: str) -> None:
    emulator.arm("response", body=body)
    with pytest.raises(InvalidResponse) as caught:
        find_project(emulator)
    assert path in caught.value.message()
    assert caught.value.operation == "KeystoneListProjects"


def test_a_failed_authentication_is_not_retried(emulator: Emulator) -> None:
    emulator.arm("bad_signature")
    with pytest.raises(ApiError) as caught:
        find_project(emulator, transport=make_transport(max_retries=4))
    assert caught.value.is_authentication_failure
    assert caught.value.details()["operation"] == "KeystoneListProjects"
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_token_is_created_with_a_password(emulator: Emulator, by: str) -> None:
    project = {"id": emulator.project_id} if by == "id" else {"name": "cn-north-4"}
    issued = create_token(emulator, project=project)
    assert issued.project_id == emulator.project_id
    assert issued.token.startswith("MIIEmulator")
    (record,) = emulator.requests
    assert (record.method, record.path, record.query) == ("POST", "/v3/auth/tokens", {"nocatalog": "true"})
    assert json.loads(record.body)["auth"]["scope"] == {"project": project}


def test_a_token_is_a_secret(emulator: Emulator) -> None:
    transport = make_transport()
    issued = create_token(emulator, transport)
    assert issued.token not in repr(issued)
    assert issued.token not in str(issued)
    assert transport.secrets.mask(f"<{issued.token}>") == "<********>"


def test_a_wrong_password_is_an_authentication_failure(emulator: Emulator) -> None:
    with pytest.raises(ApiError) as caught:
        iam.create_token(
            make_transport(max_retries=4),
            password_of(emulator, password="SHOWN"),
            emulator.url,
            scope={"project": {"name": "cn-north-4"}},
            region=None,
        )
    details = caught.value.details()
    assert details["operation"] == "KeystoneCreateUserTokenByPassword"
    assert (details["http_status"], details["error_code"]) == (401, "401")
    assert details["error_msg"] == "The username or password is wrong."
    assert details["request_id"]
    assert details["credentials_source"] == "the test"
    message = caught.value.message()
    assert "failed: HTTP 401: The username or password is wrong. (host " in message
    assert message.endswith("The user name, the password or the domain_name is wrong. Check the test.")
    assert "SHOWN" not in caught.value.message()
    assert len(emulator.requests) == 1


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ({"status": 200, "body": {"token": {}}, "headers": {"X-Subject-Token": "SHOWN"}}, "HTTP 200"),
        ({"status": 201, "body": {"token": {}}}, "the header X-Subject-Token is missing"),
        ({"status": 201, "body": {}, "headers": {"X-Subject-Token": "SHOWN"}}, "token"),
        ({"status": 201, "body": "", "headers": {"X-Subject-Token": "SHOWN"}}, "the body is empty"),
        (
            {"status": 201, "body": {"token": {"project": {"id": 5}}}, "headers": {"X-Subject-Token": "SHOWN"}},
            "token.project.id",
        ),
    ],
    ids=["status", "no-header", "no-token", "empty", "no-text"],
)
def test_a_response_without_a_token_is_an_invalid_response(
    emulator: Emulator, response: dict[str, Any], text: str
) -> None:
    emulator.arm("response", **response)
    with pytest.raises(InvalidResponse) as caught:
        create_token(emulator)
    assert text in caught.value.message()
    assert "SHOWN" not in caught.value.message()


def test_a_token_may_have_no_project(emulator: Emulator) -> None:
    emulator.arm("response", status=201, body={"token": {"expires_at": "x"}}, headers={"X-Subject-Token": "T"})
    assert create_token(emulator) == iam.IssuedToken("T", None)

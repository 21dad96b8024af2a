# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a service in one region."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.client import Client
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Password,
    Token,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    InvalidResponse,
    Unresolved,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Response
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.page import fetch_page
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import build_query
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, encode_authorization_message
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    make_transport,
    permanent_key,
    temporary_key,
)

REGION = "cn-north-4"
LIST, PROJECTS, TOKEN, DECODE = (
    "ListImages",
    "KeystoneListProjects",
    "KeystoneCreateUserTokenByPassword",
    "DecodeAuthorizationMessage",
)


def build_target(emulator: Emulator, changes: dict[str, Any]) -> Target:
    return Target(REGION, None, None, emulator.url, emulator.url, emulator.url)._replace(**changes)


def build_client(emulator: Emulator, credentials: object, *, max_retries: int = 0, **changes: object) -> Client:
    assert isinstance(credentials, (AccessKey, Token, Password))
    transport = make_transport(max_retries=max_retries)
    return Client(build_target(emulator, changes), credentials, transport)


def password_of(emulator: Emulator) -> Password:
    account = emulator.account
    return Password(account.username, account.password, account.domain_name)


def list_images(client: Client) -> Response:
    return client.get(LIST, ("v2", client.project_id, "images"), [("limit", "3")])


def operations(emulator: Emulator) -> list[str | None]:
    return [record.operation for record in emulator.requests]


@pytest.mark.parametrize("kind", ["permanent", "temporary", "token", "password"])
@pytest.mark.parametrize("known", [True, False], ids=["project-known", "project-discovered"])
def test_each_kind_of_credentials_lists_images(emulator: Emulator, kind: str, known: bool) -> None:
    credentials = {
        "permanent": permanent_key(emulator),
        "temporary": temporary_key(emulator),
        "token": Token(emulator.issue_token()),
        "password": password_of(emulator),
    }[kind]
    client = build_client(emulator, credentials, project_id=emulator.project_id if known else None)
    for _request in range(2):
        assert len(json.loads(list_images(client).body)["images"]) == 3
    before = [TOKEN] if kind == "password" else [] if known else [PROJECTS]
    assert operations(emulator) == [*before, LIST, LIST]
    assert client.project_id == emulator.project_id
    record = emulator.requests[-1]
    assert record.headers["x-project-id"] == emulator.project_id
    assert record.headers["content-type"] == "application/json"
    assert ("x-auth-token" in record.headers) is (kind in ("token", "password"))
    assert ("x-security-token" in record.headers) is (kind == "temporary")


def test_the_project_is_discovered_once(emulator: Emulator) -> None:
    client = build_client(emulator, permanent_key(emulator))
    assert {client.project_id for _access in range(3)} == {emulator.project_id}
    assert operations(emulator) == [PROJECTS]
    assert emulator.requests[0].query == {"name": REGION}


def test_the_project_is_discovered_by_name(emulator: Emulator) -> None:
    client = build_client(emulator, permanent_key(emulator), project_name="cn-north-4_design")
    assert client.project_id == emulator.account.project_ids["cn-north-4_design"]
    assert emulator.requests[0].query == {"name": "cn-north-4_design"}


def test_the_project_is_discovered_by_name_without_a_region(emulator: Emulator) -> None:
    client = build_client(emulator, permanent_key(emulator), region=None, project_name=REGION)
    assert client.project_id == emulator.project_id


def test_an_issued_token_names_its_project(emulator: Emulator) -> None:
    client = build_client(emulator, password_of(emulator), project_name="cn-north-4_design")
    assert client.project_id == emulator.account.project_ids["cn-north-4_design"]
    assert operations(emulator) == [TOKEN]


def test_a_token_is_scoped_to_a_known_project(emulator: Emulator) -> None:
    client = build_client(emulator, password_of(emulator), project_id=emulator.project_id)
    list_images(client)
    assert json.loads(emulator.requests[0].body)["auth"]["scope"] == {"project": {"id": emulator.project_id}}


@pytest.mark.parametrize("count", [0, 2])
def test_no_or_several_projects_are_an_error(emulator: Emulator, count: int) -> None:
    emulator.arm("projects", count=count)
    client = build_client(emulator, permanent_key(emulator))
    with pytest.raises(Unresolved):
        list_images(client)
    assert operations(emulator) == [PROJECTS]
    assert client.authenticated


@pytest.mark.parametrize("operation", [PROJECTS, LIST])
@pytest.mark.parametrize("fault", ["html", "redirect", "empty"])
def test_a_response_of_an_intermediary_is_no_successful_authentication(
    emulator: Emulator, operation: str, fault: str
) -> None:
    parameters = {"location": "http://127.0.0.1:9/"} if fault == "redirect" else {"status": 200}
    emulator.arm(fault, operation=operation, **parameters)
    client = build_client(
        emulator, permanent_key(emulator), project_id=emulator.project_id if operation == LIST else None
    )
    with pytest.raises(InvalidResponse):
        fetch_page(client, build_query({}), 0, 100)
    assert not client.authenticated


@pytest.mark.parametrize("fault", ["bad_signature", "unknown_key", "locked_key", "clock_off"])
def test_a_rejected_key_is_not_retried(emulator: Emulator, fault: str) -> None:
    emulator.arm(fault)
    client = build_client(emulator, permanent_key(emulator), max_retries=4, project_id=emulator.project_id)
    with pytest.raises(ApiError) as caught:
        list_images(client)
    assert caught.value.is_authentication_failure
    assert len(emulator.requests) == 1
    assert not client.authenticated


@pytest.mark.parametrize("kind", ["keys", "token", "password"])
def test_any_other_error_of_a_service_is_a_successful_authentication(emulator: Emulator, kind: str) -> None:
    credentials = {
        "keys": permanent_key(emulator),
        "token": Token(emulator.issue_token()),
        "password": password_of(emulator),
    }[kind]
    emulator.arm("error", operation=LIST, status=404)
    client = build_client(emulator, credentials)
    assert not client.authenticated
    with pytest.raises(ApiError):
        list_images(client)
    assert client.authenticated


@pytest.mark.parametrize(
    ("kind", "operation", "text"),
    [
        ("permanent", LIST, "the secret key is wrong"),
        ("permanent", PROJECTS, "the secret key is wrong"),
        ("temporary", LIST, "the security token do not belong together"),
        ("token", LIST, "The token from the test is expired or invalid. Request a new one."),
        ("token", PROJECTS, "The token from the test is expired or invalid. Request a new one."),
        ("password", TOKEN, "The user name, the password or the domain_name is wrong. Check the test."),
        ("password", LIST, "The token that IAM issued for the test was rejected."),
    ],
)
def test_failed_authentication_names_the_credentials_in_use(
    emulator: Emulator, kind: str, operation: str, text: str
) -> None:
    credentials: AccessKey | Token | Password = {
        "permanent": permanent_key(emulator),
        "temporary": temporary_key(emulator),
        "token": Token(emulator.issue_token()),
        "password": password_of(emulator),
    }[kind]
    emulator.arm("error", operation=operation, status=401)
    with pytest.raises(ApiError) as caught:
        list_images(build_client(emulator, replace(credentials, source="the test")))
    assert text in caught.value.message()
    assert f"host 127.0.0.1:{emulator.port}" in caught.value.message()
    assert caught.value.operation == operation
    assert caught.value.details()["credentials_source"] == "the test"
    assert ("locks an access key" in caught.value.message()) is (kind in ("permanent", "temporary"))


def test_a_wrong_password_is_sent_once(emulator: Emulator) -> None:
    wrong = replace(password_of(emulator), password="wrong")
    with pytest.raises(ApiError) as caught:
        list_images(build_client(emulator, wrong, max_retries=4))
    assert caught.value.operation == TOKEN
    assert operations(emulator) == [TOKEN]


def test_credentials_are_masked_before_the_first_request(emulator: Emulator) -> None:
    client = build_client(emulator, temporary_key(emulator))
    key = emulator.account.temporary
    text = f"{key.access_key} {key.secret_key} {key.security_token}"
    assert client.transport.secrets.mask(text) == "******** ******** ********"


# Reasons of denials


REASON = {"failure": "implicit deny by identity-based policy", "context": {"action": "workspace:images:list"}}


def build_denial(message: str | None = None) -> ApiError:
    return ApiError("HTTP 403", http_status=403, encoded_authorization_message=message)


def test_the_reason_of_a_denial_is_decoded(emulator: Emulator) -> None:
    failure, warnings = build_client(emulator, temporary_key(emulator)).decode_denial(
        build_denial(encode_authorization_message(REASON))
    )
    assert warnings == []
    assert failure.authorization_message == REASON
    assert "Access was denied because: implicit deny by identity-based policy." in failure.message()


def test_without_an_encoded_reason_no_request_is_sent(emulator: Emulator) -> None:
    assert build_client(emulator, permanent_key(emulator)).decode_denial(build_denial())[1] == []
    assert not emulator.requests


@pytest.mark.parametrize(
    ("kind", "message", "changes", "text"),
    [
        ("token", "E", {}, "STS requires an access key"),
        ("password", "E", {}, "STS requires an access key"),
        ("keys", "E", {"sts_endpoint": None}, "Set region or sts_endpoint"),
        ("keys", "E" * 10241, {}, "10240"),
    ],
    ids=["token", "password", "no-sts", "too-long"],
)
def test_a_reason_that_cannot_be_decoded_is_a_warning(
    emulator: Emulator, kind: str, message: str, changes: dict[str, Any], text: str
) -> None:
    credentials = {
        "keys": permanent_key(emulator),
        "token": Token("T"),
        "password": password_of(emulator),
    }[kind]
    failure, (warning,) = build_client(emulator, credentials, **changes).decode_denial(build_denial(message))
    assert warning.startswith("The reason of the denial was not decoded: ")
    assert text in warning
    assert failure.authorization_message is None
    assert not emulator.requests


@pytest.mark.parametrize("fault", ["error", "reset", "html", "empty", "invalid_json"])
def test_a_failure_of_sts_is_a_warning(emulator: Emulator, fault: str) -> None:
    emulator.arm(fault, operation=DECODE)
    failure, (warning,) = build_client(emulator, permanent_key(emulator)).decode_denial(
        build_denial(encode_authorization_message(REASON))
    )
    assert "DecodeAuthorizationMessage failed" in warning
    assert failure.authorization_message is None
    assert failure.http_status == 403


def test_the_longest_encoded_reason_is_sent(emulator: Emulator) -> None:
    client = build_client(emulator, permanent_key(emulator))
    client.decode_denial(build_denial("E" * 10240))
    assert operations(emulator) == [DECODE]


def test_secrets_are_not_printed(emulator: Emulator) -> None:
    client = build_client(emulator, AccessKey("SHOWN", "SHOWN", "SHOWN"))
    assert "SHOWN" not in repr(client) + repr(client.credentials) + repr(client.transport)
    with pytest.raises(CloudError) as caught:
        list_images(client)
    assert "SHOWN" not in str(client.transport.secrets.mask_all(caught.value.result()))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages and results of failures."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    ConfigurationError,
    ConnectionFailure,
    InvalidResponse,
    ProxyRefusal,
    TimeoutFailure,
    TlsFailure,
    Unresolved,
)

TYPES: list[tuple[type[CloudError], str]] = [
    (ApiError, "api"),
    (ConnectionFailure, "connection"),
    (ProxyRefusal, "connection"),
    (TimeoutFailure, "timeout"),
    (TlsFailure, "tls"),
    (InvalidResponse, "invalid_response"),
    (ConfigurationError, "configuration"),
    (Unresolved, "unresolved"),
]


@pytest.mark.parametrize(("kind", "error_type"), TYPES)
def test_each_failure_has_an_error_type(kind: type[CloudError], error_type: str) -> None:
    assert kind("it broke").details()["error_type"] == error_type


@pytest.mark.parametrize(("kind", "error_type"), TYPES)
def test_unknown_facts_are_omitted(kind: type[CloudError], error_type: str) -> None:
    always = dict.fromkeys(("error_code", "error_msg", "credentials_source")) if kind is ApiError else {}
    assert kind("it broke").details() == {"error_type": error_type, **always}
    result = kind("it broke").result()
    assert result.pop("msg").startswith("it broke.")
    assert result == {"error_type": error_type, **always}


def build_failure() -> ApiError:
    return ApiError(
        "HTTP 403 X.1: no",
        operation="ListImages",
        region="cn-north-4",
        http_status=403,
        error_code="X.1",
        error_msg="no",
        request_id="R",
        encoded_authorization_message="E",
        wait=5,
        host="workspace.test",
        attempts=3,
        authorization_message={"failure": "implicit deny", "context": {}},
        credentials_kind="token",
        credentials_source="auth_token (task)",
    )


def test_all_known_facts_are_included() -> None:
    failure = build_failure()
    assert failure.details() == {
        "error_type": "api",
        "http_status": 403,
        "error_code": "X.1",
        "error_msg": "no",
        "request_id": "R",
        "encoded_authorization_message": "E",
        "authorization_message": {"failure": "implicit deny", "context": {}},
        "operation": "ListImages",
        "attempts": 3,
        "credentials_source": "auth_token (task)",
    }
    assert failure.message() == (
        "ListImages failed: HTTP 403 X.1: no (host workspace.test, region cn-north-4, request id R, "
        "credentials from auth_token (task), 3 attempts). "
        "Access was denied because: implicit deny."
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "it broke."),
        ({"operation": "ListImages"}, "ListImages failed: it broke."),
        ({"region": "r"}, "it broke (region r)."),
        ({"attempts": 1}, "it broke."),
        ({"attempts": 2}, "it broke (2 attempts)."),
        ({"request_id": "R", "operation": "X"}, "X failed: it broke (request id R)."),
        ({"authorization_message": {"other": 1}}, "it broke. Access was denied because: {'other': 1}."),
        ({"authorization_message": {"failure": ""}}, "it broke. Access was denied because: {'failure': ''}."),
        ({"authorization_message": {"failure": 5}}, "it broke. Access was denied because: {'failure': 5}."),
    ],
    ids=str,
)
def test_the_message_contains_the_known_facts(changes: dict[str, Any], message: str) -> None:
    assert Unresolved("it broke", **changes).message() == message


@pytest.mark.parametrize("reason", ["really?", "really!", "Done."])
def test_a_punctuation_mark_is_not_added_twice(reason: str) -> None:
    assert Unresolved(reason).message() == reason


def test_a_changed_copy_has_all_other_facts() -> None:
    failure = build_failure()
    changed = failure.with_facts(region="af-south-1", authorization_message=None)
    assert changed.__class__ is ApiError
    assert changed.region == "af-south-1"
    assert failure.region == "cn-north-4"
    assert vars(changed) == {**vars(failure), "region": "af-south-1", "authorization_message": None}


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_the_message_names_the_source_of_the_credentials_at_most_once(status: int) -> None:
    failure = ApiError("it broke", http_status=status, credentials_kind="token", credentials_source="auth_token (task)")
    assert failure.message().count("auth_token (task)") == (status in (401, 403))
    assert failure.details()["credentials_source"] == "auth_token (task)"


def test_the_hint_is_the_last_sentence() -> None:
    assert ApiError("HTTP 404", http_status=404, hint="Check endpoint").message() == "HTTP 404. Check endpoint."


@pytest.mark.parametrize(("status", "expected"), [(401, True), (403, False), (407, False), (None, False)])
def test_only_401_is_an_authentication_failure(status: int | None, expected: bool) -> None:
    assert ApiError("x", http_status=status).is_authentication_failure is expected


def test_a_failure_is_an_exception_with_its_reason() -> None:
    assert str(ApiError("the reason")) == "the reason"
    assert isinstance(ApiError("x"), CloudError)

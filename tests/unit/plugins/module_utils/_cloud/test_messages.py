# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The failures of requests and responses, and the error in a body in each of its shapes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    ConnectionFailure,
    InvalidResponse,
    TimeoutFailure,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.messages import (
    Request,
    ServiceError,
    error_in,
    service_error,
)
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import JSON, examples

REQUEST = Request(
    "KeystoneListProjects",
    "GET",
    "https://iam.test/v3/projects",
    region="cn-north-4",
    credentials_kind="token",
    credentials_source="auth_token (task)",
)


def test_a_failure_explains_an_expired_token() -> None:
    failure = REQUEST.failure(
        ApiError,
        "HTTP 401: The token must be updated.",
        http_status=401,
        error_code="401",
        error_msg="The token must be updated.",
    )
    assert failure.message() == (
        "KeystoneListProjects failed: HTTP 401: The token must be updated. (host iam.test, region cn-north-4). "
        "The token from auth_token (task) is expired or invalid. Request a new one."
    )


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        (ConnectionFailure, "Check endpoint, the firewall and the proxy variables such as HTTPS_PROXY."),
        (TimeoutFailure, "Check the firewall and the proxy variables such as HTTPS_PROXY, or raise timeout."),
        (
            InvalidResponse,
            "Check endpoint and the proxy variables: something other than the service may have responded.",
        ),
    ],
)
def test_the_default_hint_depends_on_the_type(kind: type[CloudError], hint: str) -> None:
    assert REQUEST.failure(kind, "it broke").hint == hint


def test_a_given_hint_takes_precedence_over_that_of_the_status() -> None:
    assert REQUEST.failure(ApiError, "HTTP 401", http_status=401, hint="Do this.").hint == "Do this."


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


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 50_000, b'{"error_code": NaN}', b"\xff\xfe{}"])
def test_a_body_without_valid_json_has_no_error(body: bytes) -> None:
    assert service_error(body) == ServiceError()


@examples(100)
@given(JSON)
def test_fields_of_an_error_in_any_document_are_texts_or_none(document: object) -> None:
    error = error_in(document)
    assert all(value is None or (isinstance(value, str) and value) for value in error)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error responses in the shapes of the services, with documented codes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from .messages import Response, json_response, new_request_id

DOCUMENTED: dict[int, tuple[str, str]] = {
    400: ("WKS.00211102", "The parameter is invalid."),
    401: ("WKS.00211302", "User authorization error."),
    403: ("WKS.00081102", "You do not have permission for this resource."),
    404: ("WKS.00211902", "The application does not exist."),
    405: ("WKS.00000405", "The method is not allowed."),
    408: ("APIGW.0201", "Request timed out."),
    413: ("APIGW.0201", "Request entity too large."),
    414: ("APIGW.0201", "Request URI too long."),
    415: ("WKS.00000415", "The media type is not supported."),
    429: ("APIGW.0308", "The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute"),
    500: ("WKS.00211401", "The operation failed. Try again later."),
    502: ("APIGW.0201", "Backend unavailable."),
    503: ("WKS.00050902", "The service is unavailable."),
    504: ("APIGW.0201", "Backend timeout."),
}
"""A documented code and its message, by HTTP status."""

SHAPES = ("service", "gateway", "camel", "plain", "nested")
"""``service`` error_code and error_msg; ``gateway`` the same with request_id; ``camel`` errorCode and errorMsg;
``plain`` code and message; ``nested`` the same one level down, with an integer if the code is numeric."""


def error_body(shape: str, status: int, code: str, message: str, request_id: str) -> dict[str, Any]:
    """Return the body of an error in one of the SHAPES."""
    if shape == "service":
        return {"error_code": code, "error_msg": message}
    if shape == "gateway":
        return {"error_msg": message, "error_code": code, "request_id": request_id}
    if shape == "camel":
        return {"errorCode": code, "errorMsg": message}
    if shape == "plain":
        return {"code": code, "message": message}
    if shape == "nested":
        number: str | int = int(code) if code.isdecimal() else code
        return {"error": {"code": number, "message": message, "title": HTTPStatus(status).phrase}}
    raise ValueError(f"no error body has the shape {shape!r}; there are {', '.join(SHAPES)}")


def error_response(status: int, code: str, message: str, shape: str = "service", **extra: str) -> Response:
    """Return an error response; ``extra`` are further keys of its body."""
    request_id = new_request_id()
    body = {**error_body(shape, status, code, message, request_id), **extra}
    return json_response(status, body, X_Request_Id=request_id)


def service_error(status: int, message: str = "") -> Response:
    """Return the documented error of the Workspace service for a status."""
    code, text = DOCUMENTED[status]
    return error_response(status, code, message or text)


def gateway_error(status: int, number: str, message: str) -> Response:
    """Return an error of the API gateway; ``number`` is the last part of its code, such as ``0301``."""
    return error_response(status, f"APIGW.{number}", message, shape="gateway")


def iam_error(status: int, message: str) -> Response:
    """Return an error of IAM: nested, with an integer code and IAM's trace ID."""
    body = error_body("nested", status, str(status), message, "")
    return json_response(status, body, X_IAM_Trace_Id=f"token_{new_request_id()}")

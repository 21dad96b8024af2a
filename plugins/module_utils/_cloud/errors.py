# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The failures that a user sees. Pure: no I/O, and nothing of how Ansible fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

Failure = TypeVar("Failure", bound="CloudError")


@dataclass(eq=False, repr=False)
class CloudError(Exception):
    """A failure of a request, or of what must be known before it. Complete when it is raised.

    :ivar reason: what happened, one phrase without a full stop at its end.
    :ivar operation: the API's name of the operation that failed, such as ``ListImages``.
    :ivar region: the region of the request.
    :ivar host: the host of the request, with the port if the URL has one.
    :ivar attempts: number of attempts of the request.
    :ivar http_status: status of the response, if there was one.
    :ivar error_code: the service's code, as a string.
    :ivar error_msg: the service's message.
    :ivar request_id: the service's id of the request.
    :ivar encoded_authorization_message: why access was denied, encrypted by the service.
    :ivar authorization_message: the same, decrypted by STS.
    :ivar wait: seconds to wait before the next attempt, as the service requests.
    :ivar hint: what to do.
    :ivar credentials_kind: the kind of the credentials that the request carried; the hints have a table of them.
    :ivar credentials_source: source of the credentials, in words.
    :ivar remark: a last sentence of the message.
    """

    error_type: ClassVar[str]

    reason: str
    operation: str | None = None
    region: str | None = None
    host: str | None = None
    attempts: int | None = None
    http_status: int | None = None
    error_code: str | None = None
    error_msg: str | None = None
    request_id: str | None = None
    encoded_authorization_message: str | None = None
    authorization_message: dict[str, Any] | None = None
    wait: float = 0.0
    hint: str | None = None
    credentials_kind: str | None = None
    credentials_source: str | None = None
    remark: str | None = None

    def __post_init__(self) -> None:
        super().__init__(self.reason)

    @property
    def is_authentication_failure(self) -> bool:
        """Whether the service rejected the credentials: more than five such responses in a row lock a key."""
        return self.http_status == 401

    def with_facts(self: Failure, **facts: Any) -> Failure:
        """Copy the failure, with facts of another layer.

        :param facts: keyword arguments of the constructor.
        """
        return type(self)(**{**self.facts(), **facts})

    def facts(self) -> dict[str, Any]:
        """Return the keyword arguments of the constructor."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def message(self) -> str:
        """Say what failed, why, where, and what to do."""
        where = ", ".join(self._where())
        text = f"{self.operation} failed: {self.reason}" if self.operation else self.reason
        sentences = [f"{text} ({where})" if where else text]
        if self.authorization_message is not None:
            sentences.append(f"Access was denied because: {_readable(self.authorization_message)}")
        if self.hint is not None:
            sentences.append(self.hint)
        if self.remark is not None:
            sentences.append(self.remark)
        return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in sentences)

    def _where(self) -> Iterator[str]:
        """Yield what distinguishes this failure from others of its kind."""
        for label, value in (("host", self.host), ("region", self.region), ("request id", self.request_id)):
            if value is not None:
                yield f"{label} {value}"
        source = self.credentials_source
        if self.http_status in (401, 403) and source and source not in (self.hint or ""):
            yield f"credentials from {source}"
        if self.attempts is not None and self.attempts > 1:
            yield f"{self.attempts} attempts"

    def details(self) -> dict[str, Any]:
        """Return the keys beside ``failed`` and ``msg``; unknown ones are left out."""
        known = {
            "http_status": self.http_status,
            "error_code": self.error_code,
            "error_msg": self.error_msg,
            "request_id": self.request_id,
            "encoded_authorization_message": self.encoded_authorization_message,
            "authorization_message": self.authorization_message,
            "operation": self.operation,
            "attempts": self.attempts,
        }
        return {"error_type": self.error_type, **{key: value for key, value in known.items() if value is not None}}

    def result(self) -> dict[str, Any]:
        """Return what a task returns beside ``failed``; secrets are not masked yet."""
        return {"msg": self.message(), **self.details()}


class ConfigurationError(CloudError):
    """Known before anything was sent: an option, a variable or a file is wrong."""

    error_type = "configuration"


class ApiError(CloudError):
    """The service returned status 400 or above."""

    error_type = "api"

    def details(self) -> dict[str, Any]:
        """Return the same keys, and the credentials' source.

        The service's code and message are null if its body has none.
        """
        always = ("error_code", "error_msg", "credentials_source")
        return {**super().details(), **{name: getattr(self, name) for name in always}}


class ConnectionFailure(CloudError):
    """No response, or an incomplete one."""

    error_type = "connection"


class ProxyRefusal(ConnectionFailure):
    """The proxy rejected the request, and would reject it again."""


class TimeoutFailure(CloudError):
    """The attempt took longer than ``timeout``."""

    error_type = "timeout"


class TlsFailure(CloudError):
    """The TLS connection was not established."""

    error_type = "tls"


class InvalidResponse(CloudError):
    """The response is not what the API documents."""

    error_type = "invalid_response"


class Unresolved(CloudError):
    """Valid responses that do not settle the question."""

    error_type = "unresolved"


class MissingLibrary(Exception):
    """A Python library is missing; Ansible has a text for that.

    :ivar name: its name on PyPI.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _readable(reason: dict[str, Any]) -> str:
    """Return the line that says why, and everything if there is no such line."""
    failure = reason.get("failure")
    return failure if isinstance(failure, str) and failure else str(reason)

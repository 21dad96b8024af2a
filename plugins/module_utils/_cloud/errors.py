# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The failures that a user sees. Pure: no I/O, and nothing of how Ansible fails."""

from __future__ import annotations

from typing import Any


class CloudError(Exception):
    """A failure of a call, or of what must be known before it.

    :ivar reason: what happened, one phrase without a full stop at its end.
    :ivar operation: the API's name of the call that failed, such as ``ListImages``.
    :ivar region: where it was asked.
    :ivar http_status: status of the answer, where there was one.
    :ivar error_code: the service's code, as a string.
    :ivar error_msg: the service's message.
    :ivar request_id: the service's id of the request.
    :ivar encoded_authorization_message: the encrypted reason of a refusal.
    :ivar authorization_message: the same, decrypted by STS.
    :ivar attempts: how often the request was tried.
    :ivar host: who was asked, where there was no whole answer.
    :ivar wait: seconds that the service asks to wait before the next attempt.
    """

    error_type: str

    def __init__(
        self,
        reason: str,
        *,
        operation: str | None = None,
        region: str | None = None,
        http_status: int | None = None,
        error_code: str | None = None,
        error_msg: str | None = None,
        request_id: str | None = None,
        encoded_authorization_message: str | None = None,
        wait: float = 0.0,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.operation = operation
        self.region = region
        self.http_status = http_status
        self.error_code = error_code
        self.error_msg = error_msg
        self.request_id = request_id
        self.encoded_authorization_message = encoded_authorization_message
        self.authorization_message: dict[str, Any] | None = None
        self.attempts: int | None = None
        self.host: str | None = None
        self.wait = wait

    def copy(self, **changes):
        import copy

        new = copy.copy(self)
        for k, v in changes.items():
            setattr(new, k, v)
        return new

    @property
    def is_authentication_failure(self) -> bool:
        """Whether the service does not know who asks: more than five such answers in a row lock a key."""
        return self.http_status == 401

    def message(self) -> str:
        """The text for a person: what failed, why, where, and what to do."""
        where = [
            f"{label} {value}"
            for label, value in (("host", self.host), ("region", self.region), ("request id", self.request_id))
            if value is not None
        ]
        if self.attempts is not None and self.attempts > 1:
            where.append(f"{self.attempts} attempts")
        text = f"{self.operation} failed: {self.reason}" if self.operation else self.reason
        if where:
            text += f" ({', '.join(where)})"
        sentences = [text]
        if self.authorization_message is not None:
            sentences.append(f"Reason of the refusal: {_readable(self.authorization_message)}")
        # Imported here: few tasks fail.
        from .hints import advice

        hint = advice(self.error_code, self.http_status, self.error_msg)
        if hint is not None:
            sentences.append(hint)
        return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in sentences)

    def details(self) -> dict[str, Any]:
        """The keys beside ``failed`` and ``msg``; a key whose value is not known is left out."""
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
        """What a task returns beside ``failed``; secrets are not masked yet."""
        return {"msg": self.message(), **self.details()}


class ConfigurationError(CloudError):
    """Known before anything was sent: an option, a variable or a file is wrong."""

    error_type = "configuration"


class ApiError(CloudError):
    """The service answered 400 or above."""

    error_type = "api"

    def details(self) -> dict[str, Any]:
        """As above; the service's code and message are always there, null where its body has none."""
        return {**super().details(), "error_code": self.error_code, "error_msg": self.error_msg}


class ConnectionFailure(CloudError):
    """No answer, or one whose body was cut off."""

    error_type = "connection"


class ProxyRefusal(ConnectionFailure):
    """The proxy does not let the request through, and would not the next time."""


class TimeoutFailure(CloudError):
    """The attempt took longer than it may."""

    error_type = "timeout"


class TlsFailure(CloudError):
    """The other side could not be trusted."""

    error_type = "tls"


class InvalidResponse(CloudError):
    """An answer that is not what the API promises."""

    error_type = "invalid_response"


class Unresolved(CloudError):
    """Sound answers that do not settle the question."""

    error_type = "unresolved"


def _readable(reason: dict[str, Any]) -> str:
    """The line of a decrypted refusal that says why, and the whole of it where no such line is known."""
    failure = reason.get("failure")
    return failure if isinstance(failure, str) and failure else str(reason)

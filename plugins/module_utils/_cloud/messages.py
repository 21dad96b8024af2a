# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request, its response, and the failures that they make. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, TypeVar
from urllib.parse import urlsplit

from .. import _libraries
from .errors import ApiError, CloudError, InvalidResponse, TimeoutFailure
from .hints import hint_for
from .retry import requested_delay
from .strict_json import read_json

if TYPE_CHECKING:
    from requests.auth import AuthBase

Failure = TypeVar("Failure", bound=CloudError)

_SHAPES = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"))
_DENIAL = "encoded_authorization_message"
_REQUEST_ID_HEADERS = ("X-Request-Id", "X-IAM-Trace-Id")


@dataclass(frozen=True)
class Request:
    """One request of an API, not yet signed.

    :ivar operation: the API's name of the operation.
    :ivar url: as it is sent.
    :ivar auth: signs the request, or adds the token.
    :ivar region: for messages.
    :ivar credentials_kind: the kind of the credentials that it carries, for messages.
    :ivar credentials_source: source of the credentials, for messages.
    """

    operation: str
    method: str
    url: str
    auth: AuthBase | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    region: str | None = None
    credentials_kind: str | None = None
    credentials_source: str | None = None

    def failure(self, kind: type[Failure], reason: str, **facts: Any) -> Failure:
        """Make the failure of this request.

        :param reason: one phrase without a full stop at its end.
        :param facts: what else is known, as the constructor of :class:`CloudError` takes it. Without a hint, it is what
            is known of the service's code or the status.
        """
        failure = kind(
            reason,
            operation=self.operation,
            region=self.region,
            host=urlsplit(self.url).netloc,
            credentials_kind=self.credentials_kind,
            credentials_source=self.credentials_source,
            **facts,
        )
        return failure if failure.hint else failure.with_facts(hint=hint_for(failure))


#: Makes a request that carries the credentials, of its operation, method, URL, headers and perhaps body.
MakeRequest = Callable[..., Request]


class Deadline(NamedTuple):
    """When an attempt must be over.

    :ivar timeout: seconds for the attempt as a whole.
    :ivar end: the moment, on the clock ``monotonic``.
    """

    timeout: float
    end: float
    monotonic: Callable[[], float]

    @property
    def reason(self) -> str:
        """What to say when it has passed."""
        return f"no complete response within {self.timeout:g} seconds"

    def has_passed(self) -> bool:
        """Whether the time is over."""
        return self.monotonic() > self.end


class ServiceError(NamedTuple):
    """What an error body says; None for what it does not say."""

    code: str | None = None
    message: str | None = None
    encoded_authorization_message: str | None = None
    request_id: str | None = None

    def after(self, status: int) -> str:
        """Return code and message as they follow the status. IAM's code often is the status, which is shown once."""
        if self.code == str(status):
            return f": {self.message}" if self.message else ""
        return f" {self.text}" if self.code else f": {self.message or 'the response has no error code'}"

    @property
    def text(self) -> str:
        """Code and message in one line, empty if there is neither."""
        return ": ".join(filter(None, (self.code, self.message)))


@dataclass(frozen=True)
class Response:
    """A response.

    :ivar body: decompressed, complete.
    :ivar attempts: number of attempts of the request.
    :ivar deadline: until when the body must be decoded; None allows any time.
    """

    request: Request
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    attempts: int
    deadline: Deadline | None

    @property
    def request_id(self) -> str | None:
        """The service's id of the request, from the headers."""
        return next((self.headers[name] for name in _REQUEST_ID_HEADERS if self.headers.get(name)), None)

    def json(self, schema: Callable[[Any], Any], *, status: int = 200) -> Any:
        """Decode and check the JSON document in the body.

        The time for that counts toward the timeout of the attempt.

        :param schema: what the API documents, a ``voluptuous.Schema``.
        :param status: the documented status.
        :returns: what the schema returns.
        :raises InvalidResponse: if the response is another one; it names the path, such as ``images[3].min_disk``.
        :raises TimeoutFailure: if the deadline passed meanwhile.
        """
        if self.status != status:
            raise self.invalid(f"HTTP {self.status} instead of {status}")
        try:
            document = read_json(self.body)
            self._check_deadline()
            checked = schema(document)
        except ValueError as error:
            raise self.invalid(str(error)) from None
        except _libraries.voluptuous.MultipleInvalid as error:
            raise self.invalid(_violation(error.errors[0])) from None
        self._check_deadline()
        return checked

    def invalid(self, reason: str) -> InvalidResponse:
        """Make the failure that says what is wrong with this response.

        :param reason: one phrase that quotes nothing of the response.
        """
        error = service_error(self.body)
        detail = f" ({error.text})" if error.text else ""
        return self._failure(InvalidResponse, f"unexpected response: {reason}{detail}", error)

    def api_error(self, now: datetime) -> ApiError:
        """Make the failure that a response with status 400 or above is.

        :param now: the time in UTC.
        """
        error = service_error(self.body)
        wait = requested_delay(self.headers.get("Retry-After"), error.message, now)
        return self._failure(ApiError, f"HTTP {self.status}{error.after(self.status)}", error, wait=wait)

    def _failure(self, kind: type[Failure], reason: str, error: ServiceError, **facts: Any) -> Failure:
        return self.request.failure(
            kind,
            reason,
            attempts=self.attempts,
            http_status=self.status,
            error_code=error.code,
            error_msg=error.message,
            request_id=self.request_id or error.request_id,
            encoded_authorization_message=error.encoded_authorization_message,
            **facts,
        )

    def _check_deadline(self) -> None:
        if self.deadline is not None and self.deadline.has_passed():
            raise self.request.failure(TimeoutFailure, self.deadline.reason, attempts=self.attempts)


def service_error(body: bytes) -> ServiceError:
    """Find the error in a body, in any of the shapes that the services use; empty if the body has no error."""
    try:
        document = read_json(body)
    except ValueError:
        return ServiceError()
    return error_in(document)


def error_in(document: Any) -> ServiceError:
    """Find the error in a decoded document.

    :param document: any JSON value.
    """
    if not isinstance(document, dict):
        return ServiceError()
    levels = [document, *(value for value in document.values() if isinstance(value, dict))]
    code, message = next(
        (
            (_text(level.get(code)), _text(level.get(message)))
            for level in levels
            for code, message in _SHAPES
            if _text(level.get(code)) is not None
        ),
        (None, None),
    )
    if code is None:
        message = _first(_text(level.get(name)) for _unused, name in _SHAPES for level in levels)
    return ServiceError(
        code=code,
        message=message,
        encoded_authorization_message=_first(_text(level.get(_DENIAL)) for level in levels),
        request_id=_first(_text(level.get("request_id")) for level in levels),
    )


def list_of(check: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """Make a validator of lists that stops at the first wrong item.

    voluptuous goes on, and an error for each of 90,000 items takes seconds and 200 MiB.

    :param check: the schema of an item.
    """

    def validate(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _libraries.voluptuous.Invalid("expected a list")
        checked = []
        for number, item in enumerate(value):
            try:
                checked.append(check(item))
            except _libraries.voluptuous.Invalid as error:
                error.prepend([number])
                raise
        return checked

    return validate


def _violation(error: Any) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path).lstrip(".")
    return f"{path or 'the JSON'}: {error.error_message}"


def _first(values: Any) -> str | None:
    return next((value for value in values if value is not None), None)


def _text(value: Any) -> str | None:
    """Return a code or a message; a code can be an integer."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None

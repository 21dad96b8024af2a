# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication and authorization of the API gateway."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .account import Account, Agency, Key, Project
from .errors import gateway_error
from .messages import RejectedError, Request, Response
from .vendor_signature import is_signature_valid, signer_of

CLOCK_TOLERANCE = timedelta(minutes=15)
LOCK_AFTER_FAILURES = 5
LOCK_SECONDS = 300.0
TOKEN_LIFETIME = timedelta(hours=24)

_DATE_FORMAT = "%Y%m%dT%H%M%SZ"


def authentication_failed(reason: str) -> Response:
    """Return the gateway's 401 with its wording of a reason."""
    return gateway_error(401, "0301", f"Incorrect IAM authentication information: {reason}")


def signature_expired(signed_at: str, now: datetime) -> Response:
    """Return the gateway's 401 for a wrong clock; ``signed_at`` is the request's X-Sdk-Date."""
    return authentication_failed(
        "calc aksk signature fail:signature expired, "
        f"signature time:{signed_at},server time:{now.strftime(_DATE_FORMAT)}"
    )


@dataclass(frozen=True)
class Token:
    """A token that IAM issued; ``project`` is None if its scope is the account."""

    text: str
    project: Project | None
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class IssuedKey:
    """A temporary key of an agency."""

    key: Key
    agency: Agency
    expires_at: datetime


class Authenticator:
    """Authenticates requests, counts failed authentications, and issues tokens and temporary keys."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._locked_until: dict[str, float] = {}
        self._tokens: dict[str, Token] = {}
        self._issued: dict[str, IssuedKey] = {}

    def reset(self) -> None:
        """Clear failures and locks; tokens stay valid."""
        with self._lock:
            self._failures.clear()
            self._locked_until.clear()

    def issue_token(self, project: Project | None, lifetime: timedelta = TOKEN_LIFETIME) -> Token:
        """Issue a token of several kilobytes, as IAM does."""
        now = datetime.now(timezone.utc)
        with self._lock:
            serial = len(self._tokens)
            digest = hashlib.sha512(f"{project} {serial} {now}".encode()).hexdigest()
            token = Token("MIIEmulator" + digest * 32, project, now, now + lifetime)
            self._tokens[token.text] = token
        return token

    def issue_key(self, agency: Agency, lifetime: timedelta) -> IssuedKey:
        """Issue a temporary key of an agency."""
        with self._lock:
            serial = len(self._issued)
            digest = hashlib.sha512(f"{agency.name} {serial}".encode()).hexdigest()
            key = Key(f"EMULATORAGENCY{serial:06}", digest[:40], f"emulator-agency-token+/=={digest}")
            issued = IssuedKey(key, agency, datetime.now(timezone.utc) + lifetime)
            self._issued[key.access_key] = issued
        return issued

    def projects_of(self, request: Request) -> tuple[Project, ...]:
        """Return the projects that the credentials of an authenticated request can access."""
        issued = self._issued.get(signer_of(request) or "")
        return issued.agency.projects if issued else self._account.projects

    def authenticate(self, request: Request, *, tokens: bool = True) -> Token | None:
        """Authenticate a request, and return its token, None if it is signed.

        Without ``tokens``, only a signature is accepted. Raises RejectedError if authentication fails.
        """
        access_key = signer_of(request)
        if access_key is not None:
            self._check_signature(request, access_key)
            return None
        if "authorization" in request.headers:
            raise RejectedError(gateway_error(401, "0305", "Incorrect authentication information: unknown scheme"))
        if not tokens or "x-auth-token" not in request.headers:
            raise RejectedError(authentication_failed("x-auth-token not found"))
        return self._check_token(request)

    def authorize_project(self, request: Request, project_id: str) -> None:
        """Authenticate a request and check its access to a project, or raise RejectedError."""
        token = self.authenticate(request)
        project = next((each for each in self.projects_of(request) if each.id == project_id), None)
        if project is None:
            raise RejectedError(gateway_error(403, "0306", "API access denied: the project is not available"))
        if token is not None and (token.project != project or project.region != request.region):
            raise RejectedError(gateway_error(401, "0307", "The token must be updated."))
        if project.region != request.region:
            raise RejectedError(gateway_error(403, "0306", "API access denied: the project is in another region"))
        if request.headers.get("x-project-id", project_id) != project_id:
            raise RejectedError(
                gateway_error(403, "0306", "API access denied: X-Project-Id is not the project of the URL")
            )

    def _check_token(self, request: Request) -> Token:
        token = self._tokens.get(request.headers["x-auth-token"])
        if token is None:
            raise RejectedError(authentication_failed("decrypt token fail"))
        if token.expires_at <= datetime.now(timezone.utc):
            raise RejectedError(gateway_error(401, "0307", "The token must be updated."))
        return token

    def _check_signature(self, request: Request, access_key: str) -> None:
        with self._lock:
            if self._locked_until.get(access_key, 0.0) > time.monotonic():
                raise RejectedError(authentication_failed("AK access failed to reach the limit,forbidden"))
        failure = self._signature_failure(request, access_key)
        with self._lock:
            if failure is None:
                self._failures.pop(access_key, None)
                return
            self._failures[access_key] = self._failures.get(access_key, 0) + 1
            if self._failures[access_key] > LOCK_AFTER_FAILURES:
                self._locked_until[access_key] = time.monotonic() + LOCK_SECONDS
                del self._failures[access_key]
        raise RejectedError(failure)

    def _signature_failure(self, request: Request, access_key: str) -> Response | None:
        issued = self._issued.get(access_key)
        key = issued.key if issued else self._account.key(access_key)
        if key is None:
            return authentication_failed(f"Get secretKey failed,ak:{access_key},err:ak not exist")
        now = datetime.now(timezone.utc)
        signed_at = request.headers.get("x-sdk-date", "")
        try:
            moment = datetime.strptime(signed_at, _DATE_FORMAT).replace(tzinfo=timezone.utc)
        except ValueError:
            return authentication_failed("calc aksk signature fail:invalid x-sdk-date")
        if abs(now - moment) > CLOCK_TOLERANCE:
            return signature_expired(signed_at, now)
        if not is_signature_valid(request, key) or request.headers.get("x-security-token") != key.security_token:
            return authentication_failed("verify aksk signature fail")
        if issued and issued.expires_at <= now:
            # No source documents this message.
            return authentication_failed("the security token has expired")
        return None

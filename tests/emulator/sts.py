# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service STS: encoded reasons for refusals, and temporary keys for tokens of a CI system."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from .account import Account
from .authentication import Authenticator
from .errors import error_response
from .messages import TIME_FORMAT, Request, Response, json_response

LONGEST_ENCODED_MESSAGE = 10240
"""In characters."""

_ENCODED_PREFIX = "emulator-encoded-message."


def encode_authorization_message(reason: dict[str, Any]) -> str:
    """Make an encoded reason for a refusal that DecodeAuthorizationMessage of this emulator can decode."""
    return _ENCODED_PREFIX + base64.urlsafe_b64encode(json.dumps(reason).encode()).decode()


def _decode_authorization_message(encoded: str) -> str:
    if len(encoded) > LONGEST_ENCODED_MESSAGE or not encoded.startswith(_ENCODED_PREFIX):
        raise ValueError("not a message of this emulator")
    return base64.urlsafe_b64decode(encoded[len(_ENCODED_PREFIX) :]).decode()


class Sts:
    """Reasons for refusals, and keys for a token."""

    def __init__(self, account: Account, authenticator: Authenticator) -> None:
        self._account = account
        self._authenticator = authenticator

    def decode_authorization_message(self, request: Request) -> Response:
        """DecodeAuthorizationMessage: only with a signature, and only what this emulator encoded."""
        self._authenticator.authenticate(request, tokens=False)
        try:
            decoded = _decode_authorization_message(json.loads(request.body)["encoded_message"])
        except (ValueError, KeyError, TypeError, AttributeError):
            # No source tells the code of this error: it is invented.
            return error_response(400, "STS.0400", "The encoded message is invalid.")
        return json_response(200, {"decoded_message": decoded})

    def assume_agency_with_oidc(self, request: Request) -> Response:
        """AssumeAgencyWithOIDC: not signed, the token is in the body. The codes of its errors are invented."""
        trusted = self._account.oidc
        try:
            body = json.loads(request.body)
            given = (body["provider_urn"], body["agency_urn"], body["agency_session_name"], body["id_token"])
            lifetime = timedelta(seconds=body.get("duration_seconds", 3600))
        except (ValueError, KeyError, TypeError, OverflowError):
            return error_response(400, "STS5.0400", "The parameters are invalid.")
        provider_urn, agency_urn, _session, id_token = given
        if id_token != trusted.id_token:
            return error_response(401, "STS5.0401", "The id_token is invalid or expired.")
        if agency_urn == trusted.distrusting_agency_urn:
            return error_response(403, "STS5.0403", "The trust policy of the agency denies access.")
        if (provider_urn, agency_urn) != (trusted.provider_urn, trusted.agency_urn):
            return error_response(404, "STS5.0404", "The agency or the provider does not exist.")
        issued = self._authenticator.issue_key(self._account.oidc_agency, lifetime)
        credentials = {
            "access_key_id": issued.key.access_key,
            "secret_access_key": issued.key.secret_key,
            "security_token": issued.key.security_token,
            "expiration": issued.expires_at.strftime(TIME_FORMAT),
        }
        return json_response(200, {"credentials": credentials})

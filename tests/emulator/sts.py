# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The STS service: decodes authorization messages, and exchanges OIDC tokens for temporary keys."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from .account import Account
from .authentication import Authenticator
from .errors import error_response
from .messages import TIME_FORMAT, Request, Response, json_response

MAX_ENCODED_MESSAGE = 10240
"""In characters."""

_ENCODED_PREFIX = "emulator-encoded-message."


def encode_authorization_message(reason: dict[str, Any]) -> str:
    """Return the reason of a denial in a form that the emulator's DecodeAuthorizationMessage decodes."""
    return _ENCODED_PREFIX + base64.urlsafe_b64encode(json.dumps(reason).encode()).decode()


def _decode_authorization_message(encoded: str) -> str:
    if len(encoded) > MAX_ENCODED_MESSAGE or not encoded.startswith(_ENCODED_PREFIX):
        raise ValueError("not a message of this emulator")
    return base64.urlsafe_b64decode(encoded[len(_ENCODED_PREFIX) :]).decode()


class Sts:
    """Authorization messages, and temporary keys for OIDC tokens."""

    def __init__(self, account: Account, authenticator: Authenticator) -> None:
        self._account = account
        self._authenticator = authenticator

    def decode_authorization_message(self, request: Request) -> Response:
        """DecodeAuthorizationMessage: requires a signature, and a message that this emulator encoded."""
        self._authenticator.authenticate(request, tokens=False)
        try:
            decoded = _decode_authorization_message(json.loads(request.body)["encoded_message"])
        except (ValueError, KeyError, TypeError, AttributeError):
            # No source documents the code of this error.
            return error_response(400, "STS.0400", "The encoded message is invalid.")
        return json_response(200, {"decoded_message": decoded})

    def assume_agency_with_oidc(self, request: Request) -> Response:
        """AssumeAgencyWithOIDC: not signed; the token is in the body. The codes of its errors are not documented."""
        trusted = self._account.oidc
        try:
            body = json.loads(request.body)
            names = ("provider_urn", "agency_urn", "agency_session_name", "id_token")
            provider_urn, agency_urn, _session_name, id_token = (body[name] for name in names)
            lifetime = timedelta(seconds=body.get("duration_seconds", 3600))
        except (ValueError, KeyError, TypeError, OverflowError):
            return error_response(400, "STS5.0400", "The parameters are invalid.")
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

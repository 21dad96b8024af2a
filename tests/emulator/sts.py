# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service STS: encoded reasons for refusals."""

from __future__ import annotations

import base64
import json
from typing import Any

from .authentication import Gatekeeper
from .errors import error_answer
from .messages import Answer, Request, json_answer

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
    """Decoding of the reasons for refusals."""

    def __init__(self, gatekeeper: Gatekeeper) -> None:
        self._gatekeeper = gatekeeper

    def decode_authorization_message(self, request: Request) -> Answer:
        """DecodeAuthorizationMessage: only with a signature, and only what this emulator encoded."""
        self._gatekeeper.admit(request, tokens=False)
        try:
            decoded = _decode_authorization_message(json.loads(request.body)["encoded_message"])
        except (ValueError, KeyError, TypeError, AttributeError):
            # No source tells the code of this error: it is invented.
            return error_answer(400, "STS.0400", "The encoded message is invalid.")
        return json_answer(200, {"decoded_message": decoded})

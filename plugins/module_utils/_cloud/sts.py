# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS: the reason of a refusal, which the services encrypt.

Source: the vendor's page of DecodeAuthorizationMessage.
"""

from __future__ import annotations

import json
from typing import Any

from .. import _libraries
from . import endpoints
from .responses import check_printable, read_json
from .transport import Request, Transport

DECODE = "DecodeAuthorizationMessage"

#: Characters of an encrypted reason that STS takes.
MAX_MESSAGE = 10240


def decode_authorization_message(
    transport: Transport, auth: Any, base: str, message: str, region: str | None
) -> dict[str, Any]:
    """The decrypted reason of a refusal.

    :param auth: signs the request: STS takes no token.
    :param base: STS' base URL.
    :param message: the encrypted reason.
    :raises CloudError: where STS does not decrypt it.
    """
    body = json.dumps({"encoded_message": message}).encode()
    address = endpoints.url(base, ("v5", "decode-authorization-message"))
    answer = transport.send(
        Request(DECODE, "POST", address, auth, {"Content-Type": "application/json"}, body=body, region=region)
    )
    v = _libraries.voluptuous
    document = answer.json(v.Schema({v.Required("decoded_message"): str}, extra=v.ALLOW_EXTRA))
    try:
        reason = read_json(document["decoded_message"].encode())
        check_printable(reason)
    except ValueError as error:
        raise answer.invalid(f"decoded_message: {error}") from None
    if not isinstance(reason, dict):
        raise answer.invalid("decoded_message is not a JSON object")
    return reason

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS: why access was denied, which the services encrypt.

Source: the vendor's page of DecodeAuthorizationMessage.
"""

from __future__ import annotations

import json
from typing import Any

from .. import _libraries
from . import endpoints
from .messages import MakeRequest
from .responses import check_printable, read_json
from .transport import Transport

DECODE = "DecodeAuthorizationMessage"

#: Characters of an encrypted reason that STS accepts.
MAX_MESSAGE = 10240


def decode_authorization_message(
    transport: Transport, make_request: MakeRequest, base: str, message: str
) -> dict[str, Any]:
    """Return the decrypted reason why access was denied.

    :param make_request: makes a request that carries the credentials, an access key: STS accepts no token.
    :param base: base URL of STS.
    :param message: the encrypted reason.
    :raises CloudError: if STS does not decrypt it.
    """
    body = json.dumps({"encoded_message": message}).encode()
    address = endpoints.url(base, ("v5", "decode-authorization-message"))
    response = transport.send(make_request(DECODE, "POST", address, {"Content-Type": "application/json"}, body))
    v = _libraries.voluptuous
    document = response.json(v.Schema({v.Required("decoded_message"): str}, extra=v.ALLOW_EXTRA))
    try:
        reason = read_json(document["decoded_message"].encode())
        check_printable(reason)
    except ValueError as error:
        raise response.invalid(f"decoded_message: {error}") from None
    if not isinstance(reason, dict):
        raise response.invalid("decoded_message is not a JSON object")
    return reason

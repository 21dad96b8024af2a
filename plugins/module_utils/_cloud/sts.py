# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STS: why access was denied, which the services encrypt, and temporary keys for an OIDC token.

Source: the vendor's page of DecodeAuthorizationMessage, and the SDK's class OidcStsAccessor.
"""

from __future__ import annotations

import json
from typing import Any

from .. import _libraries
from . import endpoints
from .credentials import AccessKey, OidcToken, is_header_value
from .errors import ApiError
from .messages import MakeRequest, Request
from .strict_json import check_printable, read_json
from .transport import Transport

DECODE = "DecodeAuthorizationMessage"
ASSUME_WITH_OIDC = "AssumeAgencyWithOIDC"

#: Spellings of the fields of temporary keys, all of which the SDK accepts.
_SPELLINGS = {
    "access": ("access_key_id", "accessKeyId", "access"),
    "secret": ("secret_access_key", "secretAccessKey", "secret"),
    "securitytoken": ("security_token", "securityToken", "securitytoken"),
}

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


def assume_agency_with_oidc(transport: Transport, token: OidcToken, base: str, region: str | None) -> AccessKey:
    """Exchange an OIDC token for temporary keys of an agency.

    :param base: base URL of STS.
    :param region: for messages.
    :raises CloudError: if STS issues none.
    """
    body = {
        "provider_urn": token.provider_urn,
        "agency_urn": token.agency_urn,
        "agency_session_name": token.session_name,
        "id_token": token.id_token,
        "duration_seconds": token.seconds,
    }
    address = endpoints.url(base, ("v5", "agencies", "assume-with-oidc"))
    headers = {"Content-Type": "application/json"}
    # The token is in the body: this request is not signed.
    request = Request(
        ASSUME_WITH_OIDC, "POST", address, None, headers, json.dumps(body).encode(), region, token.kind, token.source
    )
    try:
        response = transport.send(request)
    except ApiError as failure:
        raise failure.with_facts(hint=_oidc_hint(failure, token)) from None
    v = _libraries.voluptuous
    document = response.json(v.Schema({v.Any("credentials", "credential"): dict}, extra=v.ALLOW_EXTRA))
    found = document.get("credentials") or document.get("credential") or document
    values = [next((found[name] for name in names if name in found), None) for names in _SPELLINGS.values()]
    access_key, secret_key, security_token = (
        value if isinstance(value, str) and is_header_value(value) else None for value in values
    )
    if access_key is None or secret_key is None or security_token is None:
        raise response.invalid("it has no complete temporary keys")
    key = AccessKey(access_key, secret_key, security_token, token.source)
    transport.secrets.add(*key.secrets())
    return key


def _oidc_hint(failure: ApiError, token: OidcToken) -> str | None:
    """Return what to do if STS issues no keys for a token."""
    if failure.http_status == 403:
        return (
            f"Allow the identity provider {token.provider_urn} in the trust policy of the agency {token.agency_urn}, "
            "and check the policy's conditions on the token's subject and audience."
        )
    if failure.http_status == 404:
        return (
            f"The agency {token.agency_urn} or the identity provider {token.provider_urn} does not exist. Check both, "
            "and that the region belongs to the same cloud."
        )
    return failure.hint

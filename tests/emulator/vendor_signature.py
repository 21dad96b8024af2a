# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies signatures with the vendor's SDK. No other file of the emulator implements signing."""

from __future__ import annotations

import hashlib
import hmac
import re

try:
    # These two modules of the SDK only sign. Other modules write a file to the home directory when imported.
    from huaweicloudsdkcore.sdk_request import SdkRequest  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from huaweicloudsdkcore.signer.signer import Signer  # type: ignore[import-untyped,import-not-found,unused-ignore]
except ImportError as problem:
    raise ImportError(
        "the emulator verifies signatures with the vendor's SDK: pip install huaweicloudsdkcore"
    ) from problem

from .account import Key
from .messages import Request

_AUTHORIZATION = re.compile(
    r"SDK-HMAC-SHA256 Access=(?P<access>[^,\s]+), ?SignedHeaders=(?P<names>[^,\s]+), ?"
    r"Signature=(?P<signature>[0-9a-f]+)"
)


class _Credentials:
    """Credentials with the attributes that the SDK's signer reads."""

    def __init__(self, key: Key) -> None:
        self.ak = key.access_key
        self.sk = key.secret_key


def signer_of(request: Request) -> str | None:
    """Return the access key in the signature of a request, None if the request is not signed."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return match["access"] if match else None


def is_signature_valid(request: Request, key: Key) -> bool:
    """Return whether the SDK computes the same signature for the received request."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match:
        return False
    names = match["names"].split(";")
    if not all(name in request.headers for name in names):
        return False
    declared = request.headers.get("x-sdk-content-sha256", "UNSIGNED-PAYLOAD")
    if declared != "UNSIGNED-PAYLOAD" and declared != hashlib.sha256(request.body).hexdigest():
        return False
    signed = SdkRequest(
        method=request.method,
        schema="http",
        host="",
        resource_path=request.path,
        query_params=list(request.query_pairs),
        header_params={name: request.headers[name] for name in names},
        body=request.body,
    )
    try:
        Signer(_Credentials(key)).sign(signed)
    except (ValueError, UnicodeError):
        return False
    expected = _AUTHORIZATION.fullmatch(signed.header_params["Authorization"])
    # The SDK always signs Host and X-Sdk-Date. If the request does not, the names of the signed headers differ.
    return expected is not None and hmac.compare_digest(
        f"{expected['names']} {expected['signature']}".encode(), f"{match['names']} {match['signature']}".encode()
    )

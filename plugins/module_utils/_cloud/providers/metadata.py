# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instance metadata of a cloud server: temporary keys of the agency that the server was given.

Source: the vendor's page on the metadata of an elastic cloud server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ... import _libraries
from ..credentials import AccessKey, ResolvedCredentials, is_header_value
from ..errors import ApiError, ConnectionFailure, TimeoutFailure
from ..retry import RetryPolicy
from ..transport import Request, Response, Transport
from .provider import CredentialProvider, CredentialsNotFound

OPERATION = "InstanceMetadata"
SOURCE = "the instance metadata"
BASE_URL = "http://169.254.169.254"

#: Options of a :class:`Transport` for the metadata: on other machines nothing replies, and a proxy would return the
#: metadata of another machine. The timeout is in seconds.
TRANSPORT_OPTIONS: Mapping[str, Any] = {"timeout": 2.0, "retries": RetryPolicy(0), "environ": {}}

_TOKEN_SECONDS = "21600"


@dataclass(frozen=True)
class InstanceMetadata(CredentialProvider):
    """The last provider.

    :ivar is_enabled: whether ``use_instance_metadata`` allows it.
    :ivar base: base URL of the metadata; tests set another one.
    """

    is_enabled: bool = True
    base: str = BASE_URL

    def validate(self) -> ResolvedCredentials:
        """Return no credentials yet: the metadata is queried only once all else is known to be right.

        :raises CredentialsNotFound: if it is disabled.
        """
        if not self.is_enabled:
            raise CredentialsNotFound(f"{SOURCE} (disabled by use_instance_metadata)")
        return ResolvedCredentials(None, SOURCE)

    def authenticate(self, transport: Transport) -> AccessKey:
        """Return the temporary keys of the server's agency.

        :param transport: one with :data:`TRANSPORT_OPTIONS`.
        :raises CredentialsNotFound: if this is not a cloud server, or it has no agency.
        :raises CloudError: if the metadata cannot be used.
        """
        try:
            credential = self._credential(transport)
        except (ConnectionFailure, TimeoutFailure):
            raise CredentialsNotFound(f"{SOURCE} (no response)") from None
        except ApiError as failure:
            if failure.http_status is None or failure.http_status >= 500:
                raise
            # Other clouds have metadata at that address too, each with its own statuses.
            reasons = {401: "the server has no agency", 404: "not found"}
            reason = reasons.get(failure.http_status, f"HTTP {failure.http_status}")
            raise CredentialsNotFound(f"{SOURCE} ({reason})") from None
        return AccessKey(
            credential["access"], credential["secret"], credential["securitytoken"], SOURCE, is_of_agency=True
        )

    def _credential(self, transport: Transport) -> dict[str, Any]:
        headers = {}
        token = self._token(transport)
        if token:
            transport.secrets.add(token)
            headers["X-Metadata-Token"] = token
        response = self._send(transport, "GET", "/openstack/latest/securitykey", headers)
        v = _libraries.voluptuous
        text = v.All(str, v.truth(is_header_value))
        credential = {v.Required(name): text for name in ("access", "secret", "securitytoken")}
        schema = v.Schema({v.Required("credential"): v.Schema(credential, extra=v.ALLOW_EXTRA)}, extra=v.ALLOW_EXTRA)
        found: dict[str, Any] = response.json(schema)["credential"]
        return found

    def _token(self, transport: Transport) -> str | None:
        headers = {"X-Metadata-Token-Ttl-Seconds": _TOKEN_SECONDS}
        try:
            response = self._send(transport, "PUT", "/meta-data/latest/api/token", headers)
        except ApiError as failure:
            if failure.http_status is not None and (failure.http_status < 500 or failure.http_status == 503):
                return None
            raise
        token = response.body.decode("utf-8", errors="replace").strip()
        if token and not is_header_value(token):
            raise response.invalid("the body is not a token")
        return token or None

    def _send(self, transport: Transport, method: str, path: str, headers: dict[str, str]) -> Response:
        request = Request(
            OPERATION,
            method,
            f"{self.base}{path}",
            headers=headers,
            credentials_kind="agency",
            credentials_source=SOURCE,
        )
        return transport.send(request)

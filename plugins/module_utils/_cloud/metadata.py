# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of a cloud server: temporary keys of the agency that the server was given.

Source: the vendor's page on the metadata of an elastic cloud server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import _libraries
from .credential_sources import CredentialsNotFound
from .credentials import AccessKey, ResolvedCredentials, is_header_value
from .errors import ApiError, ConnectionFailure, TimeoutFailure
from .transport import Request, Response, Transport

OPERATION = "InstanceMetadata"
PLACE = "the metadata of the cloud server"
BASE_URL = "http://169.254.169.254"

#: Seconds that one attempt may take: where there is no such server, nobody answers.
TIMEOUT = 2.0

_TOKEN_SECONDS = "21600"


@dataclass(frozen=True)
class InstanceMetadata:
    """The last source of an identity.

    :ivar transport: without proxies and retries, and with a short time-out.
    :ivar base: where the metadata is; tests put another one here.
    """

    transport: Transport
    base: str = BASE_URL

    def find(self) -> ResolvedCredentials:
        """The temporary keys of the server's agency.

        :raises CredentialsNotFound: where this is no cloud server, or has no agency.
        :raises CloudError: where there is such a server, but its answer cannot be used.
        """
        try:
            credential = self._credential()
        except (ConnectionFailure, TimeoutFailure):
            raise CredentialsNotFound(f"{PLACE} (none answers)") from None
        except ApiError as failure:
            if failure.http_status == 401:
                raise CredentialsNotFound(f"{PLACE} (it has no agency)") from None
            if failure.http_status == 404:
                raise CredentialsNotFound(f"{PLACE} (it has none)") from None
            if failure.http_status is not None and failure.http_status < 500:
                # Other clouds answer at that address, too, each in its own way.
                raise CredentialsNotFound(f"{PLACE} (HTTP {failure.http_status})") from None
            raise
        key = AccessKey(credential["access"], credential["secret"], credential["securitytoken"])
        return ResolvedCredentials(key, PLACE)

    def _credential(self) -> dict[str, Any]:
        headers = {}
        token = self._token()
        if token:
            self.transport.secrets.add(token)
            headers["X-Metadata-Token"] = token
        answer = self._ask("GET", "/openstack/latest/securitykey", headers)
        v = _libraries.voluptuous
        text = v.All(str, v.truth(is_header_value))
        credential = {v.Required(name): text for name in ("access", "secret", "securitytoken")}
        schema = v.Schema({v.Required("credential"): v.Schema(credential, extra=v.ALLOW_EXTRA)}, extra=v.ALLOW_EXTRA)
        found: dict[str, Any] = answer.json(schema)["credential"]
        return found

    def _token(self) -> str | None:
        try:
            answer = self._ask("PUT", "/meta-data/latest/api/token", {"X-Metadata-Token-Ttl-Seconds": _TOKEN_SECONDS})
        except ApiError as failure:
            if failure.http_status is not None and (failure.http_status < 500 or failure.http_status == 503):
                return None
            raise
        token = answer.body.decode("utf-8", errors="replace").strip()
        if token and not is_header_value(token):
            raise answer.invalid("it is not a token")
        return token or None

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> Response:
        return self.transport.send(Request(OPERATION, method, f"{self.base}{path}", headers=headers))

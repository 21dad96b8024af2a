# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instance metadata of a cloud server: temporary keys of its agency."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .account import Key
from .messages import TIME_FORMAT, Request, Response, json_response


class Metadata:
    """The instance metadata of one server."""

    TOKEN = "emulator-metadata-token=="
    NO_TOKEN = Response(401, b"Unauthorized", {"Content-Type": "text/plain"})

    def __init__(self, key: Key) -> None:
        self._key = key

    def create_token(self, request: Request) -> Response:
        """InstanceMetadataToken: a token as text. The request must have a lifetime, in seconds."""
        lifetime = request.headers.get("x-metadata-token-ttl-seconds", "")
        if not lifetime.isdecimal():
            return Response(400, b"Bad Request", {"Content-Type": "text/plain"})
        return Response(200, self.TOKEN.encode(), {"Content-Type": "text/plain"})

    def security_key(self, request: Request) -> Response:
        """InstanceMetadataSecurityKey: a temporary key. The token is optional; a wrong token is rejected."""
        if request.headers.get("x-metadata-token", self.TOKEN) != self.TOKEN:
            return self.NO_TOKEN
        expires_at = datetime.now(timezone.utc) + timedelta(hours=24)
        credential = {
            "access": self._key.access_key,
            "secret": self._key.secret_key,
            "securitytoken": self._key.security_token,
            "expires_at": expires_at.strftime(TIME_FORMAT),
        }
        return json_response(200, {"credential": credential})

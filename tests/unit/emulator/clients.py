# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two clients of the emulator: one that signs single requests, and the vendor's SDK."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import ModuleType
from typing import Any

import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Key


@dataclass
class Credentials:
    """Credentials with the attributes that the SDK's signer reads."""

    ak: str
    sk: str


@dataclass
class Client:
    """Signs requests with the vendor's signer; tests can change a request after that."""

    emulator: Emulator
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def key(self) -> Key:
        """Return the account's permanent key."""
        return Key(self.emulator.account.access_key, self.emulator.account.secret_key)

    def sign(
        self,
        method: str,
        path: str,
        query: list[tuple[str, str]] | None = None,
        *,
        key: Key | None = None,
        body: str = "",
        headers: dict[str, str] | None = None,
        moment: datetime | None = None,
    ) -> requests.PreparedRequest:
        """Return a request with a signature of ``moment`` (default: now)."""
        from huaweicloudsdkcore.sdk_request import SdkRequest
        from huaweicloudsdkcore.signer.signer import Signer

        key = key or self.key()
        moment = moment or datetime.now(timezone.utc)
        all_headers = {"Content-Type": "application/json", "X-Sdk-Date": f"{moment:%Y%m%dT%H%M%SZ}", **(headers or {})}
        if key.security_token:
            all_headers["X-Security-Token"] = key.security_token
        scheme, _colon, host = self.emulator.url.partition("://")
        request = SdkRequest(
            method=method,
            schema=scheme,
            host=host,
            resource_path=path,
            query_params=list(query or []),
            header_params=all_headers,
            body=body,
        )
        Signer(Credentials(key.access_key, key.secret_key)).sign(request)
        return requests.Request(method, request.url, headers=request.header_params, data=body or None).prepare()

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Send a request."""
        return self.session.send(request, timeout=5, allow_redirects=False)

    def request(
        self, method: str, path: str, query: list[tuple[str, str]] | None = None, **options: Any
    ) -> requests.Response:
        """Sign and send a request. The options are those of :meth:`sign`."""
        return self.send(self.sign(method, path, query, **options))

    def list_images(self, **query: str | int) -> requests.Response:
        """Request a page of the default region."""
        pairs = [(name, str(value)) for name, value in query.items()]
        return self.request("GET", f"/v2/{self.emulator.project_id}/images", pairs)


@dataclass
class Vendor:
    """The modules of the vendor's SDK that tests use."""

    workspace: ModuleType
    credentials: ModuleType
    internal: ModuleType
    exceptions: ModuleType

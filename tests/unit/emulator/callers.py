# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to call the emulator: by hand, and with the vendor's own clients."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import ModuleType

import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Key


@dataclass
class Credentials:
    """What the SDK's signer reads."""

    ak: str
    sk: str


@dataclass
class Caller:
    """Calls by hand, signed with the vendor's signer; whatever is signed can be spoilt on its way."""

    emulator: Emulator
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def key(self) -> Key:
        """The account's permanent key."""
        return Key(self.emulator.account.access_key, self.emulator.account.secret_key)

    def signed(
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
        """Prepare a request, with its signature for ``moment`` (default: now)."""
        from huaweicloudsdkcore.sdk_request import SdkRequest
        from huaweicloudsdkcore.signer.signer import Signer

        key = key or self.key()
        moment = moment or datetime.now(timezone.utc)
        named = {"Content-Type": "application/json", "X-Sdk-Date": f"{moment:%Y%m%dT%H%M%SZ}", **(headers or {})}
        if key.security_token:
            named["X-Security-Token"] = key.security_token
        scheme, _colon, host = self.emulator.url.partition("://")
        request = SdkRequest(
            method=method,
            schema=scheme,
            host=host,
            resource_path=path,
            query_params=list(query or []),
            header_params=named,
            body=body,
        )
        Signer(Credentials(key.access_key, key.secret_key)).sign(request)
        return requests.Request(method, request.url, headers=request.header_params, data=body or None).prepare()

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Send a prepared request."""
        return self.session.send(request, timeout=5, allow_redirects=False)

    def call(
        self,
        method: str,
        path: str,
        query: list[tuple[str, str]] | None = None,
        *,
        key: Key | None = None,
        body: str = "",
        headers: dict[str, str] | None = None,
        moment: datetime | None = None,
    ) -> requests.Response:
        """Sign and send."""
        return self.send(self.signed(method, path, query, key=key, body=body, headers=headers, moment=moment))

    def list_images(self, **query: str | int) -> requests.Response:
        """Ask for a page of the default region."""
        pairs = [(name, str(value)) for name, value in query.items()]
        return self.call("GET", f"/v2/{self.emulator.project_id}/images", pairs)


@dataclass
class Vendor:
    """The vendor's SDK, as far as it is called here."""

    workspace: ModuleType
    credentials: ModuleType
    internal: ModuleType
    exceptions: ModuleType

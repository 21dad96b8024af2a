# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of one service in one region: looks up the project, obtains a token, and sends authenticated requests.

IAM and STS are imported when they are needed, which they are not for most queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from . import endpoints
from .credentials import AccessKey, Credentials, Password, Token
from .errors import CloudError
from .signing import SdkHmacSha256, TokenAuth
from .target import Target
from .transport import Request, Response, Transport

if TYPE_CHECKING:
    from .iam import IssuedToken


class Client:
    """Sends requests of one service to one target with one set of credentials.

    A token and a project are obtained once, when they are first needed.
    """

    def __init__(self, target: Target, credentials: Credentials, transport: Transport) -> None:
        self.target = target
        self.credentials = credentials
        self.transport = transport
        self._project_id: str | None = None
        self._issued: IssuedToken | None = None
        #: Whether a service has accepted the credentials: with a response of the API's own, not with a proxy's page.
        self.authenticated = False
        transport.secrets.add(*credentials.secrets())

    def mark_authenticated(self) -> None:
        """Take note that a service has accepted the credentials."""
        if not self.authenticated:
            self.authenticated = True
            self.transport.guard.accept()

    # Not functools.cached_property: before Python 3.12 it lets only one object of the class compute at a time.
    @property
    def project_id(self) -> str:
        """The project, looked up in IAM if it was not given.

        :raises CloudError: if IAM does not name exactly one.
        """
        if self._project_id is None:
            self._project_id = self.target.project_id or self._look_up_project()
        return self._project_id

    def get(self, operation: str, path: Iterable[str], query: Iterable[tuple[str, str]]) -> Response:
        """Send one ``GET`` request to the service.

        :param operation: the API's name of the operation.
        :param path: segments below the base URL.
        :param query: names and values.
        :raises CloudError: if there is no response below 400.
        """
        headers = {"Content-Type": "application/json", "X-Project-Id": self.project_id}
        address = endpoints.url(self.target.endpoint, path, query)
        return self.transport.send(self._request(operation, "GET", address, headers))

    def decode_denial(self, failure: CloudError) -> tuple[CloudError, list[str]]:
        """Have STS decode the reason why access was denied.

        :returns: the failure, with its ``authorization_message`` if that is known, and a warning if it is not.
        """
        message = failure.encoded_authorization_message
        if message is None:
            return failure, []
        from . import sts

        problem = self._why_not_decodable(message, sts.MAX_MESSAGE)
        if problem is None:
            try:
                reason = sts.decode_authorization_message(
                    self.transport, self._request, self.target.sts_endpoint or "", message
                )
                return failure.with_facts(authorization_message=reason), []
            except CloudError as error:
                problem = error.message()
        return failure, [f"The reason of the denial was not decoded: {problem}"]

    def _why_not_decodable(self, message: str, longest: int) -> str | None:
        if not isinstance(self.credentials, AccessKey):
            return "STS requires an access key, and the credentials are a token or a password"
        if self.target.sts_endpoint is None:
            return "STS has no endpoint; set region or sts_endpoint"
        if len(message) > longest:
            return f"it is longer than the {longest} characters that STS accepts"
        return None

    def _look_up_project(self) -> str:
        issued = self._issued_token(self.credentials).project_id if isinstance(self.credentials, Password) else None
        if issued is not None:
            return issued
        from . import iam

        response = iam.list_projects(self.transport, self._request, self._iam_endpoint(), self._project_name())
        projects = iam.projects_in(response)
        self.mark_authenticated()
        return iam.only_project(response, projects, self._project_name())

    def _request(self, operation: str, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
        """Make a request that carries the credentials."""
        credentials = self.credentials
        kind = "issued token" if isinstance(credentials, Password) else credentials.kind
        region = self.target.region
        return Request(operation, method, url, self._auth(), headers, body, region, kind, credentials.source)

    def _auth(self) -> SdkHmacSha256 | TokenAuth:
        credentials = self.credentials
        if isinstance(credentials, AccessKey):
            return SdkHmacSha256(credentials, self.transport.clock)
        return TokenAuth(credentials.token if isinstance(credentials, Token) else self._issued_token(credentials).token)

    def _issued_token(self, user: Password) -> IssuedToken:
        """Return the token for which the password was exchanged, once."""
        if self._issued is None:
            from . import iam

            project = {"id": self.target.project_id} if self.target.project_id else {"name": self._project_name()}
            self._issued = iam.create_token(
                self.transport, user, self._iam_endpoint(), project=project, region=self.target.region
            )
            self.mark_authenticated()
        return self._issued

    # The plan has checked that these are known where they are needed.

    def _iam_endpoint(self) -> str:
        return self.target.iam_endpoint or ""

    def _project_name(self) -> str:
        return self.target.project_name or self.target.region or ""

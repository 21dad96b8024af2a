# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of one service in one region: looks up the project, obtains a token, and sends authenticated requests.

IAM and STS are imported when they are needed, which they are not for most queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import endpoints
from .credentials import (
    AccessKey,
    AssumedAgency,
    CarriedCredentials,
    Credentials,
    OidcToken,
    Password,
    Token,
    base_of,
)
from .errors import CloudError, Unresolved
from .signing import SdkHmacSha256, TokenAuth
from .target import Target
from .transport import Request, Response, Transport

if TYPE_CHECKING:
    from .iam import IssuedToken
    from .messages import MakeRequest


class Client:
    """Sends requests of one service to one target with one set of credentials.

    A token, an agency's keys and a project are obtained once, when they are first needed.

    :param exchange: sends the requests with which an agency is assumed, by default the same transport. Its guard is
        that of the credentials to exchange: a wrong key is one for all agencies that are assumed with it.
    """

    def __init__(
        self, target: Target, credentials: Credentials, transport: Transport, exchange: Transport | None = None
    ) -> None:
        self.target = target
        self.credentials = credentials
        self.transport = transport
        self._exchange = exchange or transport
        self._project_id: str | None = None
        self._issued: IssuedToken | None = None
        self._assumed: AccessKey | None = None
        self._federated: AccessKey | None = None
        #: Whether a service has accepted the credentials: with a response of the API's own, not with a proxy's page.
        self.authenticated = False
        transport.secrets.add(*credentials.secrets())

    def mark_authenticated(self) -> None:
        """Take note that a service has accepted the credentials."""
        if not self.authenticated:
            self.authenticated = True
            self.transport.guard.accept()

    def _mark_exchanged(self) -> None:
        """Take note that the credentials to exchange were accepted, which says nothing yet of an agency's keys."""
        if self._exchange is self.transport:
            self.mark_authenticated()
        else:
            self._exchange.guard.accept()

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
        return self.transport.send(self.request(operation, path, query))

    def request(self, operation: str, path: Iterable[str], query: Iterable[tuple[str, str]]) -> Request:
        """Make the request that :meth:`get` sends."""
        headers = {"Content-Type": "application/json", "X-Project-Id": self.project_id}
        return self._request(operation, "GET", endpoints.url(self.target.endpoint, path, query), headers)

    def exchange(self) -> None:
        """Obtain the token or the temporary keys that requests carry, if the credentials have to be exchanged.

        :raises CloudError: if no credentials are found, or a request fails.
        """
        self._auth(self._acting_credentials())

    def decode_denial(self, failure: CloudError) -> tuple[CloudError, list[str]]:
        """Have STS decode the reason why access was denied.

        :returns: the failure, with its ``authorization_message`` if that is known, and a warning if it is not.
        """
        message = failure.encoded_authorization_message
        if message is None:
            return failure, []
        try:
            return failure.with_facts(authorization_message=self.decode_message(message)), []
        except CloudError as error:
            return failure, [f"The reason of the denial was not decoded: {error.message()}"]

    def decode_message(self, message: str) -> dict[str, Any]:
        """Have STS decode an encrypted reason why access was denied.

        :raises CloudError: if STS cannot decode it.
        """
        from . import sts

        # If no agency could be assumed, the denial belongs to the account whose credentials were to be exchanged.
        credentials = self._assumed or self._federated or base_of(self.credentials)
        if not isinstance(credentials, AccessKey):
            raise Unresolved("STS requires an access key, and the credentials are a token or a password")
        if self.target.sts_endpoint is None:
            raise Unresolved("STS has no endpoint. Set region or sts_endpoint")
        if len(message) > sts.MAX_MESSAGE:
            raise Unresolved(f"the reason is longer than the {sts.MAX_MESSAGE} characters that STS accepts")
        return sts.decode_authorization_message(
            self.transport, self._requests_with(credentials), self.target.sts_endpoint, message
        )

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
        """Make a request that carries the credentials, or what they were exchanged for."""
        return self._requests_with(self._acting_credentials())(operation, method, url, headers, body)

    def _requests_with(self, credentials: CarriedCredentials) -> MakeRequest:
        """Return a function that makes requests which carry these credentials."""
        kind = "issued token" if isinstance(credentials, Password) else credentials.kind
        if credentials in (self._assumed, self._federated):
            kind = AssumedAgency.kind
        region, source = self.target.region, self.credentials.source

        def make(operation: str, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
            return Request(operation, method, url, self._auth(credentials), headers, body, region, kind, source)

        return make

    def _acting_credentials(self) -> CarriedCredentials:
        """Return the credentials that requests carry: with an agency its temporary keys, obtained once."""
        if not isinstance(self.credentials, AssumedAgency):
            return self._base_credentials()
        if self._assumed is None:
            from . import iam

            make_request = self._requests_with(self._base_credentials())
            self._assumed = iam.assume_agency(self._exchange, make_request, self._iam_endpoint(), self.credentials)
            self._mark_exchanged()
        return self._assumed

    def _base_credentials(self) -> CarriedCredentials:
        """Return the credentials without an agency that is assumed with them: for an OIDC token, temporary keys."""
        base = base_of(self.credentials)
        if not isinstance(base, OidcToken):
            return base
        if self._federated is None:
            from . import sts

            endpoint, region = self.target.sts_endpoint or "", self.target.region
            self._federated = sts.assume_agency_with_oidc(self._exchange, base, endpoint, region)
            self._mark_exchanged()
        return self._federated

    def _auth(self, credentials: CarriedCredentials) -> SdkHmacSha256 | TokenAuth:
        if isinstance(credentials, AccessKey):
            return SdkHmacSha256(credentials, self.transport.clock)
        return TokenAuth(credentials.token if isinstance(credentials, Token) else self._issued_token(credentials).token)

    def _issued_token(self, user: Password) -> IssuedToken:
        """Return the token for which the password was exchanged, once."""
        if self._issued is None:
            from . import iam

            self._issued = iam.create_token(
                self._exchange, user, self._iam_endpoint(), scope=self._scope(user), region=self.target.region
            )
            self._mark_exchanged()
        return self._issued

    def _scope(self, user: Password) -> dict[str, dict[str, str]]:
        """Return what a token is for. An agency is assumed for the account: the project belongs to the other one."""
        if isinstance(self.credentials, AssumedAgency):
            return {"domain": {"name": user.domain_name}}
        return {"project": {"id": self.target.project_id} if self.target.project_id else {"name": self._project_name()}}

    # The plan has checked that these are known where they are needed.

    def _iam_endpoint(self) -> str:
        return self.target.iam_endpoint or ""

    def _project_name(self) -> str:
        return self.target.project_name or self.target.region or ""

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One identity at work in one region: what a call to any regional service needs.

IAM and STS are imported where they are asked, which most queries need not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from . import endpoints
from .credentials import AccessKey, Password, ResolvedCredentials, Token
from .errors import CloudError, ConfigurationError
from .signing import SdkHmacSha256, TokenAuth
from .transport import Request, Response, Transport

if TYPE_CHECKING:
    from .iam import IssuedToken


class Target(NamedTuple):
    """Where to ask, known before anything is sent.

    :ivar region: such as ``cn-north-4``; None where only an endpoint is given.
    :ivar project_id: None where IAM is to be asked.
    :ivar project_name: the name of the project that IAM is asked for.
    :ivar endpoint: base URL of the service.
    :ivar iam_endpoint: base URL of IAM; None where neither it nor a region is given.
    :ivar sts_endpoint: base URL of STS; likewise.
    """

    region: str | None
    project_id: str | None
    project_name: str | None
    endpoint: str
    iam_endpoint: str | None
    sts_endpoint: str | None


class Connection:
    """Calls of one service in one place, in the name of one identity.

    What has to be asked first, a token or a project, is asked once.
    """

    def __init__(self, place: Target, identity: ResolvedCredentials, transport: Transport) -> None:
        self.place = place
        self.identity = identity
        self.transport = transport
        self._project_id: str | None = None
        self._issued: IssuedToken | None = None
        #: Whether any service has taken the identity: one that answered what it promises, not a proxy's page.
        self.authenticated = False
        transport.secrets.add(*identity.credentials.secrets())

    # Not functools.cached_property: before Python 3.12 it lets only one object of the class ask at a time.
    @property
    def project_id(self) -> str:
        """The project, asked from IAM where it was not given.

        :raises CloudError: where IAM does not name exactly one.
        """
        if self._project_id is None:
            self._project_id = self.place.project_id or self._ask_project_id()
        return self._project_id

    def get(self, operation: str, path: Iterable[str], query: Iterable[tuple[str, str]]) -> Response:
        """One ``GET`` of the service.

        :param operation: the API's name of the call.
        :param path: segments below the base URL.
        :param query: names and values.
        :raises CloudError: where there is no answer below 400.
        """
        headers = {"Content-Type": "application/json", "X-Project-Id": self.project_id}
        address = endpoints.url(self.place.endpoint, path, query)
        return self.transport.send(Request(operation, "GET", address, self._auth(), headers, region=self.place.region))

    def explain(self, failure: CloudError) -> list[str]:
        """Have STS decrypt the reason of a refusal, into the failure's ``authorization_message``.

        :returns: a warning where that was not to be had.
        """
        message = failure.encoded_authorization_message
        if message is None:
            return []
        from . import sts

        obstacle = self._obstacle(message, sts.MAX_MESSAGE)
        if obstacle is None:
            try:
                failure.authorization_message = sts.decode_authorization_message(
                    self.transport, self._auth(), self.place.sts_endpoint or "", message, self.place.region
                )
            except CloudError as refusal:
                obstacle = refusal.message()
        return [] if obstacle is None else [f"The reason of the refusal was not decrypted: {obstacle}"]

    def _obstacle(self, message: str, longest: int) -> str | None:
        if not isinstance(self.identity.credentials, AccessKey):
            return "STS wants an access key, and the identity is a token"
        if self.place.sts_endpoint is None:
            return "STS is not known; give region or sts_endpoint"
        if len(message) > longest:
            return f"it is longer than the {longest} characters that STS takes"
        return None

    def _ask_project_id(self) -> str:
        credentials = self.identity.credentials
        issued = self._issued_token(credentials).project_id if isinstance(credentials, Password) else None
        if issued is not None:
            return issued
        from . import iam

        answer = iam.list_projects(
            self.transport, self._auth(), self._iam_endpoint(), self._project_name(), self.place.region
        )
        projects = iam.projects_in(answer)
        self.authenticated = True
        return iam.only_project(answer, projects, self._project_name())

    def _auth(self) -> SdkHmacSha256 | TokenAuth:
        credentials = self.identity.credentials
        if isinstance(credentials, AccessKey):
            return SdkHmacSha256(credentials, self.transport.clock)
        return TokenAuth(credentials.token if isinstance(credentials, Token) else self._issued_token(credentials).token)

    def _issued_token(self, user: Password) -> IssuedToken:
        """The token that a password was exchanged for, once."""
        if self._issued is None:
            from . import iam

            project = {"id": self.place.project_id} if self.place.project_id else {"name": self._project_name()}
            self._issued = iam.create_token(
                self.transport, user, self._iam_endpoint(), project=project, region=self.place.region
            )
            self.authenticated = True
        return self._issued

    def _iam_endpoint(self) -> str:
        if self.place.iam_endpoint is None:
            raise ConfigurationError("IAM has to be asked for the project or a token: give region or iam_endpoint")
        return self.place.iam_endpoint

    def _project_name(self) -> str:
        name = self.place.project_name or self.place.region
        if name is None:
            raise ConfigurationError("IAM has to be asked for the project: give project_id, project_name or region")
        return name

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routing of requests to operations and their functions."""

from __future__ import annotations

import re
from typing import Callable

from .account import Account
from .authentication import Authenticator
from .desktops import Desktops
from .errors import gateway_error
from .iam import Iam
from .listing import Catalogue
from .messages import RejectedError, Request, Response
from .metadata import Metadata
from .sts import Sts
from .workspace import AlterListing, Workspace


class Services:
    """All services: the functions by operation."""

    def __init__(
        self, account: Account, authenticator: Authenticator, catalogue_of: Callable[[str], Catalogue]
    ) -> None:
        self._workspace = Workspace(authenticator, catalogue_of)
        desktops = Desktops(authenticator, catalogue_of)
        self._desktops: dict[str, Callable[[Request, str], Response]] = {
            "CreateDesktop": desktops.create,
            "BatchRebuildDesktopsSystemDisk": desktops.rebuild,
        }
        iam, sts, metadata = Iam(account, authenticator), Sts(account, authenticator), Metadata(account.metadata)
        self._others: dict[str, Callable[[Request], Response]] = {
            "KeystoneListProjects": iam.list_projects,
            "KeystoneCreateUserTokenByPassword": iam.create_token,
            "CreateTemporaryAccessKeyByAgency": iam.assume_agency,
            "AssumeAgencyWithOIDC": sts.assume_agency_with_oidc,
            "DecodeAuthorizationMessage": sts.decode_authorization_message,
            "InstanceMetadataToken": metadata.create_token,
            "InstanceMetadataSecurityKey": metadata.security_key,
        }

    def handle(self, request: Request, operation: str | None, alter: AlterListing) -> Response:
        """Return the response of the operation's function, or its error."""
        try:
            if operation == "ListImages":
                return self._workspace.list_images(request, project_of(request), alter)
            if operation in self._desktops:
                return self._desktops[operation](request, project_of(request))
            if operation is None:
                return _no_such_api(request)
            return self._others[operation](request)
        except RejectedError as rejection:
            return rejection.response


def _no_such_api(request: Request) -> Response:
    if any(request.route == route for _method, route in ROUTES):
        return gateway_error(405, "0501", "The request method is not allowed")
    return gateway_error(404, "0101", "The API does not exist or has not been published in the environment")


_PROJECT_PATH = re.compile(r"/v2/([^/]+)/(images|desktops|desktops/rebuild)")

DESKTOP_ROUTES = {
    ("POST", "desktops"): "CreateDesktop",
    ("POST", "desktops/rebuild"): "BatchRebuildDesktopsSystemDisk",
}

ROUTES = {
    ("GET", "/v3/projects"): "KeystoneListProjects",
    ("POST", "/v3/auth/tokens"): "KeystoneCreateUserTokenByPassword",
    ("POST", "/v3.0/OS-CREDENTIAL/securitytokens"): "CreateTemporaryAccessKeyByAgency",
    ("POST", "/v5/agencies/assume-with-oidc"): "AssumeAgencyWithOIDC",
    ("POST", "/v5/decode-authorization-message"): "DecodeAuthorizationMessage",
    ("PUT", "/meta-data/latest/api/token"): "InstanceMetadataToken",
    ("GET", "/openstack/latest/securitykey"): "InstanceMetadataSecurityKey",
}


OPERATIONS = ("ListImages", *DESKTOP_ROUTES.values(), *ROUTES.values())


def operation_of(request: Request) -> str | None:
    """Return the operation of a request, None if there is no such API."""
    match = _PROJECT_PATH.fullmatch(request.route)
    if match:
        return "ListImages" if match[2] == "images" else DESKTOP_ROUTES.get((request.method, match[2]))
    return ROUTES.get((request.method, request.route))


def project_of(request: Request) -> str:
    """Return the project ID in the path of a request to Workspace."""
    match = _PROJECT_PATH.fullmatch(request.route)
    return match[1] if match else ""

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM: which project a region has, a token for a password, and temporary keys of an agency.

Source: the vendor's pages of KeystoneListProjects and KeystoneCreateUserTokenByPassword, and
CreateTemporaryAccessKeyByAgency.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .. import _libraries
from . import endpoints
from .credentials import AccessKey, AssumedAgency, Password, is_header_value
from .errors import ApiError, Unresolved
from .messages import MakeRequest, list_of
from .transport import Request, Response, Transport

LIST_PROJECTS = "KeystoneListProjects"
CREATE_TOKEN = "KeystoneCreateUserTokenByPassword"
ASSUME_AGENCY = "CreateTemporaryAccessKeyByAgency"

#: Seconds for which the temporary keys of an agency are valid, the least that IAM accepts: they serve one task.
AGENCY_SECONDS = 900

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class IssuedToken:
    """A token and the project that it is for."""

    token: str
    project_id: str | None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(project_id={self.project_id!r})"


def list_projects(transport: Transport, make_request: MakeRequest, base: str, name: str) -> Response:
    """Request the projects of a name.

    :param make_request: makes a request that carries the credentials.
    :param base: IAM's base URL.
    :param name: a region's name, or that of a sub-project.
    :raises CloudError: if there is no response below 400.
    """
    address = endpoints.url(base, ("v3", "projects"), [("name", name)])
    return transport.send(make_request(LIST_PROJECTS, "GET", address, _JSON))


def projects_in(response: Response) -> list[dict[str, Any]]:
    """Return the projects in a response to :func:`list_projects`, each with ``id`` and mostly ``name``.

    :raises InvalidResponse: if the response is not a list of projects.
    """
    v = _libraries.voluptuous
    project = v.Schema({v.Required("id"): _project_id(), "name": v.Any(str, None)}, extra=v.ALLOW_EXTRA)
    document = response.json(v.Schema({v.Required("projects"): list_of(project)}, extra=v.ALLOW_EXTRA))
    projects: list[dict[str, Any]] = document["projects"]
    return projects


def only_project(response: Response, listed: list[dict[str, Any]], name: str) -> str:
    """Return the ID of the one project of a name.

    :param listed: what :func:`projects_in` found in the response.
    :raises Unresolved: if no project or more than one has the name.
    """
    projects = [found for found in listed if found.get("name") in (name, None)]
    if len(projects) == 1:
        return str(projects[0]["id"])
    candidates = ", ".join(f"{found.get('name')} ({found['id']})" for found in listed)
    hint = "Set project_id, or another project_name."
    if name == response.request.region:
        hint = "Check region, or set project_id or project_name."
    raise response.request.failure(
        Unresolved,
        f"expected exactly one IAM project named {name!r}, found {len(projects)}{candidates and f': {candidates}'}",
        attempts=response.attempts,
        hint=hint,
    )


def create_token(
    transport: Transport, user: Password, base: str, *, scope: dict[str, dict[str, str]], region: str | None
) -> IssuedToken:
    """Exchange a password for a token.

    :param base: IAM's base URL.
    :param scope: what the token is for, such as ``{"project": {"name": …}}`` or ``{"domain": {"name": …}}``.
    :param region: for messages.
    :raises CloudError: if IAM issues none.
    """
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": user.username, "password": user.password, "domain": {"name": user.domain_name}}},
    }
    body = json.dumps({"auth": {"identity": identity, "scope": scope}}).encode()
    address = endpoints.url(base, ("v3", "auth", "tokens"), [("nocatalog", "true")])
    # The password is in the body: this request carries no other credentials.
    response = transport.send(Request(CREATE_TOKEN, "POST", address, None, _JSON, body, region, user.kind, user.source))
    token = response.headers.get("X-Subject-Token")
    transport.secrets.add(token)
    v = _libraries.voluptuous
    issued = v.Schema({"project": v.Schema({"id": _project_id()}, extra=v.ALLOW_EXTRA)}, extra=v.ALLOW_EXTRA)
    document = response.json(v.Schema({v.Required("token"): issued}, extra=v.ALLOW_EXTRA), status=201)
    if not token:
        raise response.invalid("the header X-Subject-Token is missing")
    return IssuedToken(token, document["token"].get("project", {}).get("id"))


def assume_agency(transport: Transport, make_request: MakeRequest, base: str, assumed: AssumedAgency) -> AccessKey:
    """Exchange credentials for temporary keys of an agency.

    :param make_request: makes a request that carries the credentials to exchange.
    :param base: IAM's base URL.
    :raises CloudError: if IAM issues none.
    """
    agency = assumed.agency
    role = {"agency_name": agency.name, agency.account[0]: agency.account[1], "duration_seconds": AGENCY_SECONDS}
    body = json.dumps({"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}).encode()
    address = endpoints.url(base, ("v3.0", "OS-CREDENTIAL", "securitytokens"))
    try:
        response = transport.send(make_request(ASSUME_AGENCY, "POST", address, _JSON, body))
    except ApiError as failure:
        raise failure.with_facts(hint=_agency_hint(failure, assumed)) from None
    v = _libraries.voluptuous
    text = v.All(str, v.truth(is_header_value))
    keys = v.Schema({v.Required(name): text for name in ("access", "secret", "securitytoken")}, extra=v.ALLOW_EXTRA)
    document = response.json(v.Schema({v.Required("credential"): keys}, extra=v.ALLOW_EXTRA), status=201)
    found = document["credential"]
    key = AccessKey(found["access"], found["secret"], found["securitytoken"], assumed.source)
    transport.secrets.add(*key.secrets())
    return key


def _agency_hint(failure: ApiError, assumed: AssumedAgency) -> str | None:
    """Return what to do if IAM issues no keys of an agency."""
    agency = assumed.agency
    kind, account = agency.account
    if failure.http_status == 403:
        return (
            f"The permission Agent Operator is missing: grant it to the user or agency of {assumed.base.source}, and "
            f"check that the agency {agency.name!r} of the account {account!r} delegates access to your account."
        )
    if failure.http_status == 404:
        return (
            f"The agency {agency.name!r} does not exist in the account {account!r}. Check agency_name and "
            f"agency_{kind} ({agency.origin})."
        )
    return failure.hint


def _project_id() -> Any:
    """Return a validator of what becomes part of a path and of a header."""
    v = _libraries.voluptuous
    return v.All(str, v.Msg(v.truth(endpoints.is_project_id), "expected a project ID"))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM: which project a region has, and a token for a password.

Source: the vendor's pages of KeystoneListProjects and KeystoneCreateUserTokenByPassword.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .. import _libraries
from . import endpoints
from .credentials import Password
from .errors import Unresolved
from .messages import MakeRequest, list_of
from .transport import Request, Response, Transport

LIST_PROJECTS = "KeystoneListProjects"
CREATE_TOKEN = "KeystoneCreateUserTokenByPassword"

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
    :raises Unresolved: if there is none, or more than one.
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
    transport: Transport, user: Password, base: str, *, project: dict[str, str], region: str | None
) -> IssuedToken:
    """Exchange a password for a token.

    :param base: IAM's base URL.
    :param project: what the token is for: ``{"id": …}`` or ``{"name": …}``.
    :param region: for messages.
    :raises CloudError: if IAM issues none.
    """
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": user.username, "password": user.password, "domain": {"name": user.domain_name}}},
    }
    body = json.dumps({"auth": {"identity": identity, "scope": {"project": project}}}).encode()
    address = endpoints.url(base, ("v3", "auth", "tokens"), [("nocatalog", "true")])
    # The password is in the body: this request carries no other credentials.
    response = transport.send(Request(CREATE_TOKEN, "POST", address, None, _JSON, body, region, user.kind, user.source))
    token = response.headers.get("X-Subject-Token")
    transport.secrets.add(token)
    v = _libraries.voluptuous
    scope = v.Schema({"project": v.Schema({"id": _project_id()}, extra=v.ALLOW_EXTRA)}, extra=v.ALLOW_EXTRA)
    document = response.json(v.Schema({v.Required("token"): scope}, extra=v.ALLOW_EXTRA), status=201)
    if not token:
        raise response.invalid("the header X-Subject-Token is missing")
    return IssuedToken(token, document["token"].get("project", {}).get("id"))


def _project_id() -> Any:
    """Return a validator of what becomes part of a path and of a header."""
    v = _libraries.voluptuous
    return v.All(str, v.Msg(v.truth(endpoints.is_project_id), "expected a project ID"))

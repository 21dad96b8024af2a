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
from .messages import list_of
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


def list_projects(transport: Transport, auth: Any, base: str, name: str, region: str | None) -> Response:
    """What IAM answers when it is asked for the projects of a name.

    :param auth: signs the request, or adds a token.
    :param base: IAM's base URL.
    :param name: a region's name, or that of a sub-project.
    :raises CloudError: where IAM does not answer.
    """
    address = endpoints.url(base, ("v3", "projects"), [("name", name)])
    return transport.send(Request(LIST_PROJECTS, "GET", address, auth, _JSON, region=region))


def projects_in(answer: Response) -> list[dict[str, Any]]:
    """The projects in what :func:`list_projects` gave, each with ``id`` and mostly ``name``.

    :raises InvalidResponse: where the answer is no list of projects.
    """
    v = _libraries.voluptuous
    project = v.Schema({v.Required("id"): _project_id(), "name": v.Any(str, None)}, extra=v.ALLOW_EXTRA)
    document = answer.json(v.Schema({v.Required("projects"): list_of(project)}, extra=v.ALLOW_EXTRA))
    projects: list[dict[str, Any]] = document["projects"]
    return projects


def only_project(answer: Response, listed: list[dict[str, Any]], name: str) -> str:
    """The id of the one project of a name.

    :param listed: what :func:`projects_in` found in the answer.
    :raises Unresolved: where there is none, or more than one.
    """
    projects = [found for found in listed if found.get("name") in (name, None)]
    if len(projects) == 1:
        return str(projects[0]["id"])
    candidates = ", ".join(f"{found.get('name')} ({found['id']})" for found in listed) or "none"
    hint = "give project_id, or another project_name"
    if name == answer.request.region:
        hint = "check region, or give project_id or project_name"
    raise Unresolved(
        f"IAM knows {len(projects)} projects named {name!r}, where exactly one is wanted (it answered: {candidates}); "
        f"{hint}",
        operation=LIST_PROJECTS,
        region=answer.request.region,
        attempts=answer.attempts,
    )


def create_token(
    transport: Transport, user: Password, base: str, *, project: dict[str, str], region: str | None
) -> IssuedToken:
    """A token for a name and a password.

    :param base: IAM's base URL.
    :param project: what the token is for: ``{"id": …}`` or ``{"name": …}``.
    :raises CloudError: where IAM issues none.
    """
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": user.username, "password": user.password, "domain": {"name": user.domain_name}}},
    }
    body = json.dumps({"auth": {"identity": identity, "scope": {"project": project}}}).encode()
    address = endpoints.url(base, ("v3", "auth", "tokens"), [("nocatalog", "true")])
    answer = transport.send(Request(CREATE_TOKEN, "POST", address, headers=_JSON, body=body, region=region))
    token = answer.headers.get("X-Subject-Token")
    transport.secrets.add(token)
    v = _libraries.voluptuous
    scope = v.Schema({"project": v.Schema({"id": _project_id()}, extra=v.ALLOW_EXTRA)}, extra=v.ALLOW_EXTRA)
    document = answer.json(v.Schema({v.Required("token"): scope}, extra=v.ALLOW_EXTRA), status=201)
    if not token:
        raise answer.invalid("it has no header X-Subject-Token")
    return IssuedToken(token, document["token"].get("project", {}).get("id"))


def _project_id() -> Any:
    """What becomes part of a path and of a header."""
    v = _libraries.voluptuous
    return v.All(str, v.Msg(v.truth(endpoints.is_project_id), "expected the id of a project"))

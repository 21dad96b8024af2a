# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IAM service: projects, tokens and temporary keys of agencies."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from .account import Account, Project
from .authentication import Authenticator
from .errors import iam_error
from .messages import TIME_FORMAT, RejectedError, Request, Response, json_response, new_request_id

DEFAULT_AGENCY_SECONDS = 900


class Iam:
    """Projects, tokens and temporary keys of agencies."""

    def __init__(self, account: Account, authenticator: Authenticator) -> None:
        self._account = account
        self._authenticator = authenticator

    def list_projects(self, request: Request) -> Response:
        """KeystoneListProjects: all projects that the credentials can access, or those with one name."""
        try:
            self._authenticator.authenticate(request)
        except RejectedError:
            if "x-auth-token" in request.headers:
                return iam_error(401, "The token must be updated.")
            raise
        name = request.query.get("name")
        projects = [
            self._describe(project)
            for project in self._authenticator.projects_of(request)
            if name in (None, project.name)
        ]
        links = {"next": None, "previous": None, "self": "https://iam.invalid/v3/projects"}
        return json_response(200, {"links": links, "projects": projects}, X_IAM_Trace_Id=f"project_{new_request_id()}")

    def create_token(self, request: Request) -> Response:
        """KeystoneCreateUserTokenByPassword: a token for a project, or without a scope for the account."""
        try:
            auth = json.loads(request.body)["auth"]
            user = auth["identity"]["password"]["user"]
            credentials = (auth["identity"]["methods"], user["name"], user["password"], user["domain"]["name"])
            scope = auth.get("scope", {}).get("project", {})
            project_id, project_name = scope.get("id"), scope.get("name")
        except (ValueError, KeyError, TypeError, AttributeError):
            return iam_error(400, "The request body is invalid")
        account = self._account
        if credentials != (["password"], account.username, account.password, account.domain_name):
            return iam_error(401, "The username or password is wrong.")
        project = self._scoped_project(project_id, project_name) if project_id or project_name else None
        token = self._authenticator.issue_token(project)
        body = {
            "token": {
                "expires_at": token.expires_at.strftime(TIME_FORMAT),
                "issued_at": token.issued_at.strftime(TIME_FORMAT),
                "methods": ["password"],
                "catalog": [],
                "roles": [{"id": "0", "name": "op_gated_emulator"}],
                "user": {
                    "domain": {"id": account.domain_id, "name": account.domain_name},
                    "id": account.user_id,
                    "name": account.username,
                    "password_expires_at": "",
                },
                **({"project": self._describe(project)} if project else {}),
            }
        }
        return json_response(201, body, X_Subject_Token=token.text, X_IAM_Trace_Id=f"token_{new_request_id()}")

    def assume_agency(self, request: Request) -> Response:
        """CreateTemporaryAccessKeyByAgency: temporary keys of an agency of another account."""
        self._authenticator.authenticate(request)
        try:
            identity = json.loads(request.body)["auth"]["identity"]
            role = identity["assume_role"]
            name, domain = role["agency_name"], (role.get("domain_name"), role.get("domain_id"))
            seconds = role.get("duration_seconds", DEFAULT_AGENCY_SECONDS)
            is_valid = identity["methods"] == ["assume_role"] and any(domain) and 900 <= seconds <= 86400
        except (ValueError, KeyError, TypeError, AttributeError):
            is_valid = False
        if not is_valid:
            return iam_error(400, "The request body is invalid")
        agency = self._account.agency(name, domain)
        if agency is None:
            return iam_error(404, f"Could not find agency: {name}.")
        if not agency.permits:
            return iam_error(403, "You are not authorized to perform the requested action.")
        lifetime = timedelta(seconds=seconds if agency.seconds is None else agency.seconds)
        issued = self._authenticator.issue_key(agency, lifetime)
        credential = {
            "access": issued.key.access_key,
            "secret": issued.key.secret_key,
            "securitytoken": issued.key.security_token,
            "expires_at": issued.expires_at.strftime(TIME_FORMAT),
        }
        return json_response(201, {"credential": credential}, X_IAM_Trace_Id=f"token_{new_request_id()}")

    def _scoped_project(self, project_id: str | None, name: str | None) -> Project:
        for project in self._account.projects:
            if project_id == project.id or (project_id is None and name == project.name):
                return project
        raise RejectedError(iam_error(404, "Could not find project."))

    def _describe(self, project: Project) -> dict[str, Any]:
        return {
            "domain_id": self._account.domain_id,
            "is_domain": False,
            "parent_id": self._account.domain_id,
            "name": project.name,
            "description": "",
            "links": {"self": f"https://iam.invalid/v3/projects/{project.id}"},
            "id": project.id,
            "enabled": True,
        }

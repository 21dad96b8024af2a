# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Workspace service: ListImages."""

from __future__ import annotations

from typing import Callable

from .authentication import Authenticator
from .errors import service_error
from .listing import Catalogue, Listing
from .messages import RejectedError, Request, Response

AlterListing = Callable[[Listing], Listing]


def require_json(request: Request) -> None:
    """Raise RejectedError unless the Content-Type is application/json."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise RejectedError(service_error(415))


class Workspace:
    """ListImages."""

    def __init__(self, authenticator: Authenticator, catalogue_of: Callable[[str], Catalogue]) -> None:
        self._authenticator = authenticator
        self._catalogue_of = catalogue_of

    def list_images(self, request: Request, project_id: str, alter: AlterListing) -> Response:
        """Return a page of the images; ``alter`` applies the listing faults to the list first."""
        self._authenticator.authorize_project(request, project_id)
        if request.method != "GET":
            raise RejectedError(service_error(405))
        require_json(request)
        return alter(self._catalogue_of(request.region).listing(request.query)).response()

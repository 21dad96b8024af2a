# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Workspace service: create and rebuild desktops with an image.

Paths, fields, limits and the shape of the response are documented. Messages, job IDs, and the error codes for
unsuitable images are not. The emulator has no desktops: it accepts any ``desktop_ids``, and its jobs do nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Callable

from .authentication import Authenticator
from .errors import error_response, service_error
from .images import Image
from .listing import Catalogue
from .messages import RejectedError, Request, Response, json_response, new_request_id
from .workspace import require_json

Fields = Mapping[str, tuple[Callable[[Any], bool], str]]
"""The required fields: whether a value is valid, and a description of the valid values."""

ROOT_VOLUME_SIZES = range(80, 32761, 10)
"""In GB."""


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255


def _is_root_volume(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    size = value.get("size")
    return isinstance(size, int) and not isinstance(size, bool) and size in ROOT_VOLUME_SIZES


def _are_desktop_ids(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 100 and all(map(_is_id, value))


CREATE: Fields = {
    "desktop_type": (lambda value: value in ("DEDICATED", "SHARED"), "DEDICATED or SHARED"),
    "product_id": (_is_id, "a string"),
    "image_type": (lambda value: value in ("gold", "private"), "gold or private"),
    "image_id": (_is_id, "a string"),
    "root_volume": (_is_root_volume, "an object with type, and size from 80 to 32760 in steps of 10"),
}
REBUILD: Fields = {
    "desktop_ids": (_are_desktop_ids, "a list of 1 to 100 strings"),
    "image_type": (lambda value: value in ("gold", "private", "market"), "gold, private or market"),
    "image_id": (_is_id, "a string"),
}


class Desktops:
    """CreateDesktop and BatchRebuildDesktopsSystemDisk."""

    def __init__(self, authenticator: Authenticator, catalogue_of: Callable[[str], Catalogue]) -> None:
        self._authenticator = authenticator
        self._catalogue_of = catalogue_of

    def create(self, request: Request, project_id: str) -> Response:
        """CreateDesktop: the image must exist and fit the root volume."""
        body = self._read(request, project_id, CREATE)
        _check_number(body)
        size, min_disk = body["root_volume"]["size"], self._image(request, body).row.get("min_disk")
        if isinstance(min_disk, int) and size < min_disk:
            raise RejectedError(service_error(400, f"The image needs {min_disk} GB, but root_volume.size is {size}."))
        return _job()

    def rebuild(self, request: Request, project_id: str) -> Response:
        """BatchRebuildDesktopsSystemDisk: the image must exist."""
        self._image(request, self._read(request, project_id, REBUILD))
        return _job()

    def _read(self, request: Request, project_id: str, fields: Fields) -> dict[str, Any]:
        """Authorize a request, and return its validated body, or raise RejectedError."""
        self._authenticator.authorize_project(request, project_id)
        require_json(request)
        if not request.body:
            raise RejectedError(error_response(400, "WKS.0001", "The request message is empty."))
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise RejectedError(service_error(400, "The request body is not a JSON object."))
        for name, (is_valid, expected) in fields.items():
            if not is_valid(body.get(name)):
                raise RejectedError(service_error(400, f"The parameter {name} must be {expected}."))
        return body

    def _image(self, request: Request, body: Mapping[str, Any]) -> Image:
        """Return the image with the ID and the type in the body, or raise RejectedError."""
        for image in self._catalogue_of(request.region).images:
            if (image.row.get("id"), image.row.get("image_type")) == (body["image_id"], body["image_type"]):
                return image
        # The documented code of a resource that was not found. No source says that these operations return it.
        text = f"The {body['image_type']} image {body['image_id']} does not exist."
        raise RejectedError(error_response(400, "WKS.0915", text))


def _check_number(body: Mapping[str, Any]) -> None:
    """Reject a request with neither or both of desktops and size."""
    desktops, size = body.get("desktops"), body.get("size")
    if (desktops is None) == (size is None):
        raise RejectedError(service_error(400, "The request must have either desktops or size."))
    if desktops is not None and not (isinstance(desktops, list) and 1 <= len(desktops) <= 100):
        raise RejectedError(service_error(400, "The parameter desktops must be a list of 1 to 100 objects."))


def _job() -> Response:
    return json_response(200, {"job_id": new_request_id()})

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control over HTTP, for tests in other processes, such as playbooks."""

from __future__ import annotations

import json

from .faults import FaultRegistry
from .messages import Request, Response, json_response
from .request_log import RequestLog

PREFIX = "/_emulator/"


def control(request: Request, registry: FaultRegistry, request_log: RequestLog) -> Response | None:
    """Handle a request below PREFIX; return None for any other path.

    ``GET`` and ``DELETE`` ``/_emulator/requests``; ``POST`` (an object as for ``Emulator.arm``, or a list of them)
    and ``DELETE`` ``/_emulator/faults``.
    """
    if not request.path.startswith(PREFIX):
        return None
    route = (request.method, request.path[len(PREFIX) :])
    if route == ("GET", "requests"):
        return json_response(200, [record.document() for record in request_log.records()])
    if route == ("DELETE", "requests"):
        request_log.clear()
        return Response(204)
    if route == ("DELETE", "faults"):
        registry.disarm()
        return Response(204)
    if route == ("POST", "faults"):
        return _arm(request.body, registry)
    return json_response(404, {"message": f"the emulator has no {request.method} {request.path}"})


def _arm(body: bytes, registry: FaultRegistry) -> Response:
    try:
        document = json.loads(body)
        for fault in document if isinstance(document, list) else [document]:
            registry.arm(**fault)
    except (ValueError, TypeError) as problem:
        return json_response(400, {"message": str(problem)})
    return Response(204)

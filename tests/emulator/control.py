# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control over HTTP, for tests that can only reach the emulator through a playbook's environment."""

from __future__ import annotations

import json

from .faults import Board
from .journal import Journal
from .messages import Answer, Request, json_answer

PREFIX = "/_emulator/"


def control(request: Request, board: Board, journal: Journal) -> Answer | None:
    """Answer a request below PREFIX; None where it is elsewhere.

    ``GET`` and ``DELETE`` ``/_emulator/requests``; ``POST`` (an object as for ``Emulator.arm``, or a list of them)
    and ``DELETE`` ``/_emulator/faults``.
    """
    if not request.path.startswith(PREFIX):
        return None
    asked = (request.method, request.path[len(PREFIX) :])
    if asked == ("GET", "requests"):
        return json_answer(200, [record.document() for record in journal.records()])
    if asked == ("DELETE", "requests"):
        journal.clear()
        return Answer(204)
    if asked == ("DELETE", "faults"):
        board.disarm()
        return Answer(204)
    if asked == ("POST", "faults"):
        return _arm(request.body, board)
    return json_answer(404, {"message": f"the emulator has no {request.method} {request.path}"})


def _arm(body: bytes, board: Board) -> Answer:
    try:
        document = json.loads(body)
        for fault in document if isinstance(document, list) else [document]:
            board.arm(**fault)
    except (ValueError, TypeError) as problem:
        return json_answer(400, {"message": str(problem)})
    return Answer(204)

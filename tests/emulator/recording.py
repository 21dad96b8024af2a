# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of a service's responses: ``python -m tests.verify`` writes them, the emulator replays them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .account import REGIONS, Account, Project
from .authentication import Authenticator
from .errors import error_response
from .messages import RejectedError, Request, Response, encode_json, raw_json_response
from .workspace import AlterListing

FORMAT = 1

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """One request and its response, with placeholders for everything that identifies an account.

    ``body`` is the JSON document, or the text of a body that is not JSON. ``is_rejected`` says that the request had a
    wrong signature.
    """

    name: str
    query: Query
    status: int
    headers: Mapping[str, str]
    body: Any
    is_rejected: bool = False
    operation: str = "ListImages"

    @property
    def key(self) -> tuple[str, frozenset[tuple[str, str]], bool]:
        """The key for lookups by request."""
        return (self.operation, frozenset(self.query), self.is_rejected)

    def response(self) -> Response:
        """Return the recorded response."""
        body = self.body.encode() if isinstance(self.body, str) else encode_json(self.body)
        return raw_json_response(self.status, body, **{name.replace("-", "_"): v for name, v in self.headers.items()})


@dataclass(frozen=True)
class Recording:
    """The exchanges with a service in one region."""

    region: str
    project_id: str
    exchanges: tuple[Exchange, ...]
    collection: str = ""
    format: int = field(default=FORMAT)

    def account(self) -> Account:
        """Return the emulator's account with the recorded project as the region's default project."""
        recorded = Project(self.project_id, self.region, self.region)
        return Account(projects=tuple(recorded if one.name == self.region else one for one in Account().projects))

    def write(self, path: Path) -> None:
        """Write a file with one exchange per line."""
        head = {name: value for name, value in vars(self).items() if name != "exchanges"}
        lines = ",\n".join(f"  {json.dumps(vars(exchange), ensure_ascii=False)}" for exchange in self.exchanges)
        text = json.dumps(head, ensure_ascii=False)[:-1] + f', "exchanges": [\n{lines}\n]}}\n'
        path.write_text(text, encoding="utf-8")


def read_recording(path: Path) -> Recording:
    """Read a file. Raises ValueError if it is not a recording."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ValueError(f"{path}: the format {document['format']!r} is not {FORMAT}")
        exchanges = tuple(
            Exchange(**{**exchange, "query": tuple((name, value) for name, value in exchange["query"])})
            for exchange in document["exchanges"]
        )
        recording = Recording(**{**document, "exchanges": exchanges})
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{path} is not a recording: {problem!r}") from None
    if recording.region not in REGIONS:
        raise ValueError(f"{path}: there is no region {recording.region!r}; there are {', '.join(REGIONS)}")
    return recording


class Replay:
    """Returns the recorded responses of ListImages in one region. The services handle other requests."""

    def __init__(
        self,
        recording: Recording,
        authenticator: Authenticator,
        project_of: Callable[[Request], str],
        others: Callable[[Request, str | None, AlterListing], Response],
    ) -> None:
        self._region = recording.region
        self._exchanges = {exchange.key: exchange for exchange in recording.exchanges}
        self._authenticator = authenticator
        self._project_of = project_of
        self._others = others

    def handle(self, request: Request, operation: str | None, alter: AlterListing) -> Response:
        """Handle a request as the recorded service did."""
        if operation != "ListImages" or request.region != self._region:
            return self._others(request, operation, alter)
        query = frozenset(request.query_pairs)
        try:
            self._authenticator.authorize_project(request, self._project_of(request))
        except RejectedError as rejection:
            recorded = next((exchange for exchange in self._exchanges.values() if exchange.is_rejected), None)
            return rejection.response if recorded is None or rejection.response.status != 401 else recorded.response()
        recorded = self._exchanges.get((operation, query, False))
        return _not_recorded(request, self._exchanges.values()) if recorded is None else recorded.response()


def _not_recorded(request: Request, exchanges: Iterable[Exchange]) -> Response:
    recorded = "; ".join("&".join(f"{name}={value}" for name, value in exchange.query) for exchange in exchanges)
    message = f"The recording has no ListImages with {request.raw_query or 'no parameters'}. It has: {recorded}"
    return error_response(404, "EMULATOR.0404", message)

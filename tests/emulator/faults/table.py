# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of faults: declare them, arm them, choose them for a request."""

from __future__ import annotations

import contextlib
import difflib
import inspect
import itertools
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Callable

from ..account import REGIONS, Account
from ..listing import Listing
from ..messages import Request, Response
from ..response_writer import ResponseWriter
from ..services import OPERATIONS


@dataclass(frozen=True)
class Context:
    """The argument of a response fault: the request, the correct response, the account, the number of earlier hits."""

    request: Request
    response: Response
    account: Account
    hits: int


ResponseFault = Callable[..., Response]
"""Takes a Context and the fault's parameters, and returns another response."""

ListingFault = Callable[..., Listing]
"""Takes a Listing, the number of earlier hits and the parameters, and returns another listing."""

TransportFault = Callable[..., None]
"""Takes a ResponseWriter, the response and the parameters, and writes to the connection."""


@dataclass(frozen=True)
class FaultType:
    """One row of the table. ``stage`` is ``response``, ``listing`` or ``transport``."""

    name: str
    stage: str
    function: Callable[..., Any]
    operation: str
    parameters: Mapping[str, inspect.Parameter]

    @property
    def summary(self) -> str:
        """The first line of the fault's documentation."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    def annotation_of(self, name: str) -> str:
        """Return the annotation of a parameter of the fault or of ``FaultRegistry.arm``, or raise ValueError."""
        if name in _RESTRICTIONS:
            return _RESTRICTIONS[name]
        if name not in self.parameters:
            allowed = ", ".join(self.parameters) or "none"
            raise ValueError(f"the fault {self.name!r} has no parameter {name!r}; its parameters: {allowed}")
        return str(self.parameters[name].annotation)

    def check(self, given: Mapping[str, object]) -> None:
        """Check names and types of parameters; raises ValueError."""
        for name, value in given.items():
            annotation = self.annotation_of(name)
            types = _TYPES.get(annotation, object)
            if not isinstance(value, types) or (isinstance(value, bool) and annotation in ("int", "float")):
                raise ValueError(f"the fault {self.name!r} takes {annotation} for {name!r}, not {value!r}")
        for name, parameter in self.parameters.items():
            if parameter.default is parameter.empty and name not in given:
                raise ValueError(f"the fault {self.name!r} needs the parameter {name!r}")

    def read(self, name: str, text: str) -> object:
        """Parse a parameter's value from the command line: as JSON, or as text if it is a string or not valid JSON."""
        if self.annotation_of(name) != "str":
            with contextlib.suppress(ValueError):
                return json.loads(text)
        return text


_RESTRICTIONS = {"operation": "str", "region": "str", "times": "int", "offset": "int", "after": "int"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "int": int, "float": (int, float), "str": str, "bool": bool,
    "Mapping[str, str] | None": (Mapping, type(None)),
}  # fmt: skip

FAULT_TYPES: dict[str, FaultType] = {}
"""All faults by name."""


def _declare(stage: str, operation: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        parameters = {
            parameter.name: parameter
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        name = function.__name__
        FAULT_TYPES[name] = FaultType(name, stage, function, operation, parameters)
        return function

    return declare


def response_fault(operation: str = "*") -> Callable[[ResponseFault], ResponseFault]:
    """Declare a fault that replaces the response, for an operation or a shell pattern of operations."""
    return _declare("response", operation)


def listing_fault(function: ListingFault) -> ListingFault:
    """Declare a fault that changes the list of images."""
    return _declare("listing", "ListImages")(function)


def transport_fault(function: TransportFault) -> TransportFault:
    """Declare a fault of the connection while the response is sent."""
    return _declare("transport", "*")(function)


@dataclass
class Armed:
    """An armed fault.

    ``operation`` is a shell pattern. ``region`` and ``offset`` (of a request, 0 by default) restrict the fault unless
    they are None. It skips the first ``after`` matching requests. ``times`` None means without limit.
    """

    kind: FaultType
    parameters: dict[str, Any]
    operation: str
    times: int | None
    region: str | None
    offset: int | None
    after: int
    matches: int = 0
    hits: int = 0

    def is_for(self, request: Request, operation: str | None) -> bool:
        """Return whether a request matches operation, region and offset."""
        if not fnmatchcase(operation or "", self.operation) or self.region not in (None, request.region):
            return False
        return self.offset is None or request.query.get("offset", "0") == str(self.offset)

    def is_due(self) -> bool:
        """Return whether it applies now: after the skipped requests, until ``times`` is reached."""
        return self.matches > self.after and (self.times is None or self.hits < self.times)


@dataclass(frozen=True)
class ActiveFaults:
    """The faults that apply to one request, each with its number of earlier hits."""

    faults: tuple[tuple[Armed, int], ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the faults."""
        return [armed.kind.name for armed, _hits in self.faults]

    def alter_listing(self, listing: Listing) -> Listing:
        """Apply all listing faults."""
        for armed, hits in self.faults:
            if armed.kind.stage == "listing":
                listing = armed.kind.function(listing, hits, **armed.parameters)
        return listing

    def alter_response(self, request: Request, response: Response, account: Account) -> Response:
        """Apply all response faults."""
        for armed, hits in self.faults:
            if armed.kind.stage == "response":
                response = armed.kind.function(Context(request, response, account, hits), **armed.parameters)
        return response

    def send(self, writer: ResponseWriter, response: Response) -> None:
        """Send the response, as the transport fault does if there is one."""
        for armed, _hits in self.faults:
            if armed.kind.stage == "transport":
                armed.kind.function(writer, response, **armed.parameters)
                return
        writer.send_response(response)


class FaultRegistry:
    """The armed faults, in the order in which they were armed.

    Of several response faults, or several transport faults, only the first that is due applies. All listing faults
    apply.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Armed] = []

    def arm(
        self,
        name: str,
        *,
        operation: str | None = None,
        times: int | None = None,
        region: str | None = None,
        offset: int | None = None,
        after: int = 0,
        **parameters: object,
    ) -> None:
        """Arm a fault. Raises ValueError for an unknown name or parameter."""
        kind = FAULT_TYPES.get(name)
        if kind is None:
            near = difflib.get_close_matches(name, FAULT_TYPES, n=1)
            raise ValueError(f"there is no fault {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        restrictions = {"operation": operation, "times": times, "region": region, "offset": offset}
        given = {name: value for name, value in restrictions.items() if value is not None}
        kind.check({**parameters, **given, "after": after})
        if operation is not None and not any(fnmatchcase(known, operation) for known in OPERATIONS):
            raise ValueError(f"there is no operation {operation!r}; there are {', '.join(OPERATIONS)}")
        if region not in (None, *REGIONS):
            raise ValueError(f"there is no region {region!r}; there are {', '.join(REGIONS)}")
        armed = Armed(kind, parameters, operation or kind.operation, times, region, offset, after)
        with self._lock:
            self._armed.append(armed)

    def disarm(self) -> None:
        """Disarm all faults."""
        with self._lock:
            self._armed.clear()

    def choose(self, request: Request, operation: str | None) -> ActiveFaults:
        """Return the faults that apply to a request, and count the hit."""
        chosen: list[tuple[Armed, int]] = []
        used_stages: set[str] = set()
        with self._lock:
            for armed in self._armed:
                if not armed.is_for(request, operation):
                    continue
                armed.matches += 1
                if not armed.is_due() or armed.kind.stage in used_stages:
                    continue
                if armed.kind.stage != "listing":
                    used_stages.add(armed.kind.stage)
                chosen.append((armed, armed.hits))
                armed.hits += 1
        return ActiveFaults(tuple(chosen))


def parse_fault(text: str) -> dict[str, Any]:
    """Parse ``NAME``, ``NAME:key=value,key=value`` or a JSON object into the arguments of ``FaultRegistry.arm``."""
    if text.startswith("{"):
        document = json.loads(text)
        if not isinstance(document, dict) or "name" not in document:
            raise ValueError("a fault in JSON is an object with a name")
        return document
    name, _colon, rest = text.partition(":")
    arguments: dict[str, Any] = {"name": name}
    for pair in filter(None, rest.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair!r} is not key=value")
        arguments[key] = FAULT_TYPES[name].read(key, value) if name in FAULT_TYPES else value
    return arguments


def describe(kinds: Iterable[FaultType] = ()) -> str:
    """Return the table as text: a line for each fault, and a line for its parameters with defaults."""
    lines: list[str] = []
    for stage, group in itertools.groupby(sorted(kinds or FAULT_TYPES.values(), key=lambda kind: kind.stage), _stage):
        lines.append(f"Faults of the {stage}:")
        for kind in group:
            lines.append(f"  {kind.name:24} {kind.summary}")
            shown = [
                f"{name}=…" if parameter.default is parameter.empty else f"{name}={json.dumps(parameter.default)}"
                for name, parameter in kind.parameters.items()
            ]
            lines.extend([f"  {'':24}   {', '.join(shown)}"] if shown else [])
    return "\n".join(lines)


def _stage(kind: FaultType) -> str:
    return kind.stage

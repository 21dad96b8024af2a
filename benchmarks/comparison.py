# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares how this collection, the vendor's SDK and ansible.builtin.uri handle the emulator's faults.

``python -m benchmarks --faults`` measures. ``comparison_page`` stores the results and writes ``docs/comparison.md``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.huaweicloud.workspace.tests.emulator import FAULTS, Account, many_images

from . import callers
from .cloud import Cloud, cloud
from .verdicts import LATE, Verdict, rate

IMAGES = 250
PAGE = 100
REDIRECTED = "/redirected"

COLLECTION = "this collection"
AS_MODULE = "this collection as a module"
URI = "ansible.builtin.uri"
CALLERS: dict[str, callers.Caller] = {
    COLLECTION: callers.collection,
    AS_MODULE: callers.collection_as_module,
    "the vendor's SDK": callers.vendor,
    URI: callers.uri,
}

_SLOW: Mapping[str, Any] = {"seconds": LATE}
PARAMETERS: dict[str, Sequence[Mapping[str, Any]]] = {
    "error": [{"status": status} for status in (400, 403, 404, 405, 500, 503)] + [{"status": 403, "shape": "nested"}],
    "html": [{"status": 200}, {"status": 502}],
    "empty": [{"status": 200}, {"status": 204}],
    "not_a_number": [{"literal": "NaN"}],
    "row_bomb": [{"rows": 5_000_000}, {"rows": 20_000, "value": '{"id":"a"}'}],
    "total_count": [{"value": None}, {"value": 5000}],
    "total_count_off": [{"by": -1}, {"by": 1}],
    "shifting": [{"rows": 1}],
    "stall": [_SLOW],
    "stall_midway": [_SLOW],
    "slow_headers": [_SLOW],
    "slow_body": [_SLOW],
    "slow_chunk_extension": [_SLOW],
    "endless_trailers": [_SLOW],
    "endless_continue": [_SLOW],
    "endless_gzip_members": [_SLOW],
}
"""Parameters of the faults that need some, one row for each set. The others are measured with their defaults."""
EXCLUDED = ("response",)
"""Faults that do nothing without parameters."""


@dataclass(frozen=True)
class Fault:
    """One fault with its parameters."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_of_listing(self) -> bool:
        """Whether the fault shows only in a list of several pages."""
        return FAULTS[self.name].stage == "listing"

    def arm(self, server: Cloud, times: int | None) -> None:
        """Activate this fault alone.

        :param times: number of requests that it affects; None for all.
        """
        more = {"location": f"{server.url}{REDIRECTED}"} if self.name == "redirect" else {}
        server.arm(name=self.name, operation="ListImages", times=times, **self.parameters, **more)


@dataclass(frozen=True)
class Row:
    """One row of the comparison.

    :ivar once: whether the fault affected only the first request.
    :ivar verdicts: by client; without those that cannot meet the fault.
    """

    fault: Fault
    once: bool
    verdicts: Mapping[str, Verdict]


def all_faults() -> Iterator[Fault]:
    """Yield every fault of the emulator that ListImages can meet."""
    for name, kind in FAULTS.items():
        if kind.operation in ("*", "ListImages") and name not in EXCLUDED:
            for parameters in PARAMETERS.get(name, [{}]):
                yield Fault(name, parameters)


def measure(faults: Iterable[Fault]) -> list[Row]:
    """Measure faults with every client: on all requests, then on the first one if a client sent it again."""
    with cloud(images=IMAGES) as server:
        permanent = [_measure_row(server, fault, once=False) for fault in faults]
        retried = [row.fault for row in permanent if any(verdict.is_retried for verdict in row.verdicts.values())]
        return permanent + [_measure_row(server, fault, once=True) for fault in retried]


def _measure_row(server: Cloud, fault: Fault, *, once: bool) -> Row:
    names = [name for name in CALLERS if not (name == URI and fault.is_of_listing)]
    row = Row(fault, once, {name: _measure_cell(server, fault, name, once=once) for name in names})
    print(fault.name, dict(fault.parameters), "once" if once else "", *row.verdicts.values(), sep=" | ", flush=True)
    return row


def _measure_cell(server: Cloud, fault: Fault, name: str, *, once: bool) -> Verdict:
    fault.arm(server, times=1 if once else None)
    server.clear_requests()
    outcome = CALLERS[name](server)
    # The emulator is on the same machine and reads the same monotonic clock.
    end = time.monotonic()
    requests = server.records()
    tokens = [request["headers"]["x-auth-token"] for request in requests if "x-auth-token" in request["headers"]]
    rows = [image.row for image in many_images(PAGE if name == URI else IMAGES)]
    return rate(
        outcome,
        rows,
        secrets=[Account().access_key, *tokens],
        # Other faults only take long if the machine is busy.
        seconds=end - min(request["time"] for request in requests) if "seconds" in fault.parameters else 0.0,
        followed_redirect=any(
            request["path"] == REDIRECTED and "x-auth-token" in request["headers"] for request in requests
        ),
    )

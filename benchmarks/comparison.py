# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the emulator's faults in the hands of this collection, of the vendor's SDK, of ansible.builtin.uri.

``python -m benchmarks --faults``; with ``--write`` too, it writes ``docs/comparison.md``. It takes some minutes.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.huaweicloud.workspace.tests.emulator import FAULTS, Account, many_images

from . import callers, pages
from .cloud import Cloud, cloud
from .verdicts import LATE, Judge, Verdict, Worth

IMAGES = 250
PAGE = 100
ELSEWHERE = "/elsewhere"

CALLERS: dict[str, callers.Caller] = {
    "this collection": callers.collection,
    "the vendor's SDK": callers.vendor,
    "ansible.builtin.uri": callers.uri,
}

_SLOW = {"seconds": LATE}
PARAMETERS: dict[str, Sequence[dict[str, Any]]] = {
    "error": [{"status": status} for status in (400, 403, 404, 405, 500, 503)] + [{"status": 403, "shape": "nested"}],
    "html": [{"status": 200}, {"status": 502}],
    "empty": [{"status": 200}, {"status": 204}],
    "not_a_number": [{"literal": "NaN"}],
    "total_count_off": [{"by": -1}, {"by": 1}],
    "shifting": [{"rows": 1}],
    "stall": [_SLOW],
    "stall_midway": [_SLOW],
    "slow_headers": [_SLOW],
    "slow_body": [_SLOW],
}
"""What a fault is armed with, once for each; nothing where it is not named here."""
LEFT_OUT = ("answer",)
"""Faults that do nothing of their own."""

_INTRODUCTION = f"""\
# Faults, and what becomes of them

The emulator of `tests/emulator` strikes with each of its faults of ListImages, and keeps at it, or strikes but once.
The account has {IMAGES} images, three pages. `make nox ARGS="--session bench -- --faults --write"` writes this page.

- Each caller is told to wait {callers.TIMEOUT} s for an answer; slow faults last {LATE:.0f} s.
- **This collection** runs in `ansible`, with {callers.RETRIES} retry where its default is 4: cells tell `error_type`,
  `http_status`, `error_code` and the attempts.
- **The vendor's SDK** is called page by page, until one is not full: it leaves that to its callers. Cells tell the
  exception, with its status and code. It retries nothing unless it is told to.
- **ansible.builtin.uri** fetches the first page with a token. It does not page, so that it is left out of the faults
  of lists, and only its one page is judged. Cells tell the status, or the cause, and the `error_code` in the body.
- In bold: a success with a wrong list or none, an exception that was not meant, a wait far beyond the time-out, a
  secret shown or taken elsewhere.
"""


@dataclass(frozen=True)
class Fault:
    """One fault with its parameters."""

    name: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def is_of_lists(self) -> bool:
        """Whether it takes several pages to show."""
        return FAULTS[self.name].stage == "listing"

    def title(self) -> str:
        """The fault as the table names it."""
        told = ", ".join(
            f"{name} {json.dumps(value) if isinstance(value, dict) else value}"
            for name, value in self.parameters.items()
            if name != "seconds"
        )
        return f"`{self.name}`{f' ({told})' if told else ''}: {FAULTS[self.name].summary.partition(';')[0].rstrip('.')}"

    def arm(self, server: Cloud, times: int | None) -> None:
        """Have it strike so many times, or always."""
        more = {"location": f"{server.url}{ELSEWHERE}"} if self.name == "redirect" else {}
        server.arm(name=self.name, operation="ListImages", times=times, **self.parameters, **more)


def faults() -> Iterator[Fault]:
    """All faults that ListImages may meet: a new one of the emulator's is there by itself."""
    for name, kind in FAULTS.items():
        if kind.operation in ("*", "ListImages") and name not in LEFT_OUT:
            for parameters in PARAMETERS.get(name, [{}]):
                yield Fault(name, parameters)


def strike(server: Cloud, fault: Fault, who: str, times: int | None) -> Verdict | None:
    """What a caller makes of a fault; None where it is left out."""
    if fault.is_of_lists and who == "ansible.builtin.uri":
        return None
    fault.arm(server, times)
    server.forget_requests()
    outcome = CALLERS[who](server)
    end = time.monotonic()
    records = server.records()
    strayed = any("x-auth-token" in record["headers"] for record in records if record["path"] == ELSEWHERE)
    tokens = [record["headers"]["x-auth-token"] for record in records if "x-auth-token" in record["headers"]]
    rows = [image.row for image in many_images(IMAGES)]
    judge = Judge(rows[:PAGE] if who == "ansible.builtin.uri" else rows, [Account().access_key, *tokens])
    # The emulator's clock is the same one. What is not slow by itself is only late on a busy machine.
    seconds = end - min(record["time"] for record in records) if "seconds" in fault.parameters else 0.0
    return judge.verdict(outcome, seconds=seconds, strayed=strayed)


Row = tuple[Fault, list["Verdict | None"]]


def compare(server: Cloud, what: Iterable[Fault], times: int | None) -> Iterator[Row]:
    """Each fault with each caller's verdict."""
    for fault in what:
        verdicts = [strike(server, fault, who, times) for who in CALLERS]
        print(fault.title(), *(verdict or "-" for verdict in verdicts), sep=" | ", flush=True)
        yield fault, verdicts


def compare_all(*, write: bool) -> None:
    """Compare and, if told so, write the page."""
    with cloud(images=IMAGES) as server:
        lasting = list(compare(server, faults(), None))
        retried = [fault for fault, verdicts in lasting if any(verdict and verdict.is_retried for verdict in verdicts)]
        once = list(compare(server, retried, 1))
    parts = [
        _INTRODUCTION,
        pages.surroundings(),
        "## In numbers",
        _numbers(lasting),
        "## Faults that last",
        _table(lasting),
        "## Faults that strike once",
        "Those that somebody met with another attempt.",
        _table(once),
    ]
    if write:
        pages.write("comparison.md", *parts)


def _numbers(rows: Sequence[Row]) -> str:
    counts = [Counter(verdict.worth for verdict in column if verdict) for column in zip(*(row[1] for row in rows))]
    lines = [[worth.value, *(str(count[worth]) for count in counts)] for worth in Worth]
    return pages.table(["of the faults that last", *CALLERS], lines)


def _table(rows: Sequence[Row]) -> str:
    lines = [[fault.title(), *(str(verdict or "–") for verdict in verdicts)] for fault, verdicts in rows]
    return pages.table(["fault", *CALLERS], lines)

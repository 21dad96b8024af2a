# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests that tests read."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

MOST = 100_000


@dataclass(frozen=True)
class Record:
    """One request and what became of it.

    ``path`` and ``raw_query`` are as as transmitted, ``query`` is decoded (empty values stay), names of ``headers`` are
    in lower case. ``status`` is the response's, also if a transport fault withheld it. ``faults`` names the
    faults that struck. ``connection`` numbers the connections, ``time`` is the arrival in seconds of the monotonic
    clock.
    """

    operation: str | None
    method: str
    path: str
    raw_query: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    region: str
    status: int
    faults: list[str]
    connection: int
    time: float

    def document(self) -> dict[str, Any]:
        """The same for JSON; bytes that are no UTF-8 are replaced in the body."""
        return {**asdict(self), "body": self.body.decode("utf-8", "replace")}


class RequestLog:
    """Keeps the latest requests, in the order of arrival of their responses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=MOST)

    def add(self, record: Record) -> None:
        """Note a request."""
        with self._lock:
            self._records.append(record)

    def records(self) -> list[Record]:
        """Give all, the oldest first."""
        with self._lock:
            return list(self._records)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._records.clear()

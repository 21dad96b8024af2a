# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log, which tests read."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

MAX_RECORDS = 100_000


@dataclass(frozen=True)
class Record:
    """One request and its status.

    ``path`` and ``raw_query`` are as received, ``query`` is decoded, with empty values. Header names are in lower case.
    ``status`` is that of the response, even if a transport fault withheld it. ``faults`` are the names of the faults
    that applied. ``connection`` is the number of the connection. ``time`` is when it was handled, in seconds of the
    monotonic clock.
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
        """Return the record for JSON, with invalid UTF-8 in the body replaced."""
        return {**asdict(self), "body": self.body.decode("utf-8", "replace")}


class RequestLog:
    """The latest requests, in the order of their responses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=MAX_RECORDS)

    def add(self, record: Record) -> None:
        """Add a record."""
        with self._lock:
            self._records.append(record)

    def records(self) -> list[Record]:
        """Return all records, the oldest first."""
        with self._lock:
            return list(self._records)

    def clear(self) -> None:
        """Remove all records."""
        with self._lock:
            self._records.clear()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks of all regions share: the report, the credentials, and how many requests may be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import Credentials
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import Unresolved
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.guard import (
    CredentialGuard,
    GuardFor,
    Result,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.progress import Report
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._transport_options import TransportOptions
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_report import AccessReport


class Spent(Unresolved):
    """No more requests may be sent."""


class Budget:
    """Counts requests.

    :param limit: the most that may be sent.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """How many may still be sent."""
        return self.limit - self.spent

    def take(self) -> None:
        """Count a request that is about to be sent.

        :raises Spent: if it may not be sent.
        """
        with self._lock:
            if self.spent >= self.limit:
                raise Spent(f"a check sends at most {self.limit} requests")
            self.spent += 1


class CountingGuard(CredentialGuard):
    """Counts the attempts that another guard lets through."""

    def __init__(self, guard: CredentialGuard, budget: Budget) -> None:
        self._guard = guard
        self._budget = budget

    def send(self, attempt: Callable[[], Result]) -> Result:
        def counted() -> Result:
            self._budget.take()
            return attempt()

        return self._guard.send(counted)

    def accept(self) -> None:
        self._guard.accept()


@dataclass
class Context:
    """What the checks of all regions share.

    :ivar credentials: None if there are none.
    :ivar blocked: name of the label that says why nothing may be sent with the credentials, None if it may.
    :ivar has_connection: whether a region was reached. Then the others are not probed: their first request shows
        whether they are.
    """

    out: AccessReport
    budget: Budget
    secrets: Secrets
    options: TransportOptions
    guard_for: GuardFor
    report: Report
    credentials: Credentials | None = None
    blocked: str | None = None
    has_connection: bool = False

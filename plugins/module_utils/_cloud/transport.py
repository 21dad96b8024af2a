# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends requests, and retries them where that may help."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Callable

from .adapter import Adapter
from .attempt import USER_AGENT, VERSION, Attempt, Client
from .errors import CloudError, ConnectionFailure
from .guard import CredentialGuard
from .messages import Request, Response
from .progress import REQUESTS, Report, describe_attempt, describe_wait, report_nothing, verbosity_of_wait
from .redaction import Secrets
from .retry import RetryPolicy
from .signing import now

__all__ = ["USER_AGENT", "VERSION", "Request", "Response", "Transport"]


class Transport:
    """Sends the requests of one task.

    Its connections are kept alive, and a throttling response slows all its threads.

    :param secrets: collects what the requests carry, to be masked.
    :param verify: whether certificates are verified, or the CA bundle for it.
    :param timeout: seconds for one attempt as a whole.
    :param environ: where the proxy variables are read; by default there is no proxy.
    :param guard: decides for each attempt whether the credentials may be sent.
    :param report: shows what happens, secrets masked.
    """

    def __init__(
        self,
        *,
        secrets: Secrets,
        verify: bool | str = True,
        timeout: float = 30.0,
        retries: RetryPolicy = RetryPolicy(),  # noqa: B008 - immutable
        environ: Mapping[str, str] | None = None,
        guard: CredentialGuard = CredentialGuard(),  # noqa: B008 - it has no state
        report: Report = report_nothing,
        sleep: Callable[[float], Any] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.secrets = secrets
        self.guard = guard
        self.clock = clock
        self._client = Client(Adapter(verify), secrets, verify, timeout, environ or {}, clock, monotonic)
        self._retries = retries
        self._report = lambda verbosity, line: report(verbosity, secrets.mask(line))
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._monotonic = monotonic
        self._jitter = jitter
        self._lock = threading.Lock()
        self._running: set[Attempt] = set()
        self._not_before = 0.0

    def close(self) -> None:
        """Close the connections, and end whatever still waits in other threads."""
        self._closed.set()
        with self._lock:
            running = list(self._running)
        for attempt in running:
            attempt.cancel()
        self._client.adapter.close()

    def send(self, request: Request) -> Response:
        """Send a request.

        :returns: a response with a status below 400.
        :raises CloudError: if no attempt has a response that can be used.
        """
        number = 0
        failure: CloudError | None = None
        while True:
            self._wait_for_turn()
            if self._closed.is_set():
                raise failure or request.failure(ConnectionFailure, "the transport is closed", attempts=0)
            number += 1
            try:
                return self._attempt(request, number)
            except CloudError as error:
                failure = error
            delay = self._retries.delay(failure, number, self._jitter)
            if delay is None:
                raise failure
            line = describe_wait(failure, number, self._retries.max_retries + 1, delay)
            self._report(verbosity_of_wait(delay), line)
            self._postpone(delay, everyone=failure.http_status == 429)

    def probe(self, request: Request) -> Response:
        """Send a request once, and return the response whatever its status is.

        The guard is not involved: the request carries no credentials, or ones that are expected to be rejected.

        :raises CloudError: if there is no response.
        """
        attempt = Attempt(self._client, request, 1)
        try:
            return self._run(attempt, request)
        except CloudError:
            if attempt.head is None:
                raise
            return attempt.head

    def _attempt(self, request: Request, number: int) -> Response:
        attempt = Attempt(self._client, request, number)
        with self._lock:
            self._running.add(attempt)
        try:
            return self.guard.send(lambda: self._run(attempt, request))
        finally:
            with self._lock:
                self._running.discard(attempt)

    def _run(self, attempt: Attempt, request: Request) -> Response:
        started = self._monotonic()

        def report(outcome: Response | CloudError) -> None:
            self._report(REQUESTS, describe_attempt(request, outcome, self._monotonic() - started))

        try:
            response = attempt.run()
        except CloudError as error:
            report(error)
            raise
        report(response)
        return response

    def _wait_for_turn(self) -> None:
        while True:
            with self._lock:
                wait = self._not_before - self._monotonic()
            if wait <= 0 or self._closed.is_set():
                return
            self._sleep(wait)

    def _postpone(self, delay: float, *, everyone: bool) -> None:
        if not everyone:
            self._sleep(delay)
            return
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + delay)

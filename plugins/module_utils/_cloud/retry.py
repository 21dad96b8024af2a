# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is retried, and when. Pure: the jitter is a parameter."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Callable, NamedTuple

from .errors import ApiError, CloudError, ConnectionFailure, ProxyRefusal, TimeoutFailure

#: Seconds before the second attempt, at most; each further wait is twice as long.
FIRST_DELAY = 1.0

_TRANSIENT = frozenset({408, 429, 502, 503, 504})


class RetryPolicy(NamedTuple):
    """How often to retry, and how long to wait.

    :ivar max_retries: further attempts after the first.
    :ivar max_retry_delay: longest wait between two attempts, in seconds.
    """

    max_retries: int = 4
    max_retry_delay: float = 60.0

    def delay(self, failure: CloudError, attempt: int, jitter: Callable[[], float]) -> float | None:
        """Return the seconds to wait before the next attempt, or None to give up.

        :param failure: how the last attempt ended.
        :param attempt: its number, from 1.
        :param jitter: returns a number from 0 to 1, so that many hosts do not retry at the same moment.
        """
        if attempt > self.max_retries or not is_transient(failure):
            return None
        backoff = FIRST_DELAY * 2 ** (attempt - 1) * (1 + jitter()) / 2
        return float(min(self.max_retry_delay, max(backoff, failure.wait)))


def is_transient(failure: CloudError) -> bool:
    """Whether a retry may succeed. A failed authentication is never retried: that would lock the key."""
    if isinstance(failure, ApiError):
        # Imported here: few requests fail.
        from .hints import NOT_FOUND

        if failure.error_code in NOT_FOUND:
            return False
        return failure.http_status in _TRANSIENT or failure.http_status == 500
    return isinstance(failure, (ConnectionFailure, TimeoutFailure)) and not isinstance(failure, ProxyRefusal)


def requested_delay(retry_after: str | None, error_msg: str | None, now: datetime) -> float:
    """Return the seconds to wait that a response requests.

    :param retry_after: the header ``Retry-After``: seconds, or an HTTP date.
    :param error_msg: the service's message, which names the window of a throttling limit.
    :param now: the time in UTC.
    :returns: the longer of the two, 0 if there is neither.
    """
    from .hints import throttling_window

    return max(_retry_after(retry_after or "", now), throttling_window(error_msg or ""))


def _retry_after(value: str, now: datetime) -> float:
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - now).total_seconds()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which failures are retried, and after which delay."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    CloudError,
    ConfigurationError,
    ConnectionFailure,
    InvalidResponse,
    ProxyRefusal,
    TimeoutFailure,
    TlsFailure,
    Unresolved,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.retry import (
    RetryPolicy,
    is_transient,
    requested_delay,
)
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize("status", range(400, 600))
def test_statuses_are_transient_or_permanent(status: int) -> None:
    assert is_transient(ApiError("x", http_status=status)) is (status in (408, 429, 500, 502, 503, 504))


@pytest.mark.parametrize("status", [500, 503, 429, 404])
@pytest.mark.parametrize("code", ["WKS.0202", "WKS.0915", "WKS.00211902"])
def test_not_found_is_not_transient(status: int, code: str) -> None:
    assert not is_transient(ApiError("x", http_status=status, error_code=code))


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ConnectionFailure("x"), True),
        (TimeoutFailure("x"), True),
        (ProxyRefusal("x"), False),
        (TlsFailure("x"), False),
        (InvalidResponse("x", http_status=503), False),
        (ConfigurationError("x"), False),
        (Unresolved("x"), False),
        (ApiError("x"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, CloudError) else "",
)
def test_kinds_of_failures_are_transient_or_permanent(failure: CloudError, expected: bool) -> None:
    assert is_transient(failure) is expected


def list_delays(policy: RetryPolicy, jitter: float = 1.0, wait: float = 0.0) -> list[float | None]:
    failure = ConnectionFailure("x", wait=wait)
    return [policy.delay(failure, attempt, lambda: jitter) for attempt in range(1, policy.max_retries + 2)]


@pytest.mark.parametrize(
    ("policy", "jitter", "wait", "expected"),
    [
        (RetryPolicy(), 1, 0, [1, 2, 4, 8, None]),
        (RetryPolicy(), 0, 0, [0.5, 1, 2, 4, None]),
        (RetryPolicy(10), 1, 0, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, None]),
        (RetryPolicy(2, 0), 1, 30, [0, 0, None]),
        (RetryPolicy(3, 60), 1, 3, [3, 3, 4, None]),
        (RetryPolicy(2, 60), 1, 600, [60, 60, None]),
        (RetryPolicy(0), 1, 0, [None]),
    ],
    ids=["default", "lowest-jitter", "most-retries", "no-delay", "requested", "limited", "no-retries"],
)
def test_a_policy_limits_the_delays(
    policy: RetryPolicy, jitter: float, wait: float, expected: list[float | None]
) -> None:
    assert list_delays(policy, jitter, wait) == expected


def test_a_permanent_failure_has_no_delay() -> None:
    assert RetryPolicy().delay(TlsFailure("x"), 1, lambda: 1.0) is None


@pytest.mark.parametrize(
    ("header", "message", "expected"),
    [
        (None, None, 0),
        ("5", None, 5),
        (" 5 ", None, 5),
        ("0", None, 0),
        ("007", None, 7),
        ("Thu, 01 Jan 2026 12:00:30 GMT", None, 30),
        ("Thu, 01 Jan 2026 13:00:30 +0100", None, 30),
        ("Thu, 01 Jan 2026 12:00:30", None, 30),
        ("Thursday, 01-Jan-26 12:00:30 GMT", None, 30),
        ("Thu, 01 Jan 2026 11:59:00 GMT", None, 0),
        ("-5", None, 0),
        ("soon", None, 0),
        ("", None, 0),
        ("٣", None, 0),
        (None, "over ratelimit,limit:60,time:1 minute", 60),
        ("5", "over ratelimit,limit:60,time:1 minute", 60),
        ("70", "over ratelimit,limit:60,time:1 minute", 70),
        ("70", "no window", 70),
    ],
)
def test_a_service_requests_the_delay(header: str | None, message: str | None, expected: float) -> None:
    assert requested_delay(header, message, NOW) == expected


@examples(150)
@given(
    st.text(max_size=30)
    | st.from_regex(
        r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,5} \d\d:\d\d:\d\d ([A-Z]{1,4}|[+-]\d{4})", fullmatch=True
    )
    | st.sampled_from(["Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359", "9" * 5000])
    | st.integers().map(str)
)
def test_any_header_is_a_valid_delay_or_ignored(header: str) -> None:
    wait = requested_delay(header, None, NOW)
    assert 0 <= wait < timedelta.max.total_seconds()

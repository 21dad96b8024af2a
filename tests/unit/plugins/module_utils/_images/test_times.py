# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times in all formats of the services, and invalid times."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.times import Moment, parse_moment

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def nanoseconds_of(moment: Moment | None) -> int | None:
    """Return the nanoseconds since 1970."""
    return None if moment is None else (moment.time - EPOCH) // timedelta(microseconds=1) * 1000 + moment.nanoseconds


NOON = 1_735_110_210 * 10**9  # 2024-12-25T07:03:30Z


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        pytest.param("2024-12-25T07:03:30.065Z", NOON + 65_000_000, id="milliseconds"),
        pytest.param("2024-12-25T07:03:30Z", NOON, id="seconds"),
        pytest.param("2024-12-25 07:03:30", NOON, id="blank, no zone"),
        pytest.param("2024-12-25T07:03:30", NOON, id="no zone"),
        pytest.param("2024-12-25T07:03:30.791729999Z", NOON + 791_729_999, id="nanoseconds"),
        pytest.param("2024-12-25T07:03:30.000+00:00", NOON, id="offset zero"),
        pytest.param("2024-12-25T07:03:30.61Z", NOON + 610_000_000, id="hundredths"),
        pytest.param("2024-12-25T07:03:30:599000Z", NOON + 599_000_000, id="malformed, with a colon"),
        pytest.param("2024-12-25T15:03:30+08:00", NOON, id="offset"),
        pytest.param("2024-12-25T15:03:30+0800", NOON, id="offset without a colon"),
        pytest.param("2024-12-25T15:03:30+08", NOON, id="offset in hours"),
        pytest.param("2024-12-25T01:33:30.5-05:30", NOON + 500_000_000, id="negative offset"),
        pytest.param("2024-12-25t07:03:30z", NOON, id="lower case"),
        pytest.param(" 2024-12-25T07:03:30Z\n", NOON, id="blanks around"),
        pytest.param("2024-12-25T07:03:30,065Z", NOON + 65_000_000, id="comma"),
        pytest.param("2024-12-25T07:03Z", NOON - 30 * 10**9, id="minutes"),
        pytest.param("20241225T070330Z", NOON, id="basic format"),
        pytest.param("2024-12-25T07Z", NOON - (3 * 60 + 30) * 10**9, id="hours"),
        pytest.param("2024-12-25", NOON - (7 * 3600 + 3 * 60 + 30) * 10**9, id="day"),
        pytest.param("1969-12-31T23:59:59.999999999Z", -1, id="before 1970"),
        pytest.param("2024-02-29T00:00:00Z", 1_709_164_800 * 10**9, id="leap day"),
    ],
)
def test_every_format_of_a_time_is_parsed(text: str, nanoseconds: int) -> None:
    assert nanoseconds_of(parse_moment(text)) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        None, "", "yesterday", "2024", "2024-13-01", "2023-02-29", "2024-12-25T25:00:00Z", "2024-12-25T07:60:00Z",
        "2024-12-25T07:03:30 in the morning", "2024-12-25T07:03:30ZZ", "1735110210", 1735110210, ["2024-12-25"],
        "２０２４-12-25", "0000-00-00 00:00:00", "2024-12-25T07:03:30+99:99",
    ],
    ids=repr,
)  # fmt: skip
def test_invalid_times_are_none(text: object) -> None:
    assert parse_moment(text) is None


@given(
    moment=st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 1, 1)),
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_isoformat_is_parsed(moment: datetime, minutes: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    since = zoned - datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert nanoseconds_of(parse_moment(zoned.isoformat())) == since // timedelta(microseconds=1) * 1000


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9T:.+Z -]*"))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert isinstance(parse_moment(text), (Moment, type(None)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2" * 10**6, id="digits"),
        pytest.param("2024-12-25T07:03:30." + "0" * 10**6 + "x", id="a fraction"),
        pytest.param("2024-12-25" + " " * 10**6 + "x", id="blanks"),
        pytest.param("2024-12-25T07:03:30." + "0" * 50, id="a little too long"),
    ],
)
def test_a_text_that_is_too_long_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_times_are_compared_with_nanoseconds_and_time_zones() -> None:
    texts = [
        "0001-01-01T00:00:00+08:00",
        "2025-01-01T07:59:59.999999999+08:00",
        "2025-01-01T00:00:00Z",
        "2025-01-01T08:00:00.000000001+08:00",
        "2025-01-01T00:00:00.000000999Z",
        "2025-01-01T00:00:00.000001Z",
        "9999-12-31T23:59:59-08:00",
    ]
    moments = [moment for text in texts if (moment := parse_moment(text))]
    assert len(moments) == len(texts)
    assert all(earlier < later for earlier, later in zip(moments, moments[1:]))
    assert parse_moment("2025-01-01T08:00:00+08:00") == parse_moment("2025-01-01 00:00")

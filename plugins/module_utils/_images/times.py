# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads times as the services write them. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

#: A longer text is not a time.
_LONGEST = 64

_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,:](\d+))?)?)?)?"
    r"\s*(?:[Zz]|([+-])(\d\d)(?::?([0-5]\d))?)?",
    re.ASCII,
)


class Moment(NamedTuple):
    """A point in time. Moments compare as points in time, whatever their zones.

    :ivar time: with its zone, to the microsecond.
    :ivar nanoseconds: beyond the microsecond, which ``datetime`` cannot hold: 0 to 999.
    """

    time: datetime
    nanoseconds: int


def parse_moment(text: Any) -> Moment | None:
    """Read a time in any of the services' formats, or in ISO 8601; without a zone it is UTC.

    :returns: None if the value is not a time.
    """
    match = _MOMENT.fullmatch(text.strip()) if isinstance(text, str) and len(text) <= _LONGEST else None
    if match is None:
        return None
    *parts, fraction, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    nanoseconds = int((fraction or "")[:9].ljust(9, "0"))
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        time = datetime(year, month, day, hour, minute, second, nanoseconds // 1000, zone)
    except ValueError:
        return None
    return Moment(time, nanoseconds % 1000)

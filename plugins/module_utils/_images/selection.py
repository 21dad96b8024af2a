# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chooses among images by what the server cannot filter by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from .._cloud.errors import ConfigurationError, Unresolved
from .image import Image

DISK_FORMATS = ("vhd", "raw", "qcow2", "zvhd2")

_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,:](\d{1,9})\d*)?)?)?)?"
    r"\s*([Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?",
    re.ASCII,
)


class Criteria(NamedTuple):
    """What an image must meet, all of it; None where anything will do.

    :ivar name: patterns, of which one has to match.
    :ivar name_regex: found anywhere in the name.
    :ivar os_version: patterns, of which one has to match.
    :ivar disk_format: formats, of which it has to have one.
    :ivar fits_disk: GB that there are.
    :ivar fits_ram: MB that there are.
    :ivar created_after: nanoseconds since 1970.
    :ivar created_before: nanoseconds since 1970.
    :ivar most_recent: only the newest of what is left.
    """

    name: tuple[str, ...] | None = None
    name_regex: re.Pattern[str] | None = None
    os_version: tuple[str, ...] | None = None
    disk_format: tuple[str, ...] | None = None
    fits_disk: int | None = None
    fits_ram: int | None = None
    created_after: int | None = None
    created_before: int | None = None
    most_recent: bool = False

    def with_name(self, name):
        return self._replace(name=(name,))


def build_criteria(options: Mapping[str, Any]) -> Criteria:
    """The criteria in a task's options.

    :param options: validated by the argument specification.
    :raises ConfigurationError: where a value cannot be used; it names the option.
    """
    formats = options.get("disk_format")
    if formats is not None and not formats:
        raise ConfigurationError("disk_format is an empty list, which no image meets; leave it out")
    return Criteria(
        name=patterns("name", options.get("name")),
        name_regex=_regex("name_regex", options.get("name_regex")),
        os_version=patterns("os_version", options.get("os_version")),
        disk_format=None if formats is None else tuple(formats),
        fits_disk=_size("fits_disk", options.get("fits_disk")),
        fits_ram=_size("fits_ram", options.get("fits_ram")),
        created_after=_date("created_after", options.get("created_after")),
        created_before=_date("created_before", options.get("created_before")),
        most_recent=bool(options.get("most_recent")),
    )


def patterns(option: str, value: Any) -> tuple[str, ...] | None:
    """Shell patterns as a user gives them: one string, whole, or a list of strings.

    :raises ConfigurationError: where it is neither.
    """
    if value is None:
        return None
    values = value if isinstance(value, (list, tuple)) else [value]
    wrong = [item for item in values if not isinstance(item, str) or not item]
    if wrong or not values:
        got = f"{wrong[0]!r}" if wrong else "an empty list"
        quoted = ", in quotes" if wrong and isinstance(wrong[0], (int, float)) else ""
        raise ConfigurationError(
            f"{option} must be a string or a list of strings{quoted}, none of them empty, got {got}"
        )
    for item in values:
        try:
            fnmatchcase("", item)
        except re.error as error:  # up to Python 3.9: a range such as [z-a]
            raise ConfigurationError(f"{option} {item!r} is not a shell pattern: {error}") from None
    return tuple(values)


def _select(images: Iterable[Image], wanted: Criteria, region: str | None = None) -> list[Image]:
    """The images that meet all criteria, in the order in which they came.

    :param images: with every documented field.
    :param region: for messages.
    :raises Unresolved: where the newest is asked for and cannot be told.
    """
    tests = _tests(wanted)
    kept = [image for image in images if all(test(image) for test in tests)]
    return _newest(kept, region) if wanted.most_recent and len(kept) > 1 else kept


def parse_moment(text: Any) -> int | None:
    """A time as the services write it, in any of their shapes, or as ISO 8601 has it; no zone means UTC.

    :returns: nanoseconds since 1970, or None where it is no time.
    """
    match = _MOMENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=timezone.utc
        )
    except ValueError:
        return None
    seconds = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1) - _offset_seconds(zone)
    return seconds * 10**9 + int((fraction or "").ljust(9, "0"))


def _offset_seconds(zone: str | None) -> int:
    if zone is None or zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def _tests(wanted: Criteria) -> list[Any]:
    """One predicate for each criterion that is given."""
    tests: list[Any] = []
    if wanted.name is not None:
        tests.append(lambda image: _matches(image["name"], wanted.name))
    if wanted.name_regex is not None:
        search = wanted.name_regex.search
        tests.append(lambda image: image["name"] is not None and search(image["name"]) is not None)
    if wanted.os_version is not None:
        tests.append(lambda image: _matches(image["os_version"], wanted.os_version))
    if wanted.disk_format is not None:
        tests.append(lambda image: image["disk_format"] in wanted.disk_format)
    if wanted.fits_disk is not None:
        tests.append(lambda image: image["min_disk"] is not None and image["min_disk"] <= wanted.fits_disk)
    if wanted.fits_ram is not None:
        tests.append(lambda image: image["min_ram"] is not None and image["min_ram"] <= wanted.fits_ram)
    if wanted.created_after is not None or wanted.created_before is not None:
        tests.append(lambda image: _is_between(parse_moment(image["created_at"]), wanted))
    return tests


def _matches(value: str | None, wanted: tuple[str, ...] | None) -> bool:
    return value is not None and any(value == pattern or fnmatchcase(value, pattern) for pattern in wanted or ())


def _is_between(moment: int | None, wanted: Criteria) -> bool:
    return (
        moment is not None
        and (wanted.created_after is None or moment > wanted.created_after)
        and (wanted.created_before is None or moment < wanted.created_before)
    )


def _newest(images: list[Image], region: str | None) -> list[Image]:
    dated = [(parse_moment(image["created_at"]), image) for image in images]
    undated = sum(moment is None for moment, _image in dated)
    if undated:
        raise Unresolved(
            f"the newest of {len(images)} images cannot be told: {undated} of them "
            f"{'has' if undated == 1 else 'have'} no readable created_at. "
            "created_after leaves such images out, and a narrower name may too",
            region=region,
        )
    return [min(dated, key=lambda pair: (-(pair[0] or 0), pair[1]["id"]))[1]]


def _regex(option: str, value: str | None) -> re.Pattern[str] | None:
    if value is None:
        return None
    if not value:
        raise ConfigurationError(f"{option} is empty; leave it out")
    try:
        return re.compile(value)
    except (re.error, ValueError, RecursionError, OverflowError) as error:
        raise ConfigurationError(f"{option} is not a regular expression: {error}") from None


def _size(option: str, value: int | None) -> int | None:
    if value is not None and value < 0:
        raise ConfigurationError(f"{option} must not be negative, got {value}")
    return value


def _date(option: str, value: str | None) -> int | None:
    if value is None:
        return None
    moment = parse_moment(value)
    if moment is None:
        raise ConfigurationError(
            f"{option} must be a time as ISO 8601 has it, such as 2026-01-31T12:00:00Z, got {value!r}"
        )
    return moment


class Selection(NamedTuple):
    images: list[Image]
    warnings: list[str]


def select_images(images, wanted, query, region=None):
    return Selection(_select(images, wanted, region), [])

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The criteria that are applied to what the server returned."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError, Unresolved
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.selection import (
    criteria,
    parse_moment,
    select,
)

BRACKETS = "Windows 10 [GPU], 64bit"
NAMES = (
    "Windows Server 2016 Datacenter",
    "Windows Server 2019 Datacenter",
    "Windows Server 2019 Datacenter (zh-CN), 64bit",
    BRACKETS,
    "Windows 10 G, 64bit",
    "统信UOS V20 专业版",
    "windows server 2019",
    "100% *real*?",
    "line\nbreak",
    "",
    None,
)


def image(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS), "id": f"id-{number}", **fields}


def images(field: str, *values: Any) -> list[dict[str, Any]]:
    return [image(number, **{field: value}) for number, value in enumerate(values)]


def kept(listed: list[dict[str, Any]], field: str, **options: Any) -> list[Any]:
    return [found[field] for found in select(listed, criteria(options))]


# --- name and os_version: text or shell pattern


@pytest.mark.parametrize("option", ["name", "os_version"])
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("Windows Server 2016 Datacenter", ["Windows Server 2016 Datacenter"], id="equal"),
        pytest.param("Windows Server 2016", [], id="a part is not enough"),
        pytest.param("*2019*", [NAMES[1], NAMES[2], NAMES[6]], id="star"),
        pytest.param("Windows*2019*", [NAMES[1], NAMES[2]], id="the case counts"),
        pytest.param("WINDOWS SERVER 2019", [], id="the case counts without a star too"),
        pytest.param("Windows Server 201? Datacenter", [NAMES[0], NAMES[1]], id="question mark"),
        pytest.param("Windows Server 201[67] *", [NAMES[0]], id="set"),
        pytest.param("Windows Server 201[!6] *", [NAMES[1], NAMES[2]], id="negated set"),
        pytest.param("Windows Server 201[0-8] *", [NAMES[0]], id="range"),
        pytest.param(BRACKETS, [BRACKETS, NAMES[4]], id="brackets match as they stand, and as a set"),
        pytest.param("* [[]GPU], *", [BRACKETS], id="quoted bracket"),
        pytest.param("*[", [], id="an open bracket is a bracket"),
        pytest.param(NAMES[2], [NAMES[2]], id="one string is one pattern, commas and all"),
        pytest.param([NAMES[2]], [NAMES[2]], id="a list of one, with commas"),
        pytest.param(["*UOS*", "Windows 10 G*"], [NAMES[4], NAMES[5]], id="one of a list is enough"),
        pytest.param(["*2016*", "*2016*"], [NAMES[0]], id="an image that two match comes once"),
        pytest.param("100% *real*?", [NAMES[7]], id="wildcards in a name"),
        pytest.param("统信*", [NAMES[5]], id="Chinese"),
        pytest.param("统信UOS V20 专业版", [NAMES[5]], id="Chinese, equal"),
        pytest.param("line*", [NAMES[8]], id="a star spans a line break"),
        pytest.param("*", list(NAMES[:-1]), id="everything that has a name"),
        pytest.param("None", [], id="no name is not a name"),
    ],
)  # fmt: skip
def test_patterns(option: str, pattern: Any, expected: list[str]) -> None:
    assert kept(images(option, *NAMES), option, **{option: pattern}) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("2019", [NAMES[1], NAMES[2], NAMES[6]], id="found anywhere"),
        pytest.param("^Windows.*Datacenter$", [NAMES[0], NAMES[1]], id="anchors"),
        pytest.param(r"\[GPU\], ", [BRACKETS], id="brackets"),
        pytest.param("(?i)^WINDOWS SERVER 2019$", [NAMES[6]], id="flags"),
        pytest.param("专业", [NAMES[5]], id="Chinese"),
        pytest.param("^$", [""], id="an empty name, but not a missing one"),
        pytest.param("nothing like it", [], id="nothing"),
    ],
)
def test_name_regex(expression: str, expected: list[str]) -> None:
    assert kept(images("name", *NAMES), "name", name_regex=expression) == expected


# --- formats and sizes

FORMATS = ("vhd", "raw", "qcow2", "zvhd2", "iso", "RAW", None)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(["raw"], ["raw"], id="one"),
        pytest.param(["zvhd2", "vhd"], ["vhd", "zvhd2"], id="two, order is the server's"),
        pytest.param(["vhd", "raw", "qcow2", "zvhd2"], ["vhd", "raw", "qcow2", "zvhd2"], id="all that are documented"),
    ],
)
def test_disk_format(wanted: list[str], expected: list[str]) -> None:
    assert kept(images("disk_format", *FORMATS), "disk_format", disk_format=wanted) == expected


@pytest.mark.parametrize(("option", "field"), [("fits_disk", "min_disk"), ("fits_ram", "min_ram")])
@pytest.mark.parametrize(
    ("room", "expected"),
    [
        pytest.param(79, [40, 0], id="less"),
        pytest.param(80, [40, 80, 0], id="just enough"),
        pytest.param(5000, [40, 80, 81, 0, 1024], id="plenty; what is not known does not fit"),
        pytest.param(0, [0], id="none"),
    ],
)
def test_sizes(option: str, field: str, room: int, expected: list[int]) -> None:
    assert kept(images(field, 40, 80, 81, None, 0, 1024), field, **{option: room}) == expected


# --- times

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
        pytest.param("2024-12-25T01:33:30.5-05:30", NOON + 500_000_000, id="offset to the west"),
        pytest.param("2024-12-25t07:03:30z", NOON, id="small letters"),
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
def test_every_shape_of_time(text: str, nanoseconds: int) -> None:
    assert parse_moment(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        None, "", "yesterday", "2024", "2024-13-01", "2023-02-29", "2024-12-25T25:00:00Z", "2024-12-25T07:60:00Z",
        "2024-12-25T07:03:30 in the morning", "2024-12-25T07:03:30ZZ", "1735110210", 1735110210, ["2024-12-25"],
        "２０２４-12-25", "0000-00-00 00:00:00", "2024-12-25T07:03:30+99:99",
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_time(text: object) -> None:
    assert parse_moment(text) is None


@given(
    moment=st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 1, 1)),
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_what_python_writes_is_read(moment: datetime, minutes: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    since = zoned - datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert parse_moment(zoned.isoformat()) == since // timedelta(microseconds=1) * 1000


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9T:.+Z -]*"))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert isinstance(parse_moment(text), (int, type(None)))


TIMES = (
    "2024-12-25T07:03:29.999999999Z",
    "2024-12-25 07:03:30",
    "2024-12-25T07:03:30.000000001Z",
    "2024-12-25T07:03:30.002Z",
    "2026-01-01T00:00:00+08:00",
    "not a time",
    None,
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"created_after": "2024-12-25T07:03:30Z"}, [2, 3, 4], id="after, not at"),
        pytest.param({"created_before": "2024-12-25T07:03:30Z"}, [0], id="before, not at"),
        pytest.param(
            {"created_after": "2024-12-25T07:03:29Z", "created_before": "2024-12-25T07:03:30.001Z"},
            [0, 1, 2],
            id="both",
        ),
        pytest.param({"created_after": "2024-12-25T07:03:30.000000001Z"}, [3, 4], id="a nanosecond"),
        pytest.param({"created_after": "2024-12-25T15:03:30+08:00"}, [2, 3, 4], id="zone"),
        pytest.param({"created_after": "2024-12-25 07:03:30"}, [2, 3, 4], id="no zone is UTC"),
        pytest.param({"created_after": "2025-12-31"}, [4], id="a day, and the image's own zone"),
        pytest.param({"created_after": "1970-01-01"}, [0, 1, 2, 3, 4], id="what is not readable is not kept"),
        pytest.param({"created_before": "2100-01-01"}, [0, 1, 2, 3, 4], id="nor before"),
        pytest.param({"created_after": "2025-01-01", "created_before": "2024-01-01"}, [], id="nothing between"),
    ],
)
def test_created(options: dict[str, str], expected: list[int]) -> None:
    assert kept(images("created_at", *TIMES), "id", **options) == [f"id-{number}" for number in expected]


# --- all together, and the newest


def test_all_criteria_have_to_be_met() -> None:
    good = {
        "name": "Windows 10",
        "os_version": "10 64bit",
        "disk_format": "raw",
        "min_disk": 40,
        "min_ram": 0,
        "created_at": "2025-01-01",
    }
    bad = {
        "name": "Windows 11",
        "os_version": "11 64bit",
        "disk_format": "vhd",
        "min_disk": 41,
        "min_ram": 1,
        "created_at": "2023-01-01",
    }
    options: dict[str, Any] = {
        "name": "* 10",
        "name_regex": "Win",
        "os_version": ["10*"],
        "disk_format": ["raw", "qcow2"],
        "fits_disk": 40,
        "fits_ram": 0,
        "created_after": "2024-01-01",
        "created_before": "2026-01-01",
    }
    listed = [image(0, **good), *(image(number, **{**good, field: bad[field]}) for number, field in enumerate(bad, 1))]
    assert kept(listed, "id", **options) == ["id-0"]


def test_without_criteria_everything_is_kept_in_order() -> None:
    listed = images("name", "b", None, "a", "b")
    assert select(listed, criteria({})) == listed
    assert select(listed, criteria({"name": None, "most_recent": False, "fits_disk": None})) == listed


@pytest.mark.parametrize(
    ("times", "newest"),
    [
        pytest.param(["2024-01-01", "2025-06-01T00:00:00Z", "2025-01-01"], 1, id="one"),
        pytest.param(["2025-01-01T00:00:00.000000001Z", "2025-01-01T00:00:00Z"], 0, id="by a nanosecond"),
        pytest.param(["2025-01-01T07:00:00Z", "2025-01-01T14:59:00+08:00"], 0, id="zones"),
        pytest.param(["2024-12-31 23:59:59", "2024-12-31T23:59:59:900000Z"], 1, id="odd shapes"),
        pytest.param(["2025-01-01"] * 3, 0, id="a tie goes to the smaller id"),
        pytest.param(["2024-01-01", "2025-01-01T00:00:00Z", "2025-01-01 00:00:00"], 1, id="a tie of two shapes"),
        pytest.param(["1960-01-01", "1950-01-01"], 0, id="before 1970"),
        pytest.param(["1970-01-01", "1960-01-01"], 0, id="in 1970"),
        pytest.param([None], 0, id="the only one needs no time"),
        pytest.param(["not a time"], 0, id="nor a readable one"),
    ],
)
def test_most_recent(times: list[str | None], newest: int) -> None:
    listed = images("created_at", *times)
    for order in (listed, listed[::-1]):
        assert kept(order, "id", most_recent=True) == [f"id-{newest}"]


def test_most_recent_of_nothing() -> None:
    assert kept([], "id", most_recent=True) == []
    assert kept(images("created_at", None, None), "id", most_recent=True, name="x") == []


def test_most_recent_is_taken_of_what_is_left() -> None:
    listed = [image(1, name="a", created_at="2025-01-01"), image(2, name="b"), image(3, name="a", created_at="2024")]
    assert kept(listed[:2], "id", most_recent=True, name="a") == ["id-1"]
    assert kept(listed, "id", most_recent=True, created_after="2020-01-01") == ["id-1"]


@pytest.mark.parametrize(
    ("times", "counts"),
    [
        pytest.param(["2025-01-01", None], "2 images cannot be told: 1 of them has", id="one of two"),
        pytest.param([None, "2025-01-01", "2024"], "3 images cannot be told: 2 of them have", id="two of three"),
        pytest.param([None, None], "2 images cannot be told: 2 of them have", id="all"),
    ],
)
def test_the_newest_cannot_be_told(times: list[str | None], counts: str) -> None:
    with pytest.raises(Unresolved) as caught:
        select(images("created_at", *times), criteria({"most_recent": True}), "cn-north-4")
    assert caught.value.result() == {
        "msg": f"the newest of {counts} no readable created_at. created_after leaves such images out, "
        "and a narrower name may too (region cn-north-4).",
        "error_type": "unresolved",
    }


# --- options that cannot be used


STRINGS = "must be a string or a list of strings"
A_TIME = "must be a time as ISO 8601 has it, such as 2026-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("option", "value", "wrong"),
    [
        pytest.param("name", "", f"{STRINGS}, none of them empty, got ''", id="empty name"),
        pytest.param("name", [], f"{STRINGS}, none of them empty, got an empty list", id="no names"),
        pytest.param("name", ["a", ""], f"{STRINGS}, none of them empty, got ''", id="an empty name among others"),
        pytest.param("name", 2019, f"{STRINGS}, in quotes, none of them empty, got 2019", id="a number"),
        pytest.param("name", ["a", 1.5], f"{STRINGS}, in quotes, none of them empty, got 1.5", id="one of the names"),
        pytest.param("name", True, f"{STRINGS}, in quotes, none of them empty, got True", id="a boolean"),
        pytest.param("name", {"a": "b"}, f"{STRINGS}, none of them empty, got {{'a': 'b'}}", id="a dictionary"),
        pytest.param("name", ["a", None], f"{STRINGS}, none of them empty, got None", id="null among others"),
        pytest.param("os_version", 10, f"{STRINGS}, in quotes, none of them empty, got 10", id="a version, no string"),
        pytest.param("name_regex", "", "is empty; leave it out", id="an empty expression"),
        pytest.param(
            "name_regex",
            "(",
            "is not a regular expression: missing ), unterminated subpattern at position 0",
            id="a bad expression",
        ),
        pytest.param(
            "name_regex", "*", "is not a regular expression: nothing to repeat at position 0", id="a shell pattern"
        ),
        pytest.param(
            "name_regex",
            "(?a)(?u)x",
            "is not a regular expression: ASCII and UNICODE flags are incompatible",
            id="flags that exclude each other",
        ),
        pytest.param("disk_format", [], "is an empty list, which no image meets; leave it out", id="no formats"),
        pytest.param("fits_disk", -1, "must not be negative, got -1", id="negative disk"),
        pytest.param("fits_ram", -2, "must not be negative, got -2", id="negative memory"),
        pytest.param("created_after", "soon", f"{A_TIME}, got 'soon'", id="a bad date"),
        pytest.param("created_before", "2026-02-30", f"{A_TIME}, got '2026-02-30'", id="a day that is none"),
    ],
)
def test_bad_options(option: str, value: object, wrong: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        criteria({option: value})
    assert caught.value.result() == {"msg": f"{option} {wrong}.", "error_type": "configuration"}


@pytest.mark.parametrize("option", ["name", "os_version"])
def test_a_range_that_is_none(option: str) -> None:
    """Python 3.9 says so by an exception; newer ones find nothing, as a shell does."""
    if sys.version_info < (3, 10):
        with pytest.raises(ConfigurationError, match=rf"^{option} '\[z-a\]' is not a shell pattern: "):
            criteria({option: "[z-a]"})
    else:
        assert kept(images(option, "z", "a", "[z-a]"), option, **{option: "[z-a]"}) == ["[z-a]"]


def test_an_expression_that_python_cannot_hold() -> None:
    with pytest.raises(ConfigurationError, match=r"^name_regex is not a regular expression: "):
        criteria({"name_regex": "a{99999999999}"})


# --- any images


@given(
    listed=st.lists(
        st.fixed_dictionaries(
            {
                "name": st.none() | st.text("ab[*", max_size=3),
                "min_disk": st.none() | st.integers(0, 5),
                "created_at": st.none() | st.sampled_from(TIMES),
            }
        ),
        max_size=12,
    ),
    name=st.none() | st.text("ab[]*?!", min_size=1, max_size=4),
    fits_disk=st.none() | st.integers(0, 5),
)
def test_more_criteria_never_give_more_images(
    listed: list[dict[str, Any]], name: str | None, fits_disk: int | None
) -> None:  # fmt: skip
    rows = [image(number, **fields) for number, fields in enumerate(listed)]
    both = select(rows, criteria({"name": name, "fits_disk": fits_disk}))
    by_name, by_size = select(rows, criteria({"name": name})), select(rows, criteria({"fits_disk": fits_disk}))
    assert both == [row for row in rows if row in by_name and row in by_size]
    if name is not None:
        assert [row for row in rows if row["name"] == name] == [row for row in by_name if row["name"] == name]

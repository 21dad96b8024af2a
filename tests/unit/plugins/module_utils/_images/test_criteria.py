# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of criteria: what each one takes, and which images it leaves out."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.criteria import (
    CRITERIA,
    Criteria,
    build_criteria,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import PARAMETERS
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import IMAGE_QUERY

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
    return [found[field] for found in build_criteria(options).apply(listed)]


# --- the table

#: One value for each option of the table, and an image that it keeps and one that it leaves out.
EXAMPLES: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "name": ("Golden*", {"name": "Golden desktop"}, {"name": "Silver desktop"}),
    "name_regex": ("sk.op$", {"name": "Golden desktop"}, {"name": "Golden desk"}),
    "os_version": (["10*", "11*"], {"os_version": "11 64bit"}, {"os_version": "8 64bit"}),
    "disk_format": (["raw"], {"disk_format": "raw"}, {"disk_format": "vhd"}),
    "fits_disk": (80, {"min_disk": 80}, {"min_disk": 81}),
    "fits_ram": (4096, {"min_ram": 0}, {"min_ram": 8192}),
    "created_after": ("2025-01-01", {"created_at": "2025-01-02"}, {"created_at": "2024-12-31"}),
    "created_before": ("2025-01-01", {"created_at": "2024-12-31"}, {"created_at": "2025-01-02"}),
}


def test_every_criterion_has_an_example() -> None:
    assert [row.option for row in CRITERIA] == list(EXAMPLES)


@pytest.mark.parametrize("row", CRITERIA, ids=lambda row: row.option)
def test_every_criterion_keeps_an_image_and_leaves_one_out(row: Any) -> None:
    value, kept_fields, other_fields = EXAMPLES[row.option]
    listed = [image(1, **kept_fields), image(2, **other_fields), image(3)]
    assert kept(listed, "id", **{row.option: value}) == ["id-1"]
    assert row.field in FIELDS


def test_every_query_option_has_an_effect() -> None:
    """An option that is declared and documented is sent to the service, is a criterion, or is one of these three."""
    assert set(IMAGE_QUERY) == {*PARAMETERS, "limit", "offset", "most_recent", *(row.option for row in CRITERIA)}


# --- name and os_version: text or shell pattern


@pytest.mark.parametrize("option", ["name", "os_version"])
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("Windows Server 2016 Datacenter", ["Windows Server 2016 Datacenter"], id="equal"),
        pytest.param("Windows Server 2016", [], id="a part is not enough"),
        pytest.param("*2019*", [NAMES[1], NAMES[2], NAMES[6]], id="star"),
        pytest.param("Windows*2019*", [NAMES[1], NAMES[2]], id="case-sensitive"),
        pytest.param("WINDOWS SERVER 2019", [], id="case-sensitive without a star too"),
        pytest.param("Windows Server 201? Datacenter", [NAMES[0], NAMES[1]], id="question mark"),
        pytest.param("Windows Server 201[67] *", [NAMES[0]], id="set"),
        pytest.param("Windows Server 201[!6] *", [NAMES[1], NAMES[2]], id="negated set"),
        pytest.param("Windows Server 201[0-8] *", [NAMES[0]], id="range"),
        pytest.param(BRACKETS, [BRACKETS, NAMES[4]], id="brackets match literally, and as a set"),
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


# --- Unicode: names that look the same are the same

COMPOSED, DECOMPOSED = "B\u00fcro", "Bu\u0308ro"


@pytest.mark.parametrize("name", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
@pytest.mark.parametrize("wanted", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
@pytest.mark.parametrize("option", ["name", "os_version", "name_regex"])
def test_canonically_equal_names_match(option: str, wanted: str, name: str) -> None:
    field = "name" if option == "name_regex" else option
    listed = images(field, f"{name} 1", "Buro 1")
    patterns = [f"^{wanted} 1$", "^B.ro 1$"] if option == "name_regex" else [f"{wanted} 1", f"{wanted}*"]
    assert kept(listed, field, **{option: patterns[0]}) == [f"{name} 1"]
    if option != "name_regex":
        assert kept(listed, field, **{option: patterns[1]}) == [f"{name} 1"]
        patterns = ["", "B?ro 1"]
    assert kept(listed, field, **{option: patterns[1]}) == [f"{name} 1", "Buro 1"]


# --- all together


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
    assert build_criteria({}).apply(listed) == listed
    assert build_criteria({"name": None, "most_recent": False, "fits_disk": None}).apply(listed) == listed


def test_a_name_of_its_own() -> None:
    """As the lookup has for each term, beside otherwise equal criteria."""
    listed = [image(1, name="a1", min_disk=40), image(2, name="a2", min_disk=90), image(3, name="b1", min_disk=40)]
    criteria = build_criteria({"name": "b*", "fits_disk": 80, "most_recent": True})
    assert criteria.with_name("a*").apply(listed) == [listed[0]]
    assert criteria.with_name("a*").most_recent
    assert criteria.with_name("a*").texts("name") == ("a*",)
    assert criteria.apply(listed) == [listed[2]]
    with pytest.raises(ConfigurationError, match=r"^name must be "):
        criteria.with_name("")


# --- options that cannot be used

FORMATS_LIST = "must be a list of one or more of vhd, raw, qcow2, zvhd2"
STRINGS = "must be a string or a list of strings"
A_TIME = "must be an ISO 8601 time such as 2026-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("option", "value", "wrong"),
    [
        pytest.param("name", "", f"{STRINGS}, none of them empty, got ''", id="empty name"),
        pytest.param("name", [], f"{STRINGS}, none of them empty, got an empty list", id="no names"),
        pytest.param("name", ["a", ""], f"{STRINGS}, none of them empty, got ''", id="an empty name among others"),
        pytest.param("name", 2019, f"{STRINGS}, none of them empty, got 2019. Put it in quotes", id="a number"),
        pytest.param(
            "name", ["a", 1.5], f"{STRINGS}, none of them empty, got 1.5. Put it in quotes", id="one of the names"
        ),
        pytest.param("name", True, f"{STRINGS}, none of them empty, got True. Put it in quotes", id="a boolean"),
        pytest.param("name", {"a": "b"}, f"{STRINGS}, none of them empty, got {{'a': 'b'}}", id="a dictionary"),
        pytest.param("name", ["a", None], f"{STRINGS}, none of them empty, got None", id="null among others"),
        pytest.param(
            "os_version", 10, f"{STRINGS}, none of them empty, got 10. Put it in quotes", id="a version, no string"
        ),
        pytest.param("name_regex", "", "must be a string that is not empty, got ''", id="an empty expression"),
        pytest.param(
            "name_regex",
            "(",
            "'(' is not a valid regular expression: missing ), unterminated subpattern at position 0",
            id="a bad expression",
        ),
        pytest.param(
            "name_regex",
            "*",
            "'*' is not a valid regular expression: nothing to repeat at position 0",
            id="a shell pattern",
        ),
        pytest.param(
            "name_regex",
            "(?a)(?u)x",
            "'(?a)(?u)x' is not a valid regular expression: ASCII and UNICODE flags are incompatible",
            id="flags that exclude each other",
        ),
        pytest.param("disk_format", [], f"{FORMATS_LIST}, got []", id="no formats"),
        pytest.param("fits_disk", -1, "must be a whole number of GB, without the unit, got -1", id="negative disk"),
        pytest.param("fits_disk", "80 GB", "must be a whole number of GB, without the unit, got '80 GB'", id="a unit"),
        pytest.param("fits_ram", -2, "must be a whole number of MB, without the unit, got -2", id="negative memory"),
        pytest.param("created_after", "soon", f"{A_TIME}, got 'soon'", id="a bad date"),
        pytest.param("created_before", "2026-02-30", f"{A_TIME}, got '2026-02-30'", id="a day that is none"),
    ],
)
def test_bad_options(option: str, value: object, wrong: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_criteria({option: value})
    assert caught.value.result() == {"msg": f"{option} {wrong}.", "error_type": "configuration"}


@pytest.mark.parametrize("option", ["name", "os_version"])
def test_a_range_that_is_none(option: str) -> None:
    """Python 3.9 says so by an exception; newer ones find nothing, as a shell does."""
    if sys.version_info < (3, 10):
        with pytest.raises(ConfigurationError, match=rf"^{option} '\[z-a\]' is not a valid shell pattern: "):
            build_criteria({option: "[z-a]"})
    else:
        assert kept(images(option, "z", "a", "[z-a]"), option, **{option: "[z-a]"}) == ["[z-a]"]


def test_an_expression_that_python_cannot_hold() -> None:
    with pytest.raises(ConfigurationError, match=r"^name_regex 'a.*' is not a valid regular expression: "):
        build_criteria({"name_regex": "a{99999999999}"})


# --- anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PATTERN = st.text("ab[]*?!-^\\()|+{},.\u0308", max_size=8)
ROW = st.fixed_dictionaries({field: st.none() | st.text(max_size=4) for field in FIELDS if field[:3] != "min"}).map(
    lambda row: {**row, "id": "1", "min_ram": 0, "min_disk": None}
)


@given(option=st.sampled_from([row.option for row in CRITERIA]), value=JSON | PATTERN | st.lists(PATTERN), row=ROW)
def test_any_value_is_a_criterion_or_an_error_that_names_the_option(option: str, value: Any, row: Any) -> None:
    problem = None
    try:
        criteria = build_criteria({option: value})
    except ConfigurationError as error:
        problem = error.message()
    if problem is not None:
        assert problem.startswith(f"{option} ")
        return
    assert isinstance(criteria, Criteria)
    assert list(criteria.expected) == ([] if value is None else [option])
    assert criteria.apply([row]) in ([row], [])


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
    both = build_criteria({"name": name, "fits_disk": fits_disk}).apply(rows)
    by_name = build_criteria({"name": name}).apply(rows)
    by_size = build_criteria({"fits_disk": fits_disk}).apply(rows)
    assert both == [row for row in rows if row in by_name and row in by_size]
    if name is not None:
        assert [row for row in rows if row["name"] == name] == [row for row in by_name if row["name"] == name]

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The criteria: valid values of each one, and the images that match."""

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


def build_image(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS), "id": f"id-{number}", **fields}


def build_images(field: str, *values: Any) -> list[dict[str, Any]]:
    return [build_image(number, **{field: value}) for number, value in enumerate(values)]


def matching(listed: list[dict[str, Any]], field: str, **options: Any) -> list[Any]:
    """Return a field of the images that match."""
    return [image[field] for image in build_criteria(options).apply(listed)]


# --- the table

#: A value of each criterion, fields of an image that matches, and fields of one that does not.
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
def test_every_criterion_selects_the_matching_image(row: Any) -> None:
    value, matching_fields, other_fields = EXAMPLES[row.option]
    listed = [build_image(1, **matching_fields), build_image(2, **other_fields), build_image(3)]
    assert matching(listed, "id", **{row.option: value}) == ["id-1"]
    assert row.field in FIELDS
    assert other_fields[row.field] is not None, "an image in which the field is null matches no criterion"


def test_every_query_option_has_an_effect() -> None:
    """Every option is a parameter of the API, a criterion, or one of three others."""
    assert set(IMAGE_QUERY) == {*PARAMETERS, "limit", "offset", "most_recent", *(row.option for row in CRITERIA)}


# --- name and os_version: a text or a shell pattern


@pytest.mark.parametrize("option", ["name", "os_version"])
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("Windows Server 2016 Datacenter", ["Windows Server 2016 Datacenter"], id="equal"),
        pytest.param("Windows Server 2016", [], id="a part does not match"),
        pytest.param("*2019*", [NAMES[1], NAMES[2], NAMES[6]], id="star"),
        pytest.param("Windows*2019*", [NAMES[1], NAMES[2]], id="case-sensitive"),
        pytest.param("WINDOWS SERVER 2019", [], id="case-sensitive, equal"),
        pytest.param("Windows Server 201? Datacenter", [NAMES[0], NAMES[1]], id="question mark"),
        pytest.param("Windows Server 201[67] *", [NAMES[0]], id="set"),
        pytest.param("Windows Server 201[!6] *", [NAMES[1], NAMES[2]], id="negated set"),
        pytest.param("Windows Server 201[0-8] *", [NAMES[0]], id="range"),
        pytest.param(BRACKETS, [BRACKETS, NAMES[4]], id="brackets, literally and as a set"),
        pytest.param("* [[]GPU], *", [BRACKETS], id="quoted bracket"),
        pytest.param("*[", [], id="an unpaired bracket is literal"),
        pytest.param(NAMES[2], [NAMES[2]], id="commas are literal"),
        pytest.param([NAMES[2]], [NAMES[2]], id="commas are literal in a list"),
        pytest.param(["*UOS*", "Windows 10 G*"], [NAMES[4], NAMES[5]], id="one pattern of a list must match"),
        pytest.param(["*2016*", "*2016*"], [NAMES[0]], id="an image that two patterns match"),
        pytest.param("100% *real*?", [NAMES[7]], id="wildcards in a name"),
        pytest.param("统信*", [NAMES[5]], id="Chinese"),
        pytest.param("统信UOS V20 专业版", [NAMES[5]], id="Chinese, equal"),
        pytest.param("line*", [NAMES[8]], id="a star matches a line break"),
        pytest.param("*", list(NAMES[:-1]), id="everything with a name"),
        pytest.param("None", [], id="null is not a name"),
    ],
)  # fmt: skip
def test_a_pattern_matches_names(option: str, pattern: Any, expected: list[str]) -> None:
    assert matching(build_images(option, *NAMES), option, **{option: pattern}) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("2019", [NAMES[1], NAMES[2], NAMES[6]], id="anywhere"),
        pytest.param("^Windows.*Datacenter$", [NAMES[0], NAMES[1]], id="anchors"),
        pytest.param(r"\[GPU\], ", [BRACKETS], id="brackets"),
        pytest.param("(?i)^WINDOWS SERVER 2019$", [NAMES[6]], id="flags"),
        pytest.param("专业", [NAMES[5]], id="Chinese"),
        pytest.param("^$", [""], id="an empty name, but not a missing one"),
        pytest.param("nothing like it", [], id="no match"),
    ],
)
def test_name_regex_matches_a_part(expression: str, expected: list[str]) -> None:
    assert matching(build_images("name", *NAMES), "name", name_regex=expression) == expected


# --- formats and sizes

FORMATS = ("vhd", "raw", "qcow2", "zvhd2", "iso", "RAW", None)


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        pytest.param(["raw"], ["raw"], id="one"),
        pytest.param(["zvhd2", "vhd"], ["vhd", "zvhd2"], id="two, in the order of the listing"),
        pytest.param(["vhd", "raw", "qcow2", "zvhd2"], ["vhd", "raw", "qcow2", "zvhd2"], id="all that are documented"),
    ],
)
def test_disk_format_matches_one_of_a_list(formats: list[str], expected: list[str]) -> None:
    assert matching(build_images("disk_format", *FORMATS), "disk_format", disk_format=formats) == expected


@pytest.mark.parametrize(("option", "field"), [("fits_disk", "min_disk"), ("fits_ram", "min_ram")])
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param(79, [40, 0], id="less"),
        pytest.param(80, [40, 80, 0], id="equal"),
        pytest.param(5000, [40, 80, 81, 0, 1024], id="more, without unknown sizes"),
        pytest.param(0, [0], id="zero"),
    ],
)
def test_images_are_selected_by_size(option: str, field: str, size: int, expected: list[int]) -> None:
    assert matching(build_images(field, 40, 80, 81, None, 0, 1024), field, **{option: size}) == expected


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
        pytest.param({"created_after": "2024-12-25T07:03:30Z"}, [2, 3, 4], id="after, exclusive"),
        pytest.param({"created_before": "2024-12-25T07:03:30Z"}, [0], id="before, exclusive"),
        pytest.param(
            {"created_after": "2024-12-25T07:03:29Z", "created_before": "2024-12-25T07:03:30.001Z"},
            [0, 1, 2],
            id="both",
        ),
        pytest.param({"created_after": "2024-12-25T07:03:30.000000001Z"}, [3, 4], id="a nanosecond"),
        pytest.param({"created_after": "2024-12-25T15:03:30+08:00"}, [2, 3, 4], id="time zone"),
        pytest.param({"created_after": "2024-12-25 07:03:30"}, [2, 3, 4], id="UTC by default"),
        pytest.param({"created_after": "2025-12-31"}, [4], id="a day, and an image with a time zone"),
        pytest.param({"created_after": "1970-01-01"}, [0, 1, 2, 3, 4], id="an invalid created_at is not after"),
        pytest.param({"created_before": "2100-01-01"}, [0, 1, 2, 3, 4], id="an invalid created_at is not before"),
        pytest.param({"created_after": "2025-01-01", "created_before": "2024-01-01"}, [], id="an empty interval"),
    ],
)
def test_images_are_selected_by_creation_time(options: dict[str, str], expected: list[int]) -> None:
    assert matching(build_images("created_at", *TIMES), "id", **options) == [f"id-{number}" for number in expected]


# --- Unicode normalization

COMPOSED, DECOMPOSED = "B\u00fcro", "Bu\u0308ro"


@pytest.mark.parametrize("name", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
@pytest.mark.parametrize("pattern", [COMPOSED, DECOMPOSED], ids=["composed", "decomposed"])
@pytest.mark.parametrize("option", ["name", "os_version", "name_regex"])
def test_canonically_equal_names_match(option: str, pattern: str, name: str) -> None:
    field = "name" if option == "name_regex" else option
    listed = build_images(field, f"{name} 1", "Buro 1")
    patterns = [f"^{pattern} 1$", "^B.ro 1$"] if option == "name_regex" else [f"{pattern} 1", f"{pattern}*"]
    assert matching(listed, field, **{option: patterns[0]}) == [f"{name} 1"]
    if option != "name_regex":
        assert matching(listed, field, **{option: patterns[1]}) == [f"{name} 1"]
        patterns = ["", "B?ro 1"]
    assert matching(listed, field, **{option: patterns[1]}) == [f"{name} 1", "Buro 1"]


# --- several criteria


def test_an_image_must_match_all_criteria() -> None:
    values = {
        "name": "Windows 10",
        "os_version": "10 64bit",
        "disk_format": "raw",
        "min_disk": 40,
        "min_ram": 0,
        "created_at": "2025-01-01",
    }
    other_values = {
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
    listed = [build_image(0, **values)]
    listed += [
        build_image(number, **{**values, field: other}) for number, (field, other) in enumerate(other_values.items(), 1)
    ]
    assert matching(listed, "id", **options) == ["id-0"]


def test_without_criteria_all_images_match() -> None:
    listed = build_images("name", "b", None, "a", "b")
    assert build_criteria({}).apply(listed) == listed
    assert build_criteria({"name": None, "most_recent": False, "fits_disk": None}).apply(listed) == listed


def test_criteria_can_be_copied_with_another_name() -> None:
    """The lookup has the same criteria with the name of each term."""
    listed = [
        build_image(1, name="a1", min_disk=40),
        build_image(2, name="a2", min_disk=90),
        build_image(3, name="b1", min_disk=40),
    ]
    criteria = build_criteria({"name": "b*", "fits_disk": 80, "most_recent": True})
    assert criteria.with_name("a*").apply(listed) == [listed[0]]
    assert criteria.with_name("a*").most_recent
    assert criteria.with_name("a*").texts("name") == ("a*",)
    assert criteria.apply(listed) == [listed[2]]
    with pytest.raises(ConfigurationError, match=r"^name must be "):
        criteria.with_name("")


# --- invalid options

FORMATS_LIST = "must be a list of one or more of vhd, raw, qcow2, zvhd2"
STRINGS = "must be a string or a list of strings"
A_TIME = "must be an ISO 8601 time such as 2026-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("option", "value", "problem"),
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
            "os_version",
            10,
            f"{STRINGS}, none of them empty, got 10. Put it in quotes",
            id="a version that is not a string",
        ),
        pytest.param("name_regex", "", "must be a string that is not empty, got ''", id="an empty expression"),
        pytest.param(
            "name_regex",
            "(",
            "'(' is not a valid regular expression: missing ), unterminated subpattern at position 0",
            id="an invalid expression",
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
            id="incompatible flags",
        ),
        pytest.param("disk_format", [], f"{FORMATS_LIST}, got []", id="no formats"),
        pytest.param("fits_disk", -1, "must be a whole number of GB, without the unit, got -1", id="negative disk"),
        pytest.param("fits_disk", "80 GB", "must be a whole number of GB, without the unit, got '80 GB'", id="a unit"),
        pytest.param("fits_ram", -2, "must be a whole number of MB, without the unit, got -2", id="negative memory"),
        pytest.param("created_after", "soon", f"{A_TIME}, got 'soon'", id="an invalid date"),
        pytest.param("created_before", "2026-02-30", f"{A_TIME}, got '2026-02-30'", id="a day that does not exist"),
    ],
)
def test_invalid_values_are_errors(option: str, value: object, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_criteria({option: value})
    assert caught.value.result() == {"msg": f"{option} {problem}.", "error_type": "configuration"}


@pytest.mark.parametrize("option", ["name", "os_version"])
def test_a_reversed_range_matches_nothing(option: str) -> None:
    """Python 3.9 raises an exception. Later versions match nothing, as a shell does."""
    if sys.version_info < (3, 10):
        with pytest.raises(ConfigurationError, match=rf"^{option} '\[z-a\]' is not a valid shell pattern: "):
            build_criteria({option: "[z-a]"})
    else:
        assert matching(build_images(option, "z", "a", "[z-a]"), option, **{option: "[z-a]"}) == ["[z-a]"]


def test_a_repetition_that_is_too_large_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match=r"^name_regex 'a.*' is not a valid regular expression: "):
        build_criteria({"name_regex": "a{99999999999}"})


# --- arbitrary values

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
def test_any_value_is_valid_or_an_error_that_names_the_option(option: str, value: Any, row: Any) -> None:
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
def test_two_criteria_match_the_images_that_each_one_matches(
    listed: list[dict[str, Any]], name: str | None, fits_disk: int | None
) -> None:  # fmt: skip
    rows = [build_image(number, **fields) for number, fields in enumerate(listed)]
    both = build_criteria({"name": name, "fits_disk": fits_disk}).apply(rows)
    by_name = build_criteria({"name": name}).apply(rows)
    by_size = build_criteria({"fits_disk": fits_disk}).apply(rows)
    assert both == [row for row in rows if row in by_name and row in by_size]
    if name is not None:
        assert [row for row in rows if row["name"] == name] == [row for row in by_name if row["name"] == name]

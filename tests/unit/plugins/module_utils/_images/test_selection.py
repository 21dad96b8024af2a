# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selection: the images that match, and the newest of them, by date or by the service's order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import Unresolved
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.criteria import build_criteria
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import build_query
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.selection import Selection, select_images
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.times import parse_moment


def build_image(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS), "id": f"id-{number}", **fields}


def build_images(field: str, *values: Any) -> list[dict[str, Any]]:
    return [build_image(number, **{field: value}) for number, value in enumerate(values)]


def select(listed: list[dict[str, Any]], region: str | None = None, **options: Any) -> Selection:
    return select_images(listed, build_criteria(options), build_query(options), region)


def selected(listed: list[dict[str, Any]], field: str, **options: Any) -> list[Any]:
    """Return a field of the selected images. Fail if there is a warning."""
    found = select(listed, **options)
    assert found.warnings == []
    return [image[field] for image in found.images]


def test_the_order_of_the_listing_is_unchanged() -> None:
    listed = build_images("name", "b", None, "a", "b")
    assert select(listed) == Selection(listed, [])
    assert selected(listed, "id", name="?") == ["id-0", "id-2", "id-3"]


# --- the newest by date


@pytest.mark.parametrize(
    ("times", "newest"),
    [
        pytest.param(["2024-01-01", "2025-06-01T00:00:00Z", "2025-01-01"], 1, id="one"),
        pytest.param(["2025-01-01T00:00:00.000000001Z", "2025-01-01T00:00:00Z"], 0, id="by a nanosecond"),
        pytest.param(["2025-01-01T07:00:00Z", "2025-01-01T14:59:00+08:00"], 0, id="zones"),
        pytest.param(["2024-12-31 23:59:59", "2024-12-31T23:59:59:900000Z"], 1, id="unusual formats"),
        pytest.param(["2025-01-01"] * 3, 0, id="equal dates: the smaller id"),
        pytest.param(["2024-01-01", "2025-01-01T00:00:00Z", "2025-01-01 00:00:00"], 1, id="equal dates in two formats"),
        pytest.param(["1960-01-01", "1950-01-01"], 0, id="before 1970"),
        pytest.param(["1970-01-01", "1960-01-01"], 0, id="in 1970"),
        pytest.param([None], 0, id="one image without a date"),
        pytest.param(["not a time"], 0, id="one image with an invalid date"),
    ],
)
def test_most_recent_selects_the_latest_date(times: list[str | None], newest: int) -> None:
    listed = build_images("created_at", *times)
    for order in (listed, listed[::-1]):
        assert selected(order, "id", most_recent=True) == [f"id-{newest}"]


def test_most_recent_without_matches_selects_nothing() -> None:
    assert selected([], "id", most_recent=True) == []
    assert selected(build_images("created_at", None, None), "id", most_recent=True, name="x") == []


def test_most_recent_applies_to_the_images_that_match() -> None:
    listed = [
        build_image(1, name="a", created_at="2025-01-01"),
        build_image(2, name="b"),
        build_image(3, name="a", created_at="2024"),
    ]
    assert selected(listed[:2], "id", most_recent=True, name="a") == ["id-1"]
    assert selected(listed, "id", most_recent=True, created_after="2020-01-01") == ["id-1"]


# --- the newest by the service's order

NEWER, OLDER = "2025-02-01T00:00:00Z", "2025-01-01 00:00:00"


@pytest.mark.parametrize(
    ("times", "text"),
    [
        pytest.param([None, None], "2 of 2 matching images have", id="no dates"),
        pytest.param([None, NEWER, OLDER], "1 of 3 matching images has", id="an image without a date is first"),
        pytest.param([NEWER, None, OLDER, "x"], "2 of 4 matching images have", id="an image with a date is first"),
        pytest.param([NEWER, NEWER, None], "1 of 3 matching images has", id="equal dates"),
        pytest.param(["0000-00-00 00:00:00", "2" * 1000], "2 of 2 matching images have", id="invalid dates"),
    ],
)
def test_the_first_image_in_the_services_order_is_the_newest(times: list[str | None], text: str) -> None:
    listed = [{**row, "name": "Golden "} for row in build_images("created_at", *times)]
    for options in ({}, {"sort_field": "created_at", "sort_type": "desc"}):
        found = select(listed, "cn-north-4", most_recent=True, **options)
        assert found.images == listed[:1]
        assert found.warnings == [
            f'{text} no valid created_at; the service\'s order was used, by which "Golden " (id-0) is the newest '
            "(region cn-north-4)"
        ]


@pytest.mark.parametrize(
    ("times", "options", "text"),
    [
        pytest.param(
            [NEWER, None],
            {"sort_field": "name"},
            '2 images: "Golden\\xa0" (id-1) has no valid created_at (region cn-north-4). Add created_after: '
            '"2000-01-01" to ignore such images, or narrow name, or remove sort_field.',
            id="the task sorts by name",
        ),
        pytest.param(
            [None, None],
            {"sort_field": "created_at", "sort_type": "asc"},
            '2 images: 2 have no valid created_at (region cn-north-4). Add created_after: "2000-01-01" '
            "to ignore such images, or narrow name, or remove sort_field and sort_type.",
            id="the oldest first",
        ),
        pytest.param([None, None], {"sort_type": "desc"}, ", or narrow name, or remove sort_type.",
                     id="by name, descending"),
        pytest.param([None, None], {"sort_field": "created_at"}, "name, or remove sort_field.",
                     id="ascending by default"),
        pytest.param(
            [OLDER, None, NEWER],
            {},
            '3 images: "Golden\\xa0" (id-1) has no valid created_at, and the service\'s order contradicts the dates of '
            'the others (region cn-north-4). Add created_after: "2000-01-01" to ignore such images, or narrow name.',
            id="the order contradicts the dates",
        ),
        pytest.param([NEWER, OLDER, NEWER, None, None], {}, "5 images: 2 have no valid created_at, and the service's "
                     "order contradicts", id="the order contradicts two dates"),
    ],
)  # fmt: skip
def test_the_newest_cannot_be_determined(times: list[str | None], options: dict[str, Any], text: str) -> None:
    listed = [{**row, "name": "Golden\xa0"} for row in build_images("created_at", *times)]
    with pytest.raises(Unresolved) as caught:
        select(listed, "cn-north-4", most_recent=True, **options)
    result = caught.value.result()
    assert result["error_type"] == "unresolved"
    assert result["msg"].startswith("cannot determine the newest of ")
    assert text in result["msg"]
    # The suggested option helps.
    assert select(listed, most_recent=True, created_after="2000-01-01", **options).warnings == []


def test_the_order_of_other_images_is_irrelevant() -> None:
    """Only several matches without a date require the service's order."""
    listed = [
        build_image(1, name="a", created_at=OLDER),
        build_image(2, name="b", created_at=NEWER),
        build_image(3, name="c"),
    ]
    assert selected(listed, "id", most_recent=True, name="c", sort_field="name") == ["id-3"]
    assert selected(listed, "id", most_recent=True, name="[ab]", sort_field="name") == ["id-2"]
    assert select(listed, most_recent=True, name="[ac]").images == listed[:1]


@given(
    times=st.lists(st.none() | st.sampled_from([OLDER, NEWER, "2026-01-01", "soon"]), min_size=1, max_size=6),
    sort=st.sampled_from([{}, {"sort_field": "name"}]),
)
def test_no_image_is_newer_than_the_selected_one(times: list[str | None], sort: dict[str, str]) -> None:
    """There is a warning unless dates determine the newest image."""
    listed = build_images("created_at", *times)
    moments = [parse_moment(text) for text in times]
    known = [moment for moment in moments if moment is not None]
    try:
        found = select(listed, most_recent=True, **sort)
    except Unresolved:
        assert len(known) < len(times)
        assert sort or known != sorted(known, reverse=True)
        return
    assert len(found.images) == 1
    chosen = parse_moment(found.images[0]["created_at"])
    assert chosen is None or chosen == max(known)
    assert bool(found.warnings) == (len(known) < len(times) and len(times) > 1)


# --- images of several kinds


@pytest.mark.parametrize("field", ["architecture", "image_type"])
@pytest.mark.parametrize(
    ("kinds", "options", "text"),
    [
        pytest.param(["x86", "x86"], {}, None, id="the same"),
        pytest.param(["x86", None], {}, None, id="one unknown"),
        pytest.param(["arm", "x86"], {}, "(arm, x86); the newest, id-1, has x86", id="different"),
        pytest.param([None, "b", "a", "b"], {}, "(a, b); the newest, id-3, has b", id="different, one unknown"),
        pytest.param(["b", "a", None], {}, "(a, b); the newest, id-2, has none", id="different, the newest unknown"),
        pytest.param(["arm", "x86"], {"architecture": "arm", "image_type": "gold"}, None, id="set in the task"),
        pytest.param(["arm", "x86"], {"name": "unknown"}, None, id="no match"),
        pytest.param(["arm", "x86"], {"created_after": "2020-01-02"}, None, id="one match"),
        pytest.param(["arm", "x86"], {"most_recent": False}, None, id="not most_recent"),
    ],
)
def test_matches_that_differ_are_warned_about(
    field: str, kinds: list[Any], options: dict[str, Any], text: str | None
) -> None:
    listed = [
        build_image(number, **{field: kind}, created_at=f"2020-01-{number + 1:02}") for number, kind in enumerate(kinds)
    ]
    found = select(listed, "cn-north-4", **{"most_recent": True, **options})
    expected = f"The {len(kinds)} matching images differ in {field} {text}. Set {field} to choose (region cn-north-4)"
    assert found.warnings == ([expected] if text else [])


# --- a list that is written as text


@pytest.mark.parametrize("option", ["name", "os_version"])
@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        pytest.param('["Golden*","Newest*"]', True, id="JSON"),
        pytest.param(" ['Golden*', 'Newest*'] ", True, id="Python"),
        pytest.param('["Golden*"]', True, id="one item"),
        pytest.param("[GPU]", False, id="a name in brackets"),
        pytest.param("[1]", False, id="a set of a number"),
        pytest.param("[]", False, id="an empty set"),
        pytest.param("Golden*,Newest*", False, id="commas are literal"),
        pytest.param("[" * 5000 + '"a"' + "]" * 5000, False, id="deeply nested"),
        pytest.param("['" + "a" * 20000 + "']", False, id="very long"),
        pytest.param("[" + "-" * 9000 + "1]", False, id="deeply nested expression"),
    ],
)
def test_a_list_that_is_written_as_text_is_warned_about(option: str, text: str, is_list: bool) -> None:
    found = select(build_images(option, "Other"), **{option: text})
    assert found.images == []
    assert len(found.warnings) == is_list
    if is_list:
        assert found.warnings[0].startswith(
            f"No image matches. {option} is one pattern; it looks like a list written as text: "
        )
    assert select(build_images(option, text), **{option: text}).warnings == []


def test_the_warning_quotes_the_list() -> None:
    text = json.dumps(["Golden*"])
    assert select([], name=[text, "x"]).warnings == [
        f'No image matches. name is one pattern; it looks like a list written as text: "{text}". '
        "Give name a list instead"
    ]

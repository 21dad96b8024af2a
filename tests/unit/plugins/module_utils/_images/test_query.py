# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters that are sent to the service, and errors of invalid ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import (
    PARAMETERS,
    ImageQuery,
    build_query,
)
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._images.test_criteria import EXAMPLES

VALUES = {
    "image_id": "d6b368bc-a24d-4fb5-a8fb-727356a53f33",
    "os_type": "Linux",
    "image_type": "gold",
    "platform": "Windows",
    "architecture": "arm",
    "package_type": "general",
    "sort_field": "created_at",
    "sort_type": "desc",
}

LOCAL = {
    **{option: value for option, (value, _matching, _other) in EXAMPLES.items()},
    "most_recent": True,
    "region": "cn-north-4",
}


def test_without_options_only_limit_and_offset_are_sent() -> None:
    query = build_query({})
    assert query == ImageQuery((), 0, None)
    assert query.page(0, 100) == [("limit", "100"), ("offset", "0")]


@pytest.mark.parametrize("name", sorted(VALUES))
def test_each_parameter_is_sent_under_its_own_name(name: str) -> None:
    sent = dict(build_query({name: VALUES[name]}).page(200, 50))
    assert sent == {name: VALUES[name], "limit": "50", "offset": "200"}


def test_all_parameters_are_sent() -> None:
    query = build_query({**VALUES, **LOCAL, "offset": 100, "limit": 30})
    assert dict(query.parameters) == VALUES
    assert (query.offset, query.limit) == (100, 30)
    assert set(VALUES) == set(PARAMETERS)


def test_local_criteria_and_unset_options_are_not_sent() -> None:
    unset = {**dict.fromkeys(VALUES), "offset": None, "limit": None, "most_recent": False}
    assert build_query({**LOCAL, **unset}) == ImageQuery()


@pytest.mark.parametrize(
    ("options", "sort", "is_newest_first"),
    [
        pytest.param({"most_recent": True}, {"sort_field": "created_at", "sort_type": "desc"}, True, id="most_recent"),
        pytest.param({"most_recent": True, "sort_field": None, "sort_type": None, "limit": 3},
                     {"sort_field": "created_at", "sort_type": "desc"}, True, id="with null"),
        pytest.param({"most_recent": True, "sort_field": "name"}, {"sort_field": "name"}, False, id="a field"),
        pytest.param({"most_recent": True, "sort_field": "created_at"}, {"sort_field": "created_at"}, False,
                     id="the same field, ascending"),
        pytest.param({"most_recent": True, "sort_type": "desc"}, {"sort_type": "desc"}, False, id="a direction"),
        pytest.param({"most_recent": True, "sort_type": "asc"}, {"sort_type": "asc"}, False, id="another direction"),
        pytest.param({"sort_field": "created_at", "sort_type": "desc"},
                     {"sort_field": "created_at", "sort_type": "desc"}, True, id="both, without most_recent"),
        pytest.param({"most_recent": False}, {}, False, id="not most_recent"),
        pytest.param({}, {}, False, id="nothing"),
    ],
)  # fmt: skip
def test_most_recent_requests_the_newest_images_first(
    options: dict[str, Any], sort: dict[str, str], is_newest_first: bool
) -> None:
    query = build_query({"os_type": "Linux", **options})
    assert dict(query.parameters) == {"os_type": "Linux", **sort}
    assert query.is_newest_first is is_newest_first
    assert query.has("sort_field") is ("sort_field" in sort)


@pytest.mark.parametrize(("name", "length"), sorted(PARAMETERS.items()))
def test_values_have_a_maximum_length(name: str, length: int) -> None:
    assert length == (10 if name == "architecture" else 255)
    assert build_query({name: "像" * length}).parameters == ((name, "像" * length),)
    with pytest.raises(ConfigurationError) as caught:
        build_query({name: "像" * (length + 1)})
    assert caught.value.message() == f"{name} must have 1 to {length} characters, got {length + 1}."


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_an_empty_value_is_an_error(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} must have 1 to "):
        build_query({name: ""})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"offset": -1}, "offset must be from 0 to 5000, got -1.", id="offset below"),
        pytest.param({"offset": 5001}, "offset must be from 0 to 5000, got 5001.", id="offset above"),
        pytest.param({"offset": "1"}, "offset must be from 0 to 5000, got '1'.", id="offset a text"),
        pytest.param({"offset": True}, "offset must be from 0 to 5000, got True.", id="offset a boolean"),
        pytest.param({"limit": 1.5}, "limit must be at least 1, got 1.5. Leave it out to take all images.", id="half"),
        pytest.param({"platform": ["a"]}, "platform must be a string, got ['a'].", id="a list"),
        pytest.param(
            {"limit": 0}, "limit must be at least 1, got 0. Leave it out to take all images.", id="limit zero"
        ),
        pytest.param(
            {"limit": -5}, "limit must be at least 1, got -5. Leave it out to take all images.", id="limit below"
        ),
    ],
)
def test_values_out_of_range_are_errors(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_query(options)
    assert caught.value.result() == {"msg": message, "error_type": "configuration"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"offset": 0}, (0, None), id="first offset"),
        pytest.param({"offset": 5000}, (5000, None), id="last offset"),
        pytest.param({"limit": 1}, (0, 1), id="smallest limit"),
        pytest.param({"limit": 10**6}, (0, 10**6), id="a limit beyond the list"),
    ],
)
def test_minimum_and_maximum_values_are_valid(options: dict[str, Any], expected: tuple[int, int | None]) -> None:
    query = build_query(options)
    assert (query.offset, query.limit) == expected


@given(
    values=st.fixed_dictionaries(
        {}, optional={name: st.text(min_size=1, max_size=length) for name, length in PARAMETERS.items()}
    ),
    offset=st.integers(0, 5000),
    size=st.integers(1, 100),
)
def test_every_page_has_every_parameter_once(values: dict[str, str], offset: int, size: int) -> None:
    sent = build_query(values).page(offset, size)
    assert sorted(sent) == sorted([*values.items(), ("limit", str(size)), ("offset", str(offset))])


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()) | st.just({"a": 1})


@given(option=st.sampled_from([*PARAMETERS, "limit", "offset"]), value=JSON, most_recent=st.booleans())
def test_any_value_is_sent_or_an_error_that_names_the_option(option: str, value: Any, most_recent: bool) -> None:
    problem = None
    try:
        query = build_query({option: value, "most_recent": most_recent})
    except ConfigurationError as error:
        problem = error.message()
    if problem is None:
        sent = {**dict(query.parameters), "limit": query.limit, "offset": query.offset or None}
        assert value is None or sent[option] == (value or None)
    else:
        assert problem.startswith(f"{option} must ")

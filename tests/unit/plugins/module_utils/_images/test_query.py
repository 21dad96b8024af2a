# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a query that the server answers: what is sent, and what is refused before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import (
    PARAMETERS,
    ImageQuery,
    image_query,
)

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
    "name": "*",
    "name_regex": "x",
    "os_version": "*",
    "disk_format": ["raw"],
    "fits_disk": 80,
    "fits_ram": 80,
    "created_after": "2026-01-01",
    "created_before": "2026-01-01",
    "most_recent": True,
    "region": "cn-north-4",
}


def test_without_options_only_the_page_is_sent() -> None:
    query = image_query({})
    assert query == ImageQuery((), 0, None)
    assert query.page(0, 100) == [("limit", "100"), ("offset", "0")]


@pytest.mark.parametrize("name", sorted(VALUES))
def test_each_parameter_is_sent_under_its_own_name(name: str) -> None:
    sent = dict(image_query({name: VALUES[name]}).page(200, 50))
    assert sent == {name: VALUES[name], "limit": "50", "offset": "200"}


def test_all_parameters_at_once() -> None:
    query = image_query({**VALUES, **LOCAL, "offset": 100, "limit": 30})
    assert dict(query.parameters) == VALUES
    assert (query.offset, query.limit) == (100, 30)
    assert set(VALUES) == set(PARAMETERS)


def test_local_criteria_and_unset_options_are_not_sent() -> None:
    assert image_query({**LOCAL, **dict.fromkeys(VALUES), "offset": None, "limit": None}) == ImageQuery()


@pytest.mark.parametrize(("name", "length"), sorted(PARAMETERS.items()))
def test_longest_value(name: str, length: int) -> None:
    assert length == (10 if name == "architecture" else 255)
    assert image_query({name: "像" * length}).parameters == ((name, "像" * length),)
    with pytest.raises(ConfigurationError) as caught:
        image_query({name: "像" * (length + 1)})
    assert caught.value.message() == f"{name} must have 1 to {length} characters, got {length + 1}."


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_empty_value(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} must have 1 to "):
        image_query({name: ""})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"offset": -1}, "offset must be from 0 to 5000, got -1.", id="offset below"),
        pytest.param({"offset": 5001}, "offset must be from 0 to 5000, got 5001.", id="offset above"),
        pytest.param({"limit": 0}, "limit must be at least 1, got 0; leave it out for all images.", id="limit zero"),
        pytest.param({"limit": -5}, "limit must be at least 1, got -5; leave it out for all images.", id="limit below"),
    ],
)
def test_numbers_out_of_bounds(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        image_query(options)
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
def test_numbers_at_the_bounds(options: dict[str, Any], expected: tuple[int, int | None]) -> None:
    query = image_query(options)
    assert (query.offset, query.limit) == expected


@given(
    values=st.fixed_dictionaries(
        {}, optional={name: st.text(min_size=1, max_size=length) for name, length in PARAMETERS.items()}
    ),
    offset=st.integers(0, 5000),
    size=st.integers(1, 100),
)
def test_every_page_carries_every_parameter_once(values: dict[str, str], offset: int, size: int) -> None:
    sent = image_query(values).page(offset, size)
    assert sorted(sent) == sorted([*values.items(), ("limit", str(size)), ("offset", str(offset))])

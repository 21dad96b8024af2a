# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keywords and variables of a lookup, and how they go together."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._variables import Definitions, merged, nearest

DEFINITIONS = Definitions(
    {
        "region": {"aliases": ["region_name"], "vars": [{"name": "cloud_region"}]},
        "timeout": {"vars": [{"name": "cloud_timeout"}]},
        "name": {},
    }
)

KEYS = {"access_key": "a", "secret_key": "s"}
TEMPORARY = {**KEYS, "security_token": "t"}
PASSWORD = {"username": "u", "password": "p", "domain_name": "d"}


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


# Keywords


def test_keywords_go_by_the_name_of_their_option() -> None:
    assert DEFINITIONS.keywords({"region_name": "x", "timeout": 5}) == {"region": "x", "timeout": 5}


def test_a_keyword_that_is_none_is_not_given() -> None:
    assert DEFINITIONS.keywords({"region": None, "region_name": "x", "timeout": None}) == {"region": "x"}


@pytest.mark.parametrize("value", [False, 0, "", []])
def test_a_keyword_that_is_empty_is_given_all_the_same(value: object) -> None:
    assert DEFINITIONS.keywords({"name": value}) == {"name": value}


def test_an_option_that_is_given_twice_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match=r"^region is given twice, by its alias too$"):
        DEFINITIONS.keywords({"region_name": "x", "region": "x"})


def test_an_unknown_keyword_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as failed:
        DEFINITIONS.keywords({"timout": 5})
    assert str(failed.value) == "There is no option 'timout'. Did you mean 'timeout'?"


def test_an_unknown_keyword_that_is_near_to_nothing_is_an_error_too() -> None:
    with pytest.raises(ConfigurationError) as failed:
        DEFINITIONS.keywords({"xyz": 5})
    assert str(failed.value) == "There is no option 'xyz'."


def test_nearest_names_one() -> None:
    assert nearest("nam", ["name", "names"]) == " Did you mean 'name'?"


# Variables


def test_variables_are_rendered_and_go_by_the_name_of_their_option() -> None:
    found = DEFINITIONS.variables({"cloud_region": "north", "cloud_timeout": 5, "name": "x"}, _upper)
    assert found == {"region": "NORTH", "timeout": 5}


def test_only_variables_of_options_are_rendered() -> None:
    rendered: list[object] = []
    DEFINITIONS.variables({"cloud_region": "x", "other": "y"}, lambda value: rendered.append(value) or value)
    assert rendered == ["x"]


@pytest.mark.parametrize("rendered", ["", None])
def test_what_renders_to_nothing_counts_as_unset(rendered: object) -> None:
    assert DEFINITIONS.variables({"cloud_region": "x"}, lambda _value: rendered) == {}


@pytest.mark.parametrize("value", [False, 0])
def test_false_and_zero_are_values(value: object) -> None:
    assert DEFINITIONS.variables({"cloud_timeout": value}, _upper) == {"timeout": value}


# Both


def test_keywords_beat_variables_option_by_option() -> None:
    variables = {"endpoint": "v", "timeout": 1, **KEYS}
    assert merged({"endpoint": "k"}, variables) == {**variables, "endpoint": "k"}


def test_half_a_kind_by_keyword_is_completed_by_variables() -> None:
    assert merged({"secret_key": "other"}, KEYS) == {"access_key": "a", "secret_key": "other"}


@pytest.mark.parametrize("keywords", [KEYS, {"auth_token": "x"}, PASSWORD, {"profile": "x"}], ids=str)
@pytest.mark.parametrize("variables", [TEMPORARY, {"auth_token": "y"}, PASSWORD], ids=str)
def test_an_identity_that_the_keywords_give_whole_stands_alone(
    keywords: dict[str, str], variables: dict[str, str]
) -> None:
    assert merged(keywords, {**variables, "timeout": 5}) == {**keywords, "timeout": 5}


@pytest.mark.parametrize("keywords", [KEYS, {"auth_token": "x"}, PASSWORD], ids=str)
def test_it_beats_a_profile_and_files_too(keywords: dict[str, str]) -> None:
    files = {"profile": "x", "credentials_file": "/c", "shared_config_file": "/s"}
    assert merged(keywords, files) == keywords


@pytest.mark.parametrize("file", ["credentials_file", "shared_config_file"])
def test_a_profile_and_its_file_are_one_identity(file: str) -> None:
    assert merged({"profile": "x"}, {file: "/f", **KEYS}) == {"profile": "x", file: "/f"}
    assert merged({file: "/f"}, {"profile": "x", **KEYS}) == {"profile": "x", file: "/f"}


@pytest.mark.parametrize("name", ["region", "project_id", "project_name"])
def test_regions_stand_instead_of_one_region(name: str) -> None:
    assert merged({"regions": ["a"]}, {name: "x", "timeout": 5}) == {"regions": ["a"], "timeout": 5}
    assert merged({name: "x"}, {"regions": ["a"], "timeout": 5}) == {name: "x", "timeout": 5}


def test_what_the_keywords_say_twice_stays() -> None:
    assert merged({"regions": ["a"], "region": "x"}, {}) == {"regions": ["a"], "region": "x"}

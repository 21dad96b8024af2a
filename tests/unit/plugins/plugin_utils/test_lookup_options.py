# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keywords and variables of a lookup, and their precedence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import lookup_settings
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._lookup_options import LookupOptions, nearest
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples

OPTIONS = LookupOptions(
    {
        "region": {"aliases": ["region_name"], "vars": [{"name": "huaweicloud_region"}]},
        "timeout": {"vars": [{"name": "huaweicloud_timeout"}]},
        "secret_key": {"vars": [{"name": "huaweicloud_secret_key"}]},
        "validate_certs": {"vars": [{"name": "huaweicloud_validate_certs"}]},
        "name": {},
        "limit": {},
    },
    argument_spec(),
)

KEYS = {"access_key": "a", "secret_key": "s"}
TEMPORARY = {**KEYS, "security_token": "t"}
PASSWORD = {"username": "u", "password": "p", "domain_name": "d"}


def _values(settings: dict[str, Setting]) -> dict[str, Any]:
    return {name: setting.value for name, setting in settings.items()}


def merge(keywords: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    return _values(
        lookup_settings(
            {name: Setting(value, name) for name, value in keywords.items()},
            {name: Setting(value, f"the variable huaweicloud_{name}") for name, value in variables.items()},
        )
    )


# Keywords


def test_keywords_are_converted_to_settings() -> None:
    assert OPTIONS.from_keywords({"region_name": "x", "timeout": 5}) == {
        "region": Setting("x", "region"),
        "timeout": Setting(5.0, "timeout"),
    }


@pytest.mark.parametrize("value", [None, "", [], ["a", None]])
def test_a_null_or_empty_keyword_fails(value: object) -> None:
    if value == []:
        assert _values(OPTIONS.from_keywords({"name": value})) == {"name": []}  # the criteria reject an empty list
        return
    with pytest.raises(ConfigurationError, match=r"^name(\[1\])? is (null|empty)"):
        OPTIONS.from_keywords({"name": value})


@pytest.mark.parametrize("value", [False, 0])
def test_false_and_zero_are_valid_keywords(value: object) -> None:
    assert _values(OPTIONS.from_keywords({"limit": value})) == {"limit": 0}


def test_an_option_is_mutually_exclusive_with_its_alias() -> None:
    with pytest.raises(ConfigurationError, match=r"^region and its alias are both set\. Remove one of them$"):
        OPTIONS.from_keywords({"region_name": "x", "region": "x"})


def test_an_unknown_keyword_fails_and_suggests_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as failed:
        OPTIONS.from_keywords({"timout": 5})
    assert str(failed.value) == "There is no option 'timout'. Did you mean 'timeout'?"


def test_an_unknown_keyword_without_a_similar_name_lists_all() -> None:
    with pytest.raises(ConfigurationError) as failed:
        OPTIONS.from_keywords({"xyz": 5})
    assert str(failed.value) == (
        "There is no option 'xyz'. Choose one of limit, name, region, region_name, secret_key, timeout, validate_certs"
    )


def test_nearest_suggests_one_name() -> None:
    assert nearest("nam", ["name", "names"]) == "Did you mean 'name'?"


# Variables


def test_variables_are_converted_to_settings() -> None:
    found = OPTIONS.from_variables({"huaweicloud_region": "north", "huaweicloud_timeout": 5, "name": "x"})
    assert found == {
        "region": Setting("north", "the variable huaweicloud_region"),
        "timeout": Setting(5.0, "the variable huaweicloud_timeout"),
    }


@pytest.mark.parametrize("rendered", ["", None])
def test_an_empty_variable_counts_as_unset(rendered: object) -> None:
    assert OPTIONS.from_variables({"huaweicloud_region": rendered}) == {}


def test_false_is_a_valid_variable() -> None:
    assert _values(OPTIONS.from_variables({"huaweicloud_validate_certs": False})) == {"validate_certs": False}


def test_a_secret_with_a_line_break_fails_and_names_the_variable() -> None:
    with pytest.raises(ConfigurationError) as caught:
        OPTIONS.from_variables({"huaweicloud_secret_key": "SHOWN\n"})
    assert caught.value.message() == "the variable huaweicloud_secret_key ends with a line break."


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("huaweicloud_name", "query options are read from keywords only"),
        ("huaweicloud_image_type", "query options are read from keywords only"),
        ("huaweicloud_regoin", "Did you mean huaweicloud_region?"),
        ("huaweicloud_validate_cert", "Did you mean huaweicloud_validate_certs?"),
    ],
)
def test_an_ignored_variable_is_a_warning(variable: str, text: str) -> None:
    (warning,) = OPTIONS.warnings({variable: "x"})
    assert variable in warning
    assert text in warning


@pytest.mark.parametrize("variable", ["huaweicloud_region", "huaweicloud_workspace_in_process", "huaweicloud_vpc", "x"])
def test_other_variables_are_no_warning(variable: str) -> None:
    assert list(OPTIONS.warnings({variable: "x"})) == []


# Keywords and variables


def test_a_keyword_overrides_the_variable_of_the_same_option() -> None:
    variables = {"endpoint": "v", "timeout": 1, **KEYS}
    assert merge({"endpoint": "k"}, variables) == {**variables, "endpoint": "k"}


def test_variables_complete_incomplete_credentials_of_keywords() -> None:
    assert merge({"secret_key": "other"}, KEYS) == {"access_key": "a", "secret_key": "other"}


@pytest.mark.parametrize("keywords", [KEYS, {"auth_token": "x"}, PASSWORD, {"profile": "x"}], ids=str)
@pytest.mark.parametrize("variables", [TEMPORARY, {"auth_token": "y"}, PASSWORD], ids=str)
def test_complete_credentials_of_keywords_override_those_of_variables(
    keywords: dict[str, str], variables: dict[str, str]
) -> None:
    assert merge(keywords, {**variables, "timeout": 5}) == {**keywords, "timeout": 5}


@pytest.mark.parametrize("keywords", [KEYS, {"auth_token": "x"}, PASSWORD], ids=str)
def test_complete_credentials_of_keywords_override_profile_and_files(keywords: dict[str, str]) -> None:
    files = {"profile": "x", "credentials_file": "/c", "shared_config_file": "/s"}
    assert merge(keywords, files) == keywords


@pytest.mark.parametrize("file", ["credentials_file", "shared_config_file"])
def test_a_profile_is_combined_with_its_file(file: str) -> None:
    assert merge({"profile": "x"}, {file: "/f", **KEYS}) == {"profile": "x", file: "/f"}
    assert merge({file: "/f"}, {"profile": "x", **KEYS}) == {"profile": "x", file: "/f"}


@pytest.mark.parametrize("name", ["region", "project_id", "project_name"])
def test_regions_override_mutually_exclusive_variables(name: str) -> None:
    assert merge({"regions": ["a"]}, {name: "x", "timeout": 5}) == {"regions": ["a"], "timeout": 5}
    assert merge({name: "x"}, {"regions": ["a"], "timeout": 5}) == {name: "x", "timeout": 5}


def test_mutually_exclusive_keywords_are_not_removed() -> None:
    assert merge({"regions": ["a"], "region": "x"}, {}) == {"regions": ["a"], "region": "x"}


# Arbitrary values

VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=5), st.dates()
    ),
    lambda values: st.one_of(st.lists(values, max_size=3), st.dictionaries(st.text(max_size=5), values, max_size=2)),
    max_leaves=4,
)


@examples(300)
@given(name=st.sampled_from(sorted(OPTIONS.definitions)), value=VALUES)
@pytest.mark.parametrize("source", ["keyword", "variable"])
def test_any_value_is_converted_or_fails_and_names_the_option(source: str, name: str, value: object) -> None:
    try:
        if source == "keyword":
            found = OPTIONS.from_keywords({name: value})
        else:
            found = OPTIONS.from_variables({f"huaweicloud_{name}": value})
    except ConfigurationError as error:
        text = error.message()
    else:
        text = " ".join(setting.origin for setting in found.values()) or name
    assert name in text

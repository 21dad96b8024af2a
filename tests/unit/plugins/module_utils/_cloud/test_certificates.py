# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Precedence and errors of CA bundles."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.certificates import (
    certificates,
    default_verify,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError


def test_without_a_variable_the_default_bundle_is_used() -> None:
    assert default_verify({}) is True
    assert default_verify({"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}) is True


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_variable_sets_the_bundle(tmp_path: Path, variable: str) -> None:
    assert default_verify({variable: str(tmp_path)}) == str(tmp_path)


def test_the_first_variable_takes_precedence(tmp_path: Path) -> None:
    assert default_verify({"REQUESTS_CA_BUNDLE": str(tmp_path), "CURL_CA_BUNDLE": "/gone"}) == str(tmp_path)


def test_a_missing_bundle_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="/gone of the environment variable REQUESTS_CA_BUNDLE does not exist"):
        default_verify({"REQUESTS_CA_BUNDLE": "/gone"})


@pytest.mark.parametrize("path", ["/" + "x" * 5000, "a\0b"], ids=["long", "null"])
def test_an_invalid_path_of_a_bundle_is_an_error(path: str) -> None:
    with pytest.raises(ConfigurationError, match="of the environment variable CURL_CA_BUNDLE cannot be read"):
        default_verify({"CURL_CA_BUNDLE": path})


def test_the_error_names_the_option() -> None:
    with pytest.raises(ConfigurationError, match=r"^ca_path /gone does not exist\. Set the path of a CA bundle$"):
        certificates("/gone", "ca_path /gone")

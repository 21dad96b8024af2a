# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which CA bundle counts, and that it can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.certificates import (
    certificates,
    default_verify,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError


def test_no_variable() -> None:
    assert default_verify({}) is True
    assert default_verify({"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}) is True


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_bundle_of_the_environment(tmp_path: Path, variable: str) -> None:
    assert default_verify({variable: str(tmp_path)}) == str(tmp_path)


def test_first_variable_wins(tmp_path: Path) -> None:
    assert default_verify({"REQUESTS_CA_BUNDLE": str(tmp_path), "CURL_CA_BUNDLE": "/gone"}) == str(tmp_path)


def test_bundle_that_does_not_exist() -> None:
    with pytest.raises(ConfigurationError, match="/gone of the environment variable REQUESTS_CA_BUNDLE does not exist"):
        default_verify({"REQUESTS_CA_BUNDLE": "/gone"})


@pytest.mark.parametrize("path", ["/" + "x" * 5000, "a\0b"], ids=["long", "null"])
def test_bundle_that_cannot_be_read(path: str) -> None:
    with pytest.raises(ConfigurationError, match="of the environment variable CURL_CA_BUNDLE cannot be read"):
        default_verify({"CURL_CA_BUNDLE": path})


def test_origin_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"^ca_path /gone does not exist\. Set the path of a CA bundle$"):
        certificates("/gone", "ca_path /gone")

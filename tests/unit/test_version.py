# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Galaxy, requests and changelog have the same version, and each new option has its version_added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.version import Version

from ansible_collections.huaweicloud.workspace.plugins.lookup import workspace_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import transport
from ansible_collections.huaweicloud.workspace.plugins.modules import workspace_image_info
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.documentation import merged_documentation

ROOT = Path(__file__).parents[2]
VERSION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
RELEASES = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]

#: Options of 1.0.0. They need no version_added; all later options do.
FIRST_RELEASE = (
    "_terms access_key architecture attribute auth_token ca_path cache cache_connection cache_plugin cache_prefix"
    " cache_timeout cloud created_after created_before credentials_file decode_authorization_message disk_format"
    " domain_name endpoint fits_disk fits_ram iam_endpoint image_id image_type limit max_retries max_retry_delay"
    " most_recent name name_regex offset on_missing on_region_error os_type os_version package_type password platform"
    " profile project_id project_name region regions secret_key security_token shared_config_file sort_field sort_type"
    " sts_endpoint timeout use_instance_metadata username validate_certs"
)

MODULE = merged_documentation(workspace_image_info.DOCUMENTATION, is_module=True)
LOOKUP = merged_documentation(workspace_image.DOCUMENTATION, is_module=False)
ROLE = yaml.safe_load((ROOT / "roles/workspace_image/meta/argument_specs.yml").read_text(encoding="utf-8"))[
    "argument_specs"
]["main"]


def test_requests_have_the_version_of_the_collection() -> None:
    assert f"ansible-huaweicloud.workspace/{VERSION}" == transport.USER_AGENT


def test_no_release_in_the_changelog_is_newer() -> None:
    assert max(map(Version, RELEASES)) <= Version(VERSION)


@pytest.mark.parametrize("documentation", [MODULE, LOOKUP, ROLE], ids=["module", "lookup", "role"])
def test_plugins_and_new_options_have_a_version_added(documentation: dict[str, Any]) -> None:
    assert documentation["version_added"] in {*RELEASES, VERSION}
    added = {
        name.removeprefix("workspace_image_"): option.get("version_added")
        for name, option in documentation["options"].items()
    }
    assert {name for name, version in added.items() if version is None} <= set(FIRST_RELEASE.split())
    later = {*RELEASES, VERSION} - {"1.0.0"}
    assert {name: version for name, version in added.items() if version is not None and version not in later} == {}
    assert {name for name, version in added.items() if version is not None} & set(FIRST_RELEASE.split()) == set()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""There is one version: Galaxy, the services and the changelog are told the same."""

from __future__ import annotations

from pathlib import Path

import yaml
from packaging.version import Version

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import transport

ROOT = Path(__file__).parents[2]
VERSION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]


def test_requests_tell_the_version_of_the_collection() -> None:
    assert f"ansible-huaweicloud.workspace/{VERSION}" == transport.USER_AGENT


def test_no_release_in_the_changelog_is_newer() -> None:
    changelog = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))
    assert max(map(Version, changelog["releases"])) <= Version(VERSION)

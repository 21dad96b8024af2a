# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration and the role find the newest image in lists that the service documents or returns."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.workspace.tests.docs.examples import link_collection
from ansible_collections.huaweicloud.workspace.tests.docs.test_examples import ansible_playbook, environment
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.emulator.images import DATA, read_images

#: The newest image of each list, and the text of the warning.
NEWEST = {
    "published": ("Euler_Online_Tenant_vAG", "2 of 2 matching images have no valid created_at"),
    "undated": ("Golden desktop 2026-03", "7 of 7 matching images have no valid created_at"),
    "partly-dated": ("Golden desktop 2026-01", "2 of 5 matching images have no valid created_at"),
    "sparse": ("Golden desktop 2026-03", "3 of 4 matching images have no valid created_at"),
    "total-count-too-low": ("Golden desktop 2026-03", None),
    "total-count-too-high": ("Golden desktop 2026-03", "reported total_count=5000 but returned 5 images"),
}

ROLE = [
    {"import_playbook": "huaweicloud.workspace.list_images"},
    {
        "hosts": "localhost",
        "gather_facts": False,
        "roles": ["huaweicloud.workspace.workspace_image"],
        "tasks": [{"ansible.builtin.debug": {"msg": "The role found {{ workspace_image.name }}."}}],
    },
]


@pytest.mark.parametrize("name", sorted(file.stem for file in DATA.glob("*.json")))
def test_the_newest_image_is_found(name: str, tmp_path: Path) -> None:
    collections = link_collection(tmp_path)
    (tmp_path / "ansible.cfg").write_text("")
    (tmp_path / "play.yml").write_text(yaml.safe_dump(ROLE))
    with Emulator(images=read_images(name)) as emulator:
        run = subprocess.run(
            [
                ansible_playbook(),
                "-i",
                "localhost,",
                "-c",
                "local",
                "-e",
                '{"workspace_image_most_recent": true}',
                "play.yml",
            ],
            cwd=tmp_path,
            env={**environment(emulator, tmp_path, collections), "ANSIBLE_NOCOLOR": "1"},
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=120,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    newest, warning = NEWEST[name]
    assert f"The role found {newest}." in run.stdout
    assert f'"{newest} ' in run.stdout, "the table of the demonstration"
    warnings = " ".join((run.stdout + run.stderr).split())
    assert ("have no valid created_at" in warnings) is (warning is not None and "created_at" in warning)
    assert warning is None or warning in warnings

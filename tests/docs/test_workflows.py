# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables, commands and shell scripts of the workflows in the guide, without the CI system."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import OidcToken
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, blocks
from ansible_collections.huaweicloud.workspace.tests.docs.test_examples import shape_of
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import RawServer

GUIDE = ROOT / "docs/docsite/rst/other_accounts.rst"
TOKEN = Emulator().account.oidc.id_token


def workflow(shape: str) -> Any:
    (block,) = [block for block in blocks(GUIDE) if block.language == "yaml" and shape_of(block) == shape]
    return block.document


def check_credentials(variables: dict[str, str]) -> None:
    """Check that the variables of a workflow contain complete credentials."""
    resolved = build_plan(Settings({}, variables)).resolution.resolved
    assert isinstance(resolved.credentials, OidcToken)
    assert resolved.credentials.id_token == TOKEN


def check_playbook(command: str) -> None:
    """Check that a workflow runs a playbook of this collection."""
    name = re.fullmatch(r"ansible-playbook huaweicloud\.workspace\.(\w+)", command)
    assert name is not None
    assert (ROOT / "playbooks" / f"{name[1]}.yml").exists()


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="curl and bash are needed")
def test_github(tmp_path: Path) -> None:
    """The step that requests the token runs against a server that responds as GitHub does."""
    document = workflow("GitHub workflow")
    assert document["permissions"]["id-token"] == "write"
    (job,) = document["jobs"].values()
    steps = {step.get("name"): step.get("run", "") for step in job["steps"]}
    file = tmp_path / "token"
    variables = {**job["env"], "HUAWEICLOUD_OIDC_TOKEN_FILE": str(file)}
    body = json.dumps({"count": 1, "value": TOKEN}).encode()
    response = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with RawServer(response) as server:
        github = {
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.url}/token?api-version=2.0",
        }
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", steps["Request the OIDC token"]],
            env={"PATH": os.environ["PATH"], "NO_PROXY": "*", **variables, **github},
            check=True,
            timeout=60,
        )
        (request,) = server.received
    assert request.startswith(b"GET /token?api-version=2.0&audience=huaweicloud HTTP/1.1\r\n")
    assert b"\r\nAuthorization: bearer request-token\r\n" in request
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    check_credentials(variables)
    check_playbook(steps["List the images"])


def test_gitlab() -> None:
    """GitLab sets the token variable."""
    (job,) = workflow("GitLab pipeline").values()
    assert job["id_tokens"] == {"HUAWEICLOUD_OIDC_ID_TOKEN": {"aud": "huaweicloud"}}
    check_credentials({**job["variables"], **dict.fromkeys(job["id_tokens"], TOKEN)})
    check_playbook(job["script"][-1])

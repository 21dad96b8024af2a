# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every YAML example of the documentation against the emulator, with a real ``ansible-playbook``.

All examples of a document are one run. A block of tasks is put into a play. A block with a caption that is neither a
playbook nor tasks is a file of that name beside the playbook. Other blocks must have a known shape.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from ansible_collections.huaweicloud.workspace.tests.docs.examples import (
    ROOT,
    Block,
    all_blocks,
    blocks,
    documents,
    link_collection,
)
from ansible_collections.huaweicloud.workspace.tests.emulator import Account, Agency, Emulator
from ansible_collections.huaweicloud.workspace.tests.emulator.faults import parse_fault

YAML = ("yaml", "yaml+jinja", "yml")
INVENTORY = "[desktops]\ndesktop1\ndesktop2\n\n[desktops:vars]\nansible_connection=local\n"

#: The emulator's account, and the agency that a guide assumes.
ACCOUNT = Account(agencies=(Agency("image-reader", "partner-account"),))

#: Shapes of YAML besides playbooks and tasks, and the keys that distinguish them.
OTHER_SHAPES = {
    "execution environment": {"version", "dependencies"},
    "inputs of an AWX credential type": {"fields", "required"},
    "injectors of an AWX credential type": {"env"},
    "GitHub workflow": {"jobs", "permissions"},
    "GitLab pipeline": {"images"},
    "requirements file": {"collections"},
    "failure": {"error_type", "msg"},
}


def shape_of(block: Block) -> str:
    """Return the shape of a block of YAML."""
    document = block.document
    if isinstance(document, list) and all(isinstance(item, dict) for item in document):
        plays = [bool({"hosts", "import_playbook", "ansible.builtin.import_playbook"} & set(item)) for item in document]
        if all(plays):
            return "playbook"
        if not any(plays):
            return "tasks"
    if isinstance(document, dict):
        for shape, keys in OTHER_SHAPES.items():
            if keys <= set(document):
                return shape
        if block.caption:
            return "file"
    return "unknown"


def examples(file: Path) -> list[Block]:
    """Return the examples of a document that can be run."""
    return [block for block in blocks(file) if block.language in YAML and shape_of(block) in ("playbook", "tasks")]


def write_files(file: Path, folder: Path) -> None:
    """Write the files that a document shows, such as group_vars, into a folder."""
    for block in blocks(file):
        if block.caption and shape_of(block) == "file":
            path = folder / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


DOCUMENTS = [file for file in documents() if examples(file)]


class Run:
    """One run of ``ansible-playbook`` with all examples of a document, a new emulator and an empty home directory."""

    def __init__(self, file: Path, folder: Path) -> None:
        self.file = file
        self.folder = folder
        self.home = folder / "home"

    def __call__(self) -> subprocess.CompletedProcess[str]:
        collections = link_collection(self.folder)
        with Emulator(account=ACCOUNT) as emulator:
            self.write_home(emulator)
            write_files(self.file, self.folder)
            (self.folder / "inventory").write_text(INVENTORY)
            (self.folder / "extra.json").write_text(json.dumps(extra_variables(emulator)))
            (self.folder / "all.yml").write_text("".join(self.plays(emulator)), encoding="utf-8")
            return subprocess.run(
                [ansible_playbook(), "-i", "inventory", "-e", "@extra.json", "all.yml"],
                cwd=self.folder,
                env=environment(emulator, self.home, collections),
                capture_output=True,
                check=False,
                encoding="utf-8",
                timeout=300,
            )

    def plays(self, emulator: Emulator) -> Iterator[str]:
        """Yield a play that arms the fault of an example, the example, and a play that reports that it ran."""
        for block in examples(self.file):
            path = self.folder / f"example{block.line}.yml"
            text = block.text
            if shape_of(block) == "tasks":
                head = f"- name: '{block.location}'\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
                text = head + indent(text, "    ")
            path.write_text(text, encoding="utf-8")
            if block.fault:
                yield _play("ansible.builtin.uri", {
                    "url": f"{emulator.url}/_emulator/faults", "method": "POST", "body_format": "json",
                    "body": parse_fault(block.fault), "status_code": 204,
                })  # fmt: skip
            yield yaml.safe_dump([{"import_playbook": path.name}])
            yield _play("ansible.builtin.debug", {"msg": f"ran {block.location}"})

    def write_home(self, emulator: Emulator) -> None:
        """Write the files that the guide on authentication describes."""
        key = emulator.account
        basic = f"[basic]\nak = {key.access_key}\nsk = {key.secret_key}\n"
        production = basic.replace("basic", "production") + f"region = cn-north-4\nproject_id = {emulator.project_id}\n"
        profile = {
            "name": "default", "accessKeyId": key.access_key, "secretAccessKey": key.secret_key, "region": "cn-north-4",
        }  # fmt: skip
        files = {
            ".huaweicloud/credentials": f"{basic}\n{production}",
            ".hcloud/config.json": json.dumps({"current": "default", "profiles": [profile]}),
            "workspace-credentials": basic,
            "ansible.cfg": "",
        }
        for name, text in files.items():
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            (self.home / name).write_text(text)


def _play(action: str, options: dict[str, Any]) -> str:
    return yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [{action: options}]}])


def ansible_playbook() -> str:
    """Return the path of ``ansible-playbook``, preferably beside the Python that runs the tests."""
    beside = Path(sys.executable).parent
    program = shutil.which("ansible-playbook", path=f"{beside}{os.pathsep}{os.environ['PATH']}")
    assert program is not None
    return program


def environment(emulator: Emulator, home: Path, collections: Path) -> dict[str, str]:
    """Return the emulator's variables, and those that isolate Ansible from this machine's configuration."""
    endpoints = {
        f"HUAWEICLOUD_SDK_REGION_WORKSPACE_{region.upper().replace('-', '_')}": emulator.endpoint(region)
        for region in emulator.account.regions
    }
    endpoints["HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4"] = emulator.url
    return {
        **endpoints,
        "HUAWEICLOUD_SDK_AK": emulator.account.access_key,
        "HUAWEICLOUD_SDK_SK": emulator.account.secret_key,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
        "HUAWEICLOUD_SDK_STS_ENDPOINT": emulator.url,
        "HW_REGION_NAME": emulator.default_region,
        "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "false",
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_NOCOWS": "1",
    }


def extra_variables(emulator: Emulator) -> dict[str, str]:
    """Return the variables that examples use without setting them, such as those in Ansible Vault."""
    account = emulator.account
    return {
        "vault_access_key": account.access_key,
        "vault_secret_key": account.secret_key,
        "vault_temporary_access_key": account.temporary.access_key,
        "vault_temporary_secret_key": account.temporary.secret_key,
        "vault_security_token": account.security_token,
        "vault_auth_token": emulator.issue_token(),
        "vault_username": account.username,
        "vault_password": account.password,
        "vault_domain_name": account.domain_name,
        "project_id": emulator.project_id,
        "iam_endpoint": emulator.url,
        "workspace_endpoint": emulator.url,
    }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Future[subprocess.CompletedProcess[str]]]]:
    """Start the runs of all documents, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield {file: pool.submit(Run(file, tmp_path_factory.mktemp(file.stem))) for file in DOCUMENTS}


@pytest.mark.parametrize("file", DOCUMENTS, ids=[str(file.relative_to(ROOT)) for file in DOCUMENTS])
def test_examples_run(file: Path, runs: dict[Path, Future[subprocess.CompletedProcess[str]]]) -> None:
    """Every example of a document succeeds."""
    result = runs[file].result()
    output = f"{result.stdout}\n{result.stderr}"
    not_run = [block.location for block in examples(file) if f"ran {block.location}" not in output]
    assert (result.returncode, not_run) == (0, []), output


def test_examples_are_found() -> None:
    """The extraction finds examples, also after a change of format."""
    names = {str(file.relative_to(ROOT)) for file in DOCUMENTS}
    assert {
        "README.md",
        "docs/docsite/rst/authentication.rst",
        "plugins/lookup/workspace_image.py",
        "plugins/modules/workspace_image_info.py",
    } <= names
    assert sum(len(examples(file)) for file in DOCUMENTS) >= 30


def test_all_yaml_has_a_known_shape() -> None:
    """Every block of YAML has a known shape, and an execution environment contains voluptuous."""
    shapes = {block.location: shape_of(block) for block in all_blocks(*YAML)}
    assert [location for location, shape in shapes.items() if shape == "unknown"] == []
    environments = [block for block in all_blocks(*YAML) if shape_of(block) == "execution environment"]
    assert environments
    for block in environments:
        assert any(line.startswith("voluptuous") for line in block.document["dependencies"]["python"])

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides say about their examples: numbers of requests, attempts, encrypted keys, error output, AWX."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import jinja2
import jinja2.meta
import pytest
import yaml
from ansible.release import __version__ as ansible_version

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import AccessKey
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, Block, blocks, link_collection
from ansible_collections.huaweicloud.workspace.tests.docs.test_commands import known_variables
from ansible_collections.huaweicloud.workspace.tests.docs.test_examples import (
    INVENTORY,
    ansible_playbook,
    environment,
    examples,
    shape_of,
    write_files,
)
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator

GUIDES = ROOT / "docs/docsite/rst"
NO_IMAGES = {"images": [], "total_count": 0}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


class Playbooks:
    """Runs playbooks in a folder, with the inventory of the examples."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        collections = link_collection(folder)
        (folder / "ansible.cfg").write_text("")
        (folder / "inventory").write_text(INVENTORY)
        self.folder = folder
        self.environment = {**environment(emulator, folder, collections), "ANSIBLE_NOCOLOR": "1"}

    def run(self, playbook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "play.yml").write_text(playbook, encoding="utf-8")
        return subprocess.run(
            [ansible_playbook(), "-i", "inventory", *arguments, "play.yml"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=120,
        )


@pytest.fixture
def playbooks(tmp_path: Path, emulator: Emulator) -> Playbooks:
    return Playbooks(tmp_path, emulator)


def example(guide: str, name: str) -> Block:
    """Return the example of a guide whose first play or task has this name."""
    (found,) = [block for block in examples(GUIDES / guide) if block.document[0]["name"] == name]
    return found


def count_listings(emulator: Emulator) -> int:
    """Return the number of ListImages requests for a first page."""
    queries = [record.query for record in emulator.requests if record.operation == "ListImages"]
    return sum(query.get("offset", "0") == "0" for query in queries)


@pytest.mark.parametrize(
    ("name", "strategy", "expected"),
    [
        ("List the images once", "linear", 1),
        ("List the images once", "free", 2),
        ("List the images once", "host_pinned", 2),
        ("List the images in a separate play", "free", 1),
    ],
)
def test_number_of_requests(name: str, strategy: str, expected: int, playbooks: Playbooks, emulator: Emulator) -> None:
    """With two hosts, ``run_once`` has no effect with some strategies. A separate play works with all of them."""
    plays = example("many_hosts.rst", name).document
    plays[-1]["strategy"] = f"ansible.builtin.{strategy}"
    run = playbooks.run(yaml.safe_dump(plays))
    assert run.returncode == 0, run.stdout + run.stderr
    assert count_listings(emulator) == expected


@pytest.mark.parametrize("name", ["Wait for an image", "Wait for an image with the lookup"])
def test_wait_for_an_image(name: str, playbooks: Playbooks, emulator: Emulator) -> None:
    """The image exists at the second attempt. A short delay requires ``cache=false`` in the lookup."""
    (task,) = example("image_ids.rst", name).document
    task["delay"] = 0
    task["until"] = task["until"].replace("on_missing='skip'", "on_missing='skip', cache=false")
    emulator.arm("response", body=NO_IMAGES, operation="ListImages", times=1)
    run = playbooks.run(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    assert run.returncode == 0, run.stdout + run.stderr
    assert count_listings(emulator) == 2


@pytest.mark.parametrize(("fail_if_newer", "code"), [("false", 0), ("true", 2)])
def test_a_newer_image_is_reported(fail_if_newer: str, code: int, playbooks: Playbooks) -> None:
    """A newer image is a change or a failure."""
    run = playbooks.run(example("image_ids.rst", "Use a pinned image").text, "-e", f"fail_if_newer={fail_if_newer}")
    assert run.returncode == code, run.stdout + run.stderr
    assert "A newer image exists: Windows Server 2019" in run.stdout
    assert "changed=1" in run.stdout or code


def test_keys_in_vault(playbooks: Playbooks, emulator: Emulator) -> None:
    """The commands of the guide encrypt the keys, and its playbook decrypts them."""
    write_files(GUIDES / "group_vars.rst", playbooks.folder)
    secrets = {
        "vault_access_key": emulator.account.access_key,
        "vault_secret_key": emulator.account.secret_key,
    }
    commands = [
        line.removeprefix("$ ")
        for block in blocks(GUIDES / "group_vars.rst")
        for line in block.text.splitlines()
        if "encrypt_string" in line
    ]
    assert len(commands) == len(secrets)
    for command in commands:
        (name,) = [name for name in secrets if name in command]
        password = ("password: ", "correct horse\n")
        run_in_terminal(command, playbooks, [password, password, ("\n", f"{secrets[name]}\x04\x04")])
    encrypted = (playbooks.folder / "group_vars/all/vault.yml").read_text()
    assert encrypted.count("$ANSIBLE_VAULT") == 2
    (playbooks.folder / "password").write_text("correct horse")
    for name in ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HW_REGION_NAME"):
        del playbooks.environment[name]
    block = example("group_vars.rst", "Use the same options in tasks, roles and lookups")
    run = playbooks.run(block.text, "--vault-password-file", "password")
    assert run.returncode == 0, run.stdout + run.stderr
    assert {record.status for record in emulator.requests} == {200}


#: Runs a command in a new terminal that is connected to standard input and output.
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def run_in_terminal(command: str, playbooks: Playbooks, dialog: list[tuple[str, str]]) -> None:
    """Run a command in a terminal. Type each text of the dialog after its prompt is displayed."""
    path = f"{Path(ansible_playbook()).parent}{os.pathsep}{os.environ['PATH']}"
    displayed = ""
    with subprocess.Popen(
        [sys.executable, "-c", TERMINAL, "sh", "-c", command],
        cwd=playbooks.folder,
        env={**playbooks.environment, "PATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(60, process.kill)
        timer.start()
        for prompt, text in dialog:
            while not displayed.endswith(prompt):
                chunk = os.read(process.stdout.fileno(), 1000).decode()
                assert chunk, displayed
                displayed += chunk
            os.write(process.stdin.fileno(), text.encode())
            displayed += ">"
        displayed += process.stdout.read().decode()
        timer.cancel()
    assert process.returncode == 0, displayed


LEAKS = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Use a key from a variable
      ansible.builtin.debug:
        msg: "{{ lookup('huaweicloud.workspace.workspace_image', name_regex='(') }}"
      ignore_errors: true

    - name: Use a key in the playbook
      no_log: true
      ansible.builtin.debug:
        msg: "{{ lookup('huaweicloud.workspace.workspace_image', secret_key='KEYinTHEplaybook', name_regex='(') }}"
"""


def test_secrets_in_error_output(playbooks: Playbooks) -> None:
    """Ansible prints lines of the playbook, even with ``no_log``, but never the value of a variable."""
    variables = {"huaweicloud_access_key": "AKinAvariable", "huaweicloud_secret_key": "KEYinAvariable"}
    (playbooks.folder / "group_vars").mkdir()
    (playbooks.folder / "group_vars/all.yml").write_text(json.dumps(variables))
    run = playbooks.run(LEAKS)
    output = run.stdout + run.stderr
    assert run.returncode == 2
    assert "is not a valid regular expression" in output
    assert "inAvariable" not in output
    if (2, 19) <= tuple(map(int, ansible_version.split(".")[:2])) < (2, 22):
        assert "KEYinTHEplaybook" in output


def test_the_credential_type_of_awx() -> None:
    """The credential type sets variables that the collection reads from all fields, with or without a token."""
    by_shape = {shape_of(block): block.document for block in blocks(GUIDES / "awx.rst") if block.language != "console"}
    inputs = by_shape["inputs of an AWX credential type"]
    templates = by_shape["injectors of an AWX credential type"]["env"]
    fields = {field["id"]: field for field in inputs["fields"]}
    assert set(templates) <= known_variables()
    assert {name for name, field in fields.items() if field.get("secret")} == {"secret_key", "security_token"}
    assert set(inputs["required"]) < set(fields)
    jinja = jinja2.Environment(autoescape=False)  # noqa: S701 - it renders no HTML
    used = [jinja2.meta.find_undeclared_variables(jinja.parse(template)) for template in templates.values()]
    assert set().union(*used) == set(fields)
    for names in (set(inputs["required"]), set(fields)):
        # AWX renders a field without a value as an empty text.
        values = {name: f"value-of-{name.replace('_', '-')}" for name in names}
        variables = {name: jinja.from_string(template).render(values) for name, template in templates.items()}
        settings = Settings({"region": Setting("cn-north-4", "region")}, variables)
        credentials = build_plan(settings).resolution.resolved
        assert isinstance(credentials.credentials, AccessKey)
        assert credentials.credentials.security_token == values.get("security_token")

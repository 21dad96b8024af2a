# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook check_access prints the output that the guide shows. The tests run ``ansible-playbook``."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, Block, blocks, link_collection
from ansible_collections.huaweicloud.workspace.tests.docs.test_examples import ansible_playbook, environment
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator

GUIDE = ROOT / "docs/docsite/rst/check_access.rst"
KEYS = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")


class Scenario(NamedTuple):
    """Options and faults of a run, and the expected exit code.

    :ivar arguments: arguments of ``ansible-playbook``.
    :ivar environ: additional environment variables.
    :ivar arm: arms faults of the emulator.
    """

    arguments: tuple[str, ...] = ()
    environ: dict[str, str] = {}  # noqa: RUF012 - never changed
    arm: Callable[[Emulator], None] = lambda _emulator: None
    code: int = 2


SCENARIOS = {
    "works": Scenario(code=0),
    "wrong-key": Scenario(environ={"HUAWEICLOUD_SDK_SK": "another-secret-key"}),
    "denied": Scenario(arm=lambda emulator: emulator.arm("access_denied", operation="ListImages")),
    "no-credentials": Scenario(environ=dict.fromkeys(KEYS, "")),
    "unreachable": Scenario(environ={"HTTP_PROXY": "http://127.0.0.1:1"}),
    "regions": Scenario(
        ("-e", "regions=[cn-north-4,ap-southeast-3]"),
        arm=lambda emulator: emulator.arm(
            "error", status=403, code="WKS.00010099", message="Service is disabled.", region="ap-southeast-3",
            operation="ListImages",
        ),
    ),
    "regions-in-json": Scenario(("-e", '{"workspace_image_regions": ["cn-north-4", "ap-southeast-3"]}'), code=0),
    "chinese": Scenario(("-e", "workspace_image_language=zh"), code=0),
}  # fmt: skip


class Run:
    """One run of the playbook."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self.folder = folder

    def __call__(self) -> tuple[int, str, str]:
        """Return the exit code, the output with the vendor's hosts, and the secrets in the output."""
        collections = link_collection(self.folder)
        (self.folder / "ansible.cfg").write_text("")
        with Emulator() as emulator:
            self.scenario.arm(emulator)
            variables = {
                **environment(emulator, self.folder, collections),
                "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url.replace("127.0.0.1", "localhost"),
                "NO_PROXY": "localhost",
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
                **self.scenario.environ,
            }
            run = subprocess.run(
                [ansible_playbook(), "huaweicloud.workspace.check_access", *self.scenario.arguments],
                cwd=self.folder, env=variables, capture_output=True, check=False, encoding="utf-8", timeout=120,
            )  # fmt: skip
            secrets = [emulator.account.secret_key, emulator.account.access_key, "another-secret-key"]
            output = run.stdout + run.stderr
            leaks = ", ".join(secret for secret in secrets if secret in output)
            return run.returncode, _with_real_hosts(output, emulator), leaks


def _with_real_hosts(output: str, emulator: Emulator) -> str:
    port = emulator.url.rpartition(":")[2]
    for old, new in (
        (f"http://127.0.0.1:{port}/ap-southeast-3", "https://workspace.ap-southeast-3.myhuaweicloud.com"),
        (f"http://127.0.0.1:{port}", "https://workspace.cn-north-4.myhuaweicloud.com"),
        (f"127.0.0.1:{port}", "workspace.cn-north-4.myhuaweicloud.com"),
        (f"localhost:{port}", "iam.cn-north-4.myhuaweicloud.com"),
        ("unencrypted HTTP", "TLS certificate verified"),
        ("未加密的 HTTP", "TLS 证书校验通过"),
        ("HTTP_PROXY", "HTTPS_PROXY"),
    ):
        output = output.replace(old, new)
    return re.sub(r"[0-9a-f]{32}(?=[,)\s])", lambda match: _shown_id(match[0], emulator), output)


def _shown_id(text: str, emulator: Emulator) -> str:
    """Return a project ID unchanged, and an ellipsis for a request ID, which differs in each run."""
    return text if emulator.account.project(text) else "…"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    with ThreadPoolExecutor(2) as pool:
        futures: dict[str, Future[tuple[int, str, str]]] = {
            name: pool.submit(Run(scenario, tmp_path_factory.mktemp(name))) for name, scenario in SCENARIOS.items()
        }
        return {name: future.result() for name, future in futures.items()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_exit_code(name: str, runs: dict[str, tuple[int, str, str]]) -> None:
    """The playbook fails only if ListImages does not work. It prints a message of one line and no secret."""
    code, output, leaks = runs[name]
    assert code == SCENARIOS[name].code, output
    assert leaks == ""
    assert ("FAILED! =>" in output) is (code != 0)
    if code:
        result = json.loads(re.findall(r"FAILED! => (\{.*\})", output)[0])
        assert result["msg"].startswith("ListImages does not work")
        assert "\n" not in result["msg"]


def _scenario_of(block: Block) -> str | None:
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    match = re.fullmatch(r"\.\. Scenario: (\S+)", lines[block.line - 3])
    return match[1] if match else None


SHOWN = [(scenario, block) for block in blocks(GUIDE) for scenario in [_scenario_of(block)] if scenario]


@pytest.mark.parametrize(("name", "block"), SHOWN, ids=[scenario for scenario, _block in SHOWN])
def test_the_guide_shows_the_output(name: str, block: Block, runs: dict[str, tuple[int, str, str]]) -> None:
    """Line breaks may differ, because hosts have other lengths. An ellipsis stands for any text."""
    shown = "\n".join(line for line in block.text.splitlines() if not line.startswith("$ "))
    pattern = re.escape(_words(shown)).replace("…", ".*?")
    assert re.search(pattern, _words(runs[name][1])), runs[name][1]


def _words(text: str) -> str:
    lines = [re.sub(r'^\s*"(.*?)",?$', r"\1", line) for line in text.splitlines()]
    return " ".join(" ".join(lines).replace('\\"', '"').split())


def test_the_guide_shows_the_main_scenarios() -> None:
    assert {"works", "wrong-key", "denied", "no-credentials", "regions"} <= {name for name, _block in SHOWN}

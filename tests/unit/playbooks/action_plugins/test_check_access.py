# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables that the task of the playbook check_access reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.playbooks.action_plugins import check_access as plugin
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import trust

CREDENTIALS_LINE = "Credentials: access key from "


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(images=many_images(3)) as running:
        yield running


@pytest.fixture(autouse=True)
def environ(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set a new run directory, the emulator's endpoints and the locale."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    variables = {
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
        "HUAWEICLOUD_SDK_STS_ENDPOINT": emulator.url,
        "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "false",
        "LC_ALL": "C.UTF-8",
    }
    for region in ("cn-north-4", "cn-east-3"):
        name = f"HUAWEICLOUD_SDK_REGION_WORKSPACE_{region.upper().replace('-', '_')}"
        variables[name] = emulator.endpoint(region)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def run(emulator: Emulator, **variables: Any) -> dict[str, Any]:
    """Run the task with the account's access key in the role's variables and with these variables. None removes one."""
    given = {
        "workspace_image_access_key": emulator.account.access_key,
        "workspace_image_secret_key": "{{ secret }}",
        "secret": emulator.account.secret_key,
        **variables,
    }
    given = {name: trust(value) for name, value in given.items() if value is not None}
    task: Any = SimpleNamespace(action="check_access", args={}, async_val=0, check_mode=False, environment=[])
    connection: Any = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    loader = DataLoader()
    context: Any = SimpleNamespace()
    templar = Templar(loader=loader, variables=given)
    return plugin.ActionModule(task, connection, context, loader, templar, None).run(task_vars=given)


def regions_of(result: dict[str, Any]) -> list[str]:
    return [line.split()[1] for line in result["report"] if line.startswith("Region ")]


@pytest.mark.parametrize(
    ("variables", "regions"),
    [
        ({"workspace_image_region": "cn-north-4"}, ["cn-north-4"]),
        ({"workspace_image_region": "{{ 'cn-east' ~ '-3' }}"}, ["cn-east-3"]),
        ({"huaweicloud_region": "cn-east-3"}, ["cn-east-3"]),
        ({"workspace_image_regions": ["cn-north-4", "cn-east-3"]}, ["cn-north-4", "cn-east-3"]),
        ({"workspace_image_regions": "[cn-north-4,cn-east-3]"}, ["cn-north-4", "cn-east-3"]),
        ({"regions": "[cn-north-4,cn-east-3]"}, ["cn-north-4", "cn-east-3"]),
        ({"regions": "cn-east-3, cn-north-4"}, ["cn-east-3", "cn-north-4"]),
        ({"regions": "['cn-east-3', \"cn-north-4\"]"}, ["cn-east-3", "cn-north-4"]),
        ({"regions": ["cn-east-3"]}, ["cn-east-3"]),
        ({"regions": ["cn-east-3"], "workspace_image_region": "cn-north-4"}, ["cn-east-3"]),
        ({"regions": ["cn-east-3"], "workspace_image_project_name": "design"}, ["cn-east-3"]),
        ({"regions": ["cn-east-3"], "workspace_image_regions": ["cn-north-4"]}, ["cn-north-4"]),
        (
            {"workspace_image_region": "cn-north-4", "workspace_image_project_id": "{{ omit }}", "omit": "O"},
            ["cn-north-4"],
        ),
    ],
    ids=str,
)
def test_regions(emulator: Emulator, variables: dict[str, Any], regions: list[str]) -> None:
    result = run(emulator, **variables)
    assert regions_of(result) == regions
    assert result["works"], result["report"]
    assert not result["changed"]
    assert "failed" not in result


def test_credentials_of_the_roles_variables(emulator: Emulator) -> None:
    report = run(emulator, workspace_image_region="cn-north-4")["report"]
    assert report[0] == (f"✓ {CREDENTIALS_LINE}the variables workspace_image_access_key and workspace_image_secret_key")


def test_credentials_of_the_lookups_variables(emulator: Emulator) -> None:
    report = run(
        emulator,
        workspace_image_access_key=None,
        workspace_image_secret_key=None,
        huaweicloud_access_key=emulator.account.access_key,
        huaweicloud_secret_key="{{ secret }}",
        huaweicloud_region="cn-north-4",
    )["report"]
    assert report[:2] == [
        "! Variables huaweicloud_… and ansible.cfg count in lookups only, not in tasks.",
        f"✓ {CREDENTIALS_LINE}the variables huaweicloud_access_key and huaweicloud_secret_key",
    ]


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"workspace_image_region": None}, "region is required"),
        ({"workspace_image_region": ""}, "workspace_image_region is empty"),
        ({"workspace_image_timeout": "soon"}, "the variable workspace_image_timeout must be a number"),
        ({"regions": []}, "regions is an empty list"),
        ({"regions": [{"name": "cn-north-4"}]}, "the variable regions must be a list of strings"),
    ],
    ids=str,
)
def test_invalid_variables(emulator: Emulator, variables: dict[str, Any], text: str) -> None:
    result = run(emulator, **{"workspace_image_region": "cn-north-4", **variables})
    assert result["report"][0].startswith("✗ Settings and credentials: not usable")
    assert text in " ".join(result["report"])
    assert not result["works"]
    assert not emulator.requests


def test_misspelled_variables_are_warnings(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text, **_options: warnings.append(text))
    run(emulator, workspace_image_region="cn-north-4", workspace_image_tiemout=3, huaweicloud_regoin="cn-east-3")
    assert warnings == [
        "There is no variable workspace_image_tiemout. Did you mean workspace_image_timeout?",
        "The variable huaweicloud_regoin is ignored. Did you mean huaweicloud_region?",
    ]


def test_language(emulator: Emulator) -> None:
    result = run(emulator, workspace_image_region="cn-north-4", workspace_image_language="{{ 'zh' }}")
    assert "✓ 时钟：与服务时间一致" in result["report"]
    assert result["summary"] == "ListImages 可用。已发送请求：4。"


def test_an_unknown_language_fails(emulator: Emulator) -> None:
    result = run(emulator, workspace_image_language="fr")
    assert result["failed"]
    assert result["msg"] == "workspace_image_language must be one of en, zh, got 'fr'."

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.emulator``, and control over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import find_images
from ansible_collections.huaweicloud.workspace.tests import emulator as package
from ansible_collections.huaweicloud.workspace.tests import variables
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.emulator.__main__ import _UNSET, _exports
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client

ROOT = Path(str(package.__file__)).parents[2]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start the emulator in the background and wait for its port file."""
    file = folder / "port"
    command = [sys.executable, "-m", "tests.emulator", "--port-file", str(file), "--seconds", "30", *arguments]
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 20
        while not file.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        yield process, file
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_the_emulator_runs_in_the_background(tmp_path: Path) -> None:
    """Its output configures a shell, options work, a signal stops it, and it writes no file to the home directory."""
    data = tmp_path / "data.json"
    data.write_text('[{"id": "1", "name": "only"}]')
    arguments = ["--data", str(data), "--latency", "0.05", "--fault", "error:status=503,times=1"]
    with running(tmp_path, *arguments) as (process, file):
        url = f"http://127.0.0.1:{int(file.read_text())}"
        started = time.monotonic()
        statuses = [requests.get(f"{url}/v3/projects", timeout=5).status_code for _count in range(2)]
        assert statuses == [503, 401]
        assert time.monotonic() - started >= 0.1
        process.send_signal(signal.SIGTERM)
        printed, _errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert not file.exists()
    lines = printed.splitlines()
    assert lines[0].startswith(f"# The emulator serves at {url}")
    environment = {"HW_PROFILE": "mine", "NO_PROXY": "mine.test", "no_proxy": ""}
    command = ["sh", "-c", f"{printed}\nenv -0"]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=10).stdout
    variables = dict(line.split("=", 1) for line in output.split("\0") if line)
    assert "HW_PROFILE" not in variables
    assert (variables["NO_PROXY"], variables["no_proxy"]) == ("127.0.0.1,mine.test", "127.0.0.1")
    assert variables["HUAWEICLOUD_SDK_AK"] == "EMULATOR0ACCESS0KEY0"
    assert variables["HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4"] == url
    assert variables["HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_EAST_3"] == f"{url}/cn-east-3"
    assert [path.name for path in tmp_path.iterdir()] == ["data.json"], "the vendor's SDK wrote nothing"


@pytest.mark.parametrize("variable", [*variables.OF_OPTIONS, *variables.OF_PROVIDERS])
def test_variables_of_the_users_account_are_overridden(variable: str, emulator: Emulator) -> None:
    """The printed script configures the emulator in a shell that has the variable."""
    value = {"HW_MAX_RETRIES": "1", "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "true"}.get(variable, "own")
    command = ["sh", "-c", f"{_exports(emulator)}\nenv -0"]
    output = subprocess.run(command, env={variable: value}, capture_output=True, text=True, check=True).stdout
    environ = dict(line.split("=", 1) for line in output.split("\0") if line)
    options = ArgumentSpecValidator(argument_spec()).validate({"limit": 1}).validated_parameters
    warnings: list[str] = []
    result = find_images(options, warnings.append, environ=environ)
    assert (len(result["images"]), result["project_id"], warnings) == (1, emulator.project_id, [])


def test_only_variables_that_the_collection_reads_are_unset() -> None:
    assert set(_UNSET) <= set(variables.OF_OPTIONS)


def test_the_emulator_stops_after_its_time(tmp_path: Path) -> None:
    with running(tmp_path, "--seconds", "0.2") as (process, _file):
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "only serves loopback"),  # noqa: S104 - it is rejected
        (["--fault", "nonsense"], "there is no fault 'nonsense'"),
        (["--fault", "error:times"], "'times' is not key=value"),
        (["--fault", "error:status=often"], "the fault 'error' takes int for 'status', not 'often'"),
        (["--fault", "error:times=often"], "the fault 'error' takes int for 'times', not 'often'"),
        (["--fault", '{"name": "error", "region": 3}'], "the fault 'error' takes str for 'region', not 3"),
        (["--fault", '{"name": "stall", "seconds": true}'], "the fault 'stall' takes float for 'seconds', not True"),
        (["--fault", "error:operation=ListImage"], "there is no operation 'ListImage'; there are ListImages, "),
        (["--fault", "error:region=nowhere"], "there is no region 'nowhere'; there are "),
        (["--data", "/nowhere.json"], "No such file"),
        (["--port", "65536"], "port must be 0-65535"),
    ],
)
def test_invalid_arguments_are_usage_errors(arguments: list[str], message: str) -> None:
    command = [sys.executable, "-m", "tests.emulator", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_all_faults_are_listed_with_their_parameters() -> None:
    command = [sys.executable, "-m", "tests.emulator", "--list-faults"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=True).stdout
    assert all(f"  {name} " in listed for name in package.FAULTS)
    assert "location=…, status=302" in listed


def test_the_request_log_and_the_faults_are_controlled_over_http(emulator: Emulator, client: Client) -> None:
    """Requests that control the emulator are not logged."""
    requests_url, faults_url = f"{emulator.url}/_emulator/requests", f"{emulator.url}/_emulator/faults"
    fault = {"name": "throttled", "times": 1, "retry_after": "1"}
    assert client.session.post(faults_url, json=[fault, {"name": "error", "status": 500}], timeout=5).status_code == 204
    assert [client.list_images().status_code for _count in range(2)] == [429, 500]
    assert client.session.delete(faults_url, timeout=5).status_code == 204
    assert client.list_images(limit=1).status_code == 200
    records = client.session.get(requests_url, timeout=5).json()
    assert [record["status"] for record in records] == [429, 500, 200]
    assert records[2]["operation"] == "ListImages"
    assert records[2]["query"] == {"limit": "1"}
    assert records[2]["raw_query"] == "limit=1"
    assert records[2]["headers"]["content-type"] == "application/json"
    assert client.session.delete(requests_url, timeout=5).status_code == 204
    assert client.session.get(requests_url, timeout=5).json() == []
    for wrong in (b"no JSON", b"3", json.dumps({"name": "nonsense"}).encode(), b'{"times": 1}'):
        assert client.session.post(faults_url, data=wrong, timeout=5).status_code == 400
    assert client.session.get(f"{emulator.url}/_emulator/nothing", timeout=5).status_code == 404

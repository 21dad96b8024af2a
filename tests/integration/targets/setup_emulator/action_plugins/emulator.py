# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``emulator``. It runs in the controller's process, which is much faster than a module.

- ``state: started`` starts an emulator. The result contains its URL, its account and a temporary folder.
- ``state: stopped`` stops the emulator that was started with ``folder``, and deletes the folder.
- Without ``state``, the action controls the emulator at ``emulator_url``: ``clear_requests`` clears the request log,
  and ``faults`` replaces the armed faults. The result contains the request log in ``requests``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.urls import open_url
from ansible.plugins.action import ActionBase

MAX_WAIT_S = 30.0
ARGUMENT_SPEC = {
    "state": {"choices": ["started", "stopped"]},
    "folder": {"type": "path"},
    "faults": {"type": "list", "elements": "dict"},
    "clear_requests": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Starts, stops and controls the emulator of a target."""

    _requires_connection = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task. Raise AnsibleActionFail if the emulator does not start or stop."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        if options["state"] == "started":
            return {**result, "changed": True, **_start()}
        if options["state"] == "stopped":
            _stop(Path(options["folder"]))
            return {**result, "changed": True}
        url = f"{(task_vars or {})['emulator_url']}/_emulator"
        if options["clear_requests"]:
            _request("DELETE", f"{url}/requests")
        if options["faults"] is not None:
            _request("DELETE", f"{url}/faults")
            _request("POST", f"{url}/faults", json.dumps(options["faults"]))
        return {**result, "requests": json.loads(_request("GET", f"{url}/requests"))}


def _start() -> dict[str, str]:
    """Start an emulator that outlives this process. Return its folder, URL and account."""
    folder = Path(tempfile.mkdtemp(prefix="emulator-"))
    port, exports, errors = folder / "port", folder / "exports", folder / "errors"
    collection = import_module("ansible_collections.huaweicloud.workspace").__path__[0]
    with exports.open("w") as output, errors.open("w") as error_output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.emulator", "--seconds", "1800", "--port-file", str(port)],
            env={**os.environ, "PYTHONPATH": collection, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=error_output, start_new_session=True,
        )  # fmt: skip
    (folder / "pid").write_text(str(process.pid))
    _wait(lambda: port.exists() or process.poll() is not None)
    if not port.exists():
        raise AnsibleActionFail(f"The emulator did not start: {errors.read_text()}")
    patterns = {
        "access_key": r"HUAWEICLOUD_SDK_AK=(\S+)",
        "secret_key": r"HUAWEICLOUD_SDK_SK=(\S+)",
        "project_id": r"\(project (\w+)\)",
    }
    account = {name: re.findall(pattern, exports.read_text())[0] for name, pattern in patterns.items()}
    return {"folder": str(folder), "url": f"http://127.0.0.1:{port.read_text().strip()}", **account}


def _stop(folder: Path) -> None:
    pid = int((folder / "pid").read_text())
    os.kill(pid, signal.SIGTERM)
    _wait(lambda: not _is_running(pid))
    shutil.rmtree(folder)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait(is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + MAX_WAIT_S
    while not is_done():
        if time.monotonic() > end:
            raise AnsibleActionFail(f"The emulator did not react within {MAX_WAIT_S:g} seconds")
        time.sleep(0.02)


def _request(method: str, url: str, body: str | None = None) -> bytes:
    response: bytes = open_url(url, method=method, data=body, use_proxy=False).read()
    return response

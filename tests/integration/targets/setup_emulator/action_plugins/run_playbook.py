# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``run_playbook``. It runs ``ansible-playbook`` and reads the request log of the emulator.

The task adds ``env`` to the environment and fails if the return code is not ``rc``. The result contains ``rc``,
``stdout``, ``stderr``, ``output`` (both), and ``requests``: what the run sent to the emulator at ``emulator_url``.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from ansible.module_utils.urls import open_url
from ansible.plugins.action import ActionBase

MAX_TIME_S = 300.0
ARGUMENT_SPEC = {
    "playbook": {"type": "str", "required": True},
    "arguments": {"type": "list", "elements": "str", "default": []},
    "env": {"type": "dict", "default": {}},
    "chdir": {"type": "path"},
    "rc": {"type": "int", "default": 0},
}


class ActionModule(ActionBase):
    """Runs a playbook in a new process."""

    _requires_connection = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)
        request_log = f"{(task_vars or {})['emulator_url']}/_emulator/requests"
        open_url(request_log, method="DELETE", use_proxy=False)
        process = subprocess.run(
            ["ansible-playbook", *options["arguments"], options["playbook"]],
            cwd=options["chdir"],
            env={**os.environ, **{name: str(value) for name, value in options["env"].items()}},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=MAX_TIME_S,
        )
        return {
            **result,
            "failed": process.returncode != options["rc"],
            "rc": process.returncode,
            "stdout": process.stdout,
            "stderr": process.stderr,
            "output": f"{process.stdout}\n{process.stderr}",
            "requests": json.loads(open_url(request_log, use_proxy=False).read()),
        }

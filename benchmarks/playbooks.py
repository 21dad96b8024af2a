# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ``ansible-playbook`` and measures the time."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .cloud import Cloud

Task = dict[str, Any]

PLAYBOOK = os.fspath(Path(sys.executable).parent / "ansible-playbook")
PAGE = 100


def images(cloud: Cloud, **options: object) -> Task:
    """Build a task of this collection, by default for the first page."""
    return {"huaweicloud.workspace.workspace_image_info": options or {"project_id": cloud.project_id, "limit": PAGE}}


def uri(cloud: Cloud) -> Task:
    """Build a task of ansible.builtin.uri for the same page, with a token because it cannot sign."""
    headers = {"Content-Type": "application/json", "X-Project-Id": cloud.project_id, "X-Auth-Token": cloud.token()}
    url = f"{cloud.url}/v2/{cloud.project_id}/images?limit={PAGE}&offset=0"
    return {"ansible.builtin.uri": {"url": url, "headers": headers}}


def repeated(task: Task, times: int) -> Task:
    """Put a task into a loop."""
    return {**task, "loop": list(range(times))}


def seconds(cloud: Cloud, *tasks: Task, hosts: int = 1, in_process: bool = True) -> float:
    """Measure a play of these tasks in seconds, from the start of ``ansible-playbook`` to its end.

    Connections are local. The interpreter is set because its discovery would slow down only ansible.builtin.uri.
    """
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "huaweicloud_workspace_in_process": in_process,
        },
        "tasks": list(tasks),
    }
    playbook = cloud.folder / "playbook.json"
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    inventory = ",".join(f"host{number}" for number in range(hosts)) + ","
    started = time.perf_counter()
    cloud.run(PLAYBOOK, "--inventory", inventory, os.fspath(playbook))
    return time.perf_counter() - started

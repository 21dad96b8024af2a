# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how 200 hosts with 50 forks get an image: CPU time, requests and memory."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import playbooks
from .cloud import Cloud, cloud
from .measure import Result, ratio

HOSTS = 200
FORKS = 50
ROUNDS = 2
LOOKUP = "{{ lookup('huaweicloud.workspace.workspace_image', project_id=project_id, limit=1, attribute='id') }}"


class Cost(NamedTuple):
    """The cost of one play.

    :ivar seconds: CPU time of all its processes.
    :ivar requests: number of requests that the emulator received.
    :ivar mebibytes: peak memory of its largest process.
    """

    seconds: float
    requests: int
    mebibytes: float


def many_hosts() -> Iterator[Result]:
    """Compare the module with run_once, the module on each host and a lookup in group_vars with uri on each host."""
    with cloud() as server:
        rounds = [{name: _cost(server, play) for name, play in _plays(server).items()} for _round in range(ROUNDS)]
    # The smallest value of each counts: other load on the machine only adds.
    costs = {name: Cost(*map(min, zip(*(costs[name] for costs in rounds)))) for name in rounds[0]}
    uri, debug = costs.pop("uri"), costs.pop("debug")
    limits = {"the module with run_once": 1 / 4, "the module on each host": 1 / 2, "the lookup in group_vars": 1 / 4}
    for name, cost in costs.items():
        what = f"{HOSTS} hosts with {FORKS} forks, {name}"
        yield ratio(f"{what}: CPU time compared with uri on each host", cost.seconds, uri.seconds, limits[name])
        requests = HOSTS if name == "the module on each host" else 1
        yield Result(f"{what}: requests", f"{cost.requests}", f"{uri.requests}", cost.requests, requests)
        memory = f"{what}: memory compared with uri on each host"
        yield ratio(memory, cost.mebibytes, uri.mebibytes, 1.25, unit="MiB")
    lookup = costs["the lookup in group_vars"].seconds
    yield ratio(
        f"{HOSTS} hosts with {FORKS} forks, a cached lookup: CPU time compared with debug", lookup, debug.seconds, 3
    )


def _plays(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Return the part of the play that differs, for each variant."""
    module = playbooks.images(cloud, project_id=cloud.project_id, limit=1)
    show = {"ansible.builtin.debug": {"msg": "{{ image }}"}}
    once = {**module, "run_once": True, "register": "found"}
    return {
        "the module with run_once": {"tasks": [once, show], "vars": {"image": "{{ found.images[0].id }}"}},
        "the module on each host": {"tasks": [{**module, "register": "found"}]},
        "the lookup in group_vars": {"tasks": [show]},
        "uri": {"tasks": [playbooks.uri(cloud)]},
        "debug": {"tasks": [{"ansible.builtin.debug": {"msg": "text"}}]},
    }


def _cost(cloud: Cloud, addition: dict[str, Any]) -> Cost:
    play = {"hosts": "all", "gather_facts": False, **addition}
    (cloud.folder / "playbook.json").write_text(json.dumps([play]), encoding="utf-8")
    (cloud.folder / "hosts").write_text("".join(f"host{number}\n" for number in range(HOSTS)), encoding="utf-8")
    (cloud.folder / "group_vars").mkdir(exist_ok=True)
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "project_id": cloud.project_id,
        "image": LOOKUP,
    }
    (cloud.folder / "group_vars" / "all.json").write_text(json.dumps(variables), encoding="utf-8")
    files = [os.fspath(cloud.folder / name) for name in ("hosts", "playbook.json")]
    cloud.clear_requests()
    with (cloud.folder / "output").open("wb") as output:
        command = [playbooks.PLAYBOOK, "--forks", str(FORKS), "--inventory", *files]
        process = subprocess.Popen(command, env=cloud.environment, stdout=output, stderr=output)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError((cloud.folder / "output").read_text(encoding="utf-8"))
    return Cost(usage.ru_utime + usage.ru_stime, len(cloud.records()), usage.ru_maxrss / 1024)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of ``docs/performance.md``, one function each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from ansible_collections.huaweicloud.workspace.tests.emulator import REGIONS

from . import largest, many_hosts, playbooks, scaling
from .clients import run
from .cloud import Cloud, cloud
from .measure import Result, Series, minima, one_more, ratio

Row = Callable[[], Iterator[Result]]

LATENCY = 0.05
MANY = 5000


def tasks() -> Iterator[Result]:
    """Compare one more task in a loop, in the controller's process and as a module, with uri."""
    with cloud() as server:
        series = (_loop(server), _loop(server, in_process=False), _uri_loop(server))
        in_process, as_module, uri = one_more(*series, rounds=3)
    yield ratio("one more task in a loop, in the controller's process, compared with uri", in_process, uri, 1 / 10)
    yield ratio("one more task in a loop, as a module, compared with uri", as_module, uri, 1.2)


def _loop(server: Cloud, *, in_process: bool = True) -> Series:
    task = playbooks.images(server)
    return Series(
        lambda times: playbooks.seconds(server, playbooks.repeated(task, times), in_process=in_process),
        few=1,
        many=61 if in_process else 9,
    )


def _uri_loop(server: Cloud) -> Series:
    task = playbooks.uri(server)
    return Series(lambda times: playbooks.seconds(server, playbooks.repeated(task, times)), few=1, many=9)


def hosts() -> Iterator[Result]:
    """Compare one more of 50 hosts with uri."""
    with cloud() as server:
        image_info, uri = playbooks.images(server), playbooks.uri(server)
        ours, other = one_more(
            Series(lambda hosts: playbooks.seconds(server, image_info, hosts=hosts), few=2, many=50),
            Series(lambda hosts: playbooks.seconds(server, uri, hosts=hosts), few=2, many=50),
            rounds=2,
        )
    yield ratio("one more of 50 hosts, local connections, compared with uri", ours, other, 1 / 4)


def pages() -> Iterator[Result]:
    """Compare 5,000 images, as the query alone and as a whole task, with the vendor's SDK page after page."""
    with cloud(images=MANY, latency=LATENCY) as server:
        all_images = playbooks.images(server, project_id=server.project_id)
        query, vendor, empty, task = minima(
            lambda: run.collection(server).seconds,
            lambda: run.vendor(server).seconds,
            lambda: playbooks.seconds(server),
            lambda: playbooks.seconds(server, all_images),
            rounds=4,
        )
        yield ratio(
            "5,000 images at 50 ms per request, the query alone, compared with the vendor's SDK", query, vendor, 1 / 4
        )
        yield ratio(
            "5,000 images at 50 ms per request, a whole task, compared with the SDK's query alone",
            task - empty,
            vendor,
            0.45,
        )


def regions() -> Iterator[Result]:
    """Compare 18 regions in one task with a loop over them."""
    names = list(REGIONS[:18])
    with cloud(latency=LATENCY) as server:
        loop = {**playbooks.images(server, region="{{ item }}"), "loop": names}
        empty, one_task, loop_of_tasks = minima(
            lambda: playbooks.seconds(server),
            lambda: playbooks.seconds(server, playbooks.images(server, regions=names)),
            lambda: playbooks.seconds(server, loop),
            rounds=3,
        )
        what = "18 regions at 50 ms per request in one task, compared with a loop"
        yield ratio(what, one_task - empty, loop_of_tasks - empty, 1 / 4)


def cache() -> Iterator[Result]:
    """Count the listings of a template of 100 lookups, with and without the cache."""
    with cloud() as server:
        counts = []
        for switch in ("true", "false"):
            lookup = (
                f"lookup('huaweicloud.workspace.workspace_image', project_id='{server.project_id}', cache={switch})"
            )
            server.clear_requests()
            playbooks.seconds(
                server,
                {"ansible.builtin.debug": {"msg": f"{{% for number in range(100) %}}{{{{ {lookup} }}}}{{% endfor %}}"}},
            )
            counts.append(server.count_listings())
        cached, uncached = counts
        what = "listings of a template with 100 lookups, with the cache"
        yield Result(what, f"{cached} with the cache", f"{uncached} without", cached, 1)


def memory() -> Iterator[Result]:
    """Compare the peak memory of the module's process with that of the vendor's SDK."""
    with cloud(images=MANY, latency=LATENCY) as server:
        ours, vendor = minima(
            lambda: run.module(server).mebibytes,
            lambda: run.vendor(server).mebibytes,
            rounds=2,
        )
        what = "memory of the module's process for 5,000 images, compared with the vendor's SDK"
        yield ratio(what, ours, vendor, 1, unit="MiB")


_ALL = (tasks, hosts, many_hosts.many_hosts, pages, regions, cache, memory, largest.largest, scaling.scaling)
ROWS: dict[str, Row] = {row.__name__: row for row in _ALL}

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that list the images while a fault is active: this collection, the vendor's SDK, ansible.builtin.uri."""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from . import playbooks
from .cloud import Cloud

TIMEOUT = 2
"""Timeout of each client, in seconds."""
RETRIES = 1
MAX_MEMORY = 2 * 2**30
"""Bytes of address space that each process of a client may use."""

_MEMORY_ERRORS = ("MemoryError", "error return without exception set")
"""Python's messages if there is no memory. The second one appears while it decodes JSON."""

ANSIBLE = os.fspath(Path(sys.executable).parent / "ansible")


@dataclass(frozen=True)
class Outcome:
    """Result of a client.

    :ivar output: everything that a user sees.
    :ivar images: the images of a success; None if there is no list.
    :ivar failure: the failure in a few words; None after a success.
    :ivar is_crash: whether the failure is an unhandled or undocumented exception.
    :ivar is_warned: whether a success included a warning.
    :ivar attempts: how often the failed request was sent.
    """

    output: str
    images: list[Any] | None = None
    failure: str | None = None
    is_crash: bool = False
    is_warned: bool = False
    attempts: int = 1

    @property
    def is_out_of_memory(self) -> bool:
        """Whether the client needed more memory than it may use."""
        return self.failure is not None and any(text in self.output for text in _MEMORY_ERRORS)


Caller = Callable[[Cloud], Outcome]


def collection(cloud: Cloud) -> Outcome:
    """Run this collection in the controller's process, with one retry."""
    return _collection(cloud, in_process=True)


def collection_as_module(cloud: Cloud) -> Outcome:
    """Run this collection as a module in a separate process, with one retry."""
    return _collection(cloud, in_process=False)


def uri(cloud: Cloud) -> Outcome:
    """Fetch the first page with ansible.builtin.uri and a token."""
    task = playbooks.uri(cloud)
    task["ansible.builtin.uri"]["timeout"] = TIMEOUT
    output, result = _ad_hoc(cloud, task)
    document = result.get("json")
    body = document if isinstance(document, dict) else {}
    if not result["failed"]:
        images = body.get("images")
        return Outcome(output, images=images if isinstance(images, list) else None)
    status = result.get("status")
    message = str(result.get("msg", ""))
    details = [status if status and status > 0 else _cause(message), body.get("error_code")]
    return Outcome(output, failure=_joined(details), is_crash="Traceback" in output + message)


def vendor(cloud: Cloud) -> Outcome:
    """List all images with the vendor's SDK and its defaults, except for the timeout."""
    arguments = (cloud.url, cloud.project_id, str(TIMEOUT))
    program = cloud.attempt("-m", f"{__package__}.clients.vendor_fault", *arguments, before=_limit_memory)
    output = program.stdout + program.stderr
    if program.returncode:
        return Outcome(output, failure=_cause(program.stderr) or f"exit code {program.returncode}", is_crash=True)
    report = json.loads(program.stdout)
    if "images" in report:
        return Outcome(output, images=report["images"])
    details = [report["kind"], report["status"], report["code"]]
    return Outcome(output, failure=_joined(details), is_crash=not report["is_documented"])


def _collection(cloud: Cloud, *, in_process: bool) -> Outcome:
    limits = {"timeout": TIMEOUT, "max_retries": RETRIES, "max_retry_delay": 1}
    task = playbooks.images(cloud, project_id=cloud.project_id, **limits)
    output, result = _ad_hoc(cloud, task, huaweicloud_workspace_in_process=in_process)
    if not result["failed"]:
        return Outcome(output, images=result["images"], is_warned="[WARNING]" in output)
    details = [result.get("error_type"), result.get("http_status"), result.get("error_code")]
    is_crash = details[0] is None
    return Outcome(
        output,
        failure=_cause(str(result.get("msg", ""))) if is_crash else _joined(details),
        is_crash=is_crash,
        attempts=result.get("attempts", 1),
    )


def _ad_hoc(cloud: Cloud, task: playbooks.Task, **variables: object) -> tuple[str, dict[str, Any]]:
    """Run one task with ``ansible``.

    :returns: the output, and the task's result with a boolean ``failed``.
    """
    ((name, arguments),) = task.items()
    extra_vars = json.dumps({"ansible_python_interpreter": sys.executable, **variables})
    command = (ANSIBLE, "all", "-i", "localhost,", "-c", "local", "-e", extra_vars, "-m", name)
    program = cloud.attempt(*command, "-a", json.dumps(arguments), before=_limit_memory)
    output = program.stdout + program.stderr
    head, arrow, rest = program.stdout.partition("=> ")
    if not arrow:
        # ansible itself failed, for example while it printed the result.
        return output, {"failed": True, "msg": "Traceback: no result"}
    result: dict[str, Any] = json.JSONDecoder().raw_decode(rest)[0]
    return output, {**result, "failed": "FAILED!" in head}


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _joined(words: list[Any]) -> str:
    return " ".join(str(word) for word in words if word is not None)


def _cause(message: str) -> str:
    """Return the cause at the end of a message, without parts that differ from run to run."""
    return " ".join(message.rsplit(": ", 1)[-1].split()).strip(" .<>")[:60]

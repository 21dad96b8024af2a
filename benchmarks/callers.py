# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three ways to list the images, where something goes wrong: this collection, the vendor's SDK, ansible.builtin.uri."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from . import playbooks
from .cloud import Cloud

TIMEOUT = 2
"""Seconds that each caller is told to wait for an answer."""
RETRIES = 1

ANSIBLE = os.fspath(Path(sys.executable).parent / "ansible")


@dataclass(frozen=True)
class Outcome:
    """What a caller made of an answer.

    ``failure`` is None where it succeeded; ``images`` is None where it then gave no list. ``is_crash`` tells that the
    failure was not meant, ``is_warned`` that a success came with a warning. ``output`` is all that a user sees.
    """

    output: str
    images: list[Any] | None = None
    failure: str | None = None
    is_crash: bool = False
    is_warned: bool = False
    attempts: int = 1


Caller = Callable[[Cloud], Outcome]


def collection(cloud: Cloud) -> Outcome:
    """This collection's module, with one retry."""
    limits = {"timeout": TIMEOUT, "max_retries": RETRIES, "max_retry_delay": 1}
    task = playbooks.images(cloud, project_id=cloud.project_id, **limits)
    output, result = _ad_hoc(cloud, task)
    if not result.get("failed"):
        return Outcome(output, images=result["images"], is_warned="[WARNING]" in output)
    told = [result.get("error_type"), result.get("http_status"), result.get("error_code")]
    return Outcome(output, failure=_joined(told), is_crash=told[0] is None, attempts=result.get("attempts", 1))


def uri(cloud: Cloud) -> Outcome:
    """Ansible's own module: one page."""
    task = playbooks.uri(cloud)
    task["ansible.builtin.uri"]["timeout"] = TIMEOUT
    output, result = _ad_hoc(cloud, task)
    document = result.get("json")
    body = document if isinstance(document, dict) else {}
    if not result.get("failed"):
        images = body.get("images")
        return Outcome(output, images=images if isinstance(images, list) else None)
    status = result.get("status")
    text = str(result.get("msg", ""))
    told = [status if status and status > 0 else _short(text), body.get("error_code")]
    return Outcome(output, failure=_joined(told), is_crash="Traceback" in output)


def vendor(cloud: Cloud) -> Outcome:
    """The vendor's SDK, as it is set up by default but for the time-out."""
    output = cloud.run("-m", f"{__package__}.clients.vendor_fault", cloud.url, cloud.project_id, str(TIMEOUT))
    found = json.loads(output)
    if "images" in found:
        return Outcome(output, images=found["images"])
    told = [found["kind"], found["status"], found["code"]]
    return Outcome(output, failure=_joined(told), is_crash=not found["is_documented"])


def _ad_hoc(cloud: Cloud, task: playbooks.Task) -> tuple[str, dict[str, Any]]:
    """Run one task with ``ansible``; gives its output and the result in it."""
    ((name, arguments),) = task.items()
    interpreter = f"ansible_python_interpreter={sys.executable}"
    command = (ANSIBLE, "all", "-i", "localhost,", "-c", "local", "-e", interpreter, "-m", name)
    program = cloud.attempt(*command, "-a", json.dumps(arguments))
    start = program.stdout.index("=> ") + len("=> ")
    result: dict[str, Any] = json.JSONDecoder().raw_decode(program.stdout, start)[0]
    return program.stdout + program.stderr, {**result, "failed": "FAILED!" in program.stdout[:start]}


def _joined(words: list[Any]) -> str:
    return " ".join(str(word) for word in words if word is not None)


def _short(text: str) -> str:
    """The end of a message, which has the cause, without what differs from run to run."""
    return " ".join(text.rsplit(": ", 1)[-1].split()).strip(" .<>")[:60]

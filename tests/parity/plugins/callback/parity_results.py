# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record the results of a playbook's tasks in the file that PARITY_RESULTS names."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: parity_results
type: notification
short_description: Records task results for the parity tests
description: Writes one line of JSON for each result of a task on a host, and for each item of a loop.
author: Contributors to the huaweicloud.workspace collection
"""

_JSON_TYPES = (str, int, float, bool, type(None), dict, list)


def _to_json(value: Any) -> Any:
    """Convert a value to types of JSON, other types to text."""
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_to_json(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = {field.name: _to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"dataclass": type(value).__name__, **fields}
    if isinstance(value, type):
        return value.__name__
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else repr(value)


def _list_other_types(value: Any, path: str = "") -> Iterator[str]:
    """List the paths of values that have other types than those of JSON."""
    if type(value) not in _JSON_TYPES:
        yield f"{path or '.'} is a {type(value).__name__}"
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _list_other_types(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for item in value[:3]:
            yield from _list_other_types(item, f"{path}[]")


class CallbackModule(CallbackBase):
    """Record the result of each task on each host, and of each item of a loop."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "parity_results"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._play = ""
        self._started: dict[tuple[str, str], float] = {}

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play.get_name()

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._started[host.get_name(), task._uuid] = time.monotonic()

    def _record(self, status: str, result: Any) -> None:
        host, task, document = result._host.get_name(), result._task, result._result
        event = {
            "status": status,
            "play": self._play,
            "host": host,
            "task": task.get_name(),
            "seconds": time.monotonic() - self._started.get((host, task._uuid), 0.0),
            "result": _to_json(document),
            "types": sorted(set(_list_other_types(document))),
        }
        with Path(os.environ["PARITY_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._record("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._record("unreachable", result)

    def v2_runner_retry(self, result: Any) -> None:
        self._record("retry", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._record("item ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._record("item failed", result)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a playbook's tasks gave to the file that PARITY_RESULTS names, one JSON document a line."""

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
short_description: Writes results for the parity suite
description: Each line is one event of one host, with the whole result.
author: Contributors to the huaweicloud.workspace collection
"""

_PLAIN = (str, int, float, bool, type(None), dict, list)


def _plain(value: Any) -> Any:
    """The value as JSON has it; what JSON has not, as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"a": type(value).__name__, **fields}
    if isinstance(value, type):
        return value.__name__
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else repr(value)


def _types(value: Any, path: str = "") -> Iterator[str]:
    """Where the value holds a type that JSON has not."""
    if type(value) not in _PLAIN:
        yield f"{path or '.'} is a {type(value).__name__}"
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _types(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for item in value[:3]:
            yield from _types(item, f"{path}[]")


class CallbackModule(CallbackBase):
    """Notes the end of each task on each host, and of each item of a loop."""

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

    def _note(self, event: str, result: Any) -> None:
        host, task, document = result._host.get_name(), result._task, result._result
        note = {
            "event": event,
            "play": self._play,
            "host": host,
            "task": task.get_name(),
            "seconds": time.monotonic() - self._started.get((host, task._uuid), 0.0),
            "result": _plain(document),
            "types": sorted(set(_types(document))),
        }
        with Path(os.environ["PARITY_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._note("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._note("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._note("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._note("unreachable", result)

    def v2_runner_retry(self, result: Any) -> None:
        self._note("retry", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._note("item ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._note("item failed", result)

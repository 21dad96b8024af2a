# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache what a lookup returns, for the same lookup of other hosts and tasks of the run.

A worker imports a lookup anew for each host. One whose result is cached imports nothing but this file and the names of
the options.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from ansible.parsing import ajson

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_state import PATIENCE, RunState, run_digest

#: How Ansible hands values to a module: vaulted strings decrypted, dates as text.
ENCODER: Any = ajson.AnsibleJSONEncoder

#: Characters of the longest result that is cached. A longer one is selected anew from the cached listing.
MAX_LENGTH = 1024 * 1024


class LookupCall(NamedTuple):
    """What a lookup was given.

    :ivar keywords: without those that are omitted.
    :ivar variables: the rendered values of the variables that the lookup reads, by name; None for omit.
    :ivar prefixed: the names of all variables with the collection's prefix; some give a warning.
    :ivar directory: what relative paths are relative to.
    """

    terms: list[Any]
    keywords: Mapping[str, Any]
    variables: Mapping[str, Any]
    prefixed: list[str]
    directory: str


class Result(NamedTuple):
    """What became of a lookup.

    :ivar images: what it returned.
    :ivar warnings: that it gave.
    :ivar failure: why it failed, as the user is told.
    """

    images: list[Any]
    warnings: list[str]
    failure: str | None = None


class Validity(NamedTuple):
    """Until when a result is the same. By default, it is valid only for those that have been waiting for it.

    :ivar fetched_at: when the listing was fetched, in seconds since the epoch.
    :ivar seconds: for how long it is valid.
    :ivar files: the files that may have credentials, with their signatures from before they were read.
    """

    fetched_at: float = 0.0
    seconds: float = 0.0
    files: Mapping[str, list[int] | None] = {}

    def is_over(self) -> bool:
        """Whether it has expired, the clock was set back, or a file has changed."""
        if abs(time.time() - self.fetched_at) >= self.seconds:
            return True
        return file_signatures(self.files) != self.files


class ResultCache:
    """The result of one lookup, in the run's own temporary directory.

    The name of the entry is a digest of all that was given, and of the environment. It does not reveal secrets.
    """

    def __init__(self, call: LookupCall) -> None:
        self._state: RunState | None = None
        try:
            given = json.dumps([call, sorted(os.environ.items())], cls=ENCODER, vault_to_text=True, sort_keys=True)
        except Exception:  # pylint: disable=broad-exception-caught
            # Whatever a value of any type raises. No option can have such a value, and the lookup says so.
            return
        self._state = RunState(f"result_{run_digest(given)}")

    def turn(self) -> AbstractContextManager[Result | None]:
        """Let one process at a time look up what others wait for.

        :returns: a context manager, which gives the result, or None if it is this process's turn.
        """
        if self._state is None:
            return nullcontext()
        started = time.monotonic()
        return self._state.turn(lambda: self._find(started), PATIENCE)

    def write(self, result: Result, validity: Validity) -> None:
        """Cache a result, if it can be stored."""
        entry = {"result": result, "validity": validity, "at": time.monotonic()}
        if self._state is None or len(json.dumps(entry)) > MAX_LENGTH or not self._state.write(entry):
            self.stop_waiting()

    def stop_waiting(self) -> None:
        """Release the processes that wait for this result, because it is not cached."""
        if self._state is not None:
            self._state.stop_waiting()

    def _find(self, started: float) -> Result | None:
        entry = None if self._state is None else self._state.read()
        if entry is None or (entry["at"] < started and Validity(*entry["validity"]).is_over()):
            return None
        return Result(*entry["result"])


def file_signatures(paths: Iterable[str]) -> dict[str, list[int] | None]:
    """Return what changes when a file is written, by path; None for a file that cannot be read."""
    return {path: _signature(path) for path in paths}


def _signature(path: str) -> list[int] | None:
    try:
        status = Path(path).expanduser().stat()
    except (OSError, ValueError, RuntimeError):
        return None
    return [status.st_mtime_ns, status.st_size, status.st_ino]

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Visible progress: shows what a search reports, while it runs."""

from __future__ import annotations

import threading
from contextvars import Context

from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.progress import WARNING


class Progress:
    """A ``Report`` that Ansible displays.

    :param plugin: begins each line.
    :param host: for which the plugin runs, if that is known.
    """

    def __init__(self, plugin: str, host: str | None) -> None:
        self._plugin = plugin
        self._host = host
        self._lock = threading.Lock()
        self._is_open = True

    def __call__(self, verbosity: int, line: str) -> None:
        """Show a line, secrets masked, from a verbosity on, or as a warning."""
        with self._lock:
            if self._is_open:
                self._show(verbosity, f"{self._plugin}: {line}")

    def close(self) -> None:
        """Show nothing more.

        An abandoned thread must not be writing to Ansible's queue when its process ends: it would leave the queue
        locked for all other processes.
        """
        with self._lock:
            self._is_open = False

    def _show(self, verbosity: int, line: str) -> None:
        display = Display()
        if verbosity == WARNING:
            # In a separate context: in that of a task, ansible-core 2.19 and later show a warning only with the result.
            Context().run(display.warning, line)
        else:
            display.verbose(line, host=self._host, caplevel=verbosity - 1)

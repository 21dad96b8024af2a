# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs another action within an action plugin."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible.plugins.loader import action_loader


def run_action(
    caller: ActionBase, name: str, options: dict[str, Any], variables: dict[str, Any] | None, *, has_diff: bool = True
) -> dict[str, Any]:
    """Run an action with the keywords of the caller's task, and return its result.

    :param name: of the action plugin or module.
    :param variables: of the task.
    :param has_diff: False leaves the difference out of the result, also with ``--diff``.
    """
    # Ansible passes these objects to an action and has no public name for them.
    # pylint: disable=protected-access
    plugin: Any = caller
    task = plugin._task.copy()
    task.action = name
    task.args = options
    task.diff = task.diff and has_diff
    action = action_loader.get(
        name,
        task=task,
        connection=plugin._connection,
        play_context=plugin._play_context,
        loader=plugin._loader,
        templar=plugin._templar,
        shared_loader_obj=plugin._shared_loader_obj,
    )
    result: dict[str, Any] = action.run(task_vars=variables)
    return result

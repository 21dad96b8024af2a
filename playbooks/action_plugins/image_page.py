# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the playbook list_images that check the path of the page of images, and write the page.

Options: ``path``, ``language`` (default: that of the locale) and, to write the page, ``found`` (the
result of workspace_image_info) and ``query`` (its options).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_page import (
    HEAD,
    MARKER,
    PLAYBOOK,
    Content,
    build_content,
    read_content,
    render,
)
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._language import language_of
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_action import run_action


class ActionModule(ActionBase):
    """Writes the page where its path is good, or only checks the path."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            language = language_of(self._task.args.get("language"), os.environ)
        except ConfigurationError as error:
            raise AnsibleActionFail(error.message()) from error
        path = resolve_path(self._task.args["path"])
        earlier = read_earlier(path)
        if "found" not in self._task.args:
            return result
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        content = build_content(self._task.args["found"], self._task.args["query"], earlier, now)
        options = {"dest": str(path), "content": render(content, language)}
        if not path.exists():
            options["mode"] = "0644"
        # It replaces the file as a whole and does check mode. The difference is one of images, not of HTML.
        result.update(run_action(self, "ansible.legacy.copy", options, task_vars, has_diff=False))
        if result.get("changed") and self._task.diff:
            result["diff"] = {
                "before_header": str(path),
                "after_header": str(path),
                "before": describe(earlier),
                "after": describe(content),
            }
        return result


def resolve_path(value: object) -> Path:
    """Return where the page will be: relative to the current directory of ansible-playbook, links followed.

    :raises AnsibleActionFail: if no file can be written there.
    """
    if not isinstance(value, str) or not value.strip():
        raise AnsibleActionFail("workspace_image_page is empty. Set it to the path of the page, or leave it out.")
    try:
        path = Path(value).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise AnsibleActionFail(f"workspace_image_page: {value!r} is not a path: {error}.") from error
    problem = None
    if not path.parent.is_dir():
        problem = f"the directory {path.parent} does not exist. Create it, or set another path."
    elif os.path.lexists(path) and not path.is_file():  # from Python 3.13 on, also a loop of links
        problem = f"{path} is not a file. Set the path of a file, such as {path / 'images.html'}."
    elif not os.access(path.parent, os.W_OK | os.X_OK):
        problem = f"the directory {path.parent} is not writable. Set another path."
    if problem:
        raise AnsibleActionFail(f"workspace_image_page: {problem}")
    return path


def read_earlier(path: Path) -> Content | None:
    """Return the content of the page that will be replaced, or None if there is no file.

    :raises AnsibleActionFail: if the file is something else, which must not be lost.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            text = (head + file.read()).decode() if MARKER.encode() in head else ""
    except OSError as error:
        raise AnsibleActionFail(f"workspace_image_page: {path} is not readable: {error.strerror}.") from error
    except UnicodeDecodeError:
        text = ""
    content = read_content(text)
    if content is None:
        raise AnsibleActionFail(
            f"workspace_image_page: {path} exists and is not a page of images that {PLAYBOOK} wrote, so it is not "
            "overwritten. Set another path, or delete the file."
        )
    return content


def describe(content: Mapping[str, Any] | None) -> str:
    """Return a line for each image, for the difference that --diff shows."""
    images = content["images"] if content else []
    return "".join(f"{image['region'] or '-'} {image['id']} {image['name'] or '-'}\n" for image in images)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module as a managed host does, including AnsibleModule and its output.

``python -m benchmarks.clients.module PROJECT``. Endpoint, region and key come from the environment. The reported time
is the CPU time of this process.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time

from ansible.module_utils import basic

from ansible_collections.huaweicloud.workspace.plugins.modules import workspace_image_info

from .report import report


def main(project_id: str) -> None:
    """Run the module for all images."""
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": {"project_id": project_id}}).encode()
    # The serialization of arguments and results since ansible-core 2.19.
    basic._ANSIBLE_PROFILE = "legacy"
    started = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.suppress(SystemExit):
        workspace_image_info.main()
    report(time.process_time() - started, len(json.loads(output.getvalue())["images"]))


if __name__ == "__main__":
    main(*sys.argv[1:])

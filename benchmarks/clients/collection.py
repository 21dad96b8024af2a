# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the query alone, as the module and the lookup do: ``python -m benchmarks.clients.collection PROJECT``.

Endpoint, region and key come from the environment.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import find_images

from .report import report


def main(project_id: str) -> None:
    """List all images."""
    task = ArgumentSpecValidator(argument_spec()).validate({"project_id": project_id}).validated_parameters
    # A search imports it for its first request, and imports do not count.
    import_module(f"{find_images.__module__.rpartition('.')[0]}._fetch")
    started = time.perf_counter()
    images = find_images(task, print)["images"]
    report(time.perf_counter() - started, len(images))


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of a plugin, with its fragments merged as Ansible merges them."""

from __future__ import annotations

import importlib
from typing import Any

import yaml
from ansible.utils.plugin_docs import add_fragments

_FRAGMENTS = "ansible_collections.huaweicloud.workspace.plugins.doc_fragments"


class _Fragments:
    """Loads fragments by import, where Ansible's loader would search for the collection."""

    @staticmethod
    def get(name: str) -> type | None:
        try:
            module = importlib.import_module(f"{_FRAGMENTS}.{name.removeprefix('huaweicloud.workspace.')}")
        except ImportError:
            return None
        return type("ModuleDocFragment", (module.ModuleDocFragment,), {"ansible_name": name})


def merged_documentation(text: str, *, is_module: bool) -> dict[str, Any]:
    """Parse a plugin's ``DOCUMENTATION`` and merge the fragments that it names."""
    documentation: dict[str, Any] = yaml.safe_load(text)
    add_fragments(documentation, "/plugin", fragment_loader=_Fragments, is_module=is_module)
    return documentation

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of the module: check mode and the action group."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/huaweicloud.workspace.all) in C(module_defaults) to set the connection once.
    support: full
    membership:
      - huaweicloud.workspace.all
  check_mode:
    description: Can run in C(check_mode) and return the same result.
    support: full
  diff_mode:
    description: Returns details on what has changed in diff mode.
    support: N/A
    details: The module changes nothing.
  idempotent:
    description: When run twice in a row, the second run reports no change.
    support: full
"""

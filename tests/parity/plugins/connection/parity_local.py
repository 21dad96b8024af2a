# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local connection plugin under another name."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
name: parity_local
short_description: The local connection under another name
description: Runs tasks on the controller, but not with a connection that is named C(local).
author: Contributors to the huaweicloud.workspace collection
options: {}
"""


class Connection(LocalConnection):
    """Run everything on the controller."""

    transport = "parity_local"

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that does what the local one does, under another name."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
name: parity_elsewhere
short_description: The local connection under another name
description: So that a task runs here although Ansible cannot know it.
author: Contributors to the huaweicloud.workspace collection
options: {}
"""


class Connection(LocalConnection):
    """Runs everything on this machine."""

    transport = "parity_elsewhere"

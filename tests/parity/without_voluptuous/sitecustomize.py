# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With this folder in PYTHONPATH, Ansible's own process lacks voluptuous, and the modules that it starts do not."""

from __future__ import annotations

import sys

if any(argument.endswith("ansible-playbook") for argument in sys.orig_argv):
    # None is how Python marks a module that must not be imported; the type of sys.modules does not know it.
    sys.modules["voluptuous"] = None  # type: ignore[assignment]

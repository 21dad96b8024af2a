# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With this directory in PYTHONPATH, ansible-playbook cannot import voluptuous, but the modules that it starts can."""

from __future__ import annotations

import sys

if any(argument.endswith("ansible-playbook") for argument in sys.orig_argv):
    # None prevents the import of a module. The type of sys.modules does not allow it.
    sys.modules["voluptuous"] = None  # type: ignore[assignment]

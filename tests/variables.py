# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment variables that the collection reads, from the tables in its code."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import providers
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import ENVIRONMENT

OF_OPTIONS = [name for names in ENVIRONMENT.values() for name in names]

#: Variables that belong to no option: ``VARIABLES`` and ``UNSUPPORTED`` in the files of credential providers.
OF_PROVIDERS = [
    name
    for info in pkgutil.iter_modules(providers.__path__, f"{providers.__name__}.")
    for table in ("VARIABLES", "UNSUPPORTED")
    for name in getattr(import_module(info.name), table, ())
]

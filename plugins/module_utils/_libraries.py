# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The third-party libraries that a query needs, imported here so that Ansible reports a missing one."""

from __future__ import annotations

import traceback

from ._cloud.errors import MissingLibrary

__all__ = [
    "REQUESTS_IMPORT_ERROR",
    "VOLUPTUOUS_IMPORT_ERROR",
    "missing_library",
    "requests",
    "require_libraries",
    "voluptuous",
]

REQUESTS_IMPORT_ERROR: str | None = None
VOLUPTUOUS_IMPORT_ERROR: str | None = None

try:
    import requests
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

try:
    import voluptuous
except ImportError:
    VOLUPTUOUS_IMPORT_ERROR = traceback.format_exc()


def missing_library() -> tuple[str, str] | None:
    """The first library that could not be imported.

    :returns: its name on PyPI and the traceback of the import, or None where all are there.
    """
    for name, error in (("requests", REQUESTS_IMPORT_ERROR), ("voluptuous", VOLUPTUOUS_IMPORT_ERROR)):
        if error is not None:
            return name, error
    return None


def require_libraries() -> None:
    """Check that all libraries could be imported.

    :raises MissingLibrary: if one could not.
    """
    missing = missing_library()
    if missing is not None:
        raise MissingLibrary(missing[0])

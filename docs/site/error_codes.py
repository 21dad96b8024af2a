# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of error codes, generated from the collection's table: ``python -m docs.site.error_codes`` writes it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "docsite" / "rst" / "error_codes.rst"

_HEAD = """\
..
  SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by `python -m docs.site.error_codes` from plugins/module_utils/_cloud/hints.py. Change it there.

.. _ansible_collections.huaweicloud.workspace.docsite.error_codes:

Error codes
===========

Look up what to do about an ``error_code`` that the services document. ``msg`` of the failure contains the same
sentence, see :ref:`ansible_collections.huaweicloud.workspace.docsite.failures`.

.. contents::
   :local:
   :depth: 1

"""

_WORKSPACE = """\
Workspace service
-----------------

"""

_GATEWAY = """
API gateway
-----------

These codes consist of ``APIGW.``, ``APIG.`` or ``APIC.`` and the number, such as ``APIGW.0301``.

"""

_STATUS = """
Other codes
-----------

For a response without a code, or with a code that is in neither table, look up the HTTP status.

"""

_CREDENTIALS = """
Authentication failed
---------------------

With HTTP 401 and with the codes about authentication, ``msg`` says what to do about the kind of credentials in use.
``credentials_source`` names their source.

"""

_PERMISSIONS = """
Permissions
-----------

With HTTP 403 and with the codes about permissions, ``msg`` names the permissions that the operation requires.

"""

_TAIL = """
Error messages of the services
------------------------------

Some messages of the services say more than their code:

* ``signature expired, signature time:…,server time:…``: the clock of the machine on which the task ran is wrong.
  ``msg`` says by how many seconds; 15 minutes are allowed.
* ``limit:…,time:…`` with HTTP 429: ``msg`` says how many requests are allowed in which time. The collection waits for
  that time before the next attempt, up to ``max_retry_delay``.
* ``AK access failed to reach the limit,forbidden`` with ``0301``: the access key is locked, and ``msg`` says so. Wait
  five minutes.

``error_code`` and ``error_msg`` contain what the service sent, also if the code is not on this page. For such a code,
see the `vendor's list of error codes
<https://support.huaweicloud.com/intl/en-us/api-workspace/ErrorCode_0.html>`_.
"""


def load_hints() -> Any:
    """Import the module with the tables, which requires nothing but Python."""
    spec = importlib.util.spec_from_file_location("hints", ROOT / "plugins/module_utils/_cloud/hints.py")
    if spec is None or spec.loader is None:
        raise ImportError("plugins/module_utils/_cloud/hints.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page() -> str:
    """Return the text of the page."""
    hints = load_hints()
    never = ", ".join(f"``{code}``" for code in sorted(hints.NOT_FOUND))
    return (
        _HEAD
        + _WORKSPACE
        + _table("Code", hints.WORKSPACE.items())
        + f"\n{never} mean that the ID was not found. Such\nrequests are never retried, whatever the status.\n"
        + _GATEWAY
        + _table("Number", hints.GATEWAY.items())
        + _STATUS
        + _table("Status", hints.STATUS.items())
        + _CREDENTIALS
        + _table("Credentials", ((kind, text.format(source="…")) for kind, text in hints.AUTHENTICATION.items()))
        + _PERMISSIONS
        + _table("Operation", hints.PERMISSIONS.items())
        + _TAIL
    )


def _table(title: str, rows: Iterable[tuple[object, str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", "   :class: codes", "", f"   * - {title}", "     - What to do"]
    for code, sentence in rows:
        lines += [f"   * - ``{code}``", f"     - {sentence}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for each error code, which a search for the code finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_AUTHENTICATION = "The authentication information is incorrect."
_NO_SUCH_API = "The gateway does not offer this API."
_DENIED = "The caller has no permission for this request."
_INTERNAL = "The gateway has an internal error."

#: HTTP status and meaning of each code. Source: the vendor's lists of error codes.
MEANINGS = {
    "WKS.0001": ("400", "The request message is empty."),
    "WKS.00000003": ("500", "The service could not read its database."),
    "WKS.00000405": ("405", "The service does not allow this HTTP method."),
    "WKS.00000415": ("415", "The service does not support this media type."),
    "WKS.00010099": ("403", "The Workspace service is disabled in this region and project."),
    "WKS.00050902": ("503", "The service is unavailable."),
    "WKS.00081102": ("403", "The caller has no permission for this resource."),
    "WKS.00170117": ("400", "The tenant or the user does not exist: the account has not subscribed to Workspace."),
    "WKS.00170312": ("400", "The tenant or the user does not exist: the account has not subscribed to Workspace."),
    "WKS.00211102": ("400", "A parameter is invalid."),
    "WKS.00211302": ("401", "The authentication of the user failed."),
    "WKS.00211401": ("500", "The operation failed."),
    "WKS.00211902": ("404", "The application does not exist."),
    "WKS.0202": ("500", "The resource was not found."),
    "WKS.0915": ("400", "The resource was not found."),
    "0101": ("404", _NO_SUCH_API),
    "0103": ("404", _NO_SUCH_API),
    "0201": ("400, 413, 414, 494, 502, 504", "The gateway could not process or forward the request."),
    "0301": ("401", "The IAM authentication information is incorrect: access key, signature, time or token."),
    "0302": ("403", "The IAM user may not call this API."),
    "0303": ("401", _AUTHENTICATION),
    "0304": ("403", _DENIED),
    "0305": ("401", _AUTHENTICATION),
    "0306": ("403", "The project is not available to the caller."),
    "0307": ("401", "The token must be renewed, or it belongs to another region."),
    "0308": ("429", "Too many requests: the throttling limit is reached."),
    "0310": ("403", "The project is not available to the caller."),
    "0401": ("403", _DENIED),
    "0402": ("403", _DENIED),
    "0404": ("403", _DENIED),
    "0501": ("405", "The API does not allow this HTTP method."),
    "0502": ("405", "The API does not allow this HTTP method."),
    "0601": ("500", _INTERNAL),
    "0605": ("500", _INTERNAL),
    "0606": ("500", _INTERNAL),
    "0608": ("500", _INTERNAL),
    "0609": ("500", _INTERNAL),
    "0610": ("502", _INTERNAL),
    "0611": ("500", _INTERNAL),
    "0612": ("500", _INTERNAL),
    "0613": ("503", "IAM is unavailable."),
    "0705": ("500", _INTERNAL),
    "0801": ("403", "The service is not available in this region."),
    "0802": ("403", "The user has no access to this region."),
}

_PAGE = """\
:orphan:

.. meta::
   :description: {meaning}

``{code}``
{underline}

{meaning}

.. list-table::

   * - Service
     - {service}
   * - HTTP status
     - {status}
{prefixes}
What to do
----------

{sentence}

The failed task has this code in ``error_code`` and the sentence in ``msg``. For what else the result contains, see
:doc:`/failures`. For other codes, and for what depends on the credentials or the operation, see :doc:`/error_codes`.
"""


def write_code_pages(folder: Path, hints: Any) -> None:
    """Write a page for each code that the collection has a sentence for.

    :param hints: the module with the sentences.
    """
    folder.mkdir()
    for name, sentence in hints.WORKSPACE.items():
        _write(folder, [name], "Workspace", MEANINGS[name], sentence)
    for number, sentence in hints.GATEWAY.items():
        names = [f"{prefix}.{number}" for prefix in ("APIGW", "APIG", "APIC")]
        _write(folder, names, "API gateway", MEANINGS[number], sentence)


def _write(folder: Path, names: list[str], service: str, meaning: tuple[str, str], sentence: str) -> None:
    status, text = meaning
    code = names[0]
    prefixes = "".join(["   * - Other prefixes\n     - ", ", ".join(f"``{name}``" for name in names[1:]), "\n"])
    page = _PAGE.format(
        code=code,
        meaning=text,
        prefixes=prefixes if names[1:] else "",
        sentence=sentence,
        service=service,
        status=status,
        underline="=" * (len(code) + 4),
    )
    (folder / f"{code}.rst").write_text(page, encoding="utf-8")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page of ListImages looks like: structure and types strictly, values leniently, sizes within bounds. Pure."""

from __future__ import annotations

from functools import cache
from typing import Any, Callable

from .. import _libraries
from .._cloud.messages import error_in, list_of
from . import fields

#: Fields in which a response that looks like a success carries an error, beside a code in any of the known shapes.
ERRORS = ("error", "error_msg", "errorMsg")

_NO_ERROR = (None, "0", "200")


@cache
def page_schema() -> Any:
    """Build the check of one page, which returns it with every documented field in each image and numbers as integers.

    :returns: a ``voluptuous.Schema`` for ``{"images": […], "total_count": …}``.
    """
    v = _libraries.voluptuous
    image: dict[Any, Any] = {name: _validator(check) for name, check in fields.CHECKS.items() if name != "id"}
    image[v.Required("id")] = _validator(fields.check_identifier)
    image[_validator(fields.check_field)] = _validator(fields.check_value)
    is_image = v.All(_validator(fields.check_object), image, fields.complete)
    page: dict[Any, Any] = {
        v.Required("images"): list_of(v.Schema(is_image)),
        v.Required("total_count", default=None): _validator(fields.check_number),
    }
    return v.Schema(v.All(_object, _without_error, v.Schema(page, extra=v.REMOVE_EXTRA)))


def _validator(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a check as a validator whose text voluptuous shows."""

    def validate(value: Any) -> Any:
        try:
            return check(value)
        except ValueError as error:
            raise _libraries.voluptuous.Invalid(str(error)) from None

    return validate


def _object(value: Any) -> Any:
    if not isinstance(value, dict):
        raise _libraries.voluptuous.Invalid("expected an object")
    return value


def _without_error(document: Any) -> Any:
    if error_in(document).code not in _NO_ERROR or any(document.get(name) for name in ERRORS):
        raise _libraries.voluptuous.Invalid("expected no error beside images")
    return document

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page of ListImages looks like: structure and types strictly, values leniently, sizes within bounds. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Callable

from .. import _libraries
from .._cloud.messages import list_of
from .._cloud.responses import check_name, check_printable, error_in
from .image import FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Image

#: The most characters in a documented field, and the most fields of an image. Real ones have some hundred, and twelve.
MAX_TEXT = 10_000
MAX_FIELDS = 200

#: Fields in which a response that looks like a success carries an error, beside a code in any of the known shapes.
ERRORS = ("error", "error_msg", "errorMsg")

_NO_ERROR = (None, "0", "200")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_MISSING = dict.fromkeys(FIELDS)


@cache
def page_schema() -> Any:
    """Build the check of one page, which returns it with every documented field in each image and numbers as integers.

    :returns: a ``voluptuous.Schema`` for ``{"images": […], "total_count": …}``.
    """
    v = _libraries.voluptuous
    image: dict[Any, Any] = {name: _text for name in TEXT_FIELDS if name != "id"}
    image.update(dict.fromkeys(NUMBER_FIELDS, _number))
    image[v.Required("id")] = _identifier
    image[_field] = _printable
    page: dict[Any, Any] = {
        v.Required("images"): list_of(v.Schema(v.All(_image, image, _complete))),
        v.Required("total_count", default=None): _number,
    }
    return v.Schema(v.All(_object, _without_error, v.Schema(page, extra=v.REMOVE_EXTRA)))


def _object(value: Any) -> Any:
    return _expect(dict, "an object", value)


def _image(value: Any) -> Any:
    return _at_most(MAX_FIELDS, "fields", _object(value))


def _identifier(value: Any) -> Any:
    if not _expect(str, "a string", value):
        # Images without one would be taken for one and the same.
        raise _libraries.voluptuous.Invalid("expected a string that is not empty")
    return _text(value)


def _text(value: Any) -> Any:
    return value if value is None else _at_most(MAX_TEXT, "characters", _expect(str, "a string", value))


def _without_error(document: Any) -> Any:
    if error_in(document).code not in _NO_ERROR or any(document.get(name) for name in ERRORS):
        raise _libraries.voluptuous.Invalid("expected no error beside images")
    return document


def _expect(kind: type, name: str, value: Any) -> Any:
    if not isinstance(value, kind):
        raise _libraries.voluptuous.Invalid(f"expected {name}")
    return value


def _at_most(most: int, name: str, value: Any) -> Any:
    if len(value) > most:
        raise _libraries.voluptuous.Invalid(f"expected at most {most} {name}, got {len(value)}")
    return value


def _complete(image: Image) -> Image:
    return {**_MISSING, **image}


def _number(value: Any) -> Any:
    if value is None:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > 63:
            raise _libraries.voluptuous.Invalid("expected an integer of at most 64 bits")
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    raise _libraries.voluptuous.Invalid("expected an integer")


def _field(name: Any) -> Any:
    return _checked(check_name, name)


def _printable(value: Any) -> Any:
    return _checked(check_printable, value)


def _checked(check: Callable[[Any], None], value: Any) -> Any:
    try:
        check(value)
    except ValueError as error:
        raise _libraries.voluptuous.Invalid(str(error)) from None
    return value

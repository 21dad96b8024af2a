# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a page of ListImages looks like: structure and types strictly, values leniently. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .. import libraries
from .image import FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Image

#: Fields in which an answer that looks like a success carries an error.
ERRORS = ("error_code", "errorCode", "error")

#: Levels of lists and objects that a field unknown to this collection may have: what is passed on must be printable.
MAX_DEPTH = 32

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_MISSING = dict.fromkeys(FIELDS)


@cache
def page_schema() -> Any:
    """Checks one page and gives it back with every documented field in each image, and with numbers as integers.

    :returns: a ``voluptuous.Schema`` for ``{"images": […], "total_count": …}``.
    """
    v = libraries.voluptuous
    image: dict[Any, Any] = {name: _text for name in TEXT_FIELDS if name != "id"}
    image.update(dict.fromkeys(NUMBER_FIELDS, _number))
    image[v.Required("id")] = _identifier
    image[_field] = _printable
    page: dict[Any, Any] = {
        **{v.Optional(name): _nothing for name in ERRORS},
        v.Required("images"): v.All(_list, [v.All(_object, image, _complete)]),
        v.Required("total_count", default=None): _number,
    }
    return v.Schema(v.All(_object, v.Schema(page, extra=v.REMOVE_EXTRA)))


def _object(value: Any) -> Any:
    return _expect(dict, "an object", value)


def _list(value: Any) -> Any:
    return _expect(list, "a list", value)


def _identifier(value: Any) -> Any:
    if not _expect(str, "a string", value):
        # Images without one would be taken for one and the same.
        raise libraries.voluptuous.Invalid("expected a string that is not empty")
    return value


def _text(value: Any) -> Any:
    return value if value is None else _expect(str, "a string", value)


def _nothing(value: Any) -> Any:
    if value:
        raise libraries.voluptuous.Invalid("the answer carries an error")
    return value


def _expect(kind: type, name: str, value: Any) -> Any:
    if not isinstance(value, kind):
        raise libraries.voluptuous.Invalid(f"expected {name}")
    return value


def _complete(image: Image) -> Image:
    return {**_MISSING, **image}


def _number(value: Any) -> Any:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    raise libraries.voluptuous.Invalid("expected an integer")


def _field(name: Any) -> Any:
    # Ansible gives such names a meaning of their own in what comes from a module.
    if str(name).startswith("__ansible"):
        raise libraries.voluptuous.Invalid("a name that Ansible keeps for itself")
    return name


def _printable(value: Any) -> Any:
    level = [value]
    for _unused in range(MAX_DEPTH):
        for name in (name for outer in level if isinstance(outer, dict) for name in outer):
            _field(name)
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return value
    raise libraries.voluptuous.Invalid("nested too deep")

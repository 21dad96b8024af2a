# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of an image's fields: types strictly, values leniently, sizes within bounds. Pure.

Each returns the value, numbers as integers, and raises ValueError with a phrase that says what was expected.
"""

from __future__ import annotations

import re
from typing import Any, Callable, cast

from .._cloud.strict_json import check_name, check_printable
from .image import FIELDS, NUMBER_FIELDS, TEXT_FIELDS, Image

#: The most characters in a documented field, and the most fields of an image. Real ones have some hundred, and twelve.
MAX_TEXT = 10_000
MAX_FIELDS = 200

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_MISSING = dict.fromkeys(FIELDS)


def check_image(value: Any) -> Image:
    """Check an image as strictly as the schema of a page does, for a reader without voluptuous.

    :returns: the image with every documented field.
    :raises ValueError: if it is no image.
    """
    image = check_object(value)
    if "id" not in image:
        raise ValueError("expected an id")
    return complete({check_field(name): CHECKS.get(name, check_value)(item) for name, item in image.items()})


def check_object(value: Any) -> dict[str, Any]:
    """Check the object that an image is."""
    found: dict[str, Any] = _at_most(MAX_FIELDS, "fields", _expect(dict, "an object", value))
    return found


def complete(image: Image) -> Image:
    """Return an image with every documented field, null where it is missing."""
    return {**_MISSING, **image}


def check_text(value: Any) -> str | None:
    """Check a text, or null."""
    # The usual case first: a list has nine texts for each image.
    if value is None or (isinstance(value, str) and len(value) <= MAX_TEXT):
        return value
    return cast(str, _at_most(MAX_TEXT, "characters", _expect(str, "a string", value)))


def check_identifier(value: Any) -> str | None:
    """Check an ID. Images without one would be taken for one and the same."""
    if not _expect(str, "a string", value):
        raise ValueError("expected a string that is not empty")
    return check_text(value)


def check_number(value: Any) -> int | None:
    """Check an integer, which may be a text, or null."""
    if value is None:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > 63:
            raise ValueError("expected an integer of at most 64 bits")
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value)
    raise ValueError("expected an integer")


def check_field(name: Any) -> Any:
    """Check the name of a field that is not documented."""
    check_name(name)
    return name


def check_value(value: Any) -> Any:
    """Check the value of a field that is not documented."""
    check_printable(value)
    return value


#: The check of each documented field.
CHECKS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(TEXT_FIELDS, check_text),
    **dict.fromkeys(NUMBER_FIELDS, check_number),
    "id": check_identifier,
}


def _expect(kind: type, name: str, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"expected {name}")  # noqa: TRY004 - as for all other faults
    return value


def _at_most(most: int, name: str, value: Any) -> Any:
    if len(value) > most:
        raise ValueError(f"expected at most {most} {name}, got {len(value)}")
    return value

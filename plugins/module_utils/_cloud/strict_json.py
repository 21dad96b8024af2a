# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decodes JSON documents that others wrote, strictly and within bounds. Pure."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

#: Levels of lists and objects in a value that is returned as it is.
MAX_DEPTH = 32
#: Values in a JSON document, counted by commas and brackets: 5,000 ordinary images have about 60,000.
MAX_VALUES = 90_000
#: Objects in a JSON document: the API lists at most about 5,100 images, in pages of 100.
MAX_OBJECTS = 6_000
#: Bytes of a JSON document that is not plain ASCII: one wide character makes Python store a text in 4 bytes each.
MAX_WIDE = 16 * 1024 * 1024
#: Digits of a number: more than a 64-bit integer, or any float, needs.
MAX_DIGITS = 32

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(body: bytes) -> Any:
    """Decode the JSON document in a body, if its size is reasonable.

    :raises ValueError: if it is not valid, with a phrase that says why and quotes nothing.
    """
    if not body.strip():
        raise ValueError("the body is empty")
    _check_size(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"the body is not UTF-8 (byte {error.start})") from None
    try:
        document = _decode(text)
        if _SURROGATE.search(body):
            # Nothing that comes after can print or store an unpaired surrogate.
            json.dumps(document, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        kind = "HTML, not JSON" if text.lstrip()[:1] == "<" else "not JSON"
        raise ValueError(f"the body is {kind} (line {error.lineno}, column {error.colno})") from None
    except UnicodeEncodeError:
        raise ValueError("the JSON contains an unpaired surrogate (invalid Unicode)") from None
    return document


def _check_size(body: bytes) -> None:
    """Reject a document that would become too many values, before any of them exists.

    The counts include the characters in strings: cheap, and never too low.
    """
    if len(body) > MAX_WIDE and not (body.isascii() and b"\\u" not in body):
        raise ValueError(f"the JSON is larger than {MAX_WIDE // 1024 // 1024} MiB")
    objects = body.count(b"{")
    if objects > MAX_OBJECTS:
        raise ValueError(f"the JSON contains more than {MAX_OBJECTS} objects")
    if objects + body.count(b"[") + body.count(b",") > MAX_VALUES:
        raise ValueError(f"the JSON contains more than {MAX_VALUES} values")


def _decode(text: str) -> Any:
    return json.loads(
        text,
        parse_constant=_refuse_constant,
        parse_float=_finite,
        parse_int=_integer,
        object_pairs_hook=_without_repeated_keys,
    )


def check_printable(value: Any) -> None:
    """Check a value that is returned as it is.

    :raises ValueError: if Ansible cannot print it, or gives a name in it a special meaning.
    """
    level = [value]
    for _unused in range(MAX_DEPTH):
        for name in (name for outer in level if isinstance(outer, dict) for name in outer):
            check_name(name)
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


def check_name(name: Any) -> None:
    """Check a name in an object that is returned as it is.

    :raises ValueError: if Ansible gives the name a special meaning in the result of a module.
    """
    if str(name).startswith("__ansible"):
        raise ValueError("a name that is reserved for Ansible")


def _without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Which of the two counts differs between programs, also between this one and a proxy that inspects responses.
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("the JSON contains an object with a repeated key")
    return document


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("the JSON contains NaN or Infinity, which JSON does not allow")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_constant(text)


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("the JSON contains a number that is too long")
    return int(text)

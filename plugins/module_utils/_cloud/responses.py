# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the bodies of answers. Pure."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple, NoReturn

#: Levels of lists and objects that a value may have which is handed on as it is.
MAX_DEPTH = 32

_SHAPES = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"))
_REFUSAL = "encoded_authorization_message"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class ServiceError(NamedTuple):
    """What an error body says; None where it does not."""

    code: str | None = None
    message: str | None = None
    encoded_authorization_message: str | None = None
    request_id: str | None = None


def read_json(body: bytes) -> Any:
    """The JSON document in a body.

    :raises ValueError: where it is none, with a phrase that says why and quotes nothing.
    """
    if not body.strip():
        raise ValueError("its body is empty")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"its body is not UTF-8 (byte {error.start})") from None
    try:
        document = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        if _SURROGATE.search(body):
            # A lone half of a surrogate pair cannot be printed, or handed on, by anything that comes after.
            json.dumps(document, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("its JSON is nested too deep") from None
    except json.JSONDecodeError as error:
        kind = "HTML" if text.lstrip()[:1] == "<" else "not JSON"
        raise ValueError(f"its body is {kind} (line {error.lineno}, column {error.colno})") from None
    except UnicodeEncodeError:
        raise ValueError("its JSON holds half a character") from None
    except _ConstantError:
        raise ValueError("its JSON holds NaN or Infinity, which JSON does not know") from None
    except ValueError:
        raise ValueError("its JSON holds a number that is too long") from None
    return document


def service_error(body: bytes) -> ServiceError:
    """The error in a body, in any of the shapes that the services use; empty where there is none."""
    try:
        document = read_json(body)
    except ValueError:
        return ServiceError()
    return error_in(document)


def error_in(document: Any) -> ServiceError:
    """The same for a document that has been read.

    :param document: any JSON value.
    """
    if not isinstance(document, dict):
        return ServiceError()
    levels = [document, *(value for value in document.values() if isinstance(value, dict))]
    code, message = next(
        (
            (_text(level.get(code)), _text(level.get(message)))
            for level in levels
            for code, message in _SHAPES
            if _text(level.get(code)) is not None
        ),
        (None, None),
    )
    if code is None:
        message = _first(_text(level.get(name)) for _unused, name in _SHAPES for level in levels)
    return ServiceError(
        code=code,
        message=message,
        encoded_authorization_message=_first(_text(level.get(_REFUSAL)) for level in levels),
        request_id=_first(_text(level.get("request_id")) for level in levels),
    )


def check_printable(value: Any) -> None:
    """Check a value that is handed on as it is.

    :raises ValueError: where Ansible could not print it, or would take it for something of its own.
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
    raise ValueError("nested too deep")


def check_name(name: Any) -> None:
    """Check a name in an object that is handed on.

    :raises ValueError: where Ansible gives such a name a meaning of its own in what comes from a module.
    """
    if str(name).startswith("__ansible"):
        raise ValueError("a name that Ansible keeps for itself")


class _ConstantError(ValueError):
    pass


def _refuse_constant(_name: str) -> NoReturn:
    raise _ConstantError


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_constant(text)


def _first(values: Any) -> str | None:
    return next((value for value in values if value is not None), None)


def _text(value: Any) -> str | None:
    """A code can be an integer; anything else that is no string says nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None

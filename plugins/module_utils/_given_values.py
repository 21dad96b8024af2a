# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks what the user wrote, before Ansible's argument validation, which drops null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_int

from ._cloud.credentials import is_text
from ._cloud.errors import ConfigurationError
from ._images.criteria import SIZES


def check_given(given: Mapping[str, Any]) -> None:
    """Check values that the user wrote.

    :param given: options of a task or keywords of a lookup, without those that are omitted.
    :raises ConfigurationError: if a value is null or empty, which a failed template gives and which would widen the
        query or change the credentials; if it cannot be encoded; or if a size has a unit.
    """
    for name, value in given.items():
        _check_text(name, value)
        for number, item in enumerate(value if isinstance(value, (list, tuple)) else ()):
            _check_text(f"{name}[{number}]", item)
        if name in SIZES:
            _check_size(name, value)


def _check_text(name: str, value: Any) -> None:
    if value is None:
        reason = "is null (a template without else gives null since ansible-core 2.19)"
    elif value == "":
        reason = "is empty"
    elif isinstance(value, str) and not is_text(value):
        raise ConfigurationError(f"{name} contains an unpaired surrogate (invalid Unicode)")
    else:
        return
    raise ConfigurationError(f"{name} {reason}. Set a value, or use omit to leave the option out")


def _check_size(name: str, value: Any) -> None:
    try:
        check_type_int(value)
    except TypeError:
        raise SIZES[name].error(name, value) from None

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A value and its origin. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """A value that the user set.

    :ivar value: the value, converted to the type of its option.
    :ivar origin: the source of the value, in words with which a message can begin: ``the environment variable X``,
        ``ak in section [basic] of PATH``, or only the name for an option of the task.
    """

    value: Any
    origin: str


def describe_origins(settings: Iterable[Setting]) -> str:
    """Name the origins of several values in one phrase: ``the environment variables X and Y``."""
    names: dict[tuple[str, str], list[str]] = {}
    for setting in settings:
        words, _in, location = setting.origin.partition(" in ")
        noun, _blank, name = words.rpartition(" ")
        names.setdefault((noun, location), []).append(name)
    return _enumerate([_describe(noun, location, found) for (noun, location), found in names.items()])


def _describe(noun: str, location: str, names: Sequence[str]) -> str:
    if noun:
        return f"{noun}{'s' if len(names) > 1 else ''} {_enumerate(names)}"
    return f"{_enumerate(names)} {f'in {location}' if location else '(task)'}"


def _enumerate(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

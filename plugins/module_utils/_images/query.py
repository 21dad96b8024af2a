# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent to the service: the part of a query that the service applies. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._cloud.errors import ConfigurationError

#: The most rows that the API returns in a page, and the largest offset that it accepts.
MAX_PAGE = 100
MAX_OFFSET = 5000

#: Parameters of the API that are sent as they are, with the greatest length of each.
PARAMETERS: dict[str, int] = {
    "image_id": 255,
    "os_type": 255,
    "image_type": 255,
    "platform": 255,
    "architecture": 10,
    "package_type": 255,
    "sort_field": 255,
    "sort_type": 255,
}

_SORT = ("sort_field", "sort_type")
_NEWEST_FIRST = (("sort_field", "created_at"), ("sort_type", "desc"))


class ImageQuery(NamedTuple):
    """A listing on the server.

    :ivar parameters: names and values as they are sent, except ``limit`` and ``offset``.
    :ivar offset: of the first image, from 0 to 5000.
    :ivar limit: the most images to take, None for all.
    """

    parameters: tuple[tuple[str, str], ...] = ()
    offset: int = 0
    limit: int | None = None

    @property
    def is_newest_first(self) -> bool:
        """Whether the request sorts the newest images first."""
        return set(_NEWEST_FIRST) <= set(self.parameters)

    def has(self, name: str) -> bool:
        """Whether a parameter is sent."""
        return any(name == sent for sent, _value in self.parameters)

    def page(self, offset: int, size: int) -> list[tuple[str, str]]:
        """Build the parameters of one request.

        :param offset: of the page's first image.
        :param size: the most images that it may have, from 1 to 100.
        """
        return [*self.parameters, ("limit", str(size)), ("offset", str(offset))]


def build_query(options: Mapping[str, Any]) -> ImageQuery:
    """Build the query from a task's options.

    With ``most_recent``, the request sorts the newest images first, unless the task sets another order. If images have
    no ``created_at``, only the order of the service says which one is the newest.

    :param options: validated by the argument specification.
    :raises ConfigurationError: if the API does not accept a value; it names the option.
    """
    parameters = []
    for name, length in PARAMETERS.items():
        value = options.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise ConfigurationError(f"{name} must be a string, got {value!r}")
        if not 0 < len(value) <= length:
            raise ConfigurationError(f"{name} must have 1 to {length} characters, got {len(value)}")
        parameters.append((name, value))
    if options.get("most_recent") and all(options.get(name) is None for name in _SORT):
        parameters.extend(_NEWEST_FIRST)
    return ImageQuery(tuple(parameters), _offset(options.get("offset")), _limit(options.get("limit")))


def is_whole_number(value: Any) -> bool:
    """Whether a value is an integer; to Python, booleans are integers too."""
    return isinstance(value, int) and not isinstance(value, bool)


def _offset(offset: Any) -> int:
    if offset is None:
        return 0
    if not is_whole_number(offset) or not 0 <= offset <= MAX_OFFSET:
        raise ConfigurationError(f"offset must be from 0 to {MAX_OFFSET}, got {offset!r}")
    return int(offset)


def _limit(limit: Any) -> int | None:
    if limit is None:
        return None
    if not is_whole_number(limit) or limit < 1:
        raise ConfigurationError(f"limit must be at least 1, got {limit!r}. Leave it out to take all images")
    return int(limit)

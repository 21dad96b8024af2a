# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the user asks for: the part that the server answers, checked before anything is sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._cloud.errors import ConfigurationError

#: Records per page that the API gives at most, and the last offset that it takes.
MAX_PAGE = 100
MAX_OFFSET = 5000

#: Parameters of the API that are sent as they are, with the characters that each may have.
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


class ImageQuery(NamedTuple):
    """A listing on the server.

    :ivar parameters: names and values as they are sent, but for ``limit`` and ``offset``.
    :ivar offset: of the first image, from 0 to 5000.
    :ivar limit: the most images to take, None for all.
    """

    parameters: tuple[tuple[str, str], ...] = ()
    offset: int = 0
    limit: int | None = None

    def page(self, offset: int, size: int) -> list[tuple[str, str]]:
        """The parameters of one page's request.

        :param offset: of its first image.
        :param size: images that it may hold, from 1 to 100.
        """
        return [*self.parameters, ("limit", str(size)), ("offset", str(offset))]


def build_query(options: Mapping[str, Any]) -> ImageQuery:
    """The query in a task's options.

    :param options: validated by the argument specification.
    :raises ConfigurationError: where the API would not take a value; it names the option.
    """
    parameters = []
    for name, length in PARAMETERS.items():
        value = options.get(name)
        if value is None:
            continue
        if not 0 < len(value) <= length:
            raise ConfigurationError(f"{name} must have 1 to {length} characters, got {len(value)}")
        parameters.append((name, value))
    return ImageQuery(tuple(parameters), _offset(options.get("offset")), _limit(options.get("limit")))


def _offset(offset: int | None) -> int:
    if offset is not None and not 0 <= offset <= MAX_OFFSET:
        raise ConfigurationError(f"offset must be from 0 to {MAX_OFFSET}, got {offset}")
    return offset or 0


def _limit(limit: int | None) -> int | None:
    if limit is not None and limit < 1:
        raise ConfigurationError(f"limit must be at least 1, got {limit}; leave it out for all images")
    return limit

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A value together with where it came from. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple


class Setting(NamedTuple):
    """A value that the user set.

    :ivar value: the value, converted to the type of its option.
    :ivar origin: where it came from, in words with which a message can begin, such as ``the environment variable X``.
    """

    value: Any
    origin: str

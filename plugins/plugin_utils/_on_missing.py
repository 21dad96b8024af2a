# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do where nothing was found: fail, warn, or say nothing."""

from __future__ import annotations

from typing import Callable


class Missing(Exception):
    """Nothing was found, and that is an error."""


def on_missing(choice: str, message: str, warn: Callable[[str], None]) -> None:
    """Tell the user, or not.

    :param choice: ``error``, ``warn`` or ``skip``.
    :raises Missing: where that is chosen.
    """
    if choice == "error":
        raise Missing(message)
    if choice == "warn":
        warn(message)

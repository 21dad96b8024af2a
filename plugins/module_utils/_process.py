# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the process in which a search runs provides: a cache, a guard of credentials, and a display."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, NamedTuple

from ._cloud.guard import GuardFor
from ._cloud.progress import Report
from ._images.image import CachedListing


@dataclass(frozen=True)
class ListingKey:
    """What distinguishes a listing from others.

    :ivar parts: without a secret.
    :ivar secrets: of the credentials, for a cache whose keys do not reveal them.
    """

    parts: Mapping[str, Any]
    secrets: tuple[str | None, ...] = field(default=(), repr=False)


#: Returns the cached listing of a key, or fetches it and caches it. A third argument is the greatest age in seconds.
GetOrFetch = Callable[..., CachedListing]


class Process(NamedTuple):
    """What the process provides.

    :ivar get_or_fetch: caches listings.
    :ivar guard_for: returns the guard that prevents rejected credentials from being sent again.
    :ivar report: shows what happens while it happens.
    """

    get_or_fetch: GetOrFetch
    guard_for: GuardFor
    report: Report

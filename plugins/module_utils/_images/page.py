# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One page of ListImages: fetched and checked."""

from __future__ import annotations

from typing import NamedTuple

from .._cloud.client import Client
from .image import Image
from .query import ImageQuery
from .schema import page_schema

OPERATION = "ListImages"


class Page(NamedTuple):
    """One response of the server.

    :ivar images: its rows.
    :ivar total_count: its own count of all.
    :ivar attempts: number of attempts of its request.
    """

    images: list[Image]
    total_count: int | None
    attempts: int = 1


def fetch_page(client: Client, query: ImageQuery, offset: int, size: int) -> Page:
    """The page at an offset.

    :param size: rows that it may hold.
    :raises CloudError: where there is no such page.
    """
    path = ("v2", client.project_id, "images")
    response = client.get(OPERATION, path, query.page(offset, size))
    document = response.json(page_schema())
    client.mark_authenticated()
    return Page(document["images"], document["total_count"], response.attempts)

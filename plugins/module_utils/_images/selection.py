# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selects images: those that match all criteria, or the newest of them. Pure."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from typing import NamedTuple

from .._cloud.errors import Unresolved
from .criteria import Criteria
from .image import Image, describe, quote
from .query import ImageQuery
from .times import parse_moment

#: A longer text is not looked into for a list.
_LONGEST_LIST = 10_000


class Selection(NamedTuple):
    """What was selected.

    :ivar images: in the order of the listing.
    :ivar warnings: sentences for the user.
    """

    images: list[Image]
    warnings: list[str]


def select_images(
    images: Iterable[Image], criteria: Criteria, query: ImageQuery, region: str | None = None
) -> Selection:
    """Select the images that match all criteria; with ``most_recent``, the newest of them.

    :param images: with every documented field, in the order of the service.
    :param query: the query that was sent to the service.
    :param region: for messages.
    :raises Unresolved: if the newest image cannot be determined.
    """
    matches = criteria.apply(images)
    if not matches:
        return Selection([], _lists_as_text(criteria))
    if not criteria.most_recent or len(matches) == 1:
        return Selection(matches, [])
    newest, warnings = _newest(matches, query, region)
    return Selection([newest], [*warnings, *_mixtures(matches, newest, query, region)])


def _newest(matches: list[Image], query: ImageQuery, region: str | None) -> tuple[Image, list[str]]:
    """Return the newest image, with a warning if the service's order had to decide because dates are missing."""
    moments = [parse_moment(image["created_at"]) for image in matches]
    undated = [image for image, moment in zip(matches, moments) if moment is None]
    dated = [moment for moment in moments if moment is not None]
    if not undated:
        latest = max(dated)
        return min((image for image, moment in zip(matches, moments) if moment == latest), key=_id), []
    without = f"{describe(undated[0])} has" if len(undated) == 1 else f"{len(undated)} have"
    problem = f"cannot determine the newest of {len(matches)} images: {without} no valid created_at"
    what_helps = 'Add created_after: "2000-01-01" to ignore such images, or narrow name'
    if not query.is_newest_first:
        sort = " and ".join(name for name in ("sort_field", "sort_type") if query.has(name))
        raise Unresolved(problem, region=region, hint=f"{what_helps}, or remove {sort}.")
    if dated != sorted(dated, reverse=True):
        raise Unresolved(
            f"{problem}, and the service's order contradicts the dates of the others",
            region=region,
            hint=f"{what_helps}.",
        )
    return matches[0], [
        f"{len(undated)} of {len(matches)} matching images {'has' if len(undated) == 1 else 'have'} no valid "
        f"created_at; the service's order was used, by which {describe(matches[0])} is the newest{_in(region)}"
    ]


def _id(image: Image) -> str:
    return str(image["id"])


def _mixtures(matches: list[Image], newest: Image, query: ImageQuery, region: str | None) -> list[str]:
    """Warn if the newest was taken from images of several kinds, and the task did not choose one."""
    warnings = []
    for option in ("architecture", "image_type"):
        kinds = sorted({image[option] for image in matches if image[option] is not None})
        if len(kinds) > 1 and not query.has(option):
            shown = ", ".join(kinds[:5])
            warnings.append(
                f"The {len(matches)} matching images differ in {option} ({shown}); the newest, {describe(newest)}, has "
                f"{newest[option] or 'none'}. Set {option} to choose{_in(region)}"
            )
    return warnings


def _in(region: str | None) -> str:
    return f" (region {region})" if region else ""


def _lists_as_text(criteria: Criteria) -> list[str]:
    """Warn of patterns that are a list in JSON or Python, as ``to_json`` and ad hoc commands make them."""
    return [
        f"No image matches. {option} is one pattern; it looks like a list written as text: {quote(text)}. "
        f"Give {option} a list instead"
        for option in ("name", "os_version")
        for text in criteria.texts(option)
        if _is_list(text)
    ]


def _is_list(text: str) -> bool:
    text = text.strip()
    if len(text) > _LONGEST_LIST or not (text.startswith("[") and text.endswith("]")):
        return False
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return isinstance(value, list) and any(isinstance(item, str) for item in value)
    return False

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the facts against the evidence. Each check has the name of its fact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import (
    FIELDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import MAX_PAGE
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.times import parse_moment
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import IMAGE_QUERY
from ansible_collections.huaweicloud.workspace.tests.emulator.recording import Exchange
from ansible_collections.huaweicloud.workspace.tests.verify.collector import FILTERS, Evidence

#: Fields of the SDK's model that the documentation of ListImages does not list.
_SDK_ONLY = ("kms_id",)
#: Maximum difference of the clocks, in seconds.
_CLOCK_TOLERANCE = 60

Check = Callable[[Evidence], "Finding"]
CHECKS: dict[str, Check] = {}


class Finding(NamedTuple):
    """The result of a check.

    :ivar holds: whether the fact holds, None if the evidence does not show it.
    :ivar observed: the observation as text.
    """

    holds: bool | None
    observed: str


NOT_SEEN = Finding(None, "no response to this request")


def _check(function: Check) -> Check:
    """Add a function to CHECKS by its name."""
    CHECKS[function.__name__] = function
    return function


def _enumerate(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values) or "none"


def _describe(exchange: Exchange | None) -> str:
    """Return a description of a response: status, and the number of images or the error."""
    if exchange is None:
        return "not requested"
    body = exchange.body
    if isinstance(body, dict) and isinstance(body.get("images"), list):
        total = f"`total_count` {body['total_count']}" if "total_count" in body else "no `total_count`"
        return f"HTTP {exchange.status}, {len(body['images'])} images, {total}"
    if isinstance(body, dict):
        shown = ", ".join(f"`{name}`: {value}" for name, value in sorted(_leaves(body)))
        return f"HTTP {exchange.status}, {shown or 'an empty JSON object'}"
    return f"HTTP {exchange.status}, a body that is not a JSON object"


def _leaves(body: dict[str, Any], prefix: str = "") -> list[tuple[str, object]]:
    """Return names and values in the body of an error, including those one level down."""
    leaves: list[tuple[str, object]] = []
    for name, value in body.items():
        if isinstance(value, dict) and not prefix:
            leaves += _leaves(value, f"{name}.")
        else:
            leaves.append((prefix + name, value if isinstance(value, (str, int)) else type(value).__name__))
    return leaves


def _all_images(evidence: Evidence) -> list[dict[str, Any]]:
    return evidence.listing("default")


@_check
def fields(evidence: Evidence) -> Finding:
    images = _all_images(evidence)
    if not images:
        return Finding(None, "the account has no images")
    counts = Counter(name for image in images for name in image)
    incomplete = [name for name in FIELDS if counts[name] < len(images) and name not in _SDK_ONLY]
    missing = [f"{name} ({len(images) - counts[name]} of {len(images)})" for name in incomplete]
    others = [name for name in counts if name not in FIELDS]
    return Finding(not missing and not others, f"missing: {_enumerate(missing)}; others: {_enumerate(others)}")


@_check
def types(evidence: Evidence) -> Finding:
    wrong = Counter(
        f"{name} {type(image[name]).__name__}"
        for image in _all_images(evidence)
        for names, kind in ((TEXT_FIELDS, str), (NUMBER_FIELDS, int))
        for name in names
        if name in image and not isinstance(image[name], kind)
    )
    return _unless_empty(evidence, not wrong, f"others: {_enumerate(f'{name} ({n})' for name, n in wrong.items())}")


@_check
def values(evidence: Evidence) -> Finding:
    wrong = {
        f"{name} {image[name]}"
        for image in _all_images(evidence)
        for name in ("image_type", "os_type", "architecture", "disk_format")
        if isinstance(image.get(name), str) and image[name] not in IMAGE_QUERY[name]["choices"]
    }
    return _unless_empty(evidence, not wrong, f"others: {_enumerate(sorted(wrong))}")


@_check
def content_type(evidence: Evidence) -> Finding:
    headers = evidence.exchanges["default page 1"].headers
    text = next((value for name, value in headers.items() if name.lower() == "content-type"), "no Content-Type")
    return Finding(text.startswith("application/json"), f"`{text}`")


@_check
def request_id(evidence: Evidence) -> Finding:
    return _list_headers(evidence, "x-request-id" in evidence.headers, "request-id", "trace-id")


@_check
def date_header(evidence: Evidence) -> Finding:
    if not evidence.clock_differences:
        return Finding(False, "no valid header Date")
    largest = max(map(abs, evidence.clock_differences))
    is_close = largest <= _CLOCK_TOLERANCE
    return Finding(is_close, f"{'within' if is_close else 'more than'} {_CLOCK_TOLERANCE} seconds")


@_check
def total_count(evidence: Evidence) -> Finding:
    pages = evidence.pages("default")
    counts = {evidence.exchanges[page].body.get("total_count") for page in pages if evidence.rows(page) is not None}
    images = len(_all_images(evidence))
    is_complete = len(evidence.rows(pages[-1]) or []) < MAX_PAGE
    return Finding(
        counts == {images} if is_complete else None,
        f"`total_count` {_enumerate(counts)}, {images} images on {len(pages)} pages"
        f"{'' if is_complete else ', more exist'}",
    )


@_check
def full_pages(evidence: Evidence) -> Finding:
    sizes = [len(evidence.rows(page) or []) for page in evidence.pages("default")]
    following = evidence.rows("past the end")
    if len(sizes) == 1 and following is None:
        return NOT_SEEN
    is_short = any(size < MAX_PAGE for size in sizes[:-1]) or (sizes[-1] < MAX_PAGE and bool(following))
    return Finding(not is_short and max(sizes) <= MAX_PAGE, f"images on each page: {', '.join(map(str, sizes))}")


@_check
def no_repetition(evidence: Evidence) -> Finding:
    repeated = [
        name for name, count in Counter(image.get("id") for image in _all_images(evidence)).items() if count > 1
    ]
    return _unless_empty(evidence, not repeated, f"repeated: {_enumerate(repeated)}")


@_check
def offset_counts_images(evidence: Evidence) -> Finding:
    images, row = _all_images(evidence), evidence.rows("offset 1")
    if row is None or len(images) < 2:
        return NOT_SEEN
    position = next(
        (number for number, image in enumerate(images) if row and image.get("id") == row[0].get("id")), None
    )
    return Finding(position == 1, f"`offset` 1 begins with the image at position {position}")


@_check
def default_order(evidence: Evidence) -> Finding:
    """Compare the order with that of sort_field=name: names are placeholders, which have no order."""
    by_name = [image.get("name") for image in evidence.listing("names descending")]
    by_default = [image.get("name") for image in _all_images(evidence)]
    if len(by_default) < 2 or not by_name:
        return NOT_SEEN
    is_reverse = by_name == by_default[::-1][: len(by_name)]
    return Finding(
        is_reverse, f"it is {'' if is_reverse else 'not '}the reverse of `sort_field` `name`, `sort_type` `desc`"
    )


@_check
def descending(evidence: Evidence) -> Finding:
    first, last = evidence.listing("names descending")[:1], _all_images(evidence)[-1:]
    if not first or len(_all_images(evidence)) < 2:
        return NOT_SEEN
    is_same = first[0].get("name") == last[0].get("name")
    return Finding(is_same, f"its first name is {'' if is_same else 'not '}the last one of the default order")


@_check
def newest_first(evidence: Evidence) -> Finding:
    return _check_order(evidence, "newest", newest=True)


@_check
def oldest_first(evidence: Evidence) -> Finding:
    return _check_order(evidence, "oldest", newest=False)


@_check
def same_images_in_each_order(evidence: Evidence) -> Finding:
    one, other = ({image.get("id") for image in evidence.listing(name)} for name in ("default", "newest"))
    if not one or not other:
        return NOT_SEEN
    return Finding(one == other, f"{len(one)} and {len(other)} images, {len(one & other)} of them in both")


@_check
def created_at(evidence: Evidence) -> Finding:
    missing = sum(not image.get("created_at") for image in _all_images(evidence))
    return _unless_empty(evidence, not missing, f"missing in {missing} of {len(_all_images(evidence))} images")


@_check
def date_shapes(evidence: Evidence) -> Finding:
    dates = [image["created_at"] for image in _all_images(evidence) if image.get("created_at")]
    shapes = Counter(re.sub(r"\d", "0", str(date)) for date in dates)
    invalid = sum(parse_moment(date) is None for date in dates)
    shown = ", ".join(f"`{shape}` ({count})" for shape, count in shapes.most_common())
    return Finding(not invalid if dates else None, f"shapes: {shown or 'none'}; not valid: {invalid}")


@_check
def filters(evidence: Evidence) -> Finding:
    sent = [name for name in FILTERS if evidence.rows(name) is not None]
    wrong = [
        name
        for name in sent
        for image in evidence.rows(name) or []
        if image.get(name) != _query_of(evidence, name)[name]
    ]
    return Finding(
        not wrong if sent else None, f"sent: {_enumerate(sent)}; other values: {_enumerate(sorted({*wrong}))}"
    )


@_check
def case_of_filters(evidence: Evidence) -> Finding:
    sent = {name: evidence.exchanges.get(f"{name} in another case") for name in FILTERS}
    shown = [
        f"`{name}={_query_of(evidence, exchange.name)[name]}`: {_describe(exchange)}"
        for name, exchange in sent.items()
        if exchange
    ]
    return Finding(bool(shown) or None, "; ".join(shown) or NOT_SEEN.observed)


@_check
def image_id(evidence: Evidence) -> Finding:
    rows = evidence.rows("image_id")
    if rows is None:
        return _expect(evidence, "image_id", lambda _exchange: False)
    return Finding(
        [row.get("id") for row in rows] == [_query_of(evidence, "image_id")["image_id"]], f"{len(rows)} images"
    )


@_check
def throttling_headers(evidence: Evidence) -> Finding:
    return _list_headers(evidence, True, "ratelimit", "retry-after")


def _query_of(evidence: Evidence, name: str) -> dict[str, str]:
    return dict(evidence.exchanges[name].query)


def _expect(evidence: Evidence, request: str, holds: Callable[[Exchange], bool]) -> Finding:
    """Check the response to one request."""
    exchange = evidence.exchanges.get(request)
    return NOT_SEEN if exchange is None else Finding(holds(exchange), _describe(exchange))


def _list_headers(evidence: Evidence, holds: bool, *parts: str) -> Finding:
    """Return a finding with the headers whose names contain one of the parts."""
    names = sorted(name for name in evidence.headers if any(part in name for part in parts))
    return Finding(holds, f"headers: {_enumerate(names)}")


def _unless_empty(evidence: Evidence, holds: bool, observed: str) -> Finding:
    return Finding(holds, observed) if _all_images(evidence) else Finding(None, "the account has no images")


def _check_order(evidence: Evidence, name: str, *, newest: bool) -> Finding:
    times = [parse_moment(image.get("created_at")) for image in evidence.listing(name)]
    dated = [time for time in times if time is not None]
    if len(dated) < 2:
        return Finding(None, f"{len(dated)} of {len(times)} images have a valid `created_at`")
    undated = [position for position, time in enumerate(times) if time is None]
    is_sorted = dated == sorted(dated, reverse=newest)
    positions = (
        f"; without a valid `created_at`, at the positions {', '.join(map(str, undated[:10]))}" if undated else ""
    )
    return Finding(is_sorted, f"{len(dated)} dated images {'in order' if is_sorted else 'not in order'}{positions}")


def _is_empty_page(exchange: Exchange) -> bool:
    return exchange.status == 200 and isinstance(exchange.body, dict) and exchange.body.get("images") == []


def _error(exchange: Exchange, status: int) -> dict[str, Any]:
    """Return the body of an error with a status; an empty one for any other response."""
    return exchange.body if exchange.status == status and isinstance(exchange.body, dict) else {}


#: Facts that the response to one request shows: the name of the request, and whether the fact holds. An open question
#: has no expected response.
_SINGLE_RESPONSES: dict[str, tuple[str, Callable[[Exchange], bool]]] = {
    "past_the_end": ("past the end", _is_empty_page),
    "largest_offset": ("largest offset", lambda exchange: exchange.status == 200),
    "offset_too_large": ("offset too large", lambda exchange: exchange.status == 400),
    "limit_too_large": ("limit too large", lambda exchange: exchange.status == 400),
    "limit_zero": ("limit 0", lambda _exchange: True),
    "unknown_image_id": ("unknown image_id", _is_empty_page),
    "unknown_parameter": ("unknown parameter", lambda _exchange: True),
    "empty_parameter": ("empty parameter", lambda _exchange: True),
    "bad_parameter": (
        "bad parameter",
        lambda exchange: all(isinstance(_error(exchange, 400).get(name), str) for name in ("error_code", "error_msg")),
    ),
    "bad_signature": (
        "bad signature",
        lambda exchange: bool(re.fullmatch(r"API(?:GW|G|C)\.0301", str(_error(exchange, 401).get("error_code")))),
    ),
}
CHECKS.update(
    {fact: partial(_expect, request=request, holds=holds) for fact, (request, holds) in _SINGLE_RESPONSES.items()}
)

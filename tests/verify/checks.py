# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the facts with the evidence: a function for each fact, of its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
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

#: Fields of the SDK's model that the page does not have.
_NOT_ON_PAGE = ("kms_id",)
#: Seconds by which the clocks may differ.
_SAME_TIME = 60

Check = Callable[[Evidence], "Finding"]
CHECKS: dict[str, Check] = {}


class Finding(NamedTuple):
    """What was seen of a fact.

    :ivar holds: None if it was not seen.
    :ivar observed: in words.
    """

    holds: bool | None
    observed: str


NOT_SEEN = Finding(None, "no such request was answered")


def _check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


def _enumerated(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values) or "none"


def _described(exchange: Exchange | None) -> str:
    """Describe a response: status, and the number of images or the error."""
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
    """Return the values of an error's body with their names, those one level down too."""
    found: list[tuple[str, object]] = []
    for name, value in body.items():
        if isinstance(value, dict) and not prefix:
            found += _leaves(value, f"{name}.")
        else:
            found.append((prefix + name, value if isinstance(value, (str, int)) else type(value).__name__))
    return found


def _all(evidence: Evidence) -> list[dict[str, Any]]:
    return evidence.listing("default")


@_check
def fields(evidence: Evidence) -> Finding:
    images = _all(evidence)
    if not images:
        return Finding(None, "the account has no images")
    counts = Counter(name for image in images for name in image)
    incomplete = [name for name in FIELDS if counts[name] < len(images) and name not in _NOT_ON_PAGE]
    missing = [f"{name} ({len(images) - counts[name]} of {len(images)})" for name in incomplete]
    others = [name for name in counts if name not in FIELDS]
    return Finding(not missing and not others, f"missing: {_enumerated(missing)}; others: {_enumerated(others)}")


@_check
def types(evidence: Evidence) -> Finding:
    wrong = Counter(
        f"{name} {type(image[name]).__name__}"
        for image in _all(evidence)
        for names, kind in ((TEXT_FIELDS, str), (NUMBER_FIELDS, int))
        for name in names
        if name in image and not isinstance(image[name], kind)
    )
    return _unless_empty(evidence, not wrong, f"others: {_enumerated(f'{name} ({n})' for name, n in wrong.items())}")


@_check
def values(evidence: Evidence) -> Finding:
    wrong = {
        f"{name} {image[name]}"
        for image in _all(evidence)
        for name in ("image_type", "os_type", "architecture", "disk_format")
        if isinstance(image.get(name), str) and image[name] not in IMAGE_QUERY[name]["choices"]
    }
    return _unless_empty(evidence, not wrong, f"others: {_enumerated(sorted(wrong))}")


@_check
def content_type(evidence: Evidence) -> Finding:
    kind = evidence.exchanges["default page 1"].headers
    text = next((value for name, value in kind.items() if name.lower() == "content-type"), "no Content-Type")
    return Finding(text.startswith("application/json"), f"`{text}`")


@_check
def request_id(evidence: Evidence) -> Finding:
    found = sorted(name for name in evidence.headers if "request-id" in name or "trace-id" in name)
    return Finding("x-request-id" in evidence.headers, f"headers: {_enumerated(found)}")


@_check
def date_header(evidence: Evidence) -> Finding:
    if not evidence.clock_differences:
        return Finding(False, "no valid header Date")
    largest = max(map(abs, evidence.clock_differences))
    return Finding(largest <= _SAME_TIME, f"{'within' if largest <= _SAME_TIME else 'more than'} {_SAME_TIME} seconds")


@_check
def total_count(evidence: Evidence) -> Finding:
    pages = evidence.pages("default")
    counts = {evidence.exchanges[page].body.get("total_count") for page in pages if evidence.rows(page) is not None}
    images = len(_all(evidence))
    is_whole = len(evidence.rows(pages[-1]) or []) < MAX_PAGE
    return Finding(
        counts == {images} if is_whole else None,
        f"`total_count` {_enumerated(counts)}, {images} images on {len(pages)} pages"
        f"{'' if is_whole else ', more exist'}",
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
    repeated = [name for name, count in Counter(image.get("id") for image in _all(evidence)).items() if count > 1]
    return _unless_empty(evidence, not repeated, f"repeated: {_enumerated(repeated)}")


@_check
def offset_counts_images(evidence: Evidence) -> Finding:
    images, row = _all(evidence), evidence.rows("offset 1")
    if row is None or len(images) < 2:
        return NOT_SEEN
    position = next(
        (number for number, image in enumerate(images) if row and image.get("id") == row[0].get("id")), None
    )
    return Finding(position == 1, f"`offset` 1 begins with the image at position {position}")


@_check
def past_the_end(evidence: Evidence) -> Finding:
    return _expect(evidence, "past the end", lambda exchange: evidence.rows("past the end") == [])


@_check
def largest_offset(evidence: Evidence) -> Finding:
    return _expect(evidence, "largest offset", lambda exchange: exchange.status == 200)


@_check
def offset_too_large(evidence: Evidence) -> Finding:
    return _expect(evidence, "offset too large", lambda exchange: exchange.status == 400)


@_check
def limit_too_large(evidence: Evidence) -> Finding:
    return _expect(evidence, "limit too large", lambda exchange: exchange.status == 400)


@_check
def limit_zero(evidence: Evidence) -> Finding:
    return _expect(evidence, "limit 0", lambda exchange: True)


@_check
def default_order(evidence: Evidence) -> Finding:
    """Names are placeholders, so that the order is compared with that of sort_field=name."""
    descending = [row.get("name") for row in evidence.listing("names descending")]
    ascending = [row.get("name") for row in _all(evidence)]
    if len(ascending) < 2 or not descending:
        return NOT_SEEN
    is_reverse = descending == ascending[::-1][: len(descending)]
    return Finding(
        is_reverse, f"it is {'' if is_reverse else 'not '}the reverse of `sort_field` `name`, `sort_type` `desc`"
    )


@_check
def descending(evidence: Evidence) -> Finding:
    first, last = evidence.listing("names descending")[:1], _all(evidence)[-1:]
    if not first or len(_all(evidence)) < 2:
        return NOT_SEEN
    same = first[0].get("name") == last[0].get("name")
    return Finding(same, f"its first name is {'' if same else 'not '}the last one of the default order")


@_check
def newest_first(evidence: Evidence) -> Finding:
    return _in_order(evidence, "newest", newest=True)


@_check
def oldest_first(evidence: Evidence) -> Finding:
    return _in_order(evidence, "oldest", newest=False)


@_check
def same_images_in_each_order(evidence: Evidence) -> Finding:
    one, other = ({image.get("id") for image in evidence.listing(name)} for name in ("default", "newest"))
    if not one or not other:
        return NOT_SEEN
    return Finding(one == other, f"{len(one)} and {len(other)} images, {len(one & other)} of them in both")


@_check
def created_at(evidence: Evidence) -> Finding:
    missing = sum(not image.get("created_at") for image in _all(evidence))
    return _unless_empty(evidence, not missing, f"missing in {missing} of {len(_all(evidence))} images")


@_check
def date_shapes(evidence: Evidence) -> Finding:
    dates = [image["created_at"] for image in _all(evidence) if image.get("created_at")]
    shapes = Counter(re.sub(r"\d", "0", str(date)) for date in dates)
    unread = sum(parse_moment(date) is None for date in dates)
    shown = ", ".join(f"`{shape}` ({count})" for shape, count in shapes.most_common())
    return Finding(not unread if dates else None, f"shapes: {shown or 'none'}; not read: {unread}")


@_check
def filters(evidence: Evidence) -> Finding:
    seen = [name for name in FILTERS if evidence.rows(name) is not None]
    wrong = [
        name for name in seen for image in evidence.rows(name) or [] if image.get(name) != _sent(evidence, name)[name]
    ]
    return Finding(
        not wrong if seen else None, f"sent: {_enumerated(seen)}; other values: {_enumerated(sorted({*wrong}))}"
    )


@_check
def case_of_filters(evidence: Evidence) -> Finding:
    seen = {name: evidence.exchanges.get(f"{name} in another case") for name in FILTERS}
    shown = [
        f"`{name}={_sent(evidence, exchange.name)[name]}`: {_described(exchange)}"
        for name, exchange in seen.items()
        if exchange
    ]
    return Finding(bool(shown) or None, "; ".join(shown) or NOT_SEEN.observed)


@_check
def image_id(evidence: Evidence) -> Finding:
    rows = evidence.rows("image_id")
    if rows is None:
        return _expect(evidence, "image_id", lambda exchange: False)
    return Finding([row.get("id") for row in rows] == [_sent(evidence, "image_id")["image_id"]], f"{len(rows)} images")


@_check
def unknown_image_id(evidence: Evidence) -> Finding:
    return _expect(evidence, "unknown image_id", lambda exchange: evidence.rows("unknown image_id") == [])


@_check
def unknown_parameter(evidence: Evidence) -> Finding:
    return _expect(evidence, "unknown parameter", lambda exchange: True)


@_check
def empty_parameter(evidence: Evidence) -> Finding:
    return _expect(evidence, "empty parameter", lambda exchange: True)


@_check
def bad_parameter(evidence: Evidence) -> Finding:
    return _expect(
        evidence,
        "bad parameter",
        lambda exchange: (
            exchange.status == 400
            and isinstance(exchange.body, dict)
            and all(isinstance(exchange.body.get(name), str) for name in ("error_code", "error_msg"))
        ),
    )


@_check
def bad_signature(evidence: Evidence) -> Finding:
    return _expect(
        evidence,
        "bad signature",
        lambda exchange: (
            exchange.status == 401
            and isinstance(exchange.body, dict)
            and re.fullmatch(r"API(?:GW|G|C)\.0301", str(exchange.body.get("error_code"))) is not None
        ),
    )


@_check
def throttling_headers(evidence: Evidence) -> Finding:
    found = sorted(name for name in evidence.headers if "ratelimit" in name or name == "retry-after")
    return Finding(True, f"headers: {_enumerated(found)}")


def _sent(evidence: Evidence, name: str) -> dict[str, str]:
    return dict(evidence.exchanges[name].query)


def _expect(evidence: Evidence, name: str, holds: Callable[[Exchange], bool]) -> Finding:
    exchange = evidence.exchanges.get(name)
    return NOT_SEEN if exchange is None else Finding(holds(exchange), _described(exchange))


def _unless_empty(evidence: Evidence, holds: bool, observed: str) -> Finding:
    return Finding(holds, observed) if _all(evidence) else Finding(None, "the account has no images")


def _in_order(evidence: Evidence, name: str, *, newest: bool) -> Finding:
    moments = [parse_moment(image.get("created_at")) for image in evidence.listing(name)]
    dated = [moment for moment in moments if moment is not None]
    if len(dated) < 2:
        return Finding(None, f"{len(dated)} of {len(moments)} images have a valid `created_at`")
    undated = [number for number, moment in enumerate(moments) if moment is None]
    is_sorted = dated == sorted(dated, reverse=newest)
    where = f"; without a valid `created_at`, at the positions {', '.join(map(str, undated[:10]))}" if undated else ""
    return Finding(is_sorted, f"{len(dated)} dated images {'in order' if is_sorted else 'not in order'}{where}")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the requests, and records the responses with placeholders."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.client import Client
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import AccessKey
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.messages import Response
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.signing import SdkHmacSha256
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import MAX_OFFSET, MAX_PAGE
from ansible_collections.huaweicloud.workspace.tests.emulator.recording import Exchange, Query
from ansible_collections.huaweicloud.workspace.tests.verify.placeholders import UNKNOWN_IMAGE, Placeholders

#: Maximum number of requests, including those for credentials and the project.
MAX_REQUESTS = 40
#: Requests before the first of ListImages: instance metadata or STS, an agency and the project.
FIRST_REQUESTS = 4
#: Maximum number of pages in each order.
MAX_PAGES = 8

NEWEST_FIRST: Query = (("sort_field", "created_at"), ("sort_type", "desc"))
OLDEST_FIRST: Query = (("sort_field", "created_at"), ("sort_type", "asc"))
NAMES_DESCENDING: Query = (("sort_field", "name"), ("sort_type", "desc"))

#: Filters that are sent in the documented letter case and in another one.
FILTERS = {"os_type": str.lower, "image_type": str.upper, "architecture": str.upper}

#: Prefixes of the names of the recorded headers.
_HEADER_PREFIXES = ("content-type", "retry-after", "x-apig-ratelimit", "x-ratelimit", "ratelimit")


class RequestFailed(Exception):
    """The first page cannot be read, so nothing can be compared."""


@dataclass
class Evidence:
    """The responses by name of the request, with placeholders.

    :ivar headers: names of all response headers.
    :ivar clock_differences: seconds between the header Date and this machine's clock.
    :ivar stopped: the reason if not all requests were sent.
    """

    exchanges: dict[str, Exchange] = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)
    clock_differences: list[float] = field(default_factory=list)
    stopped: str | None = None

    def rows(self, name: str) -> list[Any] | None:
        """Return the images of a page, None if the response is not a page."""
        exchange = self.exchanges.get(name)
        body = exchange.body if exchange is not None and exchange.status == 200 else None
        images = body.get("images") if isinstance(body, dict) else None
        return images if isinstance(images, list) else None

    def listing(self, name: str) -> list[dict[str, Any]]:
        """Return the images on all pages of a list that are objects."""
        pages = [self.rows(page) or [] for page in self.pages(name)]
        return [row for page in pages for row in page if isinstance(row, dict)]

    def pages(self, name: str) -> list[str]:
        """Return the names of the pages of a list, in order."""
        return [page for page in self.exchanges if page.rpartition(" page ")[0] == name]


class Collector:
    """Sends the requests.

    :param client: the client of the account.
    :param show: shows a line of progress.
    """

    def __init__(self, client: Client, placeholders: Placeholders, show: Callable[[str], None]) -> None:
        self.evidence = Evidence()
        self._client = client
        self._placeholders = placeholders
        self._show = show
        self._sent = FIRST_REQUESTS

    def collect(self) -> Evidence:
        """Send all requests, the one with a wrong signature last. After a reason to stop, send no more requests.

        :raises RequestFailed: if the first page cannot be read.
        """
        images = self._list("default", ())
        first = self.evidence.exchanges.get("default page 1")
        if first is None or self.evidence.rows(first.name) is None:
            raise RequestFailed(f"ListImages does not work: {first and first.body}")
        self._list("newest", NEWEST_FIRST)
        self._send("oldest page 1", (*OLDEST_FIRST, *_build_page(0)))
        self._send("names descending page 1", (*NAMES_DESCENDING, *_build_page(0)))
        self._send("past the end", _build_page(min(len(images), MAX_OFFSET)))
        self._send("offset 1", _build_page(1, 1))
        self._send("largest offset", _build_page(MAX_OFFSET, 1))
        self._send("offset too large", _build_page(MAX_OFFSET + 1, 1))
        self._send("limit too large", _build_page(0, MAX_PAGE + 1))
        self._send("limit 0", _build_page(0, 0))
        for name, change in FILTERS.items():
            value = next((row[name] for row in images if isinstance(row.get(name), str) and row[name]), None)
            if value is not None:
                self._send(name, ((name, value), *_build_page(0)))
                self._send(f"{name} in another case", ((name, change(value)), *_build_page(0)))
        for row in images[:1]:
            self._send("image_id", (("image_id", str(row.get("id"))), *_build_page(0)))
        self._send("unknown image_id", (("image_id", UNKNOWN_IMAGE), *_build_page(0)))
        self._send("unknown parameter", (("no_such_parameter", "1"), *_build_page(0, 1)))
        self._send("empty parameter", (("os_type", ""), *_build_page(0, 1)))
        self._send("bad parameter", (("sort_field", "no_such_field"), *_build_page(0, 1)))
        if isinstance(self._client.credentials, AccessKey):
            self._send("bad signature", _build_page(0, 1), is_rejected=True)
        return self.evidence

    def _list(self, name: str, order: Query) -> list[dict[str, Any]]:
        """Request pages until one is not full, and return the images with their real IDs."""
        images: list[dict[str, Any]] = []
        for number in range(1, MAX_PAGES + 1):
            page = self._send(f"{name} page {number}", (*order, *_build_page(len(images))))
            images += page
            if len(page) < MAX_PAGE:
                break
        return images

    def _send(self, name: str, query: Query, *, is_rejected: bool = False) -> list[dict[str, Any]]:
        """Send a request, record the response with placeholders, and return its images."""
        if self._sent >= MAX_REQUESTS:
            self.evidence.stopped = f"{MAX_REQUESTS} requests were sent"
        if self.evidence.stopped is not None:
            return []
        self._sent += 1
        client = self._client
        request = client.request("ListImages", ("v2", client.project_id, "images"), query)
        if is_rejected and isinstance(client.credentials, AccessKey):
            wrong = replace(client.credentials, secret_key="a-wrong-key-sent-on-purpose")
            request = replace(request, auth=SdkHmacSha256(wrong, client.transport.clock))
        started = time.time()
        try:
            response = client.transport.probe(request)
        except CloudError as error:
            self.evidence.stopped = f"{name}: {self._placeholders.text(error.reason)}"
            if not self.evidence.exchanges:
                raise RequestFailed(error.message()) from None
            return []
        self._record_headers(response, started)
        document = client.transport.secrets.mask_all(_parse_body(response))
        exchange = Exchange(
            name,
            tuple((key, self._placeholders.value(key, value)) for key, value in query),
            response.status,
            _select_headers(response),
            self._placeholders.document(document),
            is_rejected,
        )
        self.evidence.exchanges[name] = exchange
        self._show(f"{name}: HTTP {response.status}")
        self._stop_if_rejected(exchange)
        images = document.get("images") if isinstance(document, dict) else None
        return [row for row in images if isinstance(row, dict)] if isinstance(images, list) else []

    def _stop_if_rejected(self, exchange: Exchange) -> None:
        """Send no more requests if the service throttles them or rejects the credentials, which would lock the key."""
        if exchange.status == 401 and not exchange.is_rejected:
            self.evidence.stopped = f"{exchange.name}: authentication failed"
        if exchange.status == 429:
            self.evidence.stopped = f"{exchange.name}: the service throttles requests"

    def _record_headers(self, response: Response, started: float) -> None:
        self.evidence.headers.update(name.lower() for name in response.headers)
        try:
            date = parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return
        self.evidence.clock_differences.append((started + time.time()) / 2 - date - 0.5)


def _build_page(offset: int, limit: int = MAX_PAGE) -> Query:
    return (("limit", str(limit)), ("offset", str(offset)))


def _parse_body(response: Response) -> Any:
    """Return the JSON document in a body, or the text of a body that is not JSON."""
    text = response.body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _select_headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.lower().startswith(_HEADER_PREFIXES)}

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a check that need requests: those of one region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import endpoints
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.client import Client
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AssumedAgency,
    Credentials,
    OidcToken,
    Password,
    base_of,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.hints import hint_for_clock
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.messages import Request, Response
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.proxies import proxy_for
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import Transport
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import Image
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.listing import list_images
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.page import Page, fetch_page
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import MAX_PAGE, ImageQuery
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_context import Context, CountingGuard, Spent
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_report import FAILED, NOTE, PASSED

#: Seconds by which the clocks may differ before the report points it out, and before the service rejects a signature.
NOTABLE_SECONDS = 60
ALLOWED_SECONDS = 900

#: Fields of an image by which the report counts.
COUNTED = ("image_type", "architecture", "os_type")

#: Names of the labels for a failed step, by status of the response.
_PROBLEMS = {401: "not_authenticated", 403: "denied"}

#: Sent to STS to see whether it denies access. No service has encrypted it, so STS cannot decode it.
TEST_MESSAGE = "check_access"


class TargetCheck:
    """The check of one region.

    :param reserved: requests that are left to others.
    :ivar works: whether ListImages works.
    :ivar is_denied: whether access to ListImages is denied.
    """

    def __init__(self, context: Context, target: Target, reserved: int) -> None:
        self.target = target
        self.works = False
        self.is_denied = False
        self._context = context
        self._out = context.out
        self._reserved = reserved
        self._transports: list[Transport] = []
        self._client = self._make_client(context.credentials) if context.credentials is not None else None
        self._first_page = Page([], None)
        self._decoding: tuple[bool, str] | None = None

    def run(self) -> None:
        """Check everything but STS."""
        label = "region" if self.target.region else "endpoint"
        self._out.heading(label, region=self.target.region, endpoint=self.target.endpoint)
        problem = None
        if not self._context.has_connection and not self._check_network():
            problem = "without_network"
        client = self._client
        if client is None or self._context.blocked is not None:
            for name in ("project", "permission", "images"):
                self._out.skip(name, self._context.blocked or "without_credentials")
            return
        # IAM is another host than Workspace: its steps are no less useful if that cannot be reached.
        has_exchanged = self._try("exchange", lambda: self._exchange(client))
        reason = None if has_exchanged else "without_exchange"
        has_project = self._try("project", lambda: self._find_project(client), reason)
        problem = problem or (None if has_project else "without_project")
        is_granted = self._try("permission", lambda: self._list_first_page(client), problem)
        # A later page may fail, with which ListImages does not work either.
        reason = None if is_granted else problem or "without_images"
        self.works = self._try("images", lambda: self._count(client), reason)

    def check_decoding(self) -> None:
        """Check whether STS decodes why access is denied."""
        if self._decoding is None and self._client is not None:
            self._decoding = _decoding_of(self._client)
        is_available, explanation = self._decoding or (False, "")
        self._out.end_part()
        if is_available:
            self._out.step(PASSED, "decode", self._out.say("decoded" if self.is_denied else "decodable"))
        else:
            self._out.step(NOTE, "decode", self._out.say("not_decodable"), explanation)

    def skip_decoding(self) -> None:
        """Say that STS was not queried."""
        self._out.end_part()
        self._out.skip("decode", self._context.blocked or "without_images")

    def close(self) -> None:
        """Close the connections."""
        for transport in self._transports:
            transport.close()

    def _try(self, name: str, check: Callable[[], None], reason: str | None = None) -> bool:
        """Do a step, unless there is a reason to skip it.

        :param reason: name of the label that says why it is to be skipped.
        :returns: whether it succeeded.
        """
        reason = self._context.blocked or reason
        if reason is not None:
            self._out.skip(name, reason)
            return False
        try:
            check()
        except Spent:
            self._out.skip(name, "budget", limit=self._context.budget.limit)
        except CloudError as error:
            label = _PROBLEMS.get(error.http_status or 0, "failed")
            self._out.step(FAILED, name, self._out.say(label), self._explained(error).message())
            if error.is_authentication_failure:
                self._context.blocked = "rejected"
        else:
            return True
        return False

    def _explained(self, failure: CloudError) -> CloudError:
        """Return a failure with the reason of a denial, if STS decodes it."""
        if failure.operation != "ListImages" or failure.http_status != 403 or self._client is None:
            return failure
        self.is_denied = True
        explained, warnings = self._client.decode_denial(failure)
        if explained.authorization_message is not None or warnings:
            self._decoding = (not warnings, " ".join(warnings))
        return explained

    def _check_network(self) -> bool:
        target, say = self.target, self._out.say
        transport = self._transport(None)
        request = Request("Connection", "GET", f"{target.endpoint}/", region=target.region)
        before = transport.clock()
        try:
            self._context.budget.take()
            response = transport.probe(request)
        except CloudError as error:
            self._out.step(FAILED, "network", say("no_connection"), error.message())
            self._out.skip("clock", "without_network")
            return False
        self._context.has_connection = True
        proxy = proxy_for(target.endpoint, self._context.options.environ)
        text = say(
            "connected",
            connection=self._connection(),
            proxy=say("no_proxy") if proxy is None else say("via", proxy=proxy.name),
        )
        is_safe = self._context.options.verify is not False and not endpoints.is_unencrypted(target.endpoint)
        self._out.step(PASSED if is_safe else NOTE, "network", text)
        moment = before + (transport.clock() - before) / 2
        self._check_clock(response, moment.timestamp())
        return True

    def _connection(self) -> str:
        verify = self._context.options.verify
        if urlsplit(self.target.endpoint).scheme == "http":
            return self._out.say("plain")
        if verify is False:
            return self._out.say("no_tls_verification")
        return self._out.say("tls") if verify is True else self._out.say("tls_with", ca_path=verify)

    def _check_clock(self, response: Response, now: float) -> None:
        try:
            date = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            self._out.skip("clock", "no_date")
            return
        # The header has whole seconds.
        seconds = round(now - (date.replace(tzinfo=date.tzinfo or timezone.utc).timestamp() + 0.5))
        if abs(seconds) <= 1:
            self._out.step(PASSED, "clock", self._out.say("same_time"))
            return
        text = self._out.say("ahead" if seconds > 0 else "behind", seconds=abs(seconds))
        if abs(seconds) <= NOTABLE_SECONDS:
            self._out.step(PASSED, "clock", text)
        else:
            mark = NOTE if abs(seconds) <= ALLOWED_SECONDS else FAILED
            self._out.step(mark, "clock", text, hint_for_clock(seconds))

    def _exchange(self, client: Client) -> None:
        client.exchange()
        base, say = base_of(client.credentials), self._out.say
        if isinstance(base, Password):
            self._out.step(PASSED, "exchange", say("issued_token"))
        if isinstance(base, OidcToken):
            self._out.step(PASSED, "exchange", say("issued_by_sts"))
        if isinstance(client.credentials, AssumedAgency):
            self._out.step(PASSED, "exchange", say("issued_for_agency", agency=client.credentials.agency.name))

    def _find_project(self, client: Client) -> None:
        label = "found_project" if self.target.project_id is None else "given_project"
        self._out.step(PASSED, "project", self._out.say(label, project=client.project_id))

    def _list_first_page(self, client: Client) -> None:
        self._first_page = fetch_page(client, ImageQuery(), 0, MAX_PAGE)
        self._out.step(PASSED, "permission", self._out.say("granted"))

    def _count(self, client: Client) -> None:
        """Count the images, as far as the requests allow."""
        pages = 1 + max(0, self._context.budget.left - self._reserved)
        query = ImageQuery(limit=pages * MAX_PAGE)

        def fetch(offset: int, size: int) -> Page:
            return self._first_page if offset == 0 else fetch_page(client, query, offset, size)

        try:
            listing = list_images(fetch, query, self.target.region)
        except Spent:
            # Its pages are shorter than they may be.
            self._out.step(PASSED, "images", self._out.say("uncounted", limit=self._context.budget.limit))
            return
        count = len(listing.images)
        has_more = count == query.limit and listing.total_count != count
        self._out.step(PASSED, "images", self._out.say("some_images" if has_more else "all_images", count=count))
        for field in COUNTED if listing.images else ():
            self._out.explain(self._counts(field, listing.images))
        for warning in listing.warnings:
            self._out.explain(f"{warning}.")

    def _counts(self, field: str, images: list[Image]) -> str:
        counts = Counter(str(image[field] or self._out.say("unknown")) for image in images)
        values = ", ".join(
            f"{value} {count}" for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        )
        return self._out.say("group", name=self._out.say(field), values=values)

    def _make_client(self, credentials: Credentials) -> Client:
        transport = self._transport(credentials)
        is_exchanged = isinstance(credentials, AssumedAgency)
        exchange = self._transport(base_of(credentials)) if is_exchanged else transport
        return Client(self.target, credentials, transport, exchange)

    def _transport(self, credentials: Credentials | None) -> Transport:
        context = self._context
        options = context.options._asdict()
        if credentials is not None:
            guard = context.guard_for(credentials, self.target, context.secrets, context.options.timeout)
            options["guard"] = CountingGuard(guard, context.budget)
        transport = Transport(secrets=context.secrets, report=context.report, **options)
        self._transports.append(transport)
        return transport


def _decoding_of(client: Client) -> tuple[bool, str]:
    """Return whether STS decodes reasons for these credentials, and otherwise why not."""
    try:
        client.decode_message(TEST_MESSAGE)
    except CloudError as error:
        # STS did not deny access, but found that no service has encrypted this message.
        return error.http_status == 400, error.message()
    return True, ""

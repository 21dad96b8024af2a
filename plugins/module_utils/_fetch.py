# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fetches the listing of one target: everything of a search that needs the network, except for instance metadata."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial

from ._cloud.client import Client
from ._cloud.credentials import AssumedAgency, Credentials, base_of
from ._cloud.errors import CloudError
from ._cloud.redaction import Secrets
from ._cloud.target import Target
from ._cloud.transport import Transport
from ._images.image import CachedListing
from ._images.listing import list_images
from ._images.page import fetch_page
from ._libraries import require_libraries
from ._plan import Plan
from ._process import Process
from ._regions import Outcome


def fetch_listing(
    plan: Plan, target: Target, credentials: Credentials, secrets: Secrets, process: Process, outcome: Outcome
) -> CachedListing:
    """Request the images of a target.

    :param process: its guard decides whether the credentials may be sent, and its report shows progress.
    :param outcome: learns whether the credentials were accepted, and gets warnings.
    :raises CloudError: if there is no listing; secrets are masked, so that the failure may be stored.
    :raises MissingLibrary: if a library is missing.
    """
    require_libraries()

    def transport_with(guarded: Credentials) -> Transport:
        guard = process.guard_for(guarded, target, secrets, plan.transport.timeout)
        return Transport(secrets=secrets, guard=guard, report=process.report, **plan.transport._asdict())

    with closing(transport_with(credentials)) as transport:
        is_exchanged = isinstance(credentials, AssumedAgency)
        with closing(transport_with(base_of(credentials)) if is_exchanged else transport) as exchange:
            client = Client(target, credentials, transport, exchange)
            try:
                listing = list_images(partial(fetch_page, client, plan.query), plan.query, target.region)
                return CachedListing(client.project_id, listing, time.time())
            except CloudError as error:
                failure = error
                # The same credentials would fail at STS too, and come closer to being locked.
                if plan.decodes_denials and not error.is_authentication_failure:
                    failure, warnings = client.decode_denial(error)
                    outcome.warnings.extend(warnings)
                raise failure.with_facts(**secrets.mask_all(failure.facts())) from None
            finally:
                outcome.authenticated = client.authenticated

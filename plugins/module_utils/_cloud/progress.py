# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user can watch while requests are sent: the lines, and from which verbosity on they are shown. Pure."""

from __future__ import annotations

from typing import Callable

from .errors import CloudError
from .messages import Request, Response
from .target import Target

#: Takes a line and the verbosity from which on it is shown, as the number of ``v`` in ``-vvv``; 0 is a warning.
Report = Callable[[int, str], None]

WARNING = 0
WAITS = 1
REQUESTS = 3

#: Seconds of a wait that is shown as a warning.
LONG_WAIT = 10.0


def report_nothing(_verbosity: int, _line: str) -> None:
    """Show nothing."""


def describe_source(source: str, target: Target) -> str:
    """Say where the credentials come from, and where the requests go."""
    project = target.project_id or (f"{target.project_name or target.region} (to be looked up in IAM)")
    region = f"region {target.region}, " if target.region else ""
    return f"credentials from {source}; {region}project {project}, endpoint {target.endpoint}"


def describe_attempt(request: Request, outcome: Response | CloudError, seconds: float) -> str:
    """Say what became of one attempt.

    :param outcome: the response, or the failure of the attempt.
    :param seconds: how long it took.
    """
    status = outcome.status if isinstance(outcome, Response) else outcome.http_status
    result = f"HTTP {status}" if status is not None else str(outcome)
    request_id = f", request id {outcome.request_id}" if outcome.request_id else ""
    return f"{request.operation}: {request.method} {request.url}: {result} after {seconds:.3f} seconds{request_id}"


def describe_wait(failure: CloudError, attempt: int, attempts: int, seconds: float) -> str:
    """Say why the next attempt waits, and how long.

    :param failure: of the last attempt.
    :param attempt: its number, from 1.
    :param attempts: how many attempts there are at most.
    """
    return (
        f"{failure.operation}: attempt {attempt} of {attempts} failed: {failure.reason}. "
        f"Waiting {round(seconds, 1):g} seconds before the next one"
    )


def verbosity_of_wait(seconds: float) -> int:
    """Return from which verbosity on a wait is shown."""
    return WARNING if seconds >= LONG_WAIT else WAITS

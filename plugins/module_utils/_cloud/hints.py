# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about the errors that the services document: data, and the one way to look it up."""

from __future__ import annotations

import re
from datetime import datetime, timezone

_PERMISSION = "Grant the identity policy actions workspace:images:list and ims:images:list, then try again."
_PROJECT = "Check project_id: the project is not available, or belongs to another account or region."
_GONE = "Check the id that was asked for: it does not exist in this region and project."
_SUBSCRIBE = "Open the Workspace service in this region with the account's administrator, then try again."
_WRONG_HOST = "Check region, cloud and endpoint: the host that was asked does not offer this API."
_KEY = (
    "Check the access key and the secret key, the token, or the user's name, password and domain name, and that they "
    "belong to this cloud, before you try again: more than five refusals in a row lock an access key for five minutes."
)
_LOCKED = "The access key is locked: mend the keys, and wait five minutes before you try again."
_TOKEN = "Get a new token, and check that region and project are those for which it was issued."
_PARAMETER = "Check the query options: the service does not take one of the values."
_LATER = "The service is in trouble: try again later, and give the request id to the vendor's support if it stays."
_BETWEEN = (
    "The service, or something on the way to it, is in trouble: try again later, and check endpoint and the proxy "
    "if it stays."
)
_THROTTLED = "Ask less often, for many hosts with run_once, or raise max_retries and max_retry_delay."

#: Sentences by code of the Workspace service.
WORKSPACE: dict[str, str] = {
    "WKS.0001": _PARAMETER,
    "WKS.00000003": _LATER,
    "WKS.00000405": "Check endpoint: something on the way changed the request's method.",
    "WKS.00000415": "Check endpoint: something on the way changed the request's Content-Type header.",
    "WKS.00010099": "The Workspace service is disabled in this region and project: open it, or name another region.",
    "WKS.00050902": _LATER,
    "WKS.00081102": _PERMISSION,
    "WKS.00170117": _SUBSCRIBE,
    "WKS.00170312": _SUBSCRIBE,
    "WKS.00211102": _PARAMETER,
    "WKS.00211302": _KEY,
    "WKS.00211401": _LATER,
    "WKS.00211902": _GONE,
    "WKS.0202": _GONE,
    "WKS.0915": _GONE,
}

#: Sentences by code of the API gateway, whose prefix is APIGW, APIG or APIC.
GATEWAY: dict[str, str] = {
    "0101": _WRONG_HOST,
    "0103": _WRONG_HOST,
    "0201": "Check endpoint and the proxy: the gateway could not hand the request on.",
    "0301": _KEY,
    "0302": _PERMISSION,
    "0303": _KEY,
    "0304": _PERMISSION,
    "0305": _KEY,
    "0306": _PROJECT,
    "0307": _TOKEN,
    "0308": _THROTTLED,
    "0310": _PROJECT,
    "0401": _PERMISSION,
    "0402": _PERMISSION,
    "0404": _PERMISSION,
    "0501": "Check endpoint: something on the way changed the request's method.",
    "0502": "Check endpoint: something on the way changed the request's method.",
    "0601": _LATER,
    "0605": _LATER,
    "0606": _LATER,
    "0608": _LATER,
    "0609": _LATER,
    "0610": _LATER,
    "0611": _LATER,
    "0612": _LATER,
    "0613": _LATER,
    "0705": _LATER,
    "0801": "The Workspace service is not in this region: name another one.",
    "0802": "The user may not use this region: name another one, or ask the account's administrator.",
}

#: Sentences by status, for answers whose code is not known.
STATUS: dict[int, str] = {
    401: _KEY,
    407: "The proxy wants a user and a password: put them in the proxy variable's URL.",
    429: _THROTTLED,
    502: _BETWEEN,
    503: _BETWEEN,
    504: _BETWEEN,
}

#: Codes that mean "there is no such thing", whatever the status says: not worth another attempt.
NOT_FOUND = frozenset(code for code, sentence in WORKSPACE.items() if sentence == _GONE)

_GATEWAY_CODE = re.compile(r"(?:APIGW|APIG|APIC)\.(\d{4})")
_EXPIRED = re.compile(r"signature time:(\d{8}T\d{6}Z),\s*server time:(\d{8}T\d{6}Z)")
_TOO_MANY_REFUSALS = "AK access failed to reach the limit"
_LIMIT = re.compile(r"limit:\s*(\d+),\s*time:\s*(\d+)\s*(second|minute)")
_SECONDS = {"second": 1.0, "minute": 60.0}


def advice(error_code: str | None, http_status: int | None, error_msg: str | None) -> str | None:
    """One sentence on what to do about a failure.

    :param error_code: the service's code, classified before the status.
    :param http_status: status of the answer.
    :param error_msg: the service's message: it holds the clocks of an expired signature and a throttling's limit.
    :returns: the sentence, or None where nothing is known.
    """
    skew = _clock_skew(error_msg or "")
    if skew is not None:
        return skew
    if _TOO_MANY_REFUSALS in (error_msg or ""):
        return _LOCKED
    code = error_code or ""
    gateway = _GATEWAY_CODE.fullmatch(code)
    sentence = GATEWAY.get(gateway.group(1)) if gateway else WORKSPACE.get(code)
    if sentence is None and http_status is not None:
        sentence = STATUS.get(http_status)
    limit = _LIMIT.search(error_msg or "")
    if sentence == _THROTTLED and limit:
        number, length, unit = limit.groups()
        sentence = f"The limit is {number} requests in {length} {unit}{'' if length == '1' else 's'}. {sentence}"
    return sentence


def throttling_window(error_msg: str) -> float:
    """Seconds after which a throttled caller is let in again, as a throttling message names them, otherwise 0."""
    match = _LIMIT.search(error_msg)
    return int(match.group(2)[:6]) * _SECONDS[match.group(3)] if match else 0.0


def _clock_skew(error_msg: str) -> str | None:
    match = _EXPIRED.search(error_msg)
    if match is None:
        return None
    try:
        signed, server = (
            datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc) for stamp in match.groups()
        )
    except ValueError:
        return None
    seconds = int((signed - server).total_seconds())
    direction = "ahead of" if seconds > 0 else "behind"
    return (
        f"Set this machine's clock: it is {abs(seconds)} seconds {direction} the service's, and 15 minutes are allowed."
    )

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about the errors that the services document: data, and how to look it up."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import CloudError

#: What lets a user or an agency send the request, by operation.
PERMISSIONS = {
    "ListImages": "Grant the permissions workspace:images:list and ims:images:list to the user or agency.",
    "KeystoneListProjects": "Grant the permission iam:projects:listProjects to the user or agency, or set project_id.",
    "CreateTemporaryAccessKeyByAgency": "Grant the permission Agent Operator to the user or agency.",
    "AssumeAgencyWithOIDC": "Allow the identity provider in the trust policy of the agency.",
    "DecodeAuthorizationMessage": "Grant the permission sts::decodeAuthorizationMessage to the user or agency.",
}
_PERMISSION = PERMISSIONS["ListImages"]
_PROJECT = "Check project_id: the project is not available, or belongs to another account or region."
_GONE = "Check the id in the request: it does not exist in this region and project."
_SUBSCRIBE = "Have the account's administrator enable the Workspace service in this region, then retry."
_WRONG_HOST = "Check region, cloud and endpoint: this host does not offer this API."
_LOCK = "Huawei Cloud locks an access key for five minutes after more than five failed authentications."
_LOCKED = "The access key is locked. Check {source}, and wait five minutes before you retry."
_CREDENTIALS = "Check the credentials, and that they belong to this cloud."

#: What to do about a failed authentication, by kind of credentials. ``{source}`` names their source.
AUTHENTICATION: dict[str, str] = {
    "access key": "The access key or the secret key is wrong, they belong to another cloud, or this machine's clock is "
    f"wrong. Check {{source}} before you retry: {_LOCK}",
    "temporary access key": "The access key, the secret key and the security token do not belong together, have "
    f"expired, or belong to another cloud. Check {{source}} before you retry: {_LOCK}",
    "agency": "The temporary keys from {source} have expired or are invalid. Check the agency of the server, and that "
    "the endpoint belongs to the same cloud as the server.",
    "assumed agency": "The temporary keys that were issued for {source} have expired or were rejected. Check that "
    "endpoint and iam_endpoint belong to the same cloud.",
    "OIDC token": "The OIDC token from {source} is expired or invalid, or the identity provider does not accept it. "
    "Request a new one, and check the provider's issuer, client ID and signing keys.",
    "token": "The token from {source} is expired or invalid. Request a new one.",
    "issued token": "The token that IAM issued for {source} was rejected. Check that endpoint and iam_endpoint belong "
    "to the same cloud and region.",
    "password": "The user name, the password or the domain_name is wrong. Check {source}.",
}
_PARAMETER = "Check the query options: the service does not accept one of the values."
_LATER = "The service has a temporary problem: retry later, and report the request id to the vendor if it persists."
_BETWEEN = (
    "The service, or a proxy or gateway before it, has a temporary problem: retry later, and check endpoint and the "
    "proxy if it persists."
)
_THROTTLED = "Send fewer requests, for many hosts with run_once, or raise max_retries and max_retry_delay."
_METHOD = "Check endpoint: a proxy or gateway changed the request's method."

#: Sentences by code of the Workspace service.
WORKSPACE: dict[str, str] = {
    "WKS.0001": _PARAMETER,
    "WKS.00000003": _LATER,
    "WKS.00000405": _METHOD,
    "WKS.00000415": "Check endpoint: a proxy or gateway changed the request's Content-Type header.",
    "WKS.00010099": "The Workspace service is disabled in this region and project: enable it, or set another region.",
    "WKS.00050902": _LATER,
    "WKS.00081102": _PERMISSION,
    "WKS.00170117": _SUBSCRIBE,
    "WKS.00170312": _SUBSCRIBE,
    "WKS.00211102": _PARAMETER,
    "WKS.00211302": _CREDENTIALS,
    "WKS.00211401": _LATER,
    "WKS.00211902": _GONE,
    "WKS.0202": _GONE,
    "WKS.0915": _GONE,
}

#: Sentences by code of the API gateway, whose prefix is APIGW, APIG or APIC.
GATEWAY: dict[str, str] = {
    "0101": _WRONG_HOST,
    "0103": _WRONG_HOST,
    "0201": "Check endpoint and the proxy: the gateway could not forward the request.",
    "0301": _CREDENTIALS,
    "0302": _PERMISSION,
    "0303": _CREDENTIALS,
    "0304": _PERMISSION,
    "0305": _CREDENTIALS,
    "0306": _PROJECT,
    "0307": _CREDENTIALS,
    "0308": _THROTTLED,
    "0310": _PROJECT,
    "0401": _PERMISSION,
    "0402": _PERMISSION,
    "0404": _PERMISSION,
    "0501": _METHOD,
    "0502": _METHOD,
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
    "0801": "The Workspace service is not available in this region: set another one.",
    "0802": "The user has no access to this region: set another one, or contact the account's administrator.",
}

#: Sentences by status, for responses whose code is not known.
STATUS: dict[int, str] = {
    401: _CREDENTIALS,
    407: "The proxy requires authentication: put the user and the password in the proxy URL.",
    429: _THROTTLED,
    502: _BETWEEN,
    503: _BETWEEN,
    504: _BETWEEN,
}

#: Sentences by ``error_type``, for failures of which nothing more is known.
ERROR_TYPES: dict[str, str] = {
    "connection": "Check endpoint, the firewall and the proxy variables such as HTTPS_PROXY.",
    "timeout": "Check the firewall and the proxy variables such as HTTPS_PROXY, or raise timeout.",
    "invalid_response": "Check endpoint and the proxy variables: something other than the service may have responded.",
}

#: Regions that have Workspace. The list is open: any region is accepted, these are for hints only.
#: Source: the vendor's list of regions and endpoints.
KNOWN_REGIONS = (
    "cn-north-4",
    "cn-north-9",
    "cn-north-11",
    "cn-east-3",
    "cn-east-5",
    "cn-south-1",
    "cn-southwest-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "la-south-2",
    "la-north-2",
    "sa-brazil-1",
    "na-mexico-1",
    "me-east-1",
    "af-south-1",
    "af-north-1",
    "tr-west-1",
    "eu-west-101",
)
REGIONS_PAGE = "https://developer.huaweicloud.com/intl/en-us/endpoint"

#: Codes that mean "not found", whatever the status is: not retried.
NOT_FOUND = frozenset(code for code, sentence in WORKSPACE.items() if sentence == _GONE)

_GATEWAY_CODE = re.compile(r"(?:APIGW|APIG|APIC)\.(\d{4})")
_EXPIRED = re.compile(r"signature time:(\d{8}T\d{6}Z),\s*server time:(\d{8}T\d{6}Z)")
_TOO_MANY_FAILURES = "AK access failed to reach the limit"
_LIMIT = re.compile(r"limit:\s*(\d+),\s*time:\s*(\d+)\s*(second|minute)")
_SECONDS = {"second": 1.0, "minute": 60.0}


def hint_for(failure: CloudError) -> str | None:
    """Look up what to do about a failure.

    The service's code counts before the status. Its message contains the clocks of an expired signature, or a
    throttling limit.

    :returns: one or more sentences, or None if nothing is known.
    """
    message = failure.error_msg or ""
    source = failure.credentials_source or "the credentials"
    skew = _clock_skew(message)
    if skew is not None:
        return skew
    if _TOO_MANY_FAILURES in message:
        return _LOCKED.format(source=source)
    sentence = _sentence_for(failure.error_code or "", failure.http_status)
    if sentence == _CREDENTIALS:
        return AUTHENTICATION.get(failure.credentials_kind or "", sentence).format(source=source)
    if sentence == _PERMISSION:
        return PERMISSIONS.get(failure.operation or "", sentence)
    if sentence == _THROTTLED:
        return f"{_throttling_limit(message)}{sentence}"
    return sentence or ERROR_TYPES.get(failure.error_type)


def _sentence_for(code: str, status: int | None) -> str | None:
    """Look up the sentence of a code, or else of the status."""
    gateway = _GATEWAY_CODE.fullmatch(code)
    sentence = GATEWAY.get(gateway.group(1)) if gateway else WORKSPACE.get(code)
    if sentence is None and status is not None:
        # IAM and STS repeat the status as the code, a proxy sends none.
        sentence = _PERMISSION if status == 403 and code == "403" else STATUS.get(status)
    return sentence


def _throttling_limit(message: str) -> str:
    limit = _LIMIT.search(message)
    if limit is None:
        return ""
    number, length, unit = limit.groups()
    return f"The limit is {number} requests in {length} {unit}{'' if length == '1' else 's'}. "


def hint_for_region(region: str | None) -> str | None:
    """Name the nearest known region.

    :returns: a sentence, or None if the region is known.
    """
    if region is None or region in KNOWN_REGIONS:
        return None
    # Imported here: few tasks fail.
    import difflib

    nearest = difflib.get_close_matches(region.lower(), KNOWN_REGIONS, n=1)
    question = f" Did you mean {nearest[0]!r}?" if nearest else ""
    return f"{region!r} is not a known region of Workspace.{question} The regions are listed at {REGIONS_PAGE}."


def throttling_window(error_msg: str) -> float:
    """Return the seconds of the window that a throttling message names, otherwise 0."""
    match = _LIMIT.search(error_msg)
    return int(match.group(2)[:6]) * _SECONDS[match.group(3)] if match else 0.0


def hint_for_clock(seconds: int) -> str:
    """Say how far this machine's clock is off.

    :param seconds: difference to the service's clock, negative if this clock is behind.
    """
    direction = "ahead of" if seconds > 0 else "behind"
    return (
        f"Set this machine's clock: it is {abs(seconds)} seconds {direction} the service's, and 15 minutes are allowed."
    )


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
    return hint_for_clock(int((signed - server).total_seconds()))

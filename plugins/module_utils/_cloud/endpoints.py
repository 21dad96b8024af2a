# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the services are. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from .errors import ConfigurationError
from .signing import canonical_query, percent_encode

DEFAULT_CLOUD = "myhuaweicloud.com"
EUROPEAN_CLOUD = "myhuaweicloud.eu"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_AUTHORITY = re.compile(rf"(?:{_HOST.pattern}|\[(?P<address>[^]]*)\])(?::\d*)?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\{}<>\"^`|]")


def cloud_of(region: str | None) -> str:
    """The domain of a region's services, where the user names none.

    Regions that begin with ``eu-west-1`` are on the European cloud, the others on the international one.
    """
    return EUROPEAN_CLOUD if region is not None and region.startswith("eu-west-1") else DEFAULT_CLOUD


def check_host(value: str, origin: str) -> str:
    """A region's or a cloud's name, which becomes part of a host's name.

    :param origin: the option or variable that it comes from, in words.
    :raises ConfigurationError: where it could not be part of a host's name.
    """
    if not _HOST.fullmatch(value):
        raise ConfigurationError(f"{origin} is {value!r}, which cannot be part of a host name")
    return value


def is_project_id(value: str) -> bool:
    """Whether a value can be the id of a project, which becomes part of a path and of a header."""
    return value.isascii() and value.replace("-", "").replace("_", "").isalnum()


def base_url(template: str, region: str | None, origin: str) -> str:
    """A service's base URL from what the user gave.

    :param template: a URL in which ``{region}`` may stand.
    :param region: what to put there.
    :param origin: the option, variable or file that it comes from, in words.
    :returns: the URL without a slash at its end.
    :raises ConfigurationError: where it is no base URL.
    """
    if "{region}" in template and region is None:
        raise ConfigurationError(f"{origin} holds {{region}}, but no region is given")
    url = template.replace("{region}", region or "").rstrip("/")
    problem = _problem(url)
    if problem is not None:
        raise ConfigurationError(f"{origin} is not a base URL such as https://host.example.com: {problem}")
    return url


def url(base: str, path: Iterable[str], query: Iterable[tuple[str, str]] = ()) -> str:
    """The URL of one call, encoded as it is signed.

    :param base: what :func:`base_url` gave.
    :param path: segments, not yet encoded.
    :param query: names and values, not yet encoded.
    """
    address = "/".join((base, *(percent_encode(segment) for segment in path)))
    encoded = canonical_query(query)
    return f"{address}?{encoded}" if encoded else address


def is_unprotected(base: str) -> bool:
    """Whether what is sent there can be read on the way: plain ``http`` to another machine."""
    parts = urlsplit(base)
    return parts.scheme == "http" and not _is_loopback(parts.hostname or "")


def _is_loopback(hostname: str) -> bool:
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return hostname == "localhost" or hostname.endswith(".localhost")


def _is_ipv6(hostname: str) -> bool:
    try:
        ipaddress.IPv6Address(hostname)
    except ValueError:
        return False
    return True


def _problem(url: str) -> str | None:
    """What is wrong with a base URL, without quoting it: it may hold a password."""
    if _UNSAFE.search(url) or not url.isascii():
        return "it holds characters that a URL cannot hold"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "its host or port cannot be read"
    if parts.scheme not in ("http", "https"):
        return "it has to begin with https:// or http://"
    if not parts.hostname or port == 0:
        return "it names no host, or port 0"
    # urlsplit itself takes "[::1]x" for "[::1]", and before Python 3.11.4 anything in brackets.
    authority = _AUTHORITY.fullmatch(parts.netloc.rpartition("@")[2])
    if authority is None or (authority["address"] is not None and not _is_ipv6(authority["address"])):
        return "its host name is malformed"
    if "@" in parts.netloc:
        return "it holds a user or a password, which belong into the options"
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        return "it holds a query or a fragment"
    return None

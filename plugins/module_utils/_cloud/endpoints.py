# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts and URLs of the services. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from .errors import ConfigurationError
from .setting import Setting

DEFAULT_CLOUD = "myhuaweicloud.com"
EUROPEAN_CLOUD = "myhuaweicloud.eu"

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_AUTHORITY = re.compile(rf"(?:{_HOST.pattern}|\[(?P<address>[^]]*)\])(?::\d*)?")
_WORKSPACE_PATH = re.compile(r"(?P<base>.*)/v2(?:/(?P<project>[0-9a-f]{32})(?:/images)?)?")
_IAM_PATH = re.compile(r"(?P<base>.*)/v3(?P<operation>/auth/tokens|/projects)?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\{}<>\"^`|]")


def cloud_of(region: str) -> str:
    """Return the domain of a region's services: the European cloud for ``eu-west-1…``, else the international one."""
    return EUROPEAN_CLOUD if region.startswith("eu-west-1") else DEFAULT_CLOUD


def cloud_at(endpoint: str, region: str | None) -> str:
    """Return what the endpoints of one cloud have in common.

    :param endpoint: base URL of a service.
    :returns: the domain after the region, such as ``myhuaweicloud.com``; the host and port if the region is not in it.
    """
    host = urlsplit(endpoint).netloc.lower()
    return host.partition(f".{region}.")[2] or host


def check_host(value: str, origin: str) -> str:
    """Return the name of a region or a cloud, which becomes part of a host name.

    :param origin: the option or variable that it comes from, in words.
    :raises ConfigurationError: if it cannot be part of a host name.
    """
    if not _HOST.fullmatch(value):
        raise ConfigurationError(f"{origin} is {value!r}, which cannot be part of a host name")
    return value


def check_region(setting: Setting) -> str:
    """Return the name of a region.

    :raises ConfigurationError: if it is not one. IAM compares the case of names, so another case finds no project.
    """
    origin = setting.origin
    region = check_host(setting.value, origin)
    if region != region.lower():
        raise ConfigurationError(f"{origin} is {region!r}. Regions are in lower case: {region.lower()!r}")
    return region


def is_project_id(value: str) -> bool:
    """Return whether a value can be a project ID, which becomes part of a path and of a header."""
    return value.isascii() and value.replace("-", "").replace("_", "").isalnum()


def base_url(template: str, region: str | None, origin: str) -> str:
    """Return the base URL of a service.

    :param template: a URL that may contain ``{region}``.
    :param region: what replaces it.
    :param origin: the option, variable or file that it comes from, in words.
    :returns: the URL without a slash at its end.
    :raises ConfigurationError: if it is not a base URL.
    """
    if "{region}" in template and region is None:
        raise ConfigurationError(f"{origin} contains {{region}}, but no region is set. Set region")
    url = template.replace("{region}", region or "").rstrip("/")
    problem = _problem(url)
    if problem is not None:
        raise ConfigurationError(f"{origin} is not a base URL such as https://host.example.com: {problem}")
    return url


def split_project(base: str) -> tuple[str, str | None]:
    """Split ``/v2`` or ``/v2/PROJECT/images`` off an endpoint, as the API's pages print it.

    :returns: the base URL, and the project if there was one.
    """
    match = _WORKSPACE_PATH.fullmatch(base)
    return (match["base"], match["project"]) if match else (base, None)


def split_operation(base: str) -> tuple[str, str | None]:
    """Split ``/v3`` or ``/v3/auth/tokens`` off an IAM endpoint, as other tools take it.

    :returns: the base URL, and the path of an operation if there was one.
    """
    match = _IAM_PATH.fullmatch(base)
    return (match["base"], match["operation"]) if match else (base, None)


def url(base: str, path: Iterable[str], query: Iterable[tuple[str, str]] = ()) -> str:
    """Return the URL of one request, encoded as it is signed.

    :param base: what :func:`base_url` returned.
    :param path: segments, not yet encoded.
    :param query: names and values, not yet encoded.
    """
    # Imported here: a cached lookup builds no URL of a request, and signing imports requests.
    from .signing import canonical_query, percent_encode

    address = "/".join((base, *(percent_encode(segment) for segment in path)))
    encoded = canonical_query(query)
    return f"{address}?{encoded}" if encoded else address


def is_unencrypted(base: str) -> bool:
    """Return whether requests can be read on the way: plain ``http`` to another machine."""
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
    """Return what is wrong with a base URL, without quoting it: it may contain a password."""
    if _UNSAFE.search(url) or not url.isascii():
        return "it contains characters that a URL cannot contain"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "its host or port is malformed"
    if parts.scheme not in ("http", "https"):
        return "it must begin with https:// or http://"
    if not parts.hostname or port == 0:
        return "it has no host, or port 0"
    # urlsplit itself takes "[::1]x" for "[::1]", and before Python 3.11.4 anything in brackets.
    authority = _AUTHORITY.fullmatch(parts.netloc.rpartition("@")[2])
    if authority is None or (authority["address"] is not None and not _is_ipv6(authority["address"])):
        return "its host name is malformed"
    if "@" in parts.netloc:
        return "it contains a user or a password; set credentials with the options instead"
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        return "it contains a query or a fragment"
    return None

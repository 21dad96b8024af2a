# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which proxy a request goes through, and what is wrong with a proxy variable. Pure: no I/O, and no value in a message.

The rules are those of requests, so that a variable means the same here as in other Python programs.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from .errors import ConfigurationError

_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
# What people write there. Any other scheme is not named: it may be the beginning of a password.
_WRONG_SCHEMES = ("ftp", "tcp", "ssl", "tls", "ws", "wss")
# Characters that end the user and the password, or that a URL cannot hold.
_UNSAFE = " \t\r\n#/?\\[]\"'<>^`{|}"
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
# A whole URL with a password would be masked in messages.
_EXAMPLE = "a proxy URL is http://host:port, or user:password@host:port after http://"


class Proxy(NamedTuple):
    """A proxy, and the environment variable that names it.

    :ivar variable: such as ``HTTPS_PROXY``.
    :ivar address: host and port, for messages.
    :ivar userinfo: user and password as they are in the URL, or an empty string.
    """

    variable: str
    scheme: str
    address: str
    userinfo: str

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"proxy {self.address} ({self.variable})"

    @property
    def url(self) -> str:
        """The URL for the libraries."""
        return f"{self.scheme}://{self.userinfo}{'@' if self.userinfo else ''}{self.address}"

    @property
    def is_socks(self) -> bool:
        """Whether the proxy speaks SOCKS, which requires PySocks."""
        return self.scheme.startswith("socks")

    def secrets(self) -> tuple[str, ...]:
        """Return what must not be shown: the password, as it is written and as it is sent."""
        user, _colon, password = self.userinfo.partition(":")
        sent = f"{unquote(user)}:{unquote(password)}"
        basic = base64.b64encode(sent.encode("latin-1", "replace")).decode()
        return (password, unquote(password), basic) if self.userinfo else ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.variable!r}, {self.address!r})"


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """Find the proxy of a request.

    :param environ: the variables ``HTTPS_PROXY`` or ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in lower case
        first.
    :returns: the proxy, or None for a direct connection.
    :raises ConfigurationError: if the variable that counts is not the URL of a proxy.
    """
    parts = urlsplit(url)
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        variable = _variable(name, environ)
        if variable is not None:
            return None if _is_excluded(url, environ) else _parse(variable, environ[variable])
    return None


def _variable(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the variable that counts: in lower case before upper case, even if it is empty."""
    if name in environ:
        return name if environ[name] else None
    # In a CGI program, a client sets this variable by a header of its request.
    is_of_client = name == "http_proxy" and "REQUEST_METHOD" in environ
    return name.upper() if environ.get(name.upper()) and not is_of_client else None


def _no_proxy(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the variable that counts, and its value."""
    variable = next((name for name in ("no_proxy", "NO_PROXY") if environ.get(name)), "NO_PROXY")
    return variable, environ.get(variable, "")


def _is_excluded(url: str, environ: Mapping[str, str]) -> bool:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    with_port = f"{host}:{parts.port}" if parts.port else host
    _name, value = _no_proxy(environ)
    if value.strip() == "*":
        return True
    patterns = (pattern.lstrip(".") for pattern in value.replace(" ", "").lower().split(","))
    names = (host,) if _is_ipv4(host) else (host, with_port)
    return any(
        name == pattern or name.endswith(f".{pattern}") or _is_in_block(name, pattern)
        for pattern in filter(None, patterns)
        for name in names
    )


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_in_block(name: str, pattern: str) -> bool:
    """Whether an address is in a block such as 10.0.0.0/8. A mask in the form 255.0.0.0 does not count."""
    return _is_ipv4(name) and bool(re.fullmatch(r"[\d.]+/\d{1,2}", pattern)) and _is_in_network(name, pattern)


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def hint_for_no_proxy(url: str, environ: Mapping[str, str]) -> str | None:
    """Say which entry of NO_PROXY was probably meant for the host, but does not match it.

    :returns: a sentence that names the entry and how to write it, or None.
    """
    variable, value = _no_proxy(environ)
    host = (urlsplit(url).hostname or "").lower()
    for entry in re.split(r"[,;\s]+", value.lower()):
        better = _meant(host, entry)
        if better == entry:
            return f"Separate the entries of {variable} by commas: {entry!r} does not match {host}."
        if better is not None:
            return f"{variable} contains {entry!r}, which does not match {host}: write {better!r}."
    return None


def _meant(host: str, entry: str) -> str | None:
    """Return how to write an entry of NO_PROXY that looks as if it were meant for the host."""
    bare = re.sub(r"^\w+://", "", entry).rstrip("/")
    without_port = re.sub(r"^\[(.*)\]$", r"\1", re.sub(r"(?<=[^:]):\d+$", "", bare))
    if "*" in bare:
        if not re.fullmatch(re.escape(without_port).replace(r"\*", ".*"), host):
            return None
        return host if _is_ipv4(host) else without_port.rpartition("*")[2] or host
    if "/" in bare:
        return str(ipaddress.ip_network(bare, strict=False)) if _is_in_network(host, bare) else None
    name = without_port.lstrip(".")
    is_meant = host == name or (bool(name) and host.endswith(f".{name}"))
    return (entry if entry.lstrip(".") == name else name) if is_meant else None


def _parse(variable: str, value: str) -> Proxy:
    problem = next(_problems(value), None)
    if problem is not None:
        raise ConfigurationError(f"{variable} {problem}", hint=f"Correct or unset {variable}: {_EXAMPLE}.")
    scheme, rest = _scheme_and_rest(value)
    userinfo, _at, address = rest.rpartition("@")
    host, port = _host_and_port(address.partition("/")[0])
    # Everything that a URL allows there stays as it is.
    return Proxy(variable, scheme, f"{host}:{port or _PORTS[scheme]}", quote(userinfo, safe="%:!$&'()*+,;=~"))


def _scheme_and_rest(value: str) -> tuple[str, str]:
    """Split a URL; as for requests, a proxy without a scheme speaks HTTP."""
    scheme, separator, rest = value.partition("://")
    return (scheme.lower(), rest) if separator else ("http", value)


def _problems(value: str) -> Iterator[str]:
    """Say what is wrong with the URL of a proxy, without any of its characters but those that are not allowed."""
    if value != value.strip():
        yield "begins or ends with a blank or a line break"
    if value[0] in "\"'`" or value[-1] in "\"'`":
        yield "begins or ends with a quotation mark"
    if value.lower() in ("none", "null"):
        yield f"is the text {value}, to which Ansible converts null"
    scheme, rest = _scheme_and_rest(value)
    if scheme == "socks":
        yield "has the unknown scheme socks://; the schemes of SOCKS are socks5h, socks5, socks4a and socks4"
    if scheme not in _PORTS:
        yield f"has the unknown scheme {scheme}://" if scheme in _WRONG_SCHEMES else "has an unknown scheme"
    if rest == value and re.match(r"(?i)(https?|socks\w*):", value):
        yield "has no // after its scheme"
    userinfo, _at, address = rest.rpartition("@")
    yield from _problems_of_userinfo(userinfo)
    yield from _problems_of_address(address)


def _problems_of_userinfo(userinfo: str) -> Iterator[str]:
    """Say what is wrong with user and password."""
    unescaped = next((character for character in userinfo if character in _UNSAFE), None)
    if unescaped is not None:
        yield f"contains an unescaped {unescaped!r} in the user or password: write %{ord(unescaped):02X} instead"
    if any(ord(character) > 255 for character in unquote(userinfo)):
        yield "contains a character in the user or password that HTTP cannot send"


def _problems_of_address(address: str) -> Iterator[str]:
    """Say what is wrong with host and port."""
    authority = address.partition("/")[0]
    if not authority:
        yield "has no host"
    if any(character in _UNSAFE for character in address.replace("/", "").replace("[", "").replace("]", "")):
        yield "contains a character that is not allowed there; in the user or password, write %23 for '#'"
    if authority.count(":") > 1 and not authority.startswith("["):
        yield "has an IPv6 address without brackets; write http://[::1]:3128"
    host, port = _host_and_port(authority)
    if not _is_host(host):
        yield "has no valid host"
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65536):
        yield "has no valid port"


def _host_and_port(authority: str) -> tuple[str, str | None]:
    bracket = authority.rfind("]")
    host, colon, port = authority.rpartition(":") if authority.rfind(":") > bracket else (authority, "", "")
    return host, port if colon and port else None


def _is_host(host: str) -> bool:
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            return False
        return host.endswith("]")
    return all(_LABEL.fullmatch(label) for label in host.rstrip(".").split(".")) and len(host) < 254

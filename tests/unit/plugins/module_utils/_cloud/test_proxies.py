# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxy variables: precedence, errors, and hints for NO_PROXY."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.proxies import (
    Proxy,
    hint_for_no_proxy,
    proxy_for,
)
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples

URL = "https://workspace.example.com/v2"
PROXY = "http://proxy.test:3128"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({}, None),
        ({"HTTPS_PROXY": PROXY}, "HTTPS_PROXY"),
        ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other.test"}, "https_proxy"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://other.test"}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTP_PROXY": PROXY}, None),
        ({"ALL_PROXY": PROXY}, "ALL_PROXY"),
        ({"all_proxy": PROXY, "ALL_PROXY": "http://other.test"}, "all_proxy"),
        ({"HTTPS_PROXY": PROXY, "ALL_PROXY": "http://other.test"}, "HTTPS_PROXY"),
        ({"https_proxy": "", "ALL_PROXY": PROXY}, "ALL_PROXY"),
    ],
    ids=str,
)
def test_the_variable_with_the_highest_precedence_is_used(environ: dict[str, str], variable: str | None) -> None:
    proxy = proxy_for(URL, environ)
    assert proxy == (None if variable is None else Proxy(variable, "http", "proxy.test:3128", ""))


def test_http_proxy_is_ignored_in_a_cgi_program() -> None:
    environ = {"REQUEST_METHOD": "GET", "HTTP_PROXY": PROXY}
    assert proxy_for("http://host.test", environ) is None
    assert proxy_for("http://host.test", {**environ, "http_proxy": PROXY}) is not None


@pytest.mark.parametrize(
    ("value", "url", "address"),
    [
        ("proxy.test:3128", "http://proxy.test:3128", "proxy.test:3128"),
        ("proxy", "http://proxy:80", "proxy:80"),
        ("HTTP://proxy.test:3128/", "http://proxy.test:3128", "proxy.test:3128"),
        ("https://proxy.test", "https://proxy.test:443", "proxy.test:443"),
        *(
            (f"{scheme}://127.0.0.1", f"{scheme}://127.0.0.1:1080", "127.0.0.1:1080")
            for scheme in ("socks4", "socks4a", "socks5", "socks5h")
        ),
        ("http://[::1]:3128", "http://[::1]:3128", "[::1]:3128"),
        ("http://[::1]", "http://[::1]:80", "[::1]:80"),
        ("http://user:p%40ss@proxy.test:1", "http://user:p%40ss@proxy.test:1", "proxy.test:1"),
        ("http://user:p@ss@proxy.test:1", "http://user:p%40ss@proxy.test:1", "proxy.test:1"),
        ("http://user:pä@proxy.test:1", "http://user:p%C3%A4@proxy.test:1", "proxy.test:1"),
        ("user:pass@proxy.test:1", "http://user:pass@proxy.test:1", "proxy.test:1"),
        ("http://proxy.test.:1", "http://proxy.test.:1", "proxy.test.:1"),
    ],
)
def test_proxy_urls_are_normalized(value: str, url: str, address: str) -> None:
    proxy = proxy_for(URL, {"HTTPS_PROXY": value})
    assert proxy is not None
    assert (proxy.url, proxy.address) == (url, address)
    assert proxy.name == f"proxy {address} (HTTPS_PROXY)"
    assert "pass" not in repr(proxy)


SECRET = "SeCrEt"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (f" http://u:{SECRET}@proxy.test", "begins or ends with a blank or a line break"),
        (f"http://u:{SECRET}@proxy.test\n", "begins or ends with a blank or a line break"),
        (" ", "begins or ends with a blank or a line break"),
        (f'"http://u:{SECRET}@proxy.test"', "begins or ends with a quotation mark"),
        (f"'http://u:{SECRET}@proxy.test'", "begins or ends with a quotation mark"),
        ("None", "is the text None, to which Ansible converts null"),
        ("null", "is the text null, to which Ansible converts null"),
        (f"http://u:12#{SECRET}@proxy.test", "contains an unescaped '#' in the user or password: write %23 instead"),
        (f"http://u:12/{SECRET}@proxy.test", "contains an unescaped '/' in the user or password: write %2F instead"),
        (f"http://u:12?{SECRET}@proxy.test", "contains an unescaped '?' in the user or password: write %3F instead"),
        (f"http://D\\u:{SECRET}@proxy.test", r"contains an unescaped '\\' in the user or password: write %5C instead"),
        (f"http://u:[{SECRET}@proxy.test", "contains an unescaped '[' in the user or password: write %5B instead"),
        (f"http://u:a {SECRET}@proxy.test", "contains an unescaped ' ' in the user or password: write %20 instead"),
        (f"u:{SECRET}#@proxy.test", "contains an unescaped '#' in the user or password: write %23 instead"),
        (f"http://u:名{SECRET}@proxy.test", "contains a character in the user or password that HTTP cannot send"),
        (f"http://u:1234#{SECRET}", "contains a character that is not allowed there"),
        (f"http://u:1234/{SECRET}@a/b@proxy.test", "contains an unescaped '/' in the user or password"),
        ("http://::1:3128", "has an IPv6 address without brackets; write http://[::1]:3128"),
        ("http://[::1", "has no valid host"),
        ("http://[proxy.test]:1", "has no valid host"),
        ("http://pro..xy:1", "has no valid host"),
        (f"http://{'x' * 64}.test", "has no valid host"),
        ("http://", "has no host"),
        (f"http://u:{SECRET}@", "has no host"),
        ("http://:3128", "has no valid host"),
        ("http://proxy.test:port", "has no valid port"),
        ("http://proxy.test:0", "has no valid port"),
        ("http://proxy.test:65536", "has no valid port"),
        (f"http://u:{SECRET}", "has no valid port"),
        ("socks://127.0.0.1:1080", "has the unknown scheme socks://; the schemes of SOCKS are socks5h, socks5,"),
        ("ftp://proxy.test", "has the unknown scheme ftp://"),
        (f"{SECRET}://proxy.test", "has an unknown scheme"),
        ("http:/proxy.test:3128", "has no // after its scheme"),
        ("http:proxy.test:3128", "has no // after its scheme"),
    ],
)
def test_an_invalid_variable_is_an_error(value: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        proxy_for(URL, {"https_proxy": value})
    message = caught.value.message()
    assert message.startswith(f"https_proxy {problem}")
    assert (
        "Correct or unset https_proxy: a proxy URL is http://host:port, or user:password@host:port after http://."
        in message
    )
    assert SECRET not in message
    assert "1234" not in message


def test_an_unused_invalid_variable_is_ignored() -> None:
    assert proxy_for(URL, {"HTTPS_PROXY": "None", "NO_PROXY": "example.com"}) is None
    assert proxy_for(URL, {"HTTP_PROXY": "None"}) is None


@examples(300)
@given(
    st.text(max_size=12)
    | st.text("htps:/@#?[]%\\.: 1a", max_size=24)
    | st.text("a:@/", max_size=8).map("http://{}".format)
)
def test_any_value_is_a_proxy_or_an_error(value: str) -> None:
    problem = ""
    try:
        proxy = proxy_for(URL, {"HTTPS_PROXY": value})
    except ConfigurationError as error:
        proxy, problem = None, error.message()
    if proxy is not None:
        assert urlsplit(proxy.url).hostname
        assert urlsplit(proxy.url).port
    elif value:
        assert problem.startswith("HTTPS_PROXY ")


HOSTS = ["example.com", "workspace.example.com", "badexample.com", "127.0.0.1", "10.1.2.3", "[::1]", "localhost"]
PATTERNS = [
    *("example.com", ".example.com", "*.example.com", "EXAMPLE.com", "com", "example.com:8443", ".example.com:443"),
    *("127.0.0.1", "127.0.0.1:8443", "127.0.0.0/8", "127.0.0.0/255.0.0.0", "10.0.0.0/8", "127.*", "::1", "*", ""),
    *("a;example.com", "localhost", "0.0.1"),
]


@examples(300)
@given(
    host=st.sampled_from(HOSTS),
    port=st.sampled_from(["", ":443", ":8443"]),
    patterns=st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3),
    separator=st.sampled_from([",", ", ", " ,"]),
)
def test_no_proxy_matches_as_in_requests(
    monkeypatch: pytest.MonkeyPatch, host: str, port: str, patterns: list[str], separator: str
) -> None:
    url, value = f"https://{host}{port}/", separator.join(patterns)
    monkeypatch.setenv("NO_PROXY", value)
    expected = bool(requests.utils.should_bypass_proxies(url, None))
    if host == "badexample.com" and tuple(map(int, requests.__version__.split(".")[:2])) < (2, 34):
        # Older versions of requests match any host with this ending.
        expected = "com" in patterns or value.strip() == "*"
    assert (proxy_for(url, {"HTTPS_PROXY": PROXY, "NO_PROXY": value}) is None) == expected


@pytest.mark.parametrize(
    ("host", "value", "hint"),
    [
        (
            "a.example.com",
            "*.example.com",
            "'*.example.com', which does not match a.example.com: write '.example.com'.",
        ),
        ("a.example.com", "*example.com", "'*example.com', which does not match a.example.com: write 'example.com'."),
        ("a.example.com", "a.*", "'a.*', which does not match a.example.com: write 'a.example.com'."),
        (
            "a.example.com",
            "example.com:99",
            "'example.com:99', which does not match a.example.com: write 'example.com'.",
        ),
        ("a.example.com", "https://a.example.com/", "which does not match a.example.com: write 'a.example.com'."),
        ("10.0.0.1", "10.0.0.1:443", "'10.0.0.1:443', which does not match 10.0.0.1: write '10.0.0.1'."),
        ("10.0.0.1", "10.*", "'10.*', which does not match 10.0.0.1: write '10.0.0.1'."),
        ("10.0.0.1", "10.0.0.0/255.0.0.0", "'10.0.0.0/255.0.0.0', which does not match 10.0.0.1: write '10.0.0.0/8'."),
        (
            "a.example.com",
            "b.test;example.com",
            "Separate the entries of NO_PROXY by commas: 'example.com' does not match",
        ),
        ("10.0.0.1", "b.test 10.0.0.1", "Separate the entries of NO_PROXY by commas: '10.0.0.1' does not match"),
        ("[::1]", "[::1]", "'[::1]', which does not match ::1: write '::1'."),
    ],
)
def test_an_entry_that_almost_matches_has_a_hint(host: str, value: str, hint: str) -> None:
    assert proxy_for(f"https://{host}", {"HTTPS_PROXY": PROXY, "NO_PROXY": value}) is not None
    assert hint in (hint_for_no_proxy(f"https://{host}", {"NO_PROXY": value}) or "")


@pytest.mark.parametrize(
    "value", ["", "other.test", "*.other.test", "11.*", "11.0.0.0/255.0.0.0", "localhost:80", "*:"]
)
@pytest.mark.parametrize("host", ["a.example.com", "10.0.0.1"])
def test_other_entries_have_no_hint(host: str, value: str) -> None:
    assert hint_for_no_proxy(f"https://{host}", {"NO_PROXY": value}) is None


@pytest.mark.parametrize(
    ("userinfo", "secrets"),
    [
        ("", set()),
        ("user:pass", {"pass", "dXNlcjpwYXNz"}),
        ("us%5Cer:p%23", {"p%23", "p#", "dXNcZXI6cCM="}),
    ],
)
def test_the_password_is_a_secret(userinfo: str, secrets: set[str]) -> None:
    assert set(Proxy("HTTPS_PROXY", "http", "proxy.test:1", userinfo).secrets()) == secrets

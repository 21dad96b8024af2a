# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints from regions, clouds and URLs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import endpoints
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples


@pytest.mark.parametrize(
    ("region", "cloud"),
    [
        ("cn-north-4", "myhuaweicloud.com"),
        ("eu-west-101", "myhuaweicloud.eu"),
        ("eu-west-1", "myhuaweicloud.eu"),
        ("eu-west-0", "myhuaweicloud.com"),
        ("my-eu-west-101", "myhuaweicloud.com"),
    ],
)
def test_the_region_determines_the_cloud(region: str, cloud: str) -> None:
    assert endpoints.cloud_of(region) == cloud


@pytest.mark.parametrize("value", ["cn-north-4", "a", "my_region", "1.2.3", "myhuaweicloud.com", "cn-north-4_sub"])
def test_a_valid_part_of_a_host_name_is_returned(value: str) -> None:
    assert endpoints.check_host(value, "region") == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "-a",
        "a-",
        ".a",
        "a.",
        "a b",
        "a/b",
        "a@b",
        "a:b",
        "a#b",
        "a?b",
        "a\nb",
        "a\n",
        "ä",
        "a%2Fb",
        "{region}",
        "a\\b",
        "a..b",
        "x" * 64,
    ],
    ids=repr,
)
def test_an_invalid_part_of_a_host_name_is_an_error(value: str) -> None:
    with pytest.raises(ConfigurationError, match="the option region is") as caught:
        endpoints.check_host(value, "the option region")
    assert caught.value.error_type == "configuration"


@pytest.mark.parametrize(
    ("template", "region", "expected"),
    [
        ("https://host.test", None, "https://host.test"),
        ("https://host.test/", None, "https://host.test"),
        ("https://host.test//", None, "https://host.test"),
        ("http://127.0.0.1:8080/prefix/", "r", "http://127.0.0.1:8080/prefix"),
        ("https://workspace.{region}.test", "cn-north-4", "https://workspace.cn-north-4.test"),
        ("https://host.test/{region}/{region}", "r", "https://host.test/r/r"),
        ("https://[::1]:8443", None, "https://[::1]:8443"),
        ("HTTPS://Host.Test", None, "HTTPS://Host.Test"),
        ("https://host.test:65535", None, "https://host.test:65535"),
    ],
)
def test_a_base_url_is_normalized(template: str, region: str | None, expected: str) -> None:
    assert endpoints.base_url(template, region, "endpoint") == expected


@pytest.mark.parametrize(
    "template",
    [
        "",
        "host.test",
        "//host.test",
        "ftp://host.test",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://host.test:port",
        "https://host.test:0",
        "https://host.test:65536",
        "https://host.test?SHOWN",
        "https://host.test/?",
        "https://host.test#SHOWN",
        "https://host.test/#",
        "https://user:SHOWN@host.test",
        "https://SHOWN@host.test",
        "https://ho st.test",
        "https://host.test/a b",
        "https://host.test\n",
        "https://host.test/\r\nX: SHOWN",
        "https://hôst.test",
        "https://host.test/\x7f",
        "https://{cloud}.test",
        "https://host.test/{}",
        "https://host.test\\SHOWN",
        "https://[::1",
        "https://[nonsense]",
        "https://[v1.nonsense]",
        "https://[127.0.0.1]",
        "https://host[::1]",
        "https://[::1]host",
        "https://-host.test",
        "https://host..test",
        "https://" + "x" * 64 + ".test",
    ],
    ids=repr,
)
def test_a_malformed_base_url_is_an_error(template: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        endpoints.base_url(template, "r", "the option endpoint")
    assert "the option endpoint" in caught.value.message()
    assert "SHOWN" not in caught.value.message()


def test_a_template_requires_a_region() -> None:
    with pytest.raises(ConfigurationError, match=r"endpoint contains \{region\}, but no region is set"):
        endpoints.base_url("https://{region}.test", None, "endpoint")


def test_the_url_of_a_request_is_encoded() -> None:
    url = endpoints.url("https://host.test/p", ("v2", "a b/c", "ü"), [("b", "2"), ("a", "x&y=z"), ("a", "1")])
    assert url == "https://host.test/p/v2/a%20b%2Fc/%C3%BC?a=1&a=x%26y%3Dz&b=2"
    assert endpoints.url("https://host.test", ("v2",)) == "https://host.test/v2"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("http://host.test", True),
        ("http://10.0.0.1", True),
        ("http://[2001:db8::1]", True),
        ("http://localhost.host.test", True),
        ("http://127.0.0.1.host.test", True),
        ("HTTP://host.test", True),
        ("https://host.test", False),
        ("http://127.0.0.1:8080", False),
        ("http://127.3.4.5", False),
        ("http://[::1]:80", False),
        ("http://localhost", False),
        ("http://LOCALHOST", False),
        ("http://a.localhost", False),
    ],
)
def test_unencrypted_urls_are_detected(base: str, expected: bool) -> None:
    assert endpoints.is_unencrypted(base) is expected


@examples(150)
@given(
    template=st.text(max_size=30)
    | st.text(st.sampled_from("https://.@[]:?#{}region1%ü \\"), max_size=30).map("https://{}".format)
)
def test_any_text_is_a_base_url_or_an_error(template: str) -> None:
    try:
        text = endpoints.base_url(template, "r", "endpoint").lower()
    except ConfigurationError as failure:
        text = failure.message()
    assert text.startswith(("http://", "https://", "endpoint "))
    assert not text.endswith("/")

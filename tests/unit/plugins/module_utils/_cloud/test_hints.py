# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hints for documented error codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import hints as module
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Agency,
    AssumedAgency,
    OidcToken,
    Password,
    Token,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.hints import hint_for, throttling_window
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples


def find_hint(code: str | None, status: int | None, message: str | None, **others: str) -> str | None:
    return hint_for(ApiError("it broke", error_code=code, http_status=status, error_msg=message, **others))


WORKSPACE = [
    ("WKS.0001", 400, "query options"),
    ("WKS.00000003", 500, "retry later"),
    ("WKS.00000405", 405, "method"),
    ("WKS.00000415", 415, "Content-Type"),
    ("WKS.00010099", 403, "disabled in this region and project"),
    ("WKS.00050902", 503, "retry later"),
    ("WKS.00081102", 403, "workspace:images:list and ims:images:list"),
    ("WKS.00170117", 400, "enable the Workspace service"),
    ("WKS.00170312", 400, "enable the Workspace service"),
    ("WKS.00211102", 400, "query options"),
    ("WKS.00211302", 401, "Check the credentials"),
    ("WKS.00211401", 500, "retry later"),
    ("WKS.00211902", 404, "does not exist"),
    ("WKS.0202", 500, "does not exist"),
    ("WKS.0915", 400, "does not exist"),
]
GATEWAY = [
    *((number, 404, "region, cloud and endpoint") for number in ("0101", "0103")),
    ("0201", 400, "endpoint and the proxy"),
    *((number, 401, "Check the credentials") for number in ("0301", "0303", "0305", "0307")),
    *((number, 403, "ims:images:list") for number in ("0302", "0304", "0401", "0402", "0404")),
    ("0306", 403, ""),
    ("0310", 403, "project"),
    ("0801", 403, "not available in this region"),
    ("0802", 403, "no access to this region"),
    ("0308", 429, "max_retry_delay"),
    *((number, 405, "method") for number in ("0501", "0502")),
    *((f"06{number}", 500, "retry later") for number in ("01", "05", "06", "08", "09", "10", "11", "12", "13")),
    ("0705", 500, "retry later"),
]


@pytest.mark.parametrize(("code", "status", "text"), WORKSPACE)
def test_codes_of_workspace_have_hints(code: str, status: int, text: str) -> None:
    sentence = find_hint(code, status, None)
    assert sentence is not None
    assert text in sentence


@pytest.mark.parametrize("prefix", ["APIGW", "APIG", "APIC"])
@pytest.mark.parametrize(("number", "status", "text"), GATEWAY)
def test_codes_of_the_gateway_have_hints(prefix: str, number: str, status: int, text: str) -> None:
    sentence = find_hint(f"{prefix}.{number}", status, None)
    assert sentence is not None
    assert text in sentence


def test_the_tables_contain_the_tested_codes() -> None:
    assert set(module.WORKSPACE) == {code for code, _status, _text in WORKSPACE}
    assert set(module.GATEWAY) == {number for number, _status, _text in GATEWAY}


@pytest.mark.parametrize(
    "table", [module.WORKSPACE, module.GATEWAY, module.STATUS], ids=["workspace", "gateway", "status"]
)
def test_each_hint_is_one_sentence(table: dict[object, str]) -> None:
    for sentence in table.values():
        assert sentence.endswith(".")
        assert ". " not in sentence
        assert sentence[0].isupper()


def test_codes_that_mean_not_found_are_known() -> None:
    assert {"WKS.0202", "WKS.0915", "WKS.00211902"} == module.NOT_FOUND


@pytest.mark.parametrize(
    ("code", "status", "text"),
    [
        (None, 401, "Check the credentials"),
        ("NEW.1", 401, "Check the credentials"),
        ("APIGW.9999", 401, "Check the credentials"),
        (None, 407, "proxy"),
        ("401", 401, "Check the credentials"),
        ("403", 403, "workspace:images:list"),
        (None, 429, "Send fewer requests"),
    ],
)
def test_the_status_determines_the_hint_of_an_unknown_code(code: str | None, status: int, text: str) -> None:
    assert text in (find_hint(code, status, None) or "")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (None, None),
        (None, 400),
        ("NEW.1", 403),
        ("XAPIGW.0301", 400),
        ("APIGW.03011", 400),
        ("apigw.0301", 400),
        ("", 500),
    ],
)
def test_an_unknown_failure_has_no_hint(code: str | None, status: int | None) -> None:
    assert find_hint(code, status, "some text") is None


EXPIRED = "calc aksk signature fail:signature expired, signature time:{},server time:{}"


@pytest.mark.parametrize(
    ("signed", "server", "text"),
    [
        ("20211217T064303Z", "20211217T065804Z", "it is 901 seconds behind the service's"),
        ("20211217T065804Z", "20211217T064303Z", "it is 901 seconds ahead of the service's"),
        ("20211231T235959Z", "20220101T010000Z", "it is 3601 seconds behind"),
    ],
)
def test_the_hint_names_the_difference_of_the_clocks(signed: str, server: str, text: str) -> None:
    sentence = find_hint(
        "APIGW.0301", 401, f"Incorrect IAM authentication information: {EXPIRED.format(signed, server)}"
    )
    assert text in (sentence or "")
    assert "15 minutes" in (sentence or "")


def test_an_invalid_time_has_the_hint_of_the_status() -> None:
    sentence = find_hint("APIGW.0301", 401, EXPIRED.format("20219917T064303Z", "20211217T065804Z"))
    assert "Check the credentials" in (sentence or "")


@pytest.mark.parametrize(
    ("tail", "window", "text"),
    [
        ("limit:60,time:1 minute", 60, "The limit is 60 requests in 1 minute."),
        ("limit:10,time:10 second", 10, "The limit is 10 requests in 10 seconds."),
        ("limit:1, time:2 minutes", 120, "The limit is 1 requests in 2 minutes."),
        ("limit:5,time:30second", 30, "The limit is 5 requests in 30 seconds."),
    ],
)
def test_the_hint_names_the_throttling_limit(tail: str, window: float, text: str) -> None:
    message = f"The throttling threshold has been reached: policy user over ratelimit,{tail}"
    assert throttling_window(message) == window
    assert (find_hint("APIGW.0308", 429, message) or "").startswith(text)
    assert (find_hint(None, 429, message) or "").startswith(text)


def test_a_locked_key_has_a_hint() -> None:
    message = "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden: AK"
    assert find_hint("APIGW.0301", 401, message, credentials_kind="access key", credentials_source="X and Y") == (
        "The access key is locked. Check X and Y, and wait five minutes before you retry."
    )


@pytest.mark.parametrize("kind", list(module.AUTHENTICATION))
@pytest.mark.parametrize("code", ["APIGW.0301", "APIGW.0307", "401", None])
def test_the_hint_names_only_the_credentials_in_use(kind: str, code: str | None) -> None:
    sentence = find_hint(code, 401, "no", credentials_kind=kind, credentials_source="SOURCE") or ""
    assert "SOURCE" in sentence
    assert ("locks an access key" in sentence) is (kind in ("access key", "temporary access key"))
    assert ("access key" in sentence) is (kind in ("access key", "temporary access key"))
    assert ("password" in sentence) is (kind == "password")
    assert ("clock" in sentence) is (kind == "access key")


def test_each_kind_of_credentials_has_a_hint() -> None:
    credentials = (
        AccessKey("a", "s"), AccessKey("a", "s", "t"), AccessKey("a", "s", "t", is_of_agency=True), Token("t"),
        Password("u", "p", "d"), OidcToken("t", "p", "a", "s", 900),
        AssumedAgency(Token("t"), Agency("a", ("domain_id", "d"))),
    )  # fmt: skip
    assert {known.kind for known in credentials} | {"issued token"} == set(module.AUTHENTICATION)


@pytest.mark.parametrize(
    ("operation", "permission"),
    [
        ("ListImages", "workspace:images:list and ims:images:list"),
        ("KeystoneListProjects", "iam:projects:listProjects"),
        ("DecodeAuthorizationMessage", "sts::decodeAuthorizationMessage"),
    ],
)
@pytest.mark.parametrize("code", ["403", "APIGW.0302"])
def test_the_hint_names_the_required_permission(operation: str, permission: str, code: str) -> None:
    assert permission in (find_hint(code, 403, "no", operation=operation) or "")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_temporary_failure_has_a_hint(status: int) -> None:
    assert "check endpoint and the proxy" in (find_hint(None, status, None) or "")


@pytest.mark.parametrize(
    "message", ["", "limit:60", "limit:x,time:1 minute", "time:1 minute", "limit:1,time:1 fortnight"]
)
def test_a_message_without_a_throttling_window_has_no_delay(message: str) -> None:
    assert throttling_window(message) == 0
    assert not (find_hint("APIGW.0308", 429, message) or "").startswith("The limit")


@examples(100)
@given(
    st.none() | st.text(max_size=12),
    st.none() | st.integers(),
    st.none() | st.text(max_size=30) | st.from_regex(r"limit:\d{1,12},time:\d{1,12} (second|minute)", fullmatch=True),
)
def test_any_failure_has_one_hint_or_none(code: str | None, status: int | None, message: str | None) -> None:
    assert isinstance(find_hint(code, status, message), (str, type(None)))
    assert throttling_window(message or "") >= 0


@pytest.mark.parametrize(
    ("region", "nearest"),
    [
        ("cn-nort-4", "cn-north-4"),
        ("CN-North-4", "cn-north-4"),
        ("eu-west-0", "eu-west-101"),
        ("ap-southeast-4", "ap-"),
    ],
)
def test_the_hint_names_the_most_similar_region(region: str, nearest: str) -> None:
    sentence = module.hint_for_region(region) or ""
    assert sentence.startswith(f"{region!r} is not a known region of Workspace. Did you mean {nearest!r}?"[:-2])
    assert sentence.endswith(f"The regions are listed at {module.REGIONS_PAGE}.")


def test_a_region_without_a_similar_one_has_no_suggestion() -> None:
    assert "Did you mean" not in (module.hint_for_region("moon") or "")


@pytest.mark.parametrize("region", [None, *module.KNOWN_REGIONS])
def test_a_known_region_has_no_hint(region: str | None) -> None:
    assert module.hint_for_region(region) is None


def test_a_long_throttling_window_is_limited() -> None:
    assert throttling_window(f"limit:1,time:{'9' * 400} second") == 999_999

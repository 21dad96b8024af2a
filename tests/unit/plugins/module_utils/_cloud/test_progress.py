# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of progress during requests, and the scope of a failed authentication."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.endpoints import cloud_at
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.guard import CredentialGuard
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.progress import describe_source
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    FakeClock,
    list_images_request,
    make_transport,
)


def report_lines(emulator: Emulator, **options: Any) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    transport = make_transport(report=lambda verbosity, line: lines.append((verbosity, line)), **options)
    try:
        transport.send(list_images_request(emulator))
    except CloudError:
        pass
    finally:
        transport.close()
    return lines


def test_each_request_and_each_wait_is_reported(emulator: Emulator) -> None:
    emulator.arm("error", status=503, times=1)
    emulator.arm("throttled", times=1, after=1, retry_after="12", window="0 second")
    lines = report_lines(emulator, max_retries=2)
    url = f"{emulator.url}/v2/{emulator.project_id}/images"
    assert [verbosity for verbosity, _line in lines] == [3, 1, 3, 0, 3]
    for line, status in zip([line for verbosity, line in lines if verbosity == 3], (503, 429, 200)):
        assert line.startswith(f"ListImages: GET {url}: HTTP {status} after 0.000 seconds, request id ")
    assert lines[1][1] == (
        "ListImages: attempt 1 of 3 failed: HTTP 503 WKS.00050902: The service is unavailable. "
        "Waiting 1 seconds before the next one"
    )
    assert lines[3][1].startswith("ListImages: attempt 2 of 3 failed: HTTP 429 APIGW.0308: ")
    assert lines[3][1].endswith(". Waiting 12 seconds before the next one")


@pytest.mark.parametrize(("seconds", "verbosity"), [("9", 1), ("10", 0)])
def test_long_waits_are_warnings(emulator: Emulator, seconds: str, verbosity: int) -> None:
    emulator.arm("throttled", times=1, retry_after=seconds, window="0 second")
    assert [line[0] for line in report_lines(emulator, max_retries=1)] == [3, verbosity, 3]


def test_a_request_without_a_response_is_reported_without_a_status(emulator: Emulator) -> None:
    emulator.arm("reset")
    [(verbosity, line)] = report_lines(emulator)
    assert verbosity == 3
    assert line.startswith("ListImages: GET http://127.0.0.1:")
    assert line.endswith(" after 0.000 seconds")


def test_secrets_are_masked(emulator: Emulator) -> None:
    """Even if a service repeats the signed request."""
    secrets = Secrets()
    secrets.add(emulator.account.access_key, emulator.account.secret_key)
    emulator.arm("echo", times=1)
    emulator.arm("error", status=503, times=1, message=f"{emulator.account.secret_key} is wrong")
    lines = report_lines(emulator, secrets=secrets, max_retries=1)
    assert lines
    assert not [line for _verbosity, line in lines if emulator.account.secret_key in line or "Signature=" in line]


class FakeGuard(CredentialGuard):
    """Allows a number of attempts."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed

    def send(self, attempt: Callable[[], Any]) -> Any:
        self.allowed -= 1
        if self.allowed < 0:
            raise ApiError("HTTP 401", http_status=401, attempts=0)
        return attempt()


def test_the_guard_checks_every_attempt(emulator: Emulator) -> None:
    emulator.arm("error", status=503)
    transport = make_transport(FakeClock(), max_retries=4, guard=FakeGuard(2))
    with pytest.raises(ApiError) as caught:
        transport.send(list_images_request(emulator))
    assert caught.value.attempts == 0
    assert [record.status for record in emulator.requests] == [503, 503]


@pytest.mark.parametrize(
    ("endpoint", "region", "cloud"),
    [
        ("https://workspace.cn-north-4.myhuaweicloud.com", "cn-north-4", "myhuaweicloud.com"),
        ("https://workspace.eu-west-101.MyHuaweiCloud.eu", "eu-west-101", "myhuaweicloud.eu"),
        ("https://workspace.cn-north-4.myhuaweicloud.com", None, "workspace.cn-north-4.myhuaweicloud.com"),
        ("https://workspace.example.com:8443/x", "cn-north-4", "workspace.example.com:8443"),
        ("http://127.0.0.1:8080/cn-north-4", "cn-north-4", "127.0.0.1:8080"),
    ],
)
def test_the_host_of_the_endpoint_determines_the_cloud(endpoint: str, region: str | None, cloud: str) -> None:
    assert cloud_at(endpoint, region) == cloud


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (
            Target("cn-north-4", "p1", None, "https://ws.test", None, None),
            "credentials from a file; region cn-north-4, project p1, endpoint https://ws.test",
        ),
        (
            Target("cn-north-4", None, "sub", "https://ws.test", None, None),
            "credentials from a file; region cn-north-4, project sub (to be looked up in IAM), endpoint https://ws.test",
        ),
        (
            Target(None, "p1", None, "https://ws.test", None, None),
            "credentials from a file; project p1, endpoint https://ws.test",
        ),
    ],
)
def test_source_and_target_are_described(target: Target, text: str) -> None:
    assert describe_source("a file", target) == text

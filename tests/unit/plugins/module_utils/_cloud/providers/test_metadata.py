# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of the instance metadata, which the emulator serves: no test uses the real address."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Credentials,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    ApiError,
    ConfigurationError,
    InvalidResponse,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers import metadata
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.metadata import InstanceMetadata
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.provider import CredentialsNotFound
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import authenticate
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, task_settings
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    RawServer,
    http_response,
    make_transport,
)

TOKEN = "InstanceMetadataToken"
KEYS = "InstanceMetadataSecurityKey"


def test_the_credentials_have_kind_and_source(emulator: Emulator) -> None:
    credentials = authenticate_at(emulator.url)
    assert (credentials.kind, credentials.source) == ("agency", "the instance metadata")


def test_a_failure_names_the_source(emulator: Emulator) -> None:
    emulator.arm("error", status=500, operation=KEYS)
    with pytest.raises(ApiError) as caught:
        authenticate_at(emulator.url)
    assert caught.value.details()["credentials_source"] == "the instance metadata"


def authenticate_at(base: str, timeout: float = 5.0) -> AccessKey:
    return InstanceMetadata(base=base).authenticate(make_transport(timeout=timeout))


def resolve(
    emulator: Emulator, task: dict[str, Any] | None = None, environ: dict[str, str] | None = None
) -> Credentials:
    settings = Settings(task_settings({"region": "cn-north-4", **(task or {})}), environ or {})
    return authenticate(build_plan(settings, metadata_url=emulator.url), Secrets())


def metadata_key(emulator: Emulator) -> AccessKey:
    key = emulator.account.metadata
    return AccessKey(key.access_key, key.secret_key, key.security_token)


def operations(emulator: Emulator) -> list[str | None]:
    return [record.operation for record in emulator.requests]


def test_the_address_is_link_local_and_the_timeout_is_short() -> None:
    assert metadata.BASE_URL == "http://169.254.169.254"
    assert 0 < metadata.TRANSPORT_OPTIONS["timeout"] <= 3


def test_the_token_is_sent(emulator: Emulator) -> None:
    emulator.arm("token_required")
    assert authenticate_at(emulator.url) == metadata_key(emulator)
    token, keys = emulator.requests
    assert (token.method, token.path) == ("PUT", "/meta-data/latest/api/token")
    assert token.headers["x-metadata-token-ttl-seconds"] == "21600"
    assert (keys.method, keys.path) == ("GET", "/openstack/latest/securitykey")
    assert keys.headers["x-metadata-token"] == "emulator-metadata-token=="


@pytest.mark.parametrize("status", [404, 405, 503])
def test_keys_are_requested_without_a_token(emulator: Emulator, status: int) -> None:
    emulator.arm("no_token_step", status=status)
    assert authenticate_at(emulator.url) == metadata_key(emulator)
    assert operations(emulator) == [TOKEN, KEYS]
    assert "x-metadata-token" not in emulator.requests[1].headers


def test_an_empty_token_is_not_sent(emulator: Emulator) -> None:
    emulator.arm("empty", operation=TOKEN)
    assert authenticate_at(emulator.url) == metadata_key(emulator)
    assert "x-metadata-token" not in emulator.requests[1].headers


def test_a_server_without_an_agency_has_no_credentials(emulator: Emulator) -> None:
    emulator.arm("no_agency")
    with pytest.raises(CredentialsNotFound, match="the server has no agency"):
        authenticate_at(emulator.url)
    assert operations(emulator) == [TOKEN, KEYS]


def test_without_instance_metadata_no_credentials_are_found(emulator: Emulator) -> None:
    emulator.arm("error", status=404)
    with pytest.raises(CredentialsNotFound, match="the instance metadata"):
        authenticate_at(emulator.url)


def test_a_closed_port_has_no_credentials() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(CredentialsNotFound, match="no response"):
        authenticate_at(f"http://127.0.0.1:{port}")


def test_a_silent_server_has_no_credentials() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(CredentialsNotFound, match="no response"):
        authenticate_at(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.15)


@pytest.mark.parametrize("fault", ["reset", "close_connection", "no_http"])
def test_a_broken_server_has_no_credentials(emulator: Emulator, fault: str) -> None:
    emulator.arm(fault)
    with pytest.raises(CredentialsNotFound, match="no response"):
        authenticate_at(emulator.url)
    assert len(emulator.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html></html>",
        "[]",
        "{}",
        '{"credential": null}',
        '{"credential": {"access": "SHOWN", "secret": "SHOWN"}}',
        '{"credential": {"access": "SHOWN", "secret": "", "securitytoken": "SHOWN"}}',
        '{"credential": {"access": 1, "secret": "SHOWN", "securitytoken": "SHOWN"}}',
        '{"credential": {"access": "A", "secret": "SHOWN", "securitytoken": "SHOWN\\r\\nX-Evil: 1"}}',
        '{"credential": {"access": "A B", "secret": "SHOWN", "securitytoken": "T"}}',
    ],
    ids=["empty", "html", "array", "nothing", "null", "half", "blank", "number", "line-break", "space"],
)
def test_invalid_keys_are_an_invalid_response(emulator: Emulator, body: str) -> None:
    emulator.arm("response", operation=KEYS, body=body)
    with pytest.raises(InvalidResponse) as caught:
        authenticate_at(emulator.url)
    assert caught.value.operation == "InstanceMetadata"
    assert caught.value.http_status == 200
    assert "SHOWN" not in caught.value.message()


@pytest.mark.parametrize(
    "body", ["<html>\n<body>sign in first</body>\r\n</html>", "two words", "x\0y"], ids=["html", "words", "nul"]
)
def test_an_invalid_token_is_an_invalid_response(emulator: Emulator, body: str) -> None:
    emulator.arm("response", operation=TOKEN, body=body, content_type="text/html")
    with pytest.raises(InvalidResponse) as caught:
        authenticate_at(emulator.url)
    assert caught.value.operation == "InstanceMetadata"
    assert operations(emulator) == [TOKEN]


@pytest.mark.parametrize("operation", [TOKEN, KEYS])
@pytest.mark.parametrize("status", [500, 504])
def test_an_error_of_the_service_is_a_failure(emulator: Emulator, operation: str, status: int) -> None:
    emulator.arm("error", operation=operation, status=status)
    with pytest.raises(ApiError) as caught:
        authenticate_at(emulator.url)
    assert caught.value.details()["operation"] == "InstanceMetadata"
    assert caught.value.http_status == status


@pytest.mark.parametrize("status", [400, 403, 410])
def test_the_instance_metadata_of_another_cloud_has_no_credentials(emulator: Emulator, status: int) -> None:
    emulator.arm("error", status=status)
    with pytest.raises(CredentialsNotFound, match=rf"the instance metadata \(HTTP {status}\)"):
        authenticate_at(emulator.url)
    assert operations(emulator) == [TOKEN, KEYS]


def test_token_and_keys_are_registered_as_secrets(emulator: Emulator) -> None:
    registered: list[str] = []
    secrets = Secrets(registered.extend)
    plan = build_plan(Settings(task_settings({"region": "cn-north-4"}), {}), metadata_url=emulator.url)
    credentials = authenticate(plan, secrets)
    assert registered == ["emulator-metadata-token==", *credentials.secrets()]
    text = f"emulator-metadata-token== {emulator.account.metadata.secret_key}"
    assert secrets.mask(text) == "******** ********"
    assert emulator.account.metadata.secret_key not in repr(credentials)


@pytest.fixture
def proxy() -> Iterator[RawServer]:
    with RawServer(http_response(500)) as server:
        yield server


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_is_used(emulator: Emulator, proxy: RawServer, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, proxy.url)
    assert resolve(emulator) == metadata_key(emulator)
    assert proxy.connections == 0


@pytest.mark.parametrize(
    ("task", "environ"),
    [
        ({"use_instance_metadata": False}, {}),
        ({}, {"HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "no"}),
        ({"use_instance_metadata": False}, {"HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "yes"}),
    ],
    ids=["task", "environment", "task-first"],
)
def test_no_request_is_sent_if_disabled(emulator: Emulator, task: dict[str, Any], environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="disabled by use_instance_metadata"):
        resolve(emulator, task, environ)
    assert not emulator.requests


@pytest.mark.parametrize(
    "environ",
    [{"HW_AUTH_TOKEN": "T"}, {"HUAWEICLOUD_SDK_AK": "A", "HUAWEICLOUD_SDK_SK": "S"}, {"HW_ACCESS_KEY": "half"}],
    ids=["token", "keys", "half"],
)
def test_no_request_is_sent_if_other_credentials_exist(emulator: Emulator, environ: dict[str, str]) -> None:
    with contextlib.suppress(ConfigurationError):
        resolve(emulator, {}, environ)
    assert not emulator.requests


def test_a_failed_request_is_not_retried(emulator: Emulator) -> None:
    emulator.arm("error", status=500)
    with pytest.raises(ApiError):
        resolve(emulator)
    assert operations(emulator) == [TOKEN]

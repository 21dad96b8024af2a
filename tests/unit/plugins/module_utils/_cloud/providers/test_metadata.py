# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of a cloud server, played by the emulator: never the real address, never through a proxy."""

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
    http,
    make_transport,
)

TOKEN = "InstanceMetadataToken"
KEYS = "InstanceMetadataSecurityKey"


def test_kind_and_source(emulator: Emulator) -> None:
    credentials = authenticated(emulator.url)
    assert (credentials.kind, credentials.source) == ("agency", "the instance metadata")


def test_failure_names_the_metadata(emulator: Emulator) -> None:
    emulator.arm("error", status=500, operation=KEYS)
    with pytest.raises(ApiError) as caught:
        authenticated(emulator.url)
    assert caught.value.details()["credentials_source"] == "the instance metadata"


def authenticated(base: str, timeout: float = 5.0) -> AccessKey:
    return InstanceMetadata(base=base).authenticate(make_transport(timeout=timeout))


def found(emulator: Emulator, task: dict[str, Any] | None = None, environ: dict[str, str] | None = None) -> Credentials:
    settings = Settings(task_settings({"region": "cn-north-4", **(task or {})}), environ or {})
    return authenticate(build_plan(settings, metadata_url=emulator.url), Secrets())


def expected(emulator: Emulator) -> AccessKey:
    key = emulator.account.metadata
    return AccessKey(key.access_key, key.secret_key, key.security_token)


def operations(emulator: Emulator) -> list[str | None]:
    return [record.operation for record in emulator.requests]


def test_address_and_time_out() -> None:
    assert metadata.BASE_URL == "http://169.254.169.254"
    assert 0 < metadata.TRANSPORT_OPTIONS["timeout"] <= 3


def test_with_token_step(emulator: Emulator) -> None:
    emulator.arm("token_required")
    assert authenticated(emulator.url) == expected(emulator)
    token, keys = emulator.requests
    assert (token.method, token.path) == ("PUT", "/meta-data/latest/api/token")
    assert token.headers["x-metadata-token-ttl-seconds"] == "21600"
    assert (keys.method, keys.path) == ("GET", "/openstack/latest/securitykey")
    assert keys.headers["x-metadata-token"] == "emulator-metadata-token=="


@pytest.mark.parametrize("status", [404, 405, 503])
def test_without_token_step(emulator: Emulator, status: int) -> None:
    emulator.arm("no_token_step", status=status)
    assert authenticated(emulator.url) == expected(emulator)
    assert operations(emulator) == [TOKEN, KEYS]
    assert "x-metadata-token" not in emulator.requests[1].headers


def test_empty_token_is_none(emulator: Emulator) -> None:
    emulator.arm("empty", operation=TOKEN)
    assert authenticated(emulator.url) == expected(emulator)
    assert "x-metadata-token" not in emulator.requests[1].headers


def test_server_without_agency(emulator: Emulator) -> None:
    emulator.arm("no_agency")
    with pytest.raises(CredentialsNotFound, match="the server has no agency"):
        authenticated(emulator.url)
    assert operations(emulator) == [TOKEN, KEYS]


def test_no_such_thing_there(emulator: Emulator) -> None:
    emulator.arm("error", status=404)
    with pytest.raises(CredentialsNotFound, match="the instance metadata"):
        authenticated(emulator.url)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(CredentialsNotFound, match="no response"):
        authenticated(f"http://127.0.0.1:{port}")


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(CredentialsNotFound, match="no response"):
        authenticated(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.15)


@pytest.mark.parametrize("fault", ["reset", "close_connection", "no_http"])
def test_something_else_answers(emulator: Emulator, fault: str) -> None:
    emulator.arm(fault)
    with pytest.raises(CredentialsNotFound, match="no response"):
        authenticated(emulator.url)
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
def test_keys_that_cannot_be_used(emulator: Emulator, body: str) -> None:
    emulator.arm("response", operation=KEYS, body=body)
    with pytest.raises(InvalidResponse) as caught:
        authenticated(emulator.url)
    assert caught.value.operation == "InstanceMetadata"
    assert caught.value.http_status == 200
    assert "SHOWN" not in caught.value.message()


@pytest.mark.parametrize(
    "body", ["<html>\n<body>sign in first</body>\r\n</html>", "two words", "x\0y"], ids=["html", "words", "nul"]
)
def test_token_that_cannot_be_used(emulator: Emulator, body: str) -> None:
    emulator.arm("response", operation=TOKEN, body=body, content_type="text/html")
    with pytest.raises(InvalidResponse) as caught:
        authenticated(emulator.url)
    assert caught.value.operation == "InstanceMetadata"
    assert operations(emulator) == [TOKEN]


@pytest.mark.parametrize("operation", [TOKEN, KEYS])
@pytest.mark.parametrize("status", [500, 504])
def test_refusal_is_a_failure_of_the_metadata(emulator: Emulator, operation: str, status: int) -> None:
    emulator.arm("error", operation=operation, status=status)
    with pytest.raises(ApiError) as caught:
        authenticated(emulator.url)
    assert caught.value.details()["operation"] == "InstanceMetadata"
    assert caught.value.http_status == status


@pytest.mark.parametrize("status", [400, 403, 410])
def test_another_clouds_metadata_is_none(emulator: Emulator, status: int) -> None:
    emulator.arm("error", status=status)
    with pytest.raises(CredentialsNotFound, match=rf"the instance metadata \(HTTP {status}\)"):
        authenticated(emulator.url)
    assert operations(emulator) == [TOKEN, KEYS]


def test_token_and_keys_become_secrets(emulator: Emulator) -> None:
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
    with RawServer(http(500)) as server:
        yield server


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_never_through_a_proxy(
    emulator: Emulator, proxy: RawServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, proxy.url)
    assert found(emulator) == expected(emulator)
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
def test_not_asked_where_it_is_switched_off(emulator: Emulator, task: dict[str, Any], environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="disabled by use_instance_metadata"):
        found(emulator, task, environ)
    assert not emulator.requests


@pytest.mark.parametrize(
    "environ",
    [{"HW_AUTH_TOKEN": "T"}, {"HUAWEICLOUD_SDK_AK": "A", "HUAWEICLOUD_SDK_SK": "S"}, {"HW_ACCESS_KEY": "half"}],
    ids=["token", "keys", "half"],
)
def test_only_asked_where_nothing_else_is_found(emulator: Emulator, environ: dict[str, str]) -> None:
    with contextlib.suppress(ConfigurationError):
        found(emulator, {}, environ)
    assert not emulator.requests


def test_failed_once_is_not_tried_again(emulator: Emulator) -> None:
    emulator.arm("error", status=500)
    with pytest.raises(ApiError):
        found(emulator)
    assert operations(emulator) == [TOKEN]

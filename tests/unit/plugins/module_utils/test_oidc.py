# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OIDC tokens of CI systems: precedence of the variables, and the exchange with the emulator."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _search
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import sts
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import AccessKey, OidcToken
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, task_settings
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    RawServer,
    make_transport,
)

EXCHANGE, PROJECTS, LIST = "AssumeAgencyWithOIDC", "KeystoneListProjects", "ListImages"
OFFLINE = {"HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "false"}
OIDC = {
    "HUAWEICLOUD_OIDC_PROVIDER_URN": "provider",
    "HUAWEICLOUD_OIDC_AGENCY_URN": "agency",
    "HUAWEICLOUD_OIDC_ID_TOKEN": "a.b.c",
}
SOURCE = (
    "the environment variables HUAWEICLOUD_OIDC_PROVIDER_URN, HUAWEICLOUD_OIDC_AGENCY_URN and "
    "HUAWEICLOUD_OIDC_ID_TOKEN, then the agency agency"
)


def resolve(environ: dict[str, str], **task: str) -> Any:
    settings = Settings(task_settings({"region": "cn-north-4", **task}), {**OFFLINE, **environ})
    return build_plan(settings).resolution.resolved


def resolution_error(environ: dict[str, str], **task: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        resolve(environ, **task)
    return caught.value.message()


# --- the variables


def test_session_and_duration_have_defaults() -> None:
    found = resolve(OIDC)
    assert found.credentials == OidcToken("a.b.c", "provider", "agency", "oidc-sts-session", 3600)
    assert found.source == SOURCE
    assert "a.b.c" not in repr(found)


def test_all_variables_are_used() -> None:
    others = {"HUAWEICLOUD_OIDC_SESSION_NAME": "ci", "HUAWEICLOUD_OIDC_DURATION_SECONDS": "900"}
    assert resolve({**OIDC, **others}).credentials == OidcToken("a.b.c", "provider", "agency", "ci", 900)


@pytest.mark.parametrize(
    "earlier",
    [
        {"HUAWEICLOUD_SDK_AK": "a", "HUAWEICLOUD_SDK_SK": "s"},
        {"HW_ACCESS_KEY": "a", "HW_SECRET_KEY": "s"},
        {"HW_AUTH_TOKEN": "t"},
        {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"},
    ],
    ids=min,
)
def test_other_variables_take_precedence(earlier: dict[str, str]) -> None:
    assert not isinstance(resolve({**OIDC, **earlier}).credentials, OidcToken)


def test_a_file_is_used_last_unless_the_task_sets_it(home: Path) -> None:
    path = home / ".huaweicloud" / "credentials"
    path.parent.mkdir()
    path.write_text("[basic]\nak = a\nsk = s\n")
    assert resolve({}).credentials == AccessKey("a", "s")
    assert isinstance(resolve(OIDC).credentials, OidcToken)
    assert resolve(OIDC, profile="basic").credentials == AccessKey("a", "s")


def test_the_token_file_is_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "token"
    environ = {**OIDC, "HUAWEICLOUD_OIDC_ID_TOKEN": "", "HUAWEICLOUD_OIDC_TOKEN_FILE": str(path)}
    for text in ("first.one\n", "second.one"):
        path.write_text(text)
        assert resolve(environ).credentials.id_token == text.strip()
    assert resolve({**environ, "HUAWEICLOUD_OIDC_ID_TOKEN": "a.b.c"}).credentials.id_token == "a.b.c"


@pytest.mark.parametrize("kind", ["missing", "directory", "fifo", "empty", "large", "quoted"])
def test_an_invalid_token_file_is_an_error(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "token"
    if kind == "directory":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind != "missing":
        path.write_text({"empty": "\n", "large": "t" * (1024 * 1024 + 1), "quoted": '"SHOWN"'}[kind])
    message = resolution_error({**OIDC, "HUAWEICLOUD_OIDC_ID_TOKEN": "", "HUAWEICLOUD_OIDC_TOKEN_FILE": str(path)})
    expected = {
        "missing": f"the environment variable HUAWEICLOUD_OIDC_TOKEN_FILE {path} does not exist",
        "directory": "Is a directory",
        "fifo": "not a regular file",
        "empty": f"the token in {path} is empty",
        "large": "larger than 1024 KiB",
        "quoted": f"the token in {path} is in quotation marks",
    }[kind]
    assert expected in message
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"HUAWEICLOUD_OIDC_AGENCY_URN": ""}, "HUAWEICLOUD_OIDC_AGENCY_URN must be set too"),
        (
            {"HUAWEICLOUD_OIDC_PROVIDER_URN": "", "HUAWEICLOUD_OIDC_ID_TOKEN": ""},
            "HUAWEICLOUD_OIDC_PROVIDER_URN and HUAWEICLOUD_OIDC_ID_TOKEN or HUAWEICLOUD_OIDC_TOKEN_FILE must be set",
        ),
        (
            {"HUAWEICLOUD_OIDC_DURATION_SECONDS": "1h"},
            "the environment variable HUAWEICLOUD_OIDC_DURATION_SECONDS must be a whole number of seconds, got '1h'",
        ),
        ({"HUAWEICLOUD_OIDC_ID_TOKEN": "a b"}, "HUAWEICLOUD_OIDC_ID_TOKEN contains a blank"),
        ({"HUAWEICLOUD_OIDC_SESSION_NAME": "\udc80"}, "HUAWEICLOUD_OIDC_SESSION_NAME is not UTF-8"),
    ],
    ids=["agency", "two", "duration", "token", "surrogate"],
)
def test_invalid_variables_are_errors(changes: dict[str, str], message: str) -> None:
    assert message in resolution_error({**OIDC, **changes})


def test_an_oidc_token_requires_an_sts_endpoint() -> None:
    task = {"endpoint": "https://w.invalid", "project_id": "p", "iam_endpoint": "https://i.invalid"}
    with pytest.raises(ConfigurationError, match="Set region or sts_endpoint"):
        build_plan(Settings(task_settings(task), {**OFFLINE, **OIDC}))


def test_terraforms_agency_is_ignored_with_an_oidc_token() -> None:
    agency = {"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "b"}
    plan = build_plan(Settings(task_settings({"region": "cn-north-4"}), {**OIDC, **agency}))
    assert plan.resolution.resolved.agency is None
    assert [text.partition(" variables")[0] for text in plan.warnings] == ["The agency in the HW_ASSUME_ROLE_…"]


@pytest.mark.parametrize("name", ["HUAWEICLOUD_SDK_IDP_ID", "HC_CONTAINER_CREDENTIALS_FULL_URI"])
def test_the_error_names_unsupported_kinds_of_credentials(name: str) -> None:
    expected = f"{name} (found, but this kind of credentials is not supported)"
    assert expected in resolution_error({name: "x"}).partition("Tried: ")[2].split("; ")
    assert name not in resolution_error({name: ""})
    assert resolve({name: "x", **OIDC}).source == SOURCE


# --- the exchange


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(images=many_images(3)) as running:
        yield running


def environment(emulator: Emulator, **changes: str) -> dict[str, str]:
    trusted = emulator.account.oidc
    values = {"PROVIDER_URN": trusted.provider_urn, "AGENCY_URN": trusted.agency_urn, "ID_TOKEN": trusted.id_token}
    return {f"HUAWEICLOUD_OIDC_{name}": value for name, value in {**values, **changes}.items()}


def find(emulator: Emulator, environ: dict[str, str], **task: Any) -> dict[str, Any]:
    url = emulator.url
    options = {"region": "cn-north-4", "endpoint": url, "iam_endpoint": url, "sts_endpoint": url, "max_retries": 0}
    return _search.find_images({**options, "timeout": 5.0, "max_retry_delay": 1.0, **task}, print, environ=environ)


def failure_of(emulator: Emulator, environ: dict[str, str], **task: Any) -> dict[str, Any]:
    with pytest.raises(SearchFailed) as caught:
        find(emulator, environ, **task)
    return caught.value.result


def operations(emulator: Emulator) -> list[str | None]:
    return [record.operation for record in emulator.requests]


def test_a_token_is_exchanged_once(emulator: Emulator) -> None:
    result = find(emulator, environment(emulator))
    assert (result["project_id"], len(result["images"])) == (emulator.project_id, 3)
    assert operations(emulator) == [EXCHANGE, PROJECTS, LIST]
    exchange = emulator.requests[0]
    assert not {"authorization", "x-auth-token", "x-sdk-date"} & exchange.headers.keys()
    trusted = emulator.account.oidc
    assert json.loads(exchange.body) == {
        "provider_urn": trusted.provider_urn,
        "agency_urn": trusted.agency_urn,
        "agency_session_name": "oidc-sts-session",
        "id_token": trusted.id_token,
        "duration_seconds": 3600,
    }


def test_an_agency_of_another_account_is_assumed_with_the_exchanged_keys(emulator: Emulator) -> None:
    task = {"agency_name": "emulator-agency", "agency_domain_name": "emulator-partner"}
    result = find(emulator, environment(emulator), **task)
    assert result["project_id"] == emulator.account.agencies[0].projects[0].id
    assert operations(emulator) == [EXCHANGE, "CreateTemporaryAccessKeyByAgency", PROJECTS, LIST]


def test_a_denial_is_decoded(emulator: Emulator) -> None:
    emulator.arm("access_denied", operation=LIST)
    result = failure_of(emulator, environment(emulator), decode_authorization_message=True)
    assert result["authorization_message"]["failure"] == "implicit deny by identity-based policy"


@pytest.mark.parametrize(
    ("changes", "status", "hint"),
    [
        ({"ID_TOKEN": "x.y.z"}, 401, "The OIDC token from the environment variables HUAWEICLOUD_OIDC_PROVIDER_URN"),
        ({"AGENCY_URN": "unknown"}, 404, "The agency unknown or the identity provider iam::d0"),
        ({"AGENCY_URN": "closed"}, 403, "in the trust policy of the agency iam::d0"),
    ],
    ids=["token", "agency", "trust"],
)
def test_a_failed_exchange_is_explained(emulator: Emulator, changes: dict[str, str], status: int, hint: str) -> None:
    if changes.get("AGENCY_URN") == "closed":
        changes = {"AGENCY_URN": emulator.account.oidc.distrusting_agency_urn}
    environ = environment(emulator, **changes)
    result = failure_of(emulator, environ)
    assert (result["operation"], result["http_status"]) == (EXCHANGE, status)
    assert hint in result["msg"]
    assert result["credentials_source"].endswith(
        f"and HUAWEICLOUD_OIDC_ID_TOKEN, then the agency {environ['HUAWEICLOUD_OIDC_AGENCY_URN']}"
    )
    assert operations(emulator) == [EXCHANGE]


def test_expired_temporary_keys_are_explained(emulator: Emulator) -> None:
    environ = environment(emulator, DURATION_SECONDS="1")
    emulator.arm("error", status=401, operation=PROJECTS)
    assert "The temporary keys that were issued for the environment variables" in failure_of(emulator, environ)["msg"]


def test_secrets_are_masked(emulator: Emulator) -> None:
    emulator.arm("echo", operation=LIST)
    shown = str(failure_of(emulator, environment(emulator)))
    (issued,) = emulator._authenticator._issued.values()
    secrets = [emulator.account.oidc.id_token, issued.key.access_key, issued.key.secret_key]
    assert "********" in shown
    assert [secret for secret in secrets if secret in shown] == []


# --- the spellings of a response


def exchange_token(document: object) -> AccessKey:
    body = json.dumps(document).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    token = OidcToken("a.b.c", "provider", "agency", "session", 900, "the test")
    with RawServer(head + body) as server:
        return sts.assume_agency_with_oidc(make_transport(), token, server.url, "cn-north-4")


@pytest.mark.parametrize("wrapper", ["credentials", "credential", None])
@pytest.mark.parametrize(
    "names",
    [
        ("access", "secret", "securitytoken"),
        ("accessKeyId", "secretAccessKey", "securityToken"),
        ("access_key_id", "secret_access_key", "security_token"),
    ],
    ids=lambda names: names[0],
)
def test_all_spellings_of_the_keys_are_accepted(names: tuple[str, ...], wrapper: str | None) -> None:
    keys = dict(zip(names, ("A", "S", "T")))
    assert exchange_token({wrapper: keys} if wrapper else keys) == AccessKey("A", "S", "T")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"credentials": {}},
        {"credentials": "SHOWN"},
        {"credentials": {"access": "SHOWN", "secret": "SHOWN"}},
        {"credentials": {"access": "a", "secret": "s", "securitytoken": "with a blank"}},
        {"credentials": {"access": 1, "secret": "s", "securitytoken": "t"}},
        [],
    ],
    ids=str,
)
def test_a_response_without_keys_is_invalid(document: object) -> None:
    from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import InvalidResponse

    with pytest.raises(InvalidResponse) as caught:
        exchange_token(document)
    assert "SHOWN" not in caught.value.message()

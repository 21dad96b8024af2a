# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials in options and variables, the precedence of providers, and errors of invalid credentials."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Credentials,
    Password,
    ResolvedCredentials,
    Token,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.files import NamedFiles
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.given import (
    GivenCredentials,
    TaskCredentials,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.provider import (
    CredentialProvider,
    CredentialsNotFound,
    resolve_credentials,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import authenticate
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, task_settings
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import validation_error

NAMES = {
    "access_key": "ak",
    "secret_key": "sk",
    "security_token": "st",
    "auth_token": "token",
    "username": "user",
    "password": "password",
    "domain_name": "domain",
}


def build_provider(**values: str) -> GivenCredentials:
    options = {name: option for option, name in NAMES.items()}
    settings = {options[name]: Setting(value, f"{name} (the test)") for name, value in values.items()}
    return GivenCredentials(settings, NAMES, "the test")


class FakeProvider(CredentialProvider):
    """A provider with a fixed result, which counts validations."""

    def __init__(self, result: ResolvedCredentials | Exception) -> None:
        self.result = result
        self.validations = 0

    def validate(self) -> ResolvedCredentials:
        self.validations += 1
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


# Precedence of providers


def test_the_first_provider_with_credentials_is_used() -> None:
    first, second = ResolvedCredentials(Token("1"), "first"), ResolvedCredentials(Token("2"), "second")
    providers = [FakeProvider(CredentialsNotFound("nothing")), FakeProvider(first), FakeProvider(second)]
    assert resolve_credentials(providers).resolved is first
    assert [provider.validations for provider in providers] == [1, 1, 0]


def test_an_invalid_provider_ends_the_resolution() -> None:
    providers = [
        FakeProvider(ConfigurationError("broken")),
        FakeProvider(ResolvedCredentials(Token("1"), "next")),
    ]
    with pytest.raises(ConfigurationError, match="broken"):
        resolve_credentials(providers)
    assert providers[1].validations == 0


def test_the_error_names_all_sources() -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve_credentials(
            [FakeProvider(CredentialsNotFound("one source")), FakeProvider(CredentialsNotFound("another source"))]
        )
    assert "Tried: one source; another source" in caught.value.message()
    assert "access_key and secret_key" in caught.value.message()


# Values


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ak": "A", "sk": "S"}, AccessKey("A", "S")),
        ({"ak": "A", "sk": "S", "st": "T"}, AccessKey("A", "S", "T")),
        ({"token": "T"}, Token("T")),
        ({"user": "u", "password": " any pass wörd\n", "domain": "d"}, Password("u", " any pass wörd\n", "d")),
        ({"ak": "A", "sk": "S", "token": "T", "user": "u", "password": "p", "domain": "d"}, AccessKey("A", "S")),
        ({"token": "T", "user": "u", "password": "p", "domain": "d"}, Token("T")),
        ({"token": "T", "st": "ST"}, Token("T")),
    ],
    ids=["keys", "temporary", "token", "password", "keys-first", "token-before-password", "lone-security-token"],
)
def test_complete_credentials_are_resolved(values: dict[str, str], expected: Credentials) -> None:
    resolved = build_provider(**values).validate()
    assert resolved == ResolvedCredentials(expected, resolved.source)
    assert resolved.credentials is not None
    assert resolved.credentials.source == resolved.source


@pytest.mark.parametrize(
    "values", [{}, {"st": "T"}, {"domain": "d"}, {"st": "T", "domain": "d"}], ids=["none", "token", "domain", "both"]
)
def test_a_lone_security_token_or_domain_does_not_count(values: dict[str, str]) -> None:
    with pytest.raises(CredentialsNotFound, match="the test"):
        build_provider(**values).validate()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"ak": "SHOWN"}, "ak is set without sk (the test)"),
        ({"sk": "SHOWN"}, "sk is set without ak (the test)"),
        ({"user": "u"}, "user is set without password and domain (the test)"),
        ({"password": "SHOWN"}, "password is set without user and domain (the test)"),
        ({"user": "u", "password": "SHOWN"}, "user and password are set without domain (the test)"),
        ({"ak": "SHOWN", "token": "SHOWN"}, "ak is set without sk (the test)"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_the_error_of_incomplete_credentials_names_the_missing_part(values: dict[str, str], text: str) -> None:
    message = validation_error(build_provider(**values))
    assert text in message
    assert "SHOWN" not in message


@pytest.mark.parametrize("name", ["ak", "sk", "st", "token"])
@pytest.mark.parametrize(
    "value",
    ["SHOWN key", "SHOWN\n", " SHOWN", "SHOWN\r\nX: y", "SHOWNü", "SHOWN\0"],
    ids=["blank", "line", "lead", "header", "umlaut", "nul"],
)
def test_a_value_that_is_invalid_in_a_header_is_an_error(name: str, value: str) -> None:
    values = {"token": "T"} if name == "token" else {"ak": "A", "sk": "S", "st": "T"}
    message = validation_error(build_provider(**{**values, name: value}))
    assert f"{name} (the test)" in message
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    "values",
    [{"token": "a blank"}, {"user": "u"}, {"token": "T", "user": "u"}, {"user": "u", "password": "p\udcff"}],
    ids="-".join,
)
def test_errors_of_a_kind_with_lower_precedence_are_ignored(values: dict[str, str]) -> None:
    assert build_provider(ak="A", sk="S", **values).validate().credentials == AccessKey("A", "S")


@pytest.mark.parametrize("name", ["user", "password", "domain"])
def test_a_value_that_is_not_utf8_is_an_error(name: str) -> None:
    message = validation_error(build_provider(**{"user": "u", "password": "p", "domain": "d", name: "SHOWN\udcff"}))
    assert f"{name} (the test) is not UTF-8" in message
    assert "SHOWN" not in message


def test_values_are_not_printed() -> None:
    provider = build_provider(ak="SHOWN-AK", sk="SHOWN-SK", password="SHOWN-PW")
    assert "SHOWN" not in repr(provider)
    assert "SHOWN" not in repr(TaskCredentials(provider))


# Options of the task


def test_a_task_sets_one_kind_of_credentials() -> None:
    assert TaskCredentials(build_provider(token="T")).validate().credentials == Token("T")
    with pytest.raises(CredentialsNotFound):
        TaskCredentials(build_provider()).validate()


@pytest.mark.parametrize(
    ("values", "named", "text"),
    [
        ({"ak": "A", "sk": "S", "token": "T"}, None, "access_key and secret_key and auth_token"),
        ({"token": "T", "user": "u", "password": "p", "domain": "d"}, None, "auth_token and username and password"),
        ({"token": "T"}, "profile", "auth_token and profile"),
        ({"ak": "A", "sk": "S"}, "credentials_file", "access_key and secret_key and credentials_file"),
    ],
    ids=["keys-token", "token-password", "token-profile", "keys-file"],
)
def test_two_kinds_of_credentials_in_a_task_are_an_error(values: dict[str, str], named: str | None, text: str) -> None:
    files = None if named is None else NamedFiles(named, (FakeProvider(ResolvedCredentials(Token("2"), "file")),))
    message = validation_error(TaskCredentials(build_provider(**values), files, (named or "",)))
    assert f"The task sets {text}. Set one kind of credentials only" in message


def test_a_file_that_the_task_sets_counts_as_its_credentials() -> None:
    resolved = ResolvedCredentials(Token("1"), "file")
    files = NamedFiles("profile", (FakeProvider(resolved),))
    assert TaskCredentials(build_provider(), files, ("profile",)).validate() is resolved


# Options and environment of an entry point

INI = "[basic]\nak = FILEAK\nsk = FILESK\n"
SDK = {"HUAWEICLOUD_SDK_AK": "SDKAK", "HUAWEICLOUD_SDK_SK": "SDKSK"}
TERRAFORM = {"HW_ACCESS_KEY": "TFAK", "HW_SECRET_KEY": "TFSK"}


def resolve(
    task: dict[str, Any] | None = None, environ: dict[str, str] | None = None, url: str = "http://127.0.0.1:9"
) -> Credentials:
    settings = Settings(task_settings({"region": "cn-north-4", **(task or {})}), environ or {})
    return authenticate(build_plan(settings, metadata_url=url), Secrets())


@pytest.mark.parametrize(
    ("task", "environ", "expected"),
    [
        ({"access_key": "A", "secret_key": "S"}, {**SDK, **TERRAFORM}, AccessKey("A", "S")),
        ({"access_key": "A", "secret_key": "S"}, {"HUAWEICLOUD_SDK_SECURITY_TOKEN": "T"}, AccessKey("A", "S")),
        ({"auth_token": "T"}, SDK, Token("T")),
        ({"username": "u", "password": "p", "domain_name": "d"}, SDK, Password("u", "p", "d")),
        ({}, {**SDK, **TERRAFORM}, AccessKey("SDKAK", "SDKSK")),
        ({}, {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "T"}, AccessKey("SDKAK", "SDKSK", "T")),
        ({}, {**SDK, "HW_SECURITY_TOKEN": "T"}, AccessKey("SDKAK", "SDKSK")),
        ({}, {**TERRAFORM, "HW_SECURITY_TOKEN": "T", "HW_AUTH_TOKEN": "X"}, AccessKey("TFAK", "TFSK", "T")),
        ({}, {"HW_AUTH_TOKEN": "X", "HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"}, Token("X")),
        ({}, {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"}, Password("u", "p", "d")),
        ({}, {"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": "", **TERRAFORM}, AccessKey("TFAK", "TFSK")),
    ],
    ids=[
        "task",
        "task-ignores-other-token",
        "task-token",
        "task-password",
        "sdk-before-terraform",
        "sdk-temporary",
        "sdk-ignores-other-token",
        "terraform-keys-first",
        "terraform-token",
        "terraform-password",
        "empty-is-unset",
    ],
)
def test_the_task_takes_precedence_over_the_environment(
    task: dict[str, Any], environ: dict[str, str], expected: Credentials
) -> None:
    assert resolve(task, environ) == expected


@pytest.mark.parametrize(
    ("task", "environ", "text"),
    [
        ({"access_key": "SHOWN"}, SDK, "access_key is set without secret_key (the options of the task)"),
        (
            {},
            {"HUAWEICLOUD_SDK_AK": "SHOWN", "HW_SECRET_KEY": "SHOWN"},
            "HUAWEICLOUD_SDK_AK is set without HUAWEICLOUD_SDK_SK",
        ),
        ({}, {"HW_USER_PASSWORD": "SHOWN"}, "HW_USER_PASSWORD is set without HW_USER_NAME and HW_DOMAIN_NAME"),
        (
            {"access_key": "SHOWN", "secret_key": "SHOWN", "auth_token": "SHOWN"},
            {},
            "Set one kind of credentials only",
        ),
    ],
    ids=["task", "sdk-terraform", "password", "two-kinds"],
)
def test_invalid_credentials_in_task_or_environment_are_an_error(
    task: dict[str, Any], environ: dict[str, str], text: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve(task, environ)
    assert text in caught.value.message()
    assert "SHOWN" not in caught.value.message()


@pytest.fixture
def files(home: Path) -> tuple[Path, Path]:
    (home / ".huaweicloud").mkdir()
    (home / ".hcloud").mkdir()
    return home / ".huaweicloud" / "credentials", home / ".hcloud" / "config.json"


def test_the_environment_takes_precedence_over_default_files(files: tuple[Path, Path]) -> None:
    ini, shared = files
    profile = {"name": "default", "accessKeyId": "KOOAK", "secretAccessKey": "KOOSK"}
    shared.write_text(json.dumps({"current": "default", "profiles": [profile]}))
    assert resolve() == AccessKey("KOOAK", "KOOSK")
    ini.write_text(INI)
    assert resolve() == AccessKey("FILEAK", "FILESK")
    assert resolve(environ=TERRAFORM) == AccessKey("TFAK", "TFSK")


@pytest.mark.parametrize(
    ("task", "environ"),
    [
        ({"profile": "other"}, {}),
        ({"credentials_file": "{ini}", "profile": "other"}, {}),
        ({"credentials_file": "{ini}"}, {"HW_PROFILE": "other"}),
        ({"profile": "other"}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "{ini}"}),
    ],
    ids=["profile", "file-and-profile", "file", "profile-in-file-of-environment"],
)
def test_a_file_that_the_task_sets_takes_precedence_over_keys_in_the_environment(
    files: tuple[Path, Path], task: dict[str, str], environ: dict[str, str]
) -> None:
    ini, _shared = files
    ini.write_text(f"{INI}[other]\nak = OTHERAK\nsk = OTHERSK\n")
    task = {name: value.format(ini=ini) for name, value in task.items()}
    environ = {name: value.format(ini=ini) for name, value in environ.items()}
    assert resolve(task, {**SDK, **environ}) == AccessKey("OTHERAK", "OTHERSK")


@pytest.mark.parametrize(
    ("task", "environ", "text"),
    [
        ({"credentials_file": "/gone"}, {}, "credentials_file /gone does not exist"),
        ({"shared_config_file": "/gone"}, {}, "shared_config_file /gone does not exist"),
        ({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/gone"}, "HUAWEICLOUD_SDK_CREDENTIALS_FILE /gone does not exist"),
        ({}, {"HW_SHARED_CONFIG_FILE": "/gone"}, "HW_SHARED_CONFIG_FILE /gone does not exist"),
        ({"profile": "lost"}, {}, "profile is set, but has no credentials"),
        (
            {},
            {"HW_PROFILE": "lost"},
            "profile 'lost' (the environment variable HW_PROFILE) is set, but has no credentials",
        ),
    ],
    ids=["ini-task", "json-task", "ini-environment", "json-environment", "profile-task", "profile-environment"],
)
def test_a_file_or_profile_that_is_set_must_exist(task: dict[str, str], environ: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve(task, environ)
    assert text in caught.value.message()


def test_without_credentials_the_error_names_every_source() -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve()
    message = caught.value.message()
    sources = [
        "the options of the task",
        "HUAWEICLOUD_SDK_AK",
        "HW_ACCESS_KEY",
        "~/.huaweicloud/credentials (no such file)",
        "~/.hcloud/config.json (no such file)",
        "the instance metadata (no response)",
    ]
    positions = [message.index(source) for source in sources]
    assert positions == sorted(positions)


# Comparison with the vendor's credential provider chain


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> tuple[ModuleType, ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        from huaweicloudsdkcore.auth import internal, provider
    return provider, internal


SDK_TEMPORARY = {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "SDKST", "HUAWEICLOUD_SDK_PROJECT_ID": "sdk-project"}


@pytest.mark.parametrize(
    ("environ", "text", "named"),
    [
        (SDK, None, False),
        (SDK_TEMPORARY, None, False),
        (SDK, INI, False),
        ({}, INI, False),
        ({}, INI, True),
        ({}, f"{INI}project_id = file-project\nsecurity_token = FILEST\n", False),
        ({}, f"{INI}project_id = file-project\nsecurity_token = FILEST\n", True),
        ({}, f"{INI}[global]\nak = G\nsk = G\n", False),
        ({}, None, False),
        ({}, "[global]\nak = G\nsk = G\n", False),
        ({}, "[basic]\nregion = alone\n", False),
    ],
    ids=[
        "environment",
        "environment-temporary",
        "environment-before-file",
        "file",
        "named-file",
        "file-temporary",
        "named-file-temporary",
        "file-with-sections",
        "metadata",
        "metadata-without-a-section",
        "metadata-without-keys",
    ],
)
def test_the_vendors_chain_resolves_the_same_credentials(
    vendor: tuple[ModuleType, ModuleType],
    emulator: Emulator,
    files: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    text: str | None,
    named: bool,
) -> None:
    provider, internal = vendor
    if text is not None:
        path = tmp_path / "named" if named else files[0]
        path.write_text(text)
        if named:
            environ = {**environ, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(internal.MetadataAccessor, "_METADATA_ENDPOINT", emulator.url)
    theirs = provider.CredentialProviderChain.get_basic().get_credentials()

    settings = Settings(task_settings({"region": "cn-north-4"}), environ)
    plan = build_plan(settings, metadata_url=emulator.url)
    ours = authenticate(plan, Secrets())
    assert isinstance(ours, AccessKey)
    assert (ours.access_key, ours.secret_key, ours.security_token) == (theirs.ak, theirs.sk, theirs.security_token)
    assert plan.targets[0].project_id == theirs.project_id

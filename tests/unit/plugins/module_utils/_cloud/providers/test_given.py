# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that are given by name, the order of providers, and the errors of what cannot be used."""

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
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import refusal

NAMES = {
    "access_key": "ak",
    "secret_key": "sk",
    "security_token": "st",
    "auth_token": "token",
    "username": "user",
    "password": "password",
    "domain_name": "domain",
}


def given_values(**values: str) -> GivenCredentials:
    options = {name: option for option, name in NAMES.items()}
    given = {options[name]: Setting(value, f"{name} (the test)") for name, value in values.items()}
    return GivenCredentials(given, NAMES, "the test")


class Fixed(CredentialProvider):
    def __init__(self, result: ResolvedCredentials | Exception) -> None:
        self.result = result
        self.asked = 0

    def validate(self) -> ResolvedCredentials:
        self.asked += 1
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


# The order of the sources


def test_first_source_that_has_an_identity_wins() -> None:
    first, second = ResolvedCredentials(Token("1"), "first"), ResolvedCredentials(Token("2"), "second")
    sources = [Fixed(CredentialsNotFound("nothing")), Fixed(first), Fixed(second)]
    assert resolve_credentials(sources).resolved is first
    assert [source.asked for source in sources] == [1, 1, 0]


def test_source_that_cannot_be_used_ends_the_search() -> None:
    sources = [Fixed(ConfigurationError("broken")), Fixed(ResolvedCredentials(Token("1"), "next"))]
    with pytest.raises(ConfigurationError, match="broken"):
        resolve_credentials(sources)
    assert sources[1].asked == 0


def test_all_sources_tried_are_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve_credentials(
            [Fixed(CredentialsNotFound("the one place")), Fixed(CredentialsNotFound("the other place"))]
        )
    assert "Tried: the one place; the other place" in caught.value.message()
    assert "access_key and secret_key" in caught.value.message()


# Given values


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
def test_given_values(values: dict[str, str], expected: Credentials) -> None:
    found = given_values(**values).validate()
    assert found == ResolvedCredentials(expected, found.source)
    assert found.credentials is not None
    assert found.credentials.source == found.source


@pytest.mark.parametrize(
    "values", [{}, {"st": "T"}, {"domain": "d"}, {"st": "T", "domain": "d"}], ids=["none", "token", "domain", "both"]
)
def test_parts_that_make_no_identity_count_as_nothing(values: dict[str, str]) -> None:
    with pytest.raises(CredentialsNotFound, match="the test"):
        given_values(**values).validate()


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
def test_half_of_a_kind_names_the_missing_half(values: dict[str, str], text: str) -> None:
    message = refusal(given_values(**values))
    assert text in message
    assert "SHOWN" not in message


@pytest.mark.parametrize("name", ["ak", "sk", "st", "token"])
@pytest.mark.parametrize(
    "value",
    ["SHOWN key", "SHOWN\n", " SHOWN", "SHOWN\r\nX: y", "SHOWNü", "SHOWN\0"],
    ids=["blank", "line", "lead", "header", "umlaut", "nul"],
)
def test_what_cannot_stand_in_a_header_is_refused_by_name(name: str, value: str) -> None:
    whole = {"token": "T"} if name == "token" else {"ak": "A", "sk": "S", "st": "T"}
    message = refusal(given_values(**{**whole, name: value}))
    assert f"{name} (the test)" in message
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    "values",
    [{"token": "a blank"}, {"user": "u"}, {"token": "T", "user": "u"}, {"user": "u", "password": "p\udcff"}],
    ids="-".join,
)
def test_what_is_wrong_with_a_later_kind_does_not_matter(values: dict[str, str]) -> None:
    assert given_values(ak="A", sk="S", **values).validate().credentials == AccessKey("A", "S")


@pytest.mark.parametrize("name", ["user", "password", "domain"])
def test_what_is_no_text_is_refused_by_name(name: str) -> None:
    message = refusal(given_values(**{"user": "u", "password": "p", "domain": "d", name: "SHOWN\udcff"}))
    assert f"{name} (the test) is not UTF-8" in message
    assert "SHOWN" not in message


def test_values_are_not_printed() -> None:
    source = given_values(ak="SHOWN-AK", sk="SHOWN-SK", password="SHOWN-PW")
    assert "SHOWN" not in repr(source)
    assert "SHOWN" not in repr(TaskCredentials(source))


# Options of the task


def test_task_gives_one_kind() -> None:
    assert TaskCredentials(given_values(token="T")).validate().credentials == Token("T")
    with pytest.raises(CredentialsNotFound):
        TaskCredentials(given_values()).validate()


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
def test_two_kinds_in_the_task_are_a_mistake(values: dict[str, str], named: str | None, text: str) -> None:
    files = None if named is None else NamedFiles(named, (Fixed(ResolvedCredentials(Token("2"), "file")),))
    message = refusal(TaskCredentials(given_values(**values), files, (named or "",)))
    assert f"The task sets {text}. Set one kind of credentials only" in message


def test_file_named_in_the_task_is_its_identity() -> None:
    identity = ResolvedCredentials(Token("1"), "file")
    assert (
        TaskCredentials(given_values(), NamedFiles("profile", (Fixed(identity),)), ("profile",)).validate() is identity
    )


# Options and environment, as an entry point hands them in

INI = "[basic]\nak = FILEAK\nsk = FILESK\n"
SDK = {"HUAWEICLOUD_SDK_AK": "SDKAK", "HUAWEICLOUD_SDK_SK": "SDKSK"}
TERRAFORM = {"HW_ACCESS_KEY": "TFAK", "HW_SECRET_KEY": "TFSK"}


def find(
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
        "task-without-foreign-token",
        "task-token",
        "task-password",
        "sdk-before-terraform",
        "sdk-temporary",
        "sdk-without-foreign-token",
        "terraform-keys-first",
        "terraform-token",
        "terraform-password",
        "empty-is-unset",
    ],
)
def test_task_and_environment(task: dict[str, Any], environ: dict[str, str], expected: Credentials) -> None:
    assert find(task, environ) == expected


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
def test_what_is_wrong_with_task_or_environment(task: dict[str, Any], environ: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find(task, environ)
    assert text in caught.value.message()
    assert "SHOWN" not in caught.value.message()


@pytest.fixture
def files(home: Path) -> tuple[Path, Path]:
    (home / ".huaweicloud").mkdir()
    (home / ".hcloud").mkdir()
    return home / ".huaweicloud" / "credentials", home / ".hcloud" / "config.json"


def test_default_files_come_after_the_environment(files: tuple[Path, Path]) -> None:
    ini, shared = files
    profile = {"name": "default", "accessKeyId": "KOOAK", "secretAccessKey": "KOOSK"}
    shared.write_text(json.dumps({"current": "default", "profiles": [profile]}))
    assert find() == AccessKey("KOOAK", "KOOSK")
    ini.write_text(INI)
    assert find() == AccessKey("FILEAK", "FILESK")
    assert find(environ=TERRAFORM) == AccessKey("TFAK", "TFSK")


@pytest.mark.parametrize(
    ("task", "environ"),
    [
        ({"profile": "other"}, {}),
        ({"credentials_file": "{ini}", "profile": "other"}, {}),
        ({"credentials_file": "{ini}"}, {"HW_PROFILE": "other"}),
        ({"profile": "other"}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "{ini}"}),
    ],
    ids=["profile", "file-and-profile", "file", "profile-file-elsewhere"],
)
def test_file_named_in_the_task_beats_the_environments_keys(
    files: tuple[Path, Path], task: dict[str, str], environ: dict[str, str]
) -> None:
    ini, _shared = files
    ini.write_text(f"{INI}[other]\nak = OTHERAK\nsk = OTHERSK\n")
    task = {name: value.format(ini=ini) for name, value in task.items()}
    environ = {name: value.format(ini=ini) for name, value in environ.items()}
    assert find(task, {**SDK, **environ}) == AccessKey("OTHERAK", "OTHERSK")


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
def test_named_file_or_profile_must_be_there(task: dict[str, str], environ: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find(task, environ)
    assert text in caught.value.message()


def test_nothing_found_names_every_source() -> None:
    with pytest.raises(ConfigurationError) as caught:
        find()
    message = caught.value.message()
    places = [
        "the options of the task",
        "HUAWEICLOUD_SDK_AK",
        "HW_ACCESS_KEY",
        "~/.huaweicloud/credentials (no such file)",
        "~/.hcloud/config.json (no such file)",
        "the instance metadata (no response)",
    ]
    positions = [message.index(place) for place in places]
    assert positions == sorted(positions)


# The vendor's own chain arrives at the same


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
        "metadata-for-want-of-a-section",
        "metadata-for-want-of-keys",
    ],
)
def test_vendors_chain_arrives_at_the_same(
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

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: precedence of credentials, region, project and endpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Union

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Password,
    ResolvedCredentials,
    Token,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError, ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.provider import resolve_credentials
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.module_utils._credential_providers import credential_providers
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import ENVIRONMENT, argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan, build_targets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import authenticate
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import (
    Settings,
    secret_values,
    task_settings,
)
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples

Credentials = Union[AccessKey, Token, Password]

NO_METADATA = {"HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "false"}
SDK = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}
TERRAFORM = {"HW_ACCESS_KEY": "tf-ak", "HW_SECRET_KEY": "tf-sk"}
TERRAFORM_PASSWORD = {"HW_USER_NAME": "tf-user", "HW_USER_PASSWORD": "tf-password", "HW_DOMAIN_NAME": "tf-domain"}
TASK = {"access_key": "task-ak", "secret_key": "task-sk"}
PROJECT = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def ini(home: Path) -> Path:
    """Return the SDK's file at its default path."""
    path = home / ".huaweicloud" / "credentials"
    path.parent.mkdir()
    path.write_text(
        "[basic]\nak = ini-ak\nsk = ini-%%sk\nproject_id = ini-project\niam_endpoint = https://iam.ini.example.com\n"
        "[second]\nak = second-ak\nsk = second-sk\nsecurity_token = second-token\nregion = cn-east-3\n"
    )
    return path


@pytest.fixture
def hcloud(home: Path) -> Path:
    """Return KooCLI's file at its default path."""
    path = home / ".hcloud" / "config.json"
    path.parent.mkdir()
    profiles = [
        {"name": "other", "accessKeyId": "other-ak", "secretAccessKey": "other-sk", "region": "cn-south-1"},
        {
            "name": "now",
            "accessKeyId": "now-ak",
            "secretAccessKey": "now-sk",
            "region": "cn-east-3",
            "projectId": PROJECT,
        },
    ]
    path.write_text(json.dumps({"current": "now", "profiles": profiles}))
    return path


def build_settings(environ: dict[str, str] | None = None, **arguments: Any) -> Settings:
    result = ArgumentSpecValidator(argument_spec()).validate({"region": "cn-north-4", **arguments})
    assert result.error_messages == []
    return Settings(task_settings(result.validated_parameters), {**NO_METADATA, **(environ or {})})


def resolve(environ: dict[str, str] | None = None, **arguments: Any) -> ResolvedCredentials:
    return resolve_credentials(credential_providers(build_settings(environ, **arguments))).resolved


def build_target(
    environ: dict[str, str] | None = None, credentials: ResolvedCredentials | None = None, **arguments: Any
) -> Target:
    default = ResolvedCredentials(Token("t"), "a test")
    (target,) = build_targets(build_settings(environ, **arguments), credentials or default)
    return target


# --- credentials


@pytest.mark.parametrize(
    ("environ", "task", "source"),
    [
        pytest.param(SDK, TASK, "access_key and secret_key (task)", id="task"),
        pytest.param({}, {**TASK, "security_token": "t"}, "access_key, secret_key and security_token (task)", id="all"),
        pytest.param({}, {"auth_token": "t"}, "auth_token (task)", id="token"),
        pytest.param(SDK, {}, "the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK", id="SDK"),
        pytest.param({"HW_AUTH_TOKEN": "t"}, {}, "the environment variable HW_AUTH_TOKEN", id="one"),
        pytest.param(
            TERRAFORM_PASSWORD,
            {},
            "the environment variables HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME",
            id="password",
        ),
        pytest.param({}, {}, "ak and sk in section [basic] of ~/.huaweicloud/credentials", id="section"),
        pytest.param(
            {},
            {"profile": "now"},
            "accessKeyId and secretAccessKey in profile now of ~/.hcloud/config.json",
            id="KooCLI",
        ),
    ],
)
@pytest.mark.usefixtures("ini", "hcloud")
def test_the_source_of_the_credentials_is_described(environ: dict[str, str], task: dict[str, str], source: str) -> None:
    credentials = resolve(environ, **task).credentials
    assert credentials is not None
    assert credentials.source == source


@pytest.mark.parametrize(
    ("environ", "task", "expected"),
    [
        pytest.param({**SDK, **TERRAFORM}, TASK, AccessKey("task-ak", "task-sk"), id="the task"),
        pytest.param(SDK, {"auth_token": "task-token"}, Token("task-token"), id="the task's token"),
        pytest.param(
            SDK,
            {"username": "u", "password": "p", "domain_name": "d"},
            Password("u", "p", "d"),
            id="the task's password",
        ),
        pytest.param({**SDK, **TERRAFORM}, {}, AccessKey("sdk-ak", "sdk-sk"), id="the SDK's names"),
        pytest.param(TERRAFORM, {}, AccessKey("tf-ak", "tf-sk"), id="Terraform's names"),
        pytest.param(
            {**TERRAFORM, "HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""},
            {},
            AccessKey("tf-ak", "tf-sk"),
            id="empty variables count as unset",
        ),
        pytest.param(
            {**TERRAFORM, **TERRAFORM_PASSWORD, "HW_AUTH_TOKEN": "tf-token"},
            {},
            AccessKey("tf-ak", "tf-sk"),
            id="keys in the environment first",
        ),
        pytest.param({**TERRAFORM_PASSWORD, "HW_AUTH_TOKEN": "tf-token"}, {}, Token("tf-token"), id="then a token"),
        pytest.param(TERRAFORM_PASSWORD, {}, Password("tf-user", "tf-password", "tf-domain"), id="then a password"),
        pytest.param(
            {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "s"}, {}, AccessKey("sdk-ak", "sdk-sk", "s"), id="temporary keys"
        ),
        pytest.param(
            {**SDK, "HW_SECURITY_TOKEN": "s"},
            {},
            AccessKey("sdk-ak", "sdk-sk"),
            id="not a security token of another tool",
        ),
        pytest.param(
            {"HUAWEICLOUD_SDK_SECURITY_TOKEN": "s"},
            TASK,
            AccessKey("task-ak", "task-sk"),
            id="not the environment's security token with the task's keys",
        ),
        pytest.param({}, {}, AccessKey("ini-ak", "ini-%%sk"), id="the SDK's file"),
        pytest.param({}, {"profile": "second"}, AccessKey("second-ak", "second-sk", "second-token"), id="a section"),
        pytest.param(
            SDK,
            {"profile": "second"},
            AccessKey("second-ak", "second-sk", "second-token"),
            id="a profile of the task before the environment's keys",
        ),
        pytest.param(
            {**SDK, "HW_PROFILE": "second"},
            {},
            AccessKey("sdk-ak", "sdk-sk"),
            id="the environment's keys before its profile",
        ),
        pytest.param({"HW_PROFILE": "other"}, {}, AccessKey("other-ak", "other-sk"), id="a profile of the other file"),
        pytest.param(
            {"HW_PROFILE": "other"},
            {"profile": "now"},
            AccessKey("now-ak", "now-sk"),
            id="the task's profile before the environment's",
        ),
    ],
)
@pytest.mark.usefixtures("ini", "hcloud")
def test_the_credentials_with_the_highest_precedence_are_used(
    environ: dict[str, str], task: dict[str, str], expected: Credentials
) -> None:
    assert resolve(environ, **task).credentials == expected


@pytest.mark.usefixtures("hcloud")
def test_the_sdks_file_takes_precedence_over_the_shared_file(home: Path) -> None:
    assert resolve().credentials == AccessKey("now-ak", "now-sk")
    (home / ".huaweicloud").mkdir()
    (home / ".huaweicloud" / "credentials").write_text("[basic]\nak = ini-ak\nsk = ini-sk\n")
    assert resolve().credentials == AccessKey("ini-ak", "ini-sk")


def test_files_of_the_task_take_precedence_over_the_environment(ini: Path, hcloud: Path) -> None:
    by_ini = resolve(SDK, credentials_file=str(ini))
    assert by_ini.credentials == AccessKey("ini-ak", "ini-%%sk")
    assert (by_ini.project_id, by_ini.iam_endpoint) == ("ini-project", "https://iam.ini.example.com")
    by_shared = resolve(SDK, shared_config_file=str(hcloud))
    assert by_shared.credentials == AccessKey("now-ak", "now-sk")
    assert (by_shared.region, by_shared.project_id) == ("cn-east-3", PROJECT)


def test_files_of_the_environment_are_used(home: Path, ini: Path, hcloud: Path) -> None:
    for path in (ini, hcloud):
        path.rename(home / path.name)
    assert resolve({"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/credentials"}).credentials == AccessKey("ini-ak", "ini-%%sk")
    assert resolve({"HW_SHARED_CONFIG_FILE": str(home / "config.json")}).credentials == AccessKey("now-ak", "now-sk")


@pytest.mark.parametrize(
    ("environ", "task", "parts"),
    [
        pytest.param(
            SDK, {"access_key": "x"}, ["access_key is set without secret_key", "task"], id="task without secret key"
        ),
        pytest.param(
            SDK, {"secret_key": "x"}, ["secret_key is set without access_key", "task"], id="task without access key"
        ),
        pytest.param(
            {"HW_USER_PASSWORD": "p"},
            {"username": "x"},
            ["username is set without password and domain_name"],
            id="task without password",
        ),
        pytest.param(
            {"HUAWEICLOUD_SDK_AK": "x", **TERRAFORM}, {}, ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"], id="SDK"
        ),
        pytest.param(
            {"HW_ACCESS_KEY": "x", "HW_AUTH_TOKEN": "t"}, {}, ["HW_ACCESS_KEY", "HW_SECRET_KEY"], id="Terraform"
        ),
        pytest.param({}, {**TASK, "auth_token": "x"}, ["access_key and secret_key and auth_token"], id="two kinds"),
        pytest.param({}, {**TASK, "profile": "x"}, ["access_key and secret_key and profile"], id="keys and a profile"),
        pytest.param(
            {},
            {"profile": "unknown"},
            ["profile is set, but has no credentials", "credentials", "config"],
            id="no profile",
        ),
        pytest.param({"HW_PROFILE": "unknown"}, {}, ["'unknown'", "HW_PROFILE"], id="no profile, environment"),
        pytest.param({}, {"credentials_file": "/no/such"}, ["credentials_file", "/no/such"], id="no credentials_file"),
        pytest.param(
            {"HW_SHARED_CONFIG_FILE": "/no/such"}, {}, ["HW_SHARED_CONFIG_FILE", "/no/such"], id="no shared file"
        ),
        pytest.param({}, {"auth_token": "with a blank"}, ["auth_token"], id="a token with a blank"),
    ],
)
def test_invalid_credentials_are_errors(environ: dict[str, str], task: dict[str, str], parts: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve(environ, **task)
    message = caught.value.message()
    assert [part for part in parts if part not in message] == []
    assert "with a blank" not in message


def test_two_kinds_of_credentials_in_the_environment_are_no_error() -> None:
    assert resolve({**TERRAFORM, "HW_AUTH_TOKEN": "t"}).credentials == AccessKey("tf-ak", "tf-sk")


def test_all_secrets_of_the_settings_are_masked() -> None:
    secrets = Secrets()
    secrets.add(*secret_values(build_settings({**SDK, **TERRAFORM, "HW_AUTH_TOKEN": "tf-token"}, **TASK)))
    text = "task-ak task-sk sdk-ak sdk-sk tf-ak tf-sk tf-token"
    assert secrets.mask(text) == " ".join(["********"] * 7)


# --- instance metadata


def metadata_credentials(emulator: Emulator, environ: dict[str, str] | None = None, **arguments: Any) -> Credentials:
    enabled = build_settings({"HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "true", **(environ or {})}, **arguments)
    return authenticate(build_plan(enabled, metadata_url=emulator.url), Secrets())


def test_the_metadata_is_the_last_source(ini: Path) -> None:
    with Emulator() as emulator:
        assert metadata_credentials(emulator) == AccessKey("ini-ak", "ini-%%sk")
        assert emulator.requests == []
        ini.unlink()
        key = emulator.account.metadata
        assert metadata_credentials(emulator) == AccessKey(key.access_key, key.secret_key, key.security_token)
        assert [record.operation for record in emulator.requests] == [
            "InstanceMetadataToken",
            "InstanceMetadataSecurityKey",
        ]


@pytest.mark.parametrize(
    ("environ", "task"),
    [
        pytest.param({}, {"use_instance_metadata": False}, id="disabled"),
        pytest.param({}, {"region": None}, id="no region"),
        pytest.param({}, {"endpoint": "no URL"}, id="a malformed endpoint"),
        pytest.param({}, {"project_id": "x", "project_name": "y"}, id="two projects"),
        pytest.param({}, {"regions": ["a b"], "region": None}, id="a malformed region"),
        pytest.param({"HW_CLOUD": "a/b"}, {}, id="a malformed cloud"),
    ],
)
def test_the_metadata_is_not_requested_if_an_option_is_invalid(environ: dict[str, str], task: dict[str, Any]) -> None:
    with Emulator() as emulator:
        with pytest.raises(ConfigurationError):
            metadata_credentials(emulator, environ, **task)
        assert emulator.requests == []


def test_the_metadata_is_requested_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with Emulator() as emulator:
        key = emulator.account.metadata
        assert metadata_credentials(emulator) == AccessKey(key.access_key, key.secret_key, key.security_token)


def test_an_error_of_the_metadata_is_a_failure() -> None:
    with Emulator() as emulator:
        emulator.arm("error", status=500, operation="InstanceMetadata*")
        with pytest.raises(CloudError) as caught:
            metadata_credentials(emulator)
    assert caught.value.operation == "InstanceMetadata"


# --- targets: region, project, endpoints

FILE = ResolvedCredentials(AccessKey("a", "s"), "a file", region="cn-east-3", project_id="file-project")


@pytest.mark.parametrize(
    ("environ", "task", "credentials", "region"),
    [
        pytest.param({"HW_REGION_NAME": "cn-south-1"}, {"region": "cn-north-4"}, FILE, "cn-north-4", id="task"),
        pytest.param({"HW_REGION_NAME": "cn-south-1"}, {"region": None}, FILE, "cn-south-1", id="environment"),
        pytest.param({}, {"region": None}, FILE, "cn-east-3", id="file"),
        pytest.param({"HW_REGION_NAME": ""}, {"region": None}, FILE, "cn-east-3", id="an empty variable"),
        pytest.param(
            {},
            {"region": None, "endpoint": "https://e.example.com", "project_id": "x"},
            None,
            None,
            id="endpoint alone",
        ),
    ],
)
def test_the_region_with_the_highest_precedence_is_used(
    environ: dict[str, str], task: dict[str, Any], credentials: ResolvedCredentials | None, region: str | None
) -> None:
    assert build_target(environ, credentials, **task).region == region


def test_a_missing_region_is_an_error() -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_target(region=None)
    assert caught.value.message() == ("region is required. Set region, HW_REGION_NAME, or endpoint and project_id.")


@pytest.mark.parametrize(
    ("environ", "task", "credentials", "project"),
    [
        pytest.param({"HW_PROJECT_ID": "e"}, {"project_id": "t"}, FILE, ("t", None), id="the task's id"),
        pytest.param({"HW_PROJECT_ID": "e"}, {"project_name": "t"}, FILE, (None, "t"), id="the task's name"),
        pytest.param({"HW_PROJECT_ID": "e"}, {}, FILE, ("e", None), id="the environment's id"),
        pytest.param({"HW_PROJECT_NAME": "e"}, {}, FILE, (None, "e"), id="the environment's name"),
        pytest.param({"HUAWEICLOUD_SDK_PROJECT_ID": "s", "HW_PROJECT_ID": "e"}, {}, FILE, ("s", None), id="SDK first"),
        pytest.param(
            {"HW_PROJECT_ID": "e", "HW_REGION_NAME": "cn-north-4"}, {}, None, ("e", None), id="environment, same region"
        ),
        pytest.param(
            {"HW_PROJECT_ID": "e", "HW_REGION_NAME": "cn-south-1"},
            {},
            None,
            (None, None),
            id="environment, another region",
        ),
        pytest.param(
            {"HW_PROJECT_NAME": "e", "HW_REGION_NAME": "cn-south-1"},
            {},
            None,
            (None, None),
            id="environment's name, another region",
        ),
        pytest.param(
            {"HW_PROJECT_ID": "e", "HW_REGION_NAME": "cn-south-1"},
            {"region": None},
            None,
            ("e", None),
            id="environment, with its region",
        ),
        pytest.param({}, {"region": "cn-east-3"}, FILE, ("file-project", None), id="file, same region"),
        pytest.param({}, {"region": None}, FILE, ("file-project", None), id="file, with its region"),
        pytest.param({}, {"region": "cn-north-4"}, FILE, (None, None), id="file, another region"),
        pytest.param(
            {},
            {},
            ResolvedCredentials(Token("t"), "a file", project_id="p"),
            ("p", None),
            id="file without a region",
        ),
        pytest.param({}, {}, None, (None, None), id="to be discovered"),
    ],
)
def test_the_project_with_the_highest_precedence_is_used(
    environ: dict[str, str],
    task: dict[str, Any],
    credentials: ResolvedCredentials | None,
    project: tuple[str | None, str | None],
) -> None:
    found = build_target(environ, credentials, **task)
    assert (found.project_id, found.project_name) == project


@pytest.mark.parametrize("project_id", ["a/b", "../x", "a b", "ä", "?"])
def test_an_invalid_project_id_is_an_error(project_id: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^project_id is "):
        build_target(project_id=project_id)


VARIABLE = "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4"


@pytest.mark.parametrize(
    ("environ", "task", "endpoint"),
    [
        pytest.param({}, {}, "https://workspace.cn-north-4.myhuaweicloud.com", id="default"),
        pytest.param({}, {"region": "eu-west-101"}, "https://workspace.eu-west-101.myhuaweicloud.eu", id="European"),
        pytest.param(
            {}, {"region": "eu-west-0"}, "https://workspace.eu-west-0.myhuaweicloud.com", id="not the European cloud"
        ),
        pytest.param({"HW_CLOUD": "c.example"}, {}, "https://workspace.cn-north-4.c.example", id="cloud"),
        pytest.param(
            {"HW_CLOUD": "c.example"},
            {"cloud": "t.example"},
            "https://workspace.cn-north-4.t.example",
            id="the task's cloud",
        ),
        pytest.param({VARIABLE: "https://e.example.com/"}, {}, "https://e.example.com", id="the region's variable"),
        pytest.param(
            {VARIABLE: "https://e.example.com"},
            {"endpoint": "https://t.example.com"},
            "https://t.example.com",
            id="task",
        ),
        pytest.param(
            {VARIABLE: "https://e.example.com"},
            {"region": "cn-south-1"},
            "https://workspace.cn-south-1.myhuaweicloud.com",
            id="another region's variable",
        ),
        pytest.param(
            {}, {"endpoint": "https://{region}.example.com/x/"}, "https://cn-north-4.example.com/x", id="template"
        ),
        pytest.param(
            {VARIABLE: "http://127.0.0.1:80/{region}"},
            {},
            "http://127.0.0.1:80/cn-north-4",
            id="template in the variable",
        ),
    ],
)
def test_the_endpoint_with_the_highest_precedence_is_used(
    environ: dict[str, str], task: dict[str, Any], endpoint: str
) -> None:
    assert build_target(environ, **task).endpoint == endpoint


INI = ResolvedCredentials(AccessKey("a", "s"), "a file", iam_endpoint="https://file.example.com")


@pytest.mark.parametrize(
    ("environ", "task", "credentials", "endpoint"),
    [
        pytest.param({}, {}, None, "https://iam.cn-north-4.myhuaweicloud.com", id="default"),
        pytest.param({}, {"region": "eu-west-101"}, None, "https://iam.eu-west-101.myhuaweicloud.eu", id="European"),
        pytest.param({"HW_CLOUD": "c.example"}, {}, None, "https://iam.cn-north-4.c.example", id="cloud"),
        pytest.param({"HW_AUTH_URL": "https://t.example.com/v3"}, {}, None, "https://t.example.com", id="HW_AUTH_URL"),
        pytest.param(
            {"HW_AUTH_URL": "https://t.example.com/v3/"}, {}, None, "https://t.example.com", id="with a slash"
        ),
        pytest.param({"HW_AUTH_URL": "https://t.example.com"}, {}, None, "https://t.example.com", id="without v3"),
        pytest.param(
            {"HW_AUTH_URL": "https://iam.{region}.example.com/v3"},
            {},
            None,
            "https://iam.cn-north-4.example.com",
            id="template",
        ),
        pytest.param(
            {"HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://s.example.com", "HW_AUTH_URL": "https://t.example.com/v3"},
            {},
            None,
            "https://s.example.com",
            id="the SDK's name first",
        ),
        pytest.param(
            {"HW_AUTH_URL": "https://t.example.com/v3"},
            {"iam_endpoint": "https://o.example.com/v3"},
            INI,
            "https://o.example.com",
            id="the task",
        ),
        pytest.param({"HW_AUTH_URL": "https://t.example.com/v3"}, {}, INI, "https://t.example.com", id="environment"),
        pytest.param({}, {}, INI, "https://file.example.com", id="the file"),
    ],
)
def test_the_iam_endpoint_with_the_highest_precedence_is_used(
    environ: dict[str, str], task: dict[str, Any], credentials: ResolvedCredentials | None, endpoint: str
) -> None:
    assert build_target(environ, credentials, **task).iam_endpoint == endpoint


@pytest.mark.parametrize(
    ("environ", "task", "endpoint"),
    [
        pytest.param({}, {}, "https://sts.cn-north-4.myhuaweicloud.com", id="default"),
        pytest.param(
            {"HUAWEICLOUD_SDK_STS_ENDPOINT": "https://e.example.com"}, {}, "https://e.example.com", id="environment"
        ),
        pytest.param(
            {"HUAWEICLOUD_SDK_STS_ENDPOINT": "https://e.example.com"},
            {"sts_endpoint": "https://{region}.example.com"},
            "https://cn-north-4.example.com",
            id="task",
        ),
    ],
)
def test_the_sts_endpoint_with_the_highest_precedence_is_used(
    environ: dict[str, str], task: dict[str, Any], endpoint: str
) -> None:
    assert build_target(environ, **task).sts_endpoint == endpoint


def test_other_services_have_no_endpoint_without_a_region() -> None:
    found = build_target(region=None, endpoint="https://e.example.com", project_id="p")
    assert (found.iam_endpoint, found.sts_endpoint) == (None, None)


@pytest.mark.parametrize("option", ["endpoint", "iam_endpoint", "sts_endpoint"])
@pytest.mark.parametrize(
    "value",
    ["e.example.com", "ftp://e.example.com", "https://", "https://a b", "https://e/?q", "https://u:p@e", "https://e:x"],
)
def test_an_invalid_endpoint_is_an_error(option: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_target(**{option: value})
    assert caught.value.message().startswith(f"{option} is not a base URL such as https://host.example.com: ")
    assert "u:p" not in caught.value.message()


def test_a_template_requires_a_region() -> None:
    with pytest.raises(ConfigurationError, match=r"^endpoint contains \{region\}, but no region is set. Set region$"):
        build_target(region=None, endpoint="https://{region}.example.com")


def test_each_of_several_regions_has_a_target() -> None:
    """Region and project of the environment and of a file are ignored."""
    environ = {
        "HW_REGION_NAME": "cn-south-1",
        "HW_PROJECT_ID": "e",
        "HW_PROJECT_NAME": "n",
        VARIABLE: "https://v.example",
    }
    several = build_settings(environ, region=None, regions=["cn-north-4", "cn-east-3", "eu-west-101"])
    targets = build_targets(several, FILE)
    assert [(each.region, each.project_id, each.project_name) for each in targets] == [
        ("cn-north-4", None, None),
        ("cn-east-3", None, None),
        ("eu-west-101", None, None),
    ]
    assert [each.endpoint for each in targets] == [
        "https://v.example",
        "https://workspace.cn-east-3.myhuaweicloud.com",
        "https://workspace.eu-west-101.myhuaweicloud.eu",
    ]


# --- the transport's options


@pytest.mark.parametrize(
    "arguments",
    [{"timeout": 0}, {"timeout": 10**6}, {"max_retry_delay": -1}, {"max_retries": 11}, {"ca_path": "/no/such/file"}],
    ids=str,
)
def test_invalid_options_of_the_transport_are_errors(arguments: dict[str, Any]) -> None:
    (name,) = arguments
    with pytest.raises(ConfigurationError, match=f"^{name} "):
        build_plan(build_settings(**arguments, **TASK))


def test_several_regions_require_a_template() -> None:
    def list_endpoints(regions: list[str], endpoint: str) -> list[str]:
        return [
            found.endpoint
            for found in build_targets(build_settings(region=None, regions=regions, endpoint=endpoint), FILE)
        ]

    two = ["cn-north-4", "cn-east-3"]
    with pytest.raises(ConfigurationError, match=r"^endpoint does not contain \{region\}"):
        list_endpoints(two, "http://127.0.0.1:9")
    assert list_endpoints(two[:1], "http://127.0.0.1:9") == ["http://127.0.0.1:9"]
    assert list_endpoints(two, "http://127.0.0.1:9/{region}") == [f"http://127.0.0.1:9/{name}" for name in two]


# --- common mistakes


def test_the_error_names_the_source_of_the_regions() -> None:
    settings = Settings({"regions": Setting(["a b"], "the variable huaweicloud_regions")}, {})
    with pytest.raises(ConfigurationError, match="the variable huaweicloud_regions"):
        build_targets(settings, FILE)


@pytest.mark.parametrize("region", ["CN-North-4", "Cn-north-4"])
@pytest.mark.parametrize("option", ["region", "regions"])
def test_a_region_with_capital_letters_is_an_error(region: str, option: str) -> None:
    given = {"region": region} if option == "region" else {"region": None, "regions": [region]}
    with pytest.raises(ConfigurationError) as caught:
        build_plan(build_settings(**given, **TASK))
    assert caught.value.message() == f"{option} is {region!r}. Regions are in lower case: 'cn-north-4'."


BASE = "https://workspace.cn-north-4.myhuaweicloud.com"


@pytest.mark.parametrize(
    ("endpoint", "project"),
    [
        (f"{BASE}/v2", None),
        (f"{BASE}/v2/", None),
        (f"{BASE}/v2/{PROJECT}", PROJECT),
        (f"{BASE}/v2/{PROJECT}/", PROJECT),
        (f"{BASE}/v2/{PROJECT}/images", PROJECT),
    ],
)
def test_an_endpoint_may_contain_the_path_of_the_api(endpoint: str, project: str | None) -> None:
    found = build_target(endpoint=endpoint)
    assert (found.endpoint, found.project_id) == (BASE, project)


def test_another_path_is_unchanged() -> None:
    assert (
        build_target(endpoint="https://proxy.example.com/v2/workspace").endpoint
        == "https://proxy.example.com/v2/workspace"
    )


def test_another_project_in_the_endpoint_is_an_error() -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_target(endpoint=f"{BASE}/v2/{PROJECT}", project_id="another")
    assert caught.value.message() == f"endpoint contains the project {PROJECT}, and project_id is another. Remove one."


def test_an_operation_in_the_iam_endpoint_is_an_error() -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_target({"HW_AUTH_URL": "https://iam.example.com/v3/auth/tokens"})
    assert caught.value.message() == "the environment variable HW_AUTH_URL is not a base URL: remove /auth/tokens."


def test_the_first_endpoint_of_a_list_is_used() -> None:
    assert build_target({VARIABLE: "https://a.example.com,https://b.example.com"}).endpoint == "https://a.example.com"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("access_key", "${AK}", "access_key looks like a placeholder."),
        ("secret_key", "<your_sk>", "secret_key looks like a placeholder."),
        ("secret_key", "SHOWN\n", "secret_key ends with a line break."),
        ("access_key", '"SHOWN"', "access_key is in quotation marks."),
        ("secret_key", " SHOWN", "secret_key begins or ends with a blank."),
        ("secret_key", "SH OWN", "secret_key contains a blank."),
    ],
)
@pytest.mark.parametrize("source", ["task", "environment"])
def test_common_mistakes_in_keys_are_explained(name: str, value: str, expected: str, source: str) -> None:
    environ, task = ({}, {**TASK, name: value}) if source == "task" else ({**SDK}, {})
    if source == "environment":
        variable = {"access_key": "HUAWEICLOUD_SDK_AK", "secret_key": "HUAWEICLOUD_SDK_SK"}[name]
        environ[variable] = value
        expected = expected.replace(name, f"the environment variable {variable}")
    with pytest.raises(ConfigurationError) as caught:
        build_plan(build_settings(environ, **task))
    assert caught.value.message().startswith(expected)
    assert "SHOWN" not in caught.value.message()


@pytest.mark.parametrize("kind", ["keys", "password"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"endpoint": "https://e.example.com"}, "IAM has no endpoint"),
        (
            {"endpoint": "https://e.example.com", "iam_endpoint": "https://i.example.com"},
            "the project is not known",
        ),
    ],
    ids=["no-iam", "no-name"],
)
def test_a_project_that_cannot_be_discovered_is_an_error(changes: dict[str, str], expected: str, kind: str) -> None:
    credentials = TASK if kind == "keys" else {"username": "u", "password": "p", "domain_name": "d"}
    with pytest.raises(ConfigurationError) as caught:
        build_plan(build_settings(region=None, **changes, **credentials))
    assert caught.value.message().startswith(expected)


def test_a_password_requires_an_iam_endpoint() -> None:
    user = {"username": "u", "password": "p", "domain_name": "d"}
    with pytest.raises(ConfigurationError, match="IAM has no endpoint"):
        build_plan(build_settings(region=None, endpoint="https://e.example.com", project_id=PROJECT, **user))
    build_plan(build_settings(region=None, endpoint="https://e.example.com", project_id=PROJECT, **TASK))


def test_relative_paths_are_relative_to_the_directory(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("[basic]\nak = ini-ak\nsk = ini-sk\n")
    relative = Settings(task_settings({"credentials_file": "keys"}), {}, directory=str(tmp_path))
    assert resolve_credentials(credential_providers(relative)).resolved.credentials == AccessKey("ini-ak", "ini-sk")


# --- arbitrary values

SECRET = "SHOWN0SECRET"
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", " ", "cn-north-4", "CN", "{region}", "http://[", "https://u:p@h", "/v2", "${x}", "x\n", "\udcff", "0"]
    ),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    TEXTS,
    st.lists(st.one_of(st.none(), TEXTS, st.integers()), max_size=3),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
)
ENVIRONMENTS = st.dictionaries(
    st.sampled_from(sorted({name for names in ENVIRONMENT.values() for name in names} | {VARIABLE, "HTTPS_PROXY"})),
    TEXTS.filter(lambda text: "\0" not in text),
    max_size=4,
)


def planning_error(task: dict[str, Any], environ: dict[str, str]) -> str:
    """Return the message of the error, empty if the plan is valid."""
    try:
        build_plan(Settings(task_settings(task), {**NO_METADATA, **environ}))
    except ConfigurationError as error:
        return error.message()
    return ""


@examples(400)
@given(task=st.dictionaries(st.sampled_from(sorted(argument_spec())), VALUES, max_size=4), environ=ENVIRONMENTS)
def test_any_values_are_valid_or_an_error_without_secrets(task: dict[str, Any], environ: dict[str, str]) -> None:
    task = {"region": "cn-north-4", "access_key": "A", "secret_key": SECRET, **task}
    result = ArgumentSpecValidator(argument_spec()).validate({k: v for k, v in task.items() if v is not None})
    if not result.error_messages:
        message = planning_error(result.validated_parameters, environ)
        assert SECRET not in message
        assert "\n" not in message

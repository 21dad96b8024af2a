# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another account's agency: which source's counts, and what is sent, against the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _search
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Agency,
    AssumedAgency,
    Password,
    Token,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.guard import CredentialGuard
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers import metadata
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import (
    Settings,
    lookup_settings,
    task_settings,
)
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images

ASSUME, PROJECTS, LIST = "CreateTemporaryAccessKeyByAgency", "KeystoneListProjects", "ListImages"
REGION = "cn-north-4"
AGENCY = {"agency_name": "emulator-agency", "agency_domain_name": "emulator-partner"}
ENVIRONMENT = {
    "HW_ASSUME_ROLE_AGENCY_NAME": "emulator-agency",
    "HW_ASSUME_ROLE_DOMAIN_NAME": "emulator-partner",
}
KEYS = {"access_key": "AK", "secret_key": "SK"}
SDK = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "SK"}
TERRAFORM = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
OWN_PROJECT = "0123456789abcdef0123456789abcdef"


def write_ini(home: Path, access_key: str = "AK", secret_key: str = "SK") -> None:
    path = home / ".huaweicloud" / "credentials"
    path.parent.mkdir()
    path.write_text(f"[basic]\nak = {access_key}\nsk = {secret_key}\nproject_id = {OWN_PROJECT}\n")


def write_profiles(home: Path, *profiles: dict[str, str]) -> None:
    path = home / ".hcloud" / "config.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"current": profiles[0]["name"], "profiles": profiles}))


def validated(arguments: dict[str, Any]) -> dict[str, Any]:
    result = ArgumentSpecValidator(argument_spec()).validate(arguments)
    assert result.error_messages == []
    return dict(result.validated_parameters)


def settings(environ: dict[str, str], task: dict[str, Any], configuration: dict[str, str] | None = None) -> Settings:
    of_cfg = {name: Setting(value, f"{name} in ansible.cfg") for name, value in (configuration or {}).items()}
    return Settings(task_settings(validated({"region": REGION, **task})), environ, of_cfg)


def planned(environ: dict[str, str], task: dict[str, Any], **more: Any) -> tuple[Agency | None, list[str]]:
    plan = build_plan(settings(environ, task, **more))
    return plan.resolution.resolved.agency, plan.warnings


# --- which agency counts

BY_NAME = Agency("emulator-agency", ("domain_name", "emulator-partner"))


@pytest.mark.parametrize(
    ("environ", "task", "expected"),
    [
        pytest.param({}, {**KEYS, **AGENCY}, BY_NAME, id="task"),
        pytest.param(
            {},
            {**KEYS, "agency_name": "a", "agency_domain_id": "1"},
            Agency("a", ("domain_id", "1")),
            id="task, by ID",
        ),
        pytest.param(SDK, AGENCY, BY_NAME, id="task's agency with the SDK's keys"),
        pytest.param(
            {**TERRAFORM, **ENVIRONMENT},
            {"agency_name": "b", "agency_domain_id": "2"},
            Agency("b", ("domain_id", "2")),
            id="the task's counts before the environment's",
        ),
        pytest.param({**TERRAFORM, **ENVIRONMENT}, {}, BY_NAME, id="Terraform's keys"),
        pytest.param({"HW_AUTH_TOKEN": "t", **ENVIRONMENT}, {}, BY_NAME, id="Terraform's token"),
        pytest.param(ENVIRONMENT, {}, BY_NAME, id="metadata"),
        pytest.param({**TERRAFORM, **ENVIRONMENT}, KEYS, None, id="not with the task's keys"),
        pytest.param({"HW_ASSUME_ROLE_AGENCY_NAME": "half"}, KEYS, None, id="not even half of it"),
        pytest.param(TERRAFORM, {}, None, id="none"),
    ],
)
def test_which_agency_counts(environ: dict[str, str], task: dict[str, Any], expected: Agency | None) -> None:
    assert planned(environ, task) == (expected, [])


def test_the_environments_agency_counts_with_a_file(home: Path) -> None:
    write_ini(home)
    assert planned(ENVIRONMENT, {})[0] == BY_NAME
    assert planned(ENVIRONMENT, {"profile": "basic"})[0] is None, "a profile in the task is the task's credentials"


def test_with_the_variables_of_the_sdk_the_environments_agency_is_ignored() -> None:
    agency, warnings = planned({**SDK, **ENVIRONMENT}, {})
    assert agency is None
    assert warnings == [
        "The agency in the HW_ASSUME_ROLE_… variables is ignored: these belong to Terraform, and the credentials come "
        "from the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK. Set agency_name and "
        "agency_domain_name to assume it"
    ]


def test_ansible_cfg_names_an_agency_for_all_credentials_but_the_tasks() -> None:
    assert planned(SDK, {}, configuration=AGENCY) == (BY_NAME, [])
    assert planned({}, KEYS, configuration=AGENCY) == (None, [])


@pytest.mark.parametrize(
    ("environ", "task", "message"),
    [
        pytest.param(
            TERRAFORM,
            {"agency_name": "a"},
            "agency_name is set without agency_domain_name or agency_domain_id. Set one of them in the same source",
            id="task",
        ),
        pytest.param(
            {**TERRAFORM, **ENVIRONMENT},
            {"agency_name": "a"},
            "agency_name is set without agency_domain_name or agency_domain_id. Set one of them in the same source",
            id="the environment does not complete it",
        ),
        pytest.param(
            TERRAFORM,
            {"agency_domain_id": "1"},
            "agency_domain_id is set without agency_name. Set both, or neither",
            id="name",
        ),
        pytest.param(
            TERRAFORM,
            {**AGENCY, "agency_domain_id": "1"},
            "agency_domain_name and agency_domain_id are mutually exclusive. Set one of them",
            id="both",
        ),
        pytest.param(
            {**TERRAFORM, "HW_ASSUME_ROLE_AGENCY_NAME": "a"},
            {},
            "HW_ASSUME_ROLE_AGENCY_NAME is set without HW_ASSUME_ROLE_DOMAIN_NAME or HW_ASSUME_ROLE_DOMAIN_ID. Set one "
            "of them in the same source",
            id="environment",
        ),
        pytest.param(
            {**TERRAFORM, "HW_ASSUME_ROLE_DOMAIN_ID": "1"},
            {},
            "HW_ASSUME_ROLE_DOMAIN_ID is set without HW_ASSUME_ROLE_AGENCY_NAME. Set both, or neither",
            id="environment, without a name",
        ),
    ],
)
def test_half_of_an_agency(environ: dict[str, str], task: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        planned(environ, task)
    assert str(caught.value) == message


def test_iam_is_needed() -> None:
    task = {**KEYS, **AGENCY, "project_id": OWN_PROJECT, "endpoint": "https://w.invalid"}
    with pytest.raises(ConfigurationError, match=r"IAM has no endpoint to assume the agency\. Set region"):
        build_plan(Settings(task_settings(validated(task)), {}))


def test_keywords_of_a_lookup_and_its_variables() -> None:
    def names(keywords: dict[str, str], variables: dict[str, str]) -> set[str]:
        merged = lookup_settings(
            {name: Setting(value, name) for name, value in keywords.items()},
            {name: Setting(value, f"the variable huaweicloud_{name}") for name, value in variables.items()},
        )
        return set(merged)

    assert names({"agency_name": "a"}, {"agency_domain_id": "1"}) == {"agency_name", "agency_domain_id"}
    assert names({"agency_domain_name": "b"}, {**AGENCY, "agency_domain_id": "1"}) == set(AGENCY)
    assert names(KEYS, AGENCY) == set(KEYS), "complete credentials are not mixed"


# --- the project belongs to the other account


@pytest.mark.parametrize(
    "environ", [{"HW_PROJECT_ID": OWN_PROJECT}, {"HUAWEICLOUD_SDK_PROJECT_ID": OWN_PROJECT}], ids=str
)
def test_only_the_tasks_project_counts(home: Path, environ: dict[str, str]) -> None:
    write_ini(home)
    (target,) = build_plan(settings(environ, AGENCY)).targets
    assert (target.project_id, target.project_name) == (None, None)
    (target,) = build_plan(settings(environ, {**AGENCY, "project_id": "theirs"})).targets
    assert target.project_id == "theirs"
    (target,) = build_plan(settings(environ, {**AGENCY, "project_name": "name"})).targets
    assert target.project_name == "name"


@pytest.mark.parametrize("task", [{}, {"project_id": "theirs"}], ids=["looked up", "given"])
def test_the_project_in_the_environments_endpoint_does_not_count(task: dict[str, str]) -> None:
    environ = {**TERRAFORM, "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": f"https://w.example.com/v2/{OWN_PROJECT}"}
    (target,) = build_plan(settings(environ, {**AGENCY, **task})).targets
    assert (target.endpoint, target.project_id) == ("https://w.example.com", task.get("project_id"))
    (target,) = build_plan(
        settings({}, {**KEYS, **AGENCY, "endpoint": f"https://w.example.com/v2/{OWN_PROJECT}"})
    ).targets
    assert target.project_id == OWN_PROJECT, "the task gives it"


# --- profiles of KooCLI


def koocli(**more: str) -> dict[str, str]:
    return {"name": "now", "agencyName": "emulator-agency", "agencyDomainName": "emulator-partner", **more}


OWN_KEYS = {"accessKeyId": "AK", "secretAccessKey": "SK"}


@pytest.mark.parametrize("reference", ["sourceProfile", "srcProfile"])
def test_a_profile_names_the_profile_with_the_keys(home: Path, reference: str) -> None:
    source = {"name": "base", "mode": "AKSK", "region": "cn-east-3", **OWN_KEYS}
    write_profiles(home, koocli(mode="agency", region="cn-south-1", **{reference: "base"}), source)
    resolved = build_plan(settings({}, {})).resolution.resolved
    assert resolved.agency == BY_NAME
    assert resolved.credentials == AccessKey("AK", "SK")
    assert resolved.source == "profile base of ~/.hcloud/config.json"
    assert resolved.region == "cn-south-1"


def test_a_profile_with_its_own_keys(home: Path) -> None:
    write_profiles(home, koocli(mode="AKSK", agencyDomainId="1", **OWN_KEYS))
    assert planned({}, {}) == (Agency("emulator-agency", ("domain_id", "1")), [])
    assert planned(ENVIRONMENT, {})[0] == BY_NAME, "the environment counts before a file"
    assert planned(ENVIRONMENT, {"profile": "now"})[0] == Agency("emulator-agency", ("domain_id", "1"))


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        pytest.param(koocli(mode="agency", sourceProfile="gone"), "no profile gone", id="no such profile"),
        pytest.param(koocli(mode="agency"), "no accessKeyId and secretAccessKey", id="no keys"),
        pytest.param(
            koocli(mode="agency", agencyDomainName="", **OWN_KEYS),
            "agencyName of profile now of ~/.hcloud/config.json is set without agencyDomainName of profile now of",
            id="half",
        ),
        pytest.param(koocli(mode="SSO", **OWN_KEYS), "has the mode SSO", id="SSO"),
        pytest.param(koocli(mode="ecsAgency", **OWN_KEYS), "has the mode ecsAgency", id="metadata"),
    ],
)
def test_a_profile_that_cannot_be_used(home: Path, profile: dict[str, str], message: str) -> None:
    write_profiles(home, profile)
    with pytest.raises(ConfigurationError) as caught:
        planned({}, {"profile": "now"})
    assert message in str(caught.value)


# --- the exchange


@dataclass
class Caller:
    """Searches the emulator."""

    emulator: Emulator
    warnings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def find(self, environ: dict[str, str] | None = None, **task: Any) -> dict[str, Any]:
        url = self.emulator.url
        given = {
            "region": REGION,
            "endpoint": f"{url}/{{region}}",
            "iam_endpoint": f"{url}/{{region}}",
            "sts_endpoint": url,
            "max_retries": 0,
            **task,
        }
        options = validated({name: value for name, value in given.items() if value is not None})
        return _search.find_images(
            options,
            self.warnings.append,
            environ=environ or {},
            report=lambda _verbosity, line: self.lines.append(line),
        )

    def fail(self, environ: dict[str, str] | None = None, **task: Any) -> dict[str, Any]:
        with pytest.raises(SearchFailed) as caught:
            self.find(environ, **task)
        return caught.value.result

    @property
    def keys(self) -> dict[str, str]:
        return {"access_key": self.emulator.account.access_key, "secret_key": self.emulator.account.secret_key}

    @property
    def operations(self) -> list[str | None]:
        return [record.operation for record in self.emulator.requests]

    def body(self, operation: str) -> dict[str, Any]:
        (record,) = [record for record in self.emulator.requests if record.operation == operation]
        found: dict[str, Any] = json.loads(record.body)["auth"]
        return found


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(images=many_images(3)) as running:
        yield running


@pytest.fixture
def caller(emulator: Emulator) -> Caller:
    return Caller(emulator)


def their_project(emulator: Emulator, region: str = REGION) -> str:
    return next(project.id for project in emulator.account.agencies[0].projects if project.region == region)


def issued(emulator: Emulator) -> tuple[str, str, str]:
    (key,) = emulator._authenticator._issued.values()
    return key.key.access_key, key.key.secret_key, key.key.security_token or ""


@pytest.mark.parametrize("source", ["keys", "temporary keys", "token", "password"])
def test_credentials_of_the_task_are_exchanged(caller: Caller, emulator: Emulator, source: str) -> None:
    account = emulator.account
    given = {
        "keys": caller.keys,
        "temporary keys": {
            "access_key": account.temporary.access_key,
            "secret_key": account.temporary.secret_key,
            "security_token": account.security_token,
        },
        "token": {"auth_token": emulator.issue_token()},
        "password": {
            "username": account.username,
            "password": account.password,
            "domain_name": account.domain_name,
        },
    }[source]
    result = caller.find(**given, **AGENCY)
    assert result["project_id"] == their_project(emulator)
    assert len(result["images"]) == len(emulator.rows())
    assert caller.operations[-3:] == [ASSUME, PROJECTS, LIST]
    assert caller.body(ASSUME)["identity"] == {
        "methods": ["assume_role"],
        "assume_role": {
            "agency_name": "emulator-agency",
            "domain_name": "emulator-partner",
            "duration_seconds": 900,
        },
    }
    if source == "password":
        assert caller.body("KeystoneCreateUserTokenByPassword")["scope"] == {"domain": {"name": account.domain_name}}
    for record in emulator.requests[-2:]:
        assert record.headers["x-security-token"] == issued(emulator)[2]


def test_credentials_of_the_environment_are_exchanged(caller: Caller, emulator: Emulator, home: Path) -> None:
    keys = {"HW_ACCESS_KEY": emulator.account.access_key, "HW_SECRET_KEY": emulator.account.secret_key}
    by_id = {
        "HW_ASSUME_ROLE_AGENCY_NAME": "emulator-agency",
        "HW_ASSUME_ROLE_DOMAIN_ID": emulator.account.agencies[0].domain_id,
    }
    for environ in ({**keys, **ENVIRONMENT}, {**keys, **by_id, "HW_PROJECT_ID": emulator.project_id}):
        assert caller.find(environ)["project_id"] == their_project(emulator)
    write_ini(home, **caller.keys)
    assert caller.find(ENVIRONMENT)["project_id"] == their_project(emulator)


def test_credentials_of_a_profile_are_exchanged(caller: Caller, emulator: Emulator, home: Path) -> None:
    keys = {"accessKeyId": caller.keys["access_key"], "secretAccessKey": caller.keys["secret_key"]}
    write_profiles(home, koocli(mode="agency", sourceProfile="base"), {"name": "base", **keys})
    assert caller.find()["project_id"] == their_project(emulator)


def test_credentials_of_the_metadata_are_exchanged(
    caller: Caller, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "BASE_URL", emulator.url)
    assert caller.find(ENVIRONMENT)["project_id"] == their_project(emulator)
    assert caller.operations[-3:] == [ASSUME, PROJECTS, LIST]


def test_each_region_with_its_own_iam(caller: Caller, emulator: Emulator) -> None:
    result = caller.find(region=None, regions=[REGION, "cn-east-3"], **caller.keys, **AGENCY)
    assert {image["project_id"] for image in result["images"]} == {
        their_project(emulator),
        their_project(emulator, "cn-east-3"),
    }


def test_a_given_project_is_not_looked_up(caller: Caller, emulator: Emulator) -> None:
    caller.find(**caller.keys, **AGENCY, project_id=their_project(emulator))
    assert caller.operations == [ASSUME, LIST]
    refused = caller.fail(**caller.keys, **AGENCY, project_id=emulator.project_id)
    assert (refused["operation"], refused["http_status"]) == (LIST, 403), "the own project is out of the agency's reach"


def test_a_denial_is_decoded_with_the_temporary_keys(caller: Caller, emulator: Emulator) -> None:
    emulator.arm("access_denied", operation=LIST)
    result = caller.fail(**caller.keys, **AGENCY, decode_authorization_message=True)
    assert result["authorization_message"]["failure"] == "implicit deny by identity-based policy"
    assert emulator.requests[-1].headers["x-security-token"] == issued(emulator)[2]


def test_a_denied_exchange_is_decoded_with_the_own_keys(caller: Caller, emulator: Emulator) -> None:
    emulator.arm("access_denied", operation=ASSUME)
    result = caller.fail(**caller.keys, **AGENCY, decode_authorization_message=True)
    assert result["operation"] == ASSUME
    assert result["authorization_message"]["failure"] == "implicit deny by identity-based policy"
    assert caller.operations == [ASSUME, "DecodeAuthorizationMessage"]


# --- failures

SOURCE = (
    "access_key and secret_key (task), then the agency 'emulator-agency' of the account 'emulator-partner' from "
    "agency_name and agency_domain_name (task)"
)


def test_the_permission_is_missing(caller: Caller) -> None:
    result = caller.fail(**caller.keys, agency_name="emulator-closed-agency", agency_domain_name="emulator-partner")
    assert (result["operation"], result["http_status"], result["attempts"]) == (ASSUME, 403, 1)
    assert result["credentials_source"] == SOURCE.replace("emulator-agency", "emulator-closed-agency")
    assert result["msg"].endswith(
        "The permission Agent Operator is missing: grant it to the user or agency of access_key and secret_key (task), "
        "and check that the agency 'emulator-closed-agency' of the account 'emulator-partner' delegates access to your "
        "account."
    )


@pytest.mark.parametrize(
    "wrong", [{"agency_name": "nobody", "agency_domain_name": "x"}, {**AGENCY, "agency_domain_name": "nobody"}], ids=str
)
def test_the_agency_does_not_exist(caller: Caller, wrong: dict[str, str]) -> None:
    result = caller.fail(**caller.keys, **wrong)
    assert (result["operation"], result["http_status"]) == (ASSUME, 404)
    name, account = wrong.values()
    assert (
        f"The agency {name!r} does not exist in the account {account!r}. Check agency_name and agency_domain_name "
        "(agency_name and agency_domain_name (task))."
    ) in result["msg"]


def test_the_keys_have_expired(caller: Caller) -> None:
    result = caller.fail(**caller.keys, agency_name="emulator-brief-agency", agency_domain_name="emulator-partner")
    assert (result["operation"], result["http_status"]) == (PROJECTS, 401)
    assert "The temporary keys that were issued for access_key and secret_key (task), then the agency" in result["msg"]
    assert caller.operations == [ASSUME, PROJECTS]


def test_the_own_keys_are_wrong(caller: Caller) -> None:
    result = caller.fail(
        **{**caller.keys, "secret_key": "another-secret"}, **AGENCY, region=None, regions=[REGION, "cn-east-3"]
    )
    assert (result["operation"], result["http_status"]) == (ASSUME, 401)
    assert result["credentials_source"] == SOURCE
    assert "The access key or the secret key is wrong" in result["msg"]
    assert caller.operations == [ASSUME], "one failed authentication"


def test_a_response_without_keys(caller: Caller, emulator: Emulator) -> None:
    emulator.arm("html", operation=ASSUME, status=201)
    result = caller.fail(**caller.keys, **AGENCY)
    assert (result["operation"], result["error_type"]) == (ASSUME, "invalid_response")


def test_temporary_keys_are_masked(caller: Caller, emulator: Emulator) -> None:
    emulator.arm("echo", operation=LIST)
    result = caller.fail(**caller.keys, **AGENCY)
    shown = str([result, caller.lines, caller.warnings])
    assert "********" in shown
    assert [secret for secret in (*issued(emulator), *caller.keys.values()) if secret in shown] == []
    assert any(line.startswith(f"credentials from {SOURCE}; region") for line in caller.lines)


def run(task: dict[str, Any], **process: Any) -> None:
    given = task_settings(validated({"region": REGION, "max_retries": 0, **task}))
    _search.search(lambda: Settings(given, {}), print, **process)


def test_the_cache_knows_what_was_configured(caller: Caller, emulator: Emulator) -> None:
    keys: list[str] = []

    def get_or_fetch(key: Any, fetch: Any) -> Any:
        keys.append(json.dumps(key.parts, sort_keys=True))
        return fetch()

    task = {"endpoint": emulator.url, "iam_endpoint": emulator.url, **caller.keys}
    for agency in (AGENCY, AGENCY, {}):
        run({**task, **agency}, get_or_fetch=get_or_fetch)
    assert keys[0] == keys[1] != keys[2]
    assert [secret for secret in (*caller.keys.values(), *emulator._authenticator._issued) if secret in str(keys)] == []


def test_a_wrong_key_is_one_for_all_agencies(caller: Caller, emulator: Emulator) -> None:
    """The guard of the exchange is that of the key, and the guard of all else that of what was configured."""
    sent: list[tuple[str, str]] = []

    class Guard(CredentialGuard):
        def __init__(self, digest: str) -> None:
            self.digest = digest

        def send(self, attempt: Any) -> Any:
            sent.append(("send", self.digest))
            return attempt()

        def accept(self) -> None:
            sent.append(("accept", self.digest))

    base = AccessKey(caller.keys["access_key"], caller.keys["secret_key"])
    assumed = AssumedAgency(base, BY_NAME)
    task = {"endpoint": emulator.url, "iam_endpoint": emulator.url, **caller.keys, **AGENCY}
    run(task, guard_for=lambda credentials, *_others: Guard(credentials.digest()))
    exchange, others = [("send", base.digest()), ("accept", base.digest())], assumed.digest()
    assert sent == [*exchange, ("send", others), ("accept", others), ("send", others)]


def test_digests_tell_agencies_apart() -> None:
    bases = (AccessKey("a", "s"), Token("t"), Password("u", "p", "d"))
    agencies = (Agency("a", ("domain_name", "b")), Agency("a", ("domain_id", "b")), Agency("b", ("domain_name", "b")))
    digests = {AssumedAgency(base, agency).digest() for base in bases for agency in agencies}
    assert len(digests | {base.digest() for base in bases}) == 12

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Agencies of other accounts: precedence of sources, and the exchange of credentials with the emulator."""

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


def validate(arguments: dict[str, Any]) -> dict[str, Any]:
    result = ArgumentSpecValidator(argument_spec()).validate(arguments)
    assert result.error_messages == []
    return dict(result.validated_parameters)


def build_settings(
    environ: dict[str, str], task: dict[str, Any], configuration: dict[str, str] | None = None
) -> Settings:
    in_file = {name: Setting(value, f"{name} in ansible.cfg") for name, value in (configuration or {}).items()}
    return Settings(task_settings(validate({"region": REGION, **task})), environ, in_file)


def agency_and_warnings(
    environ: dict[str, str], task: dict[str, Any], **others: Any
) -> tuple[Agency | None, list[str]]:
    plan = build_plan(build_settings(environ, task, **others))
    return plan.resolution.resolved.agency, plan.warnings


# --- precedence

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
            id="the task's agency takes precedence",
        ),
        pytest.param({**TERRAFORM, **ENVIRONMENT}, {}, BY_NAME, id="Terraform's keys"),
        pytest.param({"HW_AUTH_TOKEN": "t", **ENVIRONMENT}, {}, BY_NAME, id="Terraform's token"),
        pytest.param(ENVIRONMENT, {}, BY_NAME, id="metadata"),
        pytest.param(
            {**TERRAFORM, **ENVIRONMENT}, KEYS, None, id="the environment's agency is ignored with the task's keys"
        ),
        pytest.param({"HW_ASSUME_ROLE_AGENCY_NAME": "half"}, KEYS, None, id="an incomplete one is ignored too"),
        pytest.param(TERRAFORM, {}, None, id="none"),
    ],
)
def test_the_agency_with_the_highest_precedence_is_assumed(
    environ: dict[str, str], task: dict[str, Any], expected: Agency | None
) -> None:
    assert agency_and_warnings(environ, task) == (expected, [])


def test_the_environments_agency_is_assumed_with_credentials_of_a_file(home: Path) -> None:
    write_ini(home)
    assert agency_and_warnings(ENVIRONMENT, {})[0] == BY_NAME
    assert agency_and_warnings(ENVIRONMENT, {"profile": "basic"})[0] is None, (
        "a profile in the task is the task's credentials"
    )


def test_the_environments_agency_is_ignored_with_variables_of_the_sdk() -> None:
    agency, warnings = agency_and_warnings({**SDK, **ENVIRONMENT}, {})
    assert agency is None
    assert warnings == [
        "The agency in the HW_ASSUME_ROLE_… variables is ignored: these belong to Terraform, and the credentials come "
        "from the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK. Set agency_name and "
        "agency_domain_name to assume it"
    ]


def test_the_agency_in_ansible_cfg_is_ignored_only_with_keys_in_the_task() -> None:
    assert agency_and_warnings(SDK, {}, configuration=AGENCY) == (BY_NAME, [])
    assert agency_and_warnings({}, KEYS, configuration=AGENCY) == (None, [])


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
            id="task, not completed by the environment",
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
def test_an_incomplete_agency_is_an_error(environ: dict[str, str], task: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        agency_and_warnings(environ, task)
    assert str(caught.value) == message


def test_an_agency_requires_an_iam_endpoint() -> None:
    task = {**KEYS, **AGENCY, "project_id": OWN_PROJECT, "endpoint": "https://w.invalid"}
    with pytest.raises(ConfigurationError, match=r"IAM has no endpoint to assume the agency\. Set region"):
        build_plan(Settings(task_settings(validate(task)), {}))


def test_keywords_of_a_lookup_are_merged_with_its_variables() -> None:
    def merge_names(keywords: dict[str, str], variables: dict[str, str]) -> set[str]:
        merged = lookup_settings(
            {name: Setting(value, name) for name, value in keywords.items()},
            {name: Setting(value, f"the variable huaweicloud_{name}") for name, value in variables.items()},
        )
        return set(merged)

    assert merge_names({"agency_name": "a"}, {"agency_domain_id": "1"}) == {"agency_name", "agency_domain_id"}
    assert merge_names({"agency_domain_name": "b"}, {**AGENCY, "agency_domain_id": "1"}) == set(AGENCY)
    assert merge_names(KEYS, AGENCY) == set(KEYS), "complete credentials are not merged"


# --- projects of the other account


@pytest.mark.parametrize(
    "environ", [{"HW_PROJECT_ID": OWN_PROJECT}, {"HUAWEICLOUD_SDK_PROJECT_ID": OWN_PROJECT}], ids=str
)
def test_only_the_project_of_the_task_is_used(home: Path, environ: dict[str, str]) -> None:
    write_ini(home)
    (target,) = build_plan(build_settings(environ, AGENCY)).targets
    assert (target.project_id, target.project_name) == (None, None)
    (target,) = build_plan(build_settings(environ, {**AGENCY, "project_id": "theirs"})).targets
    assert target.project_id == "theirs"
    (target,) = build_plan(build_settings(environ, {**AGENCY, "project_name": "name"})).targets
    assert target.project_name == "name"


@pytest.mark.parametrize("task", [{}, {"project_id": "theirs"}], ids=["discovered", "set"])
def test_the_project_in_the_environments_endpoint_is_ignored(task: dict[str, str]) -> None:
    environ = {**TERRAFORM, "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": f"https://w.example.com/v2/{OWN_PROJECT}"}
    (target,) = build_plan(build_settings(environ, {**AGENCY, **task})).targets
    assert (target.endpoint, target.project_id) == ("https://w.example.com", task.get("project_id"))
    (target,) = build_plan(
        build_settings({}, {**KEYS, **AGENCY, "endpoint": f"https://w.example.com/v2/{OWN_PROJECT}"})
    ).targets
    assert target.project_id == OWN_PROJECT, "the task sets the endpoint"


# --- profiles of KooCLI


def build_profile(**others: str) -> dict[str, str]:
    return {"name": "now", "agencyName": "emulator-agency", "agencyDomainName": "emulator-partner", **others}


OWN_KEYS = {"accessKeyId": "AK", "secretAccessKey": "SK"}


@pytest.mark.parametrize("reference", ["sourceProfile", "srcProfile"])
def test_a_profile_refers_to_a_profile_with_keys(home: Path, reference: str) -> None:
    source = {"name": "base", "mode": "AKSK", "region": "cn-east-3", **OWN_KEYS}
    write_profiles(home, build_profile(mode="agency", region="cn-south-1", **{reference: "base"}), source)
    resolved = build_plan(build_settings({}, {})).resolution.resolved
    assert resolved.agency == BY_NAME
    assert resolved.credentials == AccessKey("AK", "SK")
    assert resolved.source == "profile base of ~/.hcloud/config.json"
    assert resolved.region == "cn-south-1"


def test_a_profile_with_keys_may_name_an_agency(home: Path) -> None:
    write_profiles(home, build_profile(mode="AKSK", agencyDomainId="1", **OWN_KEYS))
    assert agency_and_warnings({}, {}) == (Agency("emulator-agency", ("domain_id", "1")), [])
    assert agency_and_warnings(ENVIRONMENT, {})[0] == BY_NAME, "the environment takes precedence over a file"
    assert agency_and_warnings(ENVIRONMENT, {"profile": "now"})[0] == Agency("emulator-agency", ("domain_id", "1"))


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        pytest.param(build_profile(mode="agency", sourceProfile="gone"), "no profile gone", id="no such profile"),
        pytest.param(build_profile(mode="agency"), "no accessKeyId and secretAccessKey", id="no keys"),
        pytest.param(
            build_profile(mode="agency", agencyDomainName="", **OWN_KEYS),
            "agencyName of profile now of ~/.hcloud/config.json is set without agencyDomainName of profile now of",
            id="incomplete",
        ),
        pytest.param(build_profile(mode="SSO", **OWN_KEYS), "has the mode SSO", id="SSO"),
        pytest.param(build_profile(mode="ecsAgency", **OWN_KEYS), "has the mode ecsAgency", id="metadata"),
    ],
)
def test_an_invalid_profile_is_an_error(home: Path, profile: dict[str, str], message: str) -> None:
    write_profiles(home, profile)
    with pytest.raises(ConfigurationError) as caught:
        agency_and_warnings({}, {"profile": "now"})
    assert message in str(caught.value)


# --- the exchange


@dataclass
class Searcher:
    """Searches for images with the emulator."""

    emulator: Emulator
    warnings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def find(self, environ: dict[str, str] | None = None, **task: Any) -> dict[str, Any]:
        url = self.emulator.url
        arguments = {
            "region": REGION,
            "endpoint": f"{url}/{{region}}",
            "iam_endpoint": f"{url}/{{region}}",
            "sts_endpoint": url,
            "max_retries": 0,
            **task,
        }
        options = validate({name: value for name, value in arguments.items() if value is not None})
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

    def auth_in(self, operation: str) -> dict[str, Any]:
        """Return the object ``auth`` in the only request of an operation."""
        (record,) = [record for record in self.emulator.requests if record.operation == operation]
        auth: dict[str, Any] = json.loads(record.body)["auth"]
        return auth


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(images=many_images(3)) as running:
        yield running


@pytest.fixture
def searcher(emulator: Emulator) -> Searcher:
    return Searcher(emulator)


def partner_project(emulator: Emulator, region: str = REGION) -> str:
    return next(project.id for project in emulator.account.agencies[0].projects if project.region == region)


def issued_key(emulator: Emulator) -> tuple[str, str, str]:
    (key,) = emulator._authenticator._issued.values()
    return key.key.access_key, key.key.secret_key, key.key.security_token or ""


@pytest.mark.parametrize("source", ["keys", "temporary keys", "token", "password"])
def test_credentials_of_the_task_are_exchanged(searcher: Searcher, emulator: Emulator, source: str) -> None:
    account = emulator.account
    credentials = {
        "keys": searcher.keys,
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
    result = searcher.find(**credentials, **AGENCY)
    assert result["project_id"] == partner_project(emulator)
    assert len(result["images"]) == len(emulator.rows())
    assert searcher.operations[-3:] == [ASSUME, PROJECTS, LIST]
    assert searcher.auth_in(ASSUME)["identity"] == {
        "methods": ["assume_role"],
        "assume_role": {
            "agency_name": "emulator-agency",
            "domain_name": "emulator-partner",
            "duration_seconds": 900,
        },
    }
    if source == "password":
        assert searcher.auth_in("KeystoneCreateUserTokenByPassword")["scope"] == {
            "domain": {"name": account.domain_name}
        }
    for record in emulator.requests[-2:]:
        assert record.headers["x-security-token"] == issued_key(emulator)[2]


def test_credentials_of_the_environment_are_exchanged(searcher: Searcher, emulator: Emulator, home: Path) -> None:
    keys = {"HW_ACCESS_KEY": emulator.account.access_key, "HW_SECRET_KEY": emulator.account.secret_key}
    by_id = {
        "HW_ASSUME_ROLE_AGENCY_NAME": "emulator-agency",
        "HW_ASSUME_ROLE_DOMAIN_ID": emulator.account.agencies[0].domain_id,
    }
    for environ in ({**keys, **ENVIRONMENT}, {**keys, **by_id, "HW_PROJECT_ID": emulator.project_id}):
        assert searcher.find(environ)["project_id"] == partner_project(emulator)
    write_ini(home, **searcher.keys)
    assert searcher.find(ENVIRONMENT)["project_id"] == partner_project(emulator)


def test_credentials_of_a_profile_are_exchanged(searcher: Searcher, emulator: Emulator, home: Path) -> None:
    keys = {"accessKeyId": searcher.keys["access_key"], "secretAccessKey": searcher.keys["secret_key"]}
    write_profiles(home, build_profile(mode="agency", sourceProfile="base"), {"name": "base", **keys})
    assert searcher.find()["project_id"] == partner_project(emulator)


def test_credentials_of_the_metadata_are_exchanged(
    searcher: Searcher, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "BASE_URL", emulator.url)
    assert searcher.find(ENVIRONMENT)["project_id"] == partner_project(emulator)
    assert searcher.operations[-3:] == [ASSUME, PROJECTS, LIST]


def test_each_region_uses_its_iam_endpoint(searcher: Searcher, emulator: Emulator) -> None:
    result = searcher.find(region=None, regions=[REGION, "cn-east-3"], **searcher.keys, **AGENCY)
    assert {image["project_id"] for image in result["images"]} == {
        partner_project(emulator),
        partner_project(emulator, "cn-east-3"),
    }


def test_a_project_that_is_set_is_not_discovered(searcher: Searcher, emulator: Emulator) -> None:
    searcher.find(**searcher.keys, **AGENCY, project_id=partner_project(emulator))
    assert searcher.operations == [ASSUME, LIST]
    denied = searcher.fail(**searcher.keys, **AGENCY, project_id=emulator.project_id)
    assert (denied["operation"], denied["http_status"]) == (LIST, 403), "the agency cannot access this project"


def test_a_denial_is_decoded_with_the_temporary_keys(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("access_denied", operation=LIST)
    result = searcher.fail(**searcher.keys, **AGENCY, decode_authorization_message=True)
    assert result["authorization_message"]["failure"] == "implicit deny by identity-based policy"
    assert emulator.requests[-1].headers["x-security-token"] == issued_key(emulator)[2]


def test_a_denied_exchange_is_decoded_with_the_configured_keys(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("access_denied", operation=ASSUME)
    result = searcher.fail(**searcher.keys, **AGENCY, decode_authorization_message=True)
    assert result["operation"] == ASSUME
    assert result["authorization_message"]["failure"] == "implicit deny by identity-based policy"
    assert searcher.operations == [ASSUME, "DecodeAuthorizationMessage"]


# --- failures

SOURCE = (
    "access_key and secret_key (task), then the agency 'emulator-agency' of the account 'emulator-partner' from "
    "agency_name and agency_domain_name (task)"
)


def test_a_missing_permission_to_assume_the_agency_is_explained(searcher: Searcher) -> None:
    result = searcher.fail(**searcher.keys, agency_name="emulator-closed-agency", agency_domain_name="emulator-partner")
    assert (result["operation"], result["http_status"], result["attempts"]) == (ASSUME, 403, 1)
    assert result["credentials_source"] == SOURCE.replace("emulator-agency", "emulator-closed-agency")
    assert result["msg"].endswith(
        "The permission Agent Operator is missing: grant it to the user or agency of access_key and secret_key (task), "
        "and check that the agency 'emulator-closed-agency' of the account 'emulator-partner' delegates access to your "
        "account."
    )


@pytest.mark.parametrize(
    "wrong",
    [{"agency_name": "unknown", "agency_domain_name": "x"}, {**AGENCY, "agency_domain_name": "unknown"}],
    ids=str,
)
def test_an_unknown_agency_is_explained(searcher: Searcher, wrong: dict[str, str]) -> None:
    result = searcher.fail(**searcher.keys, **wrong)
    assert (result["operation"], result["http_status"]) == (ASSUME, 404)
    name, account = wrong.values()
    assert (
        f"The agency {name!r} does not exist in the account {account!r}. Check agency_name and agency_domain_name "
        "(agency_name and agency_domain_name (task))."
    ) in result["msg"]


def test_expired_temporary_keys_are_explained(searcher: Searcher) -> None:
    result = searcher.fail(**searcher.keys, agency_name="emulator-brief-agency", agency_domain_name="emulator-partner")
    assert (result["operation"], result["http_status"]) == (PROJECTS, 401)
    assert "The temporary keys that were issued for access_key and secret_key (task), then the agency" in result["msg"]
    assert searcher.operations == [ASSUME, PROJECTS]


def test_a_wrong_secret_key_fails_the_exchange_once(searcher: Searcher) -> None:
    result = searcher.fail(
        **{**searcher.keys, "secret_key": "another-secret"}, **AGENCY, region=None, regions=[REGION, "cn-east-3"]
    )
    assert (result["operation"], result["http_status"]) == (ASSUME, 401)
    assert result["credentials_source"] == SOURCE
    assert "The access key or the secret key is wrong" in result["msg"]
    assert searcher.operations == [ASSUME], "one failed authentication"


def test_an_invalid_response_to_the_exchange_is_a_failure(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("html", operation=ASSUME, status=201)
    result = searcher.fail(**searcher.keys, **AGENCY)
    assert (result["operation"], result["error_type"]) == (ASSUME, "invalid_response")


def test_temporary_keys_are_masked(searcher: Searcher, emulator: Emulator) -> None:
    emulator.arm("echo", operation=LIST)
    result = searcher.fail(**searcher.keys, **AGENCY)
    shown = str([result, searcher.lines, searcher.warnings])
    assert "********" in shown
    assert [secret for secret in (*issued_key(emulator), *searcher.keys.values()) if secret in shown] == []
    assert any(line.startswith(f"credentials from {SOURCE}; region") for line in searcher.lines)


def search(task: dict[str, Any], **hooks: Any) -> None:
    settings = task_settings(validate({"region": REGION, "max_retries": 0, **task}))
    _search.search(lambda: Settings(settings, {}), print, **hooks)


def test_the_cache_key_contains_the_agency(searcher: Searcher, emulator: Emulator) -> None:
    keys: list[str] = []

    def get_or_fetch(key: Any, fetch: Any) -> Any:
        keys.append(json.dumps(key.parts, sort_keys=True))
        return fetch()

    task = {"endpoint": emulator.url, "iam_endpoint": emulator.url, **searcher.keys}
    for agency in (AGENCY, AGENCY, {}):
        search({**task, **agency}, get_or_fetch=get_or_fetch)
    assert keys[0] == keys[1] != keys[2]
    assert [
        secret for secret in (*searcher.keys.values(), *emulator._authenticator._issued) if secret in str(keys)
    ] == []


def test_the_exchange_has_the_guard_of_the_key(searcher: Searcher, emulator: Emulator) -> None:
    """So a wrong key is rejected once for all agencies. Other requests have the guard of key and agency."""
    sent: list[tuple[str, str]] = []

    class Guard(CredentialGuard):
        def __init__(self, digest: str) -> None:
            self.digest = digest

        def send(self, attempt: Any) -> Any:
            sent.append(("send", self.digest))
            return attempt()

        def accept(self) -> None:
            sent.append(("accept", self.digest))

    base = AccessKey(searcher.keys["access_key"], searcher.keys["secret_key"])
    assumed = AssumedAgency(base, BY_NAME)
    task = {"endpoint": emulator.url, "iam_endpoint": emulator.url, **searcher.keys, **AGENCY}
    search(task, guard_for=lambda credentials, *_others: Guard(credentials.digest()))
    exchange, others = [("send", base.digest()), ("accept", base.digest())], assumed.digest()
    assert sent == [*exchange, ("send", others), ("accept", others), ("send", others)]


def test_different_agencies_have_different_digests() -> None:
    bases = (AccessKey("a", "s"), Token("t"), Password("u", "p", "d"))
    agencies = (Agency("a", ("domain_name", "b")), Agency("a", ("domain_id", "b")), Agency("b", ("domain_name", "b")))
    digests = {AssumedAgency(base, agency).digest() for base in bases for agency in agencies}
    assert len(digests | {base.digest() for base in bases}) == 12

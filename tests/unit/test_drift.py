# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module, lookup, role and documentation have the same options: one that is added in one place only fails here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.huaweicloud.workspace.plugins.doc_fragments.connection import HAS_REGISTRY
from ansible_collections.huaweicloud.workspace.plugins.lookup import workspace_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils import _options, _settings
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers import oidc
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images import query
from ansible_collections.huaweicloud.workspace.plugins.modules import workspace_image_info
from ansible_collections.huaweicloud.workspace.tests import isolation
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.documentation import merged_documentation

ROLE = Path(__file__).parents[2] / "roles" / "workspace_image"
PREFIX = "workspace_image_"

#: What playbooks and shells rely on: variables of the environment by option, in the order in which they count.
CONTRACT = {
    "region": "HW_REGION_NAME",
    "project_id": "HUAWEICLOUD_SDK_PROJECT_ID, HW_PROJECT_ID",
    "project_name": "HW_PROJECT_NAME",
    "access_key": "HUAWEICLOUD_SDK_AK, HW_ACCESS_KEY",
    "secret_key": "HUAWEICLOUD_SDK_SK, HW_SECRET_KEY",
    "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN, HW_SECURITY_TOKEN",
    "auth_token": "HW_AUTH_TOKEN",
    "username": "HW_USER_NAME",
    "password": "HW_USER_PASSWORD",
    "domain_name": "HW_DOMAIN_NAME",
    "agency_name": "HW_ASSUME_ROLE_AGENCY_NAME",
    "agency_domain_name": "HW_ASSUME_ROLE_DOMAIN_NAME",
    "agency_domain_id": "HW_ASSUME_ROLE_DOMAIN_ID",
    "profile": "HW_PROFILE",
    "credentials_file": "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
    "shared_config_file": "HW_SHARED_CONFIG_FILE",
    "cloud": "HW_CLOUD",
    "endpoint": "HUAWEICLOUD_SDK_REGION_WORKSPACE_<REGION>",
    "iam_endpoint": "HUAWEICLOUD_SDK_IAM_ENDPOINT, HW_AUTH_URL",
    "sts_endpoint": "HUAWEICLOUD_SDK_STS_ENDPOINT",
    "max_retries": "HW_MAX_RETRIES",
    "use_instance_metadata": "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA",
}

SPECIFICATION = _options.argument_spec()
OF_THE_MODULE = merged_documentation(workspace_image_info.DOCUMENTATION, is_module=True)["options"]
OF_THE_LOOKUP = merged_documentation(workspace_image.DOCUMENTATION, is_module=False)["options"]
OF_THE_ROLE = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"][
    "main"
]["options"]


def _facts(option: dict[str, Any], *, defaults: bool = True) -> dict[str, Any]:
    """What a caller notices of an option, one way to write it; no ``default`` is one of None."""
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "choices": option.get("choices"),
        "required": option.get("required", False),
        **({"default": option.get("default")} if defaults else {}),
    }


def _in_the_environment(option: dict[str, Any]) -> tuple[str, ...]:
    """The variables that an option's description says are used."""
    text = " ".join(option["description"])
    found = re.findall(r"environment variables? ((?:E\([^)]+\)(?: and |, )?)+) (?:is|are) used", text)
    return tuple(name for names in found for name in re.findall(r"E\(([^)]+)\)", names))


def _environment(name: str) -> tuple[str, ...]:
    """The variables that the code looks at."""
    if name == "endpoint":
        return (_options.ENDPOINT_VARIABLE.replace("{region}", "<REGION>"),)
    return _options.ENVIRONMENT.get(name, ())


# FieldNames


def test_the_connection_and_the_query_have_no_option_in_common() -> None:
    assert not _options.CONNECTION.keys() & _options.IMAGE_QUERY.keys()
    assert not SPECIFICATION.keys() & _options.LOOKUP.keys()


def test_the_module_documents_every_option_and_no_other() -> None:
    assert sorted(OF_THE_MODULE) == sorted(SPECIFICATION)


def test_the_lookup_documents_every_option_and_no_other() -> None:
    assert sorted(OF_THE_LOOKUP) == sorted([*SPECIFICATION, *_options.LOOKUP, "_terms"])


def test_the_role_has_every_option_and_no_other() -> None:
    assert sorted(OF_THE_ROLE) == sorted(f"{PREFIX}{name}" for name in SPECIFICATION)


def test_what_is_sent_to_the_server_are_query_options() -> None:
    assert query.PARAMETERS.keys() <= _options.IMAGE_QUERY.keys()


# What an option takes


@pytest.mark.parametrize("name", sorted(SPECIFICATION.keys() | OF_THE_MODULE.keys()))
def test_the_module_documents_what_an_option_takes(name: str) -> None:
    assert _facts(OF_THE_MODULE[name]) == _facts(SPECIFICATION[name])
    assert OF_THE_MODULE[name].get("aliases", []) == SPECIFICATION[name].get("aliases", [])


@pytest.mark.parametrize("name", sorted(SPECIFICATION.keys() | _options.LOOKUP.keys()))
def test_the_lookup_documents_what_an_option_takes(name: str) -> None:
    specified = {**SPECIFICATION, **_options.LOOKUP}[name]
    assert _facts(OF_THE_LOOKUP[name]) == _facts(specified)
    assert OF_THE_LOOKUP[name].get("aliases", []) == specified.get("aliases", [])


@pytest.mark.parametrize("name", sorted(SPECIFICATION))
def test_the_role_takes_what_the_module_takes(name: str) -> None:
    assert _facts(OF_THE_ROLE[f"{PREFIX}{name}"], defaults=False) == _facts(SPECIFICATION[name], defaults=False)


@pytest.mark.parametrize("name", sorted(OF_THE_ROLE))
def test_a_variable_of_the_role_has_no_default(name: str) -> None:
    assert "default" not in OF_THE_ROLE[name]
    assert not (ROLE / "defaults").exists()


@pytest.mark.parametrize("name", sorted(OF_THE_ROLE))
def test_the_role_hides_what_the_module_hides(name: str) -> None:
    specified = SPECIFICATION[name.removeprefix(PREFIX)]
    assert bool(OF_THE_ROLE[name].get("no_log")) == bool(specified.get("no_log"))


@pytest.mark.parametrize("name", sorted(OF_THE_ROLE))
def test_the_role_describes_an_option_as_the_module_does(name: str) -> None:
    of_the_module = " ".join(OF_THE_MODULE[name.removeprefix(PREFIX)]["description"])
    expected = re.sub(r"\bO\((\w+)", rf"O({PREFIX}\1", of_the_module)
    expected = re.sub(r"RV\((?:ignore:)?(\w+)\)", r"C(\1)", expected)
    assert " ".join(OF_THE_ROLE[name]["description"]) == expected


# Where else an option is looked for


def test_the_variables_of_the_environment_are_those_that_users_rely_on() -> None:
    found = {name: ", ".join(_environment(name)) for name in SPECIFICATION}
    assert {name: text for name, text in found.items() if text} == CONTRACT


@pytest.mark.parametrize("name", sorted(SPECIFICATION))
def test_the_variables_of_the_environment_are_documented(name: str) -> None:
    for documented in (OF_THE_MODULE[name], OF_THE_LOOKUP[name], OF_THE_ROLE[f"{PREFIX}{name}"]):
        assert _in_the_environment(documented) == _environment(name)


def test_tests_run_without_the_variables() -> None:
    variables = [
        *oidc.VARIABLES,
        *oidc.UNSUPPORTED,
        *(name for names in _options.ENVIRONMENT.values() for name in names),
    ]
    assert [name for name in variables if not name.startswith(isolation.PREFIXES)] == []


def test_every_variable_of_credentials_belongs_to_the_sdk_or_to_terraform() -> None:
    empty = _settings.Settings({}, {})
    given = [_settings.environment_credentials(empty, prefix)[1] for prefix in ("HUAWEICLOUD_SDK_", "HW_")]
    options = ("access_key", "secret_key", "security_token", "auth_token", "username", "password", "domain_name")
    assert {variable for names in given for variable in names.values()} == {
        variable for option in options for variable in _options.ENVIRONMENT[option]
    }


@pytest.mark.parametrize("name", sorted(OF_THE_LOOKUP))
def test_the_lookup_looks_for_a_connection_option_in_variables_and_ansible_cfg(name: str) -> None:
    option = OF_THE_LOOKUP[name]
    is_read = name in _options.CONNECTION or name.startswith("cache")
    assert option.get("vars") == ([{"name": f"huaweicloud_{name}"}] if is_read else None)
    in_ini = is_read and name not in _options.SECRETS
    assert option.get("ini") == ([{"section": "huaweicloud", "key": name}] if in_ini else None)
    # Ansible would take the last variable that is set; our own code takes the first.
    assert "env" not in option


@pytest.mark.parametrize("name", sorted(OF_THE_MODULE))
def test_the_module_knows_nothing_of_them(name: str) -> None:
    assert not OF_THE_MODULE[name].keys() & {"vars", "ini", "env"}


def test_secrets_are_what_the_specification_hides() -> None:
    assert _options.SECRETS == ("access_key", "secret_key", "security_token", "auth_token", "password")


def test_the_lookup_merges_options_that_there_are() -> None:
    assert {
        name for groups in _options.MUTUALLY_EXCLUSIVE for names in groups for name in names
    } <= _options.CONNECTION.keys()
    assert _options.CONNECTION.keys() >= _settings._CREDENTIALS
    assert set(_options.SECRETS) <= _settings._CREDENTIALS


def test_the_lookup_marks_secrets_where_ansible_knows_the_mark() -> None:
    marked = [name for name, option in OF_THE_LOOKUP.items() if "secret" in option]
    assert sorted(marked) == (sorted(_options.SECRETS) if HAS_REGISTRY else [])

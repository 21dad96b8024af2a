# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Module, lookup, role and documentation have the same options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.huaweicloud.workspace.plugins.doc_fragments.connection import HAS_REGISTRY
from ansible_collections.huaweicloud.workspace.plugins.lookup import workspace_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils import _options, _settings
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images import query
from ansible_collections.huaweicloud.workspace.plugins.modules import workspace_image_info
from ansible_collections.huaweicloud.workspace.tests import isolation, variables
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.documentation import merged_documentation

ROOT = Path(__file__).parents[2]
ROLE = ROOT / "roles" / "workspace_image"
PREFIX = "workspace_image_"

#: Environment variables of each option by precedence. Users rely on them, so they do not change.
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
MODULE_OPTIONS = merged_documentation(workspace_image_info.DOCUMENTATION, is_module=True)["options"]
LOOKUP_OPTIONS = merged_documentation(workspace_image.DOCUMENTATION, is_module=False)["options"]
ROLE_OPTIONS = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"][
    "main"
]["options"]


def _properties(option: dict[str, Any], *, defaults: bool = True) -> dict[str, Any]:
    """Return the public properties of an option in a normalized form."""
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "choices": option.get("choices"),
        "required": option.get("required", False),
        **({"default": option.get("default")} if defaults else {}),
    }


def _documented_variables(option: dict[str, Any]) -> tuple[str, ...]:
    """Return the environment variables that an option's description names."""
    text = " ".join(option["description"])
    found = re.findall(r"environment variables? ((?:E\([^)]+\)(?: and |, )?)+) (?:is|are) used", text)
    return tuple(name for names in found for name in re.findall(r"E\(([^)]+)\)", names))


def _variables_read(name: str) -> tuple[str, ...]:
    """Return the environment variables that the code reads for an option."""
    if name == "endpoint":
        return (_options.ENDPOINT_VARIABLE.replace("{region}", "<REGION>"),)
    return _options.ENVIRONMENT.get(name, ())


# Names


def test_the_connection_and_the_query_have_no_option_in_common() -> None:
    assert not _options.CONNECTION.keys() & _options.IMAGE_QUERY.keys()
    assert not SPECIFICATION.keys() & _options.LOOKUP.keys()


def test_the_module_documents_every_option_and_no_other() -> None:
    assert sorted(MODULE_OPTIONS) == sorted(SPECIFICATION)


def test_the_lookup_documents_every_option_and_no_other() -> None:
    assert sorted(LOOKUP_OPTIONS) == sorted([*SPECIFICATION, *_options.LOOKUP, "_terms"])


def test_the_role_has_every_option_and_no_other() -> None:
    assert sorted(ROLE_OPTIONS) == sorted(f"{PREFIX}{name}" for name in SPECIFICATION)


def test_server_side_criteria_are_query_options() -> None:
    assert query.PARAMETERS.keys() <= _options.IMAGE_QUERY.keys()


@pytest.mark.parametrize("name", sorted(_options.IMAGE_QUERY.keys() - {"most_recent"}))
def test_the_tables_of_the_guide_have_every_query_option(name: str) -> None:
    """A section of its own explains ``most_recent``."""
    guide = (ROOT / "docs/docsite/rst/choosing_an_image.rst").read_text(encoding="utf-8")
    assert re.search(rf"^   \* - .*``{name}``", guide, flags=re.MULTILINE)


# Types and defaults


@pytest.mark.parametrize("name", sorted(SPECIFICATION.keys() | MODULE_OPTIONS.keys()))
def test_the_module_documents_the_specification_of_each_option(name: str) -> None:
    assert _properties(MODULE_OPTIONS[name]) == _properties(SPECIFICATION[name])
    assert MODULE_OPTIONS[name].get("aliases", []) == SPECIFICATION[name].get("aliases", [])


@pytest.mark.parametrize("name", sorted(SPECIFICATION.keys() | _options.LOOKUP.keys()))
def test_the_lookup_documents_the_specification_of_each_option(name: str) -> None:
    specified = {**SPECIFICATION, **_options.LOOKUP}[name]
    assert _properties(LOOKUP_OPTIONS[name]) == _properties(specified)
    assert LOOKUP_OPTIONS[name].get("aliases", []) == specified.get("aliases", [])


@pytest.mark.parametrize("name", sorted(SPECIFICATION))
def test_the_role_has_the_specification_of_the_module(name: str) -> None:
    assert _properties(ROLE_OPTIONS[f"{PREFIX}{name}"], defaults=False) == _properties(
        SPECIFICATION[name], defaults=False
    )


@pytest.mark.parametrize("name", sorted(ROLE_OPTIONS))
def test_a_variable_of_the_role_has_no_default(name: str) -> None:
    assert "default" not in ROLE_OPTIONS[name]
    assert not (ROLE / "defaults").exists()


@pytest.mark.parametrize("name", sorted(ROLE_OPTIONS))
def test_role_and_module_mask_the_same_options(name: str) -> None:
    specified = SPECIFICATION[name.removeprefix(PREFIX)]
    assert bool(ROLE_OPTIONS[name].get("no_log")) == bool(specified.get("no_log"))


@pytest.mark.parametrize("name", sorted(ROLE_OPTIONS))
def test_the_role_describes_an_option_as_the_module_does(name: str) -> None:
    module_description = " ".join(MODULE_OPTIONS[name.removeprefix(PREFIX)]["description"])
    expected = re.sub(r"\bO\((\w+)", rf"O({PREFIX}\1", module_description)
    expected = re.sub(r"RV\((?:ignore:)?(\w+)\)", r"C(\1)", expected)
    assert " ".join(ROLE_OPTIONS[name]["description"]) == expected


# Other sources


def test_environment_variables_do_not_change() -> None:
    found = {name: ", ".join(_variables_read(name)) for name in SPECIFICATION}
    assert {name: text for name, text in found.items() if text} == CONTRACT


@pytest.mark.parametrize("name", sorted(SPECIFICATION))
def test_environment_variables_are_documented(name: str) -> None:
    for documented in (MODULE_OPTIONS[name], LOOKUP_OPTIONS[name], ROLE_OPTIONS[f"{PREFIX}{name}"]):
        assert _documented_variables(documented) == _variables_read(name)


def test_isolation_removes_the_environment_variables() -> None:
    assert "HUAWEICLOUD_OIDC_ID_TOKEN" in variables.OF_PROVIDERS
    every = [*variables.OF_OPTIONS, *variables.OF_PROVIDERS]
    assert [name for name in every if not name.startswith(isolation.PREFIXES)] == []


def test_credential_variables_belong_to_the_sdk_or_terraform() -> None:
    empty = _settings.Settings({}, {})
    sources = [_settings.environment_credentials(empty, prefix)[1] for prefix in ("HUAWEICLOUD_SDK_", "HW_")]
    options = ("access_key", "secret_key", "security_token", "auth_token", "username", "password", "domain_name")
    assert {variable for names in sources for variable in names.values()} == {
        variable for option in options for variable in _options.ENVIRONMENT[option]
    }


@pytest.mark.parametrize("name", sorted(LOOKUP_OPTIONS))
def test_the_lookup_reads_connection_options_from_variables_and_ansible_cfg(name: str) -> None:
    option = LOOKUP_OPTIONS[name]
    is_read = name in _options.CONNECTION or name.startswith("cache")
    assert option.get("vars") == ([{"name": f"huaweicloud_{name}"}] if is_read else None)
    in_ini = is_read and name not in _options.SECRETS
    assert option.get("ini") == ([{"section": "huaweicloud", "key": name}] if in_ini else None)
    # Ansible uses the last variable that is set. The collection uses the first one.
    assert "env" not in option


@pytest.mark.parametrize("name", sorted(MODULE_OPTIONS))
def test_the_module_documents_no_lookup_sources(name: str) -> None:
    assert not MODULE_OPTIONS[name].keys() & {"vars", "ini", "env"}


def test_secrets_are_the_options_with_no_log() -> None:
    assert _options.SECRETS == ("access_key", "secret_key", "security_token", "auth_token", "password")


def test_mutually_exclusive_options_exist() -> None:
    assert {
        name for groups in _options.MUTUALLY_EXCLUSIVE for names in groups for name in names
    } <= _options.CONNECTION.keys()
    assert _options.CONNECTION.keys() >= _settings._CREDENTIALS
    assert set(_options.SECRETS) <= _settings._CREDENTIALS


def test_the_lookup_marks_secrets_if_ansible_supports_it() -> None:
    marked = [name for name, option in LOOKUP_OPTIONS.items() if "secret" in option]
    assert sorted(marked) == (sorted(_options.SECRETS) if HAS_REGISTRY else [])

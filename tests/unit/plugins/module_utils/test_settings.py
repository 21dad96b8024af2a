# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of options, their precedence, and errors of invalid values."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._given_values import check_given
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import (
    CONNECTION,
    ENVIRONMENT,
    SECRETS,
    argument_spec,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, converted, task_settings


def validate(**arguments: Any) -> dict[str, Any]:
    """Return options after Ansible's argument validation."""
    result = ArgumentSpecValidator(argument_spec()).validate(arguments)
    assert result.error_messages == []
    return dict(result.validated_parameters)


def build_settings(
    task: dict[str, Any], environ: dict[str, str] | None = None, configuration: dict[str, Any] | None = None
) -> Settings:
    in_file = {name: Setting(value, f"{name} in ansible.cfg") for name, value in (configuration or {}).items()}
    return Settings(task_settings(task), environ, in_file)


# --- the specification


def test_all_choices_are_declared() -> None:
    choices = {name: option["choices"] for name, option in argument_spec().items() if "choices" in option}
    assert choices == {
        "on_region_error": ["fail", "warn"],
        "os_type": ["Linux", "Windows", "Other"],
        "image_type": ["gold", "private"],
        "architecture": ["x86", "arm"],
        "sort_field": ["name", "created_at"],
        "sort_type": ["asc", "desc"],
        "disk_format": ["vhd", "raw", "qcow2", "zvhd2"],
    }


def test_all_defaults_and_aliases_are_declared() -> None:
    spec = argument_spec()
    assert {name: option["default"] for name, option in spec.items() if "default" in option} == {
        "on_region_error": "fail",
        "validate_certs": True,
        "timeout": 30,
        "max_retry_delay": 60,
        "decode_authorization_message": False,
        "offset": 0,
        "most_recent": False,
    }
    assert {name: option["aliases"] for name, option in spec.items() if "aliases" in option} == {
        "region": ["region_name"],
        "access_key": ["ak"],
        "secret_key": ["sk"],
    }


def test_options_with_an_environment_variable_have_no_default() -> None:
    """A default would take precedence over the environment, as a value of the task does."""
    spec = argument_spec()
    assert [name for name in ENVIRONMENT if "default" in spec[name]] == []


def test_options_with_the_name_of_a_secret_are_secrets() -> None:
    secret_names = {name for name, option in argument_spec().items() if re.search("key|token|password|secret", name)}
    assert secret_names == set(SECRETS)


def test_each_argument_spec_is_a_copy() -> None:
    argument_spec()["region"]["type"] = "int"
    assert argument_spec()["region"]["type"] == "str"


# --- precedence


@pytest.mark.parametrize(("name", "variables"), sorted(ENVIRONMENT.items()))
def test_the_first_environment_variable_is_used(name: str, variables: tuple[str, ...]) -> None:
    """The first variable that is set takes precedence."""
    texts: dict[str, tuple[str, Any]] = {"max_retries": ("3", 3), "use_instance_metadata": ("no", False)}
    environ = {variable: texts.get(name, (f"from {variable}", None))[0] for variable in variables}
    for variable in variables:
        setting = build_settings({}, environ).get(name)
        assert setting is not None
        value = texts[name][1] if name in texts else f"from {variable}"
        assert (setting.value, setting.origin) == (value, f"the environment variable {variable}")
        environ[variable] = ""  # an empty variable counts as unset
    assert build_settings({}, environ).get(name) is None
    assert build_settings({}, {}).get(name) is None


@pytest.mark.parametrize(
    ("task", "environ", "configuration", "expected"),
    [
        pytest.param({"cloud": "t"}, {"HW_CLOUD": "e"}, {"cloud": "c"}, ("t", "cloud"), id="the task"),
        pytest.param(
            {}, {"HW_CLOUD": "e"}, {"cloud": "c"}, ("e", "the environment variable HW_CLOUD"), id="the environment"
        ),
        pytest.param({}, {"HW_CLOUD": ""}, {"cloud": "c"}, ("c", "cloud in ansible.cfg"), id="ansible.cfg"),
        pytest.param({"cloud": None}, {}, {"cloud": "c"}, ("c", "cloud in ansible.cfg"), id="null is unset"),
        pytest.param({}, {}, {}, None, id="no source"),
    ],
)
def test_the_source_with_the_highest_precedence_is_used(
    task: dict[str, Any],
    environ: dict[str, str],
    configuration: dict[str, Any],
    expected: tuple[str, str] | None,
) -> None:
    options = build_settings(task, environ, configuration)
    setting = options.get("cloud")
    assert (None if setting is None else (setting.value, setting.origin)) == expected
    assert options.value("cloud") == (expected[0] if expected else None)


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_CLOUD", "of the process")
    assert build_settings({}).value("cloud") == "of the process"
    assert build_settings({}, {}).value("cloud") is None


@pytest.mark.parametrize("name", sorted(argument_spec()))
def test_an_empty_value_of_the_task_is_an_error(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_settings({name: ""}, {})
    assert caught.value.message() == f"{name} is empty. Set a value, or use omit to leave the option out."


@pytest.mark.parametrize("value", [0, False, [], "0"], ids=repr)
def test_false_values_are_not_empty(value: object) -> None:
    assert build_settings({"limit": value}, {}).value("limit") == value


NULL = "is null (a template without else gives null since ansible-core 2.19)"
OUT = "Set a value, or use omit to leave the option out."


@pytest.mark.parametrize(
    ("args", "message"),
    [
        *(pytest.param({name: None}, f"{name} {NULL}. {OUT}", id=f"{name} null") for name in sorted(argument_spec())),
        ({"ak": None}, f"ak {NULL}. {OUT}"),
        ({"ak": ""}, f"ak is empty. {OUT}"),
        ({"regions": [None]}, f"regions[0] {NULL}. {OUT}"),
        ({"name": ["a", ""]}, f"name[1] is empty. {OUT}"),
        ({"fits_disk": "80 GB"}, "fits_disk must be a whole number of GB, without the unit, got '80 GB'."),
        ({"fits_ram": "8 GB"}, "fits_ram must be a whole number of MB, without the unit, got '8 GB'."),
        ({"fits_ram": [1024]}, "fits_ram must be a whole number of MB, without the unit, got [1024]."),
    ],
)
def test_values_that_are_always_mistakes_are_errors(args: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_given(args)
    assert caught.value.message() == message


@pytest.mark.parametrize(
    "args",
    [{}, {"fits_disk": "80", "fits_ram": 0}, {"regions": [], "name": ["a"]}, {"limit": "many", "most_recent": False}],
    ids=str,
)
def test_all_other_values_are_left_to_the_argument_validation(args: dict[str, Any]) -> None:
    check_given(args)


# --- numbers


@pytest.mark.parametrize(
    ("name", "least", "value"),
    [
        pytest.param("timeout", 0.001, 30, id="usual"),
        pytest.param("timeout", 0.001, 0.001, id="shortest"),
        pytest.param("timeout", 0.001, 86400, id="longest"),
        pytest.param("max_retry_delay", 0.0, 0, id="none"),
    ],
)
def test_valid_seconds_are_returned(name: str, least: float, value: float) -> None:
    assert build_settings({name: value}, {}).seconds(name, least=least) == value


@pytest.mark.parametrize(
    ("name", "least", "value", "problem"),
    [
        pytest.param("timeout", 0.001, 0, "from 0.001 to 86400 seconds, got 0", id="zero"),
        pytest.param("timeout", 0.001, -1, "from 0.001 to 86400 seconds, got -1", id="negative"),
        pytest.param("timeout", 0.001, 86401, "from 0.001 to 86400 seconds, got 86401", id="too long"),
        pytest.param("timeout", 0.001, float("nan"), "from 0.001 to 86400 seconds, got nan", id="no number"),
        pytest.param("timeout", 0.001, float("inf"), "from 0.001 to 86400 seconds, got inf", id="endless"),
        pytest.param("max_retry_delay", 0.0, -0.5, "from 0 to 86400 seconds, got -0.5", id="negative delay"),
    ],
)
def test_seconds_out_of_range_are_errors(name: str, least: float, value: float, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_settings({name: value}, {}).seconds(name, least=least)
    assert caught.value.message() == f"{name} must be {problem}."


@pytest.mark.parametrize(
    ("task", "environ", "expected"),
    [
        pytest.param({}, {}, 4, id="default"),
        pytest.param({"max_retries": 0}, {"HW_MAX_RETRIES": "7"}, 0, id="the task's zero"),
        pytest.param({"max_retries": 10}, {}, 10, id="most"),
        pytest.param({}, {"HW_MAX_RETRIES": "7"}, 7, id="environment"),
        pytest.param({}, {"HW_MAX_RETRIES": "0"}, 0, id="the environment's zero"),
        pytest.param({}, {"HW_MAX_RETRIES": "25"}, 10, id="the environment's larger number counts as 10"),
        pytest.param({}, {"HW_MAX_RETRIES": ""}, 4, id="empty"),
    ],
)
def test_the_task_sets_max_retries_before_the_environment(
    task: dict[str, Any], environ: dict[str, str], expected: int
) -> None:
    assert build_settings(task, environ).retries() == expected


@pytest.mark.parametrize(
    ("task", "environ", "message"),
    [
        pytest.param({"max_retries": 11}, {}, "max_retries must be from 0 to 10, got 11.", id="too many"),
        pytest.param({"max_retries": -1}, {}, "max_retries must be from 0 to 10, got -1.", id="negative"),
        pytest.param(
            {},
            {"HW_MAX_RETRIES": "-1"},
            "the environment variable HW_MAX_RETRIES must be from 0 to 10, got -1.",
            id="negative in the environment",
        ),
        pytest.param(
            {},
            {"HW_MAX_RETRIES": "x"},
            "the environment variable HW_MAX_RETRIES must be a whole number, got 'x'.",
            id="no number",
        ),
    ],
)
def test_invalid_max_retries_are_errors(task: dict[str, Any], environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_settings(task, environ).retries()
    assert caught.value.message() == message


METADATA = "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA"


@pytest.mark.parametrize(
    ("task", "environ", "expected"),
    [
        pytest.param({}, {}, None, id="default"),
        pytest.param({"use_instance_metadata": False}, {METADATA: "true"}, False, id="task"),
        pytest.param({}, {METADATA: "false"}, False, id="environment"),
        pytest.param({}, {METADATA: "0"}, False, id="zero"),
        pytest.param({}, {METADATA: "No"}, False, id="no"),
        pytest.param({}, {METADATA: "yes"}, True, id="yes"),
        pytest.param({}, {METADATA: ""}, None, id="empty"),
    ],
)
def test_the_task_sets_use_instance_metadata_before_the_environment(
    task: dict[str, Any], environ: dict[str, str], expected: bool | None
) -> None:
    assert build_settings(task, environ).value("use_instance_metadata") is expected


def test_an_invalid_use_instance_metadata_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match=f"^the environment variable {METADATA} must be a boolean, got 'x'$"):
        build_settings({}, {METADATA: "x"}).value("use_instance_metadata")


# --- several regions


def test_regions_override_the_region_of_the_environment() -> None:
    assert build_settings(validate(region="a"), {}).regions() is None
    assert build_settings(validate(regions=["a", "b"]), {"HW_REGION_NAME": "c", "HW_PROJECT_ID": "d"}).regions() == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"regions": []}, "regions is an empty list. Name at least one.", id="none"),
        pytest.param({"regions": ["a", "b", "a"]}, "regions contains a twice. Remove one.", id="twice"),
        pytest.param(
            {"regions": ["a"], "region": "b"},
            "regions is mutually exclusive with region. Remove one, also from module_defaults.",
            id="region",
        ),
        pytest.param(
            {"regions": ["a"], "region_name": "b"},
            "regions is mutually exclusive with region. Remove one, also from module_defaults.",
            id="region by its alias",
        ),
        pytest.param(
            {"regions": ["a"], "project_id": "b"},
            "regions is mutually exclusive with project_id. Remove one, also from module_defaults.",
            id="project_id",
        ),
        pytest.param(
            {"regions": ["a"], "project_name": "b"},
            "regions is mutually exclusive with project_name. Remove one, also from module_defaults.",
            id="project_name",
        ),
    ],
)
def test_invalid_regions_are_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build_settings(validate(**arguments), {}).regions()
    assert caught.value.message() == message


# --- conversion, as strict as argument validation


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("validate_certs", "yes # on", "must be a boolean, got 'yes # on'"),
        ("validate_certs", "ture", "must be a boolean, got 'ture'"),
        ("validate_certs", 5, "must be a boolean, got 5"),
        ("validate_certs", [True], "must be a boolean, got [True]"),
        ("timeout", "30s", "must be a number, got '30s'"),
        ("timeout", "30 ; seconds", "must be a number, got '30 ; seconds'"),
        ("timeout", {}, "must be a number, got {}"),
        ("max_retries", "4.5", "must be a whole number, got '4.5'"),
        ("max_retries", "many", "must be a whole number, got 'many'"),
        ("on_region_error", "ignore", "must be one of fail, warn, got 'ignore'"),
        ("on_region_error", "warn # never fail", "must be one of fail, warn, got 'warn # never fail'"),
        ("regions", {"a": 1}, "must be a list, got {'a': 1}"),
        ("regions", [{"a": 1}], "must be a list of strings, got [{'a': 1}]"),
        ("region", "cn-north-4\n", "ends with a line break"),
        ("password", "SHOWN\n", "ends with a line break"),
        ("cloud", "a\udcff", "is not UTF-8"),
    ],
)
def test_values_of_another_type_are_errors(name: str, value: object, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        converted(CONNECTION[name], Setting(value, "the variable x"))
    assert caught.value.reason == f"the variable x {problem}"


@pytest.mark.parametrize(
    "name", [name for name, option in CONNECTION.items() if option["type"] in ("bool", "int", "float")]
)
@pytest.mark.parametrize("value", ["", "x", "1 # one", "yes!", "0x", [], {}, "nan y", "true;"], ids=repr)
def test_invalid_booleans_and_numbers_are_errors(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"^the variable x must be a "):
        converted(CONNECTION[name], Setting(value, "the variable x"))


@pytest.mark.parametrize("value", [80, "80", " 80 ", True])
def test_sizes_that_argument_validation_accepts_are_valid(value: object) -> None:
    check_given({"fits_disk": value})

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of the lookup's options by precedence: keyword, variable, environment variable, ``ansible.cfg``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import (
    CONNECTION,
    ENDPOINT_VARIABLE,
    ENVIRONMENT,
    SECRETS,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _image_lookup
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_lookup import SPECIFICATION
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner, run_lookup

Configure = Callable[..., None]

REGION = "cn-north-4"
ENDPOINT = ENDPOINT_VARIABLE.format(region="CN_NORTH_4")
VARIABLES = {**ENVIRONMENT, "endpoint": (ENDPOINT,)}

#: Two values of each type: the text in the source, and the value of the option.
_VALUES: dict[str, tuple[tuple[str, Any], tuple[str, Any]]] = {
    "str": (("one", "one"), ("other", "other")),
    "path": (("/one", "/one"), ("/other", "/other")),
    "bool": (("yes", True), ("no", False)),
    "int": (("3", 3), ("7", 7)),
    "float": (("3.5", 3.5), ("7", 7.0)),
    "list": (("one,two", ["one", "two"]), ("other", ["other"])),
}

SOURCES = ("keyword", "variable", "environment", "ansible.cfg")


def _values(name: str) -> tuple[tuple[str, Any], ...]:
    choices = CONNECTION[name].get("choices")
    return tuple((choice, choice) for choice in choices[:2]) if choices else _VALUES[CONNECTION[name]["type"]]


def _is_read_from(source: str, name: str) -> bool:
    return {"environment": name in VARIABLES, "ansible.cfg": name not in SECRETS}.get(source, True)


def _resolve(
    sources: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> tuple[Any, tuple[Any, ...]]:
    """Set an option in these sources. Return its resolved value and the settings of the task and ``ansible.cfg``."""
    monkeypatch.setattr(_image_lookup, "search", _SearchIntercepted.search)
    if "environment" in sources:
        monkeypatch.setenv(VARIABLES[name][0], sources["environment"])
    if "ansible.cfg" in sources:
        configure(**{name: sources["ansible.cfg"]})
    keywords = {name: sources["keyword"]} if "keyword" in sources else {}
    variables = {"it": sources["variable"], f"huaweicloud_{name}": "{{ it }}"} if "variable" in sources else {}
    with pytest.raises(_SearchIntercepted) as stopped:
        run_lookup([], variables, keywords)
    (settings,) = stopped.value.args
    setting = settings.get(name, VARIABLES.get(name))
    return (settings.value(name) if setting is None else setting.value), (settings.task, settings.configuration)


class _SearchIntercepted(Exception):
    """Raised instead of the search, with the settings that the search would use."""

    @classmethod
    def search(cls, read_settings: Callable[[], Settings], _warn: object, **_more: object) -> None:
        raise cls(read_settings())


@pytest.mark.parametrize(
    ("name", "source"), [(name, one) for name in CONNECTION for one in SOURCES if _is_read_from(one, name)]
)
def test_an_option_is_read_from_each_source_and_converted(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str, source: str
) -> None:
    for text, value in _values(name):
        found, _settings = _resolve({source: text}, name, monkeypatch, configure)
        assert isinstance(found, type(value))
        assert found == value


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_never_read_from_ansible_cfg(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str
) -> None:
    found, settings = _resolve({"ansible.cfg": "very-secret"}, name, monkeypatch, configure)
    assert found is None
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        (name, first, second)
        for name in CONNECTION
        for first, second in combinations(SOURCES, 2)
        if _is_read_from(first, name) and _is_read_from(second, name)
    ],
)
def test_the_source_of_higher_precedence_wins(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str, first: str, second: str
) -> None:
    for one, other in (_values(name), _values(name)[::-1]):
        found, _settings = _resolve({first: one[0], second: other[0]}, name, monkeypatch, configure)
        assert found == one[1]


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_an_empty_environment_variable_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str
) -> None:
    if name in SECRETS:
        found, _settings = _resolve({"environment": ""}, name, monkeypatch, configure)
        assert found is None
        return
    (text, value), _other = _values(name)
    found, _settings = _resolve({"environment": "", "ansible.cfg": text}, name, monkeypatch, configure)
    assert found == value


@pytest.mark.parametrize("name", CONNECTION)
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str) -> None:
    found, _settings = _resolve({"variable": ""}, name, monkeypatch, configure)
    assert found == CONNECTION[name].get("default")


def test_an_alias_sets_the_option(look_up: LookupRunner) -> None:
    account = look_up.emulator.account
    aliases = {"region_name": REGION, "ak": account.access_key, "sk": account.secret_key}
    assert len(look_up(region=None, access_key=None, secret_key=None, **aliases)) == 4


# Requests that the service receives


def _variables(look_up: LookupRunner, **more: object) -> dict[str, Any]:
    return {**{f"huaweicloud_{name}": value for name, value in look_up.connection.items()}, **more}


def _regions_queried(emulator: Emulator) -> list[str]:
    """Return the region of each ListImages request so far, and clear the request log."""
    found = [record.region for record in emulator.requests if record.operation == "ListImages"]
    emulator.reset()
    return found


def test_precedence_of_region_sources(
    look_up: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    variables = _variables(look_up, other="cn-north-9", huaweicloud_region="{{ other }}")
    del variables["huaweicloud_project_id"]
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-11")
    configure(region="cn-east-3")
    look_up.run(variables=variables, region="cn-north-4")
    assert _regions_queried(emulator) == ["cn-north-4"]
    look_up.run(variables=variables)
    assert _regions_queried(emulator) == ["cn-north-9"]
    del variables["huaweicloud_region"]
    look_up.run(variables=variables)
    assert _regions_queried(emulator) == ["cn-north-11"]
    monkeypatch.delenv("HW_REGION_NAME")
    look_up.run(variables=variables)
    assert _regions_queried(emulator) == ["cn-east-3"]


def _credentials_sent(emulator: Emulator) -> list[str]:
    """Return the access key or the token of each ListImages request so far, and clear the request log."""
    found = [
        record.headers.get("x-auth-token") or record.headers["authorization"].split("Access=")[1].split(",")[0]
        for record in emulator.requests
        if record.operation == "ListImages"
    ]
    emulator.reset()
    return found


def test_precedence_of_credential_sources(
    look_up: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    account, token = emulator.account, emulator.issue_token()
    temporary = account.temporary
    target = {name: look_up.connection[name] for name in ("region", "endpoint", "project_id")}
    variables = {
        "huaweicloud_access_key": temporary.access_key,
        "huaweicloud_secret_key": temporary.secret_key,
        "huaweicloud_security_token": temporary.security_token,
    }
    monkeypatch.setenv("HW_AUTH_TOKEN", token)
    look_up.run(variables=variables, access_key=account.access_key, secret_key=account.secret_key, **target)
    assert _credentials_sent(emulator) == [account.access_key]
    look_up.run(variables=variables, **target)
    assert _credentials_sent(emulator) == [temporary.access_key]
    look_up.run(**target)
    assert _credentials_sent(emulator) == [token]


def test_an_access_key_in_ansible_cfg_is_ignored(
    look_up: LookupRunner, emulator: Emulator, configure: Configure
) -> None:
    account = emulator.account
    configure(access_key=account.access_key, secret_key=account.secret_key, use_instance_metadata="no")
    with pytest.raises(AnsibleLookupError, match=r"^No credentials found"):
        look_up(access_key=None, secret_key=None)
    assert emulator.requests == []


def test_username_in_ansible_cfg_and_password_in_the_environment_are_combined(
    look_up: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    account = emulator.account
    configure(username=account.username, domain_name=account.domain_name)
    monkeypatch.setenv("HW_USER_PASSWORD", account.password)
    assert len(look_up(access_key=None, secret_key=None)) == 4
    assert [record.operation for record in emulator.requests] == ["KeystoneCreateUserTokenByPassword", "ListImages"]


def test_a_path_in_ansible_cfg_is_relative_to_it(
    look_up: LookupRunner, emulator: Emulator, configure: Configure, tmp_path: Path
) -> None:
    account = emulator.account
    (tmp_path / "keys").write_text(f"[mine]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    configure(credentials_file="keys", profile="mine")
    assert len(look_up(access_key=None, secret_key=None)) == 4
    assert _credentials_sent(emulator) == [account.access_key]


@pytest.mark.parametrize("file", ["credentials_file", "shared_config_file"])
@pytest.mark.parametrize("named", ["profile", "file"])
def test_a_profile_and_its_file_may_have_different_sources(
    look_up: LookupRunner, emulator: Emulator, tmp_path: Path, file: str, named: str
) -> None:
    account = emulator.account
    path = tmp_path / "keys"
    if file == "credentials_file":
        path.write_text(f"[mine]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    else:
        profile = {"name": "mine", "accessKeyId": account.access_key, "secretAccessKey": account.secret_key}
        path.write_text(json.dumps({"current": "other", "profiles": [{"name": "other"}, profile]}))
    options = {"profile": "mine", file: str(path)}
    keyword = "profile" if named == "profile" else file
    variables = {f"huaweicloud_{name}": value for name, value in options.items() if name != keyword}
    assert len(look_up(access_key=None, secret_key=None, variables=variables, **{keyword: options[keyword]})) == 4
    assert _credentials_sent(emulator) == [account.access_key]


# Mutually exclusive options of different sources


def test_the_keyword_region_overrides_the_variable_of_regions(look_up: LookupRunner, emulator: Emulator) -> None:
    look_up(variables={"huaweicloud_regions": ["cn-north-9", "cn-east-3"]})
    assert _regions_queried(emulator) == ["cn-north-4"]


def test_the_keyword_regions_overrides_the_variables_of_region_and_project(
    look_up: LookupRunner, emulator: Emulator
) -> None:
    variables = {"huaweicloud_region": "cn-north-9", "huaweicloud_project_id": emulator.project_id}
    look_up(variables=variables, region=None, project_id=None, regions=["cn-north-4", "cn-east-3"])
    assert _regions_queried(emulator) == ["cn-north-4", "cn-east-3"]


@pytest.mark.parametrize("source", ["keyword", "variable", "environment"])
def test_region_overrides_the_regions_in_ansible_cfg(
    look_up: LookupRunner, emulator: Emulator, configure: Configure, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    configure(regions="cn-north-9,cn-east-3")
    if source == "environment":
        monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    variables = {"huaweicloud_region": "cn-north-4"} if source == "variable" else {}
    look_up(region="cn-north-4" if source == "keyword" else None, project_id=None, variables=variables)
    assert _regions_queried(emulator) == ["cn-north-4"]


def test_regions_in_ansible_cfg_are_the_default(
    look_up: LookupRunner, emulator: Emulator, configure: Configure
) -> None:
    configure(regions="cn-north-9, cn-east-3")
    look_up(region=None, project_id=None)
    assert _regions_queried(emulator) == ["cn-north-9", "cn-east-3"]


# Types


@pytest.mark.parametrize("value", ["no", "False", "0", "off"])
def test_validate_certs_in_ansible_cfg_is_converted(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, value: str
) -> None:
    found, _settings = _resolve({"ansible.cfg": value}, "validate_certs", monkeypatch, configure)
    assert found is False


def test_a_value_of_the_wrong_type_in_ansible_cfg_fails_and_names_the_option(
    look_up: LookupRunner, configure: Configure
) -> None:
    configure(timeout="soon")
    with pytest.raises(AnsibleError, match="timeout"):
        look_up()
    assert look_up.emulator.requests == []


@pytest.mark.parametrize(
    ("option", "text"), [("timeout", "soon"), ("validate_certs", "perhaps"), ("on_region_error", "shrug")]
)
@pytest.mark.parametrize("source", ["keyword", "variable"])
def test_a_value_of_the_wrong_type_fails_and_names_the_option(
    look_up: LookupRunner, option: str, text: str, source: str
) -> None:
    keywords = {option: text} if source == "keyword" else {}
    variables = {} if keywords else {f"huaweicloud_{option}": text}
    with pytest.raises(AnsibleLookupError, match=option):
        look_up(variables=variables, **keywords)
    assert look_up.emulator.requests == []


def _valid_value(option: dict[str, Any]) -> str | None:
    """Return a valid value of the option, None if any text is valid."""
    if "choices" in option:
        return str(option["choices"][0])
    return {"bool": "yes", "int": "3", "float": "3.5"}.get(option.get("type", "str"))


def _invalid_values() -> Iterator[tuple[str, str, str]]:
    """Yield each boolean, number and choice with each of its sources and invalid values."""
    for name, option in SPECIFICATION.items():
        valid = _valid_value(option)
        is_read = name in CONNECTION or name.startswith("cache")
        for source in ("keyword", "variable", "ansible.cfg") if is_read else ("keyword",):
            if valid is not None:
                yield from (
                    (name, source, wrong) for wrong in (f"{valid} # a comment", f"{valid}x", "tru", f"<{valid}>")
                )


@pytest.mark.parametrize(("name", "source", "wrong"), [*_invalid_values()])
def test_an_invalid_boolean_number_or_choice_fails(
    configure: Configure, look_up: LookupRunner, name: str, source: str, wrong: str
) -> None:
    if source == "ansible.cfg":
        configure(**{name: wrong})
    keywords = {name: wrong} if source == "keyword" else {}
    variables = {f"huaweicloud_{name}": wrong} if source == "variable" else {}
    with pytest.raises(AnsibleLookupError, match=name):
        look_up(variables=variables, **keywords)
    assert look_up.emulator.requests == []


def test_a_comment_in_ansible_cfg_does_not_disable_tls_verification(
    look_up: LookupRunner, configure: Configure
) -> None:
    configure(validate_certs="yes # on")
    with pytest.raises(AnsibleLookupError) as caught:
        look_up()
    assert str(caught.value) == "validate_certs in ansible.cfg must be a boolean, got 'yes # on'."


def test_query_options_are_converted(look_up: LookupRunner) -> None:
    assert [image["id"] for image in look_up(fits_disk="50", limit="3", most_recent="yes")] == ["a2"]


def test_query_options_are_read_from_keywords_only(look_up: LookupRunner, configure: Configure) -> None:
    configure(image_type="private", limit="1")
    assert len(look_up(variables={"huaweicloud_image_type": "private", "huaweicloud_name": "x"})) == 4
    assert look_up.warnings == [
        "workspace_image: The variable huaweicloud_image_type is ignored: query options are read from keywords only",
        "workspace_image: The variable huaweicloud_name is ignored: query options are read from keywords only",
    ]


@pytest.mark.parametrize("option", ["name", "profile", "region", "limit", "regions"])
def test_a_null_keyword_fails(look_up: LookupRunner, option: str) -> None:
    connection = {name: value for name, value in look_up.connection.items() if name != option}
    with pytest.raises(AnsibleLookupError, match=f"^{option} is null "):
        look_up.run(**{**connection, option: None})
    assert look_up.emulator.requests == []


def test_a_relative_path_is_relative_to_the_playbook(
    look_up: LookupRunner, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = emulator.account
    (tmp_path / "playbook").mkdir()
    (tmp_path / "playbook" / "keys").write_text(f"[basic]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    monkeypatch.chdir(tmp_path)
    look_up.basedir = str(tmp_path / "playbook")
    assert len(look_up(access_key=None, secret_key=None, credentials_file="keys")) == 4
    assert _credentials_sent(emulator) == [account.access_key]


def test_unrelated_variables_are_not_rendered(look_up: LookupRunner) -> None:
    assert len(look_up(variables={"huaweicloud_unknown": "{{ 1 / 0 }}"})) == 4


@pytest.mark.parametrize("option", ["credentials_file", "shared_config_file", "ca_path"])
def test_a_result_depends_on_every_file_of_the_connection(option: str, tmp_path: Path) -> None:
    """A change of the file ends the cached result."""
    settings = Settings({option: Setting(str(tmp_path), "a keyword")}, {}, specification=SPECIFICATION)
    assert str(tmp_path) in _image_lookup._files(settings)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the lookup finds its options: keywords, variables, the environment, ``ansible.cfg``, in this order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, Callable

import pytest
from ansible.errors import AnsibleError, AnsibleLookupError

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

#: Two values of each type, as text and as they are once the option is typed.
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


def _has(source: str, name: str) -> bool:
    return {"environment": name in VARIABLES, "ansible.cfg": name not in SECRETS}.get(source, True)


def _give(
    sources: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> tuple[Any, tuple[Any, ...]]:
    """Give an option in these places, and see what the lookup makes of it; also what the code below it gets."""
    monkeypatch.setattr(_image_lookup, "search", _Stop.here)
    if "environment" in sources:
        monkeypatch.setenv(VARIABLES[name][0], sources["environment"])
    if "ansible.cfg" in sources:
        configure(**{name: sources["ansible.cfg"]})
    keywords = {name: sources["keyword"]} if "keyword" in sources else {}
    variables = {"it": sources["variable"], f"huaweicloud_{name}": "{{ it }}"} if "variable" in sources else {}
    with pytest.raises(_Stop) as stopped:
        run_lookup([], variables, keywords)
    (settings,) = stopped.value.args
    setting = settings.get(name, VARIABLES.get(name))
    return (settings.value(name) if setting is None else setting.value), (settings.task, settings.configuration)


class _Stop(Exception):
    """In place of the search: the settings that it would execute."""

    @classmethod
    def here(cls, read_settings: Callable[[], Settings], _warn: object, **_more: object) -> None:
        raise cls(read_settings())


@pytest.mark.parametrize(("name", "source"), [(name, one) for name in CONNECTION for one in SOURCES if _has(one, name)])
def test_an_option_is_read_from_everywhere_and_typed(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str, source: str
) -> None:
    for text, value in _values(name):
        found, _given = _give({source: text}, name, monkeypatch, configure)
        assert isinstance(found, type(value))
        assert found == value


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_never_read_from_ansible_cfg(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str
) -> None:
    found, given = _give({"ansible.cfg": "very-secret"}, name, monkeypatch, configure)
    assert found is None
    assert "very-secret" not in repr(given)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        (name, first, second)
        for name in CONNECTION
        for first, second in combinations(SOURCES, 2)
        if _has(first, name) and _has(second, name)
    ],
)
def test_the_first_source_wins(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str, first: str, second: str
) -> None:
    for one, other in (_values(name), _values(name)[::-1]):
        found, _given = _give({first: one[0], second: other[0]}, name, monkeypatch, configure)
        assert found == one[1]


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_an_empty_variable_of_the_environment_counts_as_unset(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str
) -> None:
    if name in SECRETS:
        found, _given = _give({"environment": ""}, name, monkeypatch, configure)
        assert found is None
        return
    (text, value), _other = _values(name)
    found, _given = _give({"environment": "", "ansible.cfg": text}, name, monkeypatch, configure)
    assert found == value


@pytest.mark.parametrize("name", CONNECTION)
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, configure: Configure, name: str) -> None:
    found, _given = _give({"variable": ""}, name, monkeypatch, configure)
    assert found == CONNECTION[name].get("default")


def test_an_alias_is_the_option(ask: LookupRunner) -> None:
    account = ask.emulator.account
    aliases = {"region_name": REGION, "ak": account.access_key, "sk": account.secret_key}
    assert len(ask(region=None, access_key=None, secret_key=None, **aliases)) == 4


# Seen at the service


def _variables(ask: LookupRunner, **more: object) -> dict[str, Any]:
    return {**{f"huaweicloud_{name}": value for name, value in ask.identity.items()}, **more}


def _regions(emulator: Emulator) -> list[str]:
    found = [record.region for record in emulator.requests if record.operation == "ListImages"]
    emulator.reset()
    return found


def test_the_region_that_is_asked(
    ask: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    variables = _variables(ask, where="cn-north-9", huaweicloud_region="{{ where }}")
    del variables["huaweicloud_project_id"]
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-11")
    configure(region="cn-east-3")
    ask.plainly(variables=variables, region="cn-north-4")
    assert _regions(emulator) == ["cn-north-4"]
    ask.plainly(variables=variables)
    assert _regions(emulator) == ["cn-north-9"]
    del variables["huaweicloud_region"]
    ask.plainly(variables=variables)
    assert _regions(emulator) == ["cn-north-11"]
    monkeypatch.delenv("HW_REGION_NAME")
    ask.plainly(variables=variables)
    assert _regions(emulator) == ["cn-east-3"]


def _keys(emulator: Emulator) -> list[str]:
    """Who asked: the access key in the signature, or the token."""
    found = [
        record.headers.get("x-auth-token") or record.headers["authorization"].split("Access=")[1].split(",")[0]
        for record in emulator.requests
        if record.operation == "ListImages"
    ]
    emulator.reset()
    return found


def test_the_identity_that_asks(
    ask: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    account, token = emulator.account, emulator.issue_token()
    temporary = account.temporary
    place = {name: ask.identity[name] for name in ("region", "endpoint", "project_id")}
    of_variables = {
        "huaweicloud_access_key": temporary.access_key,
        "huaweicloud_secret_key": temporary.secret_key,
        "huaweicloud_security_token": temporary.security_token,
    }
    monkeypatch.setenv("HW_AUTH_TOKEN", token)
    ask.plainly(variables=of_variables, access_key=account.access_key, secret_key=account.secret_key, **place)
    assert _keys(emulator) == [account.access_key]
    ask.plainly(variables=of_variables, **place)
    assert _keys(emulator) == [temporary.access_key]
    ask.plainly(**place)
    assert _keys(emulator) == [token]


def test_keys_of_ansible_cfg_are_no_identity(ask: LookupRunner, emulator: Emulator, configure: Configure) -> None:
    account = emulator.account
    configure(access_key=account.access_key, secret_key=account.secret_key, use_instance_metadata="no")
    with pytest.raises(AnsibleLookupError, match=r"^No credentials found"):
        ask(access_key=None, secret_key=None)
    assert emulator.requests == []


def test_what_ansible_cfg_may_hold_of_a_password_goes_with_the_environments(
    ask: LookupRunner, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    account = emulator.account
    configure(username=account.username, domain_name=account.domain_name)
    monkeypatch.setenv("HW_USER_PASSWORD", account.password)
    assert len(ask(access_key=None, secret_key=None)) == 4
    assert [record.operation for record in emulator.requests] == ["KeystoneCreateUserTokenByPassword", "ListImages"]


def test_a_file_that_ansible_cfg_names_is_found_beside_it(
    ask: LookupRunner, emulator: Emulator, configure: Configure, tmp_path: Path
) -> None:
    account = emulator.account
    (tmp_path / "keys").write_text(f"[mine]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    configure(credentials_file="keys", profile="mine")
    assert len(ask(access_key=None, secret_key=None)) == 4
    assert _keys(emulator) == [account.access_key]


@pytest.mark.parametrize("file", ["credentials_file", "shared_config_file"])
@pytest.mark.parametrize("named", ["profile", "file"])
def test_a_profile_and_its_file_may_come_one_by_keyword_and_one_by_variable(
    ask: LookupRunner, emulator: Emulator, tmp_path: Path, file: str, named: str
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
    assert len(ask(access_key=None, secret_key=None, variables=variables, **{keyword: options[keyword]})) == 4
    assert _keys(emulator) == [account.access_key]


# One set of options that stands instead of another


def test_a_region_by_keyword_ends_the_regions_of_the_variables(ask: LookupRunner, emulator: Emulator) -> None:
    ask(variables={"huaweicloud_regions": ["cn-north-9", "cn-east-3"]})
    assert _regions(emulator) == ["cn-north-4"]


def test_regions_by_keyword_end_the_region_and_the_project_of_the_variables(
    ask: LookupRunner, emulator: Emulator
) -> None:
    variables = {"huaweicloud_region": "cn-north-9", "huaweicloud_project_id": emulator.project_id}
    ask(variables=variables, region=None, project_id=None, regions=["cn-north-4", "cn-east-3"])
    assert _regions(emulator) == ["cn-north-4", "cn-east-3"]


@pytest.mark.parametrize("source", ["keyword", "variable"])
def test_a_region_of_the_task_ends_the_regions_of_ansible_cfg(
    ask: LookupRunner, emulator: Emulator, configure: Configure, source: str
) -> None:
    configure(regions="cn-north-9,cn-east-3")
    if source == "keyword":
        ask()
    else:
        ask(region=None, project_id=None, variables={"huaweicloud_region": "cn-north-4"})
    assert _regions(emulator) == ["cn-north-4"]


def test_a_region_of_the_environment_ends_the_regions_of_ansible_cfg(
    ask: LookupRunner, emulator: Emulator, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(regions="cn-north-9,cn-east-3")
    monkeypatch.setenv("HW_REGION_NAME", "cn-north-4")
    ask(region=None, project_id=None)
    assert _regions(emulator) == ["cn-north-4"]


def test_regions_of_ansible_cfg_are_asked_where_nothing_else_is_said(
    ask: LookupRunner, emulator: Emulator, configure: Configure
) -> None:
    configure(regions="cn-north-9, cn-east-3")
    ask(region=None, project_id=None)
    assert _regions(emulator) == ["cn-north-9", "cn-east-3"]


# Types


@pytest.mark.parametrize("value", ["no", "False", "0", "off"])
def test_validate_certs_of_ansible_cfg_is_a_boolean(
    monkeypatch: pytest.MonkeyPatch, configure: Configure, value: str
) -> None:
    found, _given = _give({"ansible.cfg": value}, "validate_certs", monkeypatch, configure)
    assert found is False


def test_a_value_of_ansible_cfg_that_has_the_wrong_type_is_an_error_that_names_it(
    ask: LookupRunner, configure: Configure
) -> None:
    configure(timeout="soon")
    with pytest.raises(AnsibleError, match="timeout"):
        ask()
    assert ask.emulator.requests == []


@pytest.mark.parametrize(
    ("option", "text"), [("timeout", "soon"), ("validate_certs", "perhaps"), ("on_region_error", "shrug")]
)
@pytest.mark.parametrize("source", ["keyword", "variable"])
def test_a_value_of_the_wrong_type_is_an_error_that_names_the_option(
    ask: LookupRunner, option: str, text: str, source: str
) -> None:
    keywords = {option: text} if source == "keyword" else {}
    variables = {} if keywords else {f"huaweicloud_{option}": text}
    with pytest.raises(AnsibleLookupError, match=option):
        ask(variables=variables, **keywords)
    assert ask.emulator.requests == []


def _usual(option: dict[str, Any]) -> str | None:
    """Return a value that an option takes, None if it takes any text."""
    if "choices" in option:
        return str(option["choices"][0])
    return {"bool": "yes", "int": "3", "float": "3.5"}.get(option.get("type", "str"))


def _wrong() -> Iterator[tuple[str, str, str]]:
    """Yield every boolean, number and choice, every source that the lookup reads it from, and a wrong value."""
    for name, option in SPECIFICATION.items():
        usual = _usual(option)
        is_read = name in CONNECTION or name.startswith("cache")
        for source in ("keyword", "variable", "ansible.cfg") if is_read else ("keyword",):
            if usual is not None:
                yield from (
                    (name, source, wrong) for wrong in (f"{usual} # a comment", f"{usual}x", "tru", f"<{usual}>")
                )


@pytest.mark.parametrize(("name", "source", "wrong"), _wrong())
def test_no_boolean_number_or_choice_is_guessed(
    configure: Configure, ask: LookupRunner, name: str, source: str, wrong: str
) -> None:
    if source == "ansible.cfg":
        configure(**{name: wrong})
    keywords = {name: wrong} if source == "keyword" else {}
    variables = {f"huaweicloud_{name}": wrong} if source == "variable" else {}
    with pytest.raises(AnsibleLookupError, match=name):
        ask(variables=variables, **keywords)
    assert ask.emulator.requests == []


def test_verification_is_never_disabled_by_a_comment(ask: LookupRunner, configure: Configure) -> None:
    configure(validate_certs="yes # on")
    with pytest.raises(AnsibleLookupError) as caught:
        ask()
    assert str(caught.value) == "validate_certs in ansible.cfg must be a boolean, got 'yes # on'."


def test_query_options_are_typed_too(ask: LookupRunner) -> None:
    assert [image["id"] for image in ask(fits_disk="50", limit="3", most_recent="yes")] == ["a2"]


def test_query_options_are_read_from_keywords_only(ask: LookupRunner, configure: Configure) -> None:
    configure(image_type="private", limit="1")
    assert len(ask(variables={"huaweicloud_image_type": "private", "huaweicloud_name": "x"})) == 4
    assert ask.warnings == [
        "workspace_image: The variable huaweicloud_image_type is ignored: query options are read from keywords only",
        "workspace_image: The variable huaweicloud_name is ignored: query options are read from keywords only",
    ]


@pytest.mark.parametrize("option", ["name", "profile", "region", "limit", "regions"])
def test_a_keyword_that_is_null_is_an_error(ask: LookupRunner, option: str) -> None:
    identity = {name: value for name, value in ask.identity.items() if name != option}
    with pytest.raises(AnsibleLookupError, match=f"^{option} is null "):
        ask.plainly(**{**identity, option: None})
    assert ask.emulator.requests == []


def test_a_relative_path_is_relative_to_the_playbook(
    ask: LookupRunner, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = emulator.account
    (tmp_path / "playbook").mkdir()
    (tmp_path / "playbook" / "keys").write_text(f"[basic]\nak = {account.access_key}\nsk = {account.secret_key}\n")
    monkeypatch.chdir(tmp_path)
    ask.basedir = str(tmp_path / "playbook")
    assert len(ask(access_key=None, secret_key=None, credentials_file="keys")) == 4
    assert _keys(emulator) == [account.access_key]


def test_variables_of_other_options_are_not_rendered(ask: LookupRunner) -> None:
    assert len(ask(variables={"huaweicloud_unknown": "{{ 1 / 0 }}"})) == 4

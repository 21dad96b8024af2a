# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials in files of other tools."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    ResolvedCredentials,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.files import (
    CredentialsFile,
    NamedFiles,
    SharedConfigFile,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.provider import CredentialsNotFound
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import (
    examples,
    validation_error,
)

Kind = type[Union[CredentialsFile, SharedConfigFile]]


# The file of the SDK

INI = "[basic]\nak = FILEAK\nsk = FILESK\n"


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    return tmp_path / "credentials"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (INI, ResolvedCredentials(AccessKey("FILEAK", "FILESK"), "")),
        (f"﻿{INI}", ResolvedCredentials(AccessKey("FILEAK", "FILESK"), "")),
        (INI.replace("\n", "\r\n"), ResolvedCredentials(AccessKey("FILEAK", "FILESK"), "")),
        ("[basic]\nAK: FILEAK\nSK: a%b%%c\n", ResolvedCredentials(AccessKey("FILEAK", "a%b%%c"), "")),
        (f"{INI}security_token = ST\n", ResolvedCredentials(AccessKey("FILEAK", "FILESK", "ST"), "")),
        (
            f"; a comment\n{INI}project_id = P\nregion = R\niam_endpoint = https://iam.test\nsecurity_token =\n",
            ResolvedCredentials(AccessKey("FILEAK", "FILESK"), "", "R", "P", "https://iam.test"),
        ),
    ],
    ids=["plain", "bom", "crlf", "percent", "temporary", "everything"],
)
def test_credentials_are_read_from_the_credentials_file(ini: Path, text: str, expected: ResolvedCredentials) -> None:
    ini.write_bytes(text.encode())
    assert CredentialsFile(str(ini)).validate() == expected._replace(source=f"section [basic] of {ini}")


def test_a_section_of_the_credentials_file_is_used(ini: Path) -> None:
    ini.write_text(f"{INI}[other]\nak = OTHERAK\nsk = OTHERSK\n")
    resolved = CredentialsFile(str(ini), profile="other").validate()
    assert resolved.credentials == AccessKey("OTHERAK", "OTHERSK")
    assert resolved.source == f"section [other] of {ini}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ak = SHOWN\n", ", line 1,"),
        ("[basic]\nak = FILEAK\nSHOWN without a sign\n", ", line 3,"),
        ("[basic]\nak = SHOWN\nak = SHOWN\n", ", line 3: ak is set twice"),
        ("[basic]\nak = SHOWN\n\n[basic]\nsk = SHOWN\n", ", line 4,"),
        ("[basic\nak = SHOWN\n", ", line 1,"),
    ],
    ids=["no-section", "no-sign", "option-twice", "section-twice", "bracket"],
)
def test_the_error_of_a_malformed_credentials_file_names_file_and_line(ini: Path, text: str, expected: str) -> None:
    ini.write_text(text)
    message = validation_error(CredentialsFile(str(ini)))
    assert f"{ini}{expected}" in message
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[basic]\nak = SHOWN\n", "ak is set without sk"),
        ("[basic]\nsk = SHOWN\n", "sk is set without ak"),
        ("[basic]\nak = FILEAK\nsk = SHOWN\n  SHOWN\n", "sk"),
        ("[basic]\nak = FILEAK\nsk = SHOWN key\n", "sk"),
    ],
    ids=["no-sk", "no-ak", "two-lines", "blank"],
)
def test_invalid_keys_in_the_credentials_file_are_named(ini: Path, text: str, expected: str) -> None:
    ini.write_text(text)
    message = validation_error(CredentialsFile(str(ini)))
    assert expected in message
    assert f"section [basic] of {ini}" in message
    assert "SHOWN" not in message


@examples(150)
@given(
    text=st.lists(
        st.sampled_from(
            ["[basic]", "[", "]", "ak", "sk", "=", ":", "\n", "\n ", "SHOWNX", "#", "%", "ü", "\t", "DEFAULT"]
        )
    ).map("".join)
)
def test_any_credentials_file_is_read_or_rejected(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any-credentials"
    path.write_text(text, encoding="utf-8")
    try:
        text = str(CredentialsFile(str(path)).validate())
    except (ConfigurationError, CredentialsNotFound) as error:
        text = str(error)
    assert "SHOWN" not in text


# The file of KooCLI and Terraform


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return tmp_path / "config.json"


def build_profile(name: str = "default", **others: object) -> dict[str, Any]:
    return {"name": name, "accessKeyId": "KOOAK", "secretAccessKey": "KOOSK", **others}


def write_config(path: Path, *profiles: object, current: object = "default", **others: object) -> None:
    path.write_text(json.dumps({"current": current, "profiles": list(profiles), **others}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ResolvedCredentials(AccessKey("KOOAK", "KOOSK"), "")),
        ({"securityToken": "ST+/=="}, ResolvedCredentials(AccessKey("KOOAK", "KOOSK", "ST+/=="), "")),
        (
            {"securityToken": "", "region": "R", "projectId": "P", "mode": "AKSK", "retryCount": 3, "skip": None},
            ResolvedCredentials(AccessKey("KOOAK", "KOOSK"), "", "R", "P"),
        ),
        ({"region": "", "projectId": ""}, ResolvedCredentials(AccessKey("KOOAK", "KOOSK"), "")),
    ],
    ids=["plain", "temporary", "everything", "empty"],
)
def test_credentials_are_read_from_the_shared_config_file(
    shared: Path, changes: dict[str, Any], expected: ResolvedCredentials
) -> None:
    write_config(shared, build_profile("other", accessKeyId="NOTTHIS"), build_profile(**changes))
    assert SharedConfigFile(str(shared)).validate() == expected._replace(source=f"profile default of {shared}")


def test_a_profile_of_the_shared_config_file_is_used(shared: Path) -> None:
    write_config(shared, build_profile(), build_profile("other", accessKeyId="OTHERAK"))
    assert SharedConfigFile(str(shared), profile="other").validate().credentials == AccessKey("OTHERAK", "KOOSK")


LONG = {"accessKeyId": "SHOWN" + "a1b2" * 16, "secretAccessKey": "SHOWN" + "c3d4" * 30}
BASE64 = {"accessKeyId": "SHOWN+/aGVsbG8=", "secretAccessKey": "SHOWNYWJjZGVmZw=="}


@pytest.mark.parametrize(
    ("mark", "changes"),
    [
        ({"authEncrypt": "true"}, {}),
        ({"authEncrypt": True}, {}),
        ({"authEncrypt": "true"}, BASE64),
        ({}, LONG),
        ({}, {"secretAccessKey": LONG["secretAccessKey"]}),
    ],
    ids=["marked", "marked-boolean", "marked-base64", "far-too-long", "secret-far-too-long"],
)
def test_encrypted_keys_are_an_error(shared: Path, mark: dict[str, Any], changes: dict[str, str]) -> None:
    write_config(shared, build_profile(**changes), **mark)
    message = validation_error(SharedConfigFile(str(shared)))
    assert message.startswith(f"The keys of profile default of {shared} are encrypted.")
    assert "hcloud configure set --cli-auth-encrypt=false" in message
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    ("mark", "changes"),
    [
        ({"authEncrypt": "false"}, LONG),
        ({"authEncrypt": False}, LONG),
        ({"authEncrypt": "false"}, {"secretAccessKey": "any$thing{at}all"}),
        ({}, BASE64),
    ],
    ids=["marked", "marked-boolean", "any-character", "any-length"],
)
def test_unencrypted_keys_are_used_unchanged(shared: Path, mark: dict[str, Any], changes: dict[str, str]) -> None:
    write_config(shared, build_profile(**changes), **mark)
    profile = build_profile(**changes)
    expected = AccessKey(profile["accessKeyId"], profile["secretAccessKey"])
    assert SharedConfigFile(str(shared)).validate().credentials == expected


@pytest.mark.parametrize("mode", ["SSO", "ecsAgency", "agency"])
def test_a_profile_in_another_mode_is_an_error(shared: Path, mode: str) -> None:
    write_config(shared, build_profile(mode=mode))
    assert f"profile default of {shared} has the mode {mode}" in validation_error(SharedConfigFile(str(shared)))


def test_the_mode_is_not_case_sensitive(shared: Path) -> None:
    write_config(shared, build_profile(mode="aksk"))
    assert SharedConfigFile(str(shared)).validate().credentials == AccessKey("KOOAK", "KOOSK")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"profiles": [\n{"secretAccessKey": "SHOWN"\n', ", line 3,"),
        ("SHOWN", ", line 1,"),
        ("", ", line 1,"),
        ("[" * 100_000, " is not valid JSON"),
        ('{"a": ' + "9" * 10_000 + "}", ""),
        ('"SHOWN"', " has no list of profiles"),
        ("{}", " has no list of profiles"),
        ('{"profiles": "SHOWN"}', " has no list of profiles"),
        ('{"profiles": ["SHOWN"]}', " has no list of profiles"),
    ],
    ids=["cut", "text", "empty", "deep", "number", "string", "object", "no-list", "no-objects"],
)
def test_the_error_of_a_malformed_shared_config_file_names_file_and_line(
    shared: Path, text: str, expected: str
) -> None:
    shared.write_text(text)
    message = validation_error(SharedConfigFile(str(shared)))
    assert f"{shared}{expected}" in message
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"secretAccessKey": ""}, "accessKeyId is set without secretAccessKey"),
        ({"accessKeyId": None}, "secretAccessKey is set without accessKeyId"),
        ({"securityToken": "SHOWN token"}, "securityToken"),
    ],
    ids=["no-secret", "no-access", "blank"],
)
def test_invalid_keys_in_the_shared_config_file_are_named(shared: Path, changes: dict[str, Any], expected: str) -> None:
    write_config(shared, build_profile(**changes))
    message = validation_error(SharedConfigFile(str(shared)))
    assert expected in message
    assert f"profile default of {shared}" in message
    assert "SHOWN" not in message


@pytest.mark.parametrize("current", [None, "gone", 5, ""], ids=["null", "gone", "number", "empty"])
def test_without_a_current_profile_no_credentials_are_found(shared: Path, current: object) -> None:
    write_config(shared, build_profile(), {"accessKeyId": "NAMELESS", "secretAccessKey": "NAMELESS"}, current=current)
    with pytest.raises(CredentialsNotFound, match=r"no current profile; choose one with profile: default\)"):
        SharedConfigFile(str(shared)).validate()


@pytest.mark.parametrize("named", [False, True], ids=["default", "named"])
def test_a_section_or_profile_without_keys_is_an_error_only_if_set(ini: Path, shared: Path, named: bool) -> None:
    ini.write_text("[basic]\nregion = R\n")
    write_config(shared, {"name": "default", "region": "R", "accessKeyId": ""})
    for source in (CredentialsFile(str(ini)), SharedConfigFile(str(shared))):
        with pytest.raises(ConfigurationError if named else CredentialsNotFound, match=str(source.path)):
            (NamedFiles("profile", (source,)) if named else source).validate()


# Missing and unreadable files


@pytest.fixture(params=[CredentialsFile, SharedConfigFile], ids=["credentials_file", "shared_config_file"])
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


def option_of(kind: Kind) -> str:
    return {CredentialsFile: "credentials_file", SharedConfigFile: "shared_config_file"}[kind]


@pytest.mark.parametrize("path", ["{tmp}/gone", "~/gone", "~no-such-user-at-all/gone"])
def test_a_default_file_may_be_missing(kind: Kind, path: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialsNotFound, match="no such file"):
        kind(path.format(tmp=tmp_path)).validate()


@pytest.mark.parametrize("path", ["{tmp}/gone", "~/gone", "~no-such-user-at-all/gone"])
def test_a_file_that_is_set_must_exist(kind: Kind, path: str, tmp_path: Path) -> None:
    path = path.format(tmp=tmp_path)
    assert f"{option_of(kind)} {path} does not exist" in validation_error(kind(path, option_of(kind)))


@pytest.mark.parametrize("must_exist", [False, True])
def test_an_unreadable_file_is_an_error(
    kind: Kind, must_exist: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_unused: object, **_options: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", deny)
    message = validation_error(kind(str(tmp_path / "file"), option_of(kind) if must_exist else None))
    assert f"{option_of(kind)} {tmp_path / 'file'} cannot be read: Permission denied" in message


def test_a_directory_is_an_error(kind: Kind, tmp_path: Path) -> None:
    assert f"{option_of(kind)} {tmp_path} cannot be read: Is a directory" in validation_error(
        kind(str(tmp_path), option_of(kind))
    )


def test_an_invalid_path_is_an_error(kind: Kind) -> None:
    assert option_of(kind) in validation_error(kind("a\0b", option_of(kind)))


def test_a_fifo_is_an_error(kind: Kind, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    path = str(tmp_path / "fifo")
    assert f"{option_of(kind)} {path} cannot be read: not a regular file" in validation_error(
        kind(path, option_of(kind))
    )


def test_a_device_is_an_error(kind: Kind) -> None:
    assert f"{option_of(kind)} /dev/zero cannot be read: not a regular file" in validation_error(
        kind("/dev/zero", option_of(kind))
    )


def test_a_huge_file_is_an_error(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert "cannot be read: larger than 1024 KiB" in validation_error(kind(str(path), option_of(kind)))


def test_a_binary_file_is_an_error(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"SHOWN\xff\xfe")
    message = validation_error(kind(str(path)))
    assert f"{option_of(kind)} {path} is not UTF-8" in message
    assert "SHOWN" not in message


def test_the_home_directory_is_expanded(home: Path) -> None:
    (home / "creds").write_text(INI)
    assert CredentialsFile("~/creds").validate().credentials == AccessKey("FILEAK", "FILESK")


# Files and profiles that are set


def test_the_first_file_with_the_profile_is_used(ini: Path, shared: Path) -> None:
    ini.write_text(INI.replace("basic", "mine"))
    write_config(shared, build_profile("mine"), build_profile("yours"))

    def resolve(name: str) -> ResolvedCredentials:
        files = (CredentialsFile(str(ini), profile=name), SharedConfigFile(str(shared), profile=name))
        return NamedFiles("profile", files).validate()

    assert resolve("mine").credentials == AccessKey("FILEAK", "FILESK")
    assert resolve("yours").credentials == AccessKey("KOOAK", "KOOSK")


def test_a_profile_in_no_file_is_an_error(ini: Path, shared: Path) -> None:
    ini.write_text(INI)
    write_config(shared, build_profile())
    files = (CredentialsFile(str(ini), profile="lost"), SharedConfigFile(str(shared), profile="lost"))
    message = validation_error(NamedFiles("profile", files))
    assert "profile is set, but has no credentials. " in message
    assert (
        f"Tried: {ini} (no section [lost], only [basic]); {shared} (no profile lost; choose one with profile: default)"
        in message
    )


# Common mistakes in the SDK's file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[basic]\nak = "SHOWN"\nsk = "SHOWN"\n',
            "ak in section [basic] of {path} is in quotation marks. Remove them.",
        ),
        ("[basic]\nak = 'SHOWN'\nsk = x\n", "ak in section [basic] of {path} is in quotation marks. Remove them."),
        ("[basic]\nak = A\nsk = ${SHOWN}\n", "sk in section [basic] of {path} looks like a placeholder. "),
        ("[basic]\nak = <your_ak>\nsk = x\n", "ak in section [basic] of {path} looks like a placeholder. "),
        ("[basic]\nak = {{ SHOWN }}\nsk = x\n", "ak in section [basic] of {path} looks like a placeholder. "),
        (
            "[basic]\nak = SHOWN ; comment\nsk = x\n",
            "ak in section [basic] of {path} contains a blank. In an INI file, put ",
        ),
        (
            "[basic]\nak = SHOWN # comment\nsk = x\n",
            "ak in section [basic] of {path} contains a blank. In an INI file, put ",
        ),
        (
            "[basic]\nak = SHOWN…\nsk = x\n",
            "ak in section [basic] of {path} contains a control character, or one outside ",
        ),
        ("[basic]\nak = SHO$WN\nsk = x\n", "ak in section [basic] of {path} contains one of $ { } < >, "),
        ('[basic]\nak = SHO"WN\nsk = x\n', "ak in section [basic] of {path} contains a quotation mark"),
    ],
)
def test_common_mistakes_in_keys_are_explained(ini: Path, text: str, expected: str) -> None:
    ini.write_text(text, encoding="utf-8")
    message = validation_error(CredentialsFile(str(ini)))
    assert message.startswith(expected.replace("{path}", str(ini)))
    assert "SHOWN" not in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[default]\nak = A\nsk = S\n", "{path} (no section [basic], only [default])"),
        ("[a]\n[b]\n", "{path} (no section [basic], only [a], [b])"),
        ("[SHOWNKEY]\n", "{path} (no section [basic])"),
        (
            "[basic]\naccess_key = SHOWN\nsecret_key = SHOWN\n",
            "section [basic] of {path} (no ak and sk, only access_key, secret_key)",
        ),
    ],
)
def test_other_sections_and_options_are_named(ini: Path, text: str, expected: str) -> None:
    ini.write_text(text)
    with pytest.raises(CredentialsNotFound) as caught:
        CredentialsFile(str(ini)).validate()
    assert str(caught.value) == expected.replace("{path}", str(ini))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials are printed without secrets."""

from __future__ import annotations

import re

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    Credentials,
    Password,
    ResolvedCredentials,
    Token,
)

KINDS = [
    pytest.param(AccessKey("shown-ak", "shown-sk"), ("shown-ak", "shown-sk"), id="key"),
    pytest.param(AccessKey("shown-ak", "shown-sk", "shown-st"), ("shown-ak", "shown-sk", "shown-st"), id="temporary"),
    pytest.param(Token("shown-token"), ("shown-token",), id="token"),
    pytest.param(Password("user", "shown-password", "domain"), ("shown-password",), id="password"),
]


@pytest.mark.parametrize(("credentials", "secrets"), KINDS)
def test_credentials_are_printed_without_secrets(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    resolved = ResolvedCredentials(credentials, "a source", "cn-north-4", "project")
    for text in (repr(credentials), str(credentials), f"{credentials}", repr(resolved), str(resolved)):
        assert not any(secret in text for secret in secrets)
    assert "a source" in repr(resolved)


@pytest.mark.parametrize(("credentials", "secrets"), KINDS)
def test_credentials_list_their_secrets(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    assert {secret for secret in credentials.secrets() if secret} == set(secrets)


@pytest.mark.parametrize(("credentials", "secrets"), KINDS)
def test_a_digest_is_stable_and_contains_no_secret(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    digest = credentials.digest()
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest == type(credentials)(**vars(credentials)).digest()
    assert not any(secret in digest for secret in secrets)


def test_different_credentials_have_different_digests() -> None:
    different: list[Credentials] = [
        AccessKey("a", "b"),
        AccessKey("a", "c"),
        AccessKey("b", "b"),
        AccessKey("a", "b", "c"),
        AccessKey("ab", "c"),
        Token("a"),
        Token("a\0b"),
        Password("a", "p", "b"),
        Password("a", "p", "c"),
    ]
    assert len({credentials.digest() for credentials in different}) == len(different)


def test_the_password_is_not_part_of_the_digest() -> None:
    assert Password("u", "one", "d").digest() == Password("u", "two", "d").digest()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identities never show what they hold."""

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

EACH = [
    pytest.param(AccessKey("shown-ak", "shown-sk"), ("shown-ak", "shown-sk"), id="key"),
    pytest.param(AccessKey("shown-ak", "shown-sk", "shown-st"), ("shown-ak", "shown-sk", "shown-st"), id="temporary"),
    pytest.param(Token("shown-token"), ("shown-token",), id="token"),
    pytest.param(Password("user", "shown-password", "domain"), ("shown-password",), id="password"),
]


@pytest.mark.parametrize(("credentials", "secrets"), EACH)
def test_print_without_secrets(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    identity = ResolvedCredentials(credentials, "here", "cn-north-4", "project")
    for text in (repr(credentials), str(credentials), f"{credentials}", repr(identity), str(identity)):
        assert not any(secret in text for secret in secrets)
    assert "here" in repr(identity)


@pytest.mark.parametrize(("credentials", "secrets"), EACH)
def test_name_their_secrets(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    assert {secret for secret in credentials.secrets() if secret} == set(secrets)


@pytest.mark.parametrize(("credentials", "secrets"), EACH)
def test_digest_tells_nothing_and_is_stable(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    digest = credentials.digest()
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert digest == type(credentials)(**vars(credentials)).digest()
    assert not any(secret in digest for secret in secrets)


def test_digests_tell_identities_apart() -> None:
    identities: list[Credentials] = [
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
    assert len({identity.digest() for identity in identities}) == len(identities)


def test_digest_of_a_password_does_not_depend_on_it() -> None:
    assert Password("u", "one", "d").digest() == Password("u", "two", "d").digest()

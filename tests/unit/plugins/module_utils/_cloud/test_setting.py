# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of the origins of several values."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting, describe_origins


@pytest.mark.parametrize(
    ("origins", "description"),
    [
        (["auth_token"], "auth_token (task)"),
        (["access_key", "secret_key"], "access_key and secret_key (task)"),
        (["the variable a", "the variable b"], "the variables a and b"),
        (["access_key", "the variable b"], "access_key (task) and the variable b"),
        (
            ["the environment variable A", "the environment variable B", "the environment variable C"],
            "the environment variables A, B and C",
        ),
        (["ak in section [x] of /a in b", "sk in section [x] of /a in b"], "ak and sk in section [x] of /a in b"),
        (
            ["username in ansible.cfg", "the environment variable P", "domain_name in ansible.cfg"],
            "username and domain_name in ansible.cfg and the environment variable P",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_origins_are_described_in_one_phrase(origins: list[str], description: str) -> None:
    assert describe_origins(Setting("SHOWN", origin) for origin in origins) == description

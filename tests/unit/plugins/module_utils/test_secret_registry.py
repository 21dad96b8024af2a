# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are registered with Ansible if it has a registry; otherwise they are masked in results."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.ansible_release import __version__ as ansible_version

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _secret_registry

HAS_REGISTRY = tuple(map(int, ansible_version.split(".")[:2])) >= (2, 22)
RESULT: dict[str, Any] = {
    "changed": False,
    "images": [{"name": "a hush-hush name", "min_disk": None}],
    "invocation": {"module_args": {"secret_key": "hush-hush"}},
}


def test_the_registry_is_found() -> None:
    assert (_secret_registry._register is not None) == HAS_REGISTRY


@pytest.mark.skipif(not HAS_REGISTRY, reason="this ansible-core has no registry")
def test_a_registered_secret_is_masked_by_ansible() -> None:
    from ansible.module_utils.secrets import mask_secrets

    _secret_registry.register_secrets(["hush-hush-registered"])
    # Other tests of this process have registered single letters.
    assert mask_secrets("- hush-hush-registered -") == "- $REDACTED$ -"


@pytest.mark.skipif(not HAS_REGISTRY, reason="this ansible-core has no registry")
def test_a_result_is_not_masked_with_a_registry() -> None:
    assert _secret_registry.mask_options(RESULT, {"hush-hush"}) is RESULT


@pytest.mark.skipif(HAS_REGISTRY, reason="this ansible-core has a registry")
def test_a_result_is_masked_without_a_registry() -> None:
    _secret_registry.register_secrets(["hush-hush"])
    masked = _secret_registry.mask_options(RESULT, {"hush-hush"})
    assert masked == {
        "changed": False,
        "images": [{"name": "a ******** name", "min_disk": None}],
        "invocation": {"module_args": {"secret_key": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}},
    }


@pytest.mark.skipif(HAS_REGISTRY, reason="this ansible-core has a registry")
def test_a_result_without_a_secret_is_the_same_object() -> None:
    assert _secret_registry.mask_options(RESULT, {"another"}) is RESULT

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Ansible itself hides secrets: with a registry from ansible-core 2.22 on, before that in results only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any, Callable

_register: Callable[[Iterable[str]], None] | None
try:
    from ansible.module_utils.secrets import register_secrets as _of_ansible
except ImportError:  # before ansible-core 2.22
    _register = None
else:
    _register = _of_ansible


def register_secrets(values: Iterable[str]) -> None:
    """Have Ansible mask values in everything that it shows from now on, for all hosts, if it has a registry."""
    if _register is not None:
        _register(values)


def mask_options(result: dict[str, Any], values: Collection[str]) -> dict[str, Any]:
    """Mask the values of secret options in a result, as Ansible does with the result of a module.

    With a registry, Ansible leaves results as they are, and masks them when it shows them.

    :param values: of the options with ``no_log``.
    """
    if _register is not None:
        return result
    text = json.dumps(result, ensure_ascii=False)
    if not any(json.dumps(value, ensure_ascii=False)[1:-1] in text for value in values):
        # This test is quick, and masking a long list is not.
        return result
    # Only here: it is deprecated where there is a registry.
    from ansible.module_utils.common.parameters import remove_values

    unchanged = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
    return {**remove_values(result, values), **unchanged}

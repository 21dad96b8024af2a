# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration of all unit tests."""

from __future__ import annotations

from hypothesis import settings

from ansible_collections.huaweicloud.workspace.tests.isolation import (  # noqa: F401 - fixtures of all tests
    home,
    loopback_only,
)

# The same examples in each run: a change that breaks nothing must not fail by chance.
settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")

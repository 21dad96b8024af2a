# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration of all unit tests."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.huaweicloud.workspace.tests.isolation import home, loopback_only

# The fixtures of all tests.
__all__ = ["home", "loopback_only"]

# Each run uses the same examples and has no deadline, so that no test fails by chance or on a slow machine.
settings.register_profile(
    "deterministic", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("deterministic")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Run the tests in one process. ansible-test forks one for each test, which takes five times as long."""
    if plugin := config.pluginmanager.get_plugin("ansible_forked"):
        config.pluginmanager.unregister(plugin)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Save the coverage of a worker of pytest-xdist. ansible-test saves it when a fork ends."""
    if hasattr(session.config, "workerinput") and "coverage" in sys.modules:
        sys.modules["coverage"].Coverage.current().save()

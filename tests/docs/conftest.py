# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of the tests of the documentation."""

from __future__ import annotations

from ansible_collections.huaweicloud.workspace.tests.isolation import home, loopback_only

# The fixtures of all tests.
__all__ = ["home", "loopback_only"]

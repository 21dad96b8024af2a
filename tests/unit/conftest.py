# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for all unit tests."""

from __future__ import annotations

from hypothesis import settings

# The same examples in each run: a change that breaks nothing must not fail by chance.
settings.register_profile("the same each time", derandomize=True, deadline=None)
settings.load_profile("the same each time")

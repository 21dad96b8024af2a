# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup ``imported_modules``."""

from __future__ import annotations

import re
import sys
from typing import Any

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """Returns the imported modules whose names match a term, in the process that evaluates the lookup."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **_kwargs: Any) -> list[str]:
        return sorted(name for name in sys.modules for term in terms if re.match(term, name))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a network or a service may do instead of answering well."""

from __future__ import annotations

# Importing the first three fills the table.
from . import answers, listings, wires
from .table import KINDS, Board, Chosen, Kind, describe, parse_fault

__all__ = ["KINDS", "Board", "Chosen", "Kind", "answers", "describe", "listings", "parse_fault", "wires"]

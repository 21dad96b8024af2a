# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: everything that a network or a service may do instead of returning a valid response."""

from __future__ import annotations

# These modules register their faults in FAULT_TYPES when imported.
from . import listing_faults, response_faults, transport_faults
from .table import FAULT_TYPES, ActiveFaults, FaultRegistry, FaultType, describe, parse_fault

__all__ = [
    "FAULT_TYPES",
    "ActiveFaults",
    "FaultRegistry",
    "FaultType",
    "describe",
    "listing_faults",
    "parse_fault",
    "response_faults",
    "transport_faults",
]

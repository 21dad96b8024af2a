# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A local server that emulates Huawei Cloud for this collection: Workspace, IAM, STS and instance metadata.

``with Emulator() as emulator:`` in Python, ``python -m tests.emulator`` on the command line.
"""

from __future__ import annotations

from .account import DEFAULT_REGION, REGIONS, Account, Agency, Key, Project, project_named
from .emulator import Emulator
from .faults import FAULT_TYPES as FAULTS
from .images import DATA, Image, read_images
from .recording import Recording, read_recording
from .request_log import Record
from .samples import VENDOR_SAMPLES, many_images, sample_images
from .services import OPERATIONS
from .sts import encode_authorization_message

__all__ = [
    "DATA",
    "DEFAULT_REGION",
    "FAULTS",
    "OPERATIONS",
    "REGIONS",
    "VENDOR_SAMPLES",
    "Account",
    "Agency",
    "Emulator",
    "Image",
    "Key",
    "Project",
    "Record",
    "Recording",
    "encode_authorization_message",
    "many_images",
    "project_named",
    "read_images",
    "read_recording",
    "sample_images",
]

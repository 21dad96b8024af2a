# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where requests are sent. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """The region, the project and the endpoints of requests.

    :ivar region: such as ``cn-north-4``; None if only an endpoint is known.
    :ivar project_id: None if it is to be looked up in IAM.
    :ivar project_name: the name of the project to look up; None for the region's own project.
    :ivar endpoint: base URL of the service.
    :ivar iam_endpoint: base URL of IAM; None without it and without a region.
    :ivar sts_endpoint: base URL of STS; likewise.
    """

    region: str | None
    project_id: str | None
    project_name: str | None
    endpoint: str
    iam_endpoint: str | None
    sts_endpoint: str | None

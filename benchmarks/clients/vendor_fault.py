# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists all images with the vendor's SDK: ``python -m benchmarks.clients.vendor_fault URL PROJECT TIMEOUT``.

Prints the images or the exception. Requests page after page until one is not full, as users of the SDK do.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException, ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkworkspace.v2 import ListImagesRequest, WorkspaceClient

PAGE = 100
MOST_PAGES = 40


def main(url: str, project_id: str, seconds: str) -> None:
    """List all images and print them, or the exception."""
    key = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"], project_id)
    limits = HttpConfig(timeout=int(seconds))
    client = WorkspaceClient.new_builder().with_http_config(limits).with_credentials(key).with_endpoint(url).build()
    try:
        report: dict[str, Any] = {"images": _list(client)}
    except Exception as error:
        report = _describe(error)
    print(json.dumps(report, default=str))


def _list(client: WorkspaceClient) -> list[dict[str, Any]] | None:
    rows: list[dict[str, Any]] = []
    for _page in range(MOST_PAGES):
        images = client.list_images(ListImagesRequest(limit=PAGE, offset=len(rows))).images
        if images is None:
            return None
        rows.extend(image.to_dict() for image in images)
        if len(images) < PAGE:
            break
    return rows


def _describe(error: Exception) -> dict[str, Any]:
    """Describe an exception, and whether the SDK documents it."""
    status, code = (
        (error.status_code, error.error_code) if isinstance(error, ServiceResponseException) else (None, None)
    )
    return {
        "kind": type(error).__name__,
        "is_documented": isinstance(error, SdkException),
        "status": status,
        "code": code,
        "text": str(error),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])

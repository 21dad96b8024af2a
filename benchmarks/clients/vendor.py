# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists all images with the vendor's SDK, page after page: ``python -m benchmarks.clients.vendor URL PROJECT``.

The key comes from the environment. The SDK drops the path of an endpoint, so it reaches only the emulator's
default region.
"""

from __future__ import annotations

import os
import sys
import time

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspace.v2 import ListImagesRequest, WorkspaceClient

from .report import report

PAGE = 100


def main(url: str, project_id: str) -> None:
    """List all images: page after page until one is not full."""
    key = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"], project_id)
    started = time.perf_counter()
    client = WorkspaceClient.new_builder().with_credentials(key).with_endpoint(url).build()
    images: list[object] = []
    while True:
        page = client.list_images(ListImagesRequest(limit=PAGE, offset=len(images))).images
        images.extend(page)
        if len(page) < PAGE or len(images) >= 5000:
            break
    report(time.perf_counter() - started, len(images))


if __name__ == "__main__":
    main(*sys.argv[1:])

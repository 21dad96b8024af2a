# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that open pages of images in Chromium without a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_page import Content, build_content, render

#: Names of the program. Browsers of Playwright are not needed.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

Image = Mapping[str, Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium-headless-shell, or chromium")
    with sync_playwright() as playwright:
        # The sandbox does not work for root, for example in a CI container.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def image(number: int, **fields: Any) -> dict[str, Any]:
    """Return an image with every documented field."""
    return {
        **dict.fromkeys(FIELDS),
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "name": f"Image {number}",
        "image_type": "gold",
        "os_type": "Linux",
        "architecture": "x86",
        "disk_format": "qcow2",
        "min_disk": 40,
        "min_ram": 0,
        **fields,
    }


def content_of(images: Sequence[Image], earlier: Content | None = None, **query: Any) -> Content:
    """Return the content of a page."""
    result = {"images": images, "region": None if query.get("regions") else "cn-north-4", "project_id": "0a1b"}
    return build_content(result, query, earlier, f"2026-01-0{2 if earlier else 1}T03:04:05Z")


class Visitor:
    """Opens pages and records their requests, dialogs, errors and console messages.

    :ivar events: recorded events. A page must not cause any.
    """

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.events: list[str] = []

    def open(self, content: Content, language: str = "en", **context: Any) -> Page:
        file = self.folder / "images.html"
        file.write_text(render(content, language), encoding="utf-8")
        return self.open_file(file, **context)

    def open_file(self, file: Path, **options: Any) -> Page:
        address = file.as_uri()
        context = self.browser.new_context(offline=True, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(20000)
        page.on("request", lambda request: request.url.startswith(address) or self.events.append(request.url))
        page.on("dialog", lambda dialog: (self.events.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.events.append(str(error)))
        page.on("console", lambda message: self.events.append(message.text))
        page.goto(address)
        return page


@pytest.fixture
def visitor(chromium: Browser, tmp_path: Path) -> Iterator[Visitor]:
    visitor = Visitor(chromium, tmp_path)
    yield visitor
    for context in chromium.contexts:
        context.close()
    assert visitor.events == []


@pytest.fixture
def visit(visitor: Visitor) -> Callable[..., Page]:
    return visitor.open

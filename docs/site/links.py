# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the links of the built site and of the Markdown files, without a network: ``python -m docs.site.links``."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "build" / "html"
CHINESE = "zh-cn"
IN_REPOSITORY = re.compile(r"https://github\.com/huaweicloud/ansible-collection-workspace/(?:blob|tree)/main/")

_LOADED = {"stylesheet", "icon", "preload", "prefetch", "modulepreload"}
_FOREIGN_STYLE = re.compile(r"(?:url\(|@import\s)\s*[\"']?((?:https?:)?//[^\"')]+)")


class Page(HTMLParser):
    """The anchors and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.sections: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what the tag contains."""
        attributes = {name: value or "" for name, value in attrs}
        if anchor := attributes.get("id"):
            self.anchors.add(anchor)
            if tag == "section":
                self.sections.append(anchor)
        if "href" in attributes:
            self.links.append(attributes["href"])
        if "src" in attributes:
            self.loaded.append(attributes["src"])
        if tag == "link" and _LOADED & set(attributes.get("rel", "").split()):
            self.loaded.append(attributes["href"])


def check_site(site: Path) -> list[str]:
    """Return what is wrong in the built pages.

    Links and anchors within the site exist, pages load nothing from other hosts, and both languages have the same pages
    and sections.
    """
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))}
    problems = [problem for file in pages for problem in _check_page(file, pages, site)]
    for style in site.rglob("*.css"):
        foreign = _FOREIGN_STYLE.findall(style.read_text(encoding="utf-8"))
        problems += [f"{style.relative_to(site)}: loads {address}" for address in foreign]
    return [*problems, *_compare_languages(pages, site)]


def check_markdown(files: list[Path], root: Path) -> list[str]:
    """Return what is wrong in the links of Markdown files as the repository's host shows them."""
    markdown = MarkdownIt("gfm-like", {"linkify": False}).use(anchors_plugin, max_level=6)
    pages = {file: Page(markdown.render(file.read_text(encoding="utf-8"))) for file in files}
    return [problem for file in pages for problem in _check_page(file, pages, root)]


def _check_page(file: Path, pages: dict[Path, Page], root: Path) -> Iterator[str]:
    page = pages[file]
    location = file.relative_to(root)
    for link in sorted({*page.links, *page.loaded}):
        if problem := _check_link(file, link, pages):
            yield f"{location}: {problem}"
    if file.suffix == ".html":
        yield from (f"{location}: loads {link}" for link in page.loaded if urlsplit(link).netloc)


def _check_link(file: Path, link: str, pages: dict[Path, Page]) -> str | None:
    if match := IN_REPOSITORY.match(link):
        path = unquote(urlsplit(link[match.end() :]).path)
        return None if (ROOT / path).exists() else f"{link}: no such file in the repository"
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.exists():
        return f"{link}: no such file"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].anchors:
        return f"{link}: no such anchor"
    return None


def _compare_languages(pages: dict[Path, Page], site: Path) -> Iterator[str]:
    sections: dict[bool, dict[str, list[str]]] = {True: {}, False: {}}
    for file, page in pages.items():
        name = file.relative_to(site).as_posix()
        is_chinese = name.startswith(f"{CHINESE}/")
        sections[is_chinese][name.removeprefix(f"{CHINESE}/")] = page.sections
    for name in sorted(sections[True].keys() | sections[False].keys()):
        if sections[True].get(name) != sections[False].get(name):
            yield f"{name}: its sections differ between the languages"


def _markdown_files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8").stdout
    return [file for name in listing.split("\0") if name and (file := ROOT / name).is_file()]


if __name__ == "__main__":
    sys.exit("\n".join([*check_site(SITE), *check_markdown(_markdown_files(), ROOT)]) or None)

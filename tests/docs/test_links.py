# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The link checker finds broken links."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.docs.site.links import check_markdown, check_site

_REPOSITORY = "https://github.com/huaweicloud/ansible-collection-workspace/blob/main"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="#there">', None),
        ('<a href="other.html#there">', None),
        ('<a href="https://example.com/gone">', None),
        (f'<a href="{_REPOSITORY}/README.md#install">', None),
        ('<img src="../picture.svg">', None),
        ('<a href="#gone">', "#gone: no such anchor"),
        ('<a href="other.html#gone">', "other.html#gone: no such anchor"),
        ('<a href="gone.html">', "gone.html: no such file"),
        (f'<a href="{_REPOSITORY}/GONE.md">', f"{_REPOSITORY}/GONE.md: no such file in the repository"),
        ('<img src="gone.svg">', "gone.svg: no such file"),
        ('<script src="https://example.com/a.js">', "loads https://example.com/a.js"),
        ('<link rel="stylesheet" href="//example.com/a.css">', "loads //example.com/a.css"),
    ],
)
def test_links_of_the_site(tmp_path: Path, body: str, problem: str | None) -> None:
    for language in (tmp_path / "guides", tmp_path / "zh-cn" / "guides"):
        language.mkdir(parents=True)
        (language.parent / "picture.svg").touch()
        (language / "other.html").write_text('<section id="there">')
    (tmp_path / "guides" / "page.html").write_text(f'<section id="there">{body}')
    (tmp_path / "zh-cn" / "guides" / "page.html").write_text('<section id="there">')
    assert check_site(tmp_path) == ([f"guides/page.html: {problem}"] if problem else [])


def test_fonts_of_other_hosts_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text(
        "@font-face { src: url('https://example.com/a.woff') } a { background: url(b.png) }"
    )
    assert check_site(tmp_path) == ["a.css: loads https://example.com/a.woff"]


def test_languages_have_the_same_sections(tmp_path: Path) -> None:
    (tmp_path / "zh-cn").mkdir()
    (tmp_path / "a.html").write_text('<section id="proxy">')
    (tmp_path / "zh-cn" / "a.html").write_text('<section id="id1">')
    assert check_site(tmp_path) == ["a.html: its sections differ between the languages"]


def test_links_of_markdown_files(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    page = tmp_path / "README.md"
    page.write_text(
        "# The `name` of it: 名称\n\n[a](#the-name-of-it-名称) [b](guides) [c](guides/gone.md) [d](#name)\n"
    )
    problems = check_markdown([page], tmp_path)
    assert problems == ["README.md: #name: no such anchor", "README.md: guides/gone.md: no such file"]

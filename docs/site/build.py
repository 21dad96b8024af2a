# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: ``python -m docs.site.build`` writes docs/build/html, in each language."""

from __future__ import annotations

import shutil
import subprocess
import sys

from .sources import ROOT, collect_english_pages, collect_translated_pages

BUILD = ROOT / "docs" / "build"


def build() -> None:
    """Build all pages. Requires the collection in a path of collections."""
    shutil.rmtree(BUILD, ignore_errors=True)
    reference, pages = BUILD / "reference", BUILD / "rst"
    reference.mkdir(mode=0o700, parents=True)  # antsibull-docs requires a folder that only the user can write
    options = ("--use-current", "--squash-hierarchy", "--dest-dir", str(reference))
    _run("antsibull-docs", "collection", *options, "huaweicloud.workspace")
    collect_translated_pages(pages)
    collect_english_pages(pages, reference)
    # Sphinx compiles the catalogs beside their sources.
    shutil.copytree(ROOT / "docs" / "locales", BUILD / "locales")
    for language, folder in (("en", "html"), ("zh_CN", "html/zh-cn")):
        _sphinx(language, folder)


def _sphinx(language: str, folder: str) -> None:
    strict = ("--quiet", "--fail-on-warning", "--fresh-env")
    options = ("-c", "docs/site", "-d", str(BUILD / "doctrees" / language), str(BUILD / "rst"), str(BUILD / folder))
    _run(sys.executable, "-m", "sphinx", *strict, "-D", f"language={language}", *options)


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    build()

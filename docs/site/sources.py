# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the site, collected from the repository into one folder for Sphinx."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml

from .code_pages import write_code_pages
from .error_codes import load_hints

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"
HOME = Path(__file__).parent / "index.rst"
ROLE = ROOT / "roles" / "workspace_image" / "README.md"


def collect_translated_pages(destination: Path) -> None:
    """Write the pages that exist in several languages: guides, pages of error codes, the role's page, the home page."""
    shutil.copytree(GUIDES, destination, dirs_exist_ok=True)
    shutil.copy2(ROLE, destination / "role.md")
    write_code_pages(destination / "error_codes", load_hints())
    (destination / "index.rst").write_text(HOME.read_text(encoding="utf-8") + _navigation(), encoding="utf-8")


def collect_english_pages(destination: Path, reference: Path) -> None:
    """Write the pages that are only in English.

    :param reference: the folder where antsibull-docs wrote the pages of the plugins and the role.
    """
    for page in (page for kind in ("module", "lookup", "role") for page in reference.glob(f"*_{kind}.rst")):
        shutil.copy2(page, destination)
    measured = destination / "measured"
    shutil.copytree(ROOT / "docs" / "pictures", measured / "pictures")
    for page in (ROOT / "docs").glob("*.md"):
        shutil.copy2(page, measured)


def _navigation() -> str:
    """Return the sections of the sidebar; those of the guides are in extra-docs.yml, as for docs.ansible.com."""
    guides = yaml.safe_load((GUIDES.parent / "extra-docs.yml").read_text(encoding="utf-8"))
    sections = [_toctree(section["title"], section["toctree"]) for section in guides["sections"]]
    reference = (
        "Module workspace_image_info <workspace_image_info_module>",
        "Lookup workspace_image <workspace_image_lookup>",
        "Role workspace_image <role>",
        "Variables of the role <workspace_image_role>",
    )
    measurements = ("measured/performance", "measured/comparison")
    return "".join([*sections, _toctree("Reference", reference), _toctree("Measurements", measurements)])


def _toctree(caption: str, entries: Iterable[str]) -> str:
    lines = ["", ".. toctree::", "   :hidden:", "   :maxdepth: 1", f"   :caption: {caption}", ""]
    return "\n".join([*lines, *(f"   {entry}" for entry in entries), ""])

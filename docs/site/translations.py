# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogs of translations: ``python -m docs.site.translations`` updates them from the English pages."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from .sources import ROOT, collect_translated_pages

LANGUAGE = "zh_CN"
CATALOGS = ROOT / "docs" / "locales" / LANGUAGE / "LC_MESSAGES"

#: The catalog with words of the theme, which is written by hand.
THEME = "sphinx"

# REUSE-IgnoreStart
_HEADER = """\
# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later"""
# REUSE-IgnoreEnd
_CHANGING_FIELDS = re.compile('(?m)^"(Project|Report|POT|PO|Last|Language-Team|Generated)[^:]*: .*\n')
_CODE = re.compile(r"``[^`]+``|`[^`]+`(?!_)|:\w+:`[^`<]+`")


def extract() -> dict[str, Catalog]:
    """Return the messages of the English pages, by the name of the page's catalog."""
    with tempfile.TemporaryDirectory() as folder:
        pages, templates = Path(folder, "pages"), Path(folder, "templates")
        collect_translated_pages(pages)
        command = [sys.executable, "-m", "sphinx", "-b", "gettext", "-Q", "-c", "docs/site", str(pages), str(templates)]
        subprocess.run(command, cwd=ROOT, check=True)
        return {template.stem: _read(template) for template in sorted(templates.glob("*.pot"))}


def update(templates: Mapping[str, Catalog]) -> None:
    """Add new messages to the catalogs, mark changed ones as fuzzy, and drop those that are gone."""
    for name, template in templates.items():
        catalog = read_catalog(name)
        catalog.update(template)
        for message in _messages(catalog):
            if not has_words(str(message.id)):
                message.string = message.id
                message.flags.discard("fuzzy")
        _write(CATALOGS / f"{name}.po", catalog)
    for file in CATALOGS.glob("*.po"):
        if file.stem not in {*templates, THEME}:
            file.unlink()


def list_missing(template: Catalog, catalog: Catalog) -> list[str]:
    """Return the messages of a page that have no translation, or the translation of another text."""
    missing = []
    for message in _messages(template):
        translated = catalog.get(message.id)
        if translated is None or not translated.string:
            missing.append(f"not translated: {message.id}")
        elif translated.fuzzy:
            missing.append(f"fuzzy: {message.id}")
    return missing


def list_all_missing(templates: Mapping[str, Catalog]) -> list[str]:
    """Return what is missing in all catalogs, each with the name of its file."""
    found = {name: list_missing(template, read_catalog(name)) for name, template in templates.items()}
    return [f"{name}.po: {line}" for name, lines in found.items() for line in lines]


def has_words(text: str) -> bool:
    """Tell whether anything but code needs a translation."""
    return re.search(r"[^\W\d_]", _CODE.sub("", text)) is not None


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def read_catalog(name: str) -> Catalog:
    """Return the translations of a page; none if it is new."""
    file = CATALOGS / f"{name}.po"
    return _read(file) if file.exists() else Catalog(locale=LANGUAGE)


def _read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=LANGUAGE)


def _write(file: Path, catalog: Catalog) -> None:
    """Write a catalog so that it changes only where a text changes."""
    catalog.header_comment = _HEADER
    catalog.fuzzy = False
    stream = io.BytesIO()
    write_po(stream, catalog, width=0, no_location=True, ignore_obsolete=True)
    file.write_text(_CHANGING_FIELDS.sub("", stream.getvalue().decode()), encoding="utf-8")


if __name__ == "__main__":
    extracted = extract()
    update(extracted)
    print("\n".join(list_all_missing(extracted)))

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures match the code and load no other files."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ansible_collections.huaweicloud.workspace.docs.site import pictures, recording
from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, link_collection

_UPDATE = 'Draw: make nox ARGS="--session pictures"'
_FILES = sorted(file for file in ROOT.glob("docs/**/pictures/*.svg") if not file.is_relative_to(ROOT / "docs/build"))


def test_the_picture_of_credentials_matches_the_code() -> None:
    assert pictures.CREDENTIALS.read_text(encoding="utf-8") == pictures.draw_credentials(), _UPDATE


def test_the_picture_of_a_query_matches_the_code() -> None:
    assert pictures.QUERY.read_text(encoding="utf-8") == pictures.draw_query(), _UPDATE


def test_the_recording_matches_the_output(tmp_path: Path) -> None:
    output = recording.record(link_collection(tmp_path), tmp_path)
    assert pictures.DEMO.read_text(encoding="utf-8") == recording.draw(output), _UPDATE


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_pictures_are_small_and_complete(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) <= 60_000
    assert "prefers-color-scheme:dark" in text
    assert not re.search(r"href|url\(|@import|<script", text.replace("http://www.w3.org/2000/svg", ""))
    root = ET.fromstring(text)  # noqa: S314 (a file of this repository)
    assert root.findtext("{*}title")
    assert root.findtext("{*}desc")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path of the page of images, and the earlier page. The integration target list_images runs the playbook."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.huaweicloud.workspace.playbooks.action_plugins.image_page import (
    describe,
    read_earlier,
    resolve_path,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_page import build_content, render

CONTENT = build_content(
    {
        "images": [{**dict.fromkeys(FIELDS), "id": "1a", "name": "Ubuntu"}, {**dict.fromkeys(FIELDS), "id": "2b"}],
        "region": "r1",
        "project_id": "0a1b",
    },
    {},
    None,
    "2026-01-01T03:04:05Z",
)


class TestPath:
    def test_relative_to_the_current_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

        assert resolve_path("images.html") == tmp_path / "images.html"

    def test_home_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))

        assert resolve_path("~/images.html") == tmp_path / "images.html"

    def test_a_link_is_resolved(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(tmp_path / "images.html")

        assert resolve_path(str(tmp_path / "link")) == tmp_path / "images.html"

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("", "workspace_image_page is empty."),
            (" ", "workspace_image_page is empty."),
            (None, "workspace_image_page is empty."),
            ("a\0b", "is not a path"),
            ("none/images.html", "the directory {folder}/none does not exist."),
            (".", "{folder} is not a file. Set the path of a file, such as {folder}/images.html."),
            ("pipe", "{folder}/pipe is not a file."),
            ("loop", "loop"),
        ],
    )
    def test_invalid(self, value: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        os.mkfifo("pipe")
        Path("loop").symlink_to("loop")

        with pytest.raises(AnsibleActionFail) as failure:
            resolve_path(value)
        assert message.format(folder=tmp_path) in str(failure.value)

    def test_not_writable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root has every permission

        with pytest.raises(AnsibleActionFail, match="is not writable"):
            resolve_path(str(tmp_path / "images.html"))


class TestEarlierPage:
    def test_without_a_file(self, tmp_path: Path) -> None:
        assert read_earlier(tmp_path / "images.html") is None

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_page_of_images(self, language: str, tmp_path: Path) -> None:
        (tmp_path / "images.html").write_text(render(CONTENT, language), encoding="utf-8")

        assert read_earlier(tmp_path / "images.html") == CONTENT

    @pytest.mark.parametrize("tail", [b"", b"<p>Notes</p>", render(CONTENT, "en").encode()[:1500] + b"\xff"])
    def test_another_file_is_not_overwritten(self, tail: bytes, tmp_path: Path) -> None:
        (tmp_path / "notes.html").write_bytes(tail)

        with pytest.raises(AnsibleActionFail, match="exists and is not a page of images"):
            read_earlier(tmp_path / "notes.html")

    def test_unreadable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def deny(*arguments: object) -> None:
            raise PermissionError(13, "Permission denied")

        (tmp_path / "images.html").touch()
        monkeypatch.setattr(Path, "open", deny)

        with pytest.raises(AnsibleActionFail, match="is not readable: Permission denied"):
            read_earlier(tmp_path / "images.html")


def test_difference_has_a_line_for_each_image() -> None:
    assert describe(None) == ""
    assert describe(CONTENT) == "r1 1a Ubuntu\nr1 2b -\n"

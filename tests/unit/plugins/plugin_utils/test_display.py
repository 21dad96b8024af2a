# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress and warnings as Ansible displays them."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._display import Progress


def displayed_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verbosity: int, *, host: str | None = "web1"
) -> list[str]:
    monkeypatch.setattr(Display(), "verbosity", verbosity)
    with closing(Progress("workspace_image", host)) as progress:
        for level in (0, 1, 3):
            progress(level, f"line {level} at {verbosity}")
    captured = capsys.readouterr()
    return sorted((captured.out + captured.err).strip().splitlines())


@pytest.mark.parametrize(("verbosity", "levels"), [(0, [0]), (1, [0, 1]), (2, [0, 1]), (3, [0, 1, 3]), (4, [0, 1, 3])])
def test_progress_is_displayed_up_to_the_verbosity(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verbosity: int, levels: list[int]
) -> None:
    lines = displayed_lines(monkeypatch, capsys, verbosity)
    assert [line for line in lines if line.startswith("<web1> workspace_image: line ")] == [
        f"<web1> workspace_image: line {level} at {verbosity}" for level in levels if level
    ]
    assert [line for line in lines if "WARNING" in line] == [f"[WARNING]: workspace_image: line 0 at {verbosity}"]


def test_progress_without_a_host(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "workspace_image: line 3 at 3" in displayed_lines(monkeypatch, capsys, 3, host=None)


def test_a_closed_progress_displays_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Display(), "verbosity", 3)
    progress = Progress("workspace_image", None)
    progress.close()
    thread = threading.Thread(target=lambda: progress(3, "too late"))
    thread.start()
    thread.join(20)
    progress(0, "too late, and a warning")
    assert capsys.readouterr() == ("", "")

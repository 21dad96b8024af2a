# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured pages are complete and can be written again. Nothing is timed here."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.workspace.benchmarks import charts, comparison_page, performance
from ansible_collections.huaweicloud.workspace.benchmarks.callers import Outcome
from ansible_collections.huaweicloud.workspace.benchmarks.cloud import cloud
from ansible_collections.huaweicloud.workspace.benchmarks.comparison import (
    AS_MODULE,
    CALLERS,
    COLLECTION,
    URI,
    Fault,
    Row,
    all_faults,
)
from ansible_collections.huaweicloud.workspace.benchmarks.comparison_page import Comparison
from ansible_collections.huaweicloud.workspace.benchmarks.measure import Result
from ansible_collections.huaweicloud.workspace.benchmarks.verdicts import ACCEPTABLE, LATE, Rating, Verdict, rate

_PROGRAM = "import json, os; print(json.dumps(dict(os.environ)))"
_UPDATE = 'Measure: make nox ARGS="--session bench -- --faults NAME --write"'
_IMAGE = {"id": "1", "min_disk": 40}


def test_programs_find_the_emulator_and_nothing_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator's key and endpoint, and no profile of the caller's."""
    monkeypatch.setenv("HW_PROFILE", "mine")
    with cloud(images=3) as server:
        environment = json.loads(server.run("-c", _PROGRAM))
        server.arm(name="throttled", times=1)
    assert environment["HUAWEICLOUD_SDK_IAM_ENDPOINT"] == server.url
    assert environment["HUAWEICLOUD_SDK_AK"]
    assert environment["HOME"] == str(server.folder)
    assert "HW_PROFILE" not in environment


def test_each_fault_has_a_row_and_each_row_a_fault() -> None:
    """A fault that was added to the emulator is measured, one that was removed is not shown."""
    measured = [row.fault for row in comparison_page.load().rows if not row.once]
    assert measured == list(all_faults()), _UPDATE


def test_each_row_has_a_cell_for_each_client() -> None:
    """Only ansible.builtin.uri is not measured with the faults of lists."""
    for row in comparison_page.load().rows:
        expected = [name for name in CALLERS if not (name == URI and row.fault.is_of_listing)]
        assert list(row.verdicts) == expected, row.fault


def test_comparison_is_what_its_data_gives() -> None:
    """Nobody edited the page, and summaries of faults did not change."""
    page = comparison_page.render(comparison_page.load())
    assert comparison_page.PAGE.read_text(encoding="utf-8") == page, (
        'Write: make nox ARGS="--session bench -- --faults --page"'
    )


def test_charts_are_what_their_data_gives() -> None:
    """Each bar is a measured value."""
    assert comparison_page.CHART.read_text(encoding="utf-8") == comparison_page.draw(comparison_page.load())
    assert performance.CHART.read_text(encoding="utf-8") == charts.performance(*performance.load())


def test_performance_is_what_its_data_gives() -> None:
    """Nobody edited the page."""
    assert performance.PAGE.read_text(encoding="utf-8") == performance.render(*performance.load())


def test_bars_are_in_proportion() -> None:
    """The larger value of a row has the longest bar, the other one its share of it."""
    rows = [Result("a", "1 s", "4 s", 0.25, 1), Result("b", "30 MiB", "15 MiB", 2, 1)]
    chart = charts.performance(rows, {"date": "2020-01-01"})
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([0-9.]+)"[^>]*height="12" rx="2"', chart)]
    legend, bars = widths[:2], widths[2:]
    assert legend == [12, 12]
    assert [round(width / max(bars), 2) for width in bars] == [0.25, 1, 1, 0.5]


def test_collection_handles_each_fault() -> None:
    """A wrong list, a crash, a leak or a long wait is not kept as the measured truth."""
    rows = comparison_page.load().rows
    bad = [(row.fault, name) for row in rows for name in (COLLECTION, AS_MODULE)
           if row.verdicts[name].rating not in ACCEPTABLE]  # fmt: skip
    assert bad == []


def test_one_row_is_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other rows keep their cells, and the page says what was measured later."""
    monkeypatch.setattr(comparison_page, "DATA", tmp_path / "data.json")
    monkeypatch.setattr(comparison_page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(comparison_page, "CHART", tmp_path / "chart.svg")
    old, new = Verdict(Rating.FAILED, "old", is_retried=True), Verdict(Rating.CORRECT, "new")
    environment = {"date": "2020-01-01", "requests": "2.0"}
    reset, stall, gone = Fault("reset"), Fault("stall", {"seconds": LATE}), Fault("gone")
    rows = [Row(fault, once, dict.fromkeys(CALLERS, old)) for once in (False, True) for fault in (reset, stall, gone)]
    comparison = Comparison(environment, rows, {})

    again = comparison.updated(
        [Row(reset, once=False, verdicts=dict.fromkeys(CALLERS, new))], {**environment, "date": "2020-02-02"}
    )
    comparison_page.save(again)

    assert [(row.fault.name, row.once, row.verdicts[COLLECTION].text) for row in again.rows] == [
        ("reset", False, "new"),
        ("stall", False, "old"),
        ("stall", True, "old"),
    ]
    assert comparison_page.load() == again
    assert "- `reset` was measured later: date 2020-02-02" in comparison_page.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("outcome", "seconds", "followed", "rating"),
    [
        (Outcome("", images=[{**_IMAGE, "kms_id": None}]), 1, False, Rating.CORRECT),
        (Outcome("", images=[{"id": "1", "min_disk": "40"}]), 1, False, Rating.WRONG),
        (Outcome("", images=[]), 1, False, Rating.WRONG),
        (Outcome("", images=[], is_warned=True), 1, False, Rating.PARTIAL),
        (Outcome(""), 1, False, Rating.WRONG),
        (Outcome("", failure="timeout"), 1, False, Rating.FAILED),
        (Outcome("", failure="timeout"), LATE, False, Rating.LATE),
        (Outcome("", failure="KeyError", is_crash=True), 1, False, Rating.CRASHED),
        (Outcome("MemoryError", failure="MemoryError", is_crash=True), 1, False, Rating.OUT_OF_MEMORY),
        (Outcome("token", failure="api 401"), 1, False, Rating.LEAKED),
        (Outcome("", failure="api 404"), 1, True, Rating.LEAKED),
    ],
)
def test_ratings(outcome: Outcome, seconds: float, followed: bool, rating: Rating) -> None:
    """Each rating, for the outcome that deserves it."""
    verdict = rate(outcome, [_IMAGE], ["token"], seconds=seconds, followed_redirect=followed)
    assert verdict.rating is rating

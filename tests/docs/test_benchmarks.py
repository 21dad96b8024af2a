# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured pages are complete and match their data. No test measures time."""

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
_WRITE = 'Write: make nox ARGS="--session bench -- --faults --page"'
_IMAGE = {"id": "1", "min_disk": 40}


def test_programs_have_the_variables_of_the_emulator_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of the caller, such as a profile, are not inherited."""
    monkeypatch.setenv("HW_PROFILE", "mine")
    with cloud(images=3) as server:
        environment = json.loads(server.run("-c", _PROGRAM))
        server.arm(name="throttled", times=1)
    assert environment["HUAWEICLOUD_SDK_IAM_ENDPOINT"] == server.url
    assert environment["HUAWEICLOUD_SDK_AK"]
    assert environment["HOME"] == str(server.folder)
    assert "HW_PROFILE" not in environment


def test_each_fault_has_a_row_and_each_row_a_fault() -> None:
    """New faults of the emulator are measured, and removed ones have no row."""
    measured = [row.fault for row in comparison_page.load().rows if not row.once]
    assert measured == list(all_faults()), _UPDATE


def test_retried_faults_are_also_measured_with_the_first_request_only() -> None:
    """A client that retries may still return a correct list then."""
    rows = comparison_page.load().rows
    retried = [row.fault for row in rows if not row.once and any(cell.is_retried for cell in row.verdicts.values())]
    assert [row.fault for row in rows if row.once] == retried, _UPDATE


def test_each_row_has_a_cell_for_each_client() -> None:
    """Only ansible.builtin.uri is not measured with the faults of lists."""
    for row in comparison_page.load().rows:
        expected = [name for name in CALLERS if not (name == URI and row.fault.is_of_listing)]
        assert list(row.verdicts) == expected, row.fault


def test_the_comparison_page_matches_its_data() -> None:
    """The page was not edited, and the summaries of faults did not change."""
    page = comparison_page.render(comparison_page.load())
    assert comparison_page.PAGE.read_text(encoding="utf-8") == page, _WRITE


def test_the_charts_match_their_data() -> None:
    """Each bar shows a measured value."""
    assert comparison_page.CHART.read_text(encoding="utf-8") == comparison_page.draw(comparison_page.load()), _WRITE
    assert performance.CHART.read_text(encoding="utf-8") == charts.performance(*performance.load())


def test_the_performance_page_matches_its_data() -> None:
    """The page was not edited."""
    assert performance.PAGE.read_text(encoding="utf-8") == performance.render(*performance.load())


def test_bars_are_in_proportion() -> None:
    """The larger value of a row has the longest bar."""
    rows = [Result("a", "1 s", "4 s", 0.25, 1), Result("b", "30 MiB", "15 MiB", 2, 1)]
    chart = charts.performance(rows, {"date": "2020-01-01"})
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([0-9.]+)"[^>]*height="12" rx="2"', chart)]
    legend, bars = widths[:2], widths[2:]
    assert legend == [12, 12]
    assert [round(width / max(bars), 2) for width in bars] == [0.25, 1, 1, 0.5]


def test_collection_handles_each_fault() -> None:
    """The stored results of the collection contain no wrong list, crash, leak or long wait."""
    rows = comparison_page.load().rows
    bad = [(row.fault, name) for row in rows for name in (COLLECTION, AS_MODULE)
           if row.verdicts[name].rating not in ACCEPTABLE]  # fmt: skip
    assert bad == []


def test_a_row_is_updated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rows do not change, and the page names the row that was measured later."""
    monkeypatch.setattr(comparison_page, "DATA", tmp_path / "data.json")
    monkeypatch.setattr(comparison_page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(comparison_page, "CHART", tmp_path / "chart.svg")
    old, new = Verdict(Rating.FAILED, "old", is_retried=True), Verdict(Rating.CORRECT, "new")
    environment = {"date": "2020-01-01", "requests": "2.0"}
    reset, stall, removed = Fault("reset"), Fault("stall", {"seconds": LATE}), Fault("removed")
    rows = [
        Row(fault, once, dict.fromkeys(CALLERS, old)) for once in (False, True) for fault in (reset, stall, removed)
    ]
    comparison = Comparison(environment, rows, {})

    updated = comparison.updated(
        [Row(reset, once=False, verdicts=dict.fromkeys(CALLERS, new))], {**environment, "date": "2020-02-02"}
    )
    comparison_page.save(updated)

    assert [(row.fault.name, row.once, row.verdicts[COLLECTION].text) for row in updated.rows] == [
        ("reset", False, "new"),
        ("stall", False, "old"),
        ("stall", True, "old"),
    ]
    assert comparison_page.load() == updated
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
    """Each outcome has the expected rating."""
    verdict = rate(outcome, [_IMAGE], ["token"], seconds=seconds, followed_redirect=followed)
    assert verdict.rating is rating

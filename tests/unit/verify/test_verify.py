# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.verify`` with the emulator and with another server: requests, verdicts and files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import (
    DATA,
    Emulator,
    Record,
    many_images,
    read_images,
    read_recording,
)
from ansible_collections.huaweicloud.workspace.tests.unit.verify import other_server
from ansible_collections.huaweicloud.workspace.tests.verify.__main__ import RECORDING, REPORT, main, verify
from ansible_collections.huaweicloud.workspace.tests.verify.checks import CHECKS
from ansible_collections.huaweicloud.workspace.tests.verify.collector import MAX_REQUESTS
from ansible_collections.huaweicloud.workspace.tests.verify.facts import FACTS

ROOT = Path(__file__).parents[3]
STATEMENTS = {fact.statement: fact.name for fact in FACTS}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Remove the user's settings."""
    for name in list(os.environ):
        if name.startswith(("HW_", "HUAWEICLOUD_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def two_pages(emulator: Emulator) -> Emulator:
    """Return an emulator with a correct list of two pages."""
    emulator.set_images(many_images(130))
    return emulator


def environ_for(emulator: Emulator, **others: str) -> dict[str, str]:
    return {
        "HUAWEICLOUD_SDK_AK": emulator.account.access_key,
        "HUAWEICLOUD_SDK_SK": emulator.account.secret_key,
        "HW_REGION_NAME": "cn-north-4",
        "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": emulator.url,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
        "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "false",
        **others,
    }


def read_verdicts(folder: Path) -> dict[str, list[str]]:
    """Return the names of the facts in the report, by verdict."""
    facts: dict[str, list[str]] = {}
    for line in (folder / REPORT).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split(" | ")]
        if len(cells) == 5 and cells[1] in STATEMENTS:
            facts.setdefault(cells[0].strip("| *"), []).append(STATEMENTS[cells[1]])
    return {verdict: sorted(names) for verdict, names in facts.items()}


def read_observation(folder: Path, name: str) -> str:
    """Return the observation of a fact in the report."""
    statement = next(fact.statement for fact in FACTS if fact.name == name)
    line = next(
        line for line in (folder / REPORT).read_text(encoding="utf-8").splitlines() if f"| {statement} |" in line
    )
    return line.split(" | ")[2]


def test_the_emulator_differs_only_in_the_gaps_of_its_samples(emulator: Emulator, tmp_path: Path) -> None:
    assert verify(environ_for(emulator), tmp_path) == (
        "31 facts: 23 hold, 3 differ, 5 open questions answered, 0 not seen"
    )
    assert read_verdicts(tmp_path)["differs"] == ["created_at", "fields", "types"]
    assert read_observation(tmp_path, "limit_zero") == "HTTP 200, 0 images, `total_count` 250"


def test_differences_of_another_server_are_reported(tmp_path: Path) -> None:
    with other_server.serve() as url:
        environment = {
            "HUAWEICLOUD_SDK_AK": other_server.ACCESS_KEY,
            "HUAWEICLOUD_SDK_SK": other_server.SECRET_KEY,
            "HW_REGION_NAME": "cn-north-4",
            "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": url,
            "HUAWEICLOUD_SDK_IAM_ENDPOINT": url,
        }
        verify(environment, tmp_path)
    assert read_verdicts(tmp_path)["differs"] == [
        "bad_parameter",
        "bad_signature",
        "created_at",
        "fields",
        "limit_too_large",
        "offset_counts_images",
        "offset_too_large",
        "request_id",
        "total_count",
        "types",
        "values",
    ]
    assert "`os_type=windows`: HTTP 200, 65 images" in read_observation(tmp_path, "case_of_filters")
    assert read_observation(tmp_path, "throttling_headers") == "headers: `x-apig-ratelimit-user`"
    assert "`0000-00-00 00:00:00` (115)" in read_observation(tmp_path, "date_shapes")
    for file in (REPORT, RECORDING):
        text = (tmp_path / file).read_text(encoding="utf-8")
        for value in (
            *(other_server.ACCESS_KEY, other_server.SECRET_KEY, other_server.PROJECT_ID, other_server.ACCOUNT),
            *("127.0.0.1", other_server.IMAGES[0]["id"], other_server.IMAGES[0]["name"]),
        ):
            assert value not in text


#: Faults of a correct list, with the resulting verdict of a fact.
FAULTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": "no_total_count"}, "differs", "total_count"),
    ({"name": "total_count_off"}, "differs", "total_count"),
    ({"name": "short_pages"}, "differs", "full_pages"),
    ({"name": "repeating"}, "differs", "no_repetition"),
    ({"name": "beyond_end"}, "differs", "past_the_end"),
    ({"name": "error", "status": 404, "after": 2}, "differs", "past_the_end"),
    ({"name": "field", "key": "created_at", "value": "yesterday"}, "differs", "date_shapes"),
    ({"name": "field", "key": "image_type", "value": "shared"}, "differs", "values"),
    ({"name": "throttled", "after": 4}, "not seen", "bad_signature"),
    ({"name": "close_connection", "after": 4}, "not seen", "bad_signature"),
    ({"name": "html", "status": 200, "after": 5}, "differs", "bad_parameter"),
)


@pytest.mark.parametrize(("fault", "verdict", "fact"), FAULTS, ids=[str(row[0]) for row in FAULTS])
def test_faults_are_reported(
    two_pages: Emulator, tmp_path: Path, fault: dict[str, Any], verdict: str, fact: str
) -> None:
    two_pages.arm(**{"operation": "ListImages", **fault})
    verify(environ_for(two_pages), tmp_path)
    assert fact in read_verdicts(tmp_path)[verdict]


def test_a_correct_list_differs_in_nothing(two_pages: Emulator, tmp_path: Path) -> None:
    assert verify(environ_for(two_pages), tmp_path).startswith("31 facts: 26 hold, 0 differ")


@pytest.mark.parametrize(
    ("images", "faults"),
    [(900, []), (130, [{"name": "total_count", "value": 9}]), (130, [{"name": "repeating"}])],
    ids=str,
)
def test_requests_are_few_and_read_only(
    emulator: Emulator, tmp_path: Path, images: int, faults: list[dict[str, Any]]
) -> None:
    emulator.set_images(many_images(images))
    for fault in faults:
        emulator.arm(**fault)
    verify(environ_for(emulator), tmp_path)
    records = emulator.requests
    assert len(records) <= MAX_REQUESTS
    assert {record.method for record in records} == {"GET"}
    assert [record.status for record in records].count(401) == 1
    assert records[-1].status == 401, "the wrong signature is last"


def test_the_wrong_signature_is_announced(
    two_pages: Emulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verify(environ_for(two_pages), tmp_path)
    lines = capsys.readouterr().out.splitlines()
    announcement = next(number for number, line in enumerate(lines) if "wrong signature on purpose" in line)
    assert announcement < next(number for number, line in enumerate(lines) if "default page 1" in line)


def test_a_token_has_no_signature(two_pages: Emulator, tmp_path: Path) -> None:
    variables = environ_for(
        two_pages, HW_AUTH_TOKEN=two_pages.issue_token(), HUAWEICLOUD_SDK_AK="", HUAWEICLOUD_SDK_SK=""
    )
    verify(variables, tmp_path)
    assert read_verdicts(tmp_path)["not seen"] == ["bad_signature"]
    assert all(record.status != 401 for record in two_pages.requests)


def _identifying_values(emulator: Emulator, records: list[Record]) -> Iterator[str]:
    """Yield the values that must not be in a file."""
    yield from (emulator.account.access_key, emulator.account.secret_key, emulator.project_id, emulator.url)
    yield from (emulator.account.domain_id, "127.0.0.1")
    for row in emulator.rows():
        yield row["id"]
        if row["image_type"] == "private":
            yield row["name"]
    for record in records:
        yield record.headers["authorization"].rpartition("=")[2]


@pytest.mark.parametrize("fault", [None, "echo", "access_denied", "html", "long_number", "array"])
def test_the_files_do_not_identify_the_account(emulator: Emulator, tmp_path: Path, fault: str | None) -> None:
    if fault:
        emulator.arm(fault, operation="ListImages", after=4)
    verify(environ_for(emulator), tmp_path)
    files = [(tmp_path / name).read_text(encoding="utf-8") for name in (REPORT, RECORDING)]
    for value in _identifying_values(emulator, emulator.requests):
        assert not any(value in text for text in files), value
    assert not re.search(r"[0-9a-f]{32}|[1-9a-f][0-9a-f]{7}-[0-9a-f]{4}-", "".join(files))


@pytest.mark.parametrize(
    ("changes", "fault", "text"),
    [
        ({"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}, None, "No credentials found."),
        ({"HW_REGION_NAME": ""}, None, "region is required."),
        ({"HUAWEICLOUD_SDK_SK": "another"}, None, "HTTP 401 APIGW.0301"),
        ({}, {"name": "error", "status": 403, "operation": "ListImages"}, "ListImages does not work"),
        ({}, {"name": "reset", "operation": "ListImages"}, "ListImages failed"),
    ],
    ids=str,
)
def test_without_access_no_file_is_written(
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
    fault: dict[str, Any] | None,
    text: str,
) -> None:
    for name, value in environ_for(emulator, **changes).items():
        monkeypatch.setenv(name, value)
    if fault:
        emulator.arm(**fault)
    assert main([]) == 1
    error = capsys.readouterr().err
    assert text in error
    assert "check_access" in error
    assert not Path(".cache").exists()
    assert [record.status for record in emulator.requests].count(401) <= 1


def test_the_default_folder_is_in_the_cache(
    two_pages: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environ_for(two_pages).items():
        monkeypatch.setenv(name, value)
    assert main([]) == 0
    assert "Read .cache/verify/report.md. If something differs, attach it" in capsys.readouterr().out
    assert {path.name for path in Path(".cache/verify").iterdir()} == {REPORT, RECORDING}


def test_the_stored_recording_is_current(tmp_path: Path) -> None:
    """To update it: ``python -m tests.emulator --data partly-dated``, then ``python -m tests.verify``."""
    with Emulator(images=read_images("partly-dated")) as emulator:
        verify(environ_for(emulator), tmp_path)
    stored = read_recording(DATA.parent / "recordings/partly-dated.json")
    assert read_recording(tmp_path / RECORDING).exchanges == stored.exchanges


def test_the_report_on_a_replayed_recording_is_the_same(tmp_path: Path) -> None:
    recording = read_recording(DATA.parent / "recordings/partly-dated.json")
    with Emulator(recording=recording) as emulator:
        verify(environ_for(emulator), tmp_path / "replayed")
    with Emulator(images=read_images("partly-dated")) as emulator:
        verify(environ_for(emulator), tmp_path / "direct")
    replayed, direct = ((tmp_path / name / REPORT).read_text(encoding="utf-8") for name in ("replayed", "direct"))
    assert replayed == direct


def test_every_fact_has_a_check_and_names_a_file() -> None:
    assert [fact.name for fact in FACTS] == list(dict.fromkeys(fact.name for fact in FACTS))
    assert {fact.name for fact in FACTS} == set(CHECKS)
    assert [fact.name for fact in FACTS if not (ROOT / fact.used_by).is_file()] == []
    assert all(fact.statement.endswith("?" if fact.is_open else ".") for fact in FACTS)


def test_a_rejected_key_is_not_sent_again(two_pages: Emulator, tmp_path: Path) -> None:
    two_pages.arm("bad_signature", operation="ListImages", after=4)
    verify(environ_for(two_pages), tmp_path)
    assert [record.status for record in two_pages.requests].count(401) == 1
    assert "Not all requests were sent: oldest page 1: authentication failed." in (tmp_path / REPORT).read_text()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator replays a recording: the collection receives the responses of the recorded service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, find_images
from ansible_collections.huaweicloud.workspace.tests.emulator import DATA, Emulator, read_recording
from ansible_collections.huaweicloud.workspace.tests.emulator.__main__ import main

FILE = DATA.parent / "recordings/partly-dated.json"


@pytest.fixture
def replaying() -> Iterator[Emulator]:
    with Emulator(recording=read_recording(FILE)) as running:
        yield running


def find_images_in(emulator: Emulator, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the result of the module and its warnings."""
    task = {
        "region": "cn-north-4",
        "endpoint": emulator.url,
        "iam_endpoint": emulator.url,
        "access_key": emulator.account.access_key,
        "secret_key": emulator.account.secret_key,
        "max_retries": 0,
        **options,
    }
    warnings: list[str] = []
    validated = ArgumentSpecValidator(argument_spec()).validate(task)
    assert validated.error_messages == []
    return find_images(validated.validated_parameters, warnings.append, environ={}), warnings


def test_all_recorded_images_are_listed(replaying: Emulator) -> None:
    result, warnings = find_images_in(replaying)
    assert [image["id"] for image in result["images"]] == [f"image-{number}" for number in range(1, 6)]
    assert result["project_id"] == "project-1"
    assert result["total_count"] == 5
    assert warnings == []


def test_the_recorded_order_determines_the_newest_image(replaying: Emulator) -> None:
    """Some images have no date."""
    result, (warning,) = find_images_in(replaying, most_recent=True)
    assert result["images"][0]["created_at"] == "2026-01-12T08:00:00.000Z"
    assert "2 of 5 matching images have no valid created_at" in warning


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"secret_key": "another"}, "HTTP 401 APIGW.0301"),
        (
            {"sort_field": "name", "sort_type": "asc"},
            "The recording has no ListImages with limit=100&offset=0&sort_field",
        ),
        ({"project_id": "project-2"}, "HTTP 403"),
    ],
    ids=str,
)
def test_requests_that_were_not_recorded_fail(replaying: Emulator, options: dict[str, Any], text: str) -> None:
    with pytest.raises(SearchFailed) as failure:
        find_images_in(replaying, **{"project_id": "project-1", **options})
    assert text in failure.value.result["msg"]


def test_the_error_of_a_wrong_signature_is_replayed(replaying: Emulator) -> None:
    with pytest.raises(SearchFailed) as failure:
        find_images_in(replaying, project_id="project-1", secret_key="another")
    recorded = next(exchange for exchange in read_recording(FILE).exchanges if exchange.is_rejected)
    assert failure.value.result["error_msg"] == recorded.body["error_msg"]


def test_other_regions_have_sample_images(replaying: Emulator) -> None:
    result, _warnings = find_images_in(replaying, region="cn-east-3", endpoint=replaying.endpoint("cn-east-3"))
    assert len(result["images"]) == 250


def test_faults_can_be_armed(replaying: Emulator) -> None:
    replaying.arm("error", status=503, operation="ListImages")
    with pytest.raises(SearchFailed, match="HTTP 503"):
        find_images_in(replaying)


def test_a_recording_is_written_as_it_was_read(tmp_path: Path) -> None:
    recording = read_recording(FILE)
    recording.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"format": 2}, "the format 2 is not 1"),
        ({"region": "nowhere"}, "there is no region 'nowhere'"),
        ({"exchanges": [{}]}, "is not a recording"),
        ({"exchanges": None}, "is not a recording"),
        ({"unknown": 1}, "is not a recording"),
    ],
    ids=str,
)
def test_invalid_recordings_are_rejected(tmp_path: Path, change: dict[str, Any], text: str) -> None:
    file = tmp_path / "recording.json"
    file.write_text(json.dumps({**json.loads(FILE.read_text(encoding="utf-8")), **change}))
    with pytest.raises(ValueError, match=text):
        read_recording(file)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--replay", "nowhere.json"], "nowhere.json"),
        (["--replay", str(FILE), "--data", "sparse"], "mutually exclusive"),
    ],
)
def test_invalid_arguments_are_usage_errors(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert text in capsys.readouterr().err

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ListImages as documented: limits of parameters, filters, sorting, pages, regions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.workspace.tests.emulator import (
    VENDOR_SAMPLES,
    Emulator,
    many_images,
    read_images,
    sample_images,
)
from ansible_collections.huaweicloud.workspace.tests.emulator.images import DATA
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.callers import Caller


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "101"}, {"limit": "-1"}, {"limit": "ten"}, {"limit": ""}, {"offset": "5001"}, {"offset": "-1"},
        {"image_type": "silver"}, {"architecture": "sparc"}, {"sort_field": "id"}, {"sort_type": "up"},
        {"os_type": "x" * 256}, {"package_type": "x" * 256}, {"image_id": "x" * 256}, {"image_type": ""},
    ],
)  # fmt: skip
def test_limits_of_parameters(caller: Caller, query: dict[str, str]) -> None:
    """What breaks a documented limit is refused."""
    response = caller.list_images(**query)
    assert (response.status_code, response.json()["error_code"]) == (400, "WKS.00211102")
    assert next(iter(query)) in response.json()["error_msg"]
    assert caller.emulator.requests[-1].query == query


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "100"}, {"offset": "5000"}, {"colour": "red"}])
def test_what_is_allowed(caller: Caller, query: dict[str, str]) -> None:
    """The limits themselves, and parameters that nobody knows."""
    response = caller.list_images(**query)
    assert response.status_code == 200
    assert len(response.json()["images"]) == (0 if query in ({"limit": "0"}, {"offset": "5000"}) else 100)
    assert response.json()["total_count"] == 250


def test_rows_are_sent_as_they_are(caller: Caller) -> None:
    """Missing stays missing, null stays null, and nothing of the server's own goes out."""
    rows: list[dict[str, Any]] = [
        {"id": "b", "name": "Ä [x], y 中文", "min_disk": None, "_server": {"platform": "P", "package_type": "agile"}},
        {"id": "a", "extra": {"deep": [1, 2.5, True]}},
    ]
    caller.emulator.set_images(rows)
    public = [{name: value for name, value in row.items() if name != "_server"} for row in rows]
    assert caller.list_images().json() == {"images": [public[1], public[0]], "total_count": 2}
    assert caller.list_images(platform="P").json()["images"] == [public[0]]
    assert caller.list_images(package_type="agile").json()["images"] == [public[0]]
    assert caller.list_images(package_type="solver").json() == {"images": [], "total_count": 0}


def test_sorting_by_time(caller: Caller) -> None:
    """All formats of created_at are understood; images without one come last, in the order of storing."""
    moments = [
        "2020-01-08T03:16:01:599000Z",
        "2020-01-08T03:16:02Z",
        "2020-01-08 03:16:03",
        "2020-01-08T03:16:04",
        "2020-01-08T03:16:05.791729999Z",
        "2020-01-08T05:16:06.000+02:00",
        "2020-01-08T03:16:06.61Z",
    ]
    dated = [{"id": f"{number}", "created_at": text} for number, text in enumerate(moments)]
    caller.emulator.set_images([{"id": "without b"}, *dated[::-1], {"id": "without a", "created_at": "soon"}])
    ids = [str(row["id"]) for row in dated]
    for direction, expected in (("asc", ids), ("desc", ids[::-1])):
        page = caller.list_images(sort_field="created_at", sort_type=direction).json()
        assert [row["id"] for row in page["images"]] == [*expected, "without b", "without a"]


def test_method_type_and_path(emulator: Emulator, caller: Caller) -> None:
    """What the service itself refuses, after the signature was found good."""
    path = f"/v2/{emulator.project_id}/images"
    cases = [
        (caller.call("DELETE", path), 405, "WKS.00000405"),
        (caller.call("GET", path, headers={"Content-Type": "text/plain"}), 415, "WKS.00000415"),
        (caller.call("GET", f"{path}/"), 404, "APIGW.0101"),
        (caller.call("GET", f"/xx-nowhere-1{path}"), 404, "APIGW.0101"),
        (caller.call("DELETE", "/v3/projects"), 405, "APIGW.0501"),
    ]
    for response, status, code in cases:
        assert (response.status_code, response.json()["error_code"]) == (status, code)


def test_regions(caller: Caller) -> None:
    """Each region has a project and images of its own; the prefix is part of what is signed."""
    emulator = caller.emulator
    project = emulator.account.project_ids["cn-east-3"]
    page = caller.call("GET", f"/cn-east-3/v2/{project}/images").json()
    expected = sorted(emulator.rows("cn-east-3"), key=lambda row: (row["name"], row["id"]))
    assert page["images"] == expected[:100]
    assert page["images"] != caller.list_images().json()["images"]
    assert [record.region for record in emulator.requests] == ["cn-east-3", "cn-north-4"]
    with Emulator(default_region="cn-east-3", images={"cn-east-3": many_images(2), "": many_images(1)}) as other:
        calling = Caller(other)
        assert len(calling.list_images().json()["images"]) == 2
        north = other.account.project_ids["cn-north-4"]
        assert len(calling.call("GET", f"/cn-north-4/v2/{north}/images").json()["images"]) == 1


def test_samples_look_like_an_account() -> None:
    """The variety that tests and the demonstration count on, the same each time."""
    images = sample_images()
    rows = [dict(image.row) for image in images]
    assert rows == [dict(image.row) for image in sample_images()]
    assert rows[:2] == list(VENDOR_SAMPLES)
    assert len({row["id"] for row in rows}) == len(rows) == 250
    names = "".join(row["name"] for row in rows)
    assert all(character in names for character in " [](),&#_银统财")
    assert {row["os_type"] for row in rows} == {"Windows", "Linux", "Other"}
    assert {row["image_type"] for row in rows} == {"gold", "private"}
    assert {row["disk_format"] for row in rows} == {"vhd", "raw", "qcow2", "zvhd2"}
    assert {row["architecture"] for row in rows if "architecture" in row} == {"x86", "arm"}
    assert min(row["min_disk"] for row in rows) == 40
    assert max(row["min_disk"] for row in rows) == 1024
    for field in ("created_at", "architecture", "product_code", "os_version"):
        assert 0 < sum(field not in row for row in rows) < 50
    assert any("kms_id" in row for row in rows)
    assert any("os_platform" in row for row in rows)
    assert len({image.package_type for image in images}) == 8
    assert all((image.created is not None) == ("created_at" in image.row) for image in images)


def test_data_files(tmp_path: Path) -> None:
    """A list, a response as it was received, and either of them by region."""
    file = tmp_path / "images.json"
    rows = [{"id": "1", "name": "中"}]
    response = {"images": rows, "total_count": 9}
    for document, region, total_count in (
        (rows, "", None),
        (response, "", 9),
        ({"images": rows, "total_count": None}, "", None),
        ({"regions": {"cn-east-3": rows}}, "cn-east-3", None),
        ({"regions": {"cn-east-3": response}}, "cn-east-3", 9),
    ):
        file.write_text(json.dumps(document), encoding="utf-8")
        by_region = read_images(file)
        assert list(by_region) == [region]
        assert [dict(image.row) for image in by_region[region].images] == rows
        assert by_region[region].total_count == total_count
    for wrong in (
        '{"images": null}',
        "[1]",
        '{"regions": {"cn-east-3": {}}}',
        '{"images": [], "total_count": "1"}',
        "{",
    ):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=r"images|Expecting|total_count"):
            read_images(file)


NAMED = {
    # Images, those without created_at, and the total_count.
    "published": (2, 2, 1),
    "undated": (7, 7, 7),
    "partly-dated": (5, 2, 5),
    "sparse": (4, 3, 4),
    "total-count-too-low": (5, 0, 2),
    "total-count-too-high": (5, 0, 5000),
}


def test_every_named_list_is_tested() -> None:
    assert sorted(NAMED) == sorted(file.stem for file in DATA.glob("*.json"))


@pytest.mark.parametrize("name", NAMED)
def test_named_lists(caller: Caller, name: str) -> None:
    """They are served as they are; the difference of total_count is the same where a filter leaves images out."""
    count, undated, total_count = NAMED[name]
    caller.emulator.set_images(read_images(name))
    page = caller.list_images().json()
    assert (len(page["images"]), page["total_count"]) == (count, total_count)
    assert sum(not row.get("created_at") for row in page["images"]) == undated
    assert caller.list_images(os_type="Other").json() == {"images": [], "total_count": max(0, total_count - count)}
    newest_first = caller.list_images(sort_field="created_at", sort_type="desc").json()["images"]
    assert [bool(row.get("created_at")) for row in newest_first] == [True] * (count - undated) + [False] * undated


def test_a_file_comes_before_a_named_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(read_images("published")[""].images) == 2
    Path("published").write_text("[]", encoding="utf-8")
    assert read_images("published")[""].images == ()
    with pytest.raises(OSError, match="nowhere"):
        read_images("nowhere")

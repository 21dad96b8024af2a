# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ListImages: parameters, filters, sorting, pages and regions."""

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
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "101"}, {"limit": "-1"}, {"limit": "ten"}, {"limit": ""}, {"offset": "5001"}, {"offset": "-1"},
        {"image_type": "silver"}, {"architecture": "sparc"}, {"sort_field": "id"}, {"sort_type": "up"},
        {"os_type": "x" * 256}, {"package_type": "x" * 256}, {"image_id": "x" * 256}, {"image_type": ""},
    ],
)  # fmt: skip
def test_a_parameter_that_exceeds_its_documented_limit_is_rejected(client: Client, query: dict[str, str]) -> None:
    response = client.list_images(**query)
    assert (response.status_code, response.json()["error_code"]) == (400, "WKS.00211102")
    assert next(iter(query)) in response.json()["error_msg"]
    assert client.emulator.requests[-1].query == query


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "100"}, {"offset": "5000"}, {"colour": "red"}])
def test_limits_and_unknown_parameters_are_accepted(client: Client, query: dict[str, str]) -> None:
    response = client.list_images(**query)
    assert response.status_code == 200
    assert len(response.json()["images"]) == (0 if query in ({"limit": "0"}, {"offset": "5000"}) else 100)
    assert response.json()["total_count"] == 250


def test_rows_are_returned_unchanged(client: Client) -> None:
    """A missing field stays missing, null stays null, and attributes under _server are not returned."""
    rows: list[dict[str, Any]] = [
        {"id": "b", "name": "Ä [x], y 中文", "min_disk": None, "_server": {"platform": "P", "package_type": "agile"}},
        {"id": "a", "extra": {"deep": [1, 2.5, True]}},
    ]
    client.emulator.set_images(rows)
    public = [{name: value for name, value in row.items() if name != "_server"} for row in rows]
    assert client.list_images().json() == {"images": [public[1], public[0]], "total_count": 2}
    assert client.list_images(platform="P").json()["images"] == [public[0]]
    assert client.list_images(package_type="agile").json()["images"] == [public[0]]
    assert client.list_images(package_type="solver").json() == {"images": [], "total_count": 0}


def test_images_are_sorted_by_creation_time(client: Client) -> None:
    """All formats of created_at are read. Images without one are last, in the order in which they are stored."""
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
    client.emulator.set_images([{"id": "without b"}, *dated[::-1], {"id": "without a", "created_at": "soon"}])
    ids = [str(row["id"]) for row in dated]
    for direction, expected in (("asc", ids), ("desc", ids[::-1])):
        page = client.list_images(sort_field="created_at", sort_type=direction).json()
        assert [row["id"] for row in page["images"]] == [*expected, "without b", "without a"]


def test_an_unknown_method_content_type_or_path_is_rejected(emulator: Emulator, client: Client) -> None:
    path = f"/v2/{emulator.project_id}/images"
    cases = [
        (client.request("DELETE", path), 405, "WKS.00000405"),
        (client.request("GET", path, headers={"Content-Type": "text/plain"}), 415, "WKS.00000415"),
        (client.request("GET", f"{path}/"), 404, "APIGW.0101"),
        (client.request("GET", f"/xx-nowhere-1{path}"), 404, "APIGW.0101"),
        (client.request("DELETE", "/v3/projects"), 405, "APIGW.0501"),
    ]
    for response, status, code in cases:
        assert (response.status_code, response.json()["error_code"]) == (status, code)


def test_each_region_has_its_project_and_images(client: Client) -> None:
    """The prefix of the region is part of the signed path."""
    emulator = client.emulator
    project = emulator.account.project_ids["cn-east-3"]
    page = client.request("GET", f"/cn-east-3/v2/{project}/images").json()
    expected = sorted(emulator.rows("cn-east-3"), key=lambda row: (row["name"], row["id"]))
    assert page["images"] == expected[:100]
    assert page["images"] != client.list_images().json()["images"]
    assert [record.region for record in emulator.requests] == ["cn-east-3", "cn-north-4"]
    with Emulator(default_region="cn-east-3", images={"cn-east-3": many_images(2), "": many_images(1)}) as other:
        other_client = Client(other)
        assert len(other_client.list_images().json()["images"]) == 2
        north = other.account.project_ids["cn-north-4"]
        assert len(other_client.request("GET", f"/cn-north-4/v2/{north}/images").json()["images"]) == 1


def test_samples_are_reproducible_and_varied() -> None:
    """Tests and the demonstration rely on it."""
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


def test_data_files_contain_a_list_or_a_response(tmp_path: Path) -> None:
    """For all regions, or by region."""
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
    for invalid in (
        '{"images": null}',
        "[1]",
        '{"regions": {"cn-east-3": {}}}',
        '{"images": [], "total_count": "1"}',
        "{",
    ):
        file.write_text(invalid, encoding="utf-8")
        with pytest.raises(ValueError, match=r"images|Expecting|total_count"):
            read_images(file)


NAMED = {
    # The number of images, the number without created_at, and total_count.
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
def test_named_lists_are_served(client: Client, name: str) -> None:
    """If a filter excludes images, total_count is wrong by the same number."""
    count, undated, total_count = NAMED[name]
    client.emulator.set_images(read_images(name))
    page = client.list_images().json()
    assert (len(page["images"]), page["total_count"]) == (count, total_count)
    assert sum(not row.get("created_at") for row in page["images"]) == undated
    assert client.list_images(os_type="Other").json() == {"images": [], "total_count": max(0, total_count - count)}
    newest_first = client.list_images(sort_field="created_at", sort_type="desc").json()["images"]
    assert [bool(row.get("created_at")) for row in newest_first] == [True] * (count - undated) + [False] * undated


def test_a_file_takes_precedence_over_a_named_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(read_images("published")[""].images) == 2
    Path("published").write_text("[]", encoding="utf-8")
    assert read_images("published")[""].images == ()
    with pytest.raises(OSError, match="nowhere"):
        read_images("nowhere")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content, comparison and HTML of a page of images. tests/browser/ opens such pages in a browser."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_page import (
    MARKER,
    Content,
    build_content,
    read_content,
    render,
)
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_page_labels import LABELS

EARLIER, NOW = "2026-01-01T03:04:05Z", "2026-01-02T03:04:05Z"


def image(identifier: str, **fields: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS), "id": identifier, "name": f"Image {identifier}", **fields}


def content_of(
    *images: dict[str, Any], earlier: Content | None = None, failed: tuple[str, ...] = (), **query: Any
) -> Content:
    """Return the content for images of one region, or of several regions if the query has regions."""
    has_regions = "regions" in query
    result = {
        "images": images,
        "region": None if has_regions else "cn-north-4",
        "project_id": None if has_regions else "0a1b",
        "failures": [{"region": region} for region in failed],
    }
    return build_content(result, query, earlier, NOW if earlier else EARLIER)


class TestComparison:
    def test_first_page(self) -> None:
        content = content_of(image("a"))

        assert content["changes"] is None
        assert content["listed_at"] == EARLIER
        assert content["images"][0]["region"] == "cn-north-4"
        assert content["images"][0]["project_id"] == "0a1b"

    def test_new_and_removed_images(self) -> None:
        changes = content_of(image("b"), image("c"), earlier=content_of(image("a"), image("b")))["changes"]

        assert changes["since"] == EARLIER
        assert changes["new"] == [["cn-north-4", "0a1b", "c"]]
        assert [gone["id"] for gone in changes["gone"]] == ["a"]
        assert changes["not_compared"] == []

    def test_the_same_images_do_not_change_the_time_and_the_changes(self) -> None:
        second = content_of(image("a"), image("b"), earlier=content_of(image("a")))

        third = content_of(image("b"), image("a"), earlier={**second, "listed_at": "then"})
        assert third["listed_at"] == "then"
        assert third["changes"] == second["changes"]

    def test_a_renamed_image_is_neither_new_nor_removed(self) -> None:
        content = content_of(image("a", name="renamed"), earlier=content_of(image("a")))

        assert content["listed_at"] == NOW
        assert (content["changes"]["new"], content["changes"]["gone"]) == ([], [])

    def test_other_criteria_are_not_compared(self) -> None:
        content = content_of(image("b"), earlier=content_of(image("a"), os_type="Linux"), os_type="Windows")

        assert not content["changes"]["same_criteria"]
        assert content["changes"]["new"] == content["changes"]["gone"] == []
        assert LABELS["no_comparison"].en in render(content, "en")

    def test_connection_options_are_not_criteria(self) -> None:
        content = content_of(image("a"), profile="other", region="cn-north-4", limit=5)

        assert content["criteria"] == {"limit": 5}

    def test_a_failed_region_is_not_compared(self) -> None:
        first = content_of(
            image("a", region="r1", project_id="1"), image("b", region="r2", project_id="2"), regions="r1,r2"
        )
        second = content_of(
            image("c", region="r1", project_id="1"), earlier=first, failed=("r2",), regions=["r1", "r2"]
        )
        third = content_of(
            image("c", region="r1", project_id="1"), image("b", region="r2", project_id="2"), earlier=second,
            regions=["r1", "r2"],
        )  # fmt: skip

        assert second["regions"] == ["r1"]
        assert second["failed_regions"] == ["r2"]
        assert [gone["id"] for gone in second["changes"]["gone"]] == ["a"]
        assert second["changes"]["not_compared"] == third["changes"]["not_compared"] == ["r2"]
        assert third["changes"]["new"] == []
        assert LABELS["failed"].en.format(regions="r2") in render(second, "en")
        assert LABELS["not_compared"].en.format(regions="r2") in render(second, "en")

    def test_a_region_without_images_is_compared(self) -> None:
        first = content_of(image("a", region="r1", project_id="1"), regions=["r1", "r2"])
        second = content_of(image("b", region="r2", project_id="2"), earlier=first, regions=["r1", "r2"])

        assert [gone["id"] for gone in second["changes"]["gone"]] == ["a"]
        assert second["changes"]["new"] == [["r2", "2", "b"]]

    def test_another_project_is_not_compared(self) -> None:
        first = content_of(image("a", region="r1", project_id="1"), regions=["r1"])
        second = content_of(image("a", region="r1", project_id="2"), earlier=first, regions=["r1"])

        assert second["changes"]["not_compared"] == ["r1"]
        assert second["changes"]["new"] == second["changes"]["gone"] == []


class TestRoundTrip:
    @given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3), st.booleans())
    def test_any_text_is_read_back(self, texts: list[str], is_chinese: bool) -> None:
        content = content_of(*(image(text, name=text, os_version=text) for text in texts), name=texts)

        assert read_content(render(content, "zh" if is_chinese else "en")) == content

    @pytest.mark.parametrize("text", ["</script>", "<!--<script>", "\u2028&", 'x"},{"'])
    def test_json_has_no_markup(self, text: str) -> None:
        page = render(content_of(image("a", name=text)), "en")
        blocks = re.findall(r'<script type="application/json" id="\w+">(.*)</script>', page)

        assert len(blocks) == 2
        assert not re.search("[<>&\u2028\u2029]", "".join(blocks))

    @pytest.mark.parametrize(
        "text",
        ["", "<html></html>", MARKER, f'{MARKER}<script type="application/json" id="content">{{</script>'],
    )
    def test_other_content_is_not_read(self, text: str) -> None:
        assert read_content(text) is None

    def test_another_format_is_not_read(self) -> None:
        page = render(content_of(image("a")), "en")

        assert read_content(page.replace('"format":1', '"format":2')) is None

    def test_marker_must_be_at_the_beginning(self) -> None:
        page = render(content_of(image("a")), "en")

        assert read_content(f"{'x' * 2000}{page}") is None


class TestPage:
    def test_an_invalid_time_is_shown_unchanged(self) -> None:
        page = render(
            content_of(image("a", created_at="yesterday"), image("b", created_at="2024-05-06T07:08:09+02:00")), "en"
        )

        assert "<td>yesterday</td>" in page
        assert '<td><time datetime="2024-05-06T05:08:09Z">2024-05-06 05:08</time></td>' in page

    @pytest.mark.parametrize(
        ("query", "failed", "has_column"),
        [
            ({}, (), False),
            ({"regions": ["cn-north-4", "eu-west-101"]}, (), True),
            ({"regions": ["cn-north-4"]}, (), False),
            ({"regions": ["cn-north-4", "eu-west-101"]}, ("eu-west-101",), True),
        ],
        ids=str,
    )
    def test_the_region_is_a_column_if_there_are_several(
        self, query: dict[str, Any], failed: tuple[str, ...], has_column: bool
    ) -> None:
        page = render(content_of(image("a", region="cn-north-4", project_id="0a1b"), failed=failed, **query), "en")

        assert ('data-column="region"' in page) is has_column

    def test_template_blocks_leave_no_empty_lines(self) -> None:
        table = render(content_of(image("a"), image("b")), "en").partition("<tbody>")[2].partition("</tbody>")[0]

        assert table.strip()
        assert "\n\n" not in table

    def test_numbers_are_shown_and_empty_values_are_a_dash(self) -> None:
        page = render(content_of(image("a", min_disk=80, architecture="")), "en")

        assert "<td>80</td>" in page
        assert "<td>–</td>" in page
        assert "<td></td>" not in page

    def test_only_chinese_names_are_marked_as_chinese(self) -> None:
        page = render(content_of(image("a", name="统信UOS", disk_format="格式"), image("b", name="Windows")), "en")

        assert re.findall(r'<th scope="row"><bdi( lang="zh")?>(\S+)</bdi>', page) == [
            (' lang="zh"', "统信UOS"),
            ("", "Windows"),
        ]
        assert page.count('lang="zh"') == 1

    def test_unknown_is_the_last_choice(self) -> None:
        page = render(content_of(image("a", architecture="x86"), image("b", architecture=None), image("c")), "zh")
        settings = json.loads(re.findall(r'id="settings">(.*)</script>', page)[0])

        assert settings["choices"]["architecture"] == ["x86", None]

    @pytest.mark.parametrize("name", sorted(LABELS))
    def test_both_languages_have_the_same_placeholders(self, name: str) -> None:
        assert sorted(re.findall(r"{\w+}", LABELS[name].en)) == sorted(re.findall(r"{\w+}", LABELS[name].zh))

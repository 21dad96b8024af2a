# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of images in a real browser. A fixture checks that no page sends a request, fails or opens a dialog."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import show_unprintable
from ansible_collections.huaweicloud.workspace.tests.browser.conftest import Visitor, content_of, image
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator

ROOT = Path(__file__).parents[2]

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "</td></table><iframe src='https://attacker.example/'></iframe>",
    "<!--<script>",
    "]]>--></style></title></noscript><script>alert(3)</script>",
    "\" autofocus onfocus=alert(4) x=\"' onclick='alert(5)",
    "javascript:alert(6)",
    "&lt;b&gt; &amp;&#x3c;script&#x3e;",
    "\u202egpj.exe \u2066isolated",
    "line\u2028two\u2029three\r\nfour\x00\x07\x1b[31m",
    "{{ 7 * 7 }}{% raw %} ${7*7} #{7*7}",
    'ends "},{"',
)
IMAGES = (
    image(1, name="Ubuntu 22.04 Desktop", os_version="Ubuntu 22.04 server 64bit", created_at="2024-05-01T00:00:00Z"),
    image(2, name="Windows 11", os_type="Windows", min_disk=80, created_at="2023-01-25 09:34:27", disk_format="vhd"),
    image(10, name="银河麒麟桌面操作系统 V10 SP1", image_type="private", architecture="arm", min_disk=100),
    image(3, name="Ubuntu 9.10", min_disk=None, architecture=None, created_at="unreadable"),
)


def names(page: Page) -> list[str]:
    return page.locator("#images tbody bdi").all_text_contents()


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


class TestHostileValues:
    def test_markup_is_text(self, visit: Callable[..., Page]) -> None:
        images = [
            image(number, **dict.fromkeys(("name", "os_type", "os_version", "architecture", "created_at"), text))
            for number, text in enumerate(HOSTILE)
        ]
        gone = [{**entry, "id": f"gone-{entry['id']}"} for entry in images]
        page = visit(content_of(images, content_of(gone, name=[*HOSTILE]), name=[*HOSTILE]))

        assert page.locator("img, iframe, #images script, [onclick], [onfocus], [onerror]").count() == 0
        assert page.locator("script").count() == 3
        assert names(page)[:3] == list(HOSTILE[:3])
        assert names(page)[7] == HOSTILE[7], "entities are not decoded"
        assert page.locator("#changes tbody tr").count() == len(HOSTILE)

    def test_invisible_characters_are_escaped(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of([image(1, name=HOSTILE[8]), image(2, name=HOSTILE[9])]))

        assert names(page) == [
            "\\u202egpj.exe \\u2066isolated",
            "line\\u2028two\\u2029three\\r\\nfour\\x00\\x07\\x1b[31m",
        ]

    def test_filters_and_copies_use_the_exact_value(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of([image(1), *(image(2, id=text, os_version=text) for text in HOSTILE)]))

        for position, text in enumerate(sorted(HOSTILE)):
            page.get_by_label("OS version").select_option(str(position))
            expect(page.locator("#images tbody code")).to_have_text([show_unprintable(text)])
            page.evaluate("navigator.clipboard.writeText('not copied')")
            page.get_by_role("button", name="Copy ID").click()
            page.wait_for_function("navigator.clipboard.readText().then(text => text !== 'not copied')")
            assert clipboard(page) == text

    def test_content_security_policy_blocks_inserted_markup(self, visitor: Visitor, tmp_path: Path) -> None:
        page = visitor.open(content_of([image(1)]))
        file = tmp_path / "changed.html"
        inserted = "<script>document.title = 'ran'</script><img src='https://attacker.example/x.png'>"
        text = (tmp_path / "images.html").read_text(encoding="utf-8")
        file.write_text(text.replace("<main>", f"<main>{inserted}"), encoding="utf-8")

        page = visitor.open_file(file)
        assert page.title() == "Images of Huawei Cloud Workspace"
        blocked = [message for message in visitor.events if "Content Security Policy" in message]
        assert len(blocked) == 2, "the script and the image"
        visitor.events.clear()


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("ubuntu", ["Ubuntu 22.04 Desktop", "Ubuntu 9.10"]),
            ("desktop UBUNTU", ["Ubuntu 22.04 Desktop"]),
            ("000000000002", ["Windows 11"]),
            ("server 64bit", ["Ubuntu 22.04 Desktop"]),
            ("麒麟", ["银河麒麟桌面操作系统 V10 SP1"]),
            ("ｖ１０", ["银河麒麟桌面操作系统 V10 SP1"]),
            (".*", []),
        ],
    )
    def test_every_word(self, visit: Callable[..., Page], text: str, found: list[str]) -> None:
        page = visit(content_of(IMAGES))

        page.get_by_label("Search", exact=True).fill(text)
        expect(page.get_by_role("status").first).to_have_text(f"Images shown: {len(found)} of 4")
        assert names(page) == found
        assert page.get_by_text("No image matches the filters.").is_visible() is not bool(found)

    def test_reset(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))

        page.get_by_label("Search", exact=True).fill("nothing")
        expect(page.locator("#images tbody tr")).to_have_count(0)
        page.get_by_role("button", name="Reset filters").click()
        expect(page.locator("#images tbody tr")).to_have_count(4)


class TestFilters:
    @pytest.mark.parametrize(
        ("label", "choice", "found"),
        [
            ("Image type", "Private", [10]),
            ("OS", "Windows", [2]),
            ("OS version", "Ubuntu 22.04 server 64bit", [1]),
            ("Architecture", "arm", [10]),
            ("Architecture", "Unknown", [3]),
            ("Disk format", "vhd", [2]),
        ],
    )
    def test_fields(self, visit: Callable[..., Page], label: str, choice: str, found: list[int]) -> None:
        page = visit(content_of(IMAGES))

        page.get_by_label(label, exact=True).select_option(label=choice)
        expect(page.locator("#images tbody tr")).to_have_count(len(found))
        assert page.locator("#images tbody code").all_text_contents() == [image(number)["id"] for number in found]

    def test_disk(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))

        page.get_by_label("Available disk space (GB)").fill("80")
        expect(page.locator("#images tbody tr")).to_have_count(2)
        assert names(page) == ["Ubuntu 22.04 Desktop", "Windows 11"], "unknown does not fit"

    def test_region(self, visit: Callable[..., Page]) -> None:
        regions = ["cn-north-4", "af-south-1"]
        images = [image(number, region=region, project_id="0a1b") for number, region in enumerate(regions)]
        page = visit(content_of(images, regions=regions))

        page.get_by_label("Region").select_option(label="af-south-1")
        expect(page.locator("#images tbody tr")).to_have_count(1)
        assert names(page) == ["Image 1"]
        page.get_by_role("button", name="Copy task").click()
        expect(page.get_by_text("Task copied")).to_be_visible()
        assert '    region: "af-south-1"\n' in clipboard(page)


class TestSort:
    @pytest.mark.parametrize(
        ("column", "ascending", "descending"),
        [
            ("Name", [3, 1, 2, 10], [10, 2, 1, 3]),
            ("Min. disk (GB)", [1, 2, 10, 3], [10, 2, 1, 3]),
            ("Created (UTC)", [2, 1, 10, 3], [1, 2, 10, 3]),
            ("Architecture", [10, 1, 2, 3], [1, 2, 10, 3]),
        ],
    )
    def test_unknown_values_are_last(
        self, visit: Callable[..., Page], column: str, ascending: list[int], descending: list[int]
    ) -> None:
        page = visit(content_of(IMAGES))
        heading = page.get_by_role("columnheader", name=column)

        assert heading.get_attribute("aria-sort") is None
        for direction, order in (("ascending", ascending), ("descending", descending)):
            heading.get_by_role("button").click()
            expect(heading).to_have_attribute("aria-sort", direction)
            ids = page.locator("#images tbody code").all_text_contents()
            assert [int(text[-12:]) for text in ids] == order
        assert page.locator("[aria-sort]").count() == 1

    def test_filters_do_not_change_the_order(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))

        page.get_by_role("columnheader", name="Name").get_by_role("button").click()
        page.get_by_label("Search", exact=True).fill("ubuntu")
        expect(page.locator("#images tbody tr")).to_have_count(2)
        assert names(page) == ["Ubuntu 9.10", "Ubuntu 22.04 Desktop"]


class TestCopy:
    def test_without_the_clipboard_api(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")

        page.get_by_role("button", name="Copy ID: Windows 11").click()
        expect(page.get_by_text("ID copied")).to_be_visible()
        page.get_by_label("Search", exact=True).press("Control+V")
        expect(page.get_by_label("Search", exact=True)).to_have_value(image(2)["id"])

    def test_failure(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.evaluate("document.execCommand = () => false")

        page.get_by_role("button", name="Copy ID: Windows 11").click()
        expect(page.get_by_text("The browser denied access to the clipboard.")).to_be_visible()

    def test_an_id_with_a_template_is_not_rendered(self, visit: Callable[..., Page], tmp_path: Path) -> None:
        hostile = "{{ 'ren' ~ 'dered' }}\"\n😀"
        page = visit(content_of([image(1, id=hostile, name="{{ 6 * 7 }}\n- name: injected")]))

        page.get_by_role("button", name="Copy task").click()
        expect(page.get_by_text("Task copied")).to_be_visible()
        task = clipboard(page).replace("huaweicloud.workspace.workspace_image_info", "ansible.builtin.debug")
        task = task.replace("    image_id:", "    msg:").replace('    region: "cn-north-4"\n', "")
        (tmp_path / "playbook.yml").write_text(f"- hosts: localhost\n  gather_facts: false\n  tasks:\n{indent(task)}")
        output = run_playbook(tmp_path, {}, "playbook.yml").stdout
        assert json.dumps(hostile, ensure_ascii=False) in output
        assert "injected" not in output


def indent(task: str) -> str:
    return "".join(f"    {line}\n" for line in task.splitlines())


def run_playbook(
    folder: Path, environment: dict[str, str], *arguments: str, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run ansible-playbook in a folder, with this checkout as collection."""
    link = folder / "collections/ansible_collections/huaweicloud/workspace"
    if not link.exists():
        link.parent.mkdir(parents=True)
        link.symlink_to(ROOT, target_is_directory=True)
    program = str(Path(sys.executable).parent / "ansible-playbook")
    unset = ("HUAWEICLOUD_", "HW_", "ANSIBLE_", "LC_", "LANG")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    return subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={
            **inherited,
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
            "ANSIBLE_COLLECTIONS_PATH": str(link.parents[2]),
            **environment,
        },
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=120,
    )


def test_the_copied_task_finds_the_image(visitor: Visitor, tmp_path: Path) -> None:
    """Copy a task from the page of the playbook list_images and run it."""
    with Emulator() as emulator:
        environment = {
            "HW_REGION_NAME": "cn-north-4",
            "HUAWEICLOUD_SDK_AK": emulator.account.access_key,
            "HUAWEICLOUD_SDK_SK": emulator.account.secret_key,
            "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
            "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": emulator.url,
        }
        arguments = ("-e", "workspace_image_page=images.html", "-e", "workspace_image_language=zh")
        run_playbook(tmp_path, environment, "huaweicloud.workspace.list_images", *arguments)
        page = visitor.open_file(tmp_path / "images.html")
        expect(page.get_by_role("status").first).to_have_text("显示 250 个镜像，共 250 个")
        page.get_by_label("搜索", exact=True).fill("麒麟 私有镜像")
        expect(page.get_by_role("status").first).not_to_contain_text("250 个镜像")
        row = page.locator("#images tbody tr").first
        expected_id = row.locator("code").text_content()
        row.get_by_role("button", name="复制任务").click()
        expect(page.get_by_text("已复制任务")).to_be_visible()

        show = "- ansible.builtin.debug:\n    msg: \"{{ found.images | map(attribute='id') }}\"\n"
        head = "- hosts: localhost\n  gather_facts: false\n  tasks:\n"
        (tmp_path / "one.yml").write_text(head + indent(clipboard(page) + show), encoding="utf-8")
        output = run_playbook(tmp_path, environment, "one.yml").stdout
    assert f'"msg": [\n        "{expected_id}"\n    ]' in output


class TestChanges:
    def test_new_and_removed_images(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES[1:], content_of(IMAGES[:3])))

        expect(page.locator("#changes > p")).to_have_text("Compared with 2026-01-01 03:04 UTC: 1 new, 1 gone.")
        assert page.locator("tr:has(mark) bdi").all_text_contents() == ["Ubuntu 9.10"]
        page.get_by_text("Images that are gone (1)").click()
        expect(page.locator("#changes bdi")).to_have_text("Ubuntu 22.04 Desktop")
        page.get_by_label("New images only").check()
        expect(page.locator("#images tbody tr")).to_have_count(1)

    def test_first_page(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))

        assert page.locator("#changes, mark").count() == 0
        assert page.get_by_label("New images only").count() == 0


class TestAccessibility:
    @pytest.mark.parametrize(
        ("width", "scheme", "language"),
        [(390, "light", "zh"), (390, "dark", "en"), (1280, "light", "en"), (1280, "dark", "zh")],
    )
    def test_axe(self, visit: Callable[..., Page], width: int, scheme: str, language: str) -> None:
        content = content_of(IMAGES[1:], content_of(IMAGES[:3], os_type="Linux"), os_type="Linux")
        page = visit(content, language, viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.locator("summary").first.click()
        page.locator("#images thead button").first.click()

        results = Axe().run(page)
        assert [violation["id"] for violation in results.response["violations"]] == []

    def test_keyboard(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))
        focused = page.locator(":focus")

        page.keyboard.press("Tab")
        expect(focused).to_have_text("Skip to the images")
        expect(focused).to_be_in_viewport()
        page.keyboard.press("Tab")
        expect(focused).to_have_attribute("id", "search")
        assert focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        page.keyboard.type("windows")
        expect(page.locator("#images tbody tr")).to_have_count(1)
        # 5 selects, disk space, reset
        for _field in range(8):
            page.keyboard.press("Tab")
        expect(focused).to_have_text("Name")
        page.keyboard.press("Enter")
        expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
        for _column in range(8):
            page.keyboard.press("Tab")
        expect(focused).to_have_accessible_name("Copy ID: Windows 11")
        page.keyboard.press("Space")
        expect(page.get_by_text("ID copied")).to_be_visible()
        assert clipboard(page) == image(2)["id"]

    def test_skip_link(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES))

        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Name")

    @pytest.mark.parametrize("width", [390, 1280])
    def test_table_for_screen_readers(self, visit: Callable[..., Page], width: int) -> None:
        page = visit(content_of(IMAGES), viewport={"width": width, "height": 800})

        assert page.get_by_role("table", name="Images").get_by_role("row").count() == 5
        assert page.get_by_role("rowheader", name="Windows 11").count() == 1
        assert page.locator("#count").get_attribute("role") == "status"
        assert page.locator("bdi[lang=zh]").all_text_contents() == [IMAGES[2]["name"]]


class TestLayout:
    @pytest.mark.parametrize("width", [320, 390, 768, 1280])
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_no_horizontal_scrolling(self, visit: Callable[..., Page], width: int, language: str) -> None:
        images = [*IMAGES, image(5, name="N" * 300, os_type="O" * 100, os_version="V" * 100, id="i" * 200)]
        images += [image(6, name="银" * 100, created_at="9" * 80, architecture="a" * 60)]
        page = visit(content_of(images, name="c" * 200), language, viewport={"width": width, "height": 844})

        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_cards_have_labels_on_a_phone(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES), viewport={"width": 390, "height": 844})
        script = "cell => getComputedStyle(cell, '::before').content"

        labels = [cell.evaluate(script) for cell in page.locator("#images tbody tr").first.locator("td").all()]
        assert labels[:3] == ['"Image type"', '"OS"', '"Architecture"']
        assert labels[6] == '"Created (UTC)"'
        expect(page.get_by_label("OS", exact=True)).not_to_be_visible()
        page.get_by_text("Filters", exact=True).click()
        expect(page.get_by_label("OS", exact=True)).to_be_visible()

    def test_dark(self, visit: Callable[..., Page]) -> None:
        backgrounds = [
            visit(content_of(IMAGES), color_scheme=scheme).evaluate(
                "getComputedStyle(document.documentElement).backgroundColor"
            )
            for scheme in ("light", "dark")
        ]
        assert backgrounds == ["rgb(255, 255, 255)", "rgb(20, 23, 27)"]

    def test_chinese(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of(IMAGES[1:], content_of(IMAGES[:3])), "zh")

        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert page.title() == "华为云云桌面（Workspace）镜像"
        for label in ("搜索", "操作系统", "架构", "可用磁盘（GB）"):
            assert page.get_by_label(label, exact=True).count() == 1
        assert page.get_by_role("columnheader").all_text_contents()[-9:] == [
            *("镜像名称", "镜像类型", "操作系统", "架构", "磁盘格式"),
            *("最小系统盘（GB）", "最小内存（MB）", "创建时间（UTC）", "复制"),
        ]
        expect(page.locator("#changes > p")).to_contain_text("新增 1 个，移除 1 个。")


class TestManyRows:
    COUNT = 5000

    def test_all_rows_can_be_found_and_shown(self, visit: Callable[..., Page]) -> None:
        images = [image(number, min_disk=40 + number % 985) for number in range(self.COUNT)]
        page = visit(content_of(images))
        rows = page.locator("#images tbody tr")

        assert 100 <= rows.count() < 500, "not all at once"
        page.get_by_label("Search", exact=True).fill("4999")
        expect(rows).to_have_count(1)
        page.get_by_role("button", name="Reset filters").click()
        expect(page.get_by_role("status").first).to_have_text(f"Images shown: {self.COUNT} of {self.COUNT}")
        page.get_by_role("columnheader", name="Name").get_by_role("button").click(click_count=2)
        expect(page.locator("#images tbody bdi").first).to_have_text(f"Image {self.COUNT - 1}")
        before = rows.count()
        page.get_by_role("button", name="Show more images").press("Enter")
        assert rows.count() > before
        expect(page.locator(":focus")).to_contain_text("Copy ID")

    def test_scrolling_adds_rows(self, visit: Callable[..., Page]) -> None:
        page = visit(content_of([image(number) for number in range(450)]))

        expect(page.get_by_role("button", name="Show more images")).to_be_visible()
        while page.locator("#images tbody tr").count() < 450:
            page.mouse.wheel(0, 100000)
            page.wait_for_timeout(50)
        expect(page.get_by_role("button", name="Show more images")).not_to_be_visible()


def test_without_javascript(visit: Callable[..., Page]) -> None:
    """The page contains a complete table and no controls."""
    images = [image(number) for number in range(300)]
    page = visit(content_of(images, content_of(images[1:])), java_script_enabled=False)

    assert len(names(page)) == 300
    expect(page.get_by_text("Image 299", exact=True)).to_be_visible()
    expect(page.get_by_text("Search, filters, sorting and copying need JavaScript.")).to_be_visible()
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    assert page.locator("mark").count() == 1


def test_with_a_policy_that_forbids_scripts(visitor: Visitor, tmp_path: Path) -> None:
    visitor.open(content_of([image(number) for number in range(300)]))
    file = tmp_path / "forbidden.html"
    text = (tmp_path / "images.html").read_text(encoding="utf-8")
    file.write_text(text.replace("script-src &#39;sha256-", "script-src &#39;sha256-0"), encoding="utf-8")

    page = visitor.open_file(file)
    expect(page.get_by_role("rowheader", name="Image 299")).to_be_visible(timeout=20000)
    expect(page.get_by_text("Search, filters, sorting and copying need JavaScript.")).to_be_visible()
    assert any("script-src" in message for message in visitor.events)
    visitor.events.clear()

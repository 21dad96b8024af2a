# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of the role workspace_image: its variables and its result."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.plugins.action import _workspace_image_info as plugin
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import IMAGE_QUERY, argument_spec
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _run_action

IMAGE = {
    "id": "1a",
    "name": "Windows",
    "image_type": "gold",
    "architecture": "x86",
    "created_at": "2024-05-06T07:08:09Z",
}
NULL = "null (a template without else gives null since ansible-core 2.19)"


class Task:
    """Runs the role's task with a fake module."""

    def __init__(self, *images: Mapping[str, Any], **result: Any) -> None:
        self.result = {"changed": False, "images": list(images), "region": "cn-north-4", **result}
        self.module_defaults: list[dict[str, Any]] = []
        #: Options of the module, None until it runs.
        self.options: dict[str, Any] | None = None

    def get(self, name: str, task: Any, **_context: object) -> Any:
        """Return the module's action, as the loader of action plugins does."""
        assert name == task.action == "huaweicloud.workspace.workspace_image_info"
        self.options = task.args
        return SimpleNamespace(run=lambda task_vars: dict(self.result))

    def run(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        play = SimpleNamespace(_action_groups={plugin.MODULE: ["huaweicloud.workspace.all"]})
        task: Any = SimpleNamespace(
            action="huaweicloud.workspace._workspace_image_info", args={}, async_val=0, check_mode=False, diff=False,
            module_defaults=self.module_defaults, _parent=SimpleNamespace(_play=play),
        )  # fmt: skip
        task.copy = lambda: copy(task)
        connection: Any = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
        context: Any = SimpleNamespace()
        loader = DataLoader()
        templar = Templar(loader=loader, variables=dict(variables))
        action = plugin.ActionModule(task, connection, context, loader, templar, None)
        with patch.object(_run_action, "action_loader", self):
            return action.run(task_vars=dict(variables))


def failure(*images: Mapping[str, Any], variables: Mapping[str, Any] | None = None, **result: Any) -> dict[str, Any]:
    failed = Task(*images, **result).run(variables or {})
    assert failed["failed"]
    assert failed["error_type"] == "unresolved"
    assert "images" not in failed
    return failed


def near_miss(name: str, *others: str) -> str:
    return plugin.near_misses([plugin.PREFIX + name, *others]).get(plugin.PREFIX + name, "")


class TestOptions:
    @pytest.mark.parametrize("name", sorted(argument_spec()))
    def test_the_variable_of_each_option_is_passed_to_the_module(self, name: str) -> None:
        task = Task(IMAGE)

        task.run({f"workspace_image_{name}": "value"})

        assert task.options == {name: "value"}

    def test_other_variables_are_not_passed(self) -> None:
        task = Task(IMAGE)

        task.run({"workspace_image": None, "workspace_image_other": "value", "region": "cn-north-9"})

        assert task.options == {}

    def test_precedence_of_variables_and_module_defaults(self) -> None:
        task = Task(IMAGE)
        task.module_defaults = [
            {"group/huaweicloud.workspace.all": {"region": "group", "cloud": "group", "limit": 1}},
            {"group/other.collection.all": {"timeout": 1}},
            {plugin.MODULE: {"region": "module", "cloud": "module"}},
        ]

        task.run({"workspace_image_region": "role"})

        assert task.options == {"region": "role", "cloud": "module", "limit": 1}

    def test_the_result_of_a_single_image_is_that_of_the_module(self) -> None:
        task = Task(IMAGE, warnings=["of the module"])

        assert task.run({}) == task.result

    def test_a_failure_of_the_module_is_returned_unchanged(self) -> None:
        task = Task(failed=True, msg="connection refused", error_type="connection")

        assert task.run({}) == task.result


class TestUnsetVariables:
    @pytest.mark.parametrize("name", sorted(argument_spec()))
    @pytest.mark.parametrize(("value", "problem"), [(None, NULL), ("", "empty")])
    def test_null_and_empty_variables_fail_without_a_request(self, name: str, value: object, problem: str) -> None:
        task = Task(IMAGE)

        failed = task.run({f"workspace_image_{name}": value})

        assert failed["failed"]
        assert failed["error_type"] == "configuration"
        assert failed["msg"] == (
            f"workspace_image_{name} is {problem}. Set a value, or use omit to leave the option out."
        )
        assert task.options is None

    @pytest.mark.parametrize("value", [0, False])
    def test_zero_and_false_are_values(self, value: object) -> None:
        task = Task(IMAGE)

        task.run({"workspace_image_limit": value})

        assert task.options == {"limit": value}


class TestNearMisses:
    @pytest.mark.parametrize(
        ("name", "suggested"),
        [
            ("mostrecent", "most_recent"),
            ("most_recnt", "most_recent"),
            ("fits_dsk", "fits_disk"),
            ("naem", "name"),
            ("nmae", "name"),
            ("names", "name"),
            ("Region", "region"),
            ("regoin", "region"),
            ("retries", "max_retries"),
            ("region_name", "region"),
            ("ak", "access_key"),
        ],
    )
    def test_a_misspelled_variable(self, name: str, suggested: str) -> None:
        assert near_miss(name) == f"workspace_image_{suggested}"

    @pytest.mark.parametrize("name", ["catalog", "id", "type", "by_team", "result", "_found", "_region", "", "name"])
    def test_a_variable_of_the_user(self, name: str) -> None:
        assert not near_miss(name)

    def test_no_suggestion_if_the_similar_variable_is_set(self) -> None:
        assert not near_miss("names", "workspace_image_name")

    @pytest.mark.parametrize("name", ["workspace_imagename", "my_workspace_image_mostrecent", "mostrecent"])
    def test_a_variable_without_the_prefix(self, name: str) -> None:
        assert not plugin.near_misses([name])

    def test_the_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        warnings: list[str] = []
        monkeypatch.setattr(Display, "warning", lambda _display, message: warnings.append(message))

        Task(IMAGE).run({"workspace_image_mostrecent": True})

        assert warnings == [
            "There is no variable workspace_image_mostrecent. Did you mean workspace_image_most_recent?"
        ]


class TestNoImage:
    def test_the_message_contains_the_criteria(self) -> None:
        failed = failure(variables={
            "workspace_image_name": ["a, b", "c "], "workspace_image_fits_disk": 0, "workspace_image_timeout": 5
        })  # fmt: skip

        assert failed["msg"] == (
            'No image matches name=["a, b", "c "], fits_disk=0 in region cn-north-4. Check the region and the criteria.'
        )

    def test_without_criteria(self) -> None:
        assert failure()["msg"] == "No image exists in region cn-north-4. Check the region and the criteria."

    def test_without_a_region(self) -> None:
        assert failure(region=None)["msg"].startswith("No image exists. ")

    @pytest.mark.parametrize("regions", [["cn-north-4", "cn-north-9"], "cn-north-4, cn-north-9"])
    def test_with_several_regions(self, regions: object) -> None:
        failed = failure(region=None, variables={"workspace_image_regions": regions})

        assert failed["msg"].startswith("No image exists in regions cn-north-4, cn-north-9. ")

    def test_with_the_nearest_names(self) -> None:
        failed = failure(
            nearest_names=['"Windows 10"', '"Windows 11 "'], variables={"workspace_image_name": "windows 11"}
        )

        assert failed["msg"] == (
            'No image matches name="windows 11" in region cn-north-4. Similar names: "Windows 10", "Windows 11 ".'
        )

    @pytest.mark.parametrize("name", sorted(argument_spec()))
    def test_query_options_only_are_shown(self, name: str) -> None:
        shown = f'{name}="value"' in failure(variables={f"workspace_image_{name}": "value"})["msg"]

        assert shown == (name in IMAGE_QUERY)


class TestSeveralImages:
    def test_each_candidate_has_a_line(self) -> None:
        unknown = {"id": "2b", "name": "Büro ", "image_type": None, "architecture": None, "created_at": None}

        failed = failure(IMAGE, unknown, variables={"workspace_image_name": "*"})

        assert failed["candidates"] == [
            '"Windows" (1a, gold, x86, 2024-05-06T07:08:09Z)',
            '"Büro " (2b, unknown image type, unknown architecture, unknown creation time)',
        ]
        assert failed["msg"].split("\n") == [
            '2 images match name="*" in region cn-north-4, expected exactly one. '
            "Narrow the criteria, or set workspace_image_most_recent to true.",
            *failed["candidates"],
        ]

    def test_of_two_regions(self) -> None:
        failed = failure({**IMAGE, "region": "cn-north-4"}, {**IMAGE, "region": "cn-north-9"}, region=None)

        assert [line[-13:] for line in failed["candidates"]] == [", cn-north-4)", ", cn-north-9)"]
        assert failed["msg"].startswith(
            "2 images match, expected exactly one. "
            "Narrow the criteria, or the regions: workspace_image_most_recent selects one image of each region.\n"
        )

    def test_of_one_region_among_several(self) -> None:
        image = {**IMAGE, "region": "cn-north-4"}

        assert "set workspace_image_most_recent to true" in failure(image, image, region=None)["msg"]

    def test_twenty_candidates_are_listed(self) -> None:
        failed = failure(*[IMAGE] * 20)

        assert len(failed["candidates"]) == 20
        assert failed["msg"].startswith("20 images match in region cn-north-4, ")

    def test_candidates_after_the_twentieth_are_counted(self) -> None:
        failed = failure(*[IMAGE] * 23)

        assert len(failed["candidates"]) == 21
        assert failed["msg"].endswith("\n… and 3 more")

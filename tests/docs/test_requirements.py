# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``requirements.txt``, the metadata, the documentation and CI have the same requirements."""

from __future__ import annotations

import ast
import re
from typing import Any

import yaml

from ansible_collections.huaweicloud.workspace.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, all_blocks, documents, text_of

#: Requirements by package, such as ``requests >= 2.28.1``.
REQUIREMENTS = {
    line.split()[0]: line for line in text_of(ROOT / "requirements.txt").splitlines() if line and line[0] != "#"
}


def workflow() -> Any:
    return yaml.safe_load(text_of(ROOT / ".github/workflows/ci.yml"))


def constant(name: str) -> Any:
    """Return a constant of ``noxfile.py``."""
    for node in ast.parse(text_of(ROOT / "noxfile.py")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
    raise ValueError(name)


def test_lowest_versions_are_declared() -> None:
    assert sorted(REQUIREMENTS) == ["requests", "voluptuous"]
    assert all(re.fullmatch(r"\w+ >= [\d.]+", line) for line in REQUIREMENTS.values())


def test_documentation_of_the_plugins() -> None:
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["requirements"]
    assert set(REQUIREMENTS.values()) <= set(documented)


def test_execution_environments() -> None:
    """``ansible-builder`` reads requirements.txt. The guide adds what ``ansible-builder`` ignores."""
    metadata = yaml.safe_load(text_of(ROOT / "meta/execution-environment.yml"))
    assert metadata["dependencies"]["python"] == "requirements.txt"
    (guide,) = [block for block in all_blocks("yaml") if "base_image" in block.text]
    assert guide.document["dependencies"]["python"] == [REQUIREMENTS["voluptuous"].replace(" ", "")]


def test_commands_that_install_requirements() -> None:
    """Each command installs all packages."""
    lines = [
        line for file in documents() for line in re.findall(r"pip install ([^`\n]*requests[^`\n]*)", text_of(file))
    ]
    assert lines
    assert [line for line in lines if not REQUIREMENTS.keys() <= {*line.split()}] == []
    assert [
        file for file in documents() if "python3-requests" in text_of(file) if "python3-voluptuous" not in text_of(file)
    ] == []


def test_workflow_tests_each_ansible_core_with_each_python() -> None:
    matrix = constant("MATRIX")
    test = workflow()["jobs"]["test"]
    assert test["strategy"]["matrix"]["core"] == list(matrix)
    (installed,) = [step["with"]["python-version"].split() for step in test["steps"] if "Python" in step["name"]]
    assert set(installed) == {constant("OLDEST_PYTHON"), *(python for pythons in matrix.values() for python in pythons)}


def test_workflow_runs_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):.*##", text_of(ROOT / "Makefile")))
    commands = [step["run"] for job in workflow()["jobs"].values() for step in job["steps"] if "run" in step]
    assert {command.split()[0] for command in commands} == {"make"}
    assert {command.split()[1] for command in commands} <= targets

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in the documentation exist: commands, files, variables, options, labels, credential providers."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.prefetch import PAGES_AT_ONCE
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import ENVIRONMENT
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.tests import variables
from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, all_blocks, documents, text_of
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.emulator.__main__ import _parser
from ansible_collections.huaweicloud.workspace.tests.emulator.faults import parse_fault
from ansible_collections.huaweicloud.workspace.tests.emulator.images import read_images

AUTHENTICATION = ROOT / "docs/docsite/rst/authentication.rst"
FAILURES = ROOT / "docs/docsite/rst/failures.rst"
SHELL = ("console", "bash", "sh", "shell")
#: Files that tests, tools or a release generate.
GENERATED = ("docs/build", "tests/output", "changelogs/changelog.yaml")
#: Keys in INI files of other tools.
TOOLS_KEYS = {"ak", "sk", "security_token", "project_id", "region", "iam_endpoint"}


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each command in the documentation, with its file and line."""
    for block in all_blocks(*SHELL):
        for line in block.text.splitlines():
            if block.language == "console" and not line.startswith("$ "):
                continue  # output of the command
            yield block.location, shlex.split(line.removeprefix("$ "), comments=True)


def known_variables() -> set[str]:
    """Return every environment variable that the collection reads."""
    endpoint = {"HUAWEICLOUD_SDK_REGION_WORKSPACE_", "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4"}
    patterns = {"HW_ASSUME_ROLE_"}
    return {
        *variables.OF_OPTIONS,
        *variables.OF_PROVIDERS,
        *endpoint,
        *patterns,
        "HUAWEICLOUD_WORKSPACE_IN_PROCESS",
    }


@pytest.mark.parametrize("file", documents(), ids=lambda file: str(file.relative_to(ROOT)))
def test_names_exist(file: Path) -> None:
    """A document names existing make targets, Python modules, nox sessions and variables."""
    text = text_of(file)
    targets = set(re.findall(r"(?m)^([a-z-]+):.*##", text_of(ROOT / "Makefile")))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    assert set(re.findall(r"(?m)^ *\$ make ([a-z-]+)", text)) <= targets
    modules = set(re.findall(r"-m ((?:tests|benchmarks)[.\w]*)", text))
    paths = [ROOT / name.replace(".", "/") for name in modules]
    assert [
        path for path in paths if not (path / "__main__.py").exists() and not path.with_suffix(".py").exists()
    ] == []
    sessions = {name.rstrip("_") for name in re.findall(r"(?m)^def (\w+)\(session", text_of(ROOT / "noxfile.py"))}
    sessions |= set(re.findall(r'name="([\w-]+)"', text_of(ROOT / "noxfile.py")))
    sessions |= {name.replace("_", "-") for name in re.findall(r"(?m)^\[sessions\.(\w+)\]", _antsibull_nox())}
    assert set(re.findall(r"--session ([\w-]+)", text)) <= sessions
    assert set(re.findall(r"\b(?:HUAWEICLOUD|HW)_[A-Z0-9_]+", text)) <= known_variables()


def _antsibull_nox() -> str:
    return text_of(ROOT / "antsibull-nox.toml")


@pytest.mark.parametrize(
    "file", [file for file in documents() if file.suffix == ".md"], ids=lambda file: str(file.relative_to(ROOT))
)
def test_files_exist(file: Path) -> None:
    """Markdown names and links existing files."""
    text = text_of(file)
    named = re.findall(r"`((?:plugins|tests|roles|docs|playbooks|benchmarks|meta|changelogs|\.github)/[\w./-]*)`", text)
    missing = [name for name in named if not (ROOT / name).exists() and not name.startswith(GENERATED)]
    linked = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    missing += [link for link in linked if link and not (file.parent / link).exists()]
    assert missing == []


def test_contributing_names_every_published_file() -> None:
    """The table has one row for each file, except that credential providers have one."""
    named = re.findall(r"(?m)^\| `((?:plugins|playbooks)/[\w./]+)` \|", text_of(ROOT / "CONTRIBUTING.md"))
    published = [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "playbooks").rglob("*.py")]
    files = [str(file.relative_to(ROOT)) for file in published if text_of(file).strip() and file.name != "__init__.py"]
    providers = "plugins/module_utils/_cloud/providers/"
    rows = [name for name in named if name.endswith(".py") or name == providers]
    assert sorted(rows) == sorted({providers if file.startswith(providers) else file for file in files})


def test_emulator_commands() -> None:
    """The emulator accepts every command that starts it: options, faults and their parameters."""
    found = 0
    emulator = Emulator()
    for location, words in commands():
        if "tests.emulator" not in words:
            continue
        found += 1
        arguments = words[words.index("tests.emulator") + 1 :]
        for sign in (">", "&", "|"):
            arguments = arguments[: arguments.index(sign)] if sign in arguments else arguments
        for fault in _parser().parse_args(arguments).fault:
            try:
                emulator.arm(**parse_fault(fault))
            except (ValueError, TypeError) as problem:
                pytest.fail(f"{location}: {problem}")
    assert found >= 5


def test_number_of_pages_in_parallel() -> None:
    """The guide says how many pages are fetched in parallel."""
    assert f"up to {PAGES_AT_ONCE} in parallel" in text_of(ROOT / "docs/docsite/rst/choosing_an_image.rst")


def test_keys_of_ansible_cfg() -> None:
    """Keys of ``ansible.cfg`` are options that are read from it, without secrets."""
    fragment = text_of(ROOT / "plugins/doc_fragments/connection.py") + text_of(
        ROOT / "plugins/lookup/workspace_image.py"
    )
    readable = set(re.findall(r"section: huaweicloud\n +key: (\w+)", fragment))
    for block in all_blocks("ini"):
        parser = configparser.RawConfigParser()
        parser.read_string(block.text)
        for section in parser.sections():
            keys = {key for key, _value in parser.items(section)}
            assert keys <= (readable if section == "huaweicloud" else TOOLS_KEYS), block.location
    assert all_blocks("ini")


def test_json_blocks(tmp_path: Path) -> None:
    """JSON is a data file that the emulator reads, a policy, or a file of KooCLI."""
    data_files = 0
    for block in all_blocks("json"):
        document = json.loads(block.text)
        if "regions" in document:
            data_files += 1
            file = tmp_path / "images.json"
            file.write_text(block.text, encoding="utf-8")
            for stock in read_images(file).values():
                assert all(set(image.row) <= set(FIELDS) for image in stock.images), block.location
        elif "Statement" in document:
            assert set(document) == {"Version", "Statement"}, block.location
        else:
            assert set(document) == {"current", "authEncrypt", "profiles"}, block.location
    assert data_files


def test_keys_of_failures() -> None:
    """Failures in the guides and the table of their keys have the keys that the module documents."""
    returned = set(
        yaml.safe_load(
            re.findall(r'(?s)RETURN = r"""(.*?)"""', text_of(ROOT / "plugins/modules/workspace_image_info.py"))[0]
        )
    )
    for block in all_blocks("yaml", "json"):
        if isinstance(block.document, dict) and "error_type" in block.document:
            assert set(block.document) <= returned | {"failed", "msg"}, block.location
    table = text_of(FAILURES).partition("* - Key")[2].partition("Know the limits of a response")[0]
    listed = {name for row in re.findall(r"\n   \* - (.*)", table) for name in re.findall(r"``(\w+)``", row)}
    assert listed == returned - {"nearest_names", "total_count", "region", "project_id"}


def test_table_of_names() -> None:
    """The guide on authentication lists the variables of the code."""
    rows = re.split(
        r"\n   \* - ", text_of(AUTHENTICATION).partition(":class: scrolls")[2].partition("An empty variable")[0]
    )[2:]
    table: dict[str, Any] = {}
    for row in rows:
        option, variables = re.split(r"\n     - ", row)[:2]
        table[option.strip("`")] = tuple(re.findall(r"``([^`]+)``", variables))
    assert table.pop("endpoint") == ("HUAWEICLOUD_SDK_REGION_WORKSPACE_<REGION>",)
    assert table == ENVIRONMENT


def test_the_guides_explain_the_variables_of_credential_providers() -> None:
    guides = text_of(AUTHENTICATION) + text_of(AUTHENTICATION.with_name("other_accounts.rst"))
    assert [name for name in variables.OF_PROVIDERS if name not in guides] == []


def test_order_of_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The guide and the notes of the module name every credential provider, in the words and the order of the code."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConfigurationError) as error:
        build_plan(Settings({"use_instance_metadata": Setting(False, "use_instance_metadata")}, {}))
    tried = error.value.reason.partition("Tried: ")[2].split("; ")
    names = [re.split(", such as| \\(", text)[0] for text in tried]
    guide = text_of(AUTHENTICATION).partition("in order of precedence:")[2].partition("Files and environment")[0]
    items = [" ".join(text.replace("``", "").split()) for text in guide.split("#. ")[1:]]
    assert [name for name, item in zip(names, items) if name.lower() not in item.lower()] == []
    assert len(items) == len(names)
    notes = text_of(ROOT / "plugins/doc_fragments/connection.py").partition("order of precedence, ")[2]
    text = re.sub(r"\b[CEO]\(([^)]+)\)", r"\1", " ".join(notes.split()))
    sources = text.partition(". - ")[0].split("; ")
    assert [name for name, source in zip(names, sources) if name not in source] == []
    assert len(sources) == len(names)


def test_every_guide_is_on_the_site() -> None:
    """Every guide is in the table of contents and has its label."""
    folder = ROOT / "docs/docsite/rst"
    sections = yaml.safe_load(text_of(ROOT / "docs/docsite/extra-docs.yml"))["sections"]
    listed = [name for section in sections for name in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in folder.glob("*.rst"))
    for name in listed:
        assert f".. _ansible_collections.huaweicloud.workspace.docsite.{name}:\n" in text_of(folder / f"{name}.rst")

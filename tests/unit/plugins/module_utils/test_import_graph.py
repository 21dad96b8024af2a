# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of imports that the design draws: who knows whom, and who touches the world outside."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[4] / "plugins"
COLLECTION = "ansible_collections.huaweicloud.workspace.plugins"

ENTRY_POINTS = ("modules", "action", "lookup")
PURE = (
    "_cloud.signing",
    "_cloud.credentials",
    "_cloud.errors",
    "_cloud.proxies",
    "_cloud.responses",
    "_images.query",
    "_images.criteria",
    "_images.selection",
)

# By their first name; what opens files, starts programs or opens connections.
NETWORK = {"requests", "urllib3", "socket", "ssl", "http", "asyncio", "ftplib", "smtplib", "socketserver", "xmlrpc"}
FILES_AND_PROGRAMS = {"os", "io", "pathlib", "subprocess", "shutil", "tempfile", "configparser", "multiprocessing"}
WAYS_TO_FAIL = {"AnsibleModule", "AnsibleError", "AnsibleLookupError", "AnsibleActionFail", "AnsibleFilterError"}


def name_of(path: Path) -> str:
    parts = list(path.relative_to(PLUGINS).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted(PLUGINS.rglob("*.py")) if path.read_text().strip()}
NAMES = sorted(FILES)
MODULE_UTILS = [name for name in NAMES if name.startswith("module_utils.")]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(FILES[name].read_text())


class Imports(ast.NodeVisitor):
    """Every import of a file, but those that only a type checker sees."""

    def __init__(self, name: str) -> None:
        self.package = f"{COLLECTION}.{name}".split(".")[:-1]
        self.found: list[tuple[str, str | None]] = []

    def visit_If(self, node: ast.If) -> None:
        is_for_types = "TYPE_CHECKING" in ast.dump(node.test)
        for child in node.orelse if is_for_types else [*node.body, *node.orelse]:
            self.visit(child)

    def visit_Import(self, node: ast.Import) -> None:
        self.found += [(alias.name, None) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        above = self.package[: len(self.package) - node.level + 1] if node.level else []
        module = ".".join([*above, *([node.module] if node.module else [])])
        self.found += [(module, alias.name) for alias in node.names]


@cache
def imports(name: str) -> tuple[tuple[str, str | None], ...]:
    """What a file imports: a module, and a name from it."""
    visitor = Imports(name)
    visitor.visit(tree(name))
    return tuple(visitor.found)


@cache
def own(name: str) -> frozenset[str]:
    """The files of this collection that a file imports."""
    found = set()
    for module, imported in imports(name):
        if module == COLLECTION or module.startswith(f"{COLLECTION}."):
            target = module[len(COLLECTION) + 1 :]
            deeper = f"{target}.{imported}".lstrip(".")
            found.add(deeper if deeper in FILES else target)
    return frozenset(found)


def foreign(name: str) -> set[str]:
    """The first names of all else that a file imports."""
    return {module.partition(".")[0] for module, _name in imports(name) if not module.startswith(f"{COLLECTION}.")}


def reach(name: str) -> set[str]:
    """The files of this collection that a file imports, and that they import, and so on."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = own(waiting.pop()) - found
        found |= new
        waiting.extend(new)
    return found


def names_in(name: str) -> set[str]:
    return {node.id for node in ast.walk(tree(name)) if isinstance(node, ast.Name)}


def test_the_picture_is_of_something() -> None:
    assert {f"module_utils.{name}" for name in PURE} < set(FILES)
    assert {"module_utils._cloud.transport", "module_utils._search", "modules.workspace_image_info"} < set(FILES)
    assert "module_utils._cloud.errors" in own("module_utils._images.query")
    assert {"module_utils._cloud.transport", "module_utils._libraries"} <= reach("modules.workspace_image_info")


@pytest.mark.parametrize("name", NAMES)
def test_every_own_import_is_a_file(name: str) -> None:
    assert [target for target in own(name) if target not in FILES] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_import_goes_in_a_circle(name: str) -> None:
    assert name not in reach(name)


@pytest.mark.parametrize("name", [name for name in MODULE_UTILS if name.startswith("module_utils._cloud.")])
def test_the_cloud_knows_nothing_of_images(name: str) -> None:
    allowed = ("module_utils._cloud.", "module_utils._libraries")
    assert [target for target in reach(name) if not target.startswith(allowed)] == []


@pytest.mark.parametrize("name", [name for name in MODULE_UTILS if name.startswith("module_utils._images.")])
def test_images_know_the_cloud_but_nothing_above_them(name: str) -> None:
    allowed = ("module_utils._cloud.", "module_utils._images.", "module_utils._libraries")
    assert [target for target in reach(name) if not target.startswith(allowed)] == []


@pytest.mark.parametrize("name", MODULE_UTILS)
def test_what_modules_use_knows_no_entry_point(name: str) -> None:
    """Nor anything else that only the controller has."""
    assert [target for target in reach(name) if not target.startswith("module_utils.")] == []
    controller = [module for module, _name in imports(name) if module.partition(".")[0] == "ansible"]
    assert [module for module in controller if not f"{module}.".startswith("ansible.module_utils.")] == []


@pytest.mark.parametrize("name", PURE)
def test_what_is_pure_does_no_io(name: str) -> None:
    """Not by its own imports, and not through any file that it imports; calls that need no import neither."""
    whole = {f"module_utils.{name}", *reach(f"module_utils.{name}")} - {"module_utils._libraries"}
    outside = {target: sorted(foreign(target) & (NETWORK | FILES_AND_PROGRAMS)) for target in whole}
    assert {target: found for target, found in outside.items() if found} == {}
    assert [target for target in whole if names_in(target) & {"open", "print", "input", "exec", "eval"}] == []


def test_only_signing_knows_the_libraries_among_what_is_pure() -> None:
    """It is an authentication class of requests; the others need no library at all."""
    users = [name for name in PURE if "module_utils._libraries" in reach(f"module_utils.{name}")]
    assert users == ["_cloud.signing"]


def attributes_of_libraries(name: str) -> set[str]:
    """What a file uses of the libraries, such as ``requests.auth.AuthBase``."""
    found = {ast.unparse(node) for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    return {text for text in found if text.startswith("_libraries.requests")}


def test_what_signing_uses_of_requests_is_its_base_class() -> None:
    used = attributes_of_libraries("module_utils._cloud.signing")
    assert max(used, key=len) == "_libraries.requests.auth.AuthBase"
    assert all("_libraries.requests.auth.AuthBase".startswith(text) for text in used)


def test_one_file_touches_the_network() -> None:
    users = {
        name
        for name in NAMES
        if foreign(name) & NETWORK or attributes_of_libraries(name) - {"_libraries.requests"}
        if name not in ("module_utils._libraries", "module_utils._cloud.signing")
    }
    assert users == {"module_utils._cloud.adapter", "module_utils._cloud.library_errors"}
    # The second one only reads their exceptions.
    names = {imported for _module, imported in imports("module_utils._cloud.library_errors")}
    assert "HTTPAdapter" not in names
    called = {
        ast.unparse(node.func)
        for node in ast.walk(tree("module_utils._cloud.library_errors"))
        if isinstance(node, ast.Call)
    }
    assert not [name for name in called if name.startswith(("socket.", "ssl.", "http.", "requests."))]


def test_the_libraries_are_imported_in_one_file() -> None:
    """So that a missing one is Ansible's to report."""
    users = {name for name in NAMES if foreign(name) & {"requests", "voluptuous"}}
    assert users == {"module_utils._libraries"}


@pytest.mark.parametrize("name", NAMES)
def test_no_vendor_sdk(name: str) -> None:
    """It is for the tests alone."""
    assert [module for module in foreign(name) if module.startswith("huaweicloudsdk")] == []


def test_only_entry_points_know_how_ansible_fails() -> None:
    users = {name for name in NAMES if {imported for _module, imported in imports(name)} & WAYS_TO_FAIL}
    assert users, "nobody does"
    assert [name for name in users if name.partition(".")[0] not in ENTRY_POINTS] == []


@pytest.mark.parametrize("name", MODULE_UTILS)
def test_nobody_else_fails_as_ansible_does(name: str) -> None:
    called = {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    assert called & {"fail_json", "exit_json"} == set()
    assert names_in(name) & {"SystemExit", "exit", "quit"} == set()


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("modules.")])
def test_main_only_wires(name: str) -> None:
    """Documentation, imports, and one short function without a loop or a condition of the business."""
    functions = [node for node in ast.walk(tree(name)) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]
    assert [getattr(node, "name", "lambda") for node in functions] == ["main"]
    main = functions[0]
    loops = (ast.For, ast.While, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Compare)
    assert [ast.unparse(node) for node in ast.walk(main) if isinstance(node, loops)] in ([], ["failure is not None"])
    assert sum(isinstance(node, ast.stmt) for node in ast.walk(main)) <= 16


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("modules.")])
def test_a_module_checks_the_version_of_python_before_its_own_imports(name: str) -> None:
    """An older Python fails in them. Beside that, a module consists of documentation, imports and main()."""
    body = [node for node in tree(name).body if not isinstance(node, ast.FunctionDef)]
    kinds = [
        node.targets[0].id
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        else ast.unparse(node.test)
        if isinstance(node, ast.If)
        else "own import"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(COLLECTION)
        else type(node).__name__
        for node in body
    ]
    assert kinds == [
        *("ImportFrom", "DOCUMENTATION", "EXAMPLES", "RETURN", "Import", "Import", "ImportFrom"),
        "sys.version_info < (3, 9)",
        *["own import"] * 3,
        "__name__ == '__main__'",
    ]


def test_no_file_of_a_module_is_hidden_from_ansible() -> None:
    """Ansible ships what it finds by the imports' names: one that is computed would be missing on the host."""
    computed = {
        name: sorted(names_in(name) & {"__import__", "importlib", "import_module"})
        for name in NAMES
        if name.startswith(("module_utils.", "modules."))
    }
    assert {name: found for name, found in computed.items() if found} == {}

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The import graph: dependencies between files, and the files that use the network and the libraries."""

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
    "_cloud.strict_json",
    "_images.query",
    "_images.criteria",
    "_images.selection",
)

# Top-level packages that open connections, open files or start programs.
NETWORK = {"requests", "urllib3", "socket", "ssl", "http", "asyncio", "ftplib", "smtplib", "socketserver", "xmlrpc"}
FILES_AND_PROGRAMS = {"os", "io", "pathlib", "subprocess", "shutil", "tempfile", "configparser", "multiprocessing"}
ANSIBLE_FAILURES = {"AnsibleModule", "AnsibleError", "AnsibleLookupError", "AnsibleActionFail", "AnsibleFilterError"}


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
    """The imports of a file, except those for type checkers."""

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
    """Return the imports of a file: modules, and names in them."""
    visitor = Imports(name)
    visitor.visit(tree(name))
    return tuple(visitor.found)


@cache
def own_imports(name: str) -> frozenset[str]:
    """Return the files of this collection that a file imports."""
    found = set()
    for module, imported in imports(name):
        if module == COLLECTION or module.startswith(f"{COLLECTION}."):
            target = module[len(COLLECTION) + 1 :]
            deeper = f"{target}.{imported}".lstrip(".")
            found.add(deeper if deeper in FILES else target)
    return frozenset(found)


def other_imports(name: str) -> set[str]:
    """Return the top-level packages of all other imports of a file."""
    return {module.partition(".")[0] for module, _name in imports(name) if not module.startswith(f"{COLLECTION}.")}


def all_imports(name: str) -> set[str]:
    """Return the files of this collection that a file imports directly or indirectly."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = own_imports(waiting.pop()) - found
        found |= new
        waiting.extend(new)
    return found


def names_in(name: str) -> set[str]:
    return {node.id for node in ast.walk(tree(name)) if isinstance(node, ast.Name)}


def test_the_graph_is_not_empty() -> None:
    assert {f"module_utils.{name}" for name in PURE} < set(FILES)
    assert {"module_utils._cloud.transport", "module_utils._search", "modules.workspace_image_info"} < set(FILES)
    assert "module_utils._cloud.errors" in own_imports("module_utils._images.query")
    assert {"module_utils._cloud.transport", "module_utils._libraries"} <= all_imports("modules.workspace_image_info")


@pytest.mark.parametrize("name", NAMES)
def test_every_import_of_the_collection_is_a_file(name: str) -> None:
    assert [target for target in own_imports(name) if target not in FILES] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_import_is_circular(name: str) -> None:
    assert name not in all_imports(name)


@pytest.mark.parametrize("name", [name for name in MODULE_UTILS if name.startswith("module_utils._cloud.")])
def test_cloud_does_not_import_images(name: str) -> None:
    allowed = ("module_utils._cloud.", "module_utils._libraries")
    assert [target for target in all_imports(name) if not target.startswith(allowed)] == []


@pytest.mark.parametrize("name", [name for name in MODULE_UTILS if name.startswith("module_utils._images.")])
def test_images_import_only_images_and_cloud(name: str) -> None:
    allowed = ("module_utils._cloud.", "module_utils._images.", "module_utils._libraries")
    assert [target for target in all_imports(name) if not target.startswith(allowed)] == []


@pytest.mark.parametrize("name", MODULE_UTILS)
def test_module_utils_import_only_module_utils(name: str) -> None:
    """Managed nodes do not have other files of the collection or of Ansible."""
    assert [target for target in all_imports(name) if not target.startswith("module_utils.")] == []
    controller = [module for module, _name in imports(name) if module.partition(".")[0] == "ansible"]
    assert [module for module in controller if not f"{module}.".startswith("ansible.module_utils.")] == []


@pytest.mark.parametrize("name", PURE)
def test_pure_files_do_no_io(name: str) -> None:
    """Neither with direct and indirect imports, nor with built-in functions."""
    files = {f"module_utils.{name}", *all_imports(f"module_utils.{name}")} - {"module_utils._libraries"}
    found = {target: sorted(other_imports(target) & (NETWORK | FILES_AND_PROGRAMS)) for target in files}
    assert {target: packages for target, packages in found.items() if packages} == {}
    assert [target for target in files if names_in(target) & {"open", "print", "input", "exec", "eval"}] == []


def test_signing_is_the_only_pure_file_that_uses_a_library() -> None:
    """It contains authentication classes of requests."""
    users = [name for name in PURE if "module_utils._libraries" in all_imports(f"module_utils.{name}")]
    assert users == ["_cloud.signing"]


def used_attributes(name: str) -> set[str]:
    """Return the attributes of requests that a file uses, such as ``requests.auth.AuthBase``."""
    found = {ast.unparse(node) for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    return {text for text in found if text.startswith("_libraries.requests")}


def test_signing_uses_only_a_base_class_of_requests() -> None:
    used = used_attributes("module_utils._cloud.signing")
    assert max(used, key=len) == "_libraries.requests.auth.AuthBase"
    assert all("_libraries.requests.auth.AuthBase".startswith(text) for text in used)


def test_one_file_uses_the_network() -> None:
    users = {
        name
        for name in NAMES
        if other_imports(name) & NETWORK or used_attributes(name) - {"_libraries.requests"}
        if name not in ("module_utils._libraries", "module_utils._cloud.signing")
    }
    assert users == {"module_utils._cloud.adapter", "module_utils._cloud.library_errors"}
    # library_errors only handles exceptions of the libraries.
    names = {imported for _module, imported in imports("module_utils._cloud.library_errors")}
    assert "HTTPAdapter" not in names
    called = {
        ast.unparse(node.func)
        for node in ast.walk(tree("module_utils._cloud.library_errors"))
        if isinstance(node, ast.Call)
    }
    assert not [name for name in called if name.startswith(("socket.", "ssl.", "http.", "requests."))]


def test_the_libraries_are_imported_in_one_file() -> None:
    """So that Ansible can report a missing library."""
    users = {name for name in NAMES if other_imports(name) & {"requests", "voluptuous"}}
    assert users == {"module_utils._libraries"}


@pytest.mark.parametrize("name", NAMES)
def test_the_vendors_sdk_is_not_imported(name: str) -> None:
    """Only tests use it."""
    assert [module for module in other_imports(name) if module.startswith("huaweicloudsdk")] == []


def test_only_entry_points_raise_failures_of_ansible() -> None:
    users = {name for name in NAMES if {imported for _module, imported in imports(name)} & ANSIBLE_FAILURES}
    assert users
    assert [name for name in users if name.partition(".")[0] not in ENTRY_POINTS] == []


@pytest.mark.parametrize("name", MODULE_UTILS)
def test_module_utils_do_not_end_the_module(name: str) -> None:
    called = {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    assert called & {"fail_json", "exit_json"} == set()
    assert names_in(name) & {"SystemExit", "exit", "quit"} == set()


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("modules.")])
def test_a_module_has_one_short_function(name: str) -> None:
    """It has no loops and no comparisons."""
    functions = [node for node in ast.walk(tree(name)) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]
    assert [getattr(node, "name", "lambda") for node in functions] == ["main"]
    main = functions[0]
    loops = (ast.For, ast.While, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Compare)
    assert [ast.unparse(node) for node in ast.walk(main) if isinstance(node, loops)] in ([], ["failure is not None"])
    assert sum(isinstance(node, ast.stmt) for node in ast.walk(main)) <= 16


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("modules.")])
def test_a_module_checks_the_version_of_python_before_its_own_imports(name: str) -> None:
    """These imports fail with older versions. A module has only documentation, imports and main()."""
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


def test_modules_have_no_computed_imports() -> None:
    """Ansible sends only files to the managed node that it finds by the names of imports."""
    computed = {
        name: sorted(names_in(name) & {"__import__", "importlib", "import_module"})
        for name in NAMES
        if name.startswith(("module_utils.", "modules."))
    }
    assert {name: found for name, found in computed.items() if found} == {}


def is_frozen(decorator: ast.expr) -> bool:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(keyword.arg == "frozen" and ast.unparse(keyword.value) == "True" for keyword in keywords)


def test_only_dataclasses_that_collect_results_can_change() -> None:
    changeable = {
        node.name
        for name in NAMES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).partition("(")[0] == "dataclass" and not is_frozen(decorator)
    }
    # Python itself changes an exception: it sets the traceback.
    assert changeable == {"CloudError", "Context", "Listing", "Outcome", "_Progress"}

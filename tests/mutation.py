# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make mutants``: mutate the code at one position at a time, and count the mutants that the unit tests detect.

cosmic-ray makes the mutants: one mutant for each position of a seeded sample. The tests of a file are those that import
it, beginning with the file's own test.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[1]
COLLECTION = Path("ansible_collections/huaweicloud/workspace")
FOLDERS = ("plugins/module_utils", "plugins/plugin_utils")
TESTS = sorted((ROOT / "tests/unit").rglob("test_*.py"))
ALL_TESTS = "tests/unit/plugins"
WORKERS = 2
TIMEOUT_S = 600.0
"""Timeout of the tests of one mutant, in seconds. A mutant that exceeds it, such as an endless loop, is detected."""


@dataclass(frozen=True)
class Mutant:
    """A mutated file: its path in the repository, and its text."""

    path: str
    text: str

    @property
    def diff(self) -> str:
        """Return the mutation as a unified diff."""
        before = (ROOT / self.path).read_text(encoding="utf-8").splitlines(keepends=True)
        after = self.text.splitlines(keepends=True)
        return "".join(difflib.unified_diff(before, after, self.path, self.path, n=0))


def sample_mutants(number: int, seed: int) -> list[Mutant]:
    """Return a sample with at most one mutant for each position."""
    generator = random.Random(seed)  # noqa: S311
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path.read_text().strip())
    positions = {(path, start): candidates for path in files for start, candidates in _candidates(path).items()}
    order = generator.sample(sorted(positions), len(positions))
    mutants = (_mutate(each[0], generator.sample(positions[each], len(positions[each]))) for each in order)
    return list(itertools.islice(filter(None, mutants), number))


def _candidates(path: Path) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """Return operators and occurrences for mutants of a file, by position."""
    annotations = list(_annotations(ast.parse(path.read_text(encoding="utf-8"))))
    nodes = list(ast_nodes(get_ast_from_path(path)))
    candidates = defaultdict(list)
    for name in operator_names():
        operator = get_operator(name)
        if name.endswith("/NoOp") or operator.arguments():
            continue
        positions = [position for node in nodes for position in operator().mutation_positions(node)]
        for occurrence, (start, _end) in enumerate(positions):
            if not any(first <= start < last for first, last in annotations):
                candidates[start].append((name, occurrence))
    return candidates


def _annotations(tree: ast.AST) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the start and the end of each type annotation, which is not evaluated."""
    for node in ast.walk(tree):
        for hint in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if hint is not None:
                yield (hint.lineno, hint.col_offset), (hint.end_lineno, hint.end_col_offset)


def _mutate(path: Path, candidates: list[tuple[str, int]]) -> Mutant | None:
    """Return the first mutant that is valid Python. cosmic-ray cannot replace dotted names of exceptions."""
    for operator, occurrence in candidates:
        with contextlib.suppress(AttributeError, SyntaxError):
            text = mutate_code(path.read_text(encoding="utf-8"), get_operator(operator)(), occurrence)
            ast.parse(text)
            return Mutant(str(path.relative_to(ROOT)), text)
    return None


def tests_of(path: str) -> list[str]:
    """Return the unit tests that import a file, its own test first. If no test does, return those of its folder."""
    module = re.escape(path.removesuffix(".py").replace("/", "."))
    parent, _dot, name = module.rpartition(r"\.")
    pattern = re.compile(rf"{module}\b|{parent} import (?:\([^)]*|[^(\n]*)\b{name}\b")
    own = f"test_{Path(path).stem.lstrip('_')}.py"
    tests = [test for test in TESTS if test.name == own or pattern.search(test.read_text(encoding="utf-8"))]
    tests = tests or [test for test in TESTS if test.is_relative_to((ROOT / "tests/unit" / path).parent)]
    return [str(test.relative_to(ROOT)) for test in sorted(tests, key=lambda test: (test.name != own, test))]


def fails(tree: Path, tests: list[str]) -> bool:
    """Return whether a test fails in a copy of the collection."""
    options = ("-x", "-q", "-p", "no:cacheprovider", "--import-mode=importlib")
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *options, *tests]
    with subprocess.Popen(
        command, cwd=tree / COLLECTION, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            return process.wait(TIMEOUT_S) != 0
        except subprocess.TimeoutExpired:
            process.kill()
            return True


class Trees:
    """Copies of the collection, one for each worker."""

    def __init__(self, folder: Path) -> None:
        self.free: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            tree = folder / str(number)
            shutil.rmtree(tree, ignore_errors=True)
            for name in ("plugins", "playbooks", "roles", "docs", "tests", "changelogs", "galaxy.yml", "meta"):
                source, target = ROOT / name, tree / COLLECTION / name
                target.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if source.is_dir() else shutil.copy2
                copy(source, target)
            for cached in list(tree.rglob("__pycache__")):
                shutil.rmtree(cached)
            self.free.put(tree)

    def passes_unchanged(self, paths: set[str]) -> bool:
        """Return whether the tests of files pass in an unchanged copy."""
        tree = self.free.get()
        try:
            return not fails(tree, sorted({test for path in paths for test in tests_of(path)}))
        finally:
            self.free.put(tree)

    def detects(self, mutant: Mutant) -> bool:
        """Return whether a test fails with a mutant: one of its file, or any other of the plugins."""
        tree = self.free.get()
        file = tree / COLLECTION / mutant.path
        file.write_text(mutant.text, encoding="utf-8")
        try:
            return fails(tree, tests_of(mutant.path)) or fails(tree, [ALL_TESTS])
        finally:
            shutil.copy2(ROOT / mutant.path, file)
            self.free.put(tree)


def main() -> int:
    """Print the mutants that survive. Mutants that an earlier run detected are not tested again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder for copies of the collection and for the results")
    parser.add_argument("--sample", type=int, default=150, metavar="NUMBER", help="mutants (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="test no more mutants after this time")
    options = parser.parse_args()
    sample = sample_mutants(options.sample, options.seed)
    results = options.folder / "detected.json"
    detected: set[str] = set(json.loads(results.read_text())) if results.exists() else set()
    trees = Trees(options.folder.resolve())
    if not trees.passes_unchanged({mutant.path for mutant in sample if mutant.diff not in detected}):
        print("The tests fail without a mutant")
        return 1
    end = time.monotonic() + options.seconds
    untested = 0
    survivors: list[Mutant] = []

    def test(mutant: Mutant) -> bool | None:
        if mutant.diff in detected:
            return True
        return trees.detects(mutant) if time.monotonic() < end else None

    with ThreadPoolExecutor(WORKERS) as executor:
        for mutant, outcome in zip(sample, executor.map(test, sample)):
            if outcome:
                detected.add(mutant.diff)
                results.write_text(json.dumps(sorted(detected)))
            elif outcome is None:
                untested += 1
            else:
                survivors.append(mutant)
                print(f"{mutant.diff}\n", flush=True)
    tested = len(sample) - untested
    print(
        f"{tested - len(survivors)} of {tested} mutants are detected, {untested} were not tested (seed {options.seed})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

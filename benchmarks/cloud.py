# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the emulator in a separate process, so that it only competes with the measured client for the CPU."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import DEFAULT_REGION, Account, many_images

EMULATOR = "ansible_collections.huaweicloud.workspace.tests.emulator"
TIMEOUT_S = 30.0
"""Timeout for the start of the emulator and for each request that controls it, in seconds."""


@dataclass(frozen=True)
class Cloud:
    """A running emulator.

    :ivar environment: variables with endpoints and credentials, and a home directory, to which the vendor's SDK writes.
    :ivar folder: a directory for files.
    :ivar images: number of images in each region.
    """

    url: str
    environment: dict[str, str]
    folder: Path
    images: int

    @property
    def project_id(self) -> str:
        """Return the id of the default region's project."""
        return Account().project_ids[DEFAULT_REGION]

    def token(self) -> str:
        """Request a token, for clients that cannot sign."""
        account = Account()
        domain = {"name": account.domain_name}
        user = {"name": account.username, "password": account.password, "domain": domain}
        identity = {"methods": ["password"], "password": {"user": user}}
        document: dict[str, Any] = {"auth": {"identity": identity, "scope": {"project": {"name": DEFAULT_REGION}}}}
        response = requests.post(f"{self.url}/v3/auth/tokens", json=document, timeout=TIMEOUT_S)
        response.raise_for_status()
        return response.headers["X-Subject-Token"]

    def arm(self, **fault: object) -> None:
        """Activate one fault and deactivate all others."""
        self._control("DELETE", "faults")
        self._control("POST", "faults", fault)

    def clear_requests(self) -> None:
        """Clear the emulator's request log."""
        self._control("DELETE", "requests")

    def records(self) -> list[dict[str, Any]]:
        """Return the emulator's request log."""
        records: list[dict[str, Any]] = self._control("GET", "requests").json()
        return records

    def count_listings(self) -> int:
        """Count the requests for a first page in the log."""
        queries = [record["query"] for record in self.records() if record["operation"] == "ListImages"]
        return sum(query.get("offset", "0") == "0" for query in queries)

    def _control(self, method: str, resource: str, document: Any = None) -> requests.Response:
        response = requests.request(method, f"{self.url}/_emulator/{resource}", json=document, timeout=TIMEOUT_S)
        response.raise_for_status()
        return response

    def attempt(self, *command: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a Python program with this environment. Any exit code is accepted.

        :param before: is called in the new process before the program starts.
        """
        return subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=600,
            preexec_fn=before,
        )

    def run(self, *command: str) -> str:
        """Run a Python program with this environment and return its standard output.

        :raises RuntimeError: if it fails.
        """
        program = self.attempt(*command)
        if program.returncode:
            raise RuntimeError(f"{shlex.join(command)} failed:\n{program.stdout}\n{program.stderr}")
        return program.stdout


@contextmanager
def cloud(
    *, images: int = 100, rows: Sequence[Mapping[str, Any]] | None = None, latency: float = 0.0
) -> Iterator[Cloud]:
    """Run an emulator.

    :param images: number of ordinary images in each region.
    :param rows: images to serve instead.
    :param latency: delay of each response in seconds.
    """
    if rows is None:
        rows = [image.row for image in many_images(images)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "images.json").write_text(json.dumps(rows))
        options = {"--data": "images.json", "--port-file": "port"}
        files = [word for option, file in options.items() for word in (option, os.fspath(folder / file))]
        with (folder / "exports").open("w", encoding="utf-8") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", EMULATOR, "--latency", str(latency), *files], stdout=output
            )
        try:
            _wait_for(folder / "port", server)
            port = (folder / "port").read_text().strip()
            yield Cloud(f"http://127.0.0.1:{port}", _environment(folder), folder, len(rows))
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
    """Build the environment of programs: the caller's search paths and the emulator's variables only."""
    configuration = folder / "ansible.cfg"
    configuration.touch()
    inherited = ("PATH", "PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH", "LANG", "LC_ALL")
    printed = subprocess.run(
        ["sh", "-c", '. "$0"; env -0', os.fspath(folder / "exports")],
        env={name: os.environ[name] for name in inherited if name in os.environ},
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

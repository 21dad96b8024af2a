# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cases through a real ansible-playbook, one way or the other, and gathers what can be observed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import trustme
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.huaweicloud.workspace.tests import emulator as emulator_package
from ansible_collections.huaweicloud.workspace.tests.emulator import Account, Emulator
from ansible_collections.huaweicloud.workspace.tests.parity.cases import CASES, KEYS, WEAK_SECRETS, Case

SWITCH = "HUAWEICLOUD_WORKSPACE_IN_PROCESS"
MODULE = "huaweicloud.workspace.workspace_image_info"
HERE = Path(__file__).parent
TREE = Path(str(emulator_package.__file__)).parents[5]

#: Lines of -v to -vvvv that come only, or more often, one way: where a program is started, and where the controller's
#: own process shows its progress.
TRANSPORT = re.compile(
    r"<[^>\n]*> (ESTABLISH|EXEC|PUT|FETCH|SSH)\b|Using module file|Pipelining is enabled|Attempting python interpreter"
    r"|Trying secret FileVaultSecret|<[^>\n]*> workspace_image_info: "
)

#: Such a line that shows a command; it holds the task's environment, newlines and all.
_EXECUTION = re.compile(
    r"<[^>\n]*> EXEC (?:"
    r"(?:.|\n(?!<|PLAY|TASK|\[|ok:|changed:|failed:|fatal:))*?(?: && sleep 0|python[\d.]*)'$|.*)",
    re.MULTILINE,
)
_VAULT_PASSWORD = "open sesame"
_ACCOUNT = Account()


@dataclass(frozen=True)
class Mode:
    """A way to run a task.

    :ivar name: as long as the other one's: long lines are broken where a folder is in them.
    :ivar environment: variables for Ansible.
    """

    name: str
    environment: Mapping[str, str]


MODULE_MODE = Mode("module", {SWITCH: "false"})
WORKER_MODE = Mode("worker", {SWITCH: "true"})


@dataclass(frozen=True)
class Observed:
    """All that a user can see of one case.

    :ivar results: events of all hosts, as the callback plugin wrote them.
    :ivar output: the play's lines, standard error among them.
    :ivar requests: that reached the case's emulator.
    """

    case: Case
    results: list[dict[str, Any]]
    output: list[str]
    requests: list[dict[str, Any]]

    @property
    def started_programs(self) -> list[str]:
        """What was started outside of the controller, as it says so itself."""
        return [line for line in self.output if TRANSPORT.match(line) and " EXEC " in line]


@dataclass(frozen=True)
class Run:
    """What one run of Ansible left behind.

    :ivar text: everything that may hold a secret: the output, the log and the results.
    """

    code: int
    cases: dict[str, Observed]
    recap: list[str]
    log: list[str]
    text: str
    secrets: Sequence[str]


def run(
    place: Path,
    cases: Sequence[Case],
    mode: Mode,
    *,
    verbosity: int = 4,
    go_on: bool = True,
    directory: Path | None = None,
) -> Run:
    """Run the cases in one ansible-playbook, each as a play against an emulator of its own.

    :param place: a folder for all that is written.
    :param go_on: whether a task that fails is ignored.
    :param directory: the current directory at the start, by default ``place``.
    """
    with contextlib.ExitStack() as stack:
        stage = _Stage(place, cases, stack)
        stage.write_playbook(go_on=go_on)
        files = ["--inventory", str(place / "inventory.json"), "--vault-password-file", str(place / "vault-password")]
        command = ["ansible-playbook", *files, *["-v"] * verbosity, str(place / "plays" / "playbook.yml")]
        process = start(place, command, mode, directory)
        return stage.observe(process)


def start(
    place: Path, command: Sequence[str], mode: Mode, directory: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Start one of Ansible's programs; its standard error goes where its standard output goes."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ANSIBLE_CALLBACKS_ENABLED": "parity_results",
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "plugins" / "callback"),
        "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "plugins" / "connection"),
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_ASYNC_DIR": str(home / "async"),
        "ANSIBLE_LOG_PATH": str(place / "log"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_REMOTE_TMP": str(home / "tmp"),
        "PARITY_RESULTS": str(place / "results"),
        "PYTHONUNBUFFERED": "1",
        **mode.environment,
    }
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=directory or place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
        timeout=300,
    )


#: Runs for each way; more than one, so that all processors have something to do, and one for each weak secret.
GROUPS = len(WEAK_SECRETS)


class Runs:
    """All cases, each both ways."""

    def __init__(self, place: Path, executor: ThreadPoolExecutor, cases: list[Case]) -> None:
        self._group_of = {case.name: number % GROUPS for number, case in enumerate(cases)}
        self._runs: dict[tuple[str, int], Future[Run]] = {
            (mode.name, group): executor.submit(run, place / mode.name / str(group), cases[group::GROUPS], mode)
            for group in range(GROUPS)
            for mode in (MODULE_MODE, WORKER_MODE)
            if cases[group::GROUPS]
        }

    def groups(self) -> list[int]:
        return sorted({group for _mode, group in self._runs})

    def run(self, mode: Mode, group: int) -> Run:
        return self._runs[mode.name, group].result()

    def of(self, mode: Mode, case: Case) -> Observed:
        return self.run(mode, self._group_of[case.name]).cases[case.name]


class _Stage:
    """A folder with playbook and inventory, and the emulators that they are about."""

    def __init__(self, place: Path, cases: Sequence[Case], stack: contextlib.ExitStack) -> None:
        self.place = place
        self.cases = cases
        self.plays = place / "plays"
        self.plays.mkdir(parents=True)
        (place / "vault-password").write_text(_VAULT_PASSWORD)
        authority = trustme.CA()
        self.ca = self.plays / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.emulators = {}
        self.tokens: list[str] = []
        for case in cases:
            emulator = Emulator(images=case.images, ssl_context=context if case.tls else None)
            for fault in case.faults:
                emulator.arm(**fault)
            self.emulators[case.name] = stack.enter_context(emulator)
        self._write_inventory()

    def _write_inventory(self) -> None:
        hosts: dict[str, Any] = {}
        for case in CASES:
            variables = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
            for host in _hosts(case):
                hosts[host] = {**variables, **case.variables, **self._variables(case)}
        hosts = {"all": {"hosts": hosts}}
        (self.place / "inventory.json").write_text(json.dumps(hosts))

    def _variables(self, case: Case) -> dict[str, str]:
        emulator = self.emulators.get(case.name)
        if emulator is None:
            return {}
        token = emulator.issue_token()
        self.tokens.append(token)
        files = self.plays / f"files_{case.name}"
        for name, text in case.files(emulator).items():
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            (files / name).write_text(self.ca.read_text() if text == "@ca" else text)
        return {
            "emulator_access_key": _ACCOUNT.access_key,
            "emulator_secret_key": _ACCOUNT.secret_key,
            "emulator_temporary_access_key": _ACCOUNT.temporary.access_key,
            "emulator_temporary_secret_key": _ACCOUNT.temporary.secret_key,
            "emulator_security_token": _ACCOUNT.security_token,
            "emulator_password": _ACCOUNT.password,
            "emulator_token": token,
            "emulator_url": emulator.url,
            "emulator_project": emulator.project_id,
            "emulator_ca": str(self.ca),
            "emulator_files": str(files),
            "emulator_become": "su" if os.geteuid() == 0 else "sudo",
            "emulator_other_python": str(self._other_python()),
            "emulator_bare_python": str(self._bare_python()),
        }

    def _other_python(self) -> Path:
        """The same Python by another name."""
        path = self.place / "other-python"
        if not path.exists():
            path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            path.chmod(0o755)
        return path

    def _bare_python(self) -> Path:
        """The same Python without the libraries."""
        path = self.place / "bare-python"
        if not path.exists():
            path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
            path.chmod(0o755)
        return path

    def write_playbook(self, *, go_on: bool) -> None:
        plays = [_play(case, go_on=go_on) for case in self.cases]
        (self.plays / "playbook.yml").write_text("".join(plays))

    def observe(self, process: subprocess.CompletedProcess[str]) -> Run:
        results = self.place / "results"
        noted = results.read_text() if results.exists() else ""
        log = (self.place / "log").read_text() if (self.place / "log").exists() else ""
        sections, recap = _sections(process.stdout)
        notes = [json.loads(line) for line in noted.splitlines()]
        cases = {}
        for case in self.cases:
            emulator = self.emulators[case.name]
            clean = _Cleaner(self.place, emulator)
            cases[case.name] = Observed(
                case,
                [clean.result(note) for note in notes if note["play"] == case.name],
                [clean.text(line) for line in sections.get(case.name, [])],
                [clean.request(record.document()) for record in emulator.requests],
            )
        secrets = (
            _ACCOUNT.secret_key, _ACCOUNT.temporary.secret_key, _ACCOUNT.security_token, _ACCOUNT.password,
            _ACCOUNT.access_key, _ACCOUNT.temporary.access_key, *self.tokens,
        )  # fmt: skip
        # Ansible itself shows a task's environment where it starts a program.
        text = _EXECUTION.sub("", "\n".join((process.stdout, noted, log)))
        return Run(process.returncode, cases, recap, log.splitlines(), text, secrets)


def _hosts(case: Case) -> list[str]:
    return [case.name, *(f"{case.name}_{number}" for number in range(2, case.hosts + 1))]


def _play(case: Case, *, go_on: bool) -> str:
    tasks = case.tasks.replace("@connection", case.connection) or _task(case, go_on=go_on)
    vaults = {"@vault": _vaulted_key, "@vault_name": _vaulted_name}
    if case.tasks in vaults:
        tasks = vaults[case.tasks]()
    head = f"- name: {case.name}\n  hosts: {','.join(_hosts(case))}\n  gather_facts: false\n"
    return f"{head}{indent(case.play.replace('@keys', KEYS), '  ')}\n  tasks:\n{indent(tasks, '    ')}\n"


def _task(case: Case, *, go_on: bool) -> str:
    options = ", ".join(part for part in (case.connection, case.args) if part)
    after = "ignore_errors: true\n" if go_on else ""
    lines = f"{MODULE}: {{{options}}}\nregister: found\n{after}{case.task}\n"
    return f"- name: Find\n{indent(lines, '  ')}"


def _vaulted(text: str) -> str:
    vault = VaultLib([("default", VaultSecret(_VAULT_PASSWORD.encode()))])
    return "!vault |\n" + indent(vault.encrypt(text).decode(), "      ")


def _vaulted_key() -> str:
    lines = [
        f"- {MODULE}:",
        *(f"    {option}" for option in KEYS.replace('"{{ emulator_secret_key }}"', "@").split(", ")),
        "  register: found",
        "- debug: {var: found}",
    ]
    return "\n".join(lines).replace("@", _vaulted(_ACCOUNT.secret_key))


def _vaulted_name() -> str:
    lines = [
        f"- {MODULE}:",
        *(f"    {option}" for option in KEYS.split(", ")),
        "    name:",
        f"    - {_vaulted('*201*')}",
        "    - '*203*'",
        f"    name_regex: {_vaulted('Win')}",
        "  register: found",
        "- debug: {var: found}",
    ]
    return "\n".join(lines)


def _sections(output: str) -> tuple[dict[str, list[str]], list[str]]:
    """Lines by play, and those after the last one."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _EXECUTION.sub(lambda match: match[0].replace("\n", " "), output).splitlines():
        if match := re.match(r"PLAY \[(.*?)\] \*", line):
            current = sections.setdefault(match[1], [])
        elif line.startswith("PLAY RECAP"):
            current = sections.setdefault("", [])
        current.append(line)
    return sections, sections.get("", [])


class _Cleaner:
    """Replaces what differs from run to run by its nature."""

    def __init__(self, place: Path, emulator: Emulator) -> None:
        self._patterns = [
            (re.compile(pattern), text)
            for pattern, text in (
                (re.escape(str(place)), "PLACE"),
                (rf"\b127\.0\.0\.1:{emulator.port}\b", "EMULATOR"),
                (rf"\bport={emulator.port}\b", "port=EMULATOR"),
                (r"\bj\d{6,}(\.\d+)?", "JOB"),
                (r"\b[\w.]+_payload_\w+", "payload"),
                (r"ansible-tmp-[\d.-]+", "ansible-tmp"),
                (r"ansible-local-\w+", "ansible-local"),
                (rf"\b(?!{'|'.join(_ACCOUNT.project_ids.values())})[0-9a-f]{{32}}\b", "REQUEST"),
                (r"\b20\d{6}T\d{6}Z\b", "DATE"),
                (r"\b[0-9a-f]{64}\b", "DIGEST"),
                (r"0x[0-9a-f]{8,}", "0xADDRESS"),
                # which line of Ansible waited when a task's time was over, in results up to ansible-core 2.18
                (r"Interrupted at <frame[^>]*>", "Interrupted"),
                (r'"(start|end|delta)": "[^"]*"', r'"\1": ""'),
            )
        ]

    def text(self, text: str) -> str:
        for pattern, replacement in self._patterns:
            text = pattern.sub(replacement, text)
        return text

    def result(self, note: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._value(key, value) for key, value in note.items()}

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return "ITS OWN" if key in ("request_id", "start", "end", "delta") else self.text(value)
        if isinstance(value, dict):
            return {name: self._value(name, item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._value(key, item) for item in value]
        return value

    def request(self, record: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: record[name] for name in ("operation", "method", "path", "raw_query", "body", "region", "faults")}
        headers = {name: self.text(value) for name, value in record["headers"].items()}
        if "authorization" in headers:
            headers["authorization"] = re.sub(r"Signature=\w+", "Signature=", headers["authorization"])
        for name in ("x-auth-token", "x-subject-token"):
            if name in headers:
                headers[name] = "a token"
        return {**kept, "headers": headers}

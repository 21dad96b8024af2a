# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run cases with ansible-playbook, in the controller's process or as modules, and collect what a user can see."""

from __future__ import annotations

import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import trustme
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.huaweicloud.workspace.tests import emulator as emulator_package
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.parity.cases import ACCOUNT, CASES, WEAK_SECRETS, Case

MODULE = "huaweicloud.workspace.workspace_image_info"

#: Lines at -v to -vvvv that depend on the mode: those about starting a module, and the progress messages of the
#: controller's process.
MODE_SPECIFIC_LINE = re.compile(
    r"<[^>\n]*> (ESTABLISH|EXEC|PUT|FETCH|SSH)\b|Using module file|Pipelining is enabled|Attempting python interpreter"
    r"|Trying secret FileVaultSecret|<[^>\n]*> workspace_image_info: "
)

#: Compiled code of modules, for all runs.
_CODE_CACHE = tempfile.TemporaryDirectory(prefix="parity-code-")

#: A message about an executed command. The command contains the task's environment, which can contain newlines.
_EXEC_MESSAGE = re.compile(
    r"<[^>\n]*> EXEC (?:"
    r"(?:.|\n(?!<|PLAY|TASK|\[|ok:|changed:|failed:|fatal:))*?(?: && sleep 0|python[\d.]*)'$|.*)",
    re.MULTILINE,
)
_PARITY_DIRECTORY = Path(__file__).parent
_COLLECTIONS_PATH = Path(str(emulator_package.__file__)).parents[5]
_SWITCH = "HUAWEICLOUD_WORKSPACE_IN_PROCESS"
_VAULT_PASSWORD = "open sesame"


@dataclass(frozen=True)
class ExecutionMode:
    """How Ansible runs the module.

    :ivar environment: environment variables of Ansible.
    """

    name: str
    environment: Mapping[str, str]

    @property
    def directory_name(self) -> str:
        """Return a name of the same length for each mode: Ansible wraps messages, and they contain paths."""
        return self.name.ljust(10, "_")


AS_MODULE = ExecutionMode("as_module", {_SWITCH: "false"})
IN_PROCESS = ExecutionMode("in_process", {_SWITCH: "true"})
#: The controller lacks a library that the Python of the module has.
NO_LIBRARY = ExecutionMode("no_library", {_SWITCH: "true", "PYTHONPATH": str(_PARITY_DIRECTORY / "without_voluptuous")})


@dataclass(frozen=True)
class CaseResult:
    """What a user can see of a case.

    :ivar events: what the callback plugin recorded for all hosts.
    :ivar output: the lines of the play, standard error included.
    :ivar requests: the requests that the emulator of the case received.
    """

    case: Case
    events: list[dict[str, Any]]
    output: list[str]
    requests: list[dict[str, Any]]

    @property
    def executed_commands(self) -> list[str]:
        """Return the messages about commands that Ansible executed outside of its own process."""
        return [line for line in self.output if MODE_SPECIFIC_LINE.match(line) and " EXEC " in line]


@dataclass(frozen=True)
class PlaybookRun:
    """The result of one run of ansible-playbook.

    :ivar log: the lines of Ansible's log file.
    :ivar text: output, events and log, without the messages about executed commands.
    :ivar secrets: values that ``text`` must not contain.
    """

    exit_code: int
    case_results: dict[str, CaseResult]
    recap: list[str]
    log: list[str]
    text: str
    secrets: Sequence[str]


def run_playbook(
    directory: Path,
    cases: Sequence[Case],
    mode: ExecutionMode,
    *,
    verbosity: int = 4,
    ignore_errors: bool = True,
    working_directory: Path | None = None,
) -> PlaybookRun:
    """Run cases in one ansible-playbook. Each case is a play and has its own emulator.

    :param directory: where to write all files.
    :param verbosity: number of ``-v`` options.
    :param ignore_errors: whether the playbook continues after a failed task.
    :param working_directory: where to start ansible-playbook, by default in ``directory``.
    """
    with contextlib.ExitStack() as stack:
        test_bed = _TestBed(directory, cases, stack)
        test_bed.write_playbook(ignore_errors=ignore_errors)
        options = [
            *("--inventory", str(directory / "inventory.json")),
            *("--vault-password-file", str(directory / "vault-password")),
            *["-v"] * verbosity,
        ]
        command = ["ansible-playbook", *options, str(directory / "plays" / "playbook.yml")]
        return test_bed.collect(run_program(directory, command, mode, working_directory))


def run_program(
    directory: Path, command: Sequence[str], mode: ExecutionMode, working_directory: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of Ansible's programs, with standard error redirected to standard output."""
    home = directory / "home"
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ANSIBLE_CALLBACKS_ENABLED": "parity_results",
        "ANSIBLE_CALLBACK_PLUGINS": str(_PARITY_DIRECTORY / "plugins" / "callback"),
        "ANSIBLE_CONNECTION_PLUGINS": str(_PARITY_DIRECTORY / "plugins" / "connection"),
        "ANSIBLE_COLLECTIONS_PATH": str(_COLLECTIONS_PATH),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_ASYNC_DIR": str(home / "async"),
        "ANSIBLE_LOG_PATH": str(directory / "log"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_REMOTE_TMP": str(home / "tmp"),
        "PARITY_CODE_CACHE": _CODE_CACHE.name,
        "PARITY_RESULTS": str(directory / "results"),
        "PYTHONPATH": str(_PARITY_DIRECTORY / "code_cache"),
        "PYTHONUNBUFFERED": "1",
        **mode.environment,
    }
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=working_directory or directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
        timeout=300,
    )


class PlaybookRuns:
    """Run cases in both modes, in several groups in parallel. Each weak secret is in a group of its own."""

    _GROUP_COUNT = len(WEAK_SECRETS)

    def __init__(self, directory: Path, executor: ThreadPoolExecutor, cases: list[Case]) -> None:
        self._group_numbers = {case.name: index % self._GROUP_COUNT for index, case in enumerate(cases)}
        groups = [cases[number :: self._GROUP_COUNT] for number in range(min(self._GROUP_COUNT, len(cases)))]
        self._runs: dict[str, list[Future[PlaybookRun]]] = {
            mode.name: [
                executor.submit(run_playbook, directory / mode.directory_name / str(number), group, mode)
                for number, group in enumerate(groups)
            ]
            for mode in (AS_MODULE, IN_PROCESS)
        }

    def of_mode(self, mode: ExecutionMode) -> list[PlaybookRun]:
        """Return the runs of all groups in a mode."""
        return [run.result() for run in self._runs[mode.name]]

    def case_result(self, mode: ExecutionMode, case: Case) -> CaseResult:
        """Return the result of a case in a mode."""
        return self._runs[mode.name][self._group_numbers[case.name]].result().case_results[case.name]


class _TestBed:
    """The files of one run of ansible-playbook, and an emulator for each case."""

    def __init__(self, directory: Path, cases: Sequence[Case], stack: contextlib.ExitStack) -> None:
        self._directory = directory
        self._cases = cases
        self._plays = directory / "plays"
        self._plays.mkdir(parents=True)
        (directory / "vault-password").write_text(_VAULT_PASSWORD)
        authority = trustme.CA()
        self._ca_path = self._plays / "ca.pem"
        authority.cert_pem.write_to_path(str(self._ca_path))
        tls_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls_context)
        self._emulators: dict[str, Emulator] = {}
        self._tokens: list[str] = []
        for case in cases:
            emulator = Emulator(images=case.images, ssl_context=tls_context if case.tls else None)
            for fault in case.faults:
                emulator.arm(**fault)
            self._emulators[case.name] = stack.enter_context(emulator)
        self._write_inventory()

    def write_playbook(self, *, ignore_errors: bool) -> None:
        plays = [_format_play(case, ignore_errors=ignore_errors) for case in self._cases]
        (self._plays / "playbook.yml").write_text("".join(plays))

    def _write_inventory(self) -> None:
        hosts: dict[str, Any] = {}
        for case in CASES:
            variables = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
            for host in _list_hosts(case):
                hosts[host] = {**variables, **case.host_variables, **self._prepare_variables(case)}
        (self._directory / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts}}))

    def _prepare_variables(self, case: Case) -> dict[str, str]:
        """Write the files of a case, issue a token for it, and return the variables of its hosts."""
        emulator = self._emulators.get(case.name)
        if emulator is None:
            return {}
        token = emulator.issue_token()
        self._tokens.append(token)
        case_files = self._plays / f"files_{case.name}"
        for name, text in case.files.items():
            (case_files / name).parent.mkdir(parents=True, exist_ok=True)
            (case_files / name).write_text(text)
        return {
            "emulator_access_key": ACCOUNT.access_key,
            "emulator_secret_key": ACCOUNT.secret_key,
            "emulator_temporary_access_key": ACCOUNT.temporary.access_key,
            "emulator_temporary_secret_key": ACCOUNT.temporary.secret_key,
            "emulator_security_token": ACCOUNT.security_token,
            "emulator_password": ACCOUNT.password,
            "emulator_token": token,
            "emulator_url": emulator.url,
            "emulator_project_id": emulator.project_id,
            "emulator_ca_path": str(self._ca_path),
            "case_files": str(case_files),
            "usable_become_method": "su" if os.geteuid() == 0 else "sudo",
            "other_python_path": self._write_python("other-python"),
            "bare_python_path": self._write_python("bare-python", "-S"),
        }

    def _write_python(self, name: str, *options: str) -> str:
        """Write a script that starts this Python, and return the path. With ``-S``, Python finds no libraries."""
        path = self._directory / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {" ".join(options)} "$@"\n')
        path.chmod(0o755)
        return str(path)

    def collect(self, process: subprocess.CompletedProcess[str]) -> PlaybookRun:
        """Collect the results of ansible-playbook after it has ended."""
        results, log = (
            path.read_text() if path.exists() else "" for path in (self._directory / "results", self._directory / "log")
        )
        events = [json.loads(line) for line in results.splitlines()]
        output_of_plays, recap = _split_output(process.stdout)
        case_results = {}
        for case in self._cases:
            emulator = self._emulators[case.name]
            normalizer = _Normalizer(self._directory, emulator)
            case_results[case.name] = CaseResult(
                case,
                [normalizer.normalize_event(event) for event in events if event["play"] == case.name],
                [normalizer.normalize_text(line) for line in output_of_plays.get(case.name, [])],
                [normalizer.normalize_request(record.document()) for record in emulator.requests],
            )
        secrets = (
            ACCOUNT.secret_key, ACCOUNT.temporary.secret_key, ACCOUNT.security_token, ACCOUNT.password,
            ACCOUNT.access_key, ACCOUNT.temporary.access_key, *self._tokens,
        )  # fmt: skip
        # Ansible itself shows a task's environment in messages about executed commands.
        text = _EXEC_MESSAGE.sub("", "\n".join((process.stdout, results, log)))
        return PlaybookRun(process.returncode, case_results, recap, log.splitlines(), text, secrets)


def _list_hosts(case: Case) -> list[str]:
    return [case.name, *(f"{case.name}_{number}" for number in range(2, case.hosts + 1))]


def _format_play(case: Case, *, ignore_errors: bool) -> str:
    tasks = (case.tasks or _format_task(case, ignore_errors=ignore_errors)).replace("@connection", case.connection)
    tasks = re.sub(r"@vault\((.*?)\)", lambda match: _encrypt(match[1]), tasks)
    head = f"- name: {case.name}\n  hosts: {','.join(_list_hosts(case))}\n  gather_facts: false\n"
    return f"{head}{indent(case.play_keywords, '  ')}\n  tasks:\n{indent(tasks, '    ')}\n"


def _format_task(case: Case, *, ignore_errors: bool) -> str:
    options = ", ".join(part for part in ("@connection", case.options) if part)
    lines = [f"{MODULE}: {{{options}}}", "register: found", f"ignore_errors: {ignore_errors}", case.keywords]
    return "- name: List the images\n" + indent("\n".join(lines), "  ")


def _encrypt(text: str) -> str:
    """Encrypt a text with Ansible Vault, and return it as a YAML scalar."""
    vault = VaultLib([("default", VaultSecret(_VAULT_PASSWORD.encode()))])
    return "!vault " + json.dumps(vault.encrypt(text).decode())


def _split_output(output: str) -> tuple[dict[str, list[str]], list[str]]:
    """Return the lines of each play by its name, and the lines from the recap on."""
    plays: dict[str, list[str]] = {}
    recap: list[str] = []
    current: list[str] = []
    for line in _EXEC_MESSAGE.sub(lambda match: match[0].replace("\n", " "), output).splitlines():
        if match := re.match(r"PLAY \[(.*?)\] \*", line):
            current = plays.setdefault(match[1], [])
        elif line.startswith("PLAY RECAP"):
            current = recap
        current.append(line)
    return plays, recap


class _Normalizer:
    """Replace what differs between any two runs."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self._patterns = [
            (re.compile(pattern), replacement)
            for pattern, replacement in (
                (re.escape(str(directory)), "DIRECTORY"),
                (rf"\b127\.0\.0\.1:{emulator.port}\b", "EMULATOR"),
                (rf"\bport={emulator.port}\b", "port=EMULATOR"),
                (r"\bj\d{6,}(\.\d+)?", "JOB"),
                (r"\b[\w.]+_payload_\w+", "payload"),
                (r"ansible-tmp-[\d.-]+", "ansible-tmp"),
                (r"ansible-local-\w+", "ansible-local"),
                (rf"\b(?!{'|'.join(ACCOUNT.project_ids.values())})[0-9a-f]{{32}}\b", "REQUEST_ID"),
                (r"\b20\d{6}T\d{6}Z\b", "DATE"),
                (r"\b[0-9a-f]{64}\b", "DIGEST"),
                (r"0x[0-9a-f]{8,}", "0xADDRESS"),
                # Up to ansible-core 2.18, the result contains the line of Ansible that a task's timeout interrupted.
                (r"Interrupted at <frame[^>]*>", "Interrupted"),
                (r'"(start|end|delta)": "[^"]*"', r'"\1": ""'),
            )
        ]

    def normalize_text(self, text: str) -> str:
        for pattern, replacement in self._patterns:
            text = pattern.sub(replacement, text)
        return text

    def normalize_event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._normalize_value(key, value) for key, value in event.items()}

    def _normalize_value(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return "VARIABLE" if key in ("request_id", "start", "end", "delta") else self.normalize_text(value)
        if isinstance(value, dict):
            return {name: self._normalize_value(name, item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._normalize_value(key, item) for item in value]
        return value

    def normalize_request(self, record: Mapping[str, Any]) -> dict[str, Any]:
        names = ("operation", "method", "path", "raw_query", "body", "region", "faults")
        headers = {name: self.normalize_text(value) for name, value in record["headers"].items()}
        if "authorization" in headers:
            headers["authorization"] = re.sub(r"Signature=\w+", "Signature=", headers["authorization"])
        for name in ("x-auth-token", "x-subject-token"):
            if name in headers:
                headers[name] = "TOKEN"
        return {**{name: record[name] for name in names}, "headers": headers}

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the module as Ansible does, with arguments and output as JSON, but in the test's process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.huaweicloud.workspace.plugins.modules import workspace_image_info
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Record

Request = tuple[str, str, dict[str, str]]


@dataclass
class Outcome:
    """Result of one run of the module.

    :ivar result: the JSON that the module printed, without ``invocation``.
    :ivar warnings: the module's warnings.
    :ivar output: all text that the module printed or logged.
    """

    code: int
    result: dict[str, Any]
    warnings: list[str]
    output: str

    @property
    def images(self) -> list[dict[str, Any]]:
        assert self.code == 0, self.result
        found: list[dict[str, Any]] = self.result["images"]
        return found

    @property
    def names(self) -> list[str]:
        return [image["name"] for image in self.images]

    def failure(self) -> dict[str, Any]:
        """Return the result of a failed run, without the keys that each failure has."""
        assert self.code == 1
        assert self.result["failed"] is True
        return {key: value for key, value in self.result.items() if key not in ("failed", "exception")}


@dataclass
class Runner:
    """Runs the module against an emulator.

    :ivar connection: connection options of each run, unless the run overrides them.
    """

    emulator: Emulator
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    connection: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.connection = {
            "region": "cn-north-4",
            "endpoint": self.emulator.url,
            "iam_endpoint": self.emulator.url,
            "sts_endpoint": self.emulator.url,
            "project_id": self.emulator.project_id,
            "access_key": self.emulator.account.access_key,
            "secret_key": self.emulator.account.secret_key,
            "max_retries": 0,
        }

    def __call__(self, **arguments: Any) -> Outcome:
        """Run the module with the connection options and these. None removes an option."""
        given = {name: value for name, value in {**self.connection, **arguments}.items() if value is not None}
        return self.run(given)

    def run(self, arguments: dict[str, Any], *, check_mode: bool = False) -> Outcome:
        """Run the module with these arguments only."""
        warnings: list[str] = []
        logged: list[str] = []
        module_args = {"ANSIBLE_MODULE_ARGS": {**arguments, "_ansible_check_mode": check_mode}}
        with self.monkeypatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(module_args).encode())
            # Only ansible-core 2.19 and later read it.
            patch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
            patch.setattr(basic.AnsibleModule, "warn", lambda _module, text, **_more: warnings.append(text))
            patch.setattr(basic.AnsibleModule, "log", lambda _module, *line, **_more: logged.append(f"{line}{_more}"))
            self.capsys.readouterr()
            with pytest.raises(SystemExit) as exited:
                workspace_image_info.main()
            printed = self.capsys.readouterr()
        result = json.loads(printed.out)
        # Since ansible-core 2.22, a module sends the secrets to mask in this key, which is no part of the result.
        result.pop("_ansible_new_secrets", None)
        output = "\n".join([json.dumps(result), printed.err, *warnings, *logged])
        result.pop("invocation", None)
        return Outcome(int(exited.value.code or 0), result, warnings, output)

    @property
    def requests(self) -> list[Request]:
        """Method, path and query of each request so far. Pages that are requested in parallel are sorted by offset."""
        return [request_of(record) for record in sorted(self.emulator.requests, key=_order)]


def request_of(record: Record) -> Request:
    return record.method, record.path, record.query


def _order(record: Record) -> tuple[bool, int]:
    offset = int(record.query.get("offset", 0))
    return record.operation == "ListImages" and offset > 0, offset

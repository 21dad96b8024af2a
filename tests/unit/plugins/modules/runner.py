# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module as Ansible does, arguments in and JSON out, but in the process of the test."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.huaweicloud.workspace.plugins.modules import workspace_image_info
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Record

Call = tuple[str, str, dict[str, str]]


@dataclass
class Outcome:
    """What a run of the module left behind.

    :ivar result: the JSON that it printed, without ``invocation`` and what only says how it failed.
    :ivar warnings: what it told the user beside it.
    :ivar everything: all text that it shows or logs.
    """

    code: int
    result: dict[str, Any]
    warnings: list[str]
    everything: str

    @property
    def images(self) -> list[dict[str, Any]]:
        assert self.code == 0, self.result
        found: list[dict[str, Any]] = self.result["images"]
        return found

    @property
    def names(self) -> list[str]:
        return [image["name"] for image in self.images]

    def failure(self) -> dict[str, Any]:
        """The result of a failure, without what is there with every one."""
        assert self.code == 1
        assert self.result["failed"] is True
        return {key: value for key, value in self.result.items() if key not in ("failed", "exception")}


@dataclass
class Runner:
    """Runs the module against an emulator.

    :ivar identity: connection options that every run has, unless told otherwise.
    """

    emulator: Emulator
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    identity: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.identity = {
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
        """Run it with these arguments beside the identity; one that is None is taken out of it."""
        given = {name: value for name, value in {**self.identity, **arguments}.items() if value is not None}
        return self.run(given)

    def run(self, arguments: dict[str, Any], *, check_mode: bool = False) -> Outcome:
        """Run it with these arguments only."""
        warnings: list[str] = []
        logged: list[str] = []
        whole = {"ANSIBLE_MODULE_ARGS": {**arguments, "_ansible_check_mode": check_mode}}
        with self.monkeypatch.context() as patch:
            patch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(whole).encode())
            # ansible-core 2.19 and later; it makes no difference to the others.
            patch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
            patch.setattr(basic.AnsibleModule, "warn", lambda _module, text, **_more: warnings.append(text))
            patch.setattr(basic.AnsibleModule, "log", lambda _module, *line, **_more: logged.append(f"{line}{_more}"))
            self.capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                workspace_image_info.main()
            printed = self.capsys.readouterr()
        result = json.loads(printed.out)
        # From ansible-core 2.22 on, how a module tells the controller what to mask; it is no part of the result.
        result.pop("_ansible_new_secrets", None)
        everything = "\n".join([json.dumps(result), printed.err, *warnings, *logged])
        result.pop("invocation", None)
        return Outcome(int(ended.value.code or 0), result, warnings, everything)

    @property
    def calls(self) -> list[Call]:
        """Method, path and query of every request so far; pages but the first, which go out side by side, by offset."""
        return [call_of(record) for record in sorted(self.emulator.requests, key=_order)]


def call_of(record: Record) -> Call:
    return record.method, record.path, record.query


def _order(record: Record) -> tuple[bool, int]:
    offset = int(record.query.get("offset", 0))
    return record.operation == "ListImages" and offset > 0, offset

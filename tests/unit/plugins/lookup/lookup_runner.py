# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the lookup as Ansible does, but in the process of the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.huaweicloud.workspace.plugins.lookup import workspace_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, find_images
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.documentation import merged_documentation

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18 and older trust what is not marked as unsafe

    def trust_as_template(value: str) -> str:
        return value


NAME = "huaweicloud.workspace.workspace_image"
MERGED = merged_documentation(workspace_image.DOCUMENTATION, is_module=False)


def plain_lookup(variables: dict[str, Any], basedir: str | None = None) -> workspace_image.LookupModule:
    """The lookup as Ansible loads it: it knows its own options, and can render templates."""
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, MERGED["options"])
    loader = DataLoader()
    if basedir is not None:
        loader.set_basedir(basedir)
    lookup = workspace_image.LookupModule(loader=loader, templar=Templar(loader, variables=variables))
    lookup._load_name = NAME
    return lookup


def run_lookup(
    terms: list[Any], variables: dict[str, Any], keywords: dict[str, Any], basedir: str | None = None
) -> list[Any]:
    """Call it. Strings among the variables may be templates."""
    trusted = {name: trust_as_template(value) if isinstance(value, str) else value for name, value in variables.items()}
    return plain_lookup(trusted, basedir).run(terms, variables=trusted, **keywords)


@dataclass
class LookupRunner:
    """Asks an emulator through the lookup.

    :ivar identity: keywords of each call, unless told otherwise.
    :ivar warnings: what the user was told so far.
    """

    emulator: Emulator
    monkeypatch: pytest.MonkeyPatch
    warnings: list[str] = field(default_factory=list)
    identity: dict[str, Any] = field(init=False)
    basedir: str | None = None

    def __post_init__(self) -> None:
        account = self.emulator.account
        self.identity = {
            "region": self.emulator.default_region,
            "endpoint": f"{self.emulator.url}/{{region}}",
            "iam_endpoint": f"{self.emulator.url}/{{region}}",
            "project_id": self.emulator.project_id,
            "access_key": account.access_key,
            "secret_key": account.secret_key,
            "max_retries": 0,
        }
        warnings = self.warnings

        class Display:
            def warning(self, text: str) -> None:
                warnings.append(text)

        self.monkeypatch.setattr(workspace_image, "Display", Display)

    def __call__(self, *terms: Any, variables: dict[str, Any] | None = None, **keywords: Any) -> list[Any]:
        """Query with the identity; a keyword that is None is taken out of it."""
        given = {name: value for name, value in {**self.identity, **keywords}.items() if value is not None}
        return self.plainly(*terms, variables=variables, **given)

    def plainly(self, *terms: Any, variables: dict[str, Any] | None = None, **keywords: Any) -> list[Any]:
        """Query with these keywords only. Strings among the variables may be templates."""
        return run_lookup(list(terms), variables or {}, keywords, self.basedir)

    def module_message(self, **options: Any) -> str:
        """What the module says where it fails with the same options."""
        specification = argument_spec()
        defaults = {name: option.get("default") for name, option in specification.items()}
        with pytest.raises(SearchFailed) as failed:
            find_images({**defaults, **self.identity, **options}, self.warnings.append)
        return str(failed.value)

    @property
    def listings(self) -> int:
        """How many pages of ListImages were asked for."""
        return sum(record.operation == "ListImages" for record in self.emulator.requests)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the lookup as Ansible does, but in the test's process."""

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
except ImportError:  # ansible-core 2.18 and older trust all strings that are not marked as unsafe

    def trust_as_template(value: str) -> str:
        return value


def trust(value: Any) -> Any:
    """Mark a string as a template. ansible-core 2.19 and later do not render other strings."""
    return trust_as_template(value) if isinstance(value, str) else value


NAME = "huaweicloud.workspace.workspace_image"
MERGED = merged_documentation(workspace_image.DOCUMENTATION, is_module=False)


def load_lookup(variables: dict[str, Any], basedir: str | None = None) -> workspace_image.LookupModule:
    """Load the lookup as Ansible does, with its option definitions and a templar."""
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
    """Load the lookup and run it. Strings among the variables may be templates."""
    trusted = {name: trust(value) for name, value in variables.items()}
    return load_lookup(trusted, basedir).run(terms, variables=trusted, **keywords)


@dataclass
class LookupRunner:
    """Runs the lookup against an emulator.

    :ivar connection: connection keywords of each call, unless the call overrides them.
    :ivar warnings: warnings that were displayed so far.
    """

    emulator: Emulator
    monkeypatch: pytest.MonkeyPatch
    warnings: list[str] = field(default_factory=list)
    connection: dict[str, Any] = field(init=False)
    basedir: str | None = None

    def __post_init__(self) -> None:
        account = self.emulator.account
        self.connection = {
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
        """Run the lookup with the connection keywords and these. None removes a keyword."""
        given = {name: value for name, value in {**self.connection, **keywords}.items() if value is not None}
        return self.run(*terms, variables=variables, **given)

    def run(self, *terms: Any, variables: dict[str, Any] | None = None, **keywords: Any) -> list[Any]:
        """Run the lookup with these keywords only. Strings among the variables may be templates."""
        return run_lookup(list(terms), variables or {}, keywords, self.basedir)

    def module_message(self, **options: Any) -> str:
        """Return the message of the module's failure with the same options."""
        specification = argument_spec()
        defaults = {name: option.get("default") for name, option in specification.items()}
        with pytest.raises(SearchFailed) as failed:
            find_images({**defaults, **self.connection, **options}, self.warnings.append)
        return str(failed.value)

    @property
    def listing_requests(self) -> int:
        """The number of ListImages requests."""
        return sum(record.operation == "ListImages" for record in self.emulator.requests)

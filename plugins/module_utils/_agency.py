# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The agency to assume with the credentials that were found: which source's counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ._cloud.credentials import OidcToken
from ._cloud.providers.agencies import AGENCY, complete_agency
from ._cloud.providers.given import GivenCredentials, TaskCredentials
from ._cloud.providers.provider import Resolution
from ._cloud.setting import Setting
from ._options import ENVIRONMENT
from ._settings import Settings, environment_variables

#: The variable of each option, which is one of Terraform's.
_VARIABLES = {name: ENVIRONMENT[name][0] for name in AGENCY}


def with_agency(settings: Settings, resolution: Resolution) -> tuple[Resolution, list[str]]:
    """Return a resolution with the agency to assume, if one is named, and the warnings about one that is not.

    :raises ConfigurationError: if the agency that counts is incomplete.
    """
    of_task = {name: settings.task[name] for name in AGENCY if name in settings.task}
    if of_task:
        return _assuming(resolution, of_task, {name: name for name in AGENCY}), []
    if isinstance(resolution.provider, TaskCredentials):
        return resolution, []
    of_environment = _of_environment(settings)
    if of_environment and not _is_of_sdk(resolution):
        return _assuming(resolution, of_environment, _VARIABLES), []
    warnings = [_ignored(resolution)] if of_environment else []
    of_configuration = {name: settings.configuration[name] for name in AGENCY if name in settings.configuration}
    if of_configuration:
        return _assuming(resolution, of_configuration, {name: name for name in AGENCY}), warnings
    return resolution, warnings


def _of_environment(settings: Settings) -> dict[str, Setting]:
    found = environment_variables(settings, _VARIABLES.values())
    return {name: found[variable] for name, variable in _VARIABLES.items() if variable in found}


def _is_of_sdk(resolution: Resolution) -> bool:
    """Return whether credentials are those of the SDK's variables, beside which Terraform's do not count."""
    provider = resolution.provider
    if isinstance(provider, GivenCredentials):
        return provider.names["access_key"] == ENVIRONMENT["access_key"][0]
    return isinstance(resolution.resolved.credentials, OidcToken)


def _ignored(resolution: Resolution) -> str:
    return (
        "The agency in the HW_ASSUME_ROLE_… variables is ignored: these belong to Terraform, and the "
        f"credentials come from {resolution.resolved.source}. Set agency_name and agency_domain_name to assume it"
    )


def _assuming(resolution: Resolution, given: Mapping[str, Setting], names: Mapping[str, str]) -> Resolution:
    agency = complete_agency(given, names)
    return resolution._replace(resolved=resolution.resolved._replace(agency=agency))

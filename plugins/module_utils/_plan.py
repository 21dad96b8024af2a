# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: everything that can be known before the first request. Reads files, and does no other I/O.

Every ``configuration`` error is raised here, except that no provider has credentials after requests to the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ._agency import with_agency
from ._cloud import endpoints
from ._cloud.credentials import OidcToken, Password, ResolvedCredentials
from ._cloud.errors import ConfigurationError
from ._cloud.providers.provider import Resolution, resolve_credentials
from ._cloud.proxies import proxy_for
from ._cloud.setting import Setting
from ._cloud.target import Target
from ._credential_providers import credential_providers
from ._images.criteria import Criteria, build_criteria
from ._images.query import ImageQuery, build_query
from ._options import ENDPOINT_VARIABLE
from ._settings import Settings
from ._transport_options import TransportOptions, transport_options


class Plan(NamedTuple):
    """What a search executes.

    :ivar resolution: the credential provider, and what it returned offline.
    :ivar targets: where to send the query.
    :ivar has_regions: whether ``regions`` is set, even with one region only.
    :ivar query: what is sent to the service.
    :ivar criteria: what is selected from the listing, for each name of a lookup or once.
    :ivar transport: how requests are sent.
    :ivar tolerates_failed_regions: whether some of several regions may fail.
    :ivar decodes_denials: whether STS decodes the reason of a denial.
    :ivar warnings: sentences for the user.
    """

    resolution: Resolution
    targets: list[Target]
    has_regions: bool
    query: ImageQuery
    criteria: list[Criteria]
    transport: TransportOptions
    tolerates_failed_regions: bool
    decodes_denials: bool
    warnings: list[str]


def build_plan(settings: Settings, names: Sequence[str] = (), metadata_url: str | None = None) -> Plan:
    """Build the plan that settings describe.

    :param names: name patterns of a lookup, each of which selects images independently.
    :param metadata_url: base URL of the instance metadata, by default that of every cloud server.
    :raises ConfigurationError: if a setting cannot be used, or no provider has credentials.
    """
    options = settings.query()
    query = build_query(options)
    criteria = build_criteria(options)
    transport = transport_options(settings)
    regions = settings.regions()
    resolution, warnings = with_agency(settings, resolve_credentials(credential_providers(settings, metadata_url)))
    decodes_denials = bool(settings.value("decode_authorization_message"))
    targets = build_targets(settings, resolution.resolved)
    for target in targets:
        # Raises if the proxy variable that counts is malformed.
        proxy_for(target.endpoint, settings.environ)
    uses_sts = decodes_denials or isinstance(resolution.resolved.credentials, OidcToken)
    return Plan(
        resolution,
        targets,
        regions is not None,
        query,
        [criteria.with_name(name) for name in names] or [criteria],
        transport,
        settings.value("on_region_error") == "warn",
        decodes_denials,
        warnings
        + [
            f"{base} uses unencrypted HTTP; credentials and data can be intercepted"
            for base in _unencrypted(targets, uses_sts)
        ],
    )


def build_targets(settings: Settings, credentials: ResolvedCredentials) -> list[Target]:
    """Return where to send the query: a target for each region, or the one of a region or an endpoint.

    :raises ConfigurationError: if a setting of a target is missing, or cannot be used.
    """
    regions = settings.regions()
    if regions is None:
        region = settings.get("region") or _of_source("region", credentials.region, credentials)
        name = None if region is None else endpoints.check_region(region)
        return [_target(settings, credentials, name, *_project(settings, credentials, name))]
    endpoint = settings.get("endpoint")
    if len(regions) > 1 and endpoint is not None and "{region}" not in endpoint.value:
        raise ConfigurationError(
            f"{endpoint.origin} does not contain {{region}}, so that all regions would use one endpoint. Add {{region}}"
        )
    origin = settings.get("regions")
    names = [endpoints.check_region(Setting(name, origin.origin if origin else "regions")) for name in regions]
    return [_target(settings, credentials, name, None, None) for name in names]


def _target(
    settings: Settings,
    credentials: ResolvedCredentials,
    region: str | None,
    project_id: str | None,
    project_name: str | None,
) -> Target:
    variable = ENDPOINT_VARIABLE.format(region=(region or "").upper().replace("-", "_"))
    endpoint = settings.get("endpoint", (variable,))
    if endpoint is not None and "endpoint" not in settings.task:
        # The vendor's SDK takes a list, and uses the first.
        endpoint = Setting(endpoint.value.split(",")[0].strip(), endpoint.origin)
    base = _endpoint(endpoint, "workspace", region, settings)
    if base is None:
        raise ConfigurationError("region is required. Set region, HW_REGION_NAME, or endpoint and project_id")
    if credentials.agency is not None and "endpoint" not in settings.task:
        # The environment's project belongs to the own account.
        base, _own_project = endpoints.split_project(base)
    else:
        base, project_id = _without_version(base, project_id, endpoint)
    target = Target(
        region,
        project_id,
        project_name if project_id is None else None,
        base,
        _iam_endpoint(settings, credentials, region),
        _endpoint(settings.get("sts_endpoint"), "sts", region, settings),
    )
    _check_project_lookup(target, credentials)
    return target


def _without_version(base: str, project_id: str | None, endpoint: Setting | None) -> tuple[str, str | None]:
    """Return an endpoint without the path that the API's pages print after it, and the project in that path or given.

    :raises ConfigurationError: if the path contradicts the project.
    """
    base, project = endpoints.split_project(base)
    if project is None or endpoint is None:
        return base, project_id
    if project_id not in (None, project):
        raise ConfigurationError(
            f"{endpoint.origin} contains the project {project}, and project_id is {project_id}. Remove one"
        )
    return base, _project_id(Setting(project, f"the project in {endpoint.origin}"))


def _iam_endpoint(settings: Settings, credentials: ResolvedCredentials, region: str | None) -> str | None:
    setting = settings.get("iam_endpoint") or _of_source("iam_endpoint", credentials.iam_endpoint, credentials)
    base = _endpoint(setting, "iam", region, settings)
    if base is None or setting is None:
        return base
    base, operation = endpoints.split_operation(base)
    if operation is not None:
        raise ConfigurationError(f"{setting.origin} is not a base URL: remove {operation}")
    return base


def _check_project_lookup(target: Target, credentials: ResolvedCredentials) -> None:
    """Check that IAM and STS can be queried where they have to be, for the project, a token or an agency's keys."""
    if target.sts_endpoint is None and isinstance(credentials.credentials, OidcToken):
        raise ConfigurationError("STS has no endpoint to exchange the OIDC token. Set region or sts_endpoint")
    if target.iam_endpoint is None and credentials.agency is not None:
        raise ConfigurationError("IAM has no endpoint to assume the agency. Set region or iam_endpoint")
    needs_token = isinstance(credentials.credentials, Password)
    if target.iam_endpoint is None and (needs_token or target.project_id is None):
        raise ConfigurationError("IAM has no endpoint to look up the project or a token. Set region or iam_endpoint")
    if target.project_id is None and target.project_name is None and target.region is None:
        raise ConfigurationError("the project is not known. Set region, project_id or project_name")


def _endpoint(setting: Setting | None, service: str, region: str | None, settings: Settings) -> str | None:
    if setting is not None:
        return endpoints.base_url(setting.value, region, setting.origin)
    if region is None:
        return None
    cloud = settings.get("cloud")
    domain = endpoints.check_host(cloud.value, cloud.origin) if cloud else endpoints.cloud_of(region)
    return endpoints.base_url(f"https://{service}.{region}.{domain}", region, "region or cloud")


def _project(settings: Settings, credentials: ResolvedCredentials, region: str | None) -> tuple[str | None, str | None]:
    """Return id and name of the project. One that was set for another region or account does not count."""
    task_id, task_name = settings.task.get("project_id"), settings.task.get("project_name")
    if task_id and task_name:
        raise ConfigurationError("project_id is mutually exclusive with project_name. Set one of them")
    if task_id or task_name:
        return _project_id(task_id), task_name and task_name.value
    if credentials.agency is not None:
        return None, None
    shared_region = settings.get_shared("region")
    if shared_region is None or shared_region.value == region:
        project_id, project_name = settings.get_shared("project_id"), settings.get_shared("project_name")
        if project_id or project_name:
            return _project_id(project_id), None if project_id or not project_name else project_name.value
    if credentials.region in (None, region):
        return _project_id(_of_source("project_id", credentials.project_id, credentials)), None
    return None, None


def _project_id(setting: Setting | None) -> str | None:
    if setting is None:
        return None
    if not endpoints.is_project_id(setting.value):
        raise ConfigurationError(
            f"{setting.origin} is {setting.value!r}, which cannot be a project ID. Copy it from the console"
        )
    return str(setting.value)


def _of_source(name: str, value: str | None, credentials: ResolvedCredentials) -> Setting | None:
    return None if value is None else Setting(value, f"{name} in {credentials.source}")


def _unencrypted(targets: list[Target], uses_sts: bool) -> list[str]:
    """Return the base URLs to which credentials are sent over plain HTTP, each once."""
    used = [
        base
        for target in targets
        for base in (target.endpoint, target.iam_endpoint, target.sts_endpoint if uses_sts else None)
    ]
    return [base for base in dict.fromkeys(used) if base is not None and endpoints.is_unencrypted(base)]

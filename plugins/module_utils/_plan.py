# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to what a connection needs: an identity, a place and a transport.

A source of an identity is imported when it is its turn: most tasks find theirs before the files and the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn

from ._cloud import endpoints
from ._cloud.certificates import certificates, default_verify
from ._cloud.client import Target
from ._cloud.credential_sources import (
    CredentialsNotFound,
    FieldNames,
    NamedSource,
    Source,
    StaticCredentials,
    TaskOptions,
    resolve_credentials,
)
from ._cloud.credentials import AccessKey, ResolvedCredentials
from ._cloud.errors import ConfigurationError
from ._cloud.redaction import Secrets
from ._cloud.retry import RetryPolicy
from ._cloud.transport import Transport
from ._options import ENDPOINT_VARIABLE, SECRETS, Options, Setting

_TASK_NAMES = FieldNames(
    "access_key", "secret_key", "security_token", "auth_token", "username", "password", "domain_name"
)
_SDK_NAMES = FieldNames("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN")
_TERRAFORM_NAMES = FieldNames(
    "HW_ACCESS_KEY",
    "HW_SECRET_KEY",
    "HW_SECURITY_TOKEN",
    "HW_AUTH_TOKEN",
    "HW_USER_NAME",
    "HW_USER_PASSWORD",
    "HW_DOMAIN_NAME",
)
_FILE_OPTIONS = ("profile", "credentials_file", "shared_config_file")


def transport(options: Options, secrets: Secrets) -> Transport:
    """What sends the requests of a task.

    :raises ConfigurationError: where an option of it cannot be used.
    """
    return Transport(
        secrets=secrets,
        verify=_verify(options),
        timeout=options.seconds("timeout", least=0.001),
        retries=RetryPolicy(options.retries(), options.seconds("max_retry_delay")),
        environ=options.environ,
    )


def find(options: Options, secrets: Secrets, metadata_url: str | None = None) -> ResolvedCredentials:
    """The identity of the first source that has one.

    :param metadata_url: where a cloud server's metadata is, by default where it is on every one.
    :raises ConfigurationError: where none is found, or one that cannot be used.
    :raises CloudError: where the metadata of the cloud server fails.
    """
    secrets.add(*(options.task.get(name) for name in SECRETS))
    secrets.add(
        *(options.environ.get(name or "") for name in (*_secret_names(_SDK_NAMES), *_secret_names(_TERRAFORM_NAMES)))
    )
    identity = resolve_credentials(_sources(options, secrets, metadata_url))
    secrets.add(*identity.credentials.secrets())
    return identity


def places(options: Options, identity: ResolvedCredentials) -> list[Target]:
    """Where each region is asked that the task names, or the one.

    :raises ConfigurationError: where one is not said, or cannot be used.
    """
    regions = options.regions()
    if regions is None:
        return [place(options, identity)]
    endpoint = options.find("endpoint")
    if len(regions) > 1 and endpoint is not None and "{region}" not in endpoint.value:
        raise ConfigurationError(
            f"{endpoint.origin} holds no {{region}}, so that all regions would be asked at one place"
        )
    return [place_of(options, identity, name) for name in regions]


def place(options: Options, identity: ResolvedCredentials) -> Target:
    """Where one region is asked, or one endpoint.

    :raises ConfigurationError: where it is not said, or cannot be used.
    """
    setting = options.find("region") or _from_identity("region", identity.region, identity)
    region = None if setting is None else endpoints.check_host(setting.value, setting.origin)
    project_id, project_name = _project(options, identity, region)
    return _place(options, identity, region, project_id, project_name)


def place_of(options: Options, identity: ResolvedCredentials, region: str) -> Target:
    """Where one of several regions is asked: its project is always that of its name.

    :raises ConfigurationError: where it cannot be used.
    """
    return _place(options, identity, endpoints.check_host(region, "regions"), None, None)


def _place(
    options: Options,
    identity: ResolvedCredentials,
    region: str | None,
    project_id: str | None,
    project_name: str | None,
) -> Target:
    variable = ENDPOINT_VARIABLE.format(region=(region or "").upper().replace("-", "_"))
    endpoint = _endpoint(options.find("endpoint", (variable,)), "workspace", region, options)
    if endpoint is None:
        raise _no_region()
    iam_setting = options.find("iam_endpoint") or _from_identity("iam_endpoint", identity.iam_endpoint, identity)
    if iam_setting is not None and iam_setting.value.rstrip("/").endswith("/v3"):
        iam_setting = Setting(iam_setting.value.rstrip("/")[: -len("/v3")], iam_setting.origin)
    return Target(
        region,
        project_id,
        project_name,
        endpoint,
        _endpoint(iam_setting, "iam", region, options),
        _endpoint(options.find("sts_endpoint"), "sts", region, options),
    )


def _endpoint(setting: Setting | None, service: str, region: str | None, options: Options) -> str | None:
    if setting is not None:
        return endpoints.base_url(setting.value, region, setting.origin)
    if region is None:
        return None
    cloud = options.find("cloud")
    domain = endpoints.check_host(cloud.value, cloud.origin) if cloud else endpoints.cloud_of(region)
    return endpoints.base_url(f"https://{service}.{region}.{domain}", region, "region or cloud")


def _project(options: Options, identity: ResolvedCredentials, region: str | None) -> tuple[str | None, str | None]:
    """Id and name of the project. One that came along with another region does not count."""
    if options.in_task("project_id") and options.in_task("project_name"):
        raise ConfigurationError("project_id and project_name are both given: give one of them")
    if options.in_task("project_id"):
        return _project_id(options.in_task("project_id")), None
    if options.in_task("project_name"):
        return None, options.task["project_name"]
    shared = options.elsewhere("region")
    if shared is None or shared.value == region:
        if options.elsewhere("project_id"):
            return _project_id(options.elsewhere("project_id")), None
        if options.elsewhere("project_name"):
            return None, options.value("project_name")
    if identity.project_id is not None and identity.region in (None, region):
        return _project_id(_from_identity("project_id", identity.project_id, identity)), None
    return None, None


def _project_id(setting: Setting | None) -> str | None:
    if setting is None:
        return None
    if not endpoints.is_project_id(setting.value):
        raise ConfigurationError(f"{setting.origin} is {setting.value!r}, which is not the id of a project")
    return str(setting.value)


def _from_identity(name: str, value: str | None, identity: ResolvedCredentials) -> Setting | None:
    return None if value is None else Setting(value, f"{name} of {identity.source}")


def _no_region() -> ConfigurationError:
    return ConfigurationError(
        "region is required: give region, the variable HW_REGION_NAME, or endpoint and project_id"
    )


def _sources(options: Options, secrets: Secrets, metadata_url: str | None) -> Iterator[Source]:
    """Every place that may know an identity, in the order in which they are asked; made when it is its turn."""
    may_ask_metadata = options.may_ask_metadata()
    shared = {name: value for name, value in options.environ.items() if value}
    if _TERRAFORM_NAMES.password in shared:
        # What ansible.cfg may hold of a password, its user's name, stands in for the environment.
        for name, variable in _TERRAFORM_VARIABLE.items():
            if name in options.configuration:
                shared.setdefault(variable, options.configuration[name])
    yield TaskOptions(
        StaticCredentials(_texts(options.task), _TASK_NAMES, "the options of the task"), _named_in_task(options)
    )
    yield StaticCredentials(shared, _SDK_NAMES, "the environment with the SDK's names, such as HUAWEICLOUD_SDK_AK")
    yield StaticCredentials(shared, _TERRAFORM_NAMES, "the environment with Terraform's names, such as HW_ACCESS_KEY")
    yield from _files(options)
    yield _Metadata(options, secrets, metadata_url) if may_ask_metadata else _SwitchedOff()


_TERRAFORM_VARIABLE = {"username": "HW_USER_NAME", "domain_name": "HW_DOMAIN_NAME"}


class _SwitchedOff:
    """In the metadata's place where it may not be asked."""

    def find(self) -> NoReturn:
        """
        :raises CredentialsNotFound: always.
        """
        raise CredentialsNotFound("not the metadata of the cloud server, which use_instance_metadata switches off")


class _Metadata(NamedTuple):
    """The metadata of the cloud server, which is asked when all else is known to be right: it costs requests."""

    options: Options
    secrets: Secrets
    url: str | None

    def find(self) -> ResolvedCredentials:
        from ._cloud import metadata

        places(self.options, ResolvedCredentials(AccessKey("", ""), metadata.PLACE))
        # Where there is no such server nobody answers, and a proxy would answer for another machine.
        transport = Transport(secrets=self.secrets, timeout=metadata.TIMEOUT, retries=RetryPolicy(0))
        try:
            return metadata.InstanceMetadata(transport, self.url or metadata.BASE_URL).find()
        finally:
            transport.close()


def _named_in_task(options: Options) -> NamedSource | None:
    """The files to look into, where the task names a profile or a file."""
    named = [name for name in _FILE_OPTIONS if options.in_task(name)]
    if not named:
        return None
    from ._cloud.credential_files import NamedFiles

    files = _files_with_profile(options)
    only = [name for name in named if name != "profile"]
    return NamedFiles(" and ".join(named), tuple(files[name] for name in only or files))


def _files(options: Options) -> list[Source]:
    from ._cloud.credential_files import NamedFiles

    profile = options.find("profile")
    files = tuple(_files_with_profile(options).values())
    return [NamedFiles(f"profile {profile.value!r} ({profile.origin})", files)] if profile else [*files]


def _files_with_profile(options: Options) -> dict[str, Source]:
    from ._cloud import credential_files

    profile = options.value("profile")
    credentials, shared = options.find("credentials_file"), options.find("shared_config_file")
    return {
        "credentials_file": credential_files.CredentialsFile(
            credentials.value if credentials else credential_files.DEFAULT_CREDENTIALS_FILE,
            credentials.origin if credentials else None,
            profile,
        ),
        "shared_config_file": credential_files.SharedConfigFile(
            shared.value if shared else credential_files.DEFAULT_SHARED_CONFIG_FILE,
            shared.origin if shared else None,
            profile,
        ),
    }


def _verify(options: Options) -> bool | str:
    if not options.value("validate_certs"):
        return False
    path = options.find("ca_path")
    if path is None:
        return default_verify(options.environ)
    return certificates(path.value, f"{path.origin} {path.value}")


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _secret_names(names: FieldNames) -> tuple[str | None, ...]:
    return (names.access_key, names.secret_key, names.security_token, names.auth_token, names.password)

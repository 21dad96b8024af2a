# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential providers, in order of precedence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ._cloud.providers.given import OPTION_NAMES, GivenCredentials, TaskCredentials
from ._cloud.providers.provider import CredentialProvider
from ._options import CREDENTIAL_FILES
from ._settings import Settings, environment_credentials, environment_variables

if TYPE_CHECKING:
    from ._cloud.providers.files import CredentialsFile, SharedConfigFile


def credential_providers(settings: Settings, metadata_url: str | None = None) -> Iterator[CredentialProvider]:
    """Yield every credential provider in order of precedence.

    Each is created, and the code of files and metadata imported, when it is its turn: most tasks need only the first.
    """
    of_task = {name: setting for name, setting in settings.task.items() if isinstance(setting.value, str)}
    given = GivenCredentials(of_task, OPTION_NAMES, "the options of the task")
    named = tuple(name for name in CREDENTIAL_FILES if name in settings.task)
    yield TaskCredentials(given, _named_files(settings, named) if named else None, named)
    for prefix, description in (
        ("HUAWEICLOUD_SDK_", "the environment variables of the SDK, such as HUAWEICLOUD_SDK_AK"),
        ("HW_", "the environment variables of Terraform, such as HW_ACCESS_KEY"),
    ):
        yield GivenCredentials(*environment_credentials(settings, prefix), description)
    from ._cloud.providers.oidc import UNSUPPORTED, VARIABLES, OidcVariables, UnsupportedVariable

    yield OidcVariables(environment_variables(settings, VARIABLES))
    for name in environment_variables(settings, UNSUPPORTED):
        yield UnsupportedVariable(name)
    yield from _files(settings)
    from ._cloud.providers.metadata import BASE_URL, InstanceMetadata

    is_enabled = settings.value("use_instance_metadata") is not False
    yield InstanceMetadata(is_enabled, metadata_url or BASE_URL)


def _named_files(settings: Settings, named: tuple[str, ...]) -> CredentialProvider:
    from ._cloud.providers.files import NamedFiles

    files = {"credentials_file": _credentials_file(settings), "shared_config_file": _shared_config_file(settings)}
    only = [files[name] for name in named if name != "profile"]
    return NamedFiles(" and ".join(named), tuple(only or files.values()))


def _files(settings: Settings) -> Iterator[CredentialProvider]:
    from ._cloud.providers.files import NamedFiles

    files = (_credentials_file(settings), _shared_config_file(settings))
    profile = settings.get("profile")
    if profile is None:
        yield from files
    else:
        yield NamedFiles(f"profile {profile.value!r} ({profile.origin})", files)


def _credentials_file(settings: Settings) -> CredentialsFile:
    from ._cloud.providers.files import DEFAULT_CREDENTIALS_FILE, CredentialsFile

    path, origin = settings.path("credentials_file") or (DEFAULT_CREDENTIALS_FILE, None)
    return CredentialsFile(path, origin, settings.value("profile"))


def _shared_config_file(settings: Settings) -> SharedConfigFile:
    from ._cloud.providers.files import DEFAULT_SHARED_CONFIG_FILE, SharedConfigFile

    path, origin = settings.path("shared_config_file") or (DEFAULT_SHARED_CONFIG_FILE, None)
    return SharedConfigFile(path, origin, settings.value("profile"))

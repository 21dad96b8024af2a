# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of all entry points: types, environment variables, which are secret and which exclude each other.

Data only: a cached lookup imports this file in each worker.
"""

from __future__ import annotations

from typing import Any

from ._images.image import DISK_FORMATS

MAX_RETRIES = 10
DEFAULT_RETRIES = 4

#: Connection options as an argument specification. Options that the environment can set have no ``default`` and no
#: ``fallback``: the origin of each value stays known.
CONNECTION: dict[str, dict[str, Any]] = {
    "region": {"type": "str", "aliases": ["region_name"]},
    "regions": {"type": "list", "elements": "str"},
    "on_region_error": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
    "project_id": {"type": "str"},
    "project_name": {"type": "str"},
    "access_key": {"type": "str", "aliases": ["ak"], "no_log": True},
    "secret_key": {"type": "str", "aliases": ["sk"], "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "auth_token": {"type": "str", "no_log": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
    "agency_name": {"type": "str"},
    "agency_domain_name": {"type": "str"},
    "agency_domain_id": {"type": "str"},
    "profile": {"type": "str"},
    "credentials_file": {"type": "path", "no_log": False},
    "shared_config_file": {"type": "path"},
    "cloud": {"type": "str"},
    "endpoint": {"type": "str"},
    "iam_endpoint": {"type": "str"},
    "sts_endpoint": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "float", "default": 30},
    "max_retries": {"type": "int"},
    "max_retry_delay": {"type": "float", "default": 60},
    "decode_authorization_message": {"type": "bool", "default": False},
    "use_instance_metadata": {"type": "bool"},
}

#: Query options as an argument specification.
IMAGE_QUERY: dict[str, dict[str, Any]] = {
    "image_id": {"type": "str"},
    "os_type": {"type": "str", "choices": ["Linux", "Windows", "Other"]},
    "image_type": {"type": "str", "choices": ["gold", "private"]},
    "platform": {"type": "str"},
    "architecture": {"type": "str", "choices": ["x86", "arm"]},
    "package_type": {"type": "str"},
    "sort_field": {"type": "str", "choices": ["name", "created_at"]},
    "sort_type": {"type": "str", "choices": ["asc", "desc"]},
    "offset": {"type": "int", "default": 0},
    "limit": {"type": "int"},
    "name": {"type": "raw"},
    "name_regex": {"type": "str"},
    "os_version": {"type": "raw"},
    "disk_format": {"type": "list", "elements": "str", "choices": list(DISK_FORMATS)},
    "fits_disk": {"type": "int"},
    "fits_ram": {"type": "int"},
    "created_after": {"type": "str"},
    "created_before": {"type": "str"},
    "most_recent": {"type": "bool", "default": False},
}

#: Options of the lookup alone, as an argument specification.
LOOKUP: dict[str, dict[str, Any]] = {
    "attribute": {"type": "str"},
    "on_missing": {"type": "str", "choices": ["error", "warn", "skip"], "default": "error"},
    "cache": {"type": "bool", "default": True},
    "cache_plugin": {"type": "str", "default": "run"},
    "cache_timeout": {"type": "int", "default": 300},
    "cache_connection": {"type": "str"},
    "cache_prefix": {"type": "str", "default": "huaweicloud_workspace_"},
}

#: The environment variables of each option, in order of precedence.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "region": ("HW_REGION_NAME",),
    "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME",),
    "access_key": ("HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"),
    "secret_key": ("HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"),
    "security_token": ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN",),
    "username": ("HW_USER_NAME",),
    "password": ("HW_USER_PASSWORD",),
    "domain_name": ("HW_DOMAIN_NAME",),
    "agency_name": ("HW_ASSUME_ROLE_AGENCY_NAME",),
    "agency_domain_name": ("HW_ASSUME_ROLE_DOMAIN_NAME",),
    "agency_domain_id": ("HW_ASSUME_ROLE_DOMAIN_ID",),
    "profile": ("HW_PROFILE",),
    "credentials_file": ("HUAWEICLOUD_SDK_CREDENTIALS_FILE",),
    "shared_config_file": ("HW_SHARED_CONFIG_FILE",),
    "cloud": ("HW_CLOUD",),
    "iam_endpoint": ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL"),
    "sts_endpoint": ("HUAWEICLOUD_SDK_STS_ENDPOINT",),
    "max_retries": ("HW_MAX_RETRIES",),
    "use_instance_metadata": ("HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA",),
}

#: The environment variable of a region's endpoint, with the region in upper case and ``_`` for ``-``.
ENDPOINT_VARIABLE = "HUAWEICLOUD_SDK_REGION_WORKSPACE_{region}"

#: Options whose values are never shown, and never read from ``ansible.cfg``.
SECRETS = tuple(name for name, option in CONNECTION.items() if option.get("no_log"))

#: Options of which a source may set one group or the other.
MUTUALLY_EXCLUSIVE = (
    (frozenset({"regions"}), frozenset({"region", "project_id", "project_name"})),
    (frozenset({"agency_domain_name"}), frozenset({"agency_domain_id"})),
)

#: Options that name a file or a profile with credentials.
CREDENTIAL_FILES = ("profile", "credentials_file", "shared_config_file")


#: What begins the name of each variable that a lookup reads.
PREFIX = "huaweicloud_"

#: The Ansible variable from which a lookup reads each option; query options are read from keywords only.
VARIABLES = {name: f"{PREFIX}{name}" for name in (*CONNECTION, *(name for name in LOOKUP if name.startswith("cache")))}


def argument_spec() -> dict[str, dict[str, Any]]:
    """Return the argument specification that module, lookup and role share."""
    return {name: dict(option) for name, option in {**CONNECTION, **IMAGE_QUERY}.items()}


def lookup_definitions() -> dict[str, dict[str, Any]]:
    """Return where a lookup reads each option, as its documentation says it."""
    definitions: dict[str, dict[str, Any]] = {}
    for name, option in {**CONNECTION, **IMAGE_QUERY, **LOOKUP}.items():
        definitions[name] = {"aliases": option.get("aliases", [])}
        if name in VARIABLES:
            definitions[name]["vars"] = [{"name": VARIABLES[name]}]
            if name not in SECRETS:
                definitions[name]["ini"] = [{"section": "huaweicloud", "key": name}]
    return definitions

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets up any of Ansible's cache plugins, as inventory plugins do."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from ansible.plugins.cache import BaseFileCacheModule
from ansible.plugins.loader import cache_loader

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets

# A plugin that caches in memory must be the same object in all calls of a process.
_plugins: dict[tuple[Any, ...], Any] = {}


class CachePlugin:
    """A cache plugin whose faults are warnings.

    :param name: of the plugin.
    :param settings: options of that plugin, such as ``_uri``, ``_timeout`` and ``_prefix``.
    :param warn: shows a warning, for a cache that cannot be read or written: that is no failure.
    :raises ConfigurationError: if the plugin is not found or cannot be set up.
    """

    def __init__(self, name: str, settings: Mapping[str, Any], warn: Callable[[str], None]) -> None:
        self._name = name
        self._plugin = _cache_plugin(name, settings)
        self._warn = warn
        # Several regions are queried in parallel, and cache plugins need not be thread-safe.
        self._lock = Lock()
        self._is_readable = True

    def get(self, key: str) -> object:
        """Return an entry, or None if the cache has no such entry."""
        if not self._is_readable:
            return None
        try:
            with self._lock:
                return self._plugin.get(key) if self._plugin.contains(key) else None
        except KeyError:
            return None
        except Exception as error:  # pylint: disable=broad-exception-caught
            # Plugins raise what their libraries raise.
            self._is_readable = False
            self._warn(
                f"The cache {self._name} cannot be read ({type(error).__name__}); the service is queried instead. "
                "Check cache_connection, or set cache=false"
            )
            return None

    def set(self, key: str, entry: str) -> bool:
        """Store an entry.

        :returns: whether it is stored.
        """
        try:
            with self._lock:
                self._plugin.set(key, entry)
        except Exception as error:  # pylint: disable=broad-exception-caught
            # As above: this call has its listing.
            self._warn(
                f"The cache {self._name} cannot be written ({type(error).__name__}). "
                "Check cache_connection, or set cache=false"
            )
            return False
        return True


def _cache_plugin(name: str, settings: Mapping[str, Any]) -> Any:
    key = (name, *sorted(settings.items()))
    if key not in _plugins:
        if not cache_loader.has_plugin(name):
            raise ConfigurationError(
                f"cache_plugin {name!r} not found. "
                "Install its collection, set another cache_plugin, or set cache=false."
            )
        try:
            _plugins[key] = cache_loader.get(name, **settings)
        except Exception as error:
            raise ConfigurationError(_set_up_error(name, settings.get("_uri"), str(error))) from None
    return _plugins[key]


def _set_up_error(name: str, connection: str | None, reason: str) -> str:
    """Return why a plugin cannot be set up, without a secret of the connection."""
    if connection is None and "_uri" in reason:
        return f"cache_plugin {name!r} requires cache_connection. Set it, or set cache=false."
    if connection is not None and _is_file_cache(name):
        error = _directory_error(connection)
        if error is not None:
            return error
    secrets = Secrets()
    # A plugin may quote a part of it. The scheme is no secret, and often the name of the missing library.
    address = re.sub(r"^\w+://", "", connection or "")
    secrets.add(connection, address, *re.split(r"[/:@?&=,;]+", address))
    return (
        f"cache_plugin {name!r} cannot be set up: {secrets.mask(reason)}. Check cache_connection, or set cache=false."
    )


def _is_file_cache(name: str) -> bool:
    """Whether a plugin's connection is a directory, which is no secret."""
    try:
        kind: Any = cache_loader.get(name, class_only=True)
    except Exception:  # pylint: disable=broad-exception-caught
        # A library that it needs is missing, for example.
        return False
    # Since ansible-core 2.19 wrapped in a proxy.
    return issubclass(getattr(kind, "__wrapped__", kind), BaseFileCacheModule)


def _directory_error(connection: str) -> str | None:
    """Return why a directory cannot hold a cache, and what to do; None if it can."""
    # Not Path's, which raises for an unknown user.
    path = Path(os.path.expanduser(os.path.expandvars(connection)))  # noqa: PTH111
    remedy = "set another directory, or set cache=false."
    if not os.path.lexists(path):
        return f"cache_connection {path} cannot be created by user {_username()}. Create it, {remedy}"
    if not path.is_dir():
        return f"cache_connection {path} is not a directory. Remove it, {remedy}"
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return f"cache_connection {path} is not writable for user {_username()}. Make it writable, {remedy}"
    return None


def _username() -> str:
    """Return the name of the user whose permissions count, or the number of one without a name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())

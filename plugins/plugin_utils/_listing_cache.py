# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cache listings in any of Ansible's cache plugins, as inventory plugins do."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Callable

from ansible.plugins.cache import BaseFileCacheModule
from ansible.plugins.loader import cache_loader

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.responses import read_json
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.listing import Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import MAX_OFFSET, MAX_PAGE
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import page_schema
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import CachedListing

#: Part of each key. Change it together with the form of the entries.
VERSION = 2

#: Characters of the longest entry: about 3,000 for each image that the API can list.
MAX_LENGTH = 16 * 1024 * 1024

# A plugin that caches in memory must be the same object in all calls of a process.
_plugins: dict[tuple[Any, ...], Any] = {}


class ListingCache:
    """Listings by a key.

    :param plugin: name of a cache plugin.
    :param settings: options of that plugin, such as ``_uri``, ``_timeout`` and ``_prefix``.
    :param warn: shows a warning, for a cache that cannot be read or written: that is no failure.
    :raises ConfigurationError: if the plugin is not found or cannot be set up.
    """

    def __init__(self, plugin: str, settings: Mapping[str, Any], warn: Callable[[str], None]) -> None:
        self._name = plugin
        self._plugin = _cache_plugin(plugin, settings)
        self._warn = warn
        # Several regions are queried in parallel, and cache plugins need not be thread-safe.
        self._lock = Lock()

    def get_or_fetch(self, key: Mapping[str, Any], fetch: Callable[[], CachedListing]) -> CachedListing:
        """Return the cached listing, or fetch and cache it.

        :param key: what distinguishes this listing from others, without a secret.
        :param fetch: requests the listing from the service.
        :raises CloudError: what ``fetch`` raises. A failure is not cached.
        """
        name = cache_key(key)
        with self._lock:
            listing = self._get(name)
        if listing is None:
            listing = fetch()
            with self._lock:
                self._set(name, listing)
        return listing

    def _get(self, name: str) -> CachedListing | None:
        try:
            entry = self._plugin.get(name) if self._plugin.contains(name) else None
        except KeyError:
            return None
        except Exception as error:  # pylint: disable=broad-exception-caught
            # Plugins raise what their libraries raise.
            self._warn(
                f"The cache {self._name} cannot be read ({type(error).__name__}); the service is queried instead. "
                "Check cache_connection, or set cache=false"
            )
            return None
        return _listing_of(entry)

    def _set(self, name: str, listing: CachedListing) -> None:
        entry = _entry(listing)
        if len(entry) > MAX_LENGTH:
            return
        try:
            self._plugin.set(name, entry)
        except Exception as error:  # pylint: disable=broad-exception-caught
            # As above: this call has its listing.
            self._warn(
                f"The cache {self._name} cannot be written ({type(error).__name__}). "
                "Check cache_connection, or set cache=false"
            )


def cache_key(key: Mapping[str, Any]) -> str:
    """Return a key that any plugin accepts: the name of a file, or of an entry in a database."""
    text = json.dumps({**key, "version": VERSION}, sort_keys=True)
    return f"listing_{hashlib.sha256(text.encode()).hexdigest()}"


def _entry(cached: CachedListing) -> str:
    """Return one JSON text: in anything else, Ansible would give a meaning to keys such as ``__ansible_type``."""
    return json.dumps(
        {
            "project_id": cached.project_id,
            "images": cached.listing.images,
            "total_count": cached.listing.total_count,
            "warnings": cached.listing.warnings,
        }
    )


def _listing_of(entry: object) -> CachedListing | None:
    """Return the listing of an entry, or None for anything that :func:`_entry` does not write.

    Others may be able to write to the cache, so an entry is checked as strictly as a response.
    """
    # Exactly a string: a subclass is one of Ansible's tagged or encrypted strings.
    if entry.__class__ is not str or len(entry) > MAX_LENGTH:
        return None
    try:
        document = read_json(entry.encode())
        page = page_schema()({name: document.get(name) for name in ("images", "total_count")})
    except (AttributeError, ValueError, RecursionError, _libraries.voluptuous.Invalid):
        return None
    project_id, warnings = document.get("project_id"), document.get("warnings")
    if not isinstance(project_id, str) or not isinstance(warnings, list) or len(page["images"]) > MAX_OFFSET + MAX_PAGE:
        return None
    return CachedListing(project_id, Listing(page["images"], page["total_count"], [str(text) for text in warnings]))


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

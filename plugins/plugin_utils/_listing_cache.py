# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps listings in any of Ansible's cache plugins, as inventory plugins do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from threading import Lock
from typing import Any, Callable

from ansible.plugins.loader import cache_loader

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.listing import Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import page_schema
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import CachedListing

#: Part of each key, to be changed with the form of the values.
VERSION = 1

# A plugin that keeps things in memory has to be the same object in all calls of a process.
_plugins: dict[tuple[Any, ...], Any] = {}


class ListingCache:
    """Listings by what tells one from another.

    :param plugin: a cache plugin's name.
    :param settings: its own options, such as ``_uri``, ``_timeout`` and ``_prefix``.
    :param warn: tells the user that the cache cannot be used; that is no failure.
    :raises ConfigurationError: where there is no such plugin, or it cannot be set up.
    """

    def __init__(self, plugin: str, settings: Mapping[str, Any], warn: Callable[[str], None]) -> None:
        self._name = plugin
        self._plugin = _cache_plugin(plugin, settings)
        self._warn = warn
        # Several regions are asked side by side, and no plugin promises to bear that.
        self._lock = Lock()

    def get_or_fetch(self, key: Mapping[str, Any], ask: Callable[[], CachedListing]) -> CachedListing:
        """The listing that was kept, or the one that is asked for now, which is kept.

        :param key: what tells this listing from others, without a secret.
        """
        name = cache_key(key)
        with self._lock:
            kept = self._get(name)
        if kept is None:
            kept = ask()
            with self._lock:
                self._set(name, kept)
        return kept

    def _get(self, name: str) -> CachedListing | None:
        try:
            document = self._plugin.get(name) if self._plugin.contains(name) else None
        except KeyError:
            return None
        except Exception as error:  # pylint: disable=broad-exception-caught
            # Plugins raise what their libraries raise; what cannot be read is asked anew.
            self._warn(f"The cache {self._name} cannot be read ({type(error).__name__}); the service is asked instead")
            return None
        return None if document is None else _kept_listing(document)

    def _set(self, name: str, kept: CachedListing) -> None:
        try:
            self._plugin.set(name, _document(kept))
        except Exception as error:  # pylint: disable=broad-exception-caught
            # As above: the listing is there, and serves this call.
            self._warn(f"The cache {self._name} cannot be written ({type(error).__name__})")


def cache_key(key: Mapping[str, Any]) -> str:
    """A key that any plugin takes: a name of a file, or of an entry in a database."""
    text = json.dumps({**key, "version": VERSION}, sort_keys=True)
    return f"listing_{hashlib.sha256(text.encode()).hexdigest()}"


def _document(kept: CachedListing) -> dict[str, Any]:
    return {
        "project_id": kept.project_id,
        "images": kept.listing.images,
        "total_count": kept.listing.total_count,
        "warnings": kept.listing.warnings,
    }


def _kept_listing(document: Any) -> CachedListing | None:
    """A listing from what a plugin gave back, or None where that is something else."""
    if not isinstance(document, Mapping):
        return None
    project_id, warnings = document.get("project_id"), document.get("warnings")
    if not isinstance(project_id, str) or not isinstance(warnings, list):
        return None
    try:
        page = page_schema()({name: document.get(name) for name in ("images", "total_count")})
    except _libraries.voluptuous.Invalid:
        return None
    listing = Listing(page["images"], page["total_count"], [str(warning) for warning in warnings])
    return CachedListing(project_id, listing)


def _cache_plugin(name: str, settings: Mapping[str, Any]) -> Any:
    key = (name, *sorted(settings.items()))
    if key not in _plugins:
        try:
            plugin = cache_loader.get(name, **settings)
        except Exception as error:
            reason = str(error).replace(str(settings.get("_uri") or "\0"), "its cache_connection")
            raise ConfigurationError(f"cache_plugin {name!r} cannot be used: {reason}") from None
        if plugin is None:
            raise ConfigurationError(f"There is no cache_plugin {name!r}")
        _plugins[key] = plugin
    return _plugins[key]

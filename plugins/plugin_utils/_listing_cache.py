# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Caches listings: for one run, or in any of Ansible's cache plugins."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud import errors
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.strict_json import read_json
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.fields import check_image, check_number
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import CachedListing, Listing
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.query import MAX_OFFSET, MAX_PAGE
from ansible_collections.huaweicloud.workspace.plugins.module_utils._process import ListingKey
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_state import PATIENCE, RunState, run_digest

#: The name of the cache in the run's own temporary directory.
RUN = "run"
#: Cache plugins that other processes cannot read, so that waiting for one of them is in vain.
_OF_PROCESS = ("memory", "ansible.builtin.memory")

#: Part of each key. Change it together with the form of the entries.
VERSION = 3

#: Characters of the longest entry: about 3,000 for each image that the API can list.
MAX_LENGTH = 16 * 1024 * 1024

_FORM = {"project_id": str, "images": list, "total_count": object, "warnings": list, "fetched_at": float}


class ListingCache:
    """Listings by a key.

    One process of a run fetches a listing at a time. The others wait for it, and take the listing or the failure.

    :param plugin: name of a cache plugin, or :data:`RUN`.
    :param settings: options of that plugin, such as ``_uri``, ``_timeout`` and ``_prefix``.
    :param warn: shows a warning, for a cache that cannot be read or written: that is no failure.
    :raises ConfigurationError: if the plugin is not found or cannot be set up.
    """

    def __init__(self, plugin: str, settings: Mapping[str, Any], warn: Callable[[str], None]) -> None:
        self._of_run = plugin == RUN
        self._store: Any = _RunStore()
        if not self._of_run:
            from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._cache_plugin import CachePlugin

            self._store = CachePlugin(plugin, settings, warn)
        # Without a timeout, an entry never expires.
        self._timeout = float(settings.get("_timeout") or "inf")
        self._patience = 0.0 if plugin in _OF_PROCESS else PATIENCE

    def get_or_fetch(
        self, key: ListingKey, fetch: Callable[[], CachedListing], max_age: float = float("inf")
    ) -> CachedListing:
        """Return the cached listing, or fetch and cache it.

        :param key: what distinguishes this listing from others.
        :param fetch: requests the listing from the service.
        :param max_age: greatest age of the cached listing in seconds.
        :raises CloudError: what ``fetch`` raises in this process or in the one that was waited for. A failure is not
            cached: who comes later fetches the listing again.
        """
        own_name = run_digest(cache_key(key), *(secret or "" for secret in key.secrets))
        name = f"listing_{own_name}" if self._of_run else cache_key(key)
        failures, started = RunState(f"failure_{own_name}"), time.monotonic()

        def find() -> CachedListing | errors.CloudError | None:
            listing = _listing_of(self._store.get(name))
            if listing is not None and listing.is_younger_than(min(self._timeout, max_age)):
                return listing
            return _failure_since(started, failures.read())

        with failures.turn(find, self._patience) as found:
            if found is None:
                return self._fetch(name, fetch, failures)
        if isinstance(found, errors.CloudError):
            # pylint cannot tell it from the listing, which find() may return too.
            raise found  # pylint: disable=raising-non-exception
        return cast(CachedListing, found)

    def _fetch(self, name: str, fetch: Callable[[], CachedListing], failures: RunState) -> CachedListing:
        try:
            listing = fetch()
        except errors.CloudError as error:
            failures.write({"type": type(error).__name__, "facts": error.facts(), "at": time.monotonic()})
            raise
        entry = _entry(listing)
        if len(entry) > MAX_LENGTH or not self._store.set(name, entry):
            failures.stop_waiting()
        return listing


class _RunStore:
    """Entries in the run's own temporary directory."""

    @staticmethod
    def get(key: str) -> object:
        return RunState(key).read()

    @staticmethod
    def set(key: str, entry: str) -> bool:
        return RunState(key).write(entry)


def cache_key(key: ListingKey) -> str:
    """Return a key that any plugin accepts: the name of a file, or of an entry in a database."""
    text = json.dumps({**key.parts, "version": VERSION}, sort_keys=True)
    return f"listing_{hashlib.sha256(text.encode()).hexdigest()}"


def _failure_since(started: float, failure: Any) -> errors.CloudError | None:
    """Return the failure of another process, if this one has been waiting for it."""
    if failure is None or failure["at"] < started:
        return None
    found: errors.CloudError = getattr(errors, failure["type"])(**failure["facts"])
    return found


def _entry(cached: CachedListing) -> str:
    """Return one JSON text: in anything else, Ansible would give a meaning to keys such as ``__ansible_type``."""
    return json.dumps(
        {
            "project_id": cached.project_id,
            "images": cached.listing.images,
            "total_count": cached.listing.total_count,
            "warnings": cached.listing.warnings,
            "fetched_at": cached.fetched_at,
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
        project_id, images, total_count, warnings, fetched_at = (document[name] for name in _FORM)
        is_valid = all(isinstance(document[name], kind) for name, kind in _FORM.items())
        if not is_valid or len(images) > MAX_OFFSET + MAX_PAGE:
            return None
        listing = Listing([check_image(image) for image in images], check_number(total_count), list(map(str, warnings)))
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return CachedListing(project_id, listing, fetched_at)

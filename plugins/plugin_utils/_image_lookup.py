# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Searches for a lookup: options, cache, the search, and what becomes of its result."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import (
    CloudError,
    ConfigurationError,
    MissingLibrary,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.files import (
    DEFAULT_CREDENTIALS_FILE,
    DEFAULT_SHARED_CONFIG_FILE,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import (
    CONNECTION,
    LOOKUP,
    argument_spec,
    lookup_definitions,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import (
    NO_MATCH_FOR,
    SearchFailed,
    SearchResult,
    search,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, lookup_settings
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._display import Progress
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._listing_cache import RUN, ListingCache
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._lookup_options import LookupOptions, nearest
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._on_missing import Missing, on_missing
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._result_cache import (
    LookupCall,
    Result,
    ResultCache,
    Validity,
    file_signatures,
)
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_guard import RunGuard

Warn = Callable[[str], None]

SPECIFICATION = {**argument_spec(), **LOOKUP}

#: How the options of a cache plugin are called, by option of the lookup.
CACHE_SETTINGS = {"_uri": "cache_connection", "_timeout": "cache_timeout", "_prefix": "cache_prefix"}


def look_up(call: LookupCall, names: list[Any], cache: ResultCache, host: str | None, warn: Warn) -> Result:
    """Search, and cache the result if it is the same for other hosts.

    :param names: the terms, lists among them flattened.
    :param host: for which the lookup runs, if that is known.
    :param warn: shows a warning.
    """
    warnings: list[str] = []

    def record(text: str) -> None:
        warnings.append(text)
        warn(text)

    is_shared, failure, validity = True, None, Validity()
    images: list[Any] = []
    try:
        settings = read_settings(call, record)
        is_shared = bool(settings.value("cache")) and settings.value("cache_plugin") == RUN
        if not is_shared:
            cache.stop_waiting()
        images, validity = _find(settings, call, names, host, record)
    except CloudError as error:
        failure = error.message()
    except (SearchFailed, Missing) as error:
        failure = str(error)
    except MissingLibrary as error:
        failure = missing_required_lib(error.name)
    result = Result(images, warnings, failure)
    if is_shared:
        cache.write(result, validity)
    return result


def _find(
    settings: Settings, call: LookupCall, names: list[Any], host: str | None, warn: Warn
) -> tuple[list[Any], Validity]:
    """Return the images, or one field of each, and until when they are the same."""
    names = _names(call.terms, names, settings)
    files = file_signatures(_files(settings))
    cache = {"get_or_fetch": _cache(settings, warn)} if settings.value("cache") else {}
    with closing(Progress("workspace_image", host)) as progress:
        found = search(lambda: settings, warn, names=names, guard_for=RunGuard, report=progress, **cache)
    images = _images(found, names, settings.value("on_missing"), warn)
    # Failures of regions are not cached.
    seconds = 0.0 if "failures" in found.result else _seconds(settings, found)
    return _attributes(images, settings.value("attribute")), Validity(found.fetched_at, seconds, files)


def read_settings(call: LookupCall, warn: Warn) -> Settings:
    """Return the settings of a lookup.

    :raises ConfigurationError: if one cannot be used.
    """
    options = LookupOptions(lookup_definitions(), SPECIFICATION)
    for text in options.warnings(call.prefixed):
        warn(text)
    keywords = options.from_keywords(call.keywords)
    return Settings(
        lookup_settings(keywords, options.from_variables(call.variables)),
        configuration=options.from_configuration(),
        specification=SPECIFICATION,
        directory=call.directory,
    )


def _files(settings: Settings) -> list[str]:
    """Return every file that can decide which credentials are used, whether it is read or not."""
    paths = [DEFAULT_CREDENTIALS_FILE, DEFAULT_SHARED_CONFIG_FILE]
    for name in (name for name, option in CONNECTION.items() if option["type"] == "path"):
        with suppress(ConfigurationError):  # which the search raises, if it needs the path
            path = settings.path(name)
            paths.extend([] if path is None else [path.value])
    return paths


def _seconds(settings: Settings, found: SearchResult) -> float:
    """Return for how long a result is valid."""
    seconds = float(settings.value("cache_timeout") or "inf")
    return seconds if all(found.selections) else min(seconds, NO_MATCH_FOR)


def _images(found: SearchResult, names: list[str], choice: str, warn: Warn) -> list[dict[str, Any]]:
    images: dict[tuple[Any, Any], dict[str, Any]] = {}
    for number, selection in enumerate(found.selections):
        if not selection:
            on_missing(choice, _not_found(found, number, names[number] if names else None), warn)
        for image in selection:
            images.setdefault((image.get("region"), image["id"]), image)
    return list(images.values())


def _not_found(found: SearchResult, number: int, name: str | None) -> str:
    what = "No image meets the criteria" if name is None else f"No image matches {name!r}"
    region = found.result["region"]
    searched = f"{found.searched} {'image' if found.searched == 1 else 'images'} searched"
    similar = f". Similar names: {', '.join(found.nearest[number])}" if found.nearest[number] else ""
    return f"{what}{f' in region {region}' if region else ''} ({searched}){similar}"


def _names(terms: list[Any], names: list[Any], settings: Settings) -> list[str]:
    """Return the names in the terms.

    :param names: the terms, lists among them flattened.
    """
    if terms and "name" in settings.task:
        raise ConfigurationError("Names are set as terms and as the keyword name. Set one of them")
    if terms and not names:
        raise ConfigurationError("The lookup's list of names is empty. Leave it out to return all images")
    wrong = [name for name in names if not isinstance(name, str) or not name]
    if wrong:
        raise ConfigurationError(f"A term must be a string that is not empty, got {wrong[0]!r}")
    return names


def _cache(settings: Settings, warn: Any) -> Any:
    """Return what caches listings."""
    given = {name: settings.value(option) for name, option in CACHE_SETTINGS.items()}
    given = {name: value for name, value in given.items() if value is not None}
    plugin = settings.value("cache_plugin")
    if plugin == RUN and "_uri" in given:
        raise ConfigurationError("cache_connection is set, but the cache run has none. Set cache_plugin, or remove it")
    return ListingCache(plugin, given, warn).get_or_fetch


def _attributes(images: list[dict[str, Any]], attribute: str | None) -> list[Any]:
    """Return the images, or one field of each.

    :raises ConfigurationError: if no image has the field.
    """
    if attribute is None or not images:
        return images
    if not any(attribute in image for image in images):
        fields = {field for image in images for field in image}
        raise ConfigurationError(f"No image has the attribute {attribute!r}. {nearest(attribute, fields)}")
    return [image.get(attribute) for image in images]

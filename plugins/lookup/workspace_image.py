# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: workspace_image
short_description: Find images of Huawei Cloud Workspace
version_added: 1.0.0
description:
  - Returns images from which you can create or rebuild cloud desktops (云桌面) of Huawei Cloud Workspace. The options
    mean the same as in the module M(huaweicloud.workspace.workspace_image_info).
  - The lookup runs on the controller. The keyword C(environment) of a task does not apply to it.
author:
  - Contributors to the huaweicloud.workspace collection (@huaweicloud)
extends_documentation_fragment:
  - huaweicloud.workspace.connection
  - huaweicloud.workspace.connection.plugins
  - huaweicloud.workspace.connection.secrets
  - huaweicloud.workspace.image_query
options:
  _terms:
    description:
      - Names of images, or shell patterns. Mutually exclusive with O(name).
      - Each term is independent of the others. With O(most_recent), each term returns its newest match. O(on_missing)
        applies to each term. All terms share one listing.
    type: list
    elements: str
  attribute:
    description:
      - Field of each image to return instead of the image, such as V(id).
    type: str
  on_missing:
    description:
      - What to do if a term matches no image or, without terms, if no image matches.
      - V(error) fails, V(warn) gives a warning, and V(skip) ignores the term.
    type: str
    choices:
      - error
      - warn
      - skip
    default: error
  cache:
    description:
      - Whether the service's list is cached. Lookups that differ only in criteria such as O(name) or O(fits_disk)
        share a cached list.
      - Hosts that start at the same moment may each send a request.
    type: bool
    default: false
    vars:
      - name: huaweicloud_cache
    ini:
      - section: huaweicloud
        key: cache
  cache_plugin:
    description:
      - Cache plugin to use. V(memory) serves the loop of one task, others also serve later tasks and runs.
    type: str
    default: memory
    vars:
      - name: huaweicloud_cache_plugin
    ini:
      - section: huaweicloud
        key: cache_plugin
  cache_timeout:
    description:
      - Time in seconds after which a cached list expires.
    type: int
    default: 3600
    vars:
      - name: huaweicloud_cache_timeout
    ini:
      - section: huaweicloud
        key: cache_timeout
  cache_connection:
    description:
      - Path or address of the cache, as the cache plugin documents it.
    type: str
    vars:
      - name: huaweicloud_cache_connection
    ini:
      - section: huaweicloud
        key: cache_connection
  cache_prefix:
    description:
      - Prefix of the names of cache files or keys.
    type: str
    default: huaweicloud_workspace_
    vars:
      - name: huaweicloud_cache_prefix
    ini:
      - section: huaweicloud
        key: cache_prefix
notes:
  - Connection and cache options are read from keywords, then from Ansible variables, then from the environment, then
    from C(ansible.cfg), and validated as strictly as in a task. Secrets are never read from C(ansible.cfg). Variables
    may be templates. An empty variable counts as unset.
  - Query options are read from keywords only. A variable C(huaweicloud_...) that names a query option, or looks like
    a misspelled option, gives a warning.
  - A keyword that is empty or null is an error. Use C(omit) to leave an option out.
  - C(query) always returns a list. C(lookup) returns a single image without a list, and joins several strings with
    commas. Use C(lookup) only for exactly one image.
seealso:
  - module: huaweicloud.workspace.workspace_image_info
  - name: Authentication
    description: Guide to credentials, projects, endpoints and proxies, and to the lookup's variables.
    link: https://github.com/huaweicloud/ansible-collection-workspace/blob/main/docs/docsite/rst/authentication.rst
  - name: Cache lookup results
    description: Guide to the cache of lookups.
    link: https://github.com/huaweicloud/ansible-collection-workspace/blob/main/docs/docsite/rst/caching.rst
  - name: Failures
    description: Guide to causes of failures, retries and messages.
    link: https://github.com/huaweicloud/ansible-collection-workspace/blob/main/docs/docsite/rst/failures.rst
"""

EXAMPLES = r"""
- name: Show the ID of the newest image that matches a name
  ansible.builtin.debug:
    msg: "{{ lookup('huaweicloud.workspace.workspace_image', '*Server 2019*', region='cn-north-4', most_recent=true,
      attribute='id') }}"

# query always returns a list, even with one image or none.
- name: Show all private images
  ansible.builtin.debug:
    msg: "{{ item.name }} needs {{ item.min_disk }} GB"
  loop: "{{ query('huaweicloud.workspace.workspace_image', region='cn-north-4', image_type='private',
    on_missing='skip') }}"

- name: Set the newest image of each of two names
  ansible.builtin.set_fact:
    image_ids: "{{ query('huaweicloud.workspace.workspace_image', '*Server 2019*', 'Ubuntu*', region='cn-north-4',
      most_recent=true, attribute='id') }}"

- name: Send one request for all lookups of the next hour
  ansible.builtin.debug:
    msg: "{{ query('huaweicloud.workspace.workspace_image', item, on_missing='warn', attribute='id') }}"
  loop:
    - "*Server 2019*"
    - "Ubuntu*"
  vars:
    huaweicloud_region: cn-north-4
    huaweicloud_cache: true
    huaweicloud_cache_plugin: ansible.builtin.jsonfile
    huaweicloud_cache_connection: ~/.cache/workspace-images
"""

RETURN = r"""
_raw:
  description:
    - The images, in the order of the terms, then of the service. An image that two terms match is returned once. Each
      image has the fields that the module M(huaweicloud.workspace.workspace_image_info) returns.
    - With O(attribute), that field of each image.
  type: list
  elements: raw
  sample:
    - architecture: x86
      created_at: "2026-03-28T00:00:00Z"
      disk_format: qcow2
      id: d6b368bc-a24d-4fb5-a8fb-727356a53f33
      image_type: gold
      kms_id: null
      min_disk: 50
      min_ram: 0
      name: Euler_Online_Tenant_vAG
      os_type: Linux
      os_version: EulerOS 2.2 64bit
      product_code: null
"""

from contextlib import closing
from typing import Any

from ansible import errors
from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError, ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, SearchResult, search
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, lookup_settings
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._display import Progress
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._listing_cache import ListingCache
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._lookup_options import LookupOptions, nearest
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._on_missing import CHOICES, Missing, on_missing
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_guard import RunGuard

#: A value that is omit.
OMITTED = object()
#: What rendering raises for omit, from ansible-core 2.19 on.
OMITTED_ERROR: Any = getattr(errors, "AnsibleValueOmittedError", ())

#: Options of the lookup alone, as an argument specification.
LOOKUP: dict[str, dict[str, Any]] = {
    "attribute": {"type": "str"},
    "on_missing": {"type": "str", "choices": list(CHOICES), "default": "error"},
    "cache": {"type": "bool", "default": False},
    "cache_plugin": {"type": "str", "default": "memory"},
    "cache_timeout": {"type": "int", "default": 3600},
    "cache_connection": {"type": "str"},
    "cache_prefix": {"type": "str", "default": "huaweicloud_workspace_"},
}

SPECIFICATION = {**argument_spec(), **LOOKUP}

#: How the options of a cache plugin are called, by option of the lookup.
CACHE_SETTINGS = {"_uri": "cache_connection", "_timeout": "cache_timeout", "_prefix": "cache_prefix"}


class LookupModule(LookupBase):
    """Wires options, the search and what becomes of its result."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        missing = _libraries.missing_library()
        if missing:
            raise AnsibleLookupError(missing_required_lib(missing[0]))
        try:
            return self._run(terms, variables or {}, kwargs)
        except CloudError as error:
            failure = error.message()
        except (SearchFailed, Missing) as error:
            failure = str(error)
        # Outside of the handler, so that no traceback leads further down.
        raise AnsibleLookupError(failure)

    def _run(self, terms: list[Any], variables: dict[str, Any], kwargs: dict[str, Any]) -> list[Any]:
        settings = self._settings(variables, kwargs)
        names = _names(terms, self._flatten(terms), settings)
        with closing(Progress("workspace_image", variables.get("inventory_hostname"))) as progress:
            found = search(
                lambda: settings,
                self._warn,
                names=names,
                guard_for=RunGuard,
                report=progress,
                **({"get_or_fetch": _cache(settings, self._warn)} if settings.value("cache") else {}),
            )
        images = self._images(found, names, settings.value("on_missing"))
        return _attributes(images, settings.value("attribute"))

    def _settings(self, variables: dict[str, Any], kwargs: dict[str, Any]) -> Settings:
        options = LookupOptions(self.option_definitions, SPECIFICATION)
        for text in options.warnings(variables):
            self._warn(text)
        # Loops of ansible-core 2.18 and older pass wantlist on to the plugin.
        given = {name: self._rendered(value, variables) for name, value in kwargs.items() if name != "wantlist"}
        keywords = options.from_keywords({name: value for name, value in given.items() if value is not OMITTED})
        from_variables = options.from_variables(variables, lambda value: self._template(value, variables))
        return Settings(
            lookup_settings(keywords, from_variables),
            configuration=options.from_configuration(),
            specification=SPECIFICATION,
            directory=self._loader.get_basedir() if self._loader else "",
        )

    def _template(self, value: Any, variables: dict[str, Any]) -> Any:
        """Return a variable's value, rendered; None for omit."""
        try:
            rendered = value if self._templar is None else self._templar.template(value)
        except OMITTED_ERROR:
            return None
        return None if self._rendered(rendered, variables) is OMITTED else rendered

    def _rendered(self, value: Any, variables: dict[str, Any]) -> Any:
        """Return a keyword's value, or OMITTED for omit: before ansible-core 2.19 a text, since then an object."""
        if value == variables.get("omit", OMITTED):
            return OMITTED
        if value is None or isinstance(value, (str, int, float, list, dict)) or self._templar is None:
            return value
        try:
            return self._templar.template(value)
        except OMITTED_ERROR:
            return OMITTED
        except errors.AnsibleError:
            return value  # and the check of all values says what is wrong with this one

    def _images(self, found: SearchResult, names: list[str], choice: str) -> list[dict[str, Any]]:
        images: dict[tuple[Any, Any], dict[str, Any]] = {}
        for number, selection in enumerate(found.selections):
            if not selection:
                on_missing(choice, _not_found(found, number, names[number] if names else None), self._warn)
            for image in selection:
                images.setdefault((image.get("region"), image["id"]), image)
        return list(images.values())

    @staticmethod
    def _warn(text: str) -> None:
        Display().warning(f"workspace_image: {text}")


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
    return ListingCache(settings.value("cache_plugin"), given, warn).get_or_fetch


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

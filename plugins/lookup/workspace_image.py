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
      - One process fetches a list at a time, and the others wait for it, so that hosts that start at the same moment
        send one request.
      - If a term finds no image in a cached list that is older than 10 seconds, the list is fetched again.
      - Set it to V(false) to query the service each time.
    type: bool
    default: true
    vars:
      - name: huaweicloud_cache
    ini:
      - section: huaweicloud
        key: cache
  cache_plugin:
    description:
      - Where lists are cached. V(run) serves all hosts, forks and tasks of one run of C(ansible-playbook). It uses the
        run's own temporary directory, which only the owner can read and which Ansible removes at the end. If that
        directory cannot be written, the lookup works without a cache.
      - Any of Ansible's cache plugins, such as V(ansible.builtin.jsonfile), serves later runs too. V(memory) serves
        the loop of one task.
    type: str
    default: run
    vars:
      - name: huaweicloud_cache_plugin
    ini:
      - section: huaweicloud
        key: cache_plugin
  cache_timeout:
    description:
      - Time in seconds after which a cached list expires. With V(0), it does not expire.
    type: int
    default: 300
    vars:
      - name: huaweicloud_cache_timeout
    ini:
      - section: huaweicloud
        key: cache_timeout
  cache_connection:
    description:
      - Path or address of the cache, as the cache plugin documents it. O(cache_plugin=run) has none.
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

- name: Cache the list in files, for the lookups of later runs too
  ansible.builtin.debug:
    msg: "{{ query('huaweicloud.workspace.workspace_image', item, on_missing='warn', attribute='id') }}"
  loop:
    - "*Server 2019*"
    - "Ubuntu*"
  vars:
    huaweicloud_region: cn-north-4
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

from multiprocessing import parent_process
from typing import Any

from ansible import errors
from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import PREFIX, VARIABLES
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._result_cache import LookupCall, Result, ResultCache

if parent_process() is not None:
    # Ansible would parse the documentation in every worker, which takes longer than a cached lookup.
    del DOCUMENTATION

#: A value that is omit.
OMITTED = object()
#: What rendering raises for omit, from ansible-core 2.19 on.
OMITTED_ERROR: Any = getattr(errors, "AnsibleValueOmittedError", ())


class LookupModule(LookupBase):
    """Returns the cached result of the same lookup, or else searches."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        variables = variables or {}
        call = self._call(terms, variables, kwargs)
        cache = ResultCache(call)
        with cache.turn() as cached:
            result = cached or self._look_up(call, cache, variables.get("inventory_hostname"))
        for text in cached.warnings if cached else ():
            self._warn(text)
        if result.failure is not None:
            raise AnsibleLookupError(result.failure)
        return result.images

    def _call(self, terms: list[Any], variables: dict[str, Any], kwargs: dict[str, Any]) -> LookupCall:
        # Loops of ansible-core 2.18 and older pass wantlist on to the plugin.
        given = {name: self._rendered(value, variables) for name, value in kwargs.items() if name != "wantlist"}
        return LookupCall(
            terms,
            {name: value for name, value in given.items() if value is not OMITTED},
            {name: self._template(variables[name], variables) for name in VARIABLES.values() if name in variables},
            sorted(name for name in variables if name.startswith(PREFIX)),
            self._loader.get_basedir() if self._loader else "",
        )

    def _look_up(self, call: LookupCall, cache: ResultCache, host: str | None) -> Result:
        # Imported here: a lookup whose result is cached does without.
        from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_lookup import look_up

        return look_up(call, self._flatten(call.terms), cache, host, self._warn)

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

    @staticmethod
    def _warn(text: str) -> None:
        Display().warning(f"workspace_image: {text}")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: workspace_image
short_description: Find images of Huawei Cloud Workspace
version_added: 1.0.0
description:
  - Finds product images from which cloud desktops (云桌面) of Huawei Cloud Workspace can be created or rebuilt, as the
    module M(huaweicloud.workspace.workspace_image_info) does, and returns them to a template.
  - It runs on the controller. A task's C(environment) does not reach it.
author:
  - Contributors to the huaweicloud.workspace collection (@huaweicloud)
extends_documentation_fragment:
  - huaweicloud.workspace.connection
  - huaweicloud.workspace.connection.plugins
  - huaweicloud.workspace.image_query
options:
  _terms:
    description:
      - Names of images, or shell patterns that they match. Instead of O(name).
      - Each term stands for itself. With O(most_recent) it gives its own newest image, and it is missing if it matches
        none. All terms share one listing.
    type: list
    elements: str
  attribute:
    description:
      - Return this field of each image, such as V(id), instead of the image.
    type: str
  on_missing:
    description:
      - What to do if a term matches no image, or, without terms, if no image is found.
      - V(error) fails, V(warn) gives a warning, and V(skip) does neither.
    type: str
    choices:
      - error
      - warn
      - skip
    default: error
  cache:
    description:
      - Whether the service's list is kept and used again, by all calls that differ only in what is applied to it here,
        such as O(name) or O(most_recent).
      - Hosts that start at the same moment may each ask once.
    type: bool
    default: false
    vars:
      - name: huaweicloud_cache
    ini:
      - section: huaweicloud
        key: cache
  cache_plugin:
    description:
      - Cache plugin that keeps it. V(memory) serves the loop of one task, others serve later tasks and runs too.
    type: str
    default: memory
    vars:
      - name: huaweicloud_cache_plugin
    ini:
      - section: huaweicloud
        key: cache_plugin
  cache_timeout:
    description:
      - Seconds for which it is kept.
    type: int
    default: 3600
    vars:
      - name: huaweicloud_cache_timeout
    ini:
      - section: huaweicloud
        key: cache_timeout
  cache_connection:
    description:
      - Path or address of the cache, as the cache plugin's documentation has it.
    type: str
    vars:
      - name: huaweicloud_cache_connection
    ini:
      - section: huaweicloud
        key: cache_connection
  cache_prefix:
    description:
      - Prefix of the cache's files or keys.
    type: str
    default: huaweicloud_workspace_
    vars:
      - name: huaweicloud_cache_prefix
    ini:
      - section: huaweicloud
        key: cache_prefix
notes:
  - Each option is looked for in the keywords, then in Ansible's variables, then in the environment, then in
    C(ansible.cfg). Secrets are never read from C(ansible.cfg). Variables may be templates; an empty one counts as
    unset.
  - C(query) always returns a list. C(lookup) returns an only image as it is, and joins several strings with commas, so
    use it only where exactly one is meant.
seealso:
  - module: huaweicloud.workspace.workspace_image_info
"""

EXAMPLES = r"""
- name: Show the ID of the newest image of a name
  ansible.builtin.debug:
    msg: "{{ lookup('huaweicloud.workspace.workspace_image', '*Server 2019*', region='cn-north-4', most_recent=true,
      attribute='id') }}"

# query returns a list, also where there is one image or none.
- name: Show all private images
  ansible.builtin.debug:
    msg: "{{ item.name }} needs {{ item.min_disk }} GB"
  loop: "{{ query('huaweicloud.workspace.workspace_image', region='cn-north-4', image_type='private',
    on_missing='skip') }}"

- name: Take the newest of each of two names
  ansible.builtin.set_fact:
    image_ids: "{{ query('huaweicloud.workspace.workspace_image', '*Server 2019*', 'Ubuntu*', region='cn-north-4',
      most_recent=true, attribute='id') }}"

- name: Ask once for all templates, also of later runs within the hour
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
    - The images, in the order of the terms, then of the service; an image that two terms match comes once. Each has the
      fields that the module M(huaweicloud.workspace.workspace_image_info) returns.
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

import json
from typing import Any

from ansible import errors
from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing import ajson
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError, ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import SECRETS, argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, SearchResult, ask
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._listing_cache import ListingCache
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._on_missing import CHOICES, Missing, on_missing
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._variables import Definitions, merged, nearest

#: What a template raises that is nothing but omit, from ansible-core 2.19 on.
OMITTED: Any = getattr(errors, "AnsibleValueOmittedError", ())

#: How Ansible hands values to a module: vaulted strings decrypted, dates as text.
ENCODER: Any = ajson.AnsibleJSONEncoder

#: Options of the lookup alone, in Ansible's words.
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
DEFAULTED = {name for name, option in SPECIFICATION.items() if "default" in option}


class LookupModule(LookupBase):
    """Wires options, the query and what becomes of its answer."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        missing = _libraries.missing_library()
        if missing:
            raise AnsibleLookupError(missing_required_lib(missing[0]))
        try:
            return self._run(terms, variables or {}, kwargs)
        except (CloudError, SearchFailed, Missing) as error:
            failure = str(error)
        # Outside of the handler, so that no traceback leads further down.
        raise AnsibleLookupError(failure)

    def _run(self, terms: list[Any], variables: dict[str, Any], kwargs: dict[str, Any]) -> list[Any]:
        definitions = Definitions(self.option_definitions)
        # Loops of ansible-core 2.18 and older hand wantlist on to the plugin.
        keywords = definitions.keywords({
            name: self._given(value, variables) for name, value in kwargs.items() if name != "wantlist"
        })  # fmt: skip
        names = _names(terms, self._flatten(terms), keywords)
        configuration = self._configuration()
        options = _validated(
            {
                # Nobody else would look for what only the lookup has, or for what has a default.
                **{name: value for name, value in configuration.items() if name in LOOKUP or name in DEFAULTED},
                **merged(
                    keywords,
                    definitions.variables(variables, lambda value: self._given(self._rendered(value), variables)),
                ),
            }
        )
        found = ask(
            {name: value for name, value in options.items() if name not in LOOKUP},
            self._warn,
            names=names,
            configuration=configuration,
            get_or_fetch=_cache(options, self._warn),
        )
        return _attributes(self._images(found, names, options["on_missing"]), options["attribute"])

    def _rendered(self, value: Any) -> Any:
        try:
            return value if self._templar is None else self._templar.template(value)
        except OMITTED:
            return None

    def _given(self, value: Any, variables: dict[str, Any]) -> Any:
        """A value, or None for omit: before ansible-core 2.19 the text of a variable, since then an object."""
        if value == variables.get("omit"):
            return None
        if isinstance(value, (str, int, float, list, dict)):
            return value
        try:
            return self._rendered(value)
        except errors.AnsibleError:
            return value  # and the check of all values says what is wrong with this one

    def _configuration(self) -> dict[str, Any]:
        """What ansible.cfg says, typed."""
        self.set_options(var_options={}, direct={})
        found = {
            name: self.get_option_and_origin(name)
            for name, option in self.option_definitions.items()
            if "ini" in option
        }
        return {name: value for name, (value, origin) in found.items() if origin != "default"}

    def _images(self, found: SearchResult, names: list[str], choice: str) -> list[dict[str, Any]]:
        images: dict[tuple[Any, Any], dict[str, Any]] = {}
        for number, selection in enumerate(found.selections):
            if not selection:
                what = f"No image matches {names[number]!r}" if names else "No image meets the criteria"
                where = found.result["region"]
                on_missing(choice, what + (f" in region {where}" if where else ""), self._warn)
            for image in selection:
                images.setdefault((image.get("region"), image["id"]), image)
        return list(images.values())

    @staticmethod
    def _warn(text: str) -> None:
        Display().warning(f"workspace_image: {text}")


def _names(terms: list[Any], names: list[Any], keywords: dict[str, Any]) -> list[str]:
    """The names in the terms, lists among them taken apart."""
    if terms and "name" in keywords:
        raise ConfigurationError("Names are given as terms and as the keyword name: give one of them")
    if terms and not names:
        raise ConfigurationError("The list of names is empty; leave it out for all images")
    wrong = [name for name in names if not isinstance(name, str) or not name]
    if wrong:
        raise ConfigurationError(f"A term must be a string that is not empty, got {wrong[0]!r}")
    return names


def _validated(options: dict[str, Any]) -> dict[str, Any]:
    """The options as the argument specification, the same as the module's, gives them back.

    :raises ConfigurationError: where a value cannot be used, with the module's text.
    """
    received = {name: _plain(name, value) for name, value in options.items()}
    validation = ArgumentSpecValidator(SPECIFICATION).validate(received)
    if validation.error_messages:
        secrets = Secrets()
        secrets.add(*(str(received[name]) for name in SECRETS if name in received))
        raise ConfigurationError(secrets.mask(validation.error_messages[0]))
    validated: dict[str, Any] = validation.validated_parameters
    return validated


def _plain(name: str, value: Any) -> Any:
    """A value as a module would get it: variables of ansible-core 2.18 and older may be vaulted strings.

    :raises ConfigurationError: where it is nothing that an option can be.
    """
    try:
        return json.loads(json.dumps(value, cls=ENCODER, vault_to_text=True))
    except (TypeError, errors.AnsibleError):
        raise ConfigurationError(f"{name} cannot be of the type {type(value).__name__}") from None


def _cache(options: dict[str, Any], warn: Any) -> Any:
    """What keeps listings, or None where none is to be kept."""
    if not options["cache"]:
        return None
    settings = {"_uri": "cache_connection", "_timeout": "cache_timeout", "_prefix": "cache_prefix"}
    given = {name: options[option] for name, option in settings.items() if options[option] is not None}
    return ListingCache(options["cache_plugin"], given, warn).get_or_fetch


def _attributes(images: list[dict[str, Any]], attribute: str | None) -> list[Any]:
    """The images, or one field of each.

    :raises ConfigurationError: where no image has the field.
    """
    if attribute is None or not images:
        return images
    if not any(attribute in image for image in images):
        fields = {field for image in images for field in image}
        raise ConfigurationError(f"No image has the attribute {attribute!r}.{nearest(attribute, fields)}")
    return [image.get(attribute) for image in images]

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a lookup finds its options: its keywords, Ansible's variables, and ``ansible.cfg``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Callable

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError

#: Options of which one set stands instead of the other; what a keyword says of one set ends the variables of the other.
MUTUALLY_EXCLUSIVE = (frozenset({"regions"}), frozenset({"region", "project_id", "project_name"}))

#: Kinds of identity: keywords that give one whole are not mixed with another one of the variables.
CREDENTIAL_KINDS = (
    frozenset({"access_key", "secret_key"}),
    frozenset({"auth_token"}),
    frozenset({"username", "password", "domain_name"}),
)
_FILES = frozenset({"profile", "credentials_file", "shared_config_file"})
_IDENTITY = frozenset({"security_token"}).union(_FILES, *CREDENTIAL_KINDS)


@dataclass(frozen=True)
class Definitions:
    """The options of a lookup, as its documentation has them.

    :param options: by name, each with ``aliases``, ``vars`` and ``ini``.
    """

    options: Mapping[str, Mapping[str, Any]]
    aliases: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        names = {
            alias: name
            for name, option in self.options.items()
            if name != "_terms"
            for alias in (name, *option.get("aliases", ()))
        }
        object.__setattr__(self, "aliases", names)

    def keywords(self, keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Keywords by the name of their option.

        :raises ConfigurationError: where there is no such option, or two keywords of one.
        """
        found: dict[str, Any] = {}
        for keyword, value in keywords.items():
            name = self.aliases.get(keyword)
            if name is None:
                raise ConfigurationError(f"There is no option {keyword!r}.{nearest(keyword, self.aliases)}")
            if name in found:
                raise ConfigurationError(f"{name} is given twice, by its alias too")
            if value is not None:
                found[name] = value
        return found

    def variables(self, variables: Mapping[str, Any], template: Callable[[Any], Any]) -> dict[str, Any]:
        """Values of Ansible's variables by the name of their option; what is empty counts as unset.

        :param template: renders a value.
        """
        found = {
            name: template(variables[variable["name"]])
            for name, option in self.options.items()
            for variable in option.get("vars", ())
            if variable["name"] in variables
        }
        return {name: value for name, value in found.items() if value is not None and value != ""}


def nearest(name: str, names: Iterable[str]) -> str:
    """A sentence that names what a user may have meant, empty where nothing is near."""
    matches = get_close_matches(name, list(names), n=1)
    return f" Did you mean {matches[0]!r}?" if matches else ""


def merged(keywords: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords beat variables: option by option, but an identity that the keywords give whole stands alone."""
    ignored: set[str] = set()
    if any(kind <= keywords.keys() for kind in CREDENTIAL_KINDS):
        ignored |= _IDENTITY
    elif _FILES & keywords.keys():
        ignored |= _IDENTITY - _FILES
    for one, other in (MUTUALLY_EXCLUSIVE, MUTUALLY_EXCLUSIVE[::-1]):
        if one & keywords.keys():
            ignored |= other
    return {**{name: value for name, value in variables.items() if name not in ignored}, **keywords}

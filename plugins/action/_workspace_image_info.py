# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task of the role workspace_image: runs the module with the role's variables and expects exactly one image.

It is private, and not a task with templates, for two reasons. An argument that is omitted would take its value in
``module_defaults`` with it, and a template of all arguments makes Ansible print a warning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ansible.executor import module_common
from ansible.plugins.action import ActionBase

from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import IMAGE_QUERY, argument_spec
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_action import run_action

MODULE = "huaweicloud.workspace.workspace_image_info"
PREFIX = "workspace_image_"

#: Enough candidates to see what distinguishes them.
SHOWN_CANDIDATES = 20

#: The share of equal characters from which a name counts as a misspelling: ``naem`` does, ``catalog`` does not.
SIMILARITY = 0.75


class ActionModule(ActionBase):
    """Finds the one image, or fails and lists the candidates."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        for variable, meant in near_misses(variables).items():
            self._display.warning(f"There is no variable {variable}. Did you mean {meant}?")
        given = self._given_options(variables)
        for name, value in given.items():
            if value is None or value == "":
                return {**result, "failed": True, "error_type": "configuration", "msg": explain_unset(name, value)}
        options = self._with_module_defaults(given, variables)
        found = run_action(self, MODULE, options, variables)
        if found.get("failed") or len(found["images"]) == 1:
            return found
        details = {name: value for name, value in found.items() if name not in ("images", "nearest_names")}
        return {**details, **describe_failure(found, options)}

    def _given_options(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that the role's variables set, rendered."""
        given = {name: variables[PREFIX + name] for name in argument_spec() if PREFIX + name in variables}
        return _without_omitted(self._templar.template(given), variables)

    def _with_module_defaults(self, given: dict[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return what ``module_defaults`` say of the module, overridden by what is given.

        Ansible's own actions that run another module (``package``, ``service``) use the same functions.
        """
        # pylint: disable=protected-access
        core: Any = module_common
        if hasattr(core, "_apply_action_arg_defaults"):  # from ansible-core 2.19 on
            return dict(core._apply_action_arg_defaults(MODULE, self._task, given, self._templar))
        task: Any = self._task
        merged = core.get_action_args_with_defaults(
            MODULE, given, task.module_defaults, self._templar, action_groups=task._parent._play._action_groups
        )
        return _without_omitted(merged, variables)


def _without_omitted(options: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out values of ``omit``, which ansible-core renders as a placeholder before 2.19."""
    return {name: value for name, value in options.items() if "omit" not in variables or value != variables["omit"]}


def near_misses(variables: Iterable[str]) -> dict[str, str]:
    """Find variables that look like misspellings of the role's.

    :param variables: names of all variables.
    :returns: the role's variable that may have been meant, by the misspelled name. A variable that is set as well is
        not what was meant.
    """
    names = set(variables)
    spellings = {
        alias: name for name, option in argument_spec().items() for alias in (name, *option.get("aliases", ()))
    }
    found = {}
    for variable in sorted(names):
        name = variable.removeprefix(PREFIX)
        if name == variable or name.startswith("_") or spellings.get(name) == name:
            continue
        for match in get_close_matches(name, spellings, n=1, cutoff=SIMILARITY):
            found[variable] = PREFIX + spellings[match]
    return {variable: meant for variable, meant in found.items() if meant not in names}


def explain_unset(option: str, value: object) -> str:
    """Say what to do about a variable that is null or an empty string, which could widen the query.

    :param option: name of the option, without the role's prefix.
    """
    problem = "empty" if value == "" else "null (a template without else gives null since ansible-core 2.19)"
    return f"{PREFIX}{option} is {problem}. Set a value, or use omit to leave the option out."


def describe_failure(found: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a result without exactly one image into a failure.

    :param found: the module's result.
    :param options: the options that the module ran with.
    :returns: what the result gets instead of the images. ``candidates`` repeats lines of ``msg``, because Ansible's
        default output escapes the line breaks of a text, but shows the lines of a list if the result is verbose.
    """
    images = found["images"]
    criteria = ", ".join(f"{name}={_quote(options[name])}" for name in IMAGE_QUERY if name in options)
    failure: dict[str, Any] = {"failed": True, "error_type": "unresolved"}
    if not images:
        nearest = ", ".join(found.get("nearest_names") or ())
        hint = f"Similar names: {nearest}." if nearest else "Check the region and the criteria."
        problem = f"No image {'matches ' + criteria if criteria else 'exists'}{_where(found, options)}."
        return {**failure, "msg": f"{problem} {hint}"}
    candidates = describe_candidates(images)
    problem = (
        f"{len(images)} images match{' ' + criteria if criteria else ''}{_where(found, options)}, expected exactly one."
    )
    message = "\n".join([f"{problem} {_hint(images)}", *candidates])
    return {**failure, "msg": message, "candidates": candidates, "_ansible_verbose_always": True}


def describe_candidates(images: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each image, at most :data:`SHOWN_CANDIDATES`, and one that counts the others."""
    lines = []
    for image in images[:SHOWN_CANDIDATES]:
        details = [
            image["id"],
            image["image_type"] or "unknown image type",
            image["architecture"] or "unknown architecture",
            image["created_at"] or "unknown creation time",
            *([image["region"]] if "region" in image else []),
        ]
        lines.append(f"{_quote(image['name'])} ({', '.join(details)})")
    more = len(images) - SHOWN_CANDIDATES
    return [*lines, f"… and {more} more"] if more > 0 else lines


def _hint(images: Sequence[Mapping[str, Any]]) -> str:
    if len({image.get("region") for image in images}) > 1:
        return f"Narrow the criteria, or the regions: {PREFIX}most_recent selects one image of each region."
    return f"Narrow the criteria, or set {PREFIX}most_recent to true."


def _where(found: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    regions = options.get("regions")
    if regions:
        return f" in regions {regions if isinstance(regions, str) else ', '.join(regions)}"
    return f" in region {found['region']}" if found["region"] else ""


def _quote(value: object) -> str:
    """Show a value with its limits, so that a blank at its end is seen."""
    return json.dumps(value, ensure_ascii=False, default=str)

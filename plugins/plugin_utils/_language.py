# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The language of labels: English, or Chinese if the user's locale or a variable says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError

ENGLISH = "en"
CHINESE = "zh"
LANGUAGES = (ENGLISH, CHINESE)

#: The variable that sets the language.
VARIABLE = "workspace_image_language"

#: Environment variables of the locale, in order of precedence (POSIX).
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


class Label(NamedTuple):
    """A text in each language; ``{name}`` is replaced by a value."""

    en: str
    zh: str


def language_of(variable: object, environ: Mapping[str, str]) -> str:
    """Return the language of the labels.

    :param variable: the value of :data:`VARIABLE`, None if it is not set.
    :param environ: the environment, with the user's locale.
    :raises ConfigurationError: if the variable is not a language.
    """
    if variable is not None and variable not in LANGUAGES:
        raise ConfigurationError(f"{VARIABLE} must be one of {', '.join(LANGUAGES)}, got {variable!r}")
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "")
    return str(variable or (CHINESE if locale.startswith("zh") else ENGLISH))

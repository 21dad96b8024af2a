# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that a user may have meant, where a pattern matches nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from unicodedata import normalize

from .image import Image, quote

# Bounds on the work: patterns, and characters of a pattern or a name.
_MOST_PATTERNS = 3
_LONGEST = 255

#: The share of pairs of characters that similar texts have in common.
_LIKENESS = 0.6

_WILDCARDS = re.compile(r"[*?]+")


def nearest_names(images: Iterable[Image], patterns: Sequence[str], limit: int = 3) -> list[str]:
    """Find the names that look most like patterns that matched nothing.

    Names that differ from a pattern only in letter case, blanks or the width of characters come first, with the
    difference named; similar names follow.

    :param images: all that were searched.
    :param patterns: of ``name``, as the user wrote them; the first three are compared.
    :param limit: the most names to return.
    :returns: the names, ready for a message: in quotation marks, with escape sequences for invisible characters.
    """
    names = _usable(image["name"] or "" for image in images)
    patterns = _usable(patterns)[:_MOST_PATTERNS]
    found: dict[str, str] = {}
    folded = [(name, _fold(name)) for name in names]
    for pattern in patterns:
        expected = _fold(pattern)
        for name in (name for name, text in folded if _matches(expected, text)):
            found.setdefault(name, f"{quote(name)} (different {_difference(pattern, name)})")
    for pattern in patterns if len(found) < limit else ():
        for name in _most_similar(pattern, names, limit):
            found.setdefault(name, quote(name))
    return list(found.values())[:limit]


def _usable(texts: Iterable[str]) -> list[str]:
    """Return each text once, in NFC, except those that are too long."""
    return list(dict.fromkeys(normalize("NFC", text) for text in texts if 0 < len(text) <= _LONGEST))


def _without_case(text: str) -> str:
    return text.casefold()


def _without_blanks(text: str) -> str:
    # Zero-width characters and all blanks but the space are not printable.
    return "".join(filter(str.isprintable, text)).replace(" ", "")


def _without_width(text: str) -> str:
    return normalize("NFKC", text)


_FOLDS = {
    "letter case": _without_case,
    "blanks or invisible characters": _without_blanks,
    "width of characters": _without_width,
}


def _difference(pattern: str, name: str) -> str:
    """Say in what a name, which matches a pattern when both are folded, differs from it."""
    for label, fold in _FOLDS.items():
        if _matches(fold(pattern), fold(name)):
            return label
    return "letter case, blanks or width of characters"


def _fold(text: str) -> str:
    return _without_blanks(_without_case(_without_width(text)))


def _matches(pattern: str, name: str) -> bool:
    try:
        return name == pattern or fnmatchcase(name, pattern)
    except re.error:  # up to Python 3.9: a range such as [z-a]
        return False


def _most_similar(pattern: str, names: list[str], limit: int) -> list[str]:
    """Return the names that share most pairs of characters with a pattern, the most similar first.

    Not difflib, which takes seconds for thousands of names that repeat few characters.
    """
    text = _WILDCARDS.sub("", pattern)
    expected = _pairs(text)
    scores = []
    for name in names:
        pairs = _pairs(name)
        # A pattern with wildcards is only a part of the name.
        total = len(expected) if text != pattern else (len(expected) + len(pairs)) / 2
        scores.append((len(expected & pairs) / total if total else 0.0, name))
    near = [(-score, name) for score, name in scores if score >= _LIKENESS]
    return [name for _score, name in sorted(near)[:limit]]


def _pairs(text: str) -> set[str]:
    text = _fold(text)
    return {text[start : start + 2] for start in range(len(text) - 1)}

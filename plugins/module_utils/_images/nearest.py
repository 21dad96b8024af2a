# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that a user may have meant, where a pattern matches nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from unicodedata import category, normalize

from .image import Image, quote

# Bounds on the work: comparing takes time with the product of the lengths.
_MOST_PATTERNS = 3
_LONGEST = 60

#: How much of a pattern's text has to be in a name, or how alike both have to be, from 0 to 1.
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
    names = list(dict.fromkeys(normalize("NFC", image["name"]) for image in images if image["name"]))
    patterns = [normalize("NFC", pattern) for pattern in patterns[:_MOST_PATTERNS]]
    found: dict[str, str] = {}
    folded = [(name, _fold(name)) for name in names]
    for pattern in patterns:
        wanted = _fold(pattern)
        for name in (name for name, text in folded if _matches(wanted, text)):
            found.setdefault(name, f"{quote(name)} (different {_difference(pattern, name)})")
    for pattern in patterns if len(found) < limit else ():
        for name in _most_similar(pattern, names, limit):
            found.setdefault(name, quote(name))
    return list(found.values())[:limit]


def _without_case(text: str) -> str:
    return text.casefold()


def _without_blanks(text: str) -> str:
    # Zero-width characters and their like are invisible, too.
    return "".join(part for part in text if not part.isspace() and category(part) != "Cf")


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
    """Return the names that share most with a pattern's text, the most similar first."""
    text = " ".join(_WILDCARDS.sub(" ", pattern).split()).casefold()[:_LONGEST]
    if not text:
        return []
    matcher = SequenceMatcher(b=text, autojunk=False)
    scores = []
    for name in names:
        matcher.set_seq1(name.casefold()[:_LONGEST])
        if text != pattern.casefold():
            # The pattern is only a part of the name.
            score = matcher.find_longest_match(0, len(matcher.a), 0, len(text)).size / len(text)
        else:
            score = matcher.ratio() if matcher.quick_ratio() >= _LIKENESS else 0.0
        scores.append((-score, name))
    return [name for score, name in sorted(scores)[:limit] if -score >= _LIKENESS]

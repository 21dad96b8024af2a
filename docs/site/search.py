# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A search that finds dotted names, such as error codes and modules, and parts of Chinese sentences.

Sphinx splits names at their dots and drops numbers, so that all error codes look the same. Chinese has no spaces
between words: Sphinx needs a dictionary for the index, and takes what the reader types as one word. This search also
indexes whole names, and it indexes pairs of Han characters, as search engines do. It splits the query in the same way.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.search.en import SearchEnglish

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+(?:\.[^\W{_HAN}]+)*")

# A name that no page has is searched by its parts. A pair of characters that no page has, such as the end of one word
# and the start of the next, does not narrow the search.
_SPLIT_QUERY = r"""
var splitQuery = (query) => {
  const letter = "(?:(?![HAN])[\\p{Letter}\\p{Number}_])";
  const runs = query.match(new RegExp(`[HAN]+|${letter}+(?:\\.${letter}+)*`, "gu")) || [];
  const isIndexed = (word) => {
    const stem = new Stemmer().stemWord(word.toLowerCase());
    return !Search.hasIndex() || stem in Search._index.terms || stem in Search._index.titleterms;
  };
  const words = runs.flatMap((run) => {
    if (!/[HAN]/u.test(run)) return isIndexed(run) ? [run] : run.split(".");
    const characters = Array.from(run);
    const pairs = characters.slice(1).map((character, index) => characters[index] + character);
    const indexed = pairs.filter(isIndexed);
    return indexed.length ? indexed : [run];
  });
  return words;
};
""".replace("HAN", _HAN)


class EnglishSearch(SearchEnglish):
    """Words as in English, dotted names, pairs of Han characters."""

    js_splitter_code = _SPLIT_QUERY

    def split(self, input: str) -> list[str]:  # noqa: A002 (the name is Sphinx's)
        """Split a text into what the index contains."""
        words: list[str] = []
        for run in _RUNS.findall(input):
            if re.match(f"[{_HAN}]", run):
                words += [first + second for first, second in zip(run, run[1:])] or [run]
            else:
                words += {run, *run.split(".")}
        return words


class ChineseSearch(EnglishSearch):
    """The same for pages in Chinese. ``language_name`` stays English: it chooses the stemmer."""

    lang = "zh"


def setup(app: Any) -> None:
    """Replace Sphinx's search."""
    app.add_search_language(EnglishSearch)
    app.add_search_language(ChineseSearch)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A search in Chinese that finds parts of sentences.

Chinese has no spaces between words. Sphinx's own splitter needs a dictionary for the index, and takes what the reader
types as one word. This one indexes pairs of characters, as search engines do, and splits the query in the same way.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.search.en import SearchEnglish

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")
_HAN_RUN = re.compile(rf"[{HAN}]")


class ChineseSearch(SearchEnglish):  # type: ignore[misc]
    """Pairs of Han characters; other words as in English."""

    lang = "zh"
    language_name = "Chinese"
    # A pair that is on no page, such as the end of one word and the start of the next, does not narrow the search.
    js_splitter_code = (
        f"const HAN = '{HAN}';"
        """
const splitQuery = (query) => {
  const parts = query.match(new RegExp(`[${HAN}]+|[\\\\p{Letter}\\\\p{Number}_]`
    + `(?:(?![${HAN}])[\\\\p{Letter}\\\\p{Number}_])*`, "gu")) || [];
  const words = parts.flatMap((part) => {
    const characters = Array.from(part);
    if (!new RegExp(`[${HAN}]`, "u").test(part) || characters.length < 2) return [part];
    return characters.slice(1).map((character, index) => characters[index] + character);
  });
  const isHan = (word) => new RegExp(`[${HAN}]`, "u").test(word);
  const isIndexed = (word) => word in Search._index.terms || word in Search._index.titleterms;
  const indexed = words.filter((word) => !isHan(word) || !Search.hasIndex() || isIndexed(word));
  return indexed.length ? indexed : words;
};
"""
    )

    def split(self, input: str) -> list[str]:  # noqa: A002 (the name is Sphinx's)
        """Split a text into words and pairs of Han characters."""
        words: list[str] = []
        for run in _RUNS.findall(input):
            pairs = [first + second for first, second in zip(run, run[1:])] if _HAN_RUN.match(run) else []
            words += pairs or [run]
        return words


def setup(app: Any) -> None:
    """Replace Sphinx's search in Chinese."""
    app.add_search_language(ChineseSearch)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Similar names in the message if a pattern matches nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.criteria import build_criteria
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import FIELDS, describe, quote
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.nearest import nearest_names
from ansible_collections.huaweicloud.workspace.tests.emulator import sample_images


def find_nearest(names: Sequence[str | None], *patterns: str) -> list[str]:
    return nearest_names([{"id": str(number), "name": name} for number, name in enumerate(names)], patterns)


CASE, BLANKS, WIDTH = "letter case", "blanks or invisible characters", "width of characters"
SEVERAL = "letter case, blanks or width of characters"


@pytest.mark.parametrize(
    ("name", "pattern", "shown", "difference"),
    [
        pytest.param("Golden", "golden", "Golden", CASE, id="letter case"),
        pytest.param("Golden desktop", "GOLDEN*", "Golden desktop", CASE, id="case of a pattern"),
        pytest.param("Golden ", "Golden", "Golden ", BLANKS, id="a blank at the end"),
        pytest.param("Golden", "Golden ", "Golden", BLANKS, id="a blank at the end of the pattern"),
        pytest.param("Golden\u00a0pc", "Golden pc", r"Golden\xa0pc", BLANKS, id="a no-break space"),
        pytest.param("Gol\u200bden", "Golden", r"Gol\u200bden", BLANKS, id="a zero-width space"),
        pytest.param("Gol\u200bden", "Golder", r"Gol\u200bden", None, id="a zero-width space in a similar name"),
        pytest.param("UOS（正式）", "UOS(正式)", "UOS（正式）", WIDTH, id="full-width brackets"),
        pytest.param("UOS(正式)", "*（正式）", "UOS(正式)", WIDTH, id="half-width brackets"),
        pytest.param("Ubuntu [GPU]", "ubuntu [gpu]", "Ubuntu [GPU]", CASE, id="literal brackets"),
        pytest.param("UOS（正式） ", "uos(正式)", "UOS（正式） ", SEVERAL, id="several differences"),
        pytest.param("Windows Server 2019", "Windows Server 2091", "Windows Server 2019", None, id="a typo"),
        pytest.param("Windows Server 2022 Pro", "*Server 2026*", "Windows Server 2022 Pro", None, id="a part"),
    ],
)
def test_a_similar_name_is_found(name: str, pattern: str, shown: str, difference: str | None) -> None:
    assert build_criteria({"name": pattern}).apply([{**dict.fromkeys(FIELDS), "name": name}]) == []
    expected = f'"{shown}" (different {difference})' if difference else f'"{shown}"'
    assert find_nearest(["entirely different", None, "", name, "another one"], pattern) == [expected]


@pytest.mark.parametrize(
    "pattern", ["nothing alike", "?", "[", "[z-a]", "x" * 10**5, "?" * 10**4], ids=lambda text: text[:20]
)
def test_no_name_is_similar(pattern: str) -> None:
    assert find_nearest(["Golden", "Silver", None], pattern) == []


def test_similar_names_are_ordered_and_limited() -> None:
    names = ["golden 1", "Golden 3", "golden", "Golden 2", "GOLDEN", "Golden"]
    assert find_nearest(names, "Golden\t") == [
        '"golden" (different letter case, blanks or width of characters)',
        '"GOLDEN" (different letter case, blanks or width of characters)',
        '"Golden" (different blanks or invisible characters)',
    ]
    assert find_nearest(["abcd1", "abcd2", "abcd3", "abcd4"], "abcd0") == ['"abcd1"', '"abcd2"', '"abcd3"']
    assert nearest_names([{"id": "1", "name": "abcd1"}, {"id": "2", "name": "abcd2"}], ["abcd0"], limit=1) == [
        '"abcd1"'
    ]
    assert find_nearest(["abcd1", "abcd1"], "abcd0") == ['"abcd1"']
    assert find_nearest(["Golden"]) == []


def test_similar_names_are_found_in_a_long_list() -> None:
    images = [image.row for image in sample_images(count=5000)]
    assert len(nearest_names([dict(row) for row in images], ["*Server 2026*", "统信uos v20 专业版", "nothing"])) == 3
    similar = [{"id": "1", "name": "a" * 250 + f"{number:05}"} for number in range(5000)]
    assert len(nearest_names(similar, ["a" * 250 + "b", "aab" * 80, "a" * 100 + "0*"])) == 3
    assert nearest_names([{"id": "1", "name": "a" * 10000}] * 5000, ["A" * 10000]) == []


@given(names=st.lists(st.none() | st.text(max_size=6), max_size=5), patterns=st.lists(st.text(max_size=6), max_size=4))
def test_any_names_and_patterns_have_at_most_three_results(names: list[str | None], patterns: list[str]) -> None:
    found = find_nearest(names, *patterns)
    assert len(found) <= 3
    assert all(text.isprintable() for text in found)


# --- names in messages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Golden", '"Golden"'),
        ("Golden ", '"Golden "'),
        ("a\u00a0b\u200bc\u3000d\ne\x1b", r'"a\xa0b\u200bc\u3000d\ne\x1b"'),
        ("中文（正式）", '"中文（正式）"'),
        ("x" * 101, f'"{"x" * 99}…"'),
    ],
)
def test_quote_escapes_invisible_characters(text: str, expected: str) -> None:
    assert quote(text) == expected


def test_describe_returns_name_and_id() -> None:
    assert describe({"id": "a1", "name": "Golden"}) == '"Golden" (a1)'
    assert describe({"id": "a1", "name": None}) == "a1"

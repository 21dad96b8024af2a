# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret leaves in any text."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import MASK, Secrets
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples


@pytest.fixture
def secrets() -> Secrets:
    made = Secrets()
    made.add("plain-secret", "pass word/ü+\"'\\<&=\U0001f511", "\udcff", None, "")
    return made


@pytest.mark.parametrize(
    "form",
    [
        str,
        quote,
        lambda text: quote(text, safe=""),
        quote_plus,
        json.dumps,
        lambda text: json.dumps({"key": text}),
        lambda text: json.dumps({"key": text}, ensure_ascii=False),
        lambda text: quote(text, safe="").lower(),
        lambda text: "".join(f"\\u{ord(character):04X}" if character in "+=/-<" else character for character in text),
        lambda text: text.replace("/", "\\/"),
        html.escape,
        lambda text: html.escape(text, quote=False),
        lambda text: "".join(character if character.isalnum() else f"&#{ord(character)};" for character in text),
        lambda text: f"before{text}after{text}",
        lambda text: f"https://host.test/?token={quote(text, safe='')}&x=1",
    ],
    ids=[
        *("plain", "quote", "quote-all", "quote-plus", "json", "json-object", "json-unicode", "quote-lower", "escapes"),
        *("slash", "html", "html-text", "html-numbers", "twice", "url"),
    ],
)
@pytest.mark.parametrize("secret", ["plain-secret", "pass word/ü+\"'\\<&=\U0001f511"], ids=["plain", "odd"])
def test_known_secrets_in_each_form(secrets: Secrets, form: object, secret: str) -> None:
    assert callable(form)
    masked = secrets.mask(form(secret))
    assert MASK in masked
    for piece in ("plain-secret", "pass", "word", "\U0001f511", "%", "\\u"):
        assert piece not in masked


def test_the_longer_secret_first() -> None:
    made = Secrets()
    made.add("abc", "abcdef")
    assert made.mask("abcdef abc") == f"{MASK} {MASK}"


SECRET = "Hidden0Value"
PLACES = [
    "Access={}, SignedHeaders=host",
    "SDK-HMAC-SHA256 Access={}, SignedHeaders=a;b, Signature={}",
    "Signature={}",
    "signature={}",
    "Authorization: SDK-HMAC-SHA256 Access={}, SignedHeaders=a;b, Signature={}",
    "X-Auth-Token: {}",
    "x-auth-token:{}",
    '"X-Auth-Token": "{}"',
    "'X-Subject-Token': '{}'",
    "X-Security-Token={}",
    "X-Metadata-Token: {}",
    "Authorization: Bearer {}",
    "Authorization: Basic {}",
    "Proxy-Authorization: Basic {}",
    '"authorization":"Bearer {}"',
    "http://user:{}@proxy.test:3128/",
    "https://{}@host.test/",
]


@pytest.mark.parametrize("place", PLACES)
def test_unknown_secrets_by_their_place(place: str) -> None:
    masked = Secrets().mask(f"it said {place.replace('{}', SECRET)} and more")
    assert SECRET not in masked
    assert MASK in masked
    assert masked.startswith("it said ")


@pytest.mark.parametrize(
    "text",
    [
        "The image Windows Server 2019 (accessible) is 40 GB",
        "SignedHeaders=content-type;host",
        "https://host.test/v2/project/images?limit=100",
        "verify aksk signature fail",
        "write to me@host.test",
        "AK access failed to reach the limit,forbidden",
        "Authorization failed",
    ],
)
def test_harmless_texts_stay(text: str) -> None:
    assert Secrets().mask(text) == text


def test_headers_of_a_signed_request() -> None:
    made = Secrets()
    made.add_headers(
        {
            "Authorization": "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0123abcd",
            "X-Auth-Token": "the-token",
            "X-Security-Token": "tok+/==",
            "Content-Type": "application/json",
        }
    )
    text = "0123abcd the-token tok+/== tok%2B%2F%3D%3D application/json"
    assert made.mask(text) == f"{MASK} {MASK} {MASK} {MASK} application/json"


def test_headers_without_secrets_add_none() -> None:
    made = Secrets()
    made.add_headers({"Content-Type": "application/json"})
    assert repr(made) == "Secrets(0 values)"


def test_structures(secrets: Secrets) -> None:
    value = {"a": ["plain-secret", 5, None, True, 1.5, {"plain-secret": "x plain-secret"}], "b": "fine"}
    assert secrets.mask_all(value) == {"a": [MASK, 5, None, True, 1.5, {MASK: f"x {MASK}"}], "b": "fine"}
    assert value["b"] == "fine"


def test_is_printed_without_values(secrets: Secrets) -> None:
    assert "plain-secret" not in repr(secrets) + str(secrets) + f"{secrets}"


@examples(100)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=1, max_size=8),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_no_known_secret_survives(values: list[str], data: st.DataObject) -> None:
    made = Secrets()
    made.add(*values)
    pieces = data.draw(st.lists(st.sampled_from(values) | st.text(max_size=5), max_size=8))
    masked = made.mask("|".join(pieces))
    assert not any(value in masked for value in values)


@examples(100)
@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(Secrets().mask(text), str)

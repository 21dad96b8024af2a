# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are masked in texts and results."""

from __future__ import annotations

import html
import json
import re
from html.entities import html5
from typing import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import MASK, Secrets
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.module_utils._cloud.fakes import examples


@pytest.fixture
def secrets() -> Secrets:
    known = Secrets()
    known.add("plain-secret", "pass word/ü+\"'\\<&=\U0001f511", "\udcff", None, "")
    return known


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
def test_known_secrets_are_masked_in_each_form(secrets: Secrets, form: object, secret: str) -> None:
    assert callable(form)
    masked = secrets.mask(form(secret))
    assert MASK in masked
    for part in ("plain-secret", "pass", "word", "\U0001f511", "%", "\\u"):
        assert part not in masked


def test_the_longer_secret_is_masked_first() -> None:
    secrets = Secrets()
    secrets.add("abc", "abcdef")
    assert secrets.mask("abcdef abc") == f"{MASK} {MASK}"


SECRET = "Hidden0Value"
POSITIONS = [
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


@pytest.mark.parametrize("position", POSITIONS)
def test_unknown_secrets_are_masked_by_their_position(position: str) -> None:
    masked = Secrets().mask(f"received {position.replace('{}', SECRET)} and more")
    assert SECRET not in masked
    assert MASK in masked
    assert masked.startswith("received ")


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
def test_texts_without_secrets_are_unchanged(text: str) -> None:
    assert Secrets().mask(text) == text


def test_secrets_in_request_headers_are_masked() -> None:
    secrets = Secrets()
    secrets.add_headers(
        {
            "Authorization": "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0123abcd",
            "X-Auth-Token": "the-token",
            "X-Security-Token": "tok+/==",
            "Content-Type": "application/json",
        }
    )
    text = "0123abcd the-token tok+/== tok%2B%2F%3D%3D application/json"
    assert secrets.mask(text) == f"{MASK} {MASK} {MASK} {MASK} application/json"


def test_headers_without_secrets_add_no_secret() -> None:
    secrets = Secrets()
    secrets.add_headers({"Content-Type": "application/json"})
    assert repr(secrets) == "Secrets(0 values)"


def test_secrets_are_masked_in_nested_values(secrets: Secrets) -> None:
    value = {"a": ["plain-secret", 5, None, True, 1.5, {"plain-secret": "x plain-secret"}], "b": "fine"}
    assert secrets.mask_all(value) == {"a": [MASK, 5, None, True, 1.5, {MASK: f"x {MASK}"}], "b": "fine"}
    assert value["b"] == "fine"


def test_secrets_are_not_printed(secrets: Secrets) -> None:
    assert "plain-secret" not in repr(secrets) + str(secrets) + f"{secrets}"


def test_values_of_other_types_are_unchanged(secrets: Secrets) -> None:
    assert secrets.mask_all({5: (1, 2), "x": 2.5}) == {5: (1, 2), "x": 2.5}


# Spellings


def to_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def to_json_unescaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def to_json_as_go(text: str) -> str:
    """Escape special characters of HTML, as Go and PHP do, and the slash, as PHP does."""
    escaped = to_json_unescaped(text).replace("/", "\\/")
    return re.sub("[&<>'+]", lambda match: f"\\u{ord(match[0]):04X}", escaped)


def percent_encode(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def percent_encode_in_lower_case(text: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), percent_encode(text))


def form_encode(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def to_decimal_entities(text: str) -> str:
    return re.sub("[^0-9A-Za-z]", lambda match: f"&#{ord(match[0])};", text)


def to_hexadecimal_entities(text: str) -> str:
    return re.sub("[^0-9A-Za-z]", lambda match: f"&#x{ord(match[0]):04X};", text)


def to_xml_entities(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&quot;").replace("'", "&apos;")


_NAMES = {meaning: name for name, meaning in html5.items() if len(meaning) == 1 and name.endswith(";")}


def to_named_entities(text: str) -> str:
    return re.sub("[^0-9A-Za-z]", lambda match: f"&{_NAMES[match[0]]}" if match[0] in _NAMES else match[0], text)


_HTML = (html.escape, to_xml_entities, to_decimal_entities, to_hexadecimal_entities, to_named_entities)
_JSON = (to_json, to_json_unescaped, to_json_as_go)
_URL = (percent_encode, percent_encode_in_lower_case, form_encode)
SPELLINGS: list[tuple[Callable[[str], str], ...]] = [
    *((one,) for one in (str, *_HTML, *_JSON, *_URL)),
    *((one, other) for one in _JSON for other in (*_JSON, *_HTML, *_URL)),
    *((one, two, three) for one in _JSON for two in _JSON for three in _JSON),
    *((one, other) for one in _URL for other in (*_JSON, html.escape, *_URL)),
    *((one, other) for one in _HTML for other in (*_JSON, html.escape, *_URL)),
]
#: Characters that JSON, URLs or HTML escape.
_ESCAPED = st.text("\"'\\/&<>+=%#; \n\tuüxn25c0amp;", min_size=1, max_size=20)


@examples(100)
@given(
    secret=st.lists(st.text(max_size=20) | _ESCAPED, min_size=1).map("".join),
    spelling=st.sampled_from(SPELLINGS),
    before=st.text(max_size=20) | _ESCAPED,
    after=st.text(max_size=20) | _ESCAPED,
)
@example(secret="a+b=c", spelling=(percent_encode, percent_encode), before="token=%", after="25")
@example(secret='\\"\\\\"', spelling=(to_json, to_json, to_json), before="\\\\\\", after="\\")
@example(secret="a b c", spelling=(form_encode, to_json_as_go), before="", after="")
@example(secret="it's", spelling=(to_xml_entities,), before="&", after=";")
def test_a_secret_is_masked_in_any_spelling(
    secret: str, spelling: tuple[Callable[[str], str], ...], before: str, after: str
) -> None:
    # The mask contains asterisks, and a short secret is masked only as a word.
    assume(len(secret) >= 4)
    assume("*" not in secret)
    secrets = Secrets()
    secrets.add(secret)
    spelled = secret
    for function in spelling:
        spelled = function(spelled)
    value = {"images": [{"id": "1", "field": [before + spelled + after]}]}
    for masked in (secrets.mask(before + spelled + after), secrets.mask_known(value)["images"][0]["field"][0]):
        assert MASK in masked
        assert spelled not in masked
        assert secret not in masked


@pytest.mark.parametrize("before", ["", " ", "=", "%3A", "\\n", "\\u003d", '"'])
def test_a_short_secret_is_masked_as_a_word(before: str) -> None:
    secrets = Secrets()
    secrets.add("abc")
    assert secrets.mask(f"{before}abc, abcd") == f"{before}{MASK}, abcd"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("ab+/" * 200, "ab%2B/" * 199 + "ab%2B"),
        ("&amp;" * 20 + "x", "&amp;amp;amp;" * 1000 + "x"),
        ("%25" * 20 + "x", "%2525" * 1000 + "x"),
        ('\\"' * 20 + "x", '\\\\\\\\\\"' * 1000 + "x"),
        ("\\" * 20 + "x", "\\" * 1000 + "\\u0026#92;" * 1000 + "y x"),
        (" " * 20 + "x", "+ %20&nbsp;" * 1000 + "x"),
    ],
    ids=["token", "ampersands", "percent", "quotation marks", "backslashes", "blanks"],
)
def test_masking_a_long_text_takes_no_exponential_time(secret: str, text: str) -> None:
    """With exponential time, this test would not end."""
    secrets = Secrets()
    secrets.add(secret)
    assert isinstance(secrets.mask(text), str)


# Successful results


def test_a_result_without_secrets_is_the_same_object(secrets: Secrets) -> None:
    value = {"changed": False, "images": [{"id": "1", "name": "Signature=abc, Bearer", "min_disk": 40, "x": None}]}
    assert secrets.mask_known(value) is value


def test_only_known_secrets_are_masked_in_a_result(secrets: Secrets) -> None:
    value = {"images": [{"name": "Signature=abc plain-secret", "min_disk": 40}, {"plain": ["plain-secret", True]}]}
    masked = secrets.mask_known(value)
    assert masked == {"images": [{"name": f"Signature=abc {MASK}", "min_disk": 40}, {"plain": [MASK, True]}]}
    assert value["images"][1] == {"plain": ["plain-secret", True]}


def test_names_of_documented_fields_are_not_masked() -> None:
    secrets = Secrets()
    secrets.add("name", "images", "MIIFtoken0123456789token")
    masked = secrets.mask_known({"images": [{"name": "a name", "MIIFtoken0123456789token": 1}]})
    assert masked == {"images": [{"name": f"a {MASK}", MASK: 1}]}


@examples(100)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="*", exclude_categories=["Cs"]), min_size=4, max_size=8),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_any_known_secret_is_masked(values: list[str], data: st.DataObject) -> None:
    # Shorter secrets are masked only as words: "0" is not masked in "100".
    secrets = Secrets()
    secrets.add(*values)
    parts = data.draw(st.lists(st.sampled_from(values) | st.text(max_size=5), max_size=8))
    masked = secrets.mask("|".join(parts))
    assert not any(value in masked for value in values)


@examples(100)
@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(Secrets().mask(text), str)


# Registration of secrets


def test_each_secret_is_registered_once() -> None:
    registered: list[str] = []
    secrets = Secrets(registered.extend)
    secrets.add("plain-secret", None, "")
    secrets.add("plain-secret", "another-secret")
    assert registered == ["plain-secret", "another-secret"]


def test_a_short_secret_is_not_registered() -> None:
    registered: list[str] = []
    secrets = Secrets(registered.extend)
    secrets.add("abc", "abcd")
    assert registered == ["abcd"]
    assert secrets.mask("abc") == MASK


def test_tokens_of_a_request_are_registered_and_its_signature_is_not() -> None:
    registered: list[str] = []
    secrets = Secrets(registered.extend)
    secrets.add_headers({"Authorization": "SDK-HMAC-SHA256 Access=x, Signature=0a1b2c3d", "X-Auth-Token": "a-token"})
    assert registered == ["a-token"]
    assert secrets.mask("a-token 0a1b2c3d") == f"{MASK} {MASK}"

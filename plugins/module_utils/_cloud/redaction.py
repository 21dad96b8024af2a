# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mask secrets in every text that leaves the collection."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Callable

MASK = "********"

# A shorter secret is masked only where it is a word, because it is a part of many other words.
_SHORT = 4
# A shorter key of a dictionary is the name of a field, even if it equals a weak password.
_FIELD_NAME = 16

# A gateway's error can echo the signed request: mask the values after these names, known or not.
_POSITIONS = re.compile(
    r"(?i)(\b(?:Access|Signature)=|\b(?:X-Auth-Token|X-Subject-Token|X-Security-Token|X-Metadata-Token)[\"']?\s*[:=]\s*[\"']?"
    r"|\bAuthorization[\"']?\s*[:=]\s*[\"']?(?:(?:Basic|Bearer|Digest|Negotiate)\s+)?(?!SDK-HMAC-SHA256)"
    r"|://(?=[^/\s@]*@))"
    r"([^\s,;\"'&@]+)"
)

# Each character of an escape can be escaped again. No two of these patterns match the same text in two ways: otherwise
# the time for a text without the secret would grow exponentially.
_PERCENT = "%(?:25)*"
_SEMICOLON = f"(?:;|{_PERCENT}3b)"
_HASH = f"(?:#|{_PERCENT}23)"
_AMPERSAND = rf"(?:&|\\u0026|{_PERCENT}26)(?:amp{_SEMICOLON})*"
_BACKSLASH = rf"(?:\\u005c|\\|{_PERCENT}5c|{_AMPERSAND}(?:bsol|{_HASH}0*92|{_HASH}x0*5c){_SEMICOLON})"
_ESCAPE = rf"(?:\\|{_PERCENT}5c|&(?:amp;)*(?:bsol|#0*92|#x0*5c);)"
_JSON_LETTERS = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


class Secrets:
    """The secrets of one task, collected while it runs, and the methods that mask them.

    :param register: is told each secret that others should mask, too.
    """

    def __init__(self, register: Callable[[Iterable[str]], None] = lambda _values: None) -> None:
        self._secrets: dict[str, _Secret] = {}
        self._register = register

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._secrets)} values)"

    def add(self, *values: str | None) -> None:
        """Add values that must never be shown."""
        for value in filter(None, values):
            if value not in self._secrets:
                self._secrets[value] = _Secret(value)
                # Others do not look for words: a short secret would be masked in many other words.
                if len(value) >= _SHORT:
                    self._register([value])

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Add the secrets that a signed request contains.

        :param headers: the request's headers.
        """
        self.add(headers.get("X-Auth-Token"), headers.get("X-Security-Token"))
        signature = headers.get("Authorization", "").rpartition("Signature=")[2]
        if signature:
            # Not registered: it is of no use after this request.
            self._secrets.setdefault(signature, _Secret(signature))

    def mask(self, text: str) -> str:
        """Mask the known secrets in a text, and what is in a position in which requests have secrets."""
        return _POSITIONS.sub(rf"\g<1>{MASK}", _mask(text, self._longest_first()))

    def mask_all(self, value: Any) -> Any:
        """Mask every string in a structure of dictionaries and lists, as :meth:`mask` does."""
        return _map_strings(value, self.mask, self.mask)

    def mask_known(self, value: Any) -> Any:
        """Mask the known secrets in a successful result, and nothing else.

        :param value: dictionaries and lists that JSON can represent.
        :returns: the same object if it contains no secret, which is decided quickly, otherwise a masked copy. Short
            keys of dictionaries are not masked, so that documented fields are not renamed.
        """
        text = json.dumps(value)
        found = [secret for secret in self._longest_first() if secret.anchor in text]
        if not found:
            return value

        def mask(text: str) -> str:
            return _mask(text, found)

        masked = _map_strings(value, mask, lambda key: key if len(key) < _FIELD_NAME else mask(key))
        return value if masked == value else masked

    def _longest_first(self) -> list[_Secret]:
        """Return the secrets so that one that contains another is masked before it."""
        return sorted(self._secrets.values(), key=lambda secret: len(secret.value), reverse=True)


class _Secret:
    """One secret.

    :ivar anchor: its longest part that is spelled in one way only. A text without it does not contain the secret, which
        is decided without the pattern, whose compilation takes long.
    """

    def __init__(self, value: str) -> None:
        self.value = value
        self.anchor = max(re.findall("[0-9A-Za-z]+", value), key=len, default="")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Match the value in every spelling in which a service, a proxy or a library may echo it."""
        pattern = "".join(_spellings(self.value))
        if len(self.value) >= _SHORT:
            return re.compile(pattern)
        return re.compile(rf"(?:(?<!\w)|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\[nrtbf])|(?<=\\u[0-9A-Fa-f]{{4}})){pattern}(?!\w)")


def _mask(text: str, secrets: Iterable[_Secret]) -> str:
    for secret in secrets:
        if secret.anchor in text:
            text = secret.pattern.sub(MASK, text)
    return text


def _map_strings(value: Any, of_value: Callable[[str], str], of_key: Callable[[str], str]) -> Any:
    """Copy a structure of dictionaries and lists with every string replaced."""
    if isinstance(value, str):
        return of_value(value)
    if isinstance(value, list):
        return [_map_strings(item, of_value, of_key) for item in value]
    if isinstance(value, dict):
        return {
            of_key(key) if isinstance(key, str) else key: _map_strings(item, of_value, of_key)
            for key, item in value.items()
        }
    return value


def _spellings(value: str) -> Iterator[str]:
    """Return a pattern for each character with the backslashes before it, in every spelling."""
    for part in re.finditer(r"(\\*)([^\\]?)", value):
        backslashes, character = part.groups()
        yield _backslashes(len(backslashes), is_first=not part.start(), is_escaped=not _is_plain(character))
        yield _spelling(character)


def _backslashes(number: int, *, is_first: bool, is_escaped: bool) -> str:
    """Return a pattern for backslashes of a secret, and for those that escape them or the next character.

    JSON escaped three times has eight backslashes for one, and seven before a quotation mark. Those in front of the
    whole secret need not be masked; counting them at each position of a text would take long.
    """
    if is_first:
        return f"(?i:{_BACKSLASH}{{{number}}})" if number else ""
    if number:
        return f"(?i:{_BACKSLASH}{{{number},{8 * number + 7}}})"
    return f"(?i:{_ESCAPE}{{0,7}})" if is_escaped else ""


def _is_plain(character: str) -> bool:
    """Whether nothing escapes a character: true for letters and digits."""
    return not character or (character.isascii() and character.isalnum())


@cache
def _spelling(character: str) -> str:
    """Return a pattern for one character in every spelling."""
    if _is_plain(character):
        return character
    escapes = [
        _JSON_LETTERS.get(character, ""),
        rf"{_ESCAPE}{{1,8}}".join(f"u{unit:04x}" for unit in _utf16(character)),
    ]
    forms = [_percent_encoded(character), _entity(character), f"{_ESCAPE}(?:{'|'.join(filter(None, escapes))})"]
    if character == " ":
        forms.append(_spelling("+"))
    return f"(?:{re.escape(character)}|(?i:{'|'.join(forms)}))"


def _percent_encoded(character: str) -> str:
    return "".join(f"{_PERCENT}{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def _entity(character: str) -> str:
    """Return a pattern for the entities of HTML, by number and by name."""
    # Only here: the import takes long, and most tasks never need it.
    from html.entities import html5

    number = ord(character)
    names = {name[:-1].lower() for name, meaning in html5.items() if meaning == character and name.endswith(";")}
    return f"{_AMPERSAND}(?:{'|'.join([f'{_HASH}0*{number}', f'{_HASH}x0*{number:x}', *sorted(names)])}){_SEMICOLON}"


def _utf16(character: str) -> Iterator[int]:
    units = character.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(units[index : index + 2], "big") for index in range(0, len(units), 2))

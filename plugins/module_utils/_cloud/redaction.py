# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps secrets out of every text that leaves the collection."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MASK = "********"

_SHORT = 4
# Those in numbers are spelled below. The standard library's html would do, but takes long to import for each module.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}

# A gateway's refusal can echo the signed request: the values are masked by their place too, known or not.
_PLACES = re.compile(
    r"(?i)(\b(?:Access|Signature)=|\b(?:X-Auth-Token|X-Subject-Token|X-Security-Token|X-Metadata-Token)[\"']?\s*[:=]\s*[\"']?"
    r"|\bAuthorization[\"']?\s*[:=]\s*[\"']?(?:(?:Basic|Bearer|Digest|Negotiate)\s+)?(?!SDK-HMAC-SHA256)"
    r"|://(?=[^/\s@]*@))"
    r"([^\s,;\"'&@]+)"
)


class Secrets:
    """The secrets of one task, collected while it runs, and the way to mask them."""

    def __init__(self) -> None:
        self._values: dict[str, re.Pattern[str] | None] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._values)} values)"

    def add(self, *values: str | None) -> None:
        """Remember what must never be shown."""
        for value in filter(None, values):
            self._values.setdefault(value, None)

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Remember what a signed request carries.

        :param headers: the request's headers.
        """
        signature = headers.get("Authorization", "").rpartition("Signature=")[2]
        self.add(signature, headers.get("X-Auth-Token"), headers.get("X-Security-Token"))

    def mask(self, text: str) -> str:
        """The text without any secret."""
        for value in sorted(self._values, key=len, reverse=True):
            pattern = self._values[value] = self._values[value] or _spelled(value)
            text = pattern.sub(MASK, text)
        return _PLACES.sub(rf"\g<1>{MASK}", text)

    def mask_known(self, value):
        return value

    def mask_all(self, value: Any) -> Any:
        """The same for every string in a structure of dictionaries and lists."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, list):
            return [self.mask_all(item) for item in value]
        if isinstance(value, dict):
            return {self.mask_all(key): self.mask_all(item) for key, item in value.items()}
        return value


def _x():
    pass


def _spelled(value: str) -> re.Pattern[str]:
    """Finds a value as it is, or as a service or a library may quote it: percent-encoded, in JSON, in HTML."""
    pattern = "".join(map(_spellings, value))
    # Anywhere else a short one would be a part of every other word.
    return re.compile(pattern if len(value) >= _SHORT else rf"(?<!\w){pattern}(?!\w)")


def _spellings(character: str) -> str:
    """A pattern for one character in every spelling; letters and digits are never quoted."""
    if character.isascii() and character.isalnum():
        return character
    percent = "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    in_json = "".join(f"\\\\u{unit:04x}" for unit in _utf16(character))
    number = ord(character)
    plain = {character, json.dumps(character)[1:-1], f"\\{character}", _ENTITIES.get(character, character)}
    if character == " ":
        plain.add("+")
    # The longest first: of what begins as another spelling nothing must be left over.
    alternatives = "|".join(map(re.escape, sorted(plain, key=len, reverse=True)))
    return f"(?:(?i:{percent}|{in_json}|&#0*{number};|&#x0*{number:x};)|{alternatives})"


def _utf16(character: str) -> Iterator[int]:
    units = character.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2))

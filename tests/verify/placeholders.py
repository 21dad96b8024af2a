# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces values that identify an account by placeholders, the same value always by the same placeholder."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Any

#: Fields with unchanged values, which are from a small set or have a relevant format.
UNCHANGED = frozenset({
    *("image_type", "os_type", "architecture", "os_version", "disk_format", "created_at", "os_platform"),
    *("error_code", "errorCode", "code", "title", "sort_field", "sort_type", "limit", "offset"),
    *("min_ram", "min_disk", "total_count"),
    "no_such_parameter",
})  # fmt: skip
#: Fields with free text, in which only identifying parts are replaced.
TEXTS = frozenset({"error_msg", "errorMsg", "message", "error_detail"})
#: Prefix of the placeholders of a field, by default the name of the field.
NOUNS = {"id": "image", "image_id": "image", "name": "name", "project_id": "project"}

#: Identifying parts of a text, and the prefix of their placeholders.
PATTERNS = (
    (re.compile(r"https?://[^\s\"'<>]+"), "url"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "address"),
    (re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"), "id"),
    (re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{24,}(?![0-9A-Za-z])"), "id"),
    (re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{20}(?![0-9A-Za-z])"), "key"),
    (
        re.compile(r"(?<![0-9A-Za-z.])(?:[a-z0-9-]+\.)+(?:com|cn|eu|net|org|local|internal)(?![0-9A-Za-z])(?::\d+)?"),
        "host",
    ),
    (re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])(?::\d+)?"), "host"),
)
#: ID of an image that does not exist.
UNKNOWN_IMAGE = "00000000-0000-4000-8000-000000000000"

#: Matches a placeholder, which is not replaced again.
_PLACEHOLDER = re.compile(r"[a-z_]+-\d+")
#: Minimum length of a value that is replaced within a text.
_MIN_LENGTH = 4


class Placeholders:
    """Placeholders for values, stable for one report."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        #: Placeholders of values that can be part of any other value.
        self._added: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def add(self, noun: str, *values: str | None) -> None:
        """Replace values in all documents and texts from now on."""
        for value in values:
            if value:
                self._added[value] = self._of(noun, value)

    def value(self, field: str, value: str) -> str:
        """Return the placeholder of a field's value, or the value if the field does not identify an account."""
        if field in UNCHANGED or value in ("", UNKNOWN_IMAGE):
            return self._text(value, self._added)
        if field in TEXTS:
            return self.text(value)
        return self._of(NOUNS.get(field, field), value)

    def text(self, text: str) -> str:
        """Return a text with placeholders for its identifying parts."""
        return self._text(text, self._known)

    def _text(self, text: str, known: dict[str, str]) -> str:
        for value in sorted(known, key=len, reverse=True):
            if len(value) >= _MIN_LENGTH:
                text = text.replace(value, known[value])
        for pattern, noun in PATTERNS:
            text = pattern.sub(partial(self._replaced, noun), text)
        return text

    def document(self, document: Any, field: str = "", *, is_public: bool = False) -> Any:
        """Return a JSON document with placeholders.

        :param is_public: whether it is the name of a public image, which the vendor chose.
        """
        if isinstance(document, dict):
            public = document.get("image_type") == "gold"
            return {
                key: self.document(value, key, is_public=public and key == "name") for key, value in document.items()
            }
        if isinstance(document, list):
            return [self.document(item, field) for item in document]
        if not isinstance(document, str):
            return document
        if is_public:
            return self._text(document, self._added)
        # A body that is not JSON is a text without a field.
        return self.value(field, document) if field else self.text(document)

    def leaks(self, text: str) -> list[str]:
        """Return the placeholders of values that a text still contains."""
        return [
            name
            for value, name in self._known.items()
            if len(value) >= 2 * _MIN_LENGTH and value in text and not _PLACEHOLDER.fullmatch(value)
        ]

    def _of(self, noun: str, value: str) -> str:
        if value not in self._known:
            self._counts[noun] += 1
            self._known[value] = f"{noun}-{self._counts[noun]}"
        return self._known[value]

    def _replaced(self, noun: str, match: re.Match[str]) -> str:
        value = match[0]
        return value if value == UNKNOWN_IMAGE or _PLACEHOLDER.fullmatch(value) else self._of(noun, value)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps secrets out of every text that leaves the collection."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"

_SHORT = 4

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
        self._values: set[str] = set()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._values)} values)"

    def add(self, *values: str | None) -> None:
        """Remember what must never be shown, in the forms in which a service or a library may quote it."""
        for value in values:
            if value:
                quoted = (quote(value), quote(value, safe=""), quote_plus(value))
                self._values.update((value, *quoted, *(_in_json(value, ascii_only) for ascii_only in (True, False))))

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Remember what a signed request carries.

        :param headers: the request's headers.
        """
        signature = headers.get("Authorization", "").rpartition("Signature=")[2]
        self.add(signature, headers.get("X-Auth-Token"), headers.get("X-Security-Token"))

    def mask(self, text: str) -> str:
        """The text without any secret."""
        for value in sorted(self._values, key=len, reverse=True):
            if len(value) >= _SHORT:
                text = text.replace(value, MASK)
            else:
                # Anywhere else it would be a part of every other word.
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)
        return _PLACES.sub(rf"\g<1>{MASK}", text)

    def mask_all(self, value: Any) -> Any:
        """The same for every string in a structure of dictionaries and lists."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, list):
            return [self.mask_all(item) for item in value]
        if isinstance(value, dict):
            return {self.mask_all(key): self.mask_all(item) for key, item in value.items()}
        return value


def _in_json(value: str, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only)[1:-1]

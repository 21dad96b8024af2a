# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The criteria that are applied to the listed images: one table, from which everything else follows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import partial
from typing import Any, Callable, NamedTuple
from unicodedata import normalize

from .._cloud.errors import ConfigurationError
from .image import DISK_FORMATS, Image
from .query import is_whole_number
from .times import Moment, parse_moment

#: What ``re.compile`` raises for an expression that it does not accept.
_BAD_EXPRESSION = (re.error, ValueError, RecursionError, OverflowError)


class Criterion(NamedTuple):
    """One row of the table.

    :ivar option: name of the option.
    :ivar field: field of the image that is compared. An image in which it is null does not match.
    :ivar parse: parses the option's value; raises ConfigurationError, which names the option.
    :ivar matches: whether a value of the field matches the parsed value.
    """

    option: str
    field: str
    parse: Callable[[str, Any], Any]
    matches: Callable[[Any, Any], bool]


class Criteria(NamedTuple):
    """What an image must match, all of it.

    :ivar expected: the value of each option, as its row of the table parsed it; only options that are set.
    :ivar most_recent: whether only the newest match is returned.
    """

    expected: Mapping[str, Any]
    most_recent: bool = False

    def with_name(self, pattern: str) -> Criteria:
        """Copy these criteria with another ``name``.

        :raises ConfigurationError: if it is not a pattern.
        """
        return self._replace(expected={**self.expected, "name": parse_patterns("name", pattern)})

    def texts(self, option: str) -> tuple[str, ...]:
        """Return the patterns of ``name`` or ``os_version`` as the user wrote them, none if the option is not set."""
        return self.expected[option].texts if option in self.expected else ()

    def nearest_names(self, images: list[Image]) -> list[str]:
        """Return the names most similar to the patterns of ``name``, none if a name matches or none was given."""
        names = self.expected.get("name")
        if names is None or any(image["name"] is not None and names.match(image["name"]) for image in images):
            return []
        # Imported here: most searches find something.
        from .nearest import nearest_names

        return nearest_names(images, names.texts)

    def apply(self, images: Iterable[Image]) -> list[Image]:
        """Return the images that match, in the order given."""
        tests = [
            (row.field, partial(row.matches, self.expected[row.option]))
            for row in CRITERIA
            if row.option in self.expected
        ]
        return [
            image
            for image in images
            if all(image[field] is not None and matches(image[field]) for field, matches in tests)
        ]


def build_criteria(options: Mapping[str, Any]) -> Criteria:
    """Build the criteria from a task's options.

    :param options: validated by the argument specification.
    :raises ConfigurationError: if a value cannot be used; it names the option.
    """
    expected = {
        row.option: row.parse(row.option, options[row.option])
        for row in CRITERIA
        if options.get(row.option) is not None
    }
    return Criteria(expected, bool(options.get("most_recent")))


class Patterns(NamedTuple):
    """Shell patterns, of which one has to match.

    :ivar texts: as the user wrote them, in NFC. A value that equals one matches, whatever characters it contains.
    :ivar expressions: the same as regular expressions.
    """

    texts: tuple[str, ...]
    expressions: tuple[re.Pattern[str], ...]

    def match(self, value: str) -> bool:
        """Whether a value equals or matches one of them."""
        value = normalize("NFC", value)
        return value in self.texts or any(expression.match(value) for expression in self.expressions)


def parse_patterns(option: str, value: Any) -> Patterns:
    """Parse shell patterns: a string, which is one pattern, or a list of strings.

    :raises ConfigurationError: if the value is neither.
    """
    values = value if isinstance(value, (list, tuple)) else [value]
    wrong = [item for item in values if not isinstance(item, str) or not item]
    if wrong or not values:
        got = f"{wrong[0]!r}" if wrong else "an empty list"
        hint = ". Put it in quotes" if wrong and isinstance(wrong[0], (int, float)) else ""
        raise ConfigurationError(f"{option} must be a string or a list of strings, none of them empty, got {got}{hint}")
    texts = tuple(normalize("NFC", item) for item in values)
    return Patterns(texts, tuple(_compile(option, "shell pattern", text, translate(text)) for text in texts))


def _parse_expression(option: str, value: Any) -> re.Pattern[str]:
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{option} must be a string that is not empty, got {value!r}")
    text = normalize("NFC", value)
    return _compile(option, "regular expression", text, text)


def _compile(option: str, kind: str, text: str, expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except _BAD_EXPRESSION as error:
        raise ConfigurationError(f"{option} {text!r} is not a valid {kind}: {error}") from None


def _parse_formats(option: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not value or not all(item in DISK_FORMATS for item in value):
        raise ConfigurationError(f"{option} must be a list of one or more of {', '.join(DISK_FORMATS)}, got {value!r}")
    return tuple(value)


@dataclass(frozen=True)
class Size:
    """Parses a size.

    :ivar unit: that of the field.
    """

    unit: str

    def __call__(self, option: str, value: Any) -> int:
        """Parse the value of an option.

        :raises ConfigurationError: if it is not a whole number.
        """
        if not is_whole_number(value) or value < 0:
            raise self.error(option, value)
        return int(value)

    def error(self, option: str, value: Any) -> ConfigurationError:
        """Make the failure that a value is not a whole number, such as one with its unit."""
        return ConfigurationError(f"{option} must be a whole number of {self.unit}, without the unit, got {value!r}")


def _parse_time(option: str, value: Any) -> Moment:
    moment = parse_moment(value)
    if moment is None:
        raise ConfigurationError(f"{option} must be an ISO 8601 time such as 2026-01-31T12:00:00Z, got {value!r}")
    return moment


def _is_after(expected: Moment, created_at: str) -> bool:
    moment = parse_moment(created_at)
    return moment is not None and moment > expected


def _is_before(expected: Moment, created_at: str) -> bool:
    moment = parse_moment(created_at)
    return moment is not None and moment < expected


#: Every criterion. A row is all that the code needs to know of one.
CRITERIA = (
    Criterion("name", "name", parse_patterns, Patterns.match),
    Criterion(
        "name_regex", "name", _parse_expression, lambda expected, name: bool(expected.search(normalize("NFC", name)))
    ),
    Criterion("os_version", "os_version", parse_patterns, Patterns.match),
    Criterion("disk_format", "disk_format", _parse_formats, lambda expected, value: value in expected),
    Criterion("fits_disk", "min_disk", Size("GB"), lambda expected, value: value <= expected),
    Criterion("fits_ram", "min_ram", Size("MB"), lambda expected, value: value <= expected),
    Criterion("created_after", "created_at", _parse_time, _is_after),
    Criterion("created_before", "created_at", _parse_time, _is_before),
)

#: The criteria that are sizes, which people write with their unit.
SIZES = {row.option: row.parse for row in CRITERIA if isinstance(row.parse, Size)}

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures that show what the code does: ``python -m docs.site.pictures PATH`` writes them.

PATH is a path of collections where this one is found. The charts of the measurements are in ``benchmarks/charts.py``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.providers.provider import (
    CredentialProvider,
    CredentialsNotFound,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._credential_providers import credential_providers
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import find_images
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, Record

from . import recording, svg

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst" / "pictures"
CREDENTIALS = GUIDES / "credentials.svg"
QUERY = GUIDES / "query.svg"
DEMO = ROOT / "docs" / "pictures" / "demo.svg"

_MARGIN, _LINE, _GAP = 16, 17, 22
_WIDE = svg.WIDTH - 2 * _MARGIN
_NAME = "*Server 2019*"


def list_credential_sources() -> list[str]:
    """Return the sources of credentials in the order in which the collection tries them."""
    nothing = Settings({"use_instance_metadata": Setting(False, "the task")}, environ={})
    return [_describe(provider) for provider in credential_providers(nothing)]


def _describe(provider: CredentialProvider) -> str:
    try:
        provider.validate()
    except CredentialsNotFound as reason:
        return re.sub(r" \(.*\)", "", str(reason))
    raise AssertionError(f"{provider} found credentials where there are none")


def draw_credentials() -> str:
    """Draw which source provides the credentials."""
    sources = list_credential_sources()
    body = [svg.text(_MARGIN, 26, "Which credentials a task uses", "title")]
    y = 44.0
    for number, source in enumerate(sources, 1):
        lines = svg.lines(f"{number}. {source}", 42)
        height = _LINE * len(lines) + 12
        body += [svg.box(_MARGIN, y, 340, height, "box", 5), *_text(_MARGIN + 10, y + 20, lines)]
        middle = y + height / 2
        body += [svg.arrow(_MARGIN + 340, middle, _MARGIN + 374, middle)]
        body += [svg.text(_MARGIN + 378, middle + 4, "use these")]
        y += height
        body += [
            svg.arrow(_MARGIN + 20, y, _MARGIN + 20, y + _GAP),
            svg.text(_MARGIN + 30, y + 15, "no credentials", "soft"),
        ]
        y += _GAP
    body += [
        svg.box(_MARGIN, y, 340, 29, "box", 5),
        svg.text(_MARGIN + 10, y + 20, "The task fails: No credentials found", "title"),
    ]
    description = f"The first of these that has credentials provides all of them: {'; '.join(sources)}."
    return svg.document(y + 45, "Which credentials a task uses", description, body)


def run_query() -> tuple[list[Record], int, int]:
    """Find images on the emulator.

    :returns: the requests, the number of all images, and the number of those that match.
    """
    with Emulator() as emulator:
        options = {
            "access_key": emulator.account.access_key,
            "secret_key": emulator.account.secret_key,
            "region": emulator.default_region,
            "endpoint": emulator.url,
            "iam_endpoint": emulator.url,
            "name": [_NAME],
            "most_recent": True,
        }
        found = find_images(options, lambda _line: None)
        return sorted(emulator.requests, key=lambda record: record.time), found["total_count"], len(found["images"])


def draw_query() -> str:
    """Draw the requests of a task, as the emulator received them."""
    requests, total, selected = run_query()
    task = f'region: {requests[-1].region}, name: "{_NAME}", most_recent: true'
    steps = [("Task", [task], "code"), ("Check the options, choose credentials", ["without any request"], "soft")]
    for operation, group in groupby(requests, key=lambda record: str(record.operation)):
        lines = sorted({_request(record) for record in group}, key=lambda line: (len(line), line))
        steps.append((operation, lines, "code"))
    steps += [
        ("Check each page, then the whole list", [f"{total} images"], "soft"),
        ("Apply the criteria", [f"{selected} image"], "soft"),
    ]
    body = [svg.text(_MARGIN, 26, "What a task requests", "title")]
    y = 44.0
    for index, (title, lines, classes) in enumerate(steps):
        if index:
            body.append(svg.arrow(_MARGIN + 20, y, _MARGIN + 20, y + _GAP))
            y += _GAP
        height = _LINE * (len(lines) + 1) + 12
        body += [svg.box(_MARGIN, y, _WIDE, height, "box", 5), svg.text(_MARGIN + 10, y + 20, title, "title")]
        body += _text(_MARGIN + 10, y + 20 + _LINE, lines, classes)
        y += height
    description = "; ".join(f"{title}: {', '.join(lines)}" for title, lines, _classes in steps)
    return svg.document(y + _MARGIN, "What a task requests", description, body)


def _request(record: Record) -> str:
    """Return the request without the project's ID and without the parameters that the options set."""
    path = re.sub("[0-9a-f]{32}", "{project_id}", record.path)
    query = "&".join(f"{name}={value}" for name, value in record.query.items() if name in ("name", "limit", "offset"))
    return f"{record.method} {path}?{query}"


def _text(x: float, y: float, lines: list[str], classes: str = "") -> Iterator[str]:
    for number, line in enumerate(lines):
        yield svg.text(x, y + number * _LINE, line, classes)


def main(collections: str) -> None:
    """Write all pictures."""
    CREDENTIALS.write_text(draw_credentials(), encoding="utf-8")
    QUERY.write_text(draw_query(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as home:
        DEMO.write_text(recording.draw(recording.record(Path(collections), Path(home))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of images that the playbook list_images writes: its content, the earlier page, the comparison, the HTML.

The content is JSON inside the page. The next run reads it there, so a page needs no other file.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import timezone
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ansible.module_utils.common.validation import check_type_list
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import Image, show_unprintable
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.times import parse_moment
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import IMAGE_QUERY
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_page_labels import LABELS

PLAYBOOK = "huaweicloud.workspace.list_images"

#: What the page contains, as JSON: ``listed_at``, ``criteria``, ``regions``, ``failed_regions``, ``images`` and
#: ``changes``.
Content = dict[str, Any]

#: Within so many bytes of its beginning, a page says that it is one.
HEAD = 1024
MARKER = f'<meta name="generator" content="{PLAYBOOK}">'

_TEMPLATES = Path(__file__).parents[2] / "playbooks/templates/image_page"
_DATA = re.compile(r'<script type="application/json" id="content">(.*?)</script>', re.DOTALL)
_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
#: In JSON, these characters are only in strings, where an escape sequence means the same.
_MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}

_FILTERS = ("region", "image_type", "os_type", "os_version", "architecture", "disk_format")


def read_content(text: str) -> Content | None:
    """Return the content of a page, or None if the text is not a page of this playbook."""
    data = _DATA.search(text) if MARKER in text[:HEAD] else None
    if data is None:
        return None
    try:
        content: Content = json.loads(data.group(1))
    except ValueError:
        return None
    return content if content.get("format") == 1 else None


def build_content(found: Mapping[str, Any], query: Mapping[str, Any], earlier: Content | None, now: str) -> Content:
    """Return the content of a new page.

    :param found: result of the module.
    :param query: options of the module.
    :param earlier: content of the page that will be replaced.
    :param now: the time, in ISO 8601 and UTC.
    :returns: with the time and the changes of the earlier page if its images are the same.
    """
    origin = {"region": found["region"] or "", "project_id": found["project_id"]}
    failed = [failure["region"] for failure in found.get("failures") or ()]
    regions = [str(region) for region in check_type_list(query.get("regions") or [origin["region"]])]
    content: Content = {
        "format": 1,
        "listed_at": now,
        "criteria": {name: query[name] for name in sorted(IMAGE_QUERY.keys() & query.keys())},
        "regions": [region for region in dict.fromkeys(regions) if region not in failed],
        "failed_regions": failed,
        "images": [{**origin, **image} for image in found["images"]],
        "changes": None,
    }
    # Without the types of Ansible, as the earlier content is.
    content = json.loads(json.dumps(content))
    if earlier is None:
        return content
    if _listing(content) == _listing(earlier):
        return {**content, "listed_at": earlier["listed_at"], "changes": earlier["changes"]}
    return {**content, "changes": _compare(content, earlier)}


def key_of(image: Image) -> tuple[str, str, str]:
    """Return what identifies an image: its region, project and ID."""
    return (image["region"] or "", image["project_id"] or "", image["id"])


def _listing(content: Content) -> list[Any]:
    """Return what makes two pages the same, apart from the order of the images."""
    scope = [content[name] for name in ("criteria", "regions", "failed_regions")]
    return [*scope, {key_of(image): image for image in content["images"]}]


def _compare(content: Content, earlier: Content) -> dict[str, Any]:
    """Return which images are new and which are gone, in regions that both pages list."""
    new: list[Image] = []
    gone: list[Image] = []
    not_compared = []
    same_criteria = content["criteria"] == earlier["criteria"]
    regions = [*content["regions"], *content["failed_regions"], *earlier["regions"]] if same_criteria else []
    for region in dict.fromkeys(regions):
        now, before = _images_of(region, content), _images_of(region, earlier)
        if now is None or before is None or (now and before and _projects(now).isdisjoint(_projects(before))):
            not_compared.append(region)
            continue
        new += [image for key, image in now.items() if key not in before]
        gone += [image for key, image in before.items() if key not in now]
    return {
        "since": earlier["listed_at"],
        "same_criteria": same_criteria,
        "new": [list(key_of(image)) for image in new],
        "gone": gone,
        "not_compared": not_compared,
    }


def _images_of(region: str, content: Content) -> dict[tuple[str, str, str], Image] | None:
    """Return the images of a region by their keys, or None if the page does not list the region."""
    if region not in content["regions"]:
        return None
    return {key_of(image): image for image in content["images"] if image["region"] == region}


def _projects(images: Iterable[tuple[str, str, str]]) -> set[str]:
    return {project for _region, project, _id in images}


def render(content: Content, language: str) -> str:
    """Return the page as HTML, which contains everything that it needs.

    Jinja escapes every value, except what the template marks as safe: the collection's own texts and what
    :func:`_embed` returns. The policy allows this style and this script, by their digests, and nothing else: markup
    that passed could neither run nor load anything.
    """
    labels: dict[str, str] = {name: getattr(label, language) for name, label in LABELS.items()}
    style, script = ((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    columns = _columns(content)
    style += "".join(
        f'tbody tr > :nth-child({number})::before {{ content: "{labels[column]}"; }}\n'
        for number, column in enumerate(columns[1:], 2)
    )
    new = {tuple(key) for key in content["changes"]["new"]} if content["changes"] else set()
    images = content["images"]
    choices = {name: _choices(images, name) for name in _FILTERS if name in columns or name == "os_version"}
    return _template().render(
        marker=MARKER,
        labels=labels,
        content=content,
        columns=columns,
        rows=[(image, key_of(image) in new) for image in images],
        choices={name: [_text(value, labels) for value in values] for name, values in choices.items()},
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; base-uri 'none'; "
        "form-action 'none'",
        content_json=_embed(content),
        settings_json=_embed({"labels": labels, "choices": choices}),
        moment=lambda text: text[:16].replace("T", " "),
        visible=show_unprintable,
        cell=lambda image, column: _cell(image, column, labels),
        playbook=PLAYBOOK,
    )


@lru_cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2")


def _columns(content: Content) -> list[str]:
    """Return the columns of the table; the region only if the images can be of several."""
    several = len(content["regions"]) + len(content["failed_regions"]) > 1
    return [
        "name",
        *(["region"] if several else []),
        *("image_type", "os_type", "architecture", "disk_format", "min_disk", "min_ram", "created_at"),
    ]


def _choices(images: Sequence[Image], field: str) -> list[str | None]:
    """Return the values of a field in alphabetical order, null at the end."""
    values = {image.get(field) or None for image in images}
    return [*sorted(filter(None, values)), *({None} & values)]


def _text(value: object, labels: Mapping[str, str]) -> str:
    """Return a value as the page shows it."""
    if value is None or value == "":
        return labels["unknown"]
    return labels[value] if value in ("gold", "private") else show_unprintable(str(value))


def _cell(image: Image, column: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """Return what a cell shows: ``text``, ``lang`` if it differs from the page's, and of a time ``datetime``."""
    value = image.get(column)
    empty = value is None or value == ""
    text = "–" if empty else _text(value, labels)
    cell = {"text": text, "lang": "zh" if column == "name" and _HAN.search(text) else None, "datetime": None}
    moment = parse_moment(value) if column == "created_at" else None
    if moment:
        utc = moment.time.astimezone(timezone.utc)
        cell.update(text=f"{utc:%Y-%m-%d %H:%M}", datetime=f"{utc:%Y-%m-%dT%H:%M:%SZ}")
    return cell


def _source(text: str) -> str:
    """Return the source of a Content-Security-Policy that allows exactly this style or script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _embed(value: object) -> str:
    """Return JSON for a script element: ASCII without markup."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True).translate(_MARKUP)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site that `make docs` makes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes

REPOSITORY = "https://github.com/huaweicloud/ansible-collection-workspace"
DOCS = Path(__file__).resolve().parents[1]

project = html_title = "huaweicloud.workspace"
copyright = "Contributors to the huaweicloud.workspace collection"

extensions = ["sphinx_antsibull_ext", "myst_parser", "docs.site.search"]
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
pygments_dark_style = "github-dark"
myst_heading_anchors = 3

# One catalog for each page that is translated, without positions and dates that change with each edit.
locale_dirs = [str(DOCS / "build" / "locales")]
gettext_location = False
gettext_uuid = False

html_theme = "furo"
html_theme_options = {
    "source_repository": REPOSITORY,
    "top_of_page_buttons": ["view"],
    "footer_icons": [],
    "light_css_variables": {
        "font-stack": "system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
    },
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
templates_path = ["templates"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False

# Labels of Ansible's own documentation that antsibull-docs refers to. Their inventory is not fetched: the site builds
# without a network.
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
ANSIBLE_LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def link_to_ansible(_app: Any, _env: Any, node: Any, content: Any) -> nodes.reference | None:
    """Link a label of Ansible's own documentation; any other that does not exist stays a warning."""
    page = ANSIBLE_LABELS.get(node.get("reftarget"))
    return None if page is None else nodes.reference("", "", content, internal=False, refuri=ANSIBLE + page)


def remove_contents(_app: Any, doctree: Any) -> None:
    """Remove lists of a page's sections, and the links back to them: the theme shows the sections beside the page."""
    for topic in list(doctree.findall(nodes.topic)):
        if "contents" in topic["classes"]:
            topic.parent.remove(topic)
    for title in doctree.findall(nodes.title):
        title.attributes.pop("refid", None)


def keep_links_within_the_site(app: Any, doctree: Any, docname: str) -> None:
    """Link to the site's page of a measurement, not to the file in the repository."""
    for link in doctree.findall(nodes.reference):
        folder, _slash, page = link.get("refuri", "").rpartition("/")
        if folder == f"{REPOSITORY}/blob/main/docs":
            link["refuri"] = app.builder.get_relative_uri(docname, f"measured/{page.removesuffix('.md')}")


def add_languages(app: Any, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Tell the page's template where the page is in each language."""
    up = "../" * pagename.count("/")
    english = f"{up}../" if app.config.language == "zh_CN" else up
    page = f"{pagename}.html"
    context["languages"] = {"en": f"{english}{page}", "zh-CN": f"{english}zh-cn/{page}"}


def link_codes(app: Any, doctree: Any, docname: str) -> None:
    """Link each code in the tables of codes to its page."""
    tables = [table for table in doctree.findall(nodes.table) if "codes" in table["classes"]]
    for literal in [literal for table in tables for literal in table.findall(nodes.literal)]:
        name = literal.astext()
        page = f"error_codes/{name if name.startswith('WKS.') else f'APIGW.{name}'}"
        if page in app.env.found_docs:
            link = nodes.reference("", "", refuri=app.builder.get_relative_uri(docname, page), internal=True)
            literal.replace_self(link)
            link += literal


def break_names(_app: Any, _pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Let long names in the title break after a dot or an underscore."""
    start, heading, rest = context.get("body", "").partition("</h1>")
    context["body"] = re.sub(r"(?<=[._])(?=\w+[^<>]*<)", "<wbr>", start) + heading + rest if heading else start


def setup(app: Any) -> None:
    """Extend Sphinx."""
    app.connect("missing-reference", link_to_ansible)
    app.connect("doctree-read", remove_contents)
    app.connect("doctree-resolved", keep_links_within_the_site)
    app.connect("doctree-resolved", link_codes)
    app.connect("html-page-context", add_languages)
    app.connect("html-page-context", break_names)

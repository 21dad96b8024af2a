# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site that `make docs` makes."""

from __future__ import annotations

from typing import Any

from docutils import nodes

REPOSITORY = "https://github.com/huaweicloud/ansible-collection-workspace"

project = title = html_short_title = "huaweicloud.workspace"
html_title = "Collection huaweicloud.workspace"
copyright = "Contributors to the huaweicloud.workspace collection"

extensions = ["sphinx_antsibull_ext", "myst_parser"]
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"

html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "navigation_depth": 2,
    "show_extranav": False,
    "show_rtd_ethical_ads": False,
    "topbar_links": {
        "Repository": REPOSITORY,
        "Issues": f"{REPOSITORY}/issues",
    },
    "documentation_home_url": "index.html",
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
exclude_patterns = ["environment_variables.rst"]  # it says that there are none: the collection reads them itself
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_use_modindex = False

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


def fit_measurements_in(app: Any, doctree: Any, docname: str) -> None:
    """Keep links to the pages that the benchmarks wrote within the site, and the tables of numbers in one piece."""
    if docname.startswith("measured/"):
        for table in doctree.findall(nodes.table):
            table["classes"].append("scrolls")
    for link in doctree.findall(nodes.reference):
        folder, _slash, page = link.get("refuri", "").rpartition("/")
        if folder == f"{REPOSITORY}/blob/main/docs":
            link["refuri"] = app.builder.get_relative_uri(docname, f"measured/{page.removesuffix('.md')}")


def setup(app: Any) -> None:
    """Extend Sphinx."""
    app.connect("missing-reference", link_to_ansible)
    app.connect("doctree-resolved", fit_measurements_in)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site that `make docs` makes."""

project = title = html_short_title = "Collection huaweicloud.workspace"
copyright = "Contributors to the huaweicloud.workspace collection"

extensions = ["sphinx_antsibull_ext"]
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"

html_theme = "sphinx_ansible_theme"
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_use_modindex = False

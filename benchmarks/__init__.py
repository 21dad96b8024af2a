# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection costs, next to what the same costs by other means.

``make bench`` measures and compares with the limits; ``python -m benchmarks --help`` tells more. Only ratios count:
both sides are measured in turn, in one run, on one machine. It expects ``ansible_collections`` on PYTHONPATH and
ANSIBLE_COLLECTIONS_PATH, and the checkout as the working directory.
"""

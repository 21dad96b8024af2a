# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the speed, memory and robustness of the collection with those of other clients.

``make bench`` measures speed and memory and checks the limits; ``python -m benchmarks --help`` lists the options. Only
ratios count: both sides are measured alternately, in one run, on one machine. Run it in the checkout, with
``ansible_collections`` on PYTHONPATH and ANSIBLE_COLLECTIONS_PATH.
"""

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the documented and assumed behavior of ListImages with the responses of a real account.

``python -m tests.verify`` sends at most 40 read-only requests, and writes a report and a recording for a public issue.
"""

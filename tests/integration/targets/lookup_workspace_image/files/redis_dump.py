# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``redis_dump.py PORT`` prints each key and value of a local Redis server. ``--corrupt`` overwrites the values."""

from __future__ import annotations

import sys

import redis

server = redis.Redis("127.0.0.1", int(sys.argv[1]), password="redis-password", decode_responses=True)
for key in server.scan_iter():
    kind = server.type(key)
    if kind == "string":
        if "--corrupt" in sys.argv:
            server.set(key, "{")
        print(key, server.get(key))
    else:
        print(key, server.zrange(key, 0, -1))

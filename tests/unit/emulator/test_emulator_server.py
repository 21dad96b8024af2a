# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server of the emulator."""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import Any

import pytest
import trustme

from ansible_collections.huaweicloud.workspace.tests.emulator.server import Server


def test_connections_are_closed_before_the_tls_handshake() -> None:
    """The handshake fails with an error of the connection, which the server does not print."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    application: Any = None  # it is not used
    with Server(("127.0.0.1", 0), application, context) as server:
        address = server.socket.getsockname()
        with socket.create_connection(address), contextlib.closing(server.get_request()[0]) as connection:
            assert isinstance(connection, ssl.SSLSocket)
            server.close_connections()
            with pytest.raises(ssl.SSLError):
                connection.do_handshake()

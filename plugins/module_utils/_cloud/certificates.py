# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CA certificates that TLS connections are verified with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .errors import ConfigurationError

_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def default_verify(environ: Mapping[str, str]) -> bool | str:
    """Return the CA bundle that the environment names, as requests understands it.

    :returns: the path, or True for the bundle of requests.
    :raises ConfigurationError: if the variable's path cannot be read.
    """
    for name in _VARIABLES:
        path = environ.get(name)
        if path:
            return certificates(path, f"{path} of the environment variable {name}")
    return True


def certificates(path: str, origin: str) -> str:
    """Check that a file or folder of CA certificates can be read.

    :param origin: the path and the option or variable that it comes from, in words.
    :raises ConfigurationError: if it does not exist or cannot be read.
    """
    try:
        Path(path).stat()
        is_readable = os.access(path, os.R_OK)
    except FileNotFoundError:
        raise ConfigurationError(f"{origin} does not exist. Set the path of a CA bundle") from None
    except (OSError, ValueError):
        is_readable = False
    if not is_readable:
        raise ConfigurationError(f"{origin} cannot be read. Check its permissions")
    return path

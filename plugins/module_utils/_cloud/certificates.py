from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .errors import ConfigurationError

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def default_verify(environ: Mapping[str, str]) -> bool | str:
    """What requests would take from the environment, were it asked to.

    :raises ConfigurationError: where a variable names none that can be read.
    """
    for name in _CA_VARIABLES:
        path = environ.get(name)
        if path:
            return certificates(path, f"{path} of the environment variable {name}")
    return True


def certificates(path: str, origin: str) -> str:
    """A file or a folder of certificates to trust.

    :param origin: the path and the option or variable that it comes from, in words.
    :raises ConfigurationError: where it does not exist, or cannot be read.
    """
    try:
        Path(path).stat()
        is_readable = os.access(path, os.R_OK)
    except FileNotFoundError:
        raise ConfigurationError(f"{origin} does not exist") from None
    except (OSError, ValueError):
        is_readable = False
    if not is_readable:
        raise ConfigurationError(f"{origin} cannot be read")
    return path

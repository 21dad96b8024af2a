# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From settings to how requests are sent. Reads no more than whether the CA bundle is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ._cloud.certificates import certificates, default_verify
from ._cloud.retry import RetryPolicy
from ._settings import Settings


class TransportOptions(NamedTuple):
    """How requests are sent; the arguments of a ``Transport``.

    :ivar verify: whether and against which CA bundle TLS certificates are verified.
    :ivar timeout: seconds for one attempt as a whole.
    :ivar retries: further attempts.
    :ivar environ: where proxy variables are read from.
    """

    verify: bool | str
    timeout: float
    retries: RetryPolicy
    environ: Mapping[str, str]


def transport_options(settings: Settings) -> TransportOptions:
    """Return how requests are sent.

    :raises ConfigurationError: if a setting cannot be used.
    """
    return TransportOptions(
        _verify(settings),
        settings.seconds("timeout", least=0.001),
        RetryPolicy(settings.retries(), settings.seconds("max_retry_delay")),
        settings.environ,
    )


def _verify(settings: Settings) -> bool | str:
    if not settings.value("validate_certs"):
        return False
    path = settings.path("ca_path")
    if path is None:
        return default_verify(settings.environ)
    return certificates(path.value, f"{path.origin} {path.value}")

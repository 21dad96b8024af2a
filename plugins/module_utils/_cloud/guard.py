# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interface that prevents rejected credentials from being sent again, and a guard that allows all. Pure."""

from __future__ import annotations

from typing import Callable, TypeVar

from . import endpoints
from .credentials import Credentials, Token, base_of
from .redaction import Secrets
from .target import Target

Result = TypeVar("Result")


class CredentialGuard:
    """Decides whether the credentials of a transport's requests may be sent. This one allows all."""

    def send(self, attempt: Callable[[], Result]) -> Result:
        """Make one attempt of a request.

        :param attempt: sends the request.
        :raises CloudError: the failure of the attempt, or without an attempt an earlier one of the same credentials.
        """
        return attempt()

    def accept(self) -> None:
        """Take note that a service has accepted the credentials."""


#: Returns the guard of credentials for a target. Further arguments: what masks the texts that the guard stores, and the
#: seconds that one attempt may take.
GuardFor = Callable[[Credentials, Target, Secrets, float], CredentialGuard]


def no_guard(*_arguments: object) -> CredentialGuard:
    """Return a guard that lets every request through, for a process that shares nothing with others."""
    return CredentialGuard()


def scope_of(credentials: Credentials, target: Target) -> str:
    """Return where a failed authentication of these credentials counts.

    Keys and passwords are an account's, and all regions of a cloud share the accounts. A token is valid for one project
    in one region, and others reject it with 401 as well.
    """
    if isinstance(base_of(credentials), Token):
        return " ".join((target.endpoint, target.project_id or target.project_name or ""))
    return endpoints.cloud_at(target.endpoint, target.region)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every credential provider does, and how the first that has credentials is chosen. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..credentials import BaseCredentials, ResolvedCredentials
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..transport import Transport


class CredentialsNotFound(Exception):
    """A provider has no credentials; the text says what was tried."""


class CredentialProvider:
    """A source that may have credentials."""

    def validate(self) -> ResolvedCredentials:
        """Return the credentials, or what is known of them offline.

        :raises CredentialsNotFound: if this provider has none.
        :raises ConfigurationError: if it has some that cannot be used.
        """
        raise NotImplementedError

    def authenticate(self, transport: Transport) -> BaseCredentials:
        """Return the credentials, if :meth:`validate` does not because that takes a request.

        :raises CredentialsNotFound: if it has no credentials.
        :raises CloudError: if a request fails.
        """
        raise NotImplementedError


class Resolution(NamedTuple):
    """The provider whose turn it is.

    :ivar resolved: what its :meth:`~CredentialProvider.validate` returned.
    :ivar tried: what the providers before it say.
    """

    provider: CredentialProvider
    resolved: ResolvedCredentials
    tried: tuple[str, ...]

    def authenticate(self, transport: Transport) -> BaseCredentials:
        """Return the credentials that a request has to get.

        :raises CloudError: if it has no credentials, or a request fails.
        """
        try:
            return self.provider.authenticate(transport)
        except CredentialsNotFound as reason:
            raise credentials_not_found([*self.tried, str(reason)]) from None


def resolve_credentials(providers: Iterable[CredentialProvider]) -> Resolution:
    """Choose the first provider that has credentials.

    :raises ConfigurationError: if none has; it lists every provider tried.
    """
    tried: list[str] = []
    for provider in providers:
        try:
            return Resolution(provider, provider.validate(), tuple(tried))
        except CredentialsNotFound as reason:
            tried.append(str(reason))
    raise credentials_not_found(tried)


def credentials_not_found(tried: Iterable[str]) -> ConfigurationError:
    """Return the error that lists every provider tried."""
    return ConfigurationError(
        "No credentials found. Set access_key and secret_key, auth_token, or username, password and domain_name. "
        f"Tried: {'; '.join(tried)}"
    )

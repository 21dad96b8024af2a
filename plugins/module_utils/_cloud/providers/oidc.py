# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OIDC variables of the vendor's SDK, with which a CI system gets temporary keys without a secret.

Source: the class OidcStsCredentialProvider of the SDK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..credentials import OidcToken, ResolvedCredentials, is_text, key_fault
from ..errors import ConfigurationError
from ..setting import Setting, describe_origins
from .provider import CredentialProvider, CredentialsNotFound

PROVIDER_URN = "HUAWEICLOUD_OIDC_PROVIDER_URN"
AGENCY_URN = "HUAWEICLOUD_OIDC_AGENCY_URN"
ID_TOKEN = "HUAWEICLOUD_OIDC_ID_TOKEN"
TOKEN_FILE = "HUAWEICLOUD_OIDC_TOKEN_FILE"
SESSION_NAME = "HUAWEICLOUD_OIDC_SESSION_NAME"
DURATION = "HUAWEICLOUD_OIDC_DURATION_SECONDS"
VARIABLES = (PROVIDER_URN, AGENCY_URN, ID_TOKEN, TOKEN_FILE, SESSION_NAME, DURATION)

#: Variables with credentials of kinds that are not supported: of the SDK's identity provider, and of pods.
UNSUPPORTED = ("HUAWEICLOUD_SDK_IDP_ID", "HC_CONTAINER_CREDENTIALS_FULL_URI")

DESCRIPTION = f"the OIDC environment variables of the SDK, such as {AGENCY_URN}"
DEFAULT_SESSION_NAME = "oidc-sts-session"
DEFAULT_SECONDS = 3600


@dataclass(frozen=True)
class OidcVariables(CredentialProvider):
    """The variables, by their names.

    :ivar values: those that are set.
    """

    values: Mapping[str, Setting] = field(repr=False)

    def validate(self) -> ResolvedCredentials:
        """Return the token that STS exchanges. A file is read anew each time: CI systems renew it.

        :raises CredentialsNotFound: if no variable names a provider, an agency or a token.
        :raises ConfigurationError: if one is missing, or cannot be used.
        """
        token = next((self.values[name] for name in (ID_TOKEN, TOKEN_FILE) if name in self.values), None)
        given = {name: self.values.get(name) for name in (PROVIDER_URN, AGENCY_URN)}
        given[f"{ID_TOKEN} or {TOKEN_FILE}"] = token
        missing = [name for name, setting in given.items() if setting is None]
        if len(missing) == len(given):
            raise CredentialsNotFound(DESCRIPTION)
        if token is None or missing:
            raise ConfigurationError(f"{' and '.join(missing)} must be set too ({DESCRIPTION})")
        origin = describe_origins([self.values[PROVIDER_URN], self.values[AGENCY_URN], token])
        credentials = OidcToken(
            _id_token(token, is_file=ID_TOKEN not in self.values),
            self._text(PROVIDER_URN),
            self._text(AGENCY_URN),
            self._text(SESSION_NAME, DEFAULT_SESSION_NAME),
            self._seconds(),
            origin,
        )
        return ResolvedCredentials(credentials, credentials.source)

    def _text(self, name: str, default: str = "") -> str:
        setting = self.values.get(name, Setting(default, name))
        if not is_text(setting.value):
            raise ConfigurationError(f"{setting.origin} is not UTF-8")
        return str(setting.value)

    def _seconds(self) -> int:
        text = self._text(DURATION, str(DEFAULT_SECONDS))
        if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
            raise ConfigurationError(f"{self.values[DURATION].origin} must be a whole number of seconds, got {text!r}")
        return int(text)


def _id_token(setting: Setting, *, is_file: bool) -> str:
    token, origin = setting
    if is_file:
        from .files import read_regular_file

        token, origin = read_regular_file(token, TOKEN_FILE, origin).strip(), f"the token in {token}"
    fault = key_fault(token)
    if fault is not None:
        raise ConfigurationError(f"{origin} {fault}")
    return str(token)


@dataclass(frozen=True)
class UnsupportedVariable(CredentialProvider):
    """A variable that is set for another tool, with a kind of credentials that is not supported.

    :ivar name: of the variable.
    """

    name: str

    def validate(self) -> ResolvedCredentials:
        """Return nothing.

        :raises CredentialsNotFound: always.
        """
        raise CredentialsNotFound(f"{self.name} (found, but this kind of credentials is not supported)")

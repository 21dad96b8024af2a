# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One authentication failure per run: what the processes of one ``ansible-playbook`` tell each other of credentials.

Huawei Cloud locks an access key after more than five failed authentications, and a playbook with a wrong key would send
it once for each host.
"""

from __future__ import annotations

import time
from typing import Any, Callable

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import Credentials, base_of
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.guard import (
    CredentialGuard,
    Result,
    scope_of,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_state import RunState, run_digest

#: Seconds for which rejected credentials are not sent again.
REJECTED_FOR = 60.0


class RunGuard(CredentialGuard):
    """Lets one process at a time use credentials until they have been accepted, and none once they were rejected.

    :param target: where the credentials are sent.
    :param secrets: masks the failure before it is stored.
    :param timeout: seconds that one attempt may take, and the longest time to wait for that of another process.
    """

    def __init__(self, credentials: Credentials, target: Target, secrets: Secrets, timeout: float) -> None:
        self._state = RunState(_name(credentials, target))
        self._secrets = secrets
        self._patience = timeout

    def send(self, attempt: Callable[[], Result]) -> Result:
        """Make one attempt of a request.

        :raises CloudError: what the attempt raises, or the failure for which the credentials were rejected.
        """
        started = time.monotonic()
        with self._state.turn(self._verdict, self._patience) as verdict:
            now = time.monotonic()
            self._patience -= now - started
            if verdict is not None and "failure" in verdict:
                raise _not_sent_again(verdict["failure"], now - verdict["at"])
            try:
                return attempt()
            except CloudError as error:
                self._note(error)
                raise

    def accept(self) -> None:
        """Take note that a service has accepted the credentials, unless another has rejected them just now."""
        if self._verdict() is None:
            self._state.write({"accepted": True})

    def _verdict(self) -> dict[str, Any] | None:
        """Return what is known of the credentials, None if it is nothing or too long ago."""
        verdict: dict[str, Any] | None = self._state.read()
        if verdict is not None and "failure" in verdict and time.monotonic() - verdict["at"] >= REJECTED_FOR:
            return None
        return verdict

    def _note(self, error: CloudError) -> None:
        if error.is_authentication_failure:
            self._state.write({"failure": self._secrets.mask_all(error.facts()), "at": time.monotonic()})
        elif error.http_status == 403 and error.error_code is not None:
            # Only credentials that were accepted are denied access, and then hosts need not wait for each other.
            self.accept()


def _not_sent_again(facts: dict[str, Any], age: float) -> ApiError:
    remark = (
        f"Not sent again: these credentials failed authentication {age:.0f} seconds ago in this run. "
        f"They can be sent again after {REJECTED_FOR:.0f} seconds"
    )
    return ApiError(**{**facts, "attempts": 0, "remark": remark})


def _name(credentials: Credentials, target: Target) -> str:
    """Return the name of the file for these credentials and the cloud, from which neither can be derived."""
    # Some digests of credentials leave the secret out, because they would allow an attacker to test passwords. The
    # run's digest does not.
    secrets = (secret or "" for secret in base_of(credentials).secrets())
    return run_digest(credentials.digest(), scope_of(credentials, target), *secrets)

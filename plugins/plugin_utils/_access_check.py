# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the access to Workspace step by step, with the settings, the plan and the transport of the search.

It only reads, sends few requests, and at most one whose authentication fails: more than five lock an access key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import ResolvedCredentials
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError, ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.guard import GuardFor
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.progress import REQUESTS, Report
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.retry import RetryPolicy
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import Plan, build_plan, build_targets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import authenticate
from ansible_collections.huaweicloud.workspace.plugins.module_utils._secret_registry import register_secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings, secret_values
from ansible_collections.huaweicloud.workspace.plugins.module_utils._transport_options import (
    TransportOptions,
    transport_options,
)
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_context import Budget, Context
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_labels import Labels
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_report import FAILED, PASSED, AccessReport
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_target import TargetCheck

#: Requests that a check sends at most, retries included.
MAX_REQUESTS = 20
#: Requests that a region needs at least: for the connection, the project and a page of images.
REQUESTS_OF_REGION = 3

#: A short wait: the user waits for the report.
_RETRIES = RetryPolicy(max_retries=1, max_retry_delay=5.0)


class CheckResult(NamedTuple):
    """The result of a check.

    :ivar report: lines.
    :ivar works: whether ListImages works, in each region.
    :ivar summary: the last line.
    :ivar requests: how many were sent.
    """

    report: list[str]
    works: bool
    summary: str
    requests: int


def check_access(
    read_settings: Callable[[], Settings],
    say: Labels,
    guard_for: GuardFor,
    report: Report,
    metadata_url: str | None = None,
) -> CheckResult:
    """Check the access that settings describe.

    :param read_settings: returns the settings; it may raise ``ConfigurationError``.
    :param say: returns the labels.
    :param guard_for: returns the guard that prevents rejected credentials from being sent again.
    :param report: shows what happens while it happens.
    :param metadata_url: base URL of the instance metadata, by default that of every cloud server.
    """
    return _Check(say, guard_for, report).run(read_settings, metadata_url)


class _Check:
    def __init__(self, say: Labels, guard_for: GuardFor, report: Report) -> None:
        self._say = say
        self._guard_for = guard_for
        self._report = report
        self._secrets = Secrets(register_secrets)
        self._out = AccessReport(say, self._secrets)
        self._budget = Budget(MAX_REQUESTS)

    def run(self, read_settings: Callable[[], Settings], metadata_url: str | None) -> CheckResult:
        missing = _libraries.missing_library()
        if missing is not None:
            self._out.step(FAILED, "libraries", missing[0], f"Install {missing[0]} for the Python that runs Ansible.")
            return self._result([], [])
        try:
            settings = read_settings()
            self._secrets.add(*secret_values(settings))
        except ConfigurationError as error:
            self._failed("settings", error)
            return self._result([], [])
        if _has_settings_of_lookups(settings):
            self._out.note(self._say("lookups_only"))
        try:
            plan = build_plan(settings, metadata_url=metadata_url)
        except ConfigurationError as error:
            self._failed("settings", error)
            return self._check_connection(settings)
        return self._check_plan(plan)

    def _check_connection(self, settings: Settings) -> CheckResult:
        """Check what does not depend on the credentials."""
        try:
            options = transport_options(settings)
            targets = build_targets(settings, ResolvedCredentials(None, ""))
        except ConfigurationError:
            return self._result([], [])
        return self._check_targets(self._context(options), targets, "without_settings")

    def _check_plan(self, plan: Plan) -> CheckResult:
        for text in plan.warnings:
            self._out.note(f"{text}.")
        resolved = plan.resolution.resolved
        context = self._context(plan.transport)
        blocked = None
        try:
            context.credentials = authenticate(plan, self._secrets, self._counted)
        except CloudError as error:
            self._out.step(FAILED, "credentials", self._say("metadata"), error.message())
            blocked = "without_credentials"
        else:
            kind = context.credentials.kind if resolved.credentials is None else resolved.credentials.kind
            source = resolved.source if resolved.agency is None else resolved.agency.after(resolved.source)
            self._out.step(PASSED, "credentials", self._say("found", kind=self._say(kind), source=source))
        return self._check_targets(context, plan.targets, blocked)

    def _check_targets(self, context: Context, targets: list[Target], blocked: str | None) -> CheckResult:
        context.blocked = blocked
        checks = []
        for number, target in enumerate(targets):
            if self._budget.left < REQUESTS_OF_REGION - context.has_connection:
                break
            others = len(targets) - number - 1
            check = TargetCheck(context, target, reserved=others * REQUESTS_OF_REGION + 1)
            checks.append(check)
            check.run()
        try:
            _check_decoding(checks)
        finally:
            for check in checks:
                check.close()
        return self._result(checks, targets)

    def _result(self, checks: list[TargetCheck], targets: list[Target]) -> CheckResult:
        failed = [check.target for check in checks if not check.works]
        unchecked = targets[len(checks) :]
        say = partial(self._say, mark=FAILED, requests=self._budget.spent, limit=MAX_REQUESTS)
        summary = say("works")
        if failed and len(targets) > 1:
            summary = say("fails_in", regions=_names(failed))
        elif failed or not checks:
            summary = say("fails")
        lines = [*self._out.lines, "", summary]
        if unchecked:
            lines[-1:] = [summary, say("not_checked", regions=_names(unchecked))]
            summary = summary if failed else lines[-1]
        return CheckResult(lines, bool(checks) and not failed and not unchecked, summary, self._budget.spent)

    def _context(self, options: TransportOptions) -> Context:
        retries = RetryPolicy(min(_RETRIES.max_retries, options.retries.max_retries), _RETRIES.max_retry_delay)
        return Context(
            self._out, self._budget, self._secrets, options._replace(retries=retries), self._guard_for, self._report
        )

    def _counted(self, verbosity: int, line: str) -> None:
        """Count a request to the instance metadata, whose transport has no guard."""
        if verbosity == REQUESTS:
            self._budget.take()
        self._report(verbosity, line)

    def _failed(self, name: str, error: CloudError) -> None:
        self._out.step(FAILED, name, self._say("not_usable"), error.message())


def _check_decoding(checks: list[TargetCheck]) -> None:
    """Check once whether STS decodes why access is denied, where it is known whether access is denied."""
    for check in checks:
        if check.works or check.is_denied:
            check.check_decoding()
            return
    if checks:
        checks[0].skip_decoding()


def _names(targets: list[Target]) -> str:
    return ", ".join(target.region or target.endpoint for target in targets)


def _has_settings_of_lookups(settings: Settings) -> bool:
    """Return whether something is set that only lookups read."""
    return bool(settings.configuration) or any(
        setting.origin.startswith("the variable huaweicloud_") for setting in settings.task.values()
    )

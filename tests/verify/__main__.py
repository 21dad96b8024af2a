# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.verify``: compare the facts with an account's responses, and write a report and a recording."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.client import Client
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.credentials import (
    AccessKey,
    AssumedAgency,
    Password,
    base_of,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.endpoints import cloud_at
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import CloudError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.retry import RetryPolicy
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.transport import VERSION, Transport
from ansible_collections.huaweicloud.workspace.plugins.module_utils._plan import Plan, build_plan
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import authenticate
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.tests.emulator import DEFAULT_REGION, REGIONS, Recording
from ansible_collections.huaweicloud.workspace.tests.verify.collector import (
    MAX_REQUESTS,
    Collector,
    Evidence,
    RequestFailed,
)
from ansible_collections.huaweicloud.workspace.tests.verify.placeholders import Placeholders
from ansible_collections.huaweicloud.workspace.tests.verify.report import compare_facts, render_report, summarize

REPORT = "report.md"
RECORDING = "recording.json"
#: The clouds whose hosts do not identify an account.
_PUBLIC_CLOUDS = ("myhuaweicloud.com", "myhuaweicloud.eu")

_DESCRIPTION = f"""\
Compares the documented and assumed behavior of ListImages with the responses for your account. Region and credentials
are those of your environment, such as HW_REGION_NAME, HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or of the files of the
vendor's tools. It sends at most {MAX_REQUESTS} requests, and changes nothing.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.verify", description=_DESCRIPTION)
    parser.add_argument("--output", type=Path, default=Path(".cache", "verify"), metavar="FOLDER",
                        help="folder for the report and the recording (default: %(default)s)")  # fmt: skip
    return parser


def verify(environ: Mapping[str, str] | None, folder: Path) -> str:
    """Send the requests and write both files.

    :param environ: the environment, by default that of the process.
    :returns: the summary.
    :raises CloudError: if the settings are invalid, or IAM rejects the credentials.
    :raises RequestFailed: if ListImages fails.
    """
    plan = build_plan(Settings({}, environ))
    secrets, placeholders = Secrets(), Placeholders()
    credentials = authenticate(plan, secrets)
    transport = Transport(secrets=secrets, **plan.transport._replace(retries=RetryPolicy(0))._asdict())
    client = Client(plan.targets[0], credentials, transport)
    try:
        placeholders.add("project", client.project_id, client.target.project_name)
        _add_placeholders(placeholders, client)
        _announce_requests(client)
        evidence = Collector(client, placeholders, lambda line: print(f"  {line}")).collect()
    finally:
        transport.close()
    return _write_files(folder, plan, evidence, placeholders, secrets)


def _add_placeholders(placeholders: Placeholders, client: Client) -> None:
    target, credentials = client.target, client.credentials
    base = base_of(credentials)
    placeholders.add("endpoint", target.endpoint, target.iam_endpoint, target.sts_endpoint)
    if isinstance(base, Password):
        placeholders.add("account", base.domain_name, base.username)
    if isinstance(credentials, AssumedAgency):
        placeholders.add("account", credentials.agency.account[1], credentials.agency.name)


def _announce_requests(client: Client) -> None:
    print(f"Sending at most {MAX_REQUESTS} read-only requests to {client.target.endpoint}.")
    if isinstance(client.credentials, AccessKey):
        print(
            "The last one has a wrong signature on purpose, to record the error. It counts as a failed authentication "
            "of your access key: Huawei Cloud locks a key for five minutes after more than five in a row."
        )


def _write_files(folder: Path, plan: Plan, evidence: Evidence, placeholders: Placeholders, secrets: Secrets) -> str:
    target = plan.targets[0]
    is_known = target.region in REGIONS
    cloud = cloud_at(target.endpoint, target.region)
    rows = compare_facts(evidence)
    head = {
        "collection": VERSION,
        "region": str(target.region) if is_known else "other",
        "cloud": cloud if cloud in _PUBLIC_CLOUDS else "other",
        "requests of ListImages": str(len(evidence.exchanges)),
    }
    region = str(target.region) if is_known else DEFAULT_REGION
    recording = Recording(region, "project-1", tuple(evidence.exchanges.values()), VERSION)
    folder.mkdir(parents=True, exist_ok=True)
    recording.write(folder / RECORDING)
    report = render_report(rows, evidence, head)
    (folder / REPORT).write_text(report, encoding="utf-8")
    _check_privacy(folder, placeholders, secrets)
    return summarize(rows)


def _check_privacy(folder: Path, placeholders: Placeholders, secrets: Secrets) -> None:
    """Delete both files if one of them still contains a value that identifies the account.

    :raises RuntimeError: if both files were deleted.
    """
    files = [folder / REPORT, folder / RECORDING]
    for file in files:
        text = file.read_text(encoding="utf-8")
        if leaks := placeholders.leaks(text) or secrets.mask(text) != text:
            for each in files:
                each.unlink()
            raise RuntimeError(
                f"{file.name} identified the account ({leaks}); the report and the recording were deleted"
            )


def main(arguments: list[str] | None = None) -> int:
    """Verify, and return the exit code."""
    folder = _parser().parse_args(arguments).output
    try:
        summary = verify(None, folder)
    except (CloudError, RequestFailed) as error:
        problem = error.message() if isinstance(error, CloudError) else error
        print(f"{problem}\nCheck your access: ansible-playbook huaweicloud.workspace.check_access", file=sys.stderr)
        return 1
    print(f"{summary}.\nRead {folder / REPORT}. If something differs, attach it and {folder / RECORDING} to an issue.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

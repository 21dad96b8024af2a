# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.emulator``: the emulator on the command line."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from .account import DEFAULT_REGION, REGIONS
from .emulator import Emulator
from .faults import describe, parse_fault
from .images import DATA, read_images
from .recording import read_recording

#: Variables of the user's account that the printed script unsets: they would be combined with the emulator's key, or
#: take precedence over the variables that it sets.
_UNSET = (
    *("HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_SDK_PROJECT_ID", "HUAWEICLOUD_SDK_CREDENTIALS_FILE"),
    *("HW_ASSUME_ROLE_AGENCY_NAME", "HW_ASSUME_ROLE_DOMAIN_NAME", "HW_ASSUME_ROLE_DOMAIN_ID"),
    *("HW_PROJECT_ID", "HW_PROJECT_NAME", "HW_PROFILE", "HW_SHARED_CONFIG_FILE"),
)

_EPILOG = """\
It prints a shell script that sets environment variables. Paste it, or redirect it to a file and run `. FILE`. Then the
collection, the vendor's SDK and other tools use the emulator. To control it while it runs:

  GET, DELETE /_emulator/requests   the requests so far, as JSON
  POST /_emulator/faults            arm: {"name": "throttled", "times": 2, "retry_after": "1"}, or a list of faults
  DELETE /_emulator/faults          disarm all

Write a fault as NAME, NAME:key=value,key=value or JSON. Each fault has its own parameters, and these: operation
(ListImages, CreateDesktop, BatchRebuildDesktopsSystemDisk, KeystoneListProjects, KeystoneCreateUserTokenByPassword,
CreateTemporaryAccessKeyByAgency, AssumeAgencyWithOIDC, DecodeAuthorizationMessage, InstanceMetadataToken,
InstanceMetadataSecurityKey, or a pattern like Keystone*), times, region, offset (only the page at that offset) and
after (skip this number of requests first).
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulator",
        description="A local server that behaves as Huawei Cloud Workspace does. It needs no account and no network.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to serve (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to serve (default: any free port)")
    parser.add_argument("--region", default=DEFAULT_REGION, choices=REGIONS, metavar="REGION",
                        help="region served without a prefix in the path (default: %(default)s)")  # fmt: skip
    stems = ", ".join(sorted(file.stem for file in DATA.glob("*.json")))
    parser.add_argument("--data", metavar="DATA",
                        help="JSON file: a list of images, a response of ListImages, or {\"regions\": "
                        f"{{NAME: …}}}} with either; or one of these lists: {stems} (default: 250 sample images for "
                        "each region)")  # fmt: skip
    parser.add_argument("--replay", type=Path, metavar="FILE",
                        help="replay a recording of `python -m tests.verify`: ListImages returns the recorded "
                        "responses in the region of the recording")  # fmt: skip
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS",
                        help="latency of each response (default: 0)")  # fmt: skip
    parser.add_argument("--fault", action="append", default=[], metavar="FAULT",
                        help="arm a fault: NAME[:key=value,…], or JSON; can be repeated")  # fmt: skip
    parser.add_argument("--list-faults", action="store_true", help="list the faults with their parameters, and exit")
    parser.add_argument("--port-file", type=Path, metavar="FILE",
                        help="write the port to this file as soon as requests are served; removed on exit")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=3600.0, metavar="SECONDS",
                        help="stop after this time (default: %(default)g)")  # fmt: skip
    return parser


def _exports(emulator: Emulator) -> str:
    """Return a shell script that configures the usual tools for the emulator and its account."""
    variables = {
        "HUAWEICLOUD_SDK_AK": emulator.account.access_key,
        "HUAWEICLOUD_SDK_SK": emulator.account.secret_key,
        "HW_REGION_NAME": emulator.default_region,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
        "HUAWEICLOUD_SDK_STS_ENDPOINT": emulator.url,
    }
    for region in sorted(emulator.account.regions):
        # The vendor's SDK drops the path of an endpoint, so it can use only the region without a prefix.
        endpoint = emulator.url if region == emulator.default_region else emulator.endpoint(region)
        variables[f"HUAWEICLOUD_SDK_REGION_WORKSPACE_{region.upper().replace('-', '_')}"] = endpoint
    host = urlsplit(emulator.url).hostname
    return "\n".join([
        f"# The emulator serves at {emulator.url} (project {emulator.project_id}).",
        f"unset {' '.join(_UNSET)}",
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
        # Bypass a proxy for the emulator only.
        *(f'export {name}="{host}${{{name}:+,${name}}}"' for name in ("NO_PROXY", "no_proxy")),
    ])  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Serve until the time is over or a signal arrives, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list_faults:
        print(describe())
        return 0
    if options.replay and options.data:
        parser.error("--replay is mutually exclusive with --data")
    try:
        emulator = Emulator(
            recording=read_recording(options.replay) if options.replay else None,
            images=read_images(options.data) if options.data else None,
            default_region=options.region,
            latency=options.latency,
            host=options.host,
            port=options.port,
        )
        for fault in options.fault:
            emulator.arm(**parse_fault(fault))
        emulator.start()
    except (ValueError, TypeError, OSError, OverflowError) as problem:
        parser.error(str(problem))
    finished = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: finished.set())
    try:
        print(_exports(emulator), flush=True)
        if options.port_file:
            _write_atomically(options.port_file, f"{emulator.port}\n")
        finished.wait(options.seconds)
    finally:
        emulator.stop()
        if options.port_file:
            options.port_file.unlink(missing_ok=True)
    return 0


def _write_atomically(path: Path, text: str) -> None:
    """Write a file; no reader sees a part of it."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())

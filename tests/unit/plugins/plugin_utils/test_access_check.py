# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of the access check, against the emulator and its faults."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.setting import Setting
from ansible_collections.huaweicloud.workspace.plugins.module_utils._settings import Settings
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils import _access_check
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_check import CheckResult, check_access
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_labels import Labels
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._run_guard import RunGuard
from ansible_collections.huaweicloud.workspace.tests.emulator import (
    REGIONS,
    Account,
    Emulator,
    encode_authorization_message,
    many_images,
)

KEYS = {"access_key": Account().access_key, "secret_key": Account().secret_key}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(images=many_images(7)) as running:
        yield running


@dataclass
class AccessCheck:
    """Runs the access check against the emulator."""

    emulator: Emulator
    environ: Mapping[str, str] = field(default_factory=dict)

    def run(self, **options: Any) -> CheckResult:
        """Run the check with the account's access key and these options. None removes an option."""
        given: dict[str, Any] = {
            "region": "cn-north-4",
            "endpoint": f"{self.emulator.url}/{{region}}",
            "iam_endpoint": self.emulator.url,
            "sts_endpoint": self.emulator.url,
            "max_retries": 0,
            "use_instance_metadata": False,
            **KEYS,
            **options,
        }
        task = {name: Setting(value, name) for name, value in given.items() if value is not None}
        settings = Settings(task, self.environ)
        return check_access(lambda: settings, Labels("en"), RunGuard, lambda *_line: None, self.emulator.url)

    @property
    def statuses(self) -> list[int]:
        return [record.status for record in self.emulator.requests]


@pytest.fixture
def access_check(emulator: Emulator) -> AccessCheck:
    return AccessCheck(emulator)


def steps_of(result: CheckResult) -> dict[str, str]:
    """Return the line and the explanation of each step by name."""
    steps: dict[str, str] = {}
    name = ""
    for line in result.report:
        if line.startswith("    "):
            steps[name] += f" {line.strip()}"
        elif line[:1] in ("✓", "✗", "!", "-"):
            mark, _blank, rest = line.partition(" ")
            name, _colon, text = rest.partition(": ")
            steps[name] = f"{mark} {text}"
    return steps


def test_report_if_everything_works(access_check: AccessCheck) -> None:
    result = access_check.run()
    assert result.report == [
        "✓ Credentials: access key from access_key and secret_key (task)",
        "",
        f"Region cn-north-4 ({access_check.emulator.url}/cn-north-4)",
        "✓ Network: unencrypted HTTP, no proxy",
        "✓ Clock: the same time as the service",
        f"✓ Project: {access_check.emulator.project_id} (found in IAM)",
        "✓ Permission for ListImages: granted",
        "✓ Images: 7",
        "    by type: private 4, gold 3",
        "    by architecture: x86 5, arm 2",
        "    by system: Windows 3, Linux 2, Other 2",
        "",
        "✓ decode_authorization_message: available",
        "",
        "ListImages works. Requests sent: 4.",
    ]
    assert result.works
    assert result.requests == len(access_check.emulator.requests) == 4


def test_a_project_that_is_set_is_not_looked_up(access_check: AccessCheck) -> None:
    result = access_check.run(project_id=access_check.emulator.project_id)
    assert steps_of(result)["Project"] == f"✓ {access_check.emulator.project_id} (set, not looked up)"
    assert result.works


#: Faults, the step that fails, and the text of its line and explanation.
FAILURES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": "bad_signature"}, "Project", "✗ authentication failed KeystoneListProjects failed: HTTP 401 APIGW.0301"),
    ({"name": "unknown_key"}, "Project", "The access key or the secret key is wrong"),
    ({"name": "locked_key"}, "Project", "The access key is locked."),
    ({"name": "clock_off"}, "Project", "Set this machine's clock: it is 360"),
    ({"name": "echo"}, "Project", "✗ authentication failed"),
    ({"name": "projects", "count": 0}, "Project", "✗ failed KeystoneListProjects failed: expected exactly one IAM"),
    ({"name": "projects", "count": 2}, "Project", "found 2"),
    (
        {"name": "error", "status": 403, "operation": "KeystoneListProjects"},
        "Project",
        "✗ access denied KeystoneListProjects failed: HTTP 403",
    ),
    ({"name": "html", "status": 200, "operation": "Keystone*"}, "Project", "the body is HTML, not JSON"),
    (
        {"name": "access_denied", "operation": "ListImages"},
        "Permission for ListImages",
        "implicit deny by identity-based",
    ),
    ({"name": "bad_signature", "operation": "ListImages"}, "Permission for ListImages", "✗ authentication failed"),
    (
        {"name": "error", "status": 403, "code": "WKS.00010099", "operation": "ListImages"},
        "Permission for ListImages",
        "The Workspace service is disabled in this region and project",
    ),
    ({"name": "throttled", "operation": "ListImages"}, "Permission for ListImages", "HTTP 429 APIGW.0308"),
    ({"name": "html", "operation": "ListImages"}, "Permission for ListImages", "✗ failed ListImages failed: HTTP 502"),
    ({"name": "no_images", "operation": "ListImages"}, "Permission for ListImages", "unexpected response"),
    ({"name": "redirect", "location": "/", "operation": "ListImages"}, "Permission for ListImages", "HTTP 302"),
    ({"name": "reset", "operation": "ListImages"}, "Permission for ListImages", "✗ failed ListImages failed"),
)


@pytest.mark.parametrize(("fault", "step", "text"), FAILURES, ids=[str(row[0]) for row in FAILURES])
def test_a_fault_fails_its_step_and_skips_the_images(
    access_check: AccessCheck, fault: dict[str, Any], step: str, text: str
) -> None:
    access_check.emulator.arm(**{"operation": "*s", **fault})
    result = access_check.run()
    steps = steps_of(result)
    assert steps["Credentials"].startswith("✓")
    assert steps["Network"].startswith("✓")
    assert text in steps[step]
    assert steps["Images"].startswith("- skipped, because")
    assert not result.works
    assert result.summary.startswith("ListImages does not work. The lines marked ✗ say what to do.")
    assert result.report[-1] == result.summary
    assert access_check.statuses.count(401) <= 1
    assert not any(secret in "\n".join(result.report) for secret in KEYS.values())


def test_steps_after_a_failed_authentication_are_skipped(access_check: AccessCheck) -> None:
    steps = steps_of(access_check.run(secret_key="wrong-secret-key"))
    for name in ("Permission for ListImages", "Images", "decode_authorization_message"):
        assert steps[name] == "- skipped, because authentication failed"
    assert access_check.statuses == [404, 401]


@pytest.mark.parametrize("regions", [["cn-north-4", "cn-east-3"], list(REGIONS)], ids=["two", "all"])
def test_wrong_credentials_are_sent_once_for_all_regions(access_check: AccessCheck, regions: list[str]) -> None:
    result = access_check.run(region=None, regions=regions, secret_key="wrong-secret-key")
    assert access_check.statuses.count(401) == 1
    assert result.summary.startswith(f"ListImages does not work in {', '.join(regions)}. ")


def test_credentials_that_failed_in_the_run_are_not_sent_again(access_check: AccessCheck) -> None:
    access_check.run(secret_key="wrong-secret-key")
    access_check.emulator.reset()
    result = access_check.run(secret_key="wrong-secret-key")
    assert "Not sent again: these credentials failed authentication" in steps_of(result)["Project"]
    assert access_check.statuses == [404]
    assert result.requests == 1


class TestRegions:
    def test_each_region_is_checked_and_only_the_first_is_probed(self, access_check: AccessCheck) -> None:
        result = access_check.run(region=None, regions=["cn-north-4", "cn-east-3", "eu-west-101"])
        assert result.works
        assert [line.partition(" (")[0] for line in result.report if line.startswith("Region")] == [
            "Region cn-north-4",
            "Region cn-east-3",
            "Region eu-west-101",
        ]
        assert [record.operation for record in access_check.emulator.requests] == [
            None,
            *("KeystoneListProjects", "ListImages") * 3,
            "DecodeAuthorizationMessage",
        ]

    def test_the_summary_names_a_failed_region(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("error", status=403, code="WKS.00010099", region="cn-east-3", operation="ListImages")
        result = access_check.run(region=None, regions=["cn-north-4", "cn-east-3", "eu-west-101"])
        assert result.summary.startswith("ListImages does not work in cn-east-3.")
        assert not result.works

    def test_the_summary_names_regions_beyond_the_request_limit(self, access_check: AccessCheck) -> None:
        result = access_check.run(region=None, regions=list(REGIONS))
        checked = sum(line.startswith("Region") for line in result.report)
        assert checked == 9
        assert not result.works
        assert result.summary.startswith(f"Not checked: {', '.join(REGIONS[checked:])}.")
        assert result.requests == len(access_check.emulator.requests) <= 20


class TestLimit:
    @pytest.mark.parametrize(
        "faults",
        [[], [{"name": "short_pages", "rows": 1}], [{"name": "total_count", "value": 9000}], [{"name": "beyond_end"}]],
        ids=str,
    )
    def test_a_long_list_is_counted_up_to_the_request_limit(
        self, access_check: AccessCheck, faults: list[dict[str, Any]]
    ) -> None:
        access_check.emulator.set_images(many_images(3000))
        for fault in faults:
            access_check.emulator.arm(**fault)
        result = access_check.run()
        assert result.requests == len(access_check.emulator.requests) <= 20
        images = steps_of(result)["Images"]
        assert images.startswith(
            ("✓ the first 1700 counted, more exist by type: gold 850", "✓ more than a check can count with 20 requests")
        )
        assert result.works

    def test_retries_count_as_requests(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("error", status=503, operation="ListImages")
        result = access_check.run(max_retries=10, max_retry_delay=0.01)
        assert result.requests == len(access_check.emulator.requests)
        assert access_check.statuses.count(503) == 2

    def test_a_failed_second_page_fails_the_check(self, access_check: AccessCheck) -> None:
        access_check.emulator.set_images(many_images(300))
        access_check.emulator.arm("error", status=500, operation="ListImages", after=1)
        result = access_check.run()
        assert steps_of(result)["Permission for ListImages"] == "✓ granted"
        assert steps_of(result)["Images"].startswith("✗ failed ListImages failed: HTTP 500")
        assert not result.works


class TestNetwork:
    @pytest.mark.parametrize(
        ("endpoint", "text"),
        [
            ("http://127.0.0.1:1", "✗ the service cannot be reached Connection failed: connection refused"),
            ("http://no-such-host.invalid", "✗ the service cannot be reached Connection failed: "),
        ],
    )
    def test_a_failed_connection_skips_the_steps_of_the_service(
        self, access_check: AccessCheck, endpoint: str, text: str
    ) -> None:
        steps = steps_of(access_check.run(endpoint=endpoint))
        assert steps["Network"].startswith(text)
        assert steps["Clock"] == "- skipped, because the service cannot be reached"
        # IAM is another host.
        assert steps["Project"].startswith("✓")
        assert steps["Permission for ListImages"] == "- skipped, because the service cannot be reached"
        assert steps["decode_authorization_message"].startswith("- skipped")

    def test_tls_verification_fails(self, access_check: AccessCheck) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        with Emulator(images=[], ssl_context=context) as emulator:
            steps = steps_of(access_check.run(endpoint=emulator.url))
            unverified = steps_of(access_check.run(endpoint=emulator.url, validate_certs=False))
        assert "TLS verification failed" in steps["Network"]
        assert unverified["Network"] == "! TLS certificate not verified (validate_certs is false), no proxy"

    def test_tls_verification_succeeds(self, access_check: AccessCheck, tmp_path: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = trustme.CA()
        authority.issue_cert("127.0.0.1").configure_cert(context)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        with Emulator(images=[], ssl_context=context) as emulator:
            result = access_check.run(
                endpoint=emulator.url, iam_endpoint=emulator.url, ca_path=str(tmp_path / "ca.pem")
            )
        assert steps_of(result)["Network"] == f"✓ TLS certificate verified with {tmp_path}/ca.pem, no proxy"
        assert steps_of(result)["Images"] == "✓ 0"
        assert result.works

    def test_tls_verification_succeeds_with_the_default_certificates(
        self, access_check: AccessCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = trustme.CA()
        authority.issue_cert("127.0.0.1").configure_cert(context)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "ca.pem"))
        with Emulator(images=[], ssl_context=context) as emulator:
            result = access_check.run(endpoint=emulator.url, iam_endpoint=emulator.url)
        assert steps_of(result)["Network"] == "✓ TLS certificate verified, no proxy"

    def test_the_report_names_the_proxy_without_its_password(self, emulator: Emulator) -> None:
        address = emulator.url.partition("//")[2]
        access_check = AccessCheck(emulator, {"HTTP_PROXY": f"http://user:proxy-password@{address}"})
        result = access_check.run()
        assert steps_of(result)["Network"] == f"✓ unencrypted HTTP, through proxy {address} (HTTP_PROXY)"
        assert "proxy-password" not in str(result)

    @pytest.mark.parametrize(
        ("proxy", "text"),
        [("http://127.0.0.1:1", "127.0.0.1:1 (HTTP_PROXY)"), ("socks://127.0.0.1:1", "unknown scheme socks://")],
    )
    def test_a_failed_proxy_fails_the_check(self, emulator: Emulator, proxy: str, text: str) -> None:
        result = AccessCheck(emulator, {"HTTP_PROXY": proxy}).run()
        assert text in " ".join(result.report)
        assert not result.works

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (0, "✓ the same time as the service"),
            (30, "✓ 30 seconds behind the service"),
            (-30, "✓ 30 seconds ahead of the service"),
            (300, "! 300 seconds behind the service Set this machine's clock: it is 300 seconds behind"),
            (-3600, "✗ 3600 seconds ahead of the service Set this machine's clock: it is 3600 seconds ahead of"),
        ],
    )
    def test_clock_difference(
        self, access_check: AccessCheck, monkeypatch: pytest.MonkeyPatch, seconds: int, text: str
    ) -> None:
        now = datetime.now(timezone.utc).replace(microsecond=500_000)
        date = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
        access_check.emulator.arm("response", status=404, headers={"Date": date}, times=1)
        build_transport = _access_check.TargetCheck._transport

        def build_transport_with_clock(self: Any, credentials: Any) -> Any:
            transport = build_transport(self, credentials)
            transport.clock = lambda: now
            return transport

        monkeypatch.setattr(_access_check.TargetCheck, "_transport", build_transport_with_clock)
        assert steps_of(access_check.run())["Clock"].startswith(text)

    def test_the_clock_step_requires_a_date_header(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("response", status=404, headers={"Date": "today"}, times=1)
        assert steps_of(access_check.run())["Clock"] == "- skipped, because the response has no Date header"


class TestCredentials:
    def test_token(self, access_check: AccessCheck) -> None:
        result = access_check.run(access_key=None, secret_key=None, auth_token=access_check.emulator.issue_token())
        steps = steps_of(result)
        assert steps["Credentials"] == "✓ token from auth_token (task)"
        assert steps["decode_authorization_message"] == (
            "! not available (optional) STS requires an access key, and the credentials are a token or a password."
        )
        assert result.works

    @pytest.mark.parametrize("is_right", [True, False])
    def test_password(self, access_check: AccessCheck, is_right: bool) -> None:
        account = access_check.emulator.account
        result = access_check.run(
            access_key=None,
            secret_key=None,
            username=account.username,
            password=account.password if is_right else "another password",
            domain_name=account.domain_name,
        )
        steps = steps_of(result)
        if is_right:
            assert steps["Token or temporary keys"] == "✓ IAM issued a token"
        else:
            assert steps["Token or temporary keys"].startswith(
                "✗ authentication failed KeystoneCreateUserTokenByPassword failed: HTTP 401"
            )
            assert steps["Project"] == "- skipped, because authentication failed"
        assert result.works is is_right
        assert access_check.statuses.count(401) == (not is_right)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("emulator-agency", "✓ IAM issued temporary keys for the agency emulator-agency"),
            ("emulator-closed-agency", "✗ access denied CreateTemporaryAccessKeyByAgency failed: HTTP 403"),
            ("no-such-agency", "✗ failed CreateTemporaryAccessKeyByAgency failed: HTTP 404"),
        ],
    )
    def test_agency(self, access_check: AccessCheck, name: str, text: str) -> None:
        result = access_check.run(agency_name=name, agency_domain_name="emulator-partner")
        steps = steps_of(result)
        assert f"then the agency '{name}' of the account 'emulator-partner'" in steps["Credentials"]
        assert steps["Token or temporary keys"].startswith(text)
        assert result.works is text.startswith("✓")
        if not result.works:
            assert steps["Project"] == "- skipped, because there is no token or temporary key"

    def test_oidc(self, emulator: Emulator) -> None:
        oidc = emulator.account.oidc
        variables = {
            "HUAWEICLOUD_OIDC_PROVIDER_URN": oidc.provider_urn,
            "HUAWEICLOUD_OIDC_AGENCY_URN": oidc.agency_urn,
            "HUAWEICLOUD_OIDC_ID_TOKEN": oidc.id_token,
        }
        result = AccessCheck(emulator, variables).run(access_key=None, secret_key=None)
        assert steps_of(result)["Token or temporary keys"] == "✓ STS issued temporary keys for the OIDC token"
        assert result.works
        assert oidc.id_token not in str(result)

    def test_metadata(self, access_check: AccessCheck) -> None:
        result = access_check.run(access_key=None, secret_key=None, use_instance_metadata=True)
        assert steps_of(result)["Credentials"] == (
            "✓ temporary access key of the server's agency from the instance metadata"
        )
        assert result.works
        assert result.requests == len(access_check.emulator.requests) == 6

    def test_metadata_without_an_agency(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("no_agency")
        result = access_check.run(access_key=None, secret_key=None, use_instance_metadata=True)
        steps = steps_of(result)
        assert "the instance metadata (the server has no agency)" in steps["Credentials"]
        assert steps["Network"].startswith("✓")
        assert steps["Project"] == "- skipped, because there are no usable credentials"
        assert not result.works


class TestSettings:
    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"access_key": None, "secret_key": None}, "No credentials found."),
            ({"secret_key": None}, "access_key is set without secret_key"),
            ({"timeout": 0.0}, "timeout must be from 0.001"),
            ({"region": None, "endpoint": None}, "region is required."),
            ({"credentials_file": "/nowhere", "access_key": None, "secret_key": None}, "/nowhere"),
            ({"region": "CN-North-4"}, "Regions are in lower case"),
        ],
    )
    def test_invalid_settings(self, access_check: AccessCheck, options: dict[str, Any], text: str) -> None:
        result = access_check.run(**options)
        steps = steps_of(result)
        assert steps["Settings and credentials"].startswith("✗ not usable")
        assert text in steps["Settings and credentials"]
        assert not result.works
        assert set(access_check.statuses) <= {404}

    def test_the_network_is_checked_without_credentials(self, access_check: AccessCheck) -> None:
        steps = steps_of(access_check.run(access_key=None, secret_key=None))
        assert steps["Network"].startswith("✓")
        for name in ("Project", "Permission for ListImages", "Images", "decode_authorization_message"):
            assert steps[name] == "- skipped, because the settings above are wrong"

    def test_a_missing_library(self, access_check: AccessCheck, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_libraries, "VOLUPTUOUS_IMPORT_ERROR", "Traceback")
        result = access_check.run()
        assert steps_of(result)["Python libraries"].startswith("✗ voluptuous")
        assert not result.works
        assert not access_check.emulator.requests

    def test_the_report_contains_warnings_of_the_plan(self, access_check: AccessCheck) -> None:
        result = access_check.run(iam_endpoint="http://no-such-host.invalid")
        assert "! http://no-such-host.invalid uses unencrypted HTTP; credentials and data can be intercepted." in (
            result.report
        )


class TestDecoding:
    def test_denied_access_to_sts_does_not_fail_the_check(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("error", status=403, operation="DecodeAuthorizationMessage")
        result = access_check.run()
        text = steps_of(result)["decode_authorization_message"]
        assert text.startswith("! not available (optional) DecodeAuthorizationMessage failed: HTTP 403")
        assert "sts::decodeAuthorizationMessage" in text
        assert result.works

    def test_sts_decodes_the_reason_of_a_denial(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("access_denied", operation="ListImages")
        assert steps_of(access_check.run())["decode_authorization_message"] == "✓ works: STS decoded the reason above"
        assert access_check.statuses == [404, 200, 403, 200]

    def test_a_reason_that_sts_cannot_decode(self, access_check: AccessCheck) -> None:
        encoded = encode_authorization_message({"failure": "explicit deny"})[:-9]
        access_check.emulator.arm("error", status=403, encoded=encoded, operation="ListImages")
        text = steps_of(access_check.run())["decode_authorization_message"]
        assert text.startswith("! not available (optional) The reason of the denial was not decoded:")

    def test_a_denial_without_an_encoded_reason(self, access_check: AccessCheck) -> None:
        access_check.emulator.arm("error", status=403, operation="ListImages")
        steps = steps_of(access_check.run())
        assert steps["Permission for ListImages"].startswith("✗ access denied ListImages failed: HTTP 403")
        assert steps["decode_authorization_message"].startswith("✓")


def test_secrets_are_registered(access_check: AccessCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_access_check, "register_secrets", registered.extend)
    access_check.run()
    assert set(KEYS.values()) <= set(registered)

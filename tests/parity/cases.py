# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks that the parity tests run in both modes.

To add a case, add a ``Case`` to one of the tuples. Each case gets its own play, host and emulator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.huaweicloud.workspace.tests.emulator import DEFAULT_REGION, Account

ACCOUNT = Account()

#: Connection options with an access key. The inventory defines the variables.
WITH_KEYS = (
    'endpoint: "{{ emulator_url }}", region: cn-north-4, project_id: "{{ emulator_project_id }}", '
    'access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}", '
    "max_retries: 0, use_instance_metadata: false"
)
WITH_DEFAULT_RETRIES = WITH_KEYS.replace("max_retries: 0, ", "")
#: Connection options for several regions. The endpoint contains the region.
WITH_KEYS_FOR_REGIONS = (
    'endpoint: "{{ emulator_url }}/{region}", iam_endpoint: "{{ emulator_url }}", '
    'access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}", '
    "max_retries: 0, use_instance_metadata: false"
)
WITHOUT_CREDENTIALS = (
    'endpoint: "{{ emulator_url }}", iam_endpoint: "{{ emulator_url }}", region: cn-north-4, max_retries: 0, '
    "use_instance_metadata: false"
)

TIMED_OUT = "[Tt]imed out|time frame"
LAST_IMAGE = r'"id": "id-5"'


def build_image(number: int, **fields: Any) -> dict[str, Any]:
    """Build an image as ListImages returns it.

    :param fields: fields to add or replace.
    """
    return {
        "id": f"id-{number}",
        "name": f"Windows Server 20{number} Datacenter",
        "image_type": "gold" if number % 2 else "private",
        "os_type": "Windows",
        "os_version": f"Windows Server 20{number}",
        "architecture": "x86",
        "disk_format": "zvhd2",
        "min_disk": 10 * number,
        "min_ram": 1024 * (number % 3),
        "product_code": f"code-{number}",
        "created_at": f"2024-0{number % 9 + 1}-01T00:00:00Z",
        **fields,
    }


IMAGES = (
    build_image(1),
    build_image(2, architecture="arm", os_type="Linux", name="统信UOS V20 专业版", disk_format="qcow2"),
    build_image(3, created_at="2025-08-01 00:00:00"),
    build_image(4, os_type="Other", name="with, comma [GPU] (en-US)", disk_format=None, min_disk=None),
    build_image(5, something_new={"a": [1, 2.5, None, True]}, os_platform="x"),
)

_VALID_CREDENTIALS = (
    f"[basic]\nak = {ACCOUNT.access_key}\nsk = {ACCOUNT.secret_key}\n"
    f"project_id = {ACCOUNT.project_ids[DEFAULT_REGION]}\n"
)
CREDENTIAL_FILES = {
    "credentials": _VALID_CREDENTIALS,
    ".huaweicloud/credentials": _VALID_CREDENTIALS,
    "incomplete": "[basic]\nak = only\n",
}


@dataclass(frozen=True)
class Case:
    """A play with one task of the module, or with several tasks.

    :ivar options: options of the task in addition to ``connection``, in YAML's flow style.
    :ivar match: regular expression that must match the events of the play as JSON.
    :ivar faults: faults of the emulator.
    :ivar images: images of the emulator; None for its 250 sample images.
    :ivar connection: connection options of the task, in YAML's flow style. ``@vault(text)`` encrypts a text.
    :ivar keywords: further keywords of the task, in YAML.
    :ivar tasks: the tasks of the play in YAML, instead of one task with ``options``. ``@connection`` stands for
        ``connection``.
    :ivar play_keywords: further keywords of the play, in YAML.
    :ivar runs_in_process: whether the module runs in the controller's process unless that is switched off. None if the
        module never runs.
    :ivar files: contents of the files in the directory ``case_files``.
    :ivar hosts: number of hosts in the play.
    :ivar host_variables: further variables of the hosts.
    :ivar tls: whether the emulator uses HTTPS.
    :ivar compare_requests: whether both modes must send the same requests. False if the task can end during a request.
    :ivar max_seconds: longest duration of a task.
    :ivar ordered_output: whether the order of the output is deterministic.
    """

    name: str
    options: str = ""
    match: str = LAST_IMAGE
    faults: Sequence[Mapping[str, Any]] = ()
    images: Any = IMAGES
    connection: str = WITH_KEYS
    keywords: str = ""
    tasks: str = ""
    play_keywords: str = ""
    runs_in_process: bool | None = True
    files: Mapping[str, str] = field(default_factory=dict)
    hosts: int = 1
    host_variables: Mapping[str, Any] = field(default_factory=dict)
    tls: bool = False
    compare_requests: bool = True
    max_seconds: float | None = None
    ordered_output: bool = True


def with_endpoint(url: str) -> str:
    """Return ``WITH_KEYS`` with another endpoint."""
    return WITH_KEYS.replace('"{{ emulator_url }}"', url)


def with_wrong_secret_key(suffix: str, connection: str = WITH_KEYS) -> str:
    """Return connection options with a secret key that does not belong to the access key.

    :param suffix: makes the secret key unique. The collection does not send credentials again after a failed
        authentication, and several cases share one run of ansible-playbook.
    """
    return connection.replace('"{{ emulator_secret_key }}"', f"secretkey0{suffix}")


def fault(name: str, **parameters: Any) -> dict[str, Any]:
    """Return the arguments of ``Emulator.arm``."""
    return {"name": name, **parameters}


def page_with_image(**fields: Any) -> dict[str, Any]:
    """Return a fault that replaces the response with a page of one image.

    :param fields: fields of the image to add or replace.
    """
    return fault("response", body={"images": [build_image(1, **fields)], "total_count": 1})


def fault_in_each_region(name: str, faults: Sequence[Mapping[str, Any]], match: str) -> Case:
    """Return a case that lists the images of several regions, with another fault in each of them."""
    regions = sorted(ACCOUNT.regions)[: len(faults)]
    return Case(
        name,
        f"regions: [{', '.join(regions)}]",
        connection=WITH_KEYS_FOR_REGIONS,
        faults=[{"operation": "ListImages", "region": region, **each} for region, each in zip(regions, faults)],
        match=match,
    )


QUERIES = (
    Case("all_images"),
    Case("no_match", "name: nothing", match=r'"images": \[\]'),
    Case("several_pages", images=None, match=r'"total_count": 250'),
    Case(
        "several_pages_with_criteria",
        'name: ["*Server*", "*UOS*"], fits_disk: 500, created_after: "2021-01-01"',
        "created_at",
        images=None,
    ),
    Case("limit_and_offset", "limit: 120, offset: 40", images=None, match=r'"total_count": 250'),
    Case("most_recent", "most_recent: true, created_after: '2020-01-01'", match=r'"id": "id-3"'),
    Case(
        "most_recent_with_invalid_date",
        "most_recent: true",
        faults=[page_with_image(created_at="yesterday")],
        match="yesterday",
    ),
    Case(
        "most_recent_in_service_order",
        "most_recent: true",
        images=(build_image(1), build_image(2, created_at="x")),
        match="service's order",
    ),
    Case(
        "most_recent_unknown",
        "most_recent: true, sort_field: name",
        images=(build_image(1), build_image(2, created_at="x")),
        match="unresolved",
    ),
    Case(
        "service_filters",
        "image_type: gold, os_type: Windows, platform: Windows, architecture: x86, package_type: general, "
        "sort_field: created_at, sort_type: desc, image_id: id-1",
        match=r'"changed": false',
    ),
    Case("name_regex", "name_regex: '^Win.*[13] '", match=r'"id": "id-3"'),
    Case("name_as_number", "name: 2019", match="configuration"),
    Case("os_version", 'os_version: ["Windows Server 20[12]"]', match=r'"id": "id-1"'),
    Case("disk_formats_as_string", "disk_format: 'zvhd2,qcow2'", match=r'"id": "id-2"'),
    Case("disk_formats_as_list", "disk_format: [zvhd2]", match=r'"id": "id-1"'),
    Case("fits_disk_and_ram", 'fits_disk: "40", fits_ram: 1024', match=r'"id": "id-1"'),
    Case("created_between", "created_after: 2024-01-15, created_before: 2025-01-01T00:00:00", match=r'"id": "id-1"'),
    Case("created_after_with_time_zone", "created_after: 2024-02-01 00:00:00 +02:00", match=r'"id": "id-3"'),
    Case("empty_list", images=(), match=r'"total_count": 0'),
    Case("missing_total_count", faults=[fault("no_total_count")], match=r'"total_count": null'),
    Case(
        "total_count_too_high",
        faults=[fault("total_count_off", by=7)],
        match="total_count=12 but returned 5 images",
        compare_requests=False,
    ),
    Case(
        "unusual_image_fields",
        faults=[
            page_with_image(
                name="{{ 1 + 1 }}",
                product_code="{% raw %}",
                os_version="{{ lookup('pipe', 'echo hacked') }}",
                something="\u0000\u2028\x1b[31m😀",
                big=2**70,
                tiny=1e-320,
                empty={},
                boolean=False,
            )
        ],
        match=r"1 \+ 1",
        keywords="loop: [1]",
    ),
    Case(
        "reserved_names_in_image_fields",
        faults=[
            page_with_image(
                a={"__ansible_unsafe": "x"},
                b={"__ansible_vault": "x"},
                c={"__ansible_type": "_AnsibleTaggedStr", "value": 1},
                _ansible_no_log=True,
                failed=True,
                stdout="x\ny",
                warnings=["no"],
            )
        ],
        match="reserved for Ansible",
    ),
    Case(
        "unpaired_surrogate",
        faults=[fault("response", body=r'{"images":[{"id":"1","name":"a\ud83d"}],"total_count":1}')],
        match="unpaired surrogate",
    ),
)

CREDENTIALS = (
    Case(
        "keys_and_project_from_iam",
        connection=WITHOUT_CREDENTIALS
        + ', access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}"',
    ),
    Case(
        "temporary_keys",
        connection=WITH_KEYS.replace("_access_key", "_temporary_access_key").replace(
            "_secret_key }}", "_temporary_secret_key }}"
        )
        + ', security_token: "{{ emulator_security_token }}"',
    ),
    Case(
        "password",
        connection=WITHOUT_CREDENTIALS + ", username: emulator-user, domain_name: emulator-domain, "
        'password: "{{ emulator_password }}"',
    ),
    Case(
        "token",
        connection=WITHOUT_CREDENTIALS
        + ', project_id: "{{ emulator_project_id }}", auth_token: "{{ emulator_token }}"',
    ),
    Case(
        "agency",
        connection=WITHOUT_CREDENTIALS
        + ', access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}", '
        "agency_name: emulator-agency, agency_domain_name: emulator-partner",
    ),
    Case(
        "aliases",
        connection='endpoint: "{{ emulator_url }}", region_name: cn-north-4, ak: "{{ emulator_access_key '
        '}}", sk: "{{ emulator_secret_key }}", project_id: "{{ emulator_project_id }}"',
    ),
)

SEVERAL_REGIONS = (
    Case(
        "several_regions",
        "regions: [cn-north-4, ap-southeast-1, eu-west-101]",
        connection=WITH_KEYS_FOR_REGIONS,
        match=r'"region": "eu-west-101"',
    ),
    Case(
        "one_region_fails",
        "regions: [cn-north-4, ap-southeast-1]",
        connection=WITH_KEYS_FOR_REGIONS,
        faults=[fault("error", status=403, region="ap-southeast-1")],
        match=r'"failures"',
    ),
    Case(
        "one_region_fails_with_warning",
        "regions: [cn-north-4, ap-southeast-1, me-east-1], on_region_error: warn",
        connection=WITH_KEYS_FOR_REGIONS,
        faults=[fault("error", status=403, region="ap-southeast-1")],
        match=r'"failures"',
    ),
    Case(
        "authentication_fails_in_all_regions",
        "regions: [cn-north-4, ap-southeast-1], on_region_error: warn",
        connection=with_wrong_secret_key("regions", WITH_KEYS_FOR_REGIONS),
        faults=[fault("bad_signature")],
        match=r"APIGW\.0301",
    ),
    Case(
        "same_warning_in_two_regions",
        "regions: [cn-north-4, ap-southeast-1]",
        connection=WITH_KEYS_FOR_REGIONS,
        faults=[fault("total_count_off", by=7)],
        match="total_count=12 but",
        compare_requests=False,
    ),
    Case("duplicate_region", "regions: [cn-north-4, cn-north-4]", connection=WITH_KEYS_FOR_REGIONS, match="twice"),
)

API_ERRORS = (
    Case(
        "error_401",
        connection=with_wrong_secret_key("error"),
        faults=[fault("error", status=401, shape="gateway")],
        match=r'"api"',
    ),
    Case("error_403", faults=[fault("error", status=403, shape="camel")], match=r'"api"'),
    fault_in_each_region(
        "error_in_each_region",
        [
            fault("error", status=400, shape="service"),
            fault("error", status=404, shape="plain"),
            fault("error", status=405, shape="nested"),
            fault("error", status=429, shape="gateway"),
            fault("error", status=500, shape="service"),
            fault("error", status=503, shape="plain"),
            fault("html", status=502),
        ],
        match=r'"http_status": 502',
    ),
    Case(
        "retry_succeeds",
        "max_retries: 2, max_retry_delay: 0.1",
        faults=[fault("error", status=503, times=2)],
        connection=WITH_DEFAULT_RETRIES,
    ),
    Case(
        "all_retries_fail",
        "max_retries: 1, max_retry_delay: 0.1",
        faults=[fault("throttled")],
        connection=WITH_DEFAULT_RETRIES,
        match=r'"attempts": 2',
    ),
    Case("wrong_secret_key", connection=with_wrong_secret_key("wrong"), match=r"APIGW\.0301"),
    Case(
        "error_repeats_secrets", connection=with_wrong_secret_key("echo"), faults=[fault("echo")], match=r"APIGW\.0301"
    ),
    Case("clock_skew", connection=with_wrong_secret_key("clock"), faults=[fault("clock_off")], match=r"APIGW\.0301"),
    Case(
        "authorization_message_decoded",
        "decode_authorization_message: true, sts_endpoint: '{{ emulator_url }}'",
        faults=[fault("access_denied", operation="ListImages")],
        match="implicit deny",
    ),
    Case(
        "authorization_message_not_decoded",
        "decode_authorization_message: true, sts_endpoint: '{{ emulator_url }}'",
        faults=[
            fault("access_denied", operation="ListImages"),
            fault("error", status=500, operation="DecodeAuthorizationMessage"),
        ],
        match="encoded_authorization_message",
    ),
    Case(
        "project_not_found",
        connection=WITH_KEYS.replace('project_id: "{{ emulator_project_id }}", ', "")
        + ', iam_endpoint: "{{ emulator_url }}"',
        faults=[fault("projects", count=0)],
        match="unresolved",
    ),
)

RESPONSE_FAULTS = (
    Case("html_body", faults=[fault("html", status=200)], match="invalid_response"),
    fault_in_each_region(
        "invalid_body_in_each_region",
        [
            fault("redirect", location="http://127.0.0.1:1/"),
            *map(fault, ("empty", "error_in_200", "invalid_json", "invalid_utf8", "not_a_number", "nested", "array")),
            *map(fault, ("field", "broken_gzip")),
        ],
        match="(invalid_response.*){9}",
    ),
)

TRANSPORT_FAULTS = (
    Case("connection_reset", faults=[fault("reset")], match=r'"connection"'),
    fault_in_each_region(
        "transport_fault_in_each_region",
        [*map(fault, ("truncated", "cut_chunked", "no_http", "long_header", "without_length", "zipped"))],
        match=rf"(?=(.*ListImages failed){{4}})(?=(.*{LAST_IMAGE}){{2}})",
    ),
    Case("connection_refused", connection=with_endpoint("http://127.0.0.1:1"), match=r'"connection"'),
    Case(
        "unknown_host",
        "timeout: 5",
        connection=with_endpoint("http://nowhere.invalid"),
        match=r'"(connection|timeout)"',
    ),
    Case("plain_http", "timeout: 5", connection=with_endpoint("http://nowhere.invalid"), match="unencrypted HTTP"),
    Case("no_response", "timeout: 0.5", faults=[fault("stall")], match=r'"timeout"', max_seconds=20),
    Case("stalled_body", "timeout: 0.5", faults=[fault("stall_midway")], match=r'"timeout"', max_seconds=20),
    Case("slow_body", "timeout: 0.5", faults=[fault("slow_body")], match=r'"timeout"', max_seconds=20),
    Case("ca_path", "ca_path: '{{ emulator_ca_path }}'", tls=True),
    Case("unknown_ca", tls=True, match=r'"tls"'),
    Case("tls_without_verification", "validate_certs: false", tls=True),
    Case("ca_from_environment", tls=True, keywords='environment: {REQUESTS_CA_BUNDLE: "{{ emulator_ca_path }}"}'),
    Case(
        "ca_from_environment_missing",
        tls=True,
        keywords="environment: {REQUESTS_CA_BUNDLE: /nowhere/ca.pem}",
        match="configuration",
    ),
    Case(
        "ca_path_to_empty_file",
        "ca_path: '{{ case_files }}/empty.pem'",
        tls=True,
        files={"empty.pem": ""},
        match=r'"error_type"',
    ),
)

OPTIONS = (
    Case("unknown_option", "nmae: x", match="Unsupported parameters for"),
    Case("unknown_options", "nmae: x, regoin: x, secretkey: hush-hush", match="nmae, regoin, secretkey"),
    Case("wrong_type", "offset: many", match="offset"),
    Case("wrong_types", "offset: many, timeout: long, most_recent: perhaps", match="unable to convert"),
    Case("wrong_choice", "image_type: silver", match="image_type must be one of"),
    Case("wrong_choices_in_list", "disk_format: [vhd, nope]", match="disk_format"),
    Case("secret_of_wrong_type", "password: {a: b-secret-b}", match=r'"msg"'),
    Case("option_and_alias", "region_name: cn-north-4", match="its alias region_name"),
    Case("option_and_different_alias", "region_name: cn-east-3", match="its alias region_name"),
    Case("secret_option_and_alias", 'sk: "another-secret-here"', match="its alias sk"),
    Case(
        "size_with_unit",
        "fits_disk: 80 GB",
        match="a whole number of GB, without the unit, got '80 GB'",
        runs_in_process=None,
    ),
    Case("empty_string", "name_regex: ''", match="name_regex is empty", runs_in_process=None),
    Case(
        "empty_connection_option",
        connection=WITH_KEYS.replace("cn-north-4", "''"),
        match="region is empty",
        runs_in_process=None,
    ),
    Case("null_options", "name: null, name_regex: , limit: ~", match=" is null ", runs_in_process=None),
    Case(
        "null_in_list",
        "regions: [null]",
        connection=WITH_KEYS_FOR_REGIONS,
        match=r"regions\[0\] is null",
        runs_in_process=None,
    ),
    Case(
        "null_secret",
        connection=WITH_KEYS + ", security_token: ~",
        match="security_token is null",
        runs_in_process=None,
    ),
    Case(
        "null_in_module_defaults",
        play_keywords="module_defaults: {huaweicloud.workspace.workspace_image_info: {name_regex: null}}",
        match="name_regex is null",
        runs_in_process=None,
    ),
    Case("limit_below_minimum", "limit: 0", match="configuration"),
    Case("invalid_regex", "name_regex: '['", match="configuration"),
    Case("invalid_date", "created_after: tomorrow", match="configuration"),
    Case("invalid_endpoint", connection=with_endpoint("nonsense"), match="configuration"),
    Case(
        "access_key_without_secret_key",
        connection=WITHOUT_CREDENTIALS + ", access_key: accesskeyonly",
        match="configuration",
    ),
    Case("keys_and_token", 'auth_token: "{{ emulator_token }}"', match="configuration"),
    Case(
        "no_credentials",
        connection=WITHOUT_CREDENTIALS,
        keywords='environment: {HOME: "{{ case_files }}/none"}',
        match="configuration",
    ),
    Case("infinite_timeout", "timeout: .inf", match=r'"configuration"'),
    Case("nan_timeout", "timeout: .nan", match=r'"msg"'),
    Case("list_for_string", "name_regex: [a, b]", match=r'"total_count": 5'),
    Case("dictionary_for_string", "image_id: {a: b}", match=r'"images": \[\]'),
    Case("dictionary_for_name", "name: {a: b}", match=r'"msg"'),
    Case("names_of_other_types", "name: [1, true, 2024-01-01]", match=r'"msg"'),
    Case(
        "undefined_variable", "name: '{{ not_defined_anywhere }}'", match="not_defined_anywhere", runs_in_process=None
    ),
    Case(
        "options_as_one_string",
        tasks="""\
- name: List the images
  huaweicloud.workspace.workspace_image_info: endpoint={{ emulator_url }} region=cn-north-4 most_recent=yes
    access_key={{ emulator_access_key }} secret_key={{ emulator_secret_key }} project_id={{ emulator_project_id }}
  ignore_errors: true
  register: found
- debug: {var: found}
""",
        match=r'"id": "id-3"',
    ),
    Case(
        "omitted_option", "name: '{{ unset_variable | default(omit) }}', limit: '{{ 2 | int }}'", match=r'"id": "id-3"'
    ),
)

SECRETS = (
    Case("no_log", keywords="no_log: true", match="censored"),
    Case("no_log_failure", keywords="no_log: true", faults=[fault("error", status=403)], match="censored"),
    Case("no_log_loop", keywords="no_log: true\nloop: [1, 2]", match="censored"),
    Case(
        "token_in_later_task",
        connection=WITHOUT_CREDENTIALS + ', project_id: "{{ emulator_project_id }}"',
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  environment: {HW_AUTH_TOKEN: "{{ emulator_token }}"}
- ansible.builtin.debug: {msg: "It is {{ emulator_token }}."}
  when: ansible_version.full is version('2.22', '>=')
""",
        match=LAST_IMAGE + r'.*(It is \$REDACTED\$\.|"status": "skipped")',
    ),
    Case(
        "vaulted_secret_key",
        connection=WITH_KEYS.replace('"{{ emulator_secret_key }}"', f"@vault({ACCOUNT.secret_key})"),
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  register: found
- debug: {var: found}
""",
    ),
    Case(
        "vaulted_names",
        connection=WITH_KEYS + ", name: [@vault(*201*), '*203*'], name_regex: @vault(Win)",
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  register: found
- debug: {var: found}
""",
        match=r'"id": "id-1"',
    ),
    Case("unsafe_string", "name: !unsafe '{{ 1 + 1 }}'", match=r'"images": \[\]'),
)

#: Secrets that are ordinary words. ansible-core 2.22 and later mask them in the rest of a run, so each of them is the
#: last case of another run.
WEAK_SECRETS = (
    Case(
        "token_equals_region",
        connection=WITHOUT_CREDENTIALS.replace("cn-north-4", '"{{ word }}"')
        + ', project_id: "{{ emulator_project_id }}", auth_token: "{{ word }}"',
        play_keywords="vars: {word: cn-north-4}",
        faults=[page_with_image()],
        match=r'"region": "\*{8}"',
    ),
    Case(
        "token_in_image_field",
        "security_token: gold",
        faults=[page_with_image(name="All that is golden", gold="gold")],
        match=r'"All that is \*{8}en".*"(gold|\$REDACTED\$)": "\*{8}"',
    ),
    Case(
        "token_equals_key_of_result",
        "security_token: images",
        faults=[page_with_image(images="images")],
        match=r'"(images|\$REDACTED\$)": "\*{8}"',
    ),
    Case("token_is_boolean", "security_token: true", faults=[page_with_image(fact=True)], match=r'"fact": true'),
    Case(
        "token_is_number",
        "security_token: 20",
        faults=[page_with_image(min_disk=20)],
        match=r'"min_disk": "(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\$REDACTED\$)"',
    ),
)

ENVIRONMENT = (
    Case(
        "all_options_from_environment",
        connection="use_instance_metadata: false",
        keywords="""\
environment:
  HUAWEICLOUD_SDK_AK: "{{ emulator_access_key }}"
  HUAWEICLOUD_SDK_SK: "{{ emulator_secret_key }}"
  HW_REGION_NAME: cn-north-4
  HW_MAX_RETRIES: 0
  HUAWEICLOUD_SDK_IAM_ENDPOINT: "{{ emulator_url }}"
  HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4: "{{ emulator_url }}"
""",
    ),
    Case(
        "environment_of_play_and_task",
        connection="use_instance_metadata: false",
        play_keywords="""\
environment:
  - HUAWEICLOUD_SDK_AK: overridden
    HUAWEICLOUD_SDK_SK: "{{ emulator_secret_key }}"
  - HW_REGION_NAME: cn-north-4
    HUAWEICLOUD_SDK_PROJECT_ID: "{{ emulator_project_id }}"
    HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4: "{{ emulator_url }}"
""",
        keywords='environment: {HUAWEICLOUD_SDK_AK: "{{ emulator_access_key }}"}',
    ),
    Case(
        "environment_with_unusual_values",
        connection=WITH_DEFAULT_RETRIES,
        keywords="""\
environment: {HW_MAX_RETRIES: 0, QUOTES: "a'b\\"c $HOME \\\\ {{ '\\n' }}", EMPTY: "", NULL_: null, YES_: true}
""",
        faults=[fault("error", status=503)],
        match=r'"attempts": 1',
    ),
    Case("null_environment", keywords="environment: null"),
    Case(
        "environment_with_invalid_option",
        keywords="environment: {HW_MAX_RETRIES: many}",
        connection=WITH_DEFAULT_RETRIES,
        match="HW_MAX_RETRIES",
    ),
    Case(
        "environment_with_invalid_name", keywords="environment: {'HW MAX': x}", match="not found", runs_in_process=False
    ),
    Case(
        "environment_with_pythonpath",
        keywords='environment: {PYTHONPATH: "{{ case_files }}"}',
        files={"requests/__init__.py": "raise ImportError('shadowed')\n"},
        match="Failed to import the required Python library",
        runs_in_process=False,
    ),
    Case("proxy_refuses_connection", keywords='environment: {http_proxy: "http://127.0.0.1:1"}', match=r'"connection"'),
    Case(
        "proxy",
        keywords='environment: {HTTP_PROXY: "{{ emulator_url }}", no_proxy: ""}',
        connection=WITH_KEYS.replace('endpoint: "{{ emulator_url }}"', "endpoint: http://workspace.invalid"),
    ),
    Case("no_proxy", keywords='environment: {http_proxy: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1"}'),
    Case(
        "default_credentials_file",
        connection=WITHOUT_CREDENTIALS,
        files=CREDENTIAL_FILES,
        keywords='environment: {HOME: "{{ case_files }}"}',
    ),
    Case(
        "credentials_file_in_home",
        "credentials_file: ~/credentials",
        connection=WITHOUT_CREDENTIALS,
        files=CREDENTIAL_FILES,
        keywords='environment: {HOME: "{{ case_files }}"}',
    ),
    Case(
        "credentials_file_with_variable",
        "credentials_file: $DIRECTORY/credentials",
        connection=WITHOUT_CREDENTIALS,
        files=CREDENTIAL_FILES,
        keywords='environment: {DIRECTORY: "{{ case_files }}"}',
    ),
    Case(
        "relative_credentials_file",
        "credentials_file: '{{ case_files | basename }}/credentials'",
        connection=WITHOUT_CREDENTIALS,
        files=CREDENTIAL_FILES,
    ),
    Case("relative_ca_path", "ca_path: '{{ emulator_ca_path | basename }}'", tls=True),
    Case(
        "incomplete_credentials_file",
        "credentials_file: '{{ case_files }}/incomplete'",
        connection=WITHOUT_CREDENTIALS,
        files=CREDENTIAL_FILES,
        match="configuration",
    ),
)

KEYWORDS = (
    Case("check_mode", keywords="check_mode: true"),
    Case("diff_mode", keywords="diff: true"),
    Case(
        "module_defaults",
        connection="limit: 1",
        play_keywords="module_defaults:\n  huaweicloud.workspace.workspace_image_info: {" + WITH_KEYS + "}",
        match=r'"total_count": 5',
    ),
    Case(
        "module_defaults_of_group",
        connection="limit: 1",
        play_keywords="module_defaults:\n  group/huaweicloud.workspace.all: {" + WITH_KEYS + "}",
        match=r'"total_count": 5',
    ),
    Case(
        "collections_keyword",
        play_keywords="collections: [huaweicloud.workspace]",
        tasks="""\
- workspace_image_info: {@connection}
- workspace_image_info: {@connection, nmae: x}
  ignore_errors: true
""",
        match="Unsupported parameters for",
    ),
    Case("loop", "name: '{{ item }}'", keywords='loop: ["*1*", "{{ 2 }}", "*统*"]', match=r'"id": "id-2"'),
    Case("loop_with_failing_item", "fits_disk: '{{ item }}'", keywords="loop: [10, x, 50]"),
    Case("loop_continues_after_timeout", "timeout: 0.5", faults=[fault("stall", times=1)], keywords="loop: [1, 2]"),
    Case(
        "loop_with_environment_per_item",
        connection=WITH_KEYS.replace('secret_key: "{{ emulator_secret_key }}", ', "").replace(
            'access_key: "{{ emulator_access_key }}", ', ""
        ),
        keywords="""\
loop: [emulator_secret_key, emulator_url]
environment: {HW_ACCESS_KEY: "{{ emulator_access_key }}", HW_SECRET_KEY: "{{ lookup('vars', item) }}"}
""",
        match=r"APIGW\.0301",
    ),
    Case(
        "loop_restores_environment",
        connection=WITH_DEFAULT_RETRIES,
        keywords="loop: [{HW_MAX_RETRIES: many}, {}]\nenvironment: '{{ item }}'",
        match="HW_MAX_RETRIES.*" + LAST_IMAGE,
    ),
    Case(
        "until_succeeds",
        keywords="until: found.images is defined and (found.images | length) == 5\nretries: 2\ndelay: 0",
        faults=[fault("error", status=500, times=1)],
    ),
    Case("until_never_true", keywords="until: found is skipped\nretries: 1\ndelay: 0", match=r'"attempts": 1'),
    Case(
        "until_fails",
        keywords="until: found is success\nretries: 1\ndelay: 0",
        faults=[fault("error", status=500)],
        match=r'"api"',
    ),
    Case("failed_when", keywords="failed_when: found.images | length > 2", match=r'"failed_when_result": true'),
    Case("failed_when_false", keywords="failed_when: false", faults=[fault("error", status=404)], match=r'"api"'),
    Case("changed_when", keywords="changed_when: true", match=r'"changed": true'),
    Case("invocation", host_variables={"ansible_inject_invocation": True}, match=r'"module_args"'),
    Case("when_false", keywords="when: false", match=r'"skipped"', runs_in_process=None),
    Case(
        "rescue",
        faults=[fault("error", status=403)],
        tasks="""\
- block:
    - name: Fail
      huaweicloud.workspace.workspace_image_info: {@connection}
  rescue:
    - debug: {var: ansible_failed_result}
    - debug: {msg: "{{ ansible_failed_result.error_code }} {{ ansible_failed_task.name }}"}
  always:
    - debug: {msg: always}
""",
        match=r'"error_code"',
    ),
    Case(
        "templates_in_image_fields",
        faults=[page_with_image(name="{{ 1 + 1 }}", os_version="{% if")],
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  register: found
- debug: {msg: "{{ found.images[0].name }} {{ found.images[0].os_version }} {{ found.images[0].name | type_debug }}"}
  ignore_errors: true
- set_fact: {copied: "{{ found.images[0].name }}"}
- debug: {var: copied}
- huaweicloud.workspace.workspace_image_info: {@connection, name: "{{ found.images[0].name }}"}
  register: found_by_name
- debug: {var: found_by_name}
""",
        match=r"\{\{ 1 \+ 1 \}\} \{% if",
    ),
    Case(
        "delegate_facts",
        play_keywords="vars: {ansible_python_interpreter: '{{ ansible_playbook_python }}'}",
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  delegate_to: localhost
  delegate_facts: true
  run_once: true
  register: found
- debug: {var: found}
""",
    ),
    Case(
        "timeout_during_request",
        keywords="timeout: 1",
        faults=[fault("stall")],
        match=TIMED_OUT,
        max_seconds=20,
        compare_requests=False,
    ),
    Case(
        "timeout_during_second_page",
        keywords="timeout: 1",
        images=None,
        faults=[fault("stall", after=1)],
        match=TIMED_OUT,
        max_seconds=20,
        compare_requests=False,
    ),
    Case(
        "timeout_during_parallel_requests",
        "regions: [cn-north-4, cn-north-9, cn-east-3, ap-southeast-1]",
        connection=WITH_KEYS_FOR_REGIONS,
        keywords="timeout: 1",
        faults=[fault("stall", after=3)],
        match=TIMED_OUT,
        max_seconds=20,
        compare_requests=False,
    ),
    Case(
        "timeout_during_backoff",
        "max_retries: 5, max_retry_delay: 9",
        connection=WITH_DEFAULT_RETRIES,
        keywords="timeout: 1",
        faults=[fault("throttled", retry_after="30")],
        match=TIMED_OUT,
        max_seconds=20,
        compare_requests=False,
    ),
    Case(
        "timeout_of_one_item",
        # On a busy machine, the module needs seconds for the second item.
        keywords="timeout: 10\nloop: [1, 2]",
        faults=[fault("stall", times=1)],
        max_seconds=40,
        compare_requests=False,
    ),
    Case("timeout_not_reached", keywords="timeout: 30"),
    Case("linear_strategy", hosts=5, ordered_output=False),
    Case("free_strategy", hosts=5, play_keywords="strategy: free", ordered_output=False),
    Case(
        "free_strategy_with_failures",
        hosts=3,
        play_keywords="strategy: free",
        faults=[fault("error", status=403)],
        match=r'"api"',
        ordered_output=False,
    ),
    Case("run_once", hosts=3, keywords="run_once: true", ordered_output=False),
)

#: Conditions under which Ansible starts the module, and similar ones under which it runs in the controller's process.
FALLBACKS = (
    Case("async_with_poll", keywords="async: 120\npoll: 1", runs_in_process=False, ordered_output=False),
    Case(
        "async_with_poll_fails",
        keywords="async: 120\npoll: 1",
        match=r'"api"',
        faults=[fault("error", status=403)],
        runs_in_process=False,
        ordered_output=False,
    ),
    Case(
        "async_without_poll",
        keywords="async: 20\npoll: 0",
        match=r'"finished": (0|false)',
        runs_in_process=False,
        compare_requests=False,
    ),
    Case("async_zero", keywords="async: 0"),
    Case(
        "other_python",
        play_keywords="vars: {ansible_python_interpreter: '{{ other_python_path }}'}",
        runs_in_process=False,
    ),
    Case("same_python", play_keywords="vars: {ansible_python_interpreter: '{{ ansible_playbook_python }}'}"),
    Case(
        "missing_python",
        play_keywords="vars: {ansible_python_interpreter: /nowhere/python}",
        match="interpreter",
        runs_in_process=False,
    ),
    Case(
        "python_without_libraries",
        play_keywords="vars: {ansible_python_interpreter: '{{ bare_python_path }}'}",
        match="Failed to import the required Python library",
        runs_in_process=False,
    ),
    Case("other_connection", host_variables={"ansible_connection": "parity_local"}, runs_in_process=False),
    Case(
        "unreachable_host",
        host_variables={"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        keywords="ignore_unreachable: true",
        match=r'"unreachable": true',
        runs_in_process=False,
    ),
    Case(
        "delegate_to_localhost",
        host_variables={
            "ansible_connection": "ssh",
            "ansible_host": "127.0.0.1",
            "ansible_port": 1,
            "ansible_python_interpreter": "/nowhere/python",
        },
        keywords="delegate_to: localhost",
    ),
    Case(
        "delegate_to_local_host_of_inventory",
        host_variables={"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        keywords="delegate_to: same_python",
    ),
    Case("delegate_to_other_connection", keywords="delegate_to: other_connection", runs_in_process=False),
    Case("switched_off", keywords="vars: {huaweicloud_workspace_in_process: 'no'}", runs_in_process=False),
    Case(
        "invalid_switch",
        keywords="vars: {huaweicloud_workspace_in_process: perhaps}",
        match="must be a boolean",
        runs_in_process=None,
    ),
    Case(
        "become",
        keywords="become: true\nbecome_method: '{{ usable_become_method }}'\nbecome_user: root",
        runs_in_process=False,
    ),
    Case(
        "unknown_become_method",
        keywords="become: true\nbecome_method: nonsense",
        match="nonsense",
        runs_in_process=None,
    ),
)

CASES = (
    *QUERIES,
    *CREDENTIALS,
    *SEVERAL_REGIONS,
    *API_ERRORS,
    *RESPONSE_FAULTS,
    *TRANSPORT_FAULTS,
    *OPTIONS,
    *SECRETS,
    *ENVIRONMENT,
    *KEYWORDS,
    *FALLBACKS,
    *WEAK_SECRETS,
)

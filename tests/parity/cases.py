# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run both ways. To add a case, add a line; its name is a play, a host and an emulator of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from ansible_collections.huaweicloud.workspace.tests.emulator import Account, Emulator

#: Options that sign in with a key; ``emulator_…`` are variables of each case's host.
KEYS = (
    'endpoint: "{{ emulator_url }}", region: cn-north-4, project_id: "{{ emulator_project }}", '
    'access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}", '
    "max_retries: 0, use_instance_metadata: false"
)
#: The same with the region in the path, as several regions need it.
REGIONS = (
    'endpoint: "{{ emulator_url }}/{region}", iam_endpoint: "{{ emulator_url }}", '
    'access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}", '
    "max_retries: 0, use_instance_metadata: false"
)
#: Options that leave the identity to other sources.
ANONYMOUS = (
    'endpoint: "{{ emulator_url }}", iam_endpoint: "{{ emulator_url }}", region: cn-north-4, max_retries: 0, '
    "use_instance_metadata: false"
)


TIMED_OUT = "[Tt]imed out|time frame"


def image(number: int, **fields: Any) -> dict[str, Any]:
    """A row of ListImages."""
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
    image(1),
    image(2, architecture="arm", os_type="Linux", name="统信UOS V20 专业版", disk_format="qcow2"),
    image(3, created_at="2025-08-01 00:00:00"),
    image(4, os_type="Other", name="with, comma [GPU] (en-US)", disk_format=None, min_disk=None),
    image(5, something_new={"a": [1, 2.5, None, True]}, os_platform="x"),
)


def no_files(_emulator: Emulator) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Case:
    """One task, or one small play.

    :ivar args: options of the task beside ``connection``, as in ``{…}`` of YAML.
    :ivar expect: what the results, as JSON, must match: that the case is about what it says.
    :ivar task: further keywords of the task, lines of YAML.
    :ivar tasks: the play's tasks, instead of one with ``args``; ``@connection`` stands for the options.
    :ivar play: further keywords of the play, lines of YAML.
    :ivar here: whether it runs in the controller's process, where that is not switched off; None if nowhere at all.
    :ivar files: what the folder ``emulator_files`` beside the playbook holds.
    :ivar requests: whether the same requests have to reach the emulator: not where some are still on their way.
    :ivar within: seconds in which each task has to end.
    :ivar ordered: whether lines of the output come in one order.
    """

    name: str
    args: str = ""
    expect: str = ""
    faults: tuple[Mapping[str, Any], ...] = ()
    images: Any = IMAGES
    connection: str = KEYS
    task: str = ""
    tasks: str = ""
    play: str = ""
    here: bool | None = True
    files: Callable[[Emulator], Mapping[str, str]] = no_files
    hosts: int = 1
    variables: Mapping[str, Any] = field(default_factory=dict)
    tls: bool = False
    requests: bool = True
    within: float | None = None
    ordered: bool = True


def with_key(name: str, connection: str = KEYS) -> str:
    """Return a connection with a key of its own: one that failed authentication is not sent again in the same run."""
    return connection.replace('"{{ emulator_secret_key }}"', f"secretkey0{name}")


def fault(name: str, **parameters: Any) -> tuple[Mapping[str, Any], ...]:
    return ({"name": name, **parameters},)


def response(body: Any, **parameters: Any) -> tuple[Mapping[str, Any], ...]:
    return fault("response", body=body, **parameters)


def in_regions(name: str, *faults: Mapping[str, Any], expect: str) -> Case:
    """Return the case of a task that lists the images of several regions, with one fault for each of them."""
    regions = sorted(Account().regions)[: len(faults)]
    return Case(
        name,
        f"regions: [{', '.join(regions)}]",
        connection=REGIONS,
        faults=tuple({"operation": "ListImages", "region": region, **each} for region, each in zip(regions, faults)),
        expect=expect,
    )


def page(**fields: Any) -> tuple[Mapping[str, Any], ...]:
    """One page with one image that has these fields."""
    return response({"images": [image(1, **fields)], "total_count": 1})


def credentials(emulator: Emulator) -> Mapping[str, str]:
    account = emulator.account
    text = f"[basic]\nak = {account.access_key}\nsk = {account.secret_key}\nproject_id = {emulator.project_id}\n"
    return {"credentials": text, ".huaweicloud/credentials": text, "broken": "[basic]\nak = only\n", "not-a-ca": ""}


def no_module(_emulator: Emulator) -> Mapping[str, str]:
    return {"requests/__init__.py": "raise ImportError('shadowed')\n"}


HAPPY = (
    Case("everything", expect=r'"id": "id-5"'),
    Case("none_found", "name: nothing", expect=r'"images": \[\]'),
    Case("sample", images=None, expect=r'"total_count": 250'),
    Case(
        "sample_criteria",
        'name: ["*Server*", "*UOS*"], fits_disk: 500, created_after: "2021-01-01"',
        "created_at",
        images=None,
    ),
    Case("limit_offset", "limit: 120, offset: 40", images=None, expect=r'"total_count": 250'),
    Case("most_recent", "most_recent: true, created_after: '2020-01-01'", expect=r'"id": "id-3"'),
    Case("most_recent_unreadable", "most_recent: true", faults=page(created_at="yesterday"), expect="yesterday"),
    Case("undated", "most_recent: true", images=(image(1), image(2, created_at="x")), expect="service's order"),
    Case(
        "unresolved",
        "most_recent: true, sort_field: name",
        images=(image(1), image(2, created_at="x")),
        expect="unresolved",
    ),
    Case(
        "server_filters",
        "image_type: gold, os_type: Windows, platform: Windows, architecture: x86, package_type: general, "
        "sort_field: created_at, sort_type: desc, image_id: id-1",
        expect=r'"changed": false',
    ),
    Case("name_regex", "name_regex: '^Win.*[13] '", expect=r'"id": "id-3"'),
    Case("name_number", "name: 2019", expect="configuration"),
    Case("os_version", 'os_version: ["Windows Server 20[12]"]', expect=r'"id": "id-1"'),
    Case("disk_format", "disk_format: 'zvhd2,qcow2'", expect=r'"id": "id-2"'),
    Case("disk_format_list", "disk_format: [zvhd2]", expect=r'"id": "id-1"'),
    Case("fits", 'fits_disk: "40", fits_ram: 1024', expect=r'"id": "id-1"'),
    Case("created", "created_after: 2024-01-15, created_before: 2025-01-01T00:00:00", expect=r'"id": "id-1"'),
    Case("created_moment", "created_after: 2024-02-01 00:00:00 +02:00", expect=r'"id": "id-3"'),
    Case("zero_rows", images=(), expect=r'"total_count": 0'),
    Case("no_total_count", faults=fault("no_total_count"), expect=r'"total_count": null'),
    Case(
        "short_list",
        faults=fault("total_count_off", by=7),
        expect="total_count=12 but returned 5 images",
        requests=False,
    ),
    Case(
        "hostile_rows",
        faults=page(
            name="{{ 1 + 1 }}",
            product_code="{% raw %}",
            os_version="{{ lookup('pipe', 'echo hacked') }}",
            something="\u0000\u2028\x1b[31m😀",
            big=2**70,
            tiny=1e-320,
            empty={},
            boolean=False,
        ),
        expect=r"1 \+ 1",
        task="loop: [1]",
    ),
    Case(
        "type_keys",
        faults=page(
            a={"__ansible_unsafe": "x"},
            b={"__ansible_vault": "x"},
            c={"__ansible_type": "_AnsibleTaggedStr", "value": 1},
            _ansible_no_log=True,
            failed=True,
            stdout="x\ny",
            warnings=["no"],
        ),
        expect="__ansible_type|c",
    ),
    Case("surrogate", faults=response(r'{"images":[{"id":"1","name":"a\ud83d"}],"total_count":1}'), expect="a|invalid"),
    Case(
        "iam",
        connection=ANONYMOUS + ', access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}"',
        expect=r'"id": "id-5"',
    ),
    Case(
        "temporary",
        connection=KEYS.replace("_access_key", "_temporary_access_key").replace(
            "_secret_key }}", "_temporary_secret_key }}"
        )
        + ', security_token: "{{ emulator_security_token }}"',
        expect=r'"id": "id-5"',
    ),
    Case(
        "password",
        connection=ANONYMOUS + ", username: emulator-user, domain_name: emulator-domain, "
        'password: "{{ emulator_password }}"',
        expect=r'"id": "id-5"',
    ),
    Case(
        "token",
        connection=ANONYMOUS + ', project_id: "{{ emulator_project }}", auth_token: "{{ emulator_token }}"',
        expect=r'"id": "id-5"',
    ),
    Case(
        "agency",
        connection=ANONYMOUS + ', access_key: "{{ emulator_access_key }}", secret_key: "{{ emulator_secret_key }}", '
        "agency_name: emulator-agency, agency_domain_name: emulator-partner",
        expect=r'"id": "id-5"',
    ),
    Case(
        "aliases",
        connection='endpoint: "{{ emulator_url }}", region_name: cn-north-4, ak: "{{ emulator_access_key '
        '}}", sk: "{{ emulator_secret_key }}", project_id: "{{ emulator_project }}"',
        expect=r'"id": "id-5"',
    ),
)

SEVERAL_REGIONS = (
    Case(
        "regions",
        "regions: [cn-north-4, ap-southeast-1, eu-west-101]",
        connection=REGIONS,
        expect=r'"region": "eu-west-101"',
    ),
    Case(
        "regions_fail",
        "regions: [cn-north-4, ap-southeast-1]",
        connection=REGIONS,
        faults=fault("error", status=403, region="ap-southeast-1"),
        expect=r'"failures"',
    ),
    Case(
        "regions_warn",
        "regions: [cn-north-4, ap-southeast-1, me-east-1], on_region_error: warn",
        connection=REGIONS,
        faults=fault("error", status=403, region="ap-southeast-1"),
        expect=r'"failures"',
    ),
    Case(
        "regions_refused",
        "regions: [cn-north-4, ap-southeast-1], on_region_error: warn",
        connection=with_key("regions", REGIONS),
        faults=fault("bad_signature"),
        expect=r"APIGW\.0301",
    ),
    Case(
        "regions_same_warning",
        "regions: [cn-north-4, ap-southeast-1]",
        connection=REGIONS,
        faults=fault("total_count_off", by=7),
        expect="total_count=12 but",
        requests=False,
    ),
    Case("regions_twice", "regions: [cn-north-4, cn-north-4]", connection=REGIONS, expect="twice"),
)

ERRORS = (
    *(
        Case(
            f"error_{status}_{shape}",
            connection=with_key("error") if status == 401 else KEYS,
            faults=fault("error", status=status, shape=shape),
            expect=r'"api"',
        )
        for status, shape in ((401, "gateway"), (403, "camel"))
    ),
    # Of many regions, a task has many failures; each of these has a region of its own.
    in_regions(
        "error_regions",
        *(
            {"name": "error", "status": status, "shape": shape}
            for status, shape in (
                (400, "service"),
                (404, "plain"),
                (405, "nested"),
                (429, "gateway"),
                (500, "service"),
                (503, "plain"),
            )
        ),
        {"name": "html", "status": 502},
        expect=r'"http_status": 502',
    ),
    Case(
        "retried",
        "max_retries: 2, max_retry_delay: 0.1",
        faults=fault("error", status=503, times=2),
        connection=KEYS.replace("max_retries: 0, ", ""),
        expect=r'"id": "id-5"',
    ),
    Case(
        "retried_out",
        "max_retries: 1, max_retry_delay: 0.1",
        faults=fault("throttled"),
        connection=KEYS.replace("max_retries: 0, ", ""),
        expect=r'"attempts": 2',
    ),
    Case(
        "wrong_secret",
        connection=with_key("wrong"),
        expect=r"APIGW\.0301",
    ),
    Case("echo", connection=with_key("echo"), faults=fault("echo"), expect=r"APIGW\.0301"),
    Case("clock_off", connection=with_key("clock"), faults=fault("clock_off"), expect=r"APIGW\.0301"),
    Case(
        "refusal",
        "decode_authorization_message: true, sts_endpoint: '{{ emulator_url }}'",
        faults=fault("refusal", operation="ListImages"),
        expect="implicit deny",
    ),
    Case(
        "refusal_sts",
        "decode_authorization_message: true, sts_endpoint: '{{ emulator_url }}'",
        faults=(
            *fault("refusal", operation="ListImages"),
            *fault("error", status=500, operation="DecodeAuthorizationMessage"),
        ),
        expect="encoded_authorization_message",
    ),
    Case(
        "no_project",
        connection=KEYS.replace('project_id: "{{ emulator_project }}", ', "") + ', iam_endpoint: "{{ emulator_url }}"',
        faults=fault("projects", count=0),
        expect="unresolved",
    ),
)

BODIES = (
    Case("body_html", faults=fault("html", status=200), expect="invalid_response"),
    in_regions(
        "body_regions",
        {"name": "redirect", "location": "http://127.0.0.1:1/"},
        *(
            {"name": name}
            for name in ("empty", "error_in_200", "invalid_json", "invalid_utf8", "not_a_number", "nested", "array")
        ),
        *({"name": name} for name in ("field", "broken_gzip")),
        expect="(invalid_response.*){9}",
    ),
)

WIRES = (
    Case("wire_reset", faults=fault("reset"), expect=r'"connection"'),
    in_regions(
        "wire_regions",
        *(
            {"name": name}
            for name in ("truncated", "cut_chunked", "no_http", "long_header", "without_length", "zipped")
        ),
        expect=r'(?=(.*ListImages failed){4})(?=(.*"id": "id-5"){2})',
    ),
    Case("refused", connection=KEYS.replace('"{{ emulator_url }}"', "http://127.0.0.1:1"), expect=r'"connection"'),
    Case(
        "no_such_host",
        "timeout: 5",
        connection=KEYS.replace('"{{ emulator_url }}"', "http://nowhere.invalid"),
        expect=r'"(connection|timeout)"',
    ),
    Case(
        "plain_http",
        "timeout: 5",
        connection=KEYS.replace('"{{ emulator_url }}"', "http://nowhere.invalid"),
        expect="unencrypted HTTP",
    ),
    Case("stall", "timeout: 0.5", faults=fault("stall"), expect=r'"timeout"', within=20),
    Case("stall_midway", "timeout: 0.5", faults=fault("stall_midway"), expect=r'"timeout"', within=20),
    Case("slow_body", "timeout: 0.5", faults=fault("slow_body"), expect=r'"timeout"', within=20),
    Case("tls", "ca_path: '{{ emulator_ca }}'", tls=True, expect=r'"id": "id-5"'),
    Case("tls_unknown", tls=True, expect=r'"tls"'),
    Case("tls_unchecked", "validate_certs: false", tls=True, expect=r'"id": "id-5"'),
    Case(
        "tls_variable", tls=True, task='environment: {REQUESTS_CA_BUNDLE: "{{ emulator_ca }}"}', expect=r'"id": "id-5"'
    ),
    Case(
        "tls_variable_missing",
        tls=True,
        task="environment: {REQUESTS_CA_BUNDLE: /nowhere/ca.pem}",
        expect="configuration",
    ),
    Case(
        "tls_not_a_ca", "ca_path: '{{ emulator_files }}/not-a-ca'", tls=True, files=credentials, expect=r'"error_type"'
    ),
)

ARGUMENTS = (
    Case("unknown_option", "nmae: x", expect="Unsupported parameters for"),
    Case("unknown_options", "nmae: x, regoin: x, secretkey: hush-hush", expect="nmae, regoin, secretkey"),
    Case("wrong_type", "offset: many", expect="offset"),
    Case("wrong_types", "offset: many, timeout: long, most_recent: perhaps", expect="unable to convert"),
    Case("wrong_choice", "image_type: silver", expect="image_type must be one of"),
    Case("wrong_choices", "disk_format: [vhd, nope]", expect="disk_format"),
    Case("wrong_secret_type", "password: {a: b-secret-b}", expect=r'"msg"'),
    Case("option_and_alias", "region_name: cn-north-4", expect="its alias region_name"),
    Case("option_and_alias_differ", "region_name: cn-east-3", expect="its alias region_name"),
    Case("secret_and_alias", 'sk: "another-secret-here"', expect="its alias sk"),
    Case("unit", "fits_disk: 80 GB", expect="a whole number of GB, without the unit, got '80 GB'", here=None),
    Case("empty_string", "name_regex: ''", expect="name_regex is empty", here=None),
    Case("empty_region", connection=KEYS.replace("cn-north-4", "''"), expect="region is empty", here=None),
    Case("null_option", "name: null, name_regex: , limit: ~", expect=" is null ", here=None),
    Case("null_in_list", "regions: [null]", connection=REGIONS, expect=r"regions\[0\] is null", here=None),
    Case("null_secret", connection=KEYS + ", security_token: ~", expect="security_token is null", here=None),
    Case(
        "null_in_module_defaults",
        play="""\
module_defaults:
  huaweicloud.workspace.workspace_image_info: {name_regex: null}
""",
        expect="name_regex is null",
        here=None,
    ),
    Case("limit_zero", "limit: 0", expect="configuration"),
    Case("bad_regex", "name_regex: '['", expect="configuration"),
    Case("bad_date", "created_after: tomorrow", expect="configuration"),
    Case("bad_url", connection=KEYS.replace('"{{ emulator_url }}"', "nonsense"), expect="configuration"),
    Case("half_key", connection=ANONYMOUS + ", access_key: half0half0half", expect="configuration"),
    Case("two_kinds", 'auth_token: "{{ emulator_token }}"', expect="configuration"),
    Case(
        "no_identity",
        connection=ANONYMOUS,
        task='environment: {HOME: "{{ emulator_files }}/none"}',
        expect="configuration",
    ),
    Case("infinite", "timeout: .inf", expect=r'"configuration"'),
    Case("not_a_number", "timeout: .nan", expect=r'"msg"'),
    Case("list_for_string", "name_regex: [a, b]", expect=r'"total_count": 5'),
    Case("dictionary_for_string", "image_id: {a: b}", expect=r'"images": \[\]'),
    Case("name_types", "name: {a: b}", expect=r'"msg"'),
    Case("name_list_types", "name: [1, true, 2024-01-01]", expect=r'"msg"'),
    Case("undefined", "name: '{{ not_defined_anywhere }}'", expect="not_defined_anywhere", here=None),
    Case(
        "free_form",
        tasks="""\
- name: Options in one line
  huaweicloud.workspace.workspace_image_info: endpoint={{ emulator_url }} region=cn-north-4 most_recent=yes
    access_key={{ emulator_access_key }} secret_key={{ emulator_secret_key }} project_id={{ emulator_project }}
  ignore_errors: true
  register: found
- debug: {var: found}
""",
        expect=r'"id": "id-3"',
    ),
    Case("omitted", "name: '{{ nothing | default(omit) }}', limit: '{{ 2 | int }}'", expect=r'"id": "id-3"'),
)

SECRETS = (
    Case("no_log", task="no_log: true", expect="censored"),
    Case("no_log_failed", task="no_log: true", faults=fault("error", status=403), expect="censored"),
    Case("no_log_loop", task="no_log: true\nloop: [1, 2]", expect="censored"),
    Case(
        "registered",
        connection=ANONYMOUS + ', project_id: "{{ emulator_project }}"',
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  environment: {HW_AUTH_TOKEN: "{{ emulator_token }}"}
- ansible.builtin.debug: {msg: "It is {{ emulator_token }}."}
  when: ansible_version.full is version('2.22', '>=')
""",
        expect=r'"id": "id-5".*(It is \$REDACTED\$\.|"event": "skipped")',
    ),
    Case("vault", tasks="@vault", expect=r'"id": "id-5"'),
    Case("vault_in_list", tasks="@vault_name", expect=r'"id": "id-1"'),
    Case("unsafe", "name: !unsafe '{{ 1 + 1 }}'", expect=r'"images": \[\]'),
)

#: Secrets that are ordinary words. From ansible-core 2.22 on, Ansible masks them in the rest of a run: one for a run.
WEAK_SECRETS = (
    Case(
        "region_is_password",
        connection=ANONYMOUS.replace("cn-north-4", '"{{ word }}"')
        + ', project_id: "{{ emulator_project }}", auth_token: "{{ word }}"',
        play="vars: {word: cn-north-4}",
        faults=page(),
        expect=r'"region": "\*{8}"',
    ),
    Case(
        "image_is_password",
        "security_token: gold",
        faults=page(name="All that is golden", gold="gold"),
        expect=r'"All that is \*{8}en".*"(gold|\$REDACTED\$)": "\*{8}"',
    ),
    Case(
        "secret_is_key",
        "security_token: images",
        faults=page(images="images"),
        expect=r'"(images|\$REDACTED\$)": "\*{8}"',
    ),
    Case(
        "secret_is_true",
        "security_token: true",
        faults=page(fact=True),
        expect=r'"fact": true',
    ),
    Case(
        "secret_is_number",
        "security_token: 20",
        faults=page(min_disk=20),
        expect=r'"min_disk": "(VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|\$REDACTED\$)"',
    ),
)

KEYWORDS = (
    Case("check_mode", task="check_mode: true", expect=r'"id": "id-5"'),
    Case("diff", task="diff: true", expect=r'"id": "id-5"'),
    Case(
        "environment",
        connection="use_instance_metadata: false",
        task="""\
environment:
  HUAWEICLOUD_SDK_AK: "{{ emulator_access_key }}"
  HUAWEICLOUD_SDK_SK: "{{ emulator_secret_key }}"
  HW_REGION_NAME: cn-north-4
  HW_MAX_RETRIES: 0
  HUAWEICLOUD_SDK_IAM_ENDPOINT: "{{ emulator_url }}"
  HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4: "{{ emulator_url }}"
""",
        expect=r'"id": "id-5"',
    ),
    Case(
        "environment_of_play",
        connection="use_instance_metadata: false",
        play="""\
environment:
  - HUAWEICLOUD_SDK_AK: nobody
    HUAWEICLOUD_SDK_SK: "{{ emulator_secret_key }}"
  - HW_REGION_NAME: cn-north-4
    HUAWEICLOUD_SDK_PROJECT_ID: "{{ emulator_project }}"
    HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4: "{{ emulator_url }}"
""",
        task='environment: {HUAWEICLOUD_SDK_AK: "{{ emulator_access_key }}"}',
        expect=r'"id": "id-5"',
    ),
    Case(
        "environment_values",
        connection=KEYS.replace(", max_retries: 0", ""),
        task="""\
environment: {HW_MAX_RETRIES: 0, ODD: "a'b\\"c $HOME \\\\ {{ '\\n' }}", EMPTY: "", NOTHING: null, YES_: true}
""",
        faults=fault("error", status=503),
        expect=r'"attempts": 1',
    ),
    Case("environment_none", task="environment: null", expect=r'"id": "id-5"'),
    Case(
        "environment_wrong",
        task="environment: {HW_MAX_RETRIES: many}",
        connection=KEYS.replace(", max_retries: 0", ""),
        expect="HW_MAX_RETRIES",
    ),
    Case(
        "environment_python",
        task='environment: {PYTHONPATH: "{{ emulator_files }}"}',
        files=no_module,
        expect="Failed to import the required Python library",
        here=False,
    ),
    Case("proxy", task='environment: {http_proxy: "http://127.0.0.1:1"}', expect=r'"connection"'),
    Case(
        "proxy_used",
        task='environment: {HTTP_PROXY: "{{ emulator_url }}", no_proxy: ""}',
        connection=KEYS.replace('endpoint: "{{ emulator_url }}"', "endpoint: http://workspace.invalid"),
        expect=r'"id": "id-5"',
    ),
    Case(
        "proxy_without",
        task='environment: {http_proxy: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1"}',
        expect=r'"id": "id-5"',
    ),
    Case(
        "home",
        connection=ANONYMOUS,
        files=credentials,
        task='environment: {HOME: "{{ emulator_files }}"}',
        expect=r'"id": "id-5"',
    ),
    Case(
        "home_in_path",
        "credentials_file: ~/credentials",
        connection=ANONYMOUS,
        files=credentials,
        task='environment: {HOME: "{{ emulator_files }}"}',
        expect=r'"id": "id-5"',
    ),
    Case(
        "variable_in_path",
        "credentials_file: $WHERE/credentials",
        connection=ANONYMOUS,
        files=credentials,
        task='environment: {WHERE: "{{ emulator_files }}"}',
        expect=r'"id": "id-5"',
    ),
    Case(
        "relative_path",
        "credentials_file: '{{ emulator_files | basename }}/credentials'",
        connection=ANONYMOUS,
        files=credentials,
        expect=r'"id": "id-5"',
    ),
    Case(
        "relative_ca",
        "ca_path: '{{ emulator_files | basename }}/ca.pem'",
        tls=True,
        files=lambda _emulator: {"ca.pem": "@ca"},
        expect=r'"id": "id-5"',
    ),
    Case(
        "broken_file",
        "credentials_file: '{{ emulator_files }}/broken'",
        connection=ANONYMOUS,
        files=credentials,
        expect="configuration",
    ),
    Case(
        "module_defaults",
        connection="limit: 1",
        play="""\
module_defaults:
  huaweicloud.workspace.workspace_image_info: {@keys}
""",
        expect=r'"total_count": 5',
    ),
    Case(
        "module_defaults_group",
        connection="limit: 1",
        play="""\
module_defaults:
  group/huaweicloud.workspace.all: {@keys}
""",
        expect=r'"total_count": 5',
    ),
    Case(
        "collections_keyword",
        play="collections: [huaweicloud.workspace]",
        tasks="""\
- workspace_image_info: {@connection}
- workspace_image_info: {@connection, nmae: x}
  ignore_errors: true
""",
        expect="Unsupported parameters for",
    ),
    Case("loop", "name: '{{ item }}'", task='loop: ["*1*", "{{ 2 }}", "*统*"]', expect=r'"id": "id-2"'),
    Case("loop_of_faults", "fits_disk: '{{ item }}'", task="loop: [10, x, 50]", expect=r'"id": "id-5"'),
    Case(
        "loop_after_stall", "timeout: 0.5", faults=fault("stall", times=1), task="loop: [1, 2]", expect=r'"id": "id-5"'
    ),
    Case(
        "loop_environment",
        connection=KEYS.replace('secret_key: "{{ emulator_secret_key }}", ', "").replace(
            'access_key: "{{ emulator_access_key }}", ', ""
        ),
        task="""\
loop: [emulator_secret_key, emulator_url]
environment: {HW_ACCESS_KEY: "{{ emulator_access_key }}", HW_SECRET_KEY: "{{ lookup('vars', item) }}"}
""",
        expect=r"APIGW\.0301",
    ),
    Case(
        "loop_environment_left_behind",
        connection=KEYS.replace(", max_retries: 0", ""),
        task="loop: [{HW_MAX_RETRIES: many}, {}]\nenvironment: '{{ item }}'",
        expect=r'HW_MAX_RETRIES.*"id": "id-5"',
    ),
    Case(
        "environment_name",
        task="environment: {'HW MAX': x}",
        expect="not found",
        here=False,
    ),
    Case(
        "until",
        task="until: found.images is defined and (found.images | length) == 5\nretries: 2\ndelay: 0",
        faults=fault("error", status=500, times=1),
        expect=r'"id": "id-5"',
    ),
    Case("until_never", task="until: found is skipped\nretries: 1\ndelay: 0", expect=r'"attempts": 1'),
    Case(
        "until_failing",
        task="until: found is success\nretries: 1\ndelay: 0",
        faults=fault("error", status=500),
        expect=r'"api"',
    ),
    Case("failed_when", task="failed_when: found.images | length > 2", expect=r'"failed_when_result": true'),
    Case("failed_when_false", task="failed_when: false", faults=fault("error", status=404), expect=r'"api"'),
    Case("changed_when", task="changed_when: true", expect=r'"changed": true'),
    Case("invocation", variables={"ansible_inject_invocation": True}, expect=r'"module_args"'),
    Case("when", task="when: false", expect=r'"skipped"', here=None),
    Case(
        "rescue",
        faults=fault("error", status=403),
        tasks="""\
- block:
    - name: Fails
      huaweicloud.workspace.workspace_image_info: {@connection}
  rescue:
    - debug: {var: ansible_failed_result}
    - debug: {msg: "{{ ansible_failed_result.error_code }} {{ ansible_failed_task.name }}"}
  always:
    - debug: {msg: always}
""",
        expect=r'"error_code"',
    ),
    Case(
        "templated",
        faults=page(name="{{ 1 + 1 }}", os_version="{% if"),
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  register: found
- debug: {msg: "{{ found.images[0].name }} {{ found.images[0].os_version }} {{ found.images[0].name | type_debug }}"}
  ignore_errors: true
- set_fact: {copied: "{{ found.images[0].name }}"}
- debug: {var: copied}
- huaweicloud.workspace.workspace_image_info: {@connection, name: "{{ found.images[0].name }}"}
  register: again
- debug: {var: again}
""",
        expect=r"\{\{ 1 \+ 1 \}\} \{% if",
    ),
    Case(
        "delegated_facts",
        play="vars: {ansible_python_interpreter: '{{ ansible_playbook_python }}'}",
        tasks="""\
- huaweicloud.workspace.workspace_image_info: {@connection}
  delegate_to: localhost
  delegate_facts: true
  run_once: true
  register: found
- debug: {var: found}
""",
        expect=r'"id": "id-5"',
    ),
    Case("timeout_keyword", task="timeout: 1", faults=fault("stall"), expect=TIMED_OUT, within=20, requests=False),
    Case(
        "timeout_pages",
        task="timeout: 1",
        images=None,
        faults=fault("stall", after=1),
        expect=TIMED_OUT,
        within=20,
        requests=False,
    ),
    Case(
        "timeout_regions",
        "regions: [cn-north-4, cn-north-9, cn-east-3, ap-southeast-1]",
        connection=REGIONS,
        task="timeout: 1",
        faults=fault("stall", after=3),
        expect=TIMED_OUT,
        within=20,
        requests=False,
    ),
    Case(
        "timeout_retries",
        "max_retries: 5, max_retry_delay: 9",
        connection=KEYS.replace("max_retries: 0, ", ""),
        task="timeout: 1",
        faults=fault("throttled", retry_after="30"),
        expect=TIMED_OUT,
        within=20,
        requests=False,
    ),
    Case(
        "timeout_loop",
        # Time enough for the second item as a module on a busy machine.
        task="timeout: 10\nloop: [1, 2]",
        faults=fault("stall", times=1),
        expect=r'"id": "id-5"',
        within=40,
        requests=False,
    ),
    Case("timeout_unneeded", task="timeout: 30", expect=r'"id": "id-5"'),
    Case("hosts_linear", hosts=5, expect=r'"id": "id-5"', ordered=False),
    Case("hosts_free", hosts=5, play="strategy: free", expect=r'"id": "id-5"', ordered=False),
    Case(
        "hosts_failing",
        hosts=3,
        play="strategy: free",
        faults=fault("error", status=403),
        expect=r'"api"',
        ordered=False,
    ),
    Case("run_once", hosts=3, task="run_once: true", expect=r'"id": "id-5"', ordered=False),
)

FALLBACKS = (
    Case("async_poll", task="async: 120\npoll: 1", expect=r'"id": "id-5"', here=False, ordered=False),
    Case(
        "async_poll_failing",
        task="async: 120\npoll: 1",
        expect="api",
        faults=fault("error", status=403),
        here=False,
        ordered=False,
    ),
    Case("async_later", task="async: 20\npoll: 0", expect=r'"finished": (0|false)', here=False, requests=False),
    Case("async_zero", task="async: 0", expect=r'"id": "id-5"'),
    Case(
        "other_python",
        play="vars: {ansible_python_interpreter: '{{ emulator_other_python }}'}",
        expect=r'"id": "id-5"',
        here=False,
    ),
    Case(
        "same_python",
        play="vars: {ansible_python_interpreter: '{{ ansible_playbook_python }}'}",
        expect=r'"id": "id-5"',
    ),
    Case(
        "missing_python", play="vars: {ansible_python_interpreter: /nowhere/python}", expect="interpreter", here=False
    ),
    Case(
        "bare_python",
        play="vars: {ansible_python_interpreter: '{{ emulator_bare_python }}'}",
        expect="Failed to import the required Python library",
        here=False,
    ),
    Case("other_connection", variables={"ansible_connection": "parity_elsewhere"}, expect=r'"id": "id-5"', here=False),
    Case(
        "unreachable",
        variables={"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        task="ignore_unreachable: true",
        expect=r'"unreachable": true',
        here=False,
    ),
    Case(
        "delegated",
        variables={
            "ansible_connection": "ssh",
            "ansible_host": "127.0.0.1",
            "ansible_port": 1,
            "ansible_python_interpreter": "/nowhere/python",
        },
        task="delegate_to: localhost",
        expect=r'"id": "id-5"',
    ),
    Case(
        "delegated_to_host",
        variables={"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        task="delegate_to: same_python",
        expect=r'"id": "id-5"',
    ),
    Case("delegated_elsewhere", task="delegate_to: other_connection", expect=r'"id": "id-5"', here=False),
    Case("task_switch", task="vars: {huaweicloud_workspace_in_process: 'no'}", expect=r'"id": "id-5"', here=False),
    Case(
        "task_switch_wrong",
        task="vars: {huaweicloud_workspace_in_process: perhaps}",
        expect="must be a boolean",
        here=None,
    ),
    Case(
        "become",
        task="become: true\nbecome_method: '{{ emulator_become }}'\nbecome_user: root",
        expect=r'"id": "id-5"',
        here=False,
    ),
    Case("become_wrong", task="become: true\nbecome_method: nonsense", expect="nonsense", here=None),
)

CASES = (
    *HAPPY,
    *SEVERAL_REGIONS,
    *ERRORS,
    *BODIES,
    *WIRES,
    *ARGUMENTS,
    *SECRETS,
    *KEYWORDS,
    *FALLBACKS,
    *WEAK_SECRETS,
)

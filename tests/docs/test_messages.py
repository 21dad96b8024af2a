# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every message that the documentation quotes is a message of the collection."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ConfigurationError
from ansible_collections.huaweicloud.workspace.plugins.module_utils._given_values import check_given
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec, lookup_definitions
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, find_images
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._image_lookup import SPECIFICATION
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._lookup_options import LookupOptions
from ansible_collections.huaweicloud.workspace.tests.docs.examples import ROOT, all_blocks, documents, messages
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images

QUOTED = [(file, message) for file in documents() for message in messages(file)]

FILES = {
    "no-ini": "ak = a\n",
    "empty-section": "[basic]\nregion = cn-north-4\n",
    "no-json": '{"current": "a",\n "profiles": [}',
    "quoted": '[basic]\nak = "EMULATOR0ACCESS0KEY0"\nsk = secret\n',
    "placeholder": "[basic]\nak = <your_ak>\nsk = <your_sk>\n",
    "ellipsis": "[basic]\nak = …\nsk = …\n",
    "comment": "[basic]\nak = EMULATOR0ACCESS0KEY0 ; a comment\nsk = secret\n",
    "twice": "[basic]\nak = EMULATOR0ACCESS0KEY0\nak = EMULATOR0ACCESS0KEY0\n",
    "default-section": "[default]\nak = EMULATOR0ACCESS0KEY0\nsk = secret\n",
    "other-names": "[basic]\naccess_key = EMULATOR0ACCESS0KEY0\nsecret_key = secret\n",
    "other-mode": json.dumps({"current": "default", "profiles": [{"name": "default", "mode": "SSO"}]}),
    "no-current": json.dumps({"current": "", "profiles": [{"name": "default"}, {"name": "production"}]}),
    "encrypted": json.dumps({
        "current": "default",
        "profiles": [{"name": "default", "accessKeyId": "3f8a" * 20, "secretAccessKey": "9c1d" * 30}],
    }),
}  # fmt: skip

#: Options of tasks without credentials in the environment. ``{}`` is the folder of the files above.
WITHOUT_KEYS: tuple[dict[str, Any], ...] = (
    {},
    {"access_key": "EMULATOR0ACCESS0KEY0"},
    {"access_key": "EMULATOR0ACCESS0KEY0", "secret_key": "secret", "auth_token": "token"},
    {"access_key": ""},
    {"access_key": "EMULATOR0ACCESS0KEY0", "secret_key": "0ther0secret"},
    {"auth_token": "0ther0token"},
    {"username": "emulator", "password": "0ther0password", "domain_name": "emulator"},
    {"profile": "production"},
    {"credentials_file": "{}/missing"},
    {"shared_config_file": "{}/missing"},
    {"credentials_file": "{}/no-ini"},
    {"credentials_file": "{}/empty-section"},
    {"shared_config_file": "{}/no-json"},
    {"shared_config_file": "{}/encrypted"},
    {"credentials_file": "{}"},
    {"credentials_file": "{}/quoted"},
    {"credentials_file": "{}/placeholder"},
    {"credentials_file": "{}/ellipsis"},
    {"credentials_file": "{}/comment"},
    {"credentials_file": "{}/twice"},
    {"credentials_file": "{}/default-section"},
    {"credentials_file": "{}/other-names"},
    {"shared_config_file": "{}/other-mode"},
    {"shared_config_file": "{}/no-current"},
    {"auth_token": "token\n"},
    {"auth_token": "token", "agency_name": "image-reader"},
    {"auth_token": "token", "agency_name": "a", "agency_domain_name": "b", "agency_domain_id": "c"},
)

WITH_KEYS: tuple[dict[str, Any], ...] = (
    {"region": "cn north"},
    {"region": "CN-North-4"},
    {"endpoint": f"https://workspace.example.com/v2/{'0' * 32}", "project_id": "1" * 32},
    {"endpoint": "workspace.example.com"},
    {"most_recent": True},
    {"most_recent": True, "sort_field": "name"},
    {"name": '["Golden*"]'},
    {"limit": 0},
    {"offset": 5001},
    {"name": 2019},
    {"name_regex": "("},
    {"created_after": "yesterday"},
    {"os_type": "windows"},
    {"project_name": "no-such-project"},
    {"endpoint": "http://127.0.0.1:1"},
)

#: Agencies in Terraform's variables: one that denies access, and one that does not exist.
AGENCIES: tuple[dict[str, str], ...] = tuple(
    {"HW_ASSUME_ROLE_AGENCY_NAME": name, "HW_ASSUME_ROLE_DOMAIN_NAME": "emulator-partner"}
    for name in ("emulator-closed-agency", "no-such-agency")
)

#: Variables of credentials that are incomplete or not supported.
OTHER_CREDENTIALS: tuple[dict[str, str], ...] = (
    {"HUAWEICLOUD_OIDC_AGENCY_URN": "urn"},
    {"HUAWEICLOUD_SDK_IDP_ID": "idp"},
)

#: Ansible's variables that a lookup rejects or ignores.
VARIABLES = {
    "huaweicloud_validate_certs": "ture",
    "huaweicloud_image_type": "private",
    "huaweicloud_regoin": "cn-north-4",
}

#: Proxy variables of the environment.
PROXIES: tuple[dict[str, str], ...] = (
    {"HTTP_PROXY": "socks://127.0.0.1:1"},
    {"HTTP_PROXY": "http://user:12#34@127.0.0.1:1"},
    {"HTTP_PROXY": " http://127.0.0.1:1"},
    {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.*"},
)

FAULTS: tuple[dict[str, Any], ...] = (
    {"name": "stall", "operation": "ListImages"},
    {"name": "html", "operation": "ListImages", "status": 200},
    {"name": "redirect", "operation": "ListImages", "location": "http://127.0.0.1:1/"},
    {"name": "field", "operation": "ListImages"},
    {"name": "total_count", "value": 300},
    {"name": "projects", "count": 2},
    {"name": "clock_off"},
    {"name": "throttled", "operation": "ListImages"},
    {"name": "error", "status": 403, "code": "WKS.00010099", "operation": "ListImages"},
)


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the messages that the collection creates in all cases above."""
    folder = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return list(_create_messages(folder))


def _create_messages(folder: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, Emulator() as emulator:
        patch.setenv("HOME", str(folder))
        endpoints = _environment(emulator)
        yield from _messages_before_validation()
        yield from _messages_of_variables()
        yield from _messages_of_an_untrusted_ca()
        keys = {"HUAWEICLOUD_SDK_AK": emulator.account.access_key, "HUAWEICLOUD_SDK_SK": emulator.account.secret_key}
        for task in WITHOUT_KEYS:
            task = {name: value.replace("{}", str(folder)) for name, value in task.items()}
            yield from _messages_of_task({"region": "cn-north-4", **task}, endpoints)
        yield from _messages_of_task({}, {**endpoints, **keys})
        for task in WITH_KEYS:
            yield from _messages_of_task({"region": "cn-north-4", **task}, {**endpoints, **keys})
        terraform = {"HW_ACCESS_KEY": emulator.account.access_key, "HW_SECRET_KEY": emulator.account.secret_key}
        for agency in AGENCIES:
            yield from _messages_of_task({"region": "cn-north-4"}, {**endpoints, **terraform, **agency})
            yield from _messages_of_task({"region": "cn-north-4"}, {**endpoints, **keys, **agency})
        for other in OTHER_CREDENTIALS:
            yield from _messages_of_task({"region": "cn-north-4"}, {**endpoints, **other})
        for proxy in PROXIES:
            yield from _messages_of_task({"region": "cn-north-4"}, {**endpoints, **keys, **proxy})
        yield from _messages_of_task(
            {"region": "cn-north-4", "endpoint": emulator.url.replace("http", "https")}, {**endpoints, **keys}
        )
        for fault in FAULTS:
            emulator.arm(**fault)
            yield from _messages_of_task({"region": "cn-north-4", "timeout": 0.5}, {**endpoints, **keys})
            emulator.disarm()
        emulator.set_images(many_images(5200))
        yield from _messages_of_task({"region": "cn-north-4", "timeout": 30}, {**endpoints, **keys})


def _messages_of_an_untrusted_ca() -> Iterator[str]:
    """Yield the failure of a server whose CA is not trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Emulator(images=[], ssl_context=context) as emulator:
        keys = {"HUAWEICLOUD_SDK_AK": emulator.account.access_key, "HUAWEICLOUD_SDK_SK": emulator.account.secret_key}
        task = {"region": "cn-north-4", "project_id": emulator.project_id}
        yield from _messages_of_task(task, {**_environment(emulator), **keys})


def _environment(emulator: Emulator) -> dict[str, str]:
    return {
        "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4": emulator.url,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": emulator.url,
        "HUAWEICLOUD_SDK_STS_ENDPOINT": emulator.url,
        "HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA": "false",
    }


def _messages_before_validation() -> Iterator[str]:
    """Yield the failures of values that are checked before Ansible's argument validation."""
    for options in ({"profile": None}, {"fits_disk": "80 GB"}):
        with pytest.raises(ConfigurationError) as error:
            check_given(options)
        yield error.value.message()


def _messages_of_variables() -> Iterator[str]:
    """Yield a lookup's messages about Ansible's variables."""
    options = LookupOptions(lookup_definitions(), SPECIFICATION)
    yield from options.warnings(VARIABLES)
    with pytest.raises(ConfigurationError) as error:
        options.from_variables(VARIABLES)
    yield error.value.message()


def _messages_of_task(task: dict[str, Any], environ: dict[str, str]) -> Iterator[str]:
    """Yield the warnings and the failure of one task."""
    validation = ArgumentSpecValidator(argument_spec()).validate({"max_retries": 0, **task})
    yield from validation.error_messages
    if not validation.error_messages:
        warnings: list[str] = []
        try:
            find_images(validation.validated_parameters, warnings.append, environ=environ)
        except SearchFailed as failed:
            yield failed.result["msg"]
        yield from warnings


def _is_created(quoted: str, created: list[str]) -> bool:
    pattern = re.compile(".+".join(re.escape(part) for part in quoted.split("…")), re.DOTALL)
    return any(pattern.search(message) for message in created)


@pytest.mark.parametrize(("file", "quoted"), QUOTED, ids=[f"{file.stem}: {message}" for file, message in QUOTED])
def test_the_collection_creates_each_quoted_message(file: Path, quoted: str, created: list[str]) -> None:
    """A quoted message, in which ``…`` matches any text, is part of a message of the collection."""
    assert _is_created(quoted, created), f"{file.relative_to(ROOT)} quotes a message that no case creates: {quoted}"


def test_the_collection_creates_each_quoted_failure(created: list[str]) -> None:
    """A failure in a guide is a failure of the collection, except for hosts, request IDs and the service's message."""
    shown = 0
    for block in all_blocks("yaml", "json"):
        document = block.document
        if isinstance(document, dict) and {"msg", "error_type"} <= set(document):
            shown += 1
            text = document["msg"].replace(document.get("error_msg", "…"), "…")
            text = re.sub(r"request id [0-9a-f]{32}", "request id …", text)
            text = re.sub(r"host [\w.-]+", "host …", text)
            assert _is_created(text, created), block.location
    assert shown


def test_quoted_messages_are_found() -> None:
    """The extraction finds messages in the documentation."""
    assert len(QUOTED) >= 30

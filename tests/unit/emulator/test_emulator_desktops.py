# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create and rebuild desktops with an image that ListImages lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from ansible_collections.huaweicloud.workspace.tests.emulator import OPERATIONS, Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.emulator.__main__ import _EPILOG
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Client, Vendor
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.test_emulator_vendor_client import build_client

#: A public image that requires 100 GB.
IMAGE = {**many_images(1)[0].row, "image_type": "gold", "min_disk": 100}
PAIR = {"image_type": "gold", "image_id": IMAGE["id"]}
DESKTOP = {"user_name": "user1", "user_email": "user1@example.com"}
CREATE = {
    **PAIR,
    "desktop_type": "DEDICATED",
    "product_id": "workspace.x86.example",
    "root_volume": {"type": "SAS", "size": 100},
    "desktops": [DESKTOP],
}
REBUILD = {**PAIR, "desktop_ids": ["desktop1", "desktop2"]}
BODIES = [("/desktops", CREATE), ("/desktops/rebuild", REBUILD)]


@pytest.fixture(autouse=True)
def _one_image(emulator: Emulator) -> None:
    emulator.set_images([IMAGE])


def post(client: Client, path: str, body: object, **headers: str) -> requests.Response:
    """Send a signed request for the default region's project."""
    text = body if isinstance(body, str) else json.dumps(body)
    return client.request("POST", f"/v2/{client.emulator.project_id}{path}", body=text, headers=headers)


def error(response: requests.Response) -> tuple[int, str, str]:
    """Return the status, the code and the message of an error."""
    body = response.json()
    return response.status_code, body["error_code"], body["error_msg"]


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_a_job_is_returned(client: Client, path: str, body: dict[str, Any]) -> None:
    """Each request returns another job. A token is accepted too."""
    jobs = [post(client, path, body).json()["job_id"] for _count in range(2)]
    assert len(set(jobs)) == 2
    url = f"{client.emulator.url}/v2/{client.emulator.project_id}{path}"
    headers = {"X-Auth-Token": client.emulator.issue_token()}
    response = client.session.post(url, json=body, headers=headers, timeout=5)
    assert (response.status_code, set(response.json())) == (200, {"job_id"})


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_authentication_and_project_are_checked(client: Client, path: str, body: dict[str, Any]) -> None:
    url = f"{client.emulator.url}/v2/{client.emulator.project_id}{path}"
    assert client.session.post(url, json=body, timeout=5).status_code == 401
    assert client.request("POST", f"/v2/{'0' * 32}{path}", body=json.dumps(body)).status_code == 403
    headers = {"X-Auth-Token": client.emulator.issue_token("cn-east-3")}
    assert client.session.post(url, json=body, headers=headers, timeout=5).status_code == 401


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_the_body_must_be_a_json_object(client: Client, path: str, body: dict[str, Any]) -> None:
    assert error(post(client, path, ""))[:2] == (400, "WKS.0001")
    for wrong in ("not JSON", "[]", "3"):
        assert error(post(client, path, wrong))[:2] == (400, "WKS.00211102")
    assert error(post(client, path, body, **{"Content-Type": "text/plain"}))[:2] == (415, "WKS.00000415")


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        *(("/desktops", CREATE, name) for name in ("desktop_type", "product_id", "root_volume", *PAIR)),
        *(("/desktops/rebuild", REBUILD, name) for name in ("desktop_ids", *PAIR)),
    ],
)
def test_an_invalid_required_field_is_named(client: Client, path: str, body: dict[str, Any], name: str) -> None:
    """A field that is missing, empty or of another type."""
    without = {field: value for field, value in body.items() if field != name}
    for wrong in (without, {**body, name: ""}, {**body, name: 3}, {**body, name: []}):
        status, code, message = error(post(client, path, wrong))
        assert (status, code) == (400, "WKS.00211102")
        assert message.startswith(f"The parameter {name} must be ")


@pytest.mark.parametrize(
    "volume", [{"size": 100}, {"type": "SAS"}, {"type": "SAS", "size": "100"}, {"type": "SAS", "size": True}]
    + [{"type": "SAS", "size": size} for size in (70, 85, 32770)],
)  # fmt: skip
def test_invalid_root_volumes_are_rejected(client: Client, volume: dict[str, Any]) -> None:
    """A root volume has a type, and a size within the documented limits."""
    message = error(post(client, "/desktops", {**CREATE, "root_volume": volume}))[2]
    assert message.startswith("The parameter root_volume must be ")


@pytest.mark.parametrize("number", [{"desktops": None}, {"size": 1}, {"desktops": []}, {"desktops": [DESKTOP] * 101}])
def test_the_number_of_desktops_is_given_once(client: Client, number: dict[str, Any]) -> None:
    """Either as a list of desktops, or as a number of desktops without users."""
    assert error(post(client, "/desktops", {**CREATE, **number}))[:2] == (400, "WKS.00211102")
    assert post(client, "/desktops", {**CREATE, "desktops": None, "size": 2}).status_code == 200


@pytest.mark.parametrize(("path", "body"), BODIES)
@pytest.mark.parametrize("wrong", [{"image_type": "private"}, {"image_id": "unknown"}])
def test_id_and_type_must_be_those_of_a_listed_image(
    client: Client, path: str, body: dict[str, Any], wrong: dict[str, str]
) -> None:
    """The ID of a public image does not match a private image."""
    assert error(post(client, path, {**body, **wrong}))[:2] == (400, "WKS.0915")


def test_the_image_must_fit_the_root_volume(client: Client) -> None:
    """An image without min_disk fits any root volume."""
    small = {**CREATE, "root_volume": {"type": "SAS", "size": 90}}
    assert error(post(client, "/desktops", small)) == (
        400, "WKS.00211102", "The image needs 100 GB, but root_volume.size is 90."
    )  # fmt: skip
    client.emulator.set_images([{**IMAGE, "min_disk": None}])
    assert post(client, "/desktops", small).status_code == 200


def test_other_methods_are_not_found(client: Client) -> None:
    """The emulator does not have ListDesktops and other operations."""
    for path in ("/desktops", "/desktops/rebuild"):
        response = client.request("GET", f"/v2/{client.emulator.project_id}{path}")
        assert error(response)[:2] == (404, "APIGW.0101")


def test_a_fault_can_be_armed_for_one_operation(client: Client) -> None:
    client.emulator.arm("error", status=403, operation="CreateDesktop")
    assert post(client, "/desktops", CREATE).status_code == 403
    assert post(client, "/desktops/rebuild", REBUILD).status_code == 200
    assert [record.operation for record in client.emulator.requests] == [
        "CreateDesktop", "BatchRebuildDesktopsSystemDisk"
    ]  # fmt: skip


def test_the_help_of_the_command_line_names_every_operation() -> None:
    assert [operation for operation in OPERATIONS if operation not in _EPILOG] == []


def test_the_vendors_client_returns_jobs(vendor: Vendor, emulator: Emulator) -> None:
    workspace, models = build_client(vendor, emulator), vendor.workspace
    created = models.CreateDesktopReq(
        **{**CREATE, "root_volume": models.Volume(type="SAS", size=100), "desktops": [models.Desktop(**DESKTOP)]}
    )
    rebuilt = models.RebuildDesktopsReq(**REBUILD)
    responses = [
        workspace.create_desktop(models.CreateDesktopRequest(body=created)),
        workspace.batch_rebuild_desktops_system_disk(models.BatchRebuildDesktopsSystemDiskRequest(body=rebuilt)),
    ]
    assert all(len(response.job_id) == 32 for response in responses)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own clients, real and unchanged, are at home in the emulator."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.callers import Vendor

Untyped = Any
"""What comes from the vendor's SDK, which has no types."""


def client(vendor: Vendor, emulator: Emulator, **credentials: str) -> Untyped:
    """Make the vendor's client for the default region."""
    given = {
        "ak": emulator.account.access_key,
        "sk": emulator.account.secret_key,
        "project_id": emulator.project_id,
        **credentials,
    }
    token = given.pop("security_token", None)
    identity = vendor.credentials.BasicCredentials(**given)
    if token:
        identity.with_security_token(token)
    return vendor.workspace.WorkspaceClient.new_builder().with_credentials(identity).with_endpoint(emulator.url).build()


def rows(response: Untyped) -> list[dict[str, Any]]:
    """Take the images out of a response, without the fields that were not there."""
    return [{name: value for name, value in image.to_dict().items() if value is not None} for image in response.images]


def known(vendor: Vendor, row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the vendor's model drops."""
    fields = vendor.workspace.ImageInfo.attribute_map
    return {name: value for name, value in row.items() if name in fields and value is not None}


def test_all_pages_give_all_images(vendor: Vendor, emulator: Emulator) -> None:
    """Paging one by one as the vendor's users do."""
    calling = client(vendor, emulator)
    gathered: list[dict[str, Any]] = []
    while True:
        page = calling.list_images(vendor.workspace.ListImagesRequest(limit=40, offset=len(gathered)))
        if not page.images:
            break
        gathered += rows(page)
    expected = sorted(emulator.rows(), key=lambda row: (row["name"], row["id"]))
    assert gathered == [known(vendor, row) for row in expected]
    assert page.total_count == len(expected) == 250
    assert {record.operation for record in emulator.requests} == {"ListImages"}
    assert {record.status for record in emulator.requests} == {200}


@pytest.mark.parametrize(
    "query",
    [
        {"os_type": "Windows"},
        {"image_type": "private", "architecture": "arm"},
        {"image_id": "bef99a44-2b6a-4ef9-b1a2-204a4910e374"},
        {"os_type": "Windows", "image_type": "gold", "sort_field": "name", "sort_type": "desc"},
    ],
)
def test_filters(vendor: Vendor, emulator: Emulator, query: dict[str, str]) -> None:
    """What comes is what the rows say, and something comes."""
    page = client(vendor, emulator).list_images(vendor.workspace.ListImagesRequest(**query))
    names = {"image_id": "id"}
    filters = {names.get(name, name): value for name, value in query.items() if not name.startswith("sort")}
    expected = [
        row for row in emulator.rows() if all(row.get(name) == value for name, value in filters.items())
    ]  # fmt: skip
    expected.sort(key=lambda row: row["id"])
    expected.sort(key=lambda row: row["name"], reverse="sort_type" in query)
    assert rows(page) == [known(vendor, row) for row in expected[:100]]
    assert page.total_count == len(expected) > 0


def test_odd_values_are_signed_alike(vendor: Vendor, emulator: Emulator) -> None:
    """Spaces, slashes, plus signs and other scripts in a query."""
    for value in ("a b/ü~*", "a+b", "系统 [x]", "%2F", "a&b=c"):
        page = client(vendor, emulator).list_images(vendor.workspace.ListImagesRequest(platform=value))
        assert page.images == []
        assert emulator.requests[-1].query == {"platform": value}


def test_temporary_key(vendor: Vendor, emulator: Emulator) -> None:
    """The security token has to be the key's."""
    key = emulator.account.temporary
    good = client(vendor, emulator, ak=key.access_key, sk=key.secret_key, security_token=str(key.security_token))
    assert good.list_images(vendor.workspace.ListImagesRequest()).total_count == 250
    bad = client(vendor, emulator, ak=key.access_key, sk=key.secret_key, security_token="other")
    with pytest.raises(vendor.exceptions.ClientRequestException) as caught:
        bad.list_images(vendor.workspace.ListImagesRequest())
    assert caught.value.status_code == 401


def test_wrong_secret(vendor: Vendor, emulator: Emulator) -> None:
    """The SDK reads code, message and request id of the refusal."""
    with pytest.raises(vendor.exceptions.ClientRequestException) as caught:
        client(vendor, emulator, sk="wrong").list_images(vendor.workspace.ListImagesRequest())
    assert caught.value.status_code == 401
    assert caught.value.error_code == "APIGW.0301"
    assert caught.value.error_msg == "Incorrect IAM authentication information: verify aksk signature fail"
    assert len(caught.value.request_id) == 32


def test_project_discovery(vendor: Vendor, emulator: Emulator) -> None:
    """The SDK asks IAM for the project of a region."""
    from huaweicloudsdkcore.region.region import Region

    vendor.credentials.BasicCredentials._CACHE.clear()
    identity = vendor.credentials.BasicCredentials(emulator.account.access_key, emulator.account.secret_key)
    identity.with_iam_endpoint(emulator.url)
    builder = vendor.workspace.WorkspaceClient.new_builder().with_credentials(identity)
    calling = builder.with_region(Region("cn-north-4", emulator.url)).build()
    assert calling.list_images(vendor.workspace.ListImagesRequest()).total_count == 250
    assert identity.project_id == emulator.project_id
    assert [record.operation for record in emulator.requests] == ["KeystoneListProjects", "ListImages"]


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        (None, ["InstanceMetadataToken", "InstanceMetadataSecurityKey"]),
        ("token_required", ["InstanceMetadataToken", "InstanceMetadataSecurityKey"]),
        ("no_token_step", ["InstanceMetadataToken", "InstanceMetadataSecurityKey"]),
    ],
)
def test_metadata(vendor: Vendor, emulator: Emulator, fault: str | None, asked: list[str]) -> None:
    """The SDK takes the keys of a cloud server from the metadata, and they are good for ListImages."""
    if fault:
        emulator.arm(fault)
    accessor = vendor.internal.MetadataAccessor()
    accessor._METADATA_ENDPOINT = emulator.url
    credential = accessor.get_credential()
    assert [record.operation for record in emulator.requests] == asked
    calling = client(
        vendor, emulator, ak=credential.access, sk=credential.secret, security_token=credential.security_token
    )
    assert calling.list_images(vendor.workspace.ListImagesRequest()).total_count == 250


def test_metadata_without_agency(vendor: Vendor, emulator: Emulator) -> None:
    """The SDK gives up with the documented text."""
    emulator.arm("no_agency")
    accessor = vendor.internal.MetadataAccessor()
    accessor._METADATA_ENDPOINT = emulator.url
    with pytest.raises(vendor.exceptions.ClientRequestException, match="Please configure Cloud Service Agency first"):
        accessor.get_credential()


def test_oidc(vendor: Vendor, emulator: Emulator) -> None:
    """The SDK exchanges a CI system's token, and the keys are good for ListImages."""
    from huaweicloudsdkcore.auth.provider import OidcStsCredentialProvider

    trusted = emulator.account.oidc
    provider = OidcStsCredentialProvider(
        "basic",
        provider_urn=trusted.provider_urn,
        agency_urn=trusted.agency_urn,
        id_token=trusted.id_token,
        sts_endpoint=emulator.url,
    )
    identity = provider.get_credentials().with_project_id(emulator.project_id)
    building = vendor.workspace.WorkspaceClient.new_builder().with_credentials(identity)
    calling = building.with_endpoint(emulator.url).build()
    assert calling.list_images(vendor.workspace.ListImagesRequest()).total_count == 250
    assert [record.operation for record in emulator.requests] == ["AssumeAgencyWithOIDC", "ListImages"]


def test_tls(vendor: Vendor, tmp_path: Path) -> None:
    """With a certificate of the caller's."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Emulator(images=many_images(3), ssl_context=context) as emulator:
        calling = client(vendor, emulator)
        calling._config.ssl_ca_cert = str(tmp_path / "ca.pem")
        calling._http_client._verify = str(tmp_path / "ca.pem")
        assert emulator.url.startswith("https://127.0.0.1:")
        assert calling.list_images(vendor.workspace.ListImagesRequest()).total_count == 3


def test_failures_as_the_sdk_shows_them(vendor: Vendor, emulator: Emulator) -> None:
    """Facts, section 7: what is no response is no images to the SDK."""
    faults: list[tuple[str, dict[str, Any]]] = [("empty", {}), ("redirect", {"location": "http://127.0.0.1:9/"})]
    for fault, parameters in faults:
        emulator.disarm()
        emulator.arm(fault, **parameters)
        assert client(vendor, emulator).list_images(vendor.workspace.ListImagesRequest()).images is None

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients work with the emulator."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.emulator.clients import Vendor

Untyped = Any
"""A value of the vendor's SDK, which has no types."""


def build_client(vendor: Vendor, emulator: Emulator, **credentials: str) -> Untyped:
    """Return the vendor's client for the default region."""
    values = {
        "ak": emulator.account.access_key,
        "sk": emulator.account.secret_key,
        "project_id": emulator.project_id,
        **credentials,
    }
    token = values.pop("security_token", None)
    basic = vendor.credentials.BasicCredentials(**values)
    if token:
        basic.with_security_token(token)
    return vendor.workspace.WorkspaceClient.new_builder().with_credentials(basic).with_endpoint(emulator.url).build()


def rows_of(response: Untyped) -> list[dict[str, Any]]:
    """Return the images of a response, without missing fields."""
    return [{name: value for name, value in image.to_dict().items() if value is not None} for image in response.images]


def known_fields(vendor: Vendor, row: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that the vendor's model has."""
    fields = vendor.workspace.ImageInfo.attribute_map
    return {name: value for name, value in row.items() if name in fields and value is not None}


def test_all_pages_contain_all_images(vendor: Vendor, emulator: Emulator) -> None:
    client = build_client(vendor, emulator)
    listed: list[dict[str, Any]] = []
    while True:
        page = client.list_images(vendor.workspace.ListImagesRequest(limit=40, offset=len(listed)))
        if not page.images:
            break
        listed += rows_of(page)
    expected = sorted(emulator.rows(), key=lambda row: (row["name"], row["id"]))
    assert listed == [known_fields(vendor, row) for row in expected]
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
def test_filters_return_the_matching_images(vendor: Vendor, emulator: Emulator, query: dict[str, str]) -> None:
    page = build_client(vendor, emulator).list_images(vendor.workspace.ListImagesRequest(**query))
    names = {"image_id": "id"}
    filters = {names.get(name, name): value for name, value in query.items() if not name.startswith("sort")}
    expected = [
        row for row in emulator.rows() if all(row.get(name) == value for name, value in filters.items())
    ]  # fmt: skip
    expected.sort(key=lambda row: row["id"])
    expected.sort(key=lambda row: row["name"], reverse="sort_type" in query)
    assert rows_of(page) == [known_fields(vendor, row) for row in expected[:100]]
    assert page.total_count == len(expected) > 0


def test_special_characters_in_a_query_are_signed(vendor: Vendor, emulator: Emulator) -> None:
    for value in ("a b/ü~*", "a+b", "系统 [x]", "%2F", "a&b=c"):
        page = build_client(vendor, emulator).list_images(vendor.workspace.ListImagesRequest(platform=value))
        assert page.images == []
        assert emulator.requests[-1].query == {"platform": value}


def test_a_temporary_key_requires_its_security_token(vendor: Vendor, emulator: Emulator) -> None:
    key = emulator.account.temporary
    valid = build_client(vendor, emulator, ak=key.access_key, sk=key.secret_key, security_token=str(key.security_token))
    assert valid.list_images(vendor.workspace.ListImagesRequest()).total_count == 250
    invalid = build_client(vendor, emulator, ak=key.access_key, sk=key.secret_key, security_token="other")
    with pytest.raises(vendor.exceptions.ClientRequestException) as caught:
        invalid.list_images(vendor.workspace.ListImagesRequest())
    assert caught.value.status_code == 401


def test_the_sdk_reads_the_error_of_a_wrong_secret_key(vendor: Vendor, emulator: Emulator) -> None:
    with pytest.raises(vendor.exceptions.ClientRequestException) as caught:
        build_client(vendor, emulator, sk="wrong").list_images(vendor.workspace.ListImagesRequest())
    assert caught.value.status_code == 401
    assert caught.value.error_code == "APIGW.0301"
    assert caught.value.error_msg == "Incorrect IAM authentication information: verify aksk signature fail"
    assert len(caught.value.request_id) == 32


def test_the_sdk_discovers_the_project_of_a_region(vendor: Vendor, emulator: Emulator) -> None:
    from huaweicloudsdkcore.region.region import Region

    vendor.credentials.BasicCredentials._CACHE.clear()
    credentials = vendor.credentials.BasicCredentials(emulator.account.access_key, emulator.account.secret_key)
    credentials.with_iam_endpoint(emulator.url)
    builder = vendor.workspace.WorkspaceClient.new_builder().with_credentials(credentials)
    client = builder.with_region(Region("cn-north-4", emulator.url)).build()
    assert client.list_images(vendor.workspace.ListImagesRequest()).total_count == 250
    assert credentials.project_id == emulator.project_id
    assert [record.operation for record in emulator.requests] == ["KeystoneListProjects", "ListImages"]


@pytest.mark.parametrize("fault", [None, "token_required", "no_token_step"])
def test_the_sdk_uses_the_keys_of_the_instance_metadata(vendor: Vendor, emulator: Emulator, fault: str | None) -> None:
    if fault:
        emulator.arm(fault)
    accessor = vendor.internal.MetadataAccessor()
    accessor._METADATA_ENDPOINT = emulator.url
    credential = accessor.get_credential()
    assert [record.operation for record in emulator.requests] == [
        "InstanceMetadataToken",
        "InstanceMetadataSecurityKey",
    ]
    client = build_client(
        vendor, emulator, ak=credential.access, sk=credential.secret, security_token=credential.security_token
    )
    assert client.list_images(vendor.workspace.ListImagesRequest()).total_count == 250


def test_the_sdk_reports_a_server_without_an_agency(vendor: Vendor, emulator: Emulator) -> None:
    emulator.arm("no_agency")
    accessor = vendor.internal.MetadataAccessor()
    accessor._METADATA_ENDPOINT = emulator.url
    with pytest.raises(vendor.exceptions.ClientRequestException, match="Please configure Cloud Service Agency first"):
        accessor.get_credential()


def test_the_sdk_exchanges_an_oidc_token(vendor: Vendor, emulator: Emulator) -> None:
    from huaweicloudsdkcore.auth.provider import OidcStsCredentialProvider

    trusted = emulator.account.oidc
    provider = OidcStsCredentialProvider(
        "basic",
        provider_urn=trusted.provider_urn,
        agency_urn=trusted.agency_urn,
        id_token=trusted.id_token,
        sts_endpoint=emulator.url,
    )
    credentials = provider.get_credentials().with_project_id(emulator.project_id)
    builder = vendor.workspace.WorkspaceClient.new_builder().with_credentials(credentials)
    client = builder.with_endpoint(emulator.url).build()
    assert client.list_images(vendor.workspace.ListImagesRequest()).total_count == 250
    assert [record.operation for record in emulator.requests] == ["AssumeAgencyWithOIDC", "ListImages"]


def test_the_sdk_connects_with_tls(vendor: Vendor, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Emulator(images=many_images(3), ssl_context=context) as emulator:
        client = build_client(vendor, emulator)
        client._config.ssl_ca_cert = str(tmp_path / "ca.pem")
        client._http_client._verify = str(tmp_path / "ca.pem")
        assert emulator.url.startswith("https://127.0.0.1:")
        assert client.list_images(vendor.workspace.ListImagesRequest()).total_count == 3


def test_the_sdk_returns_no_images_for_an_empty_body(vendor: Vendor, emulator: Emulator) -> None:
    faults: list[tuple[str, dict[str, Any]]] = [("empty", {}), ("redirect", {"location": "http://127.0.0.1:9/"})]
    for fault, parameters in faults:
        emulator.disarm()
        emulator.arm(fault, **parameters)
        assert build_client(vendor, emulator).list_images(vendor.workspace.ListImagesRequest()).images is None

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholders replace identifying values, and no others."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.workspace.tests.verify.placeholders import Placeholders

HEXADECIMAL = "0123456789abcdef" * 2
UUID = "d6b368bc-a24d-4fb5-a8fb-727356a53f33"


def test_the_same_value_has_the_same_placeholder_everywhere() -> None:
    placeholders = Placeholders()
    placeholders.add("project", HEXADECIMAL)
    document = {"id": UUID, "source": UUID, "images": [{"id": UUID}, {"id": "b"}], "error_msg": f"{HEXADECIMAL} {UUID}"}
    assert placeholders.document(document) == {
        "id": "image-1",
        "source": "image-1",
        "images": [{"id": "image-1"}, {"id": "image-2"}],
        "error_msg": "project-1 image-1",
    }
    assert placeholders.value("image_id", UUID) == "image-1"


def test_only_names_of_public_images_are_unchanged() -> None:
    gold = {"name": "Windows 11", "image_type": "gold", "kms_id": "k"}
    private = {"name": "Windows 11 of ACME", "image_type": "private"}
    assert Placeholders().document([gold, private, {"name": "untyped"}]) == [
        {"name": "Windows 11", "image_type": "gold", "kms_id": "kms_id-1"},
        {"name": "name-1", "image_type": "private"},
        {"name": "name-2"},
    ]


def test_values_with_a_relevant_format_are_unchanged() -> None:
    image = {"created_at": "2025-08-01 00:00:00", "min_disk": "80", "min_ram": 0, "os_version": None, "other": [True]}
    assert Placeholders().document(image) == image


def test_unknown_fields_are_replaced() -> None:
    document = {"owner": {"mail": "a@example.com", "labels": ["x", "y", "x"]}}
    assert Placeholders().document(document) == {
        "owner": {"mail": "mail-1", "labels": ["labels-1", "labels-2", "labels-1"]}
    }


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        (f"project {HEXADECIMAL} denied", "project id-1 denied"),
        (f"image {UUID.upper()}", "image id-1"),
        ("see https://workspace.example.com/v2/x?y=1 for more", "see url-1 for more"),
        ("host workspace.cn-north-4.myhuaweicloud.com:443 failed", "host host-1 failed"),
        ("from 10.1.2.3:8080", "from host-1"),
        ("ak:ABCDEFGHIJ0123456789,err:ak not exist", "ak:key-1,err:ak not exist"),
        ("user jane.doe@example.com", "user address-1"),
        ("code APIGW.0301, limit:60,time:1 minute", "code APIGW.0301, limit:60,time:1 minute"),
        ("Windows Server 2019 64bit", "Windows Server 2019 64bit"),
    ],
)
def test_identifying_parts_of_a_text_are_replaced(text: str, replaced: str) -> None:
    assert Placeholders().text(text) == replaced


def test_remaining_values_are_detected() -> None:
    placeholders = Placeholders()
    placeholders.add("account", "acme-desktops")
    assert placeholders.leaks("acme-desktops was here") == ["account-1"]
    assert placeholders.leaks(placeholders.text("acme-desktops was here")) == []

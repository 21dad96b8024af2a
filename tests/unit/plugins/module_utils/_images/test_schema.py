# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of a page: types are strict, values are not."""

from __future__ import annotations

import json
from typing import Any

import pytest
import voluptuous
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.strict_json import MAX_DEPTH
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.fields import check_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.image import (
    FIELDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
)
from ansible_collections.huaweicloud.workspace.plugins.module_utils._images.schema import page_schema
from ansible_collections.huaweicloud.workspace.tests.emulator import VENDOR_SAMPLES

DOCUMENTED = {
    "id",
    "image_type",
    "os_type",
    "architecture",
    "os_version",
    "disk_format",
    "name",
    "min_ram",
    "min_disk",
    "product_code",
    "created_at",
    "kms_id",
}


def is_number(value: object) -> bool:
    """Return whether a value is an integer and not a boolean."""
    return isinstance(value, int) and not isinstance(value, bool)


def build_page(*images: Any, **others: Any) -> dict[str, Any]:
    return {"images": list(images), "total_count": len(images), **others}


def validate(document: Any) -> Any:
    return page_schema()(document)


def nest(depth: int) -> Any:
    value: Any = "leaf"
    for level in range(depth):
        value = [value] if level % 2 else {"inner": value}
    return value


def test_fields_are_the_documented_ones() -> None:
    assert set(FIELDS) == DOCUMENTED
    assert len(FIELDS) == len(DOCUMENTED)
    assert NUMBER_FIELDS == ("min_ram", "min_disk")


def test_the_published_response_is_valid() -> None:
    """Its total_count is wrong, and fields are missing."""
    document = validate({"images": [dict(row) for row in VENDOR_SAMPLES], "total_count": 1})
    assert document["total_count"] == 1
    assert document["images"][0] == {
        "architecture": None,
        "created_at": None,
        "disk_format": "qcow2",
        "id": "d6b368bc-a24d-4fb5-a8fb-727356a53f33",
        "image_type": "gold",
        "kms_id": None,
        "min_disk": 50,
        "min_ram": 0,
        "name": "Euler_Online_Tenant_vAG",
        "os_type": "Linux",
        "os_version": "EulerOS 2.2 64bit",
        "product_code": None,
    }
    assert [set(image) for image in document["images"]] == [DOCUMENTED, DOCUMENTED]


def test_an_image_with_only_an_id_is_valid() -> None:
    assert validate(build_page({"id": "1"}))["images"] == [{**dict.fromkeys(DOCUMENTED), "id": "1"}]


def test_an_empty_page_is_valid() -> None:
    assert validate({"images": [], "total_count": 0}) == {"images": [], "total_count": 0}


@pytest.mark.parametrize("field", sorted(DOCUMENTED - {"id"}))
def test_null_is_allowed_in_every_field_but_the_id(field: str) -> None:
    assert validate(build_page({"id": "1", field: None}))["images"][0][field] is None


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"images": []}, None, id="missing"),
        pytest.param({"images": [], "total_count": None}, None, id="null"),
        pytest.param({"images": [], "total_count": "250"}, 250, id="numeric string"),
        pytest.param({"images": [], "total_count": 0}, 0, id="zero"),
        pytest.param({"images": [], "total_count": -1}, -1, id="negative"),
        pytest.param({"images": [], "total_count": 10**12}, 10**12, id="large"),
    ],
)
def test_total_count_is_an_integer_or_null(document: dict[str, Any], expected: int | None) -> None:
    assert validate(document)["total_count"] == expected


@pytest.mark.parametrize("field", NUMBER_FIELDS)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0, 0, id="zero"),
        pytest.param(1025, 1025, id="beyond the documented range"),
        pytest.param("40", 40, id="numeric string"),
        pytest.param("-1", -1, id="negative numeric string"),
        pytest.param("0040", 40, id="leading zeros"),
    ],
)
def test_numeric_strings_become_integers(field: str, value: object, expected: int) -> None:
    found = validate(build_page({"id": "1", field: value}))["images"][0][field]
    assert found == expected
    assert is_number(found)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("iso", id="an unknown value"),
        pytest.param("", id="an empty value"),
        pytest.param("系统盘 [x], y", id="other scripts"),
    ],
)
def test_unknown_values_are_passed_on(value: str) -> None:
    texts = {field: value for field in TEXT_FIELDS if field != "id"}
    assert validate(build_page({"id": "1", **texts}))["images"] == [
        {"id": "1", **texts, "min_ram": None, "min_disk": None}
    ]


@pytest.mark.parametrize(
    "value", [None, "Linux", 5, 5.5, True, [], {}, [None, {"a": [1]}], {"nested": {"deeper": [{"x": None}]}}], ids=repr
)
def test_unknown_fields_are_passed_on(value: object) -> None:
    assert validate(build_page({"id": "1", "os_platform": value}))["images"][0]["os_platform"] == value


def test_unknown_fields_of_the_page_are_dropped() -> None:
    assert set(validate(build_page(request_id="x", more=[1]))) == {"images", "total_count"}


def test_the_nesting_of_unknown_fields_is_limited() -> None:
    assert validate(build_page({"id": "1", "new": nest(MAX_DEPTH - 1)}))["images"][0]["new"] == nest(MAX_DEPTH - 1)
    with pytest.raises(voluptuous.MultipleInvalid) as caught:
        validate(build_page({"id": "1", "new": nest(MAX_DEPTH)}))
    assert violation_of(caught.value) == (["images", 0, "new"], "nested too deeply")


def violation_of(error: voluptuous.MultipleInvalid) -> tuple[list[Any], str]:
    first = error.errors[0]
    return [str(step) if isinstance(step, str) else step for step in first.path], first.error_message


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        pytest.param([], [], "expected an object", id="an array"),
        pytest.param(None, [], "expected an object", id="null"),
        pytest.param("images", [], "expected an object", id="a string"),
        pytest.param({"total_count": 0}, ["images"], "required key not provided", id="no images"),
        pytest.param({"images": None}, ["images"], "expected a list", id="images null"),
        pytest.param({"images": {}}, ["images"], "expected a list", id="images an object"),
        pytest.param(build_page(None), ["images", 0], "expected an object", id="an image null"),
        pytest.param(build_page({"id": "1"}, "x"), ["images", 1], "expected an object", id="an image a string"),
        pytest.param(build_page({"id": "1"}, ["x"]), ["images", 1], "expected an object", id="an image a list"),
        pytest.param(build_page({"name": "x"}), ["images", 0, "id"], "required key not provided", id="no id"),
        pytest.param(build_page({"id": None}), ["images", 0, "id"], "expected a string", id="id null"),
        pytest.param(build_page({"id": 7}), ["images", 0, "id"], "expected a string", id="id a number"),
        pytest.param({"images": [], "total_count": "many"}, ["total_count"], "expected an integer", id="count a word"),
        pytest.param({"images": [], "total_count": True}, ["total_count"], "expected an integer", id="count a boolean"),
        pytest.param({"images": [], "total_count": 1.5}, ["total_count"], "expected an integer", id="count a fraction"),
        pytest.param({"images": [], "total_count": []}, ["total_count"], "expected an integer", id="count a list"),
        pytest.param(
            build_page(error_code="WKS.00211401"), [], "expected no error beside images", id="an error beside images"
        ),
        pytest.param(build_page(code="1", message="no"), [], "expected no error beside images", id="another error"),
        pytest.param(build_page(result={"error_code": 7}), [], "expected no error beside images", id="an error within"),
        pytest.param(build_page(error_msg="no"), [], "expected no error beside images", id="an error's message"),
        pytest.param(build_page(error={}, error_msg="x"), [], "expected no error beside images", id="an error of two"),
    ],
)
def test_violations_name_their_path(document: Any, path: list[Any], message: str) -> None:
    with pytest.raises(voluptuous.MultipleInvalid) as caught:
        validate(document)
    assert violation_of(caught.value) == (path, message)


@pytest.mark.parametrize("field", sorted(set(TEXT_FIELDS) - {"id"}))
@pytest.mark.parametrize("value", [5, 1.5, True, [], {}, ["x"]], ids=repr)
def test_a_text_field_must_be_a_string(field: str, value: object) -> None:
    with pytest.raises(voluptuous.MultipleInvalid) as caught:
        validate(build_page({"id": "1"}, {"id": "2", field: value}))
    assert violation_of(caught.value) == (["images", 1, field], "expected a string")


@pytest.mark.parametrize("field", NUMBER_FIELDS)
@pytest.mark.parametrize("value", [1.5, True, False, "much", "", " 40", "4_0", "１", "9" * 19, [], {}], ids=repr)
def test_a_number_field_must_be_an_integer(field: str, value: object) -> None:
    with pytest.raises(voluptuous.MultipleInvalid) as caught:
        validate(build_page({"id": "1"}, {"id": "2"}, {"id": "3"}, {"id": "4", field: value}))
    assert violation_of(caught.value) == (["images", 3, field], "expected an integer")


def test_an_id_must_not_be_empty() -> None:
    """Images with the same ID are listed once."""
    with pytest.raises(voluptuous.MultipleInvalid):
        validate(build_page({"id": ""}, {"id": ""}))


def test_an_empty_error_code_is_no_error() -> None:
    assert validate(build_page({"id": "1"}, error_code=None))["total_count"] == 1
    assert validate(build_page({"id": "1"}, error_code=""))["total_count"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
IMAGE = st.dictionaries(st.sampled_from(sorted(DOCUMENTED)) | st.text(max_size=8), JSON, max_size=6)
NEARLY = st.fixed_dictionaries({"images": JSON | st.lists(IMAGE | JSON, max_size=4)}, optional={"total_count": JSON})


@given(JSON | NEARLY)
def test_any_document_is_a_valid_page_or_a_violation(document: Any) -> None:
    try:
        found = validate(json.loads(json.dumps(document)))
    except voluptuous.MultipleInvalid:
        return
    assert set(found) == {"images", "total_count"}
    assert found["total_count"] is None or is_number(found["total_count"])
    for image, original in zip(found["images"], document["images"]):
        assert DOCUMENTED | set(original) == set(image)
        assert isinstance(image["id"], str)
        assert all(image[field] is None or is_number(image[field]) for field in NUMBER_FIELDS)
        assert all(image[field] is None or isinstance(image[field], str) for field in TEXT_FIELDS)


@given(IMAGE | JSON)
def test_validation_without_voluptuous_has_the_same_result(image: Any) -> None:
    """Cached images are validated without voluptuous."""
    try:
        (found,) = validate(build_page(image))["images"]
    except voluptuous.MultipleInvalid:
        with pytest.raises(ValueError, match=r"."):
            check_image(image)
    else:
        assert check_image(image) == check_image(found) == found


# --- sizes


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        pytest.param({"min_disk": 2**63}, ["min_disk"], "expected an integer of at most 64 bits", id="65 bits"),
        pytest.param({"min_ram": -(10**4000)}, ["min_ram"], "expected an integer of at most 64 bits", id="huge"),
        pytest.param({"min_disk": "9" * 10**6}, ["min_disk"], "expected an integer", id="a long text for a number"),
        pytest.param({"created_at": "2" * 10**6}, ["created_at"], "expected at most 10000 characters, got 1000000",
                     id="a long time"),
        pytest.param({"id": "i" * 10001}, ["id"], "expected at most 10000 characters, got 10001", id="a long id"),
        pytest.param({"name": "n" * 10001}, ["name"], "expected at most 10000 characters, got 10001", id="a long name"),
        pytest.param({f"field{n}": n for n in range(200)}, [], "expected at most 200 fields, got 201",
                     id="many fields"),
        pytest.param({"new": nest(5000)}, ["new"], "nested too deeply", id="deep nesting"),
    ],
)  # fmt: skip
def test_sizes_are_limited(fields: dict[str, Any], path: list[Any], message: str) -> None:
    with pytest.raises(voluptuous.MultipleInvalid) as caught:
        validate(build_page({"id": "1"}, {"id": "2"}, {"id": "3"}, {"id": "4", **fields}))
    assert violation_of(caught.value) == (["images", 3, *path], message)


def test_maximum_sizes_are_valid() -> None:
    fields = {"min_disk": 2**63 - 1, "min_ram": -(2**63) + 1, "name": "n" * 10000, "id": "1"}
    fields.update({f"field{number}": number for number in range(196)})
    assert validate(build_page(fields))["images"] == [{**dict.fromkeys(DOCUMENTED), **fields}]


def test_total_count_has_at_most_64_bits() -> None:
    with pytest.raises(voluptuous.MultipleInvalid) as caught:
        validate({"images": [], "total_count": 10**30})
    assert violation_of(caught.value) == (["total_count"], "expected an integer of at most 64 bits")

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results and failures of the lookup."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError

from ansible_collections.huaweicloud.workspace.plugins.lookup import workspace_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner, load_lookup


def _ids(images: list[Any]) -> list[str]:
    return [image["id"] for image in images]


# Images


def test_without_terms_all_images_are_returned_in_service_order(look_up: LookupRunner) -> None:
    assert _ids(look_up()) == ["a3", "a1", "a2", "a4"]


def test_an_image_has_every_documented_field_and_undocumented_ones(look_up: LookupRunner) -> None:
    assert look_up("财务部 [[]GPU]") == [
        {
            "id": "a4",
            "name": "财务部 [GPU]",
            "image_type": "private",
            "os_type": None,
            "os_version": None,
            "architecture": None,
            "disk_format": None,
            "min_ram": None,
            "min_disk": None,
            "product_code": None,
            "created_at": "2024-07-01T00:00:00Z",
            "kms_id": None,
            "os_platform": "x",
        }
    ]


def test_images_are_ordered_by_term_then_by_listing(look_up: LookupRunner) -> None:
    assert _ids(look_up("Windows*", "Ubuntu*")) == ["a1", "a2", "a3"]


def test_a_list_term_is_expanded_to_its_names(look_up: LookupRunner) -> None:
    assert _ids(look_up(["Windows*", "Ubuntu*"])) == ["a1", "a2", "a3"]
    assert _ids(look_up("Ubuntu*", ["*[[]GPU]", "Windows*"], most_recent=True)) == ["a3", "a4", "a2"]


def test_an_image_that_two_terms_match_is_returned_once(look_up: LookupRunner) -> None:
    assert _ids(look_up("*[[]GPU]", "W*", "Windows 2019", "*")) == ["a4", "a1", "a2", "a3"]


def test_a_term_with_a_comma_is_one_pattern(look_up: LookupRunner) -> None:
    assert _ids(look_up("Ubuntu 22.04, 64bit")) == ["a3"]


def test_most_recent_returns_the_newest_image_of_each_term(look_up: LookupRunner) -> None:
    assert _ids(look_up("Windows*", "Ubuntu*", most_recent=True)) == ["a2", "a3"]


def test_without_terms_most_recent_returns_one_image(look_up: LookupRunner) -> None:
    assert _ids(look_up(most_recent=True)) == ["a2"]


def test_other_criteria_apply_to_each_term(look_up: LookupRunner) -> None:
    assert _ids(look_up("Windows*", "*", fits_disk=50, on_missing="skip")) == ["a2"]


def test_the_keyword_name_accepts_a_pattern_or_a_list_of_patterns(look_up: LookupRunner) -> None:
    assert _ids(look_up(name="Windows*")) == ["a1", "a2"]
    assert _ids(look_up(name=["Windows*", "Ubuntu*"])) == ["a3", "a1", "a2"]


def test_server_side_criteria_are_sent(look_up: LookupRunner, emulator: Emulator) -> None:
    assert _ids(look_up(image_type="private")) == ["a4"]
    assert [record.query for record in emulator.requests] == [{"image_type": "private", "limit": "100", "offset": "0"}]


def test_all_terms_of_a_call_share_one_listing(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.set_images(many_images(20))
    assert len(look_up(*[f"image-000{number:02}" for number in range(20)])) == 20
    assert look_up.listing_requests == 1


def test_all_pages_are_returned(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.set_images(many_images(250))
    assert len(look_up()) == 250
    assert look_up.listing_requests == 3


# attribute


def test_attribute_returns_one_field_of_each_image(look_up: LookupRunner) -> None:
    assert look_up("Windows*", "Ubuntu*", attribute="id") == ["a1", "a2", "a3"]


def test_attribute_returns_none_for_an_image_without_the_field(look_up: LookupRunner) -> None:
    assert look_up(attribute="os_platform") == [None, None, None, "x"]


def test_an_unknown_attribute_fails_and_suggests_the_nearest(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(attribute="image_tpye")
    assert str(failed.value) == "No image has the attribute 'image_tpye'. Did you mean 'image_type'?"


def test_an_unknown_attribute_without_a_similar_name_fails_and_lists_all(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(attribute="qqq")
    assert str(failed.value) == (
        "No image has the attribute 'qqq'. Choose one of architecture, created_at, disk_format, id, image_type, "
        "kms_id, min_disk, min_ram, name, os_platform, os_type, os_version, product_code."
    )


def test_an_unknown_attribute_without_matching_images_does_not_fail(look_up: LookupRunner) -> None:
    assert look_up("nothing", attribute="qqq", on_missing="skip") == []


# No match


def test_a_term_without_a_match_fails_by_default(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*", "nothing")
    assert str(failed.value) == "No image matches 'nothing' in region cn-north-4 (4 images searched)"


def test_the_message_omits_an_unknown_region(look_up: LookupRunner, emulator: Emulator) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("nothing", region=None, endpoint=emulator.url, iam_endpoint=emulator.url)
    assert str(failed.value) == "No image matches 'nothing' (4 images searched)"


def test_without_terms_an_empty_result_fails(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(name="nothing")
    assert str(failed.value) == "No image meets the criteria in region cn-north-4 (4 images searched)"


def test_on_missing_warn_warns_for_each_term_without_a_match(look_up: LookupRunner) -> None:
    assert _ids(look_up("x", "Ubuntu*", "y", on_missing="warn")) == ["a3"]
    assert look_up.warnings[-2:] == [
        "workspace_image: No image matches 'x' in region cn-north-4 (4 images searched)",
        "workspace_image: No image matches 'y' in region cn-north-4 (4 images searched)",
    ]


def test_on_missing_warn_warns_without_terms(look_up: LookupRunner) -> None:
    assert look_up(name="nothing", on_missing="warn") == []
    assert look_up.warnings == ["workspace_image: No image meets the criteria in region cn-north-4 (4 images searched)"]


@pytest.mark.parametrize("terms", [(), ("nothing",), ("nothing", "neither")])
def test_on_missing_skip_does_not_warn(look_up: LookupRunner, terms: tuple[str, ...]) -> None:
    assert look_up(*terms, name_regex="^nothing$", on_missing="skip") == []
    assert look_up.warnings == []


def test_on_missing_skip_does_not_hide_a_failure(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", status=404)
    with pytest.raises(AnsibleLookupError, match=r"WKS\.00211902"):
        look_up("nothing", on_missing="skip")


# Invalid calls


def test_terms_are_mutually_exclusive_with_the_keyword_name(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*", name="Ubuntu*")
    assert str(failed.value) == "Names are set as terms and as the keyword name. Set one of them."
    assert look_up.listing_requests == 0


@pytest.mark.parametrize("term", [2019, None, [2019], [["Windows*"]], {"name": "x"}, True, ""])
def test_a_term_must_be_a_string_that_is_not_empty(look_up: LookupRunner, term: object) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*", term)
    wrong = term[0] if isinstance(term, list) else term
    assert str(failed.value) == f"A term must be a string that is not empty, got {wrong!r}."
    assert look_up.listing_requests == 0


def test_an_empty_list_of_names_fails(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError, match="empty"):
        look_up([])
    assert look_up.listing_requests == 0


@pytest.mark.parametrize(
    ("keyword", "near"),
    [
        ("regoin", "region"),
        ("most_recnet", "most_recent"),
        ("acces_key", "access_key"),
        ("attribut", "attribute"),
        ("onmissing", "on_missing"),
    ],
)
def test_an_unknown_keyword_fails_and_suggests_the_nearest(look_up: LookupRunner, keyword: str, near: str) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*", **{keyword: "x"})
    assert str(failed.value) == f"There is no option {keyword!r}. Did you mean {near!r}?"
    assert look_up.listing_requests == 0


def test_an_option_is_mutually_exclusive_with_its_alias(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(region_name="cn-north-9")
    assert str(failed.value) == "region and its alias are both set. Remove one of them."


def test_terms_are_not_a_keyword(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError, match=r"^There is no option '_terms'\."):
        look_up(_terms=["Windows*"])


@pytest.mark.parametrize("missing", ["requests", "voluptuous"])
def test_a_missing_library_fails_with_the_message_of_ansible(
    look_up: LookupRunner, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(_libraries, f"{missing.upper()}_IMPORT_ERROR", "Traceback: …")
    with pytest.raises(AnsibleLookupError, match=rf"^Failed to import the required Python library \({missing}\)"):
        look_up()


def test_the_keyword_wantlist_is_ignored(look_up: LookupRunner) -> None:
    """A loop of ansible-core 2.18 and older passes it."""
    assert _ids(look_up("Windows*", wantlist=True)) == ["a1", "a2"]


def test_variables_are_optional(look_up: LookupRunner) -> None:
    assert len(load_lookup({}).run([], **look_up.connection)) == 4


# Failures


_FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("error", {"status": 403, "code": "WKS.00010099", "message": "The service is disabled."}),
    ("error", {"status": 400, "shape": "nested"}),
    ("bad_signature", {}),
    ("throttled", {}),
    ("redirect", {"location": "http://127.0.0.1:1/"}),
    ("html", {"status": 200}),
    ("html", {"status": 502}),
    ("empty", {}),
    ("invalid_json", {}),
    ("null_images", {}),
    ("field", {"key": "min_disk", "value": "much", "index": 2}),
    ("error_in_200", {}),
    ("broken_gzip", {}),
]


def _mask_request_id(message: str) -> str:
    """Replace the request ID, which differs between two requests."""
    return re.sub(r"request id \w+", "request id …", message)


@pytest.mark.parametrize(("fault", "parameters"), _FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_failure_has_the_same_message_as_in_the_module(
    look_up: LookupRunner, emulator: Emulator, fault: str, parameters: dict[str, Any]
) -> None:
    emulator.arm(fault, operation="ListImages", **parameters)
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*", on_missing="skip")
    expected = _mask_request_id(look_up.module_message())
    assert _mask_request_id(failed.value.message) == expected
    assert "ListImages failed" in failed.value.message


def test_a_failure_contains_error_code_and_message_of_the_service(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", status=403, code="WKS.00010099", message="Disabled here")
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*")
    assert "WKS.00010099" in str(failed.value)
    assert "Disabled here" in str(failed.value)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"offset": 5001},
        {"name_regex": "("},
        {"created_after": "yesterday"},
        {"region": "no host"},
        {"region": None, "endpoint": None},
        {"timeout": 0.0},
        {"max_retries": 11},
        {"secret_key": None},
        {"access_key": None, "secret_key": None, "use_instance_metadata": False},
        {"endpoint": "ftp://127.0.0.1"},
        {"auth_token": "abcdef"},
        {"disk_format": []},
        {"platform": ""},
    ],
    ids=str,
)
def test_an_invalid_option_has_the_same_message_as_in_the_module(
    look_up: LookupRunner, options: dict[str, Any]
) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(**options)
    assert failed.value.message == look_up.module_message(**options)
    assert look_up.emulator.requests == []


def test_an_invalid_choice_has_the_message_of_ansible(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(os_type="Linus")
    assert str(failed.value) == "value of os_type must be one of: Linux, Windows, Other, got: Linus."


def test_a_secret_in_another_option_is_masked(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(os_type=look_up.connection["secret_key"])
    assert str(failed.value) == "value of os_type must be one of: Linux, Windows, Other, got: ********."


def test_a_value_of_an_unsupported_type_fails(look_up: LookupRunner) -> None:
    with pytest.raises(
        AnsibleLookupError,
        match=r"^name has the type object\. Set a text, number, boolean or list\.$",
    ):
        look_up(variables={"name": "x"}, name=object())


def test_the_placeholder_of_omit_is_ignored(look_up: LookupRunner) -> None:
    """ansible-core 2.18 and older pass it. The integration tests cover later versions."""
    omitted = "__omit_place_holder__0"
    assert look_up(name=omitted, variables={"omit": omitted, "huaweicloud_os_type": omitted}, attribute="id") == [
        image["id"] for image in look_up()
    ]


def test_a_failed_authentication_names_the_variables_of_the_key(look_up: LookupRunner, emulator: Emulator) -> None:
    variables = {"huaweicloud_access_key": emulator.account.access_key, "huaweicloud_secret_key": "{{ 'other' }}"}
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(access_key=None, secret_key=None, variables=variables)
    assert "Check the variables huaweicloud_access_key and huaweicloud_secret_key before you retry" in str(failed.value)


def test_a_failure_contains_no_secret_and_no_chained_exception(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("echo")
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*")
    account = emulator.account
    for secret in (account.access_key, account.secret_key):
        assert secret not in repr(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_without_credentials_the_message_lists_all_sources(look_up: LookupRunner, home: Path) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up(access_key=None, secret_key=None, use_instance_metadata=False)
    for source in ("the options of the task", "HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY", ".huaweicloud/credentials"):
        assert source in str(failed.value)


# Regions


def test_images_of_several_regions_are_ordered_by_term_then_by_region(look_up: LookupRunner) -> None:
    found = look_up("Ubuntu*", "Windows*", region=None, project_id=None, regions=["cn-north-9", "cn-north-4"])
    assert [(image["region"], image["id"]) for image in found] == [
        ("cn-north-9", "a3"), ("cn-north-4", "a3"),
        ("cn-north-9", "a1"), ("cn-north-9", "a2"), ("cn-north-4", "a1"), ("cn-north-4", "a2"),
    ]  # fmt: skip
    assert {image["project_id"] for image in found} == {
        look_up.emulator.account.project_ids[region] for region in ("cn-north-9", "cn-north-4")
    }


def test_most_recent_returns_the_newest_image_of_each_region(look_up: LookupRunner) -> None:
    found = look_up("Windows*", region=None, project_id=None, regions="cn-north-9,cn-north-4", most_recent=True)
    assert [(image["region"], image["id"]) for image in found] == [("cn-north-9", "a2"), ("cn-north-4", "a2")]


def test_the_message_omits_the_region_if_several_are_queried(look_up: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("nothing", region=None, project_id=None, regions=["cn-north-9", "cn-north-4"])
    assert str(failed.value) == "No image matches 'nothing' (8 images searched)"


def test_a_failed_region_has_the_same_message_as_in_the_module(look_up: LookupRunner, emulator: Emulator) -> None:
    body = {"error_code": "WKS.00010099", "error_msg": "Disabled"}
    emulator.arm("response", operation="ListImages", region="cn-north-9", status=403, body=body)
    several = {"region": None, "project_id": None, "regions": ["cn-north-4", "cn-north-9"]}
    with pytest.raises(AnsibleLookupError) as failed:
        look_up("Windows*", **several)
    assert failed.value.message == look_up.module_message(**several)
    assert "1 of 2 regions failed" in failed.value.message
    assert "region cn-north-9" in failed.value.message


def test_on_region_error_warn_turns_a_failed_region_into_a_warning(look_up: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", operation="ListImages", region="cn-north-9", status=403, code="WKS.00010099")
    several = {"region": None, "project_id": None, "regions": ["cn-north-4", "cn-north-9"], "on_region_error": "warn"}
    assert look_up("Windows*", attribute="region", **several) == ["cn-north-4", "cn-north-4"]
    (warning,) = look_up.warnings
    assert warning.startswith("workspace_image: ListImages failed: ")
    assert "WKS.00010099" in warning


def test_wrong_credentials_are_sent_once_for_all_regions(look_up: LookupRunner, emulator: Emulator) -> None:
    with pytest.raises(AnsibleLookupError, match=r"APIGW\.0301"):
        look_up(secret_key="wrong", region=None, project_id=None, regions=["cn-north-4", "cn-north-9", "cn-east-3"])
    assert [record.status for record in emulator.requests] == [401]


def test_the_plugin_defines_run_only() -> None:
    assert [name for name in vars(workspace_image.LookupModule) if not name.startswith("_")] == ["run"]

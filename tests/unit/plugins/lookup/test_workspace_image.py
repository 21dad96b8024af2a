# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lookup returns, and what it does where there is nothing to return."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError

from ansible_collections.huaweicloud.workspace.plugins.lookup import workspace_image
from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.tests.emulator import Emulator, many_images
from ansible_collections.huaweicloud.workspace.tests.unit.plugins.lookup.lookup_runner import LookupRunner, plain_lookup


def _ids(images: list[Any]) -> list[str]:
    return [image["id"] for image in images]


# Images


def test_without_terms_all_images_come_in_the_order_of_the_service(ask: LookupRunner) -> None:
    assert _ids(ask()) == ["a3", "a1", "a2", "a4"]


def test_an_image_has_every_documented_field_and_those_that_are_not(ask: LookupRunner) -> None:
    assert ask("财务部 [[]GPU]") == [
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


def test_images_come_in_the_order_of_the_terms_then_of_the_listing(ask: LookupRunner) -> None:
    assert _ids(ask("Windows*", "Ubuntu*")) == ["a1", "a2", "a3"]


def test_a_list_among_the_terms_is_each_of_its_names(ask: LookupRunner) -> None:
    assert _ids(ask(["Windows*", "Ubuntu*"])) == ["a1", "a2", "a3"]
    assert _ids(ask("Ubuntu*", ["*[[]GPU]", "Windows*"], most_recent=True)) == ["a3", "a4", "a2"]


def test_an_image_that_two_terms_match_comes_once(ask: LookupRunner) -> None:
    assert _ids(ask("*[[]GPU]", "W*", "Windows 2019", "*")) == ["a4", "a1", "a2", "a3"]


def test_a_term_is_one_pattern_commas_and_all(ask: LookupRunner) -> None:
    assert _ids(ask("Ubuntu 22.04, 64bit")) == ["a3"]


def test_each_term_gives_its_own_newest(ask: LookupRunner) -> None:
    assert _ids(ask("Windows*", "Ubuntu*", most_recent=True)) == ["a2", "a3"]


def test_without_terms_most_recent_gives_one(ask: LookupRunner) -> None:
    assert _ids(ask(most_recent=True)) == ["a2"]


def test_other_criteria_hold_for_each_term(ask: LookupRunner) -> None:
    assert _ids(ask("Windows*", "*", fits_disk=50, on_missing="skip")) == ["a2"]


def test_the_keyword_name_is_a_pattern_or_a_list_of_them(ask: LookupRunner) -> None:
    assert _ids(ask(name="Windows*")) == ["a1", "a2"]
    assert _ids(ask(name=["Windows*", "Ubuntu*"])) == ["a3", "a1", "a2"]


def test_what_the_server_filters_by_is_sent_to_it(ask: LookupRunner, emulator: Emulator) -> None:
    assert _ids(ask(image_type="private")) == ["a4"]
    assert [record.query for record in emulator.requests] == [{"image_type": "private", "limit": "100", "offset": "0"}]


def test_all_terms_of_a_call_share_one_listing(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.set_images(many_images(20))
    assert len(ask(*[f"image-000{number:02}" for number in range(20)])) == 20
    assert ask.listings == 1


def test_a_long_listing_comes_whole(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.set_images(many_images(250))
    assert len(ask()) == 250
    assert ask.listings == 3


# One field of each


def test_attribute_gives_one_field_of_each_image(ask: LookupRunner) -> None:
    assert ask("Windows*", "Ubuntu*", attribute="id") == ["a1", "a2", "a3"]


def test_attribute_gives_none_for_an_image_without_the_field(ask: LookupRunner) -> None:
    assert ask(attribute="os_platform") == [None, None, None, "x"]


def test_an_attribute_that_no_image_has_is_an_error_that_names_the_nearest(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(attribute="image_tpye")
    assert str(failed.value) == "No image has the attribute 'image_tpye'. Did you mean 'image_type'?"


def test_an_attribute_that_is_near_to_none_is_an_error_all_the_same(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(attribute="qqq")
    assert str(failed.value) == (
        "No image has the attribute 'qqq'. Choose one of architecture, created_at, disk_format, id, image_type, "
        "kms_id, min_disk, min_ram, name, os_platform, os_type, os_version, product_code."
    )


def test_an_unknown_attribute_of_no_image_is_no_error(ask: LookupRunner) -> None:
    assert ask("nothing", attribute="qqq", on_missing="skip") == []


# Nothing found


def test_a_term_that_matches_nothing_is_an_error_by_default(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*", "nothing")
    assert str(failed.value) == "No image matches 'nothing' in region cn-north-4 (4 images searched)"


def test_the_error_leaves_the_region_out_where_only_an_endpoint_is_known(ask: LookupRunner, emulator: Emulator) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask("nothing", region=None, endpoint=emulator.url, iam_endpoint=emulator.url)
    assert str(failed.value) == "No image matches 'nothing' (4 images searched)"


def test_without_terms_an_empty_result_is_an_error(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(name="nothing")
    assert str(failed.value) == "No image meets the criteria in region cn-north-4 (4 images searched)"


def test_on_missing_warn_warns_for_each_term_that_matches_nothing(ask: LookupRunner) -> None:
    assert _ids(ask("x", "Ubuntu*", "y", on_missing="warn")) == ["a3"]
    assert ask.warnings[-2:] == [
        "workspace_image: No image matches 'x' in region cn-north-4 (4 images searched)",
        "workspace_image: No image matches 'y' in region cn-north-4 (4 images searched)",
    ]


def test_on_missing_warn_warns_without_terms(ask: LookupRunner) -> None:
    assert ask(name="nothing", on_missing="warn") == []
    assert ask.warnings == ["workspace_image: No image meets the criteria in region cn-north-4 (4 images searched)"]


@pytest.mark.parametrize("terms", [(), ("nothing",), ("nothing", "neither")])
def test_on_missing_skip_says_nothing(ask: LookupRunner, terms: tuple[str, ...]) -> None:
    assert ask(*terms, name_regex="^nothing$", on_missing="skip") == []
    assert ask.warnings == []


def test_a_failure_is_none_that_on_missing_is_about(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", status=404)
    with pytest.raises(AnsibleLookupError, match=r"WKS\.00211902"):
        ask("nothing", on_missing="skip")


# What is wrong with a call


def test_terms_and_the_keyword_name_together_are_an_error(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*", name="Ubuntu*")
    assert str(failed.value) == "Names are set as terms and as the keyword name. Set one of them."
    assert ask.listings == 0


@pytest.mark.parametrize("term", [2019, None, [2019], [["Windows*"]], {"name": "x"}, True, ""])
def test_a_term_that_is_no_string_is_an_error(ask: LookupRunner, term: object) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*", term)
    wrong = term[0] if isinstance(term, list) else term
    assert str(failed.value) == f"A term must be a string that is not empty, got {wrong!r}."
    assert ask.listings == 0


def test_an_empty_list_of_names_does_not_stand_for_all_images(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError, match="empty"):
        ask([])
    assert ask.listings == 0


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
def test_an_unknown_keyword_is_an_error_that_names_the_nearest(ask: LookupRunner, keyword: str, near: str) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*", **{keyword: "x"})
    assert str(failed.value) == f"There is no option {keyword!r}. Did you mean {near!r}?"
    assert ask.listings == 0


def test_an_option_by_its_name_and_its_alias_is_an_error(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(region_name="cn-north-9")
    assert str(failed.value) == "region and its alias are both set. Remove one of them."


def test_terms_are_no_keyword(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError, match=r"^There is no option '_terms'\."):
        ask(_terms=["Windows*"])


@pytest.mark.parametrize("missing", ["requests", "voluptuous"])
def test_a_missing_library_is_told_with_ansibles_own_text(
    ask: LookupRunner, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(_libraries, f"{missing.upper()}_IMPORT_ERROR", "Traceback: …")
    with pytest.raises(AnsibleLookupError, match=rf"^Failed to import the required Python library \({missing}\)"):
        ask()


def test_a_loop_of_ansible_2_18_and_older_passes_a_keyword_of_its_own(ask: LookupRunner) -> None:
    assert _ids(ask("Windows*", wantlist=True)) == ["a1", "a2"]


def test_variables_may_be_left_out(ask: LookupRunner) -> None:
    assert len(plain_lookup({}).run([], **ask.identity)) == 4


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


def _whatever_the_request_id(message: str) -> str:
    """The emulator's ids are new each time."""
    return re.sub(r"request id \w+", "request id …", message)


@pytest.mark.parametrize(("fault", "parameters"), _FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_failure_has_the_same_text_as_the_modules(
    ask: LookupRunner, emulator: Emulator, fault: str, parameters: dict[str, Any]
) -> None:
    emulator.arm(fault, operation="ListImages", **parameters)
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*", on_missing="skip")
    expected = _whatever_the_request_id(ask.module_message())
    assert _whatever_the_request_id(failed.value.message) == expected
    assert "ListImages failed" in failed.value.message


def test_a_failure_tells_code_and_message_of_the_service(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", status=403, code="WKS.00010099", message="Disabled here")
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*")
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
def test_what_is_wrong_with_an_option_is_told_as_the_module_tells_it(
    ask: LookupRunner, options: dict[str, Any]
) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(**options)
    assert failed.value.message == ask.module_message(**options)
    assert ask.emulator.requests == []


def test_a_wrong_choice_is_told_as_ansible_tells_it(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(os_type="Linus")
    assert str(failed.value) == "value of os_type must be one of: Linux, Windows, Other, got: Linus."


def test_a_secret_given_for_something_else_is_not_told(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(os_type=ask.identity["secret_key"])
    assert str(failed.value) == "value of os_type must be one of: Linux, Windows, Other, got: ********."


def test_a_value_that_no_option_can_be_is_an_error_that_names_it(ask: LookupRunner) -> None:
    with pytest.raises(
        AnsibleLookupError,
        match=r"^name has the type object\. Set a text, number, boolean or list\.$",
    ):
        ask(variables={"name": "x"}, name=object())


def test_what_omit_stands_for_is_not_given(ask: LookupRunner) -> None:
    """Before ansible-core 2.19; the integration tests have it as it is later on."""
    omitted = "__omit_place_holder__0"
    assert ask(name=omitted, variables={"omit": omitted, "huaweicloud_os_type": omitted}, attribute="id") == [
        image["id"] for image in ask()
    ]


def test_a_failed_authentication_names_the_variables_of_the_keys(ask: LookupRunner, emulator: Emulator) -> None:
    variables = {"huaweicloud_access_key": emulator.account.access_key, "huaweicloud_secret_key": "{{ 'other' }}"}
    with pytest.raises(AnsibleLookupError) as failed:
        ask(access_key=None, secret_key=None, variables=variables)
    assert "Check the variables huaweicloud_access_key and huaweicloud_secret_key before you retry" in str(failed.value)


def test_a_failure_holds_no_secret_nor_the_way_to_one(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("echo")
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*")
    account = emulator.account
    for secret in (account.access_key, account.secret_key):
        assert secret not in repr(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_no_identity_at_all_lists_what_was_tried(ask: LookupRunner, home: Path) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask(access_key=None, secret_key=None, use_instance_metadata=False)
    for source in ("the options of the task", "HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY", ".huaweicloud/credentials"):
        assert source in str(failed.value)


# Regions


def test_regions_follow_each_other_within_a_term(ask: LookupRunner) -> None:
    found = ask("Ubuntu*", "Windows*", region=None, project_id=None, regions=["cn-north-9", "cn-north-4"])
    assert [(image["region"], image["id"]) for image in found] == [
        ("cn-north-9", "a3"), ("cn-north-4", "a3"),
        ("cn-north-9", "a1"), ("cn-north-9", "a2"), ("cn-north-4", "a1"), ("cn-north-4", "a2"),
    ]  # fmt: skip
    assert {image["project_id"] for image in found} == {
        ask.emulator.account.project_ids[region] for region in ("cn-north-9", "cn-north-4")
    }


def test_each_region_gives_each_terms_newest(ask: LookupRunner) -> None:
    found = ask("Windows*", region=None, project_id=None, regions="cn-north-9,cn-north-4", most_recent=True)
    assert [(image["region"], image["id"]) for image in found] == [("cn-north-9", "a2"), ("cn-north-4", "a2")]


def test_the_error_names_no_region_where_there_are_several(ask: LookupRunner) -> None:
    with pytest.raises(AnsibleLookupError) as failed:
        ask("nothing", region=None, project_id=None, regions=["cn-north-9", "cn-north-4"])
    assert str(failed.value) == "No image matches 'nothing' (8 images searched)"


def test_a_region_that_fails_fails_the_lookup_as_it_fails_the_module(ask: LookupRunner, emulator: Emulator) -> None:
    body = {"error_code": "WKS.00010099", "error_msg": "Disabled"}
    emulator.arm("response", operation="ListImages", region="cn-north-9", status=403, body=body)
    several = {"region": None, "project_id": None, "regions": ["cn-north-4", "cn-north-9"]}
    with pytest.raises(AnsibleLookupError) as failed:
        ask("Windows*", **several)
    assert failed.value.message == ask.module_message(**several)
    assert "1 of 2 regions failed" in failed.value.message
    assert "region cn-north-9" in failed.value.message


def test_a_region_that_fails_may_be_a_warning(ask: LookupRunner, emulator: Emulator) -> None:
    emulator.arm("error", operation="ListImages", region="cn-north-9", status=403, code="WKS.00010099")
    several = {"region": None, "project_id": None, "regions": ["cn-north-4", "cn-north-9"], "on_region_error": "warn"}
    assert ask("Windows*", attribute="region", **several) == ["cn-north-4", "cn-north-4"]
    (warning,) = ask.warnings
    assert warning.startswith("workspace_image: ListImages failed: ")
    assert "WKS.00010099" in warning


def test_a_wrong_key_costs_one_refusal_however_many_regions_there_are(ask: LookupRunner, emulator: Emulator) -> None:
    with pytest.raises(AnsibleLookupError, match=r"APIGW\.0301"):
        ask(secret_key="wrong", region=None, project_id=None, regions=["cn-north-4", "cn-north-9", "cn-east-3"])
    assert [record.status for record in emulator.requests] == [401]


def test_the_entry_point_only_wires() -> None:
    assert [name for name in vars(workspace_image.LookupModule) if not name.startswith("_")] == ["run"]

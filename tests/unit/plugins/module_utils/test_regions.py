# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several regions: who is asked when, and what their responses make together."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.errors import ApiError, ConnectionFailure
from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.target import Target
from ansible_collections.huaweicloud.workspace.plugins.module_utils._regions import (
    Outcome,
    RegionsFailure,
    failure_entries,
    search_each,
)


def targets(count: int) -> list[Target]:
    return [Target(f"region-{number:02d}", None, None, "http://127.0.0.1:1", None, None) for number in range(count)]


def refusal(region: str | None = None) -> ApiError:
    return ApiError("HTTP 401 APIGW.0301", http_status=401, error_code="APIGW.0301", region=region)


@dataclass
class Cloud:
    """Responses for each region, and remembers who was asked when.

    :ivar refused: numbers of regions that refuse the identity.
    :ivar broken: numbers of regions that fail before any service takes the identity.
    :ivar forbidden: numbers of regions that take the identity, and fail then.
    """

    refused: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    forbidden: set[int] = field(default_factory=set)
    seconds: float = 0.0
    asked: list[int] = field(default_factory=list)
    at_once: int = 0
    most_at_once: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, place: Target) -> Outcome:
        number = int((place.region or "").rpartition("-")[2])
        with self.lock:
            self.asked.append(number)
            self.at_once += 1
            self.most_at_once.append(self.at_once)
        # The earlier regions take longest: the order of the responses is not that of the regions.
        time.sleep(self.seconds / (number + 1))
        with self.lock:
            self.at_once -= 1
        outcome = Outcome(place.region, f"project-{number}", number, [[{"id": place.region}]])
        if number in self.refused:
            outcome.failure = refusal(place.region)
        elif number in self.broken:
            outcome.failure = ConnectionFailure("no response", region=place.region)
        else:
            outcome.authenticated = True
            if number in self.forbidden:
                outcome.failure = ApiError("HTTP 403", http_status=403, region=place.region)
        return outcome


def numbers(outcomes: list[Outcome]) -> list[int]:
    return [int((outcome.region or "").rpartition("-")[2]) for outcome in outcomes]


@pytest.mark.parametrize("count", [1, 2, 19])
def test_all_are_asked_once_and_answer_in_the_order_given(count: int) -> None:
    cloud = Cloud(seconds=0.02)
    outcomes = search_each(targets(count), cloud)
    assert numbers(outcomes) == list(range(count))
    assert sorted(cloud.asked) == list(range(count))
    assert [outcome.project_id for outcome in outcomes] == [f"project-{number}" for number in range(count)]


def test_the_first_is_asked_alone_then_the_others_side_by_side() -> None:
    cloud = Cloud(seconds=0.2)
    search_each(targets(12), cloud)
    assert cloud.most_at_once[0] == 1
    assert cloud.most_at_once[1] == 1, "the second begins when the first has answered"
    assert max(cloud.most_at_once) > 1


def test_a_wrong_key_costs_one_request() -> None:
    cloud = Cloud(refused=set(range(19)))
    outcomes = search_each(targets(19), cloud)
    assert cloud.asked == [0]
    assert numbers(outcomes) == [0]


def test_until_one_accepts_the_identity_they_are_asked_one_by_one() -> None:
    cloud = Cloud(broken={0, 1, 2}, seconds=0.01)
    outcomes = search_each(targets(8), cloud)
    assert cloud.asked[:4] == [0, 1, 2, 3]
    assert cloud.most_at_once[:4] == [1, 1, 1, 1]
    assert numbers(outcomes) == list(range(8))


def test_a_wrong_key_behind_regions_that_do_not_answer() -> None:
    cloud = Cloud(broken={0, 1}, refused=set(range(2, 19)))
    outcomes = search_each(targets(19), cloud)
    assert cloud.asked == [0, 1, 2]
    assert numbers(outcomes) == [0, 1, 2]
    assert [outcome.has_authentication_failure for outcome in outcomes] == [False, False, True]


def test_no_region_answers() -> None:
    cloud = Cloud(broken=set(range(5)))
    assert numbers(search_each(targets(5), cloud)) == list(range(5))
    assert max(cloud.most_at_once) == 1


def test_a_failure_that_took_the_identity_is_enough() -> None:
    cloud = Cloud(forbidden={0}, seconds=0.1)
    outcomes = search_each(targets(6), cloud)
    assert numbers(outcomes) == list(range(6))
    assert max(cloud.most_at_once) > 1


def test_a_refusal_later_on_ends_it() -> None:
    """No region is begun after it; those that were on their way come to their end."""
    cloud = Cloud(refused=set(range(1, 200)), seconds=0.001)
    outcomes = search_each(targets(200), cloud)
    assert sorted(cloud.asked) == numbers(outcomes)


# --- failures


def outcomes_of(*failures: ApiError | None) -> list[Outcome]:
    return [
        Outcome(f"region-{number}", selections=[] if failure else [[{"id": f"{number}a"}], [{"id": f"{number}b"}]],
                failure=failure)
        for number, failure in enumerate(failures)
    ]  # fmt: skip


def forbidden(region: str) -> ApiError:
    return ApiError(
        "HTTP 403 X.1: no",
        http_status=403,
        error_code="X.1",
        error_msg="no",
        region=region,
        operation="ListImages",
        attempts=2,
        credentials_source="auth_token (task)",
    )


def test_the_failure_of_some() -> None:
    first, second = forbidden("region-1"), refusal("region-2")
    failure = RegionsFailure(outcomes_of(None, first, second), 4)
    assert failure.error_type == "api"
    assert failure.message() == f"2 of 4 regions failed. {first.message()} {second.message()}"
    result = failure.result()
    assert result["images"] == [{"id": "0a"}, {"id": "0b"}]
    assert result["failures"] == failure_entries([first, second])
    others = {name: value for name, value in result.items() if name not in ("msg", "images", "failures")}
    assert others == {
        "error_type": "api",
        "error_code": "X.1",
        "error_msg": "no",
        "http_status": 403,
        "operation": "ListImages",
        "attempts": 2,
        "credentials_source": "auth_token (task)",
    }


def test_the_entry_of_a_failure() -> None:
    first = forbidden("region-1")
    assert failure_entries([first]) == [
        {
            "failed": True,
            "msg": "ListImages failed: HTTP 403 X.1: no "
            "(region region-1, credentials from auth_token (task), 2 attempts).",
            "error_type": "api",
            "error_code": "X.1",
            "error_msg": "no",
            "http_status": 403,
            "operation": "ListImages",
            "attempts": 2,
            "credentials_source": "auth_token (task)",
            "region": "region-1",
        }
    ]


def test_the_type_is_the_first_failures() -> None:
    outcomes = outcomes_of(None, None)
    outcomes[0].failure = ConnectionFailure("no response", region="region-0")
    outcomes[1].failure = forbidden("region-1")
    assert RegionsFailure(outcomes, 2).details()["error_type"] == "connection"

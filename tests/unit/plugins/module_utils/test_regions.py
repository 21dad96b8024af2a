# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several regions: the order of the searches, and the combined failures."""

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


def build_targets(count: int) -> list[Target]:
    return [Target(f"region-{number:02d}", None, None, "http://127.0.0.1:1", None, None) for number in range(count)]


def authentication_failure(region: str | None = None) -> ApiError:
    return ApiError("HTTP 401 APIGW.0301", http_status=401, error_code="APIGW.0301", region=region)


@dataclass
class Cloud:
    """Returns an outcome for each region, and records the searches.

    :ivar rejecting: numbers of regions in which authentication fails.
    :ivar broken: numbers of regions that fail before authentication.
    :ivar forbidden: numbers of regions that fail after authentication.
    """

    rejecting: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    forbidden: set[int] = field(default_factory=set)
    seconds: float = 0.0
    searched: list[int] = field(default_factory=list)
    at_once: int = 0
    most_at_once: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, target: Target) -> Outcome:
        number = int((target.region or "").rpartition("-")[2])
        with self.lock:
            self.searched.append(number)
            self.at_once += 1
            self.most_at_once.append(self.at_once)
        # The first regions are the slowest: the order of the responses is not that of the regions.
        time.sleep(self.seconds / (number + 1))
        with self.lock:
            self.at_once -= 1
        outcome = Outcome(target.region, f"project-{number}", number, [[{"id": target.region}]])
        if number in self.rejecting:
            outcome.failure = authentication_failure(target.region)
        elif number in self.broken:
            outcome.failure = ConnectionFailure("no response", region=target.region)
        else:
            outcome.authenticated = True
            if number in self.forbidden:
                outcome.failure = ApiError("HTTP 403", http_status=403, region=target.region)
        return outcome


def numbers(outcomes: list[Outcome]) -> list[int]:
    return [int((outcome.region or "").rpartition("-")[2]) for outcome in outcomes]


@pytest.mark.parametrize("count", [1, 2, 19])
def test_each_region_is_searched_once_and_the_order_is_unchanged(count: int) -> None:
    cloud = Cloud(seconds=0.02)
    outcomes = search_each(build_targets(count), cloud)
    assert numbers(outcomes) == list(range(count))
    assert sorted(cloud.searched) == list(range(count))
    assert [outcome.project_id for outcome in outcomes] == [f"project-{number}" for number in range(count)]


def test_after_the_first_region_the_others_are_searched_in_parallel() -> None:
    cloud = Cloud(seconds=0.2)
    search_each(build_targets(12), cloud)
    assert cloud.most_at_once[0] == 1
    assert cloud.most_at_once[1] == 1, "the second search starts after the first one"
    assert max(cloud.most_at_once) > 1


def test_a_wrong_key_is_sent_once() -> None:
    cloud = Cloud(rejecting=set(range(19)))
    outcomes = search_each(build_targets(19), cloud)
    assert cloud.searched == [0]
    assert numbers(outcomes) == [0]


def test_regions_are_searched_one_at_a_time_until_authentication_succeeds() -> None:
    cloud = Cloud(broken={0, 1, 2}, seconds=0.01)
    outcomes = search_each(build_targets(8), cloud)
    assert cloud.searched[:4] == [0, 1, 2, 3]
    assert cloud.most_at_once[:4] == [1, 1, 1, 1]
    assert numbers(outcomes) == list(range(8))


def test_a_wrong_key_is_sent_once_after_regions_without_a_response() -> None:
    cloud = Cloud(broken={0, 1}, rejecting=set(range(2, 19)))
    outcomes = search_each(build_targets(19), cloud)
    assert cloud.searched == [0, 1, 2]
    assert numbers(outcomes) == [0, 1, 2]
    assert [outcome.has_authentication_failure for outcome in outcomes] == [False, False, True]


def test_without_a_response_regions_are_searched_one_at_a_time() -> None:
    cloud = Cloud(broken=set(range(5)))
    assert numbers(search_each(build_targets(5), cloud)) == list(range(5))
    assert max(cloud.most_at_once) == 1


def test_a_failure_after_authentication_allows_parallel_searches() -> None:
    cloud = Cloud(forbidden={0}, seconds=0.1)
    outcomes = search_each(build_targets(6), cloud)
    assert numbers(outcomes) == list(range(6))
    assert max(cloud.most_at_once) > 1


def test_a_later_authentication_failure_ends_the_search() -> None:
    """No further region is searched. Running searches are completed."""
    cloud = Cloud(rejecting=set(range(1, 200)), seconds=0.001)
    outcomes = search_each(build_targets(200), cloud)
    assert sorted(cloud.searched) == numbers(outcomes)


# --- failures


def build_outcomes(*failures: ApiError | None) -> list[Outcome]:
    return [
        Outcome(f"region-{number}", selections=[] if failure else [[{"id": f"{number}a"}], [{"id": f"{number}b"}]],
                failure=failure)
        for number, failure in enumerate(failures)
    ]  # fmt: skip


def access_denied(region: str) -> ApiError:
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


def test_failures_of_several_regions_are_combined() -> None:
    first, second = access_denied("region-1"), authentication_failure("region-2")
    failure = RegionsFailure(build_outcomes(None, first, second), 4)
    assert failure.message() == f"2 of 4 regions failed. {first.message()} {second.message()}"
    result = failure.result()
    assert result["error_type"] == "api"
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


def test_the_entry_of_a_failed_region_contains_its_failure() -> None:
    first = access_denied("region-1")
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


def test_the_error_type_is_that_of_the_first_failure() -> None:
    outcomes = build_outcomes(None, None)
    outcomes[0].failure = ConnectionFailure("no response", region="region-0")
    outcomes[1].failure = access_denied("region-1")
    assert RegionsFailure(outcomes, 2).details()["error_type"] == "connection"

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in Markdown, for a public issue."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ansible_collections.huaweicloud.workspace.tests.verify.checks import CHECKS, Finding
from ansible_collections.huaweicloud.workspace.tests.verify.collector import Evidence
from ansible_collections.huaweicloud.workspace.tests.verify.facts import FACTS, Fact

HOLDS = "holds"
DIFFERS = "**differs**"
ANSWER = "answer"
NOT_SEEN = "not seen"


class Row(NamedTuple):
    """A fact, its verdict and the observation."""

    fact: Fact
    verdict: str
    observed: str


def compare_facts(evidence: Evidence) -> list[Row]:
    """Return a row for each fact."""
    findings = [(fact, CHECKS[fact.name](evidence)) for fact in FACTS]
    return [Row(fact, _verdict(fact, finding), finding.observed) for fact, finding in findings]


def _verdict(fact: Fact, finding: Finding) -> str:
    if finding.holds is None:
        return NOT_SEEN
    if fact.is_open:
        return ANSWER
    return HOLDS if finding.holds else DIFFERS


def summarize(rows: list[Row]) -> str:
    """Return the number of facts by verdict, in one line."""
    counts = Counter(row.verdict for row in rows)
    return (
        f"{len(rows)} facts: {counts[HOLDS]} hold, {counts[DIFFERS]} differ, {counts[ANSWER]} open questions answered, "
        f"{counts[NOT_SEEN]} not seen"
    )


def render_report(rows: list[Row], evidence: Evidence, head: dict[str, str]) -> str:
    """Return the report.

    :param head: properties of this run, by name.
    """
    order = {DIFFERS: 0, ANSWER: 1, NOT_SEEN: 2, HOLDS: 3}
    table = [
        f"| {row.verdict} | {_cell(row.fact.statement)} | {_cell(row.observed)} | {row.fact.source} "
        f"| `{row.fact.used_by}` |"
        for row in sorted(rows, key=lambda row: order[row.verdict])
    ]
    requests = [
        f"| {exchange.name} | `{'&'.join(f'{name}={value}' for name, value in exchange.query)}` | {exchange.status} |"
        for exchange in evidence.exchanges.values()
    ]
    stopped = [f"Not all requests were sent: {evidence.stopped}.", ""] if evidence.stopped else []
    return "\n".join([
        "# ListImages, compared with its documentation", "",
        *(f"- {name}: {value}" for name, value in head.items()), "",
        f"{summarize(rows)}.", "",
        "Keys, IDs, names and hosts are replaced by placeholders.", "",
        *stopped,
        "| verdict | fact | observed | source | used by |", "|---|---|---|---|---|", *table, "",
        "## Requests", "",
        "| request | parameters | status |", "|---|---|---|", *requests, "",
    ])  # fmt: skip


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")

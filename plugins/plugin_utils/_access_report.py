# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on the access: a line for each step, secrets masked."""

from __future__ import annotations

from textwrap import wrap

from ansible_collections.huaweicloud.workspace.plugins.module_utils._cloud.redaction import Secrets
from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._access_labels import Labels

PASSED = "✓"
FAILED = "✗"
NOTE = "!"
SKIPPED = "-"

#: Characters of a line that explains a step, without those that Ansible adds.
_WIDTH = 96
_INDENT = "    "


class AccessReport:
    """Collects the lines.

    :param say: returns the labels.
    :param secrets: masks the lines.
    """

    def __init__(self, say: Labels, secrets: Secrets) -> None:
        self.say = say
        self.lines: list[str] = []
        self._secrets = secrets

    def heading(self, label: str, **values: object) -> None:
        """Begin a part of the report."""
        self.end_part()
        self.lines.append(self._secrets.mask(self.say(label, **values)))

    def end_part(self) -> None:
        """Separate what follows by an empty line."""
        if self.lines:
            self.lines.append("")

    def step(self, mark: str, name: str, text: str, explanation: str = "") -> None:
        """Add a step.

        :param name: of its label.
        :param text: what became of it, in a few words.
        :param explanation: sentences, which get lines of their own.
        """
        line = self.say("step", mark=mark, name=self.say(name), text=text)
        self.lines.append(self._secrets.mask(line))
        self.explain(explanation)

    def explain(self, text: str) -> None:
        """Add sentences about the last step."""
        # A masked text is wrapped, not the other way round: a line break would hide a secret from the mask.
        lines = wrap(self._secrets.mask(text), _WIDTH, break_long_words=False, break_on_hyphens=False)
        self.lines += [_INDENT + line for line in lines]

    def note(self, text: str) -> None:
        """Add sentences that belong to no step."""
        self.lines.append(self._secrets.mask(f"{NOTE} {text}"))

    def skip(self, name: str, reason: str, **values: object) -> None:
        """Add a step that is skipped.

        :param reason: name of the label that says why.
        """
        self.step(SKIPPED, name, self.say("skipped", reason=self.say(reason, **values)))

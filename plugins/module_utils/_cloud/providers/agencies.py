# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An agency that a source names: complete or an error. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..credentials import Agency
from ..errors import ConfigurationError
from ..setting import Setting, describe_origins

#: Options that name an agency: its name, and exactly one of those that name the account that created it.
AGENCY = ("agency_name", "agency_domain_name", "agency_domain_id")
_ACCOUNT = AGENCY[1:]


def complete_agency(given: Mapping[str, Setting], names: Mapping[str, str]) -> Agency:
    """Return the agency that one source names.

    :param given: what the source sets, by option.
    :param names: what the source calls each option.
    :raises ConfigurationError: if it is not a name and exactly one of the account's name and ID.
    """
    accounts = [name for name in _ACCOUNT if name in given]
    if "agency_name" not in given:
        raise ConfigurationError(f"{names[accounts[0]]} is set without {names['agency_name']}. Set both, or neither")
    if not accounts:
        choice = " or ".join(names[name] for name in _ACCOUNT)
        raise ConfigurationError(f"{names['agency_name']} is set without {choice}. Set one of them in the same source")
    if len(accounts) > 1:
        choice = " and ".join(names[name] for name in accounts)
        raise ConfigurationError(f"{choice} are mutually exclusive. Set one of them")
    kind = "domain_id" if accounts[0] == "agency_domain_id" else "domain_name"
    origins = describe_origins(given[name] for name in AGENCY if name in given)
    return Agency(str(given["agency_name"].value), (kind, str(given[accounts[0]].value)), origins)

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fictitious account whose requests the emulator accepts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

DEFAULT_REGION = "cn-north-4"

REGIONS = (
    "cn-north-4", "cn-north-9", "cn-north-11", "cn-east-3", "cn-east-5", "cn-south-1", "cn-southwest-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "la-south-2", "la-north-2", "sa-brazil-1", "na-mexico-1",
    "me-east-1", "af-south-1", "af-north-1", "tr-west-1", "eu-west-101",
)  # fmt: skip
"""The regions known to have Workspace."""


@dataclass(frozen=True)
class Key:
    """An access key; a temporary one has a security token."""

    access_key: str
    secret_key: str
    security_token: str | None = None


@dataclass(frozen=True)
class Project:
    """A project of the account. The default project of a region has the region's name."""

    id: str
    name: str
    region: str


def project_named(name: str, region: str) -> Project:
    """Return a project with an ID that depends on its name only."""
    return Project(hashlib.sha256(f"project {name}".encode()).hexdigest()[:32], name, region)


def _partner_projects() -> tuple[Project, ...]:
    return tuple(
        Project(hashlib.sha256(f"partner {region}".encode()).hexdigest()[:32], region, region) for region in REGIONS
    )


@dataclass(frozen=True)
class Agency:
    """An agency of another account, which delegates access to its projects.

    ``permits`` says whether users of this account may assume it. ``seconds`` overrides the requested lifetime of its
    keys.
    """

    name: str
    domain_name: str = "emulator-partner"
    domain_id: str = "e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1"
    permits: bool = True
    seconds: float | None = None
    projects: tuple[Project, ...] = field(default_factory=_partner_projects)


@dataclass(frozen=True)
class Oidc:
    """The OIDC federation of a CI system: an agency that trusts its identity provider, and a valid ID token."""

    provider_urn: str = "iam::d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0:oidcProvider:emulator-ci"
    agency_urn: str = "iam::d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0:agency:emulator-ci"
    id_token: str = "eyJlbXVsYXRvciI6MX0.eyJub3RoaW5nIjoib3BlbnMifQ.c2lnbmF0dXJl"
    distrusting_agency_urn: str = "iam::d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0:agency:emulator-closed"


def _default_projects() -> tuple[Project, ...]:
    defaults = [project_named(region, region) for region in REGIONS]
    return (*defaults, project_named(f"{DEFAULT_REGION}_design", DEFAULT_REGION))


@dataclass(frozen=True)
class Account:
    """Credentials, projects and agencies. All values are fictitious."""

    access_key: str = "EMULATOR0ACCESS0KEY0"
    secret_key: str = "emulatorSecretKeyThatOpensNothingElse000"
    temporary: Key = Key(
        "EMULATOR0TEMPORARY00",
        "emulatorTemporarySecretThatOpensNothing0",
        "emulator-security-token+/==" + "ggpjbi1ub3J0aC00" * 40,
    )
    metadata: Key = Key(
        "EMULATOR0SERVER00000",
        "emulatorServerSecretThatOpensNothing0000",
        "emulator-server-security-token+/==" + "gQpjbi1ub3J0aC00" * 40,
    )
    username: str = "emulator-user"
    password: str = "emulator password: öffnet nichts"
    domain_name: str = "emulator-domain"
    domain_id: str = "d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0"
    user_id: str = "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"
    projects: tuple[Project, ...] = field(default_factory=_default_projects)
    agencies: tuple[Agency, ...] = (
        Agency("emulator-agency"),
        Agency("emulator-closed-agency", permits=False),
        Agency("emulator-brief-agency", seconds=0.0),
    )

    oidc: Oidc = Oidc()

    @property
    def security_token(self) -> str:
        """The security token of the temporary key."""
        return self.temporary.security_token or ""

    @property
    def regions(self) -> frozenset[str]:
        """The regions in which the account has a project."""
        return frozenset(project.region for project in self.projects)

    @property
    def project_ids(self) -> dict[str, str]:
        """Project IDs by project name."""
        return {project.name: project.id for project in self.projects}

    def key(self, access_key: str) -> Key | None:
        """Return the key with an access key ID, None if the account has none."""
        for key in (Key(self.access_key, self.secret_key), self.temporary, self.metadata):
            if key.access_key == access_key:
                return key
        return None

    @property
    def oidc_agency(self) -> Agency:
        """The agency of the CI system, with access to the account's projects."""
        return Agency("emulator-ci", self.domain_name, self.domain_id, projects=self.projects)

    def agency(self, name: str, domain: tuple[str | None, str | None]) -> Agency | None:
        """Return an agency by its name and the name or ID of the account that created it, None if not found."""
        for agency in self.agencies:
            if agency.name == name and domain in ((agency.domain_name, None), (None, agency.domain_id)):
                return agency
        return None

    def project(self, project_id: str) -> Project | None:
        """Return a project by its ID, None if not found."""
        return next((project for project in self.projects if project.id == project_id), None)

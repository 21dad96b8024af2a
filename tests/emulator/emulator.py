# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator: the interface for tests and the command line."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from .account import DEFAULT_REGION, Account
from .authentication import Authenticator
from .control import control
from .faults import ActiveFaults, FaultRegistry
from .images import RegionImages, Rows, to_region_images
from .listing import Catalogue
from .messages import Request, Response
from .recording import Recording, Replay
from .request_log import Record, RequestLog
from .samples import sample_images
from .server import Server, record_of
from .services import Services, operation_of, project_of

METADATA_ADDRESS = "169.254.169.254"
"""The only address outside loopback that the emulator serves. A test can assign it in a network namespace."""


class Emulator:
    """Huawei Cloud on loopback: ``with Emulator() as emulator:`` serves at ``emulator.url`` until the block ends.

    ``images`` are rows for all regions, or rows by region, with the key ``""`` for all other regions. By default, each
    region has different sample images. ``url`` serves ``default_region``, ``url/{region}`` any region. ``latency`` of
    each request is in seconds; it can be changed at any time. With ``ssl_context``, the server requires TLS. With
    ``recording``, ListImages returns the recorded responses in the recording's region. Raises ValueError for a host
    that is not loopback.
    """

    def __init__(
        self,
        *,
        images: Rows | Mapping[str, Rows] | None = None,
        account: Account | None = None,
        default_region: str = DEFAULT_REGION,
        latency: float = 0.0,
        ssl_context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        recording: Recording | None = None,
    ) -> None:
        if host != METADATA_ADDRESS and not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the emulator only serves loopback, not {host}")
        self.account = account or (recording.account() if recording else Account())
        self.default_region = recording.region if recording else default_region
        self.latency = latency
        self.closing = threading.Event()
        self._address = (host, port)
        self._ssl_context = ssl_context
        self._catalogues: dict[str, Catalogue] = {}
        self._images: dict[str, RegionImages] = {}
        self._request_log = RequestLog()
        self._registry = FaultRegistry()
        self._authenticator = Authenticator(self.account)
        services = Services(self.account, self._authenticator, self._catalogue)
        self._services = (
            services if recording is None else Replay(recording, self._authenticator, project_of, services.handle)
        )
        self._server: Server | None = None
        self.set_images(images)

    # Running

    def start(self) -> Emulator:
        """Serve requests in a thread."""
        self.closing.clear()
        self._server = Server(self._address, self, self._ssl_context)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="emulator", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving, and abort stalled and slow responses."""
        self.closing.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.close_connections()
            self._server = None

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port that is served."""
        if self._server is None:
            raise RuntimeError("the emulator is not running")
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The endpoint of all services in the default region, without a trailing slash."""
        host = f"[{self._address[0]}]" if ":" in self._address[0] else self._address[0]
        return f"{'https' if self._ssl_context else 'http'}://{host}:{self.port}"

    def endpoint(self, region: str) -> str:
        """The endpoint of all services in a region."""
        return f"{self.url}/{region}"

    # Data

    @property
    def project_id(self) -> str:
        """The ID of the default region's default project."""
        return self.account.project_ids[self.default_region]

    def set_images(self, images: Rows | Mapping[str, Rows] | None) -> None:
        """Replace all images; None restores the samples."""
        by_region = images if isinstance(images, Mapping) else {} if images is None else {"": images}
        self._images = {region: to_region_images(rows) for region, rows in by_region.items()}
        self._catalogues = {}

    def rows(self, region: str | None = None) -> list[dict[str, Any]]:
        """Return all images of a region as ListImages returns them, in the order in which they are stored."""
        return [dict(image.row) for image in self._catalogue(region or self.default_region).images]

    def issue_token(self, project_name: str | None = None) -> str:
        """Return a token for a project, by default that of the default region."""
        project = self.account.project(self.account.project_ids[project_name or self.default_region])
        return self._authenticator.issue_token(project).text

    def _catalogue(self, region: str) -> Catalogue:
        catalogue = self._catalogues.get(region)
        if catalogue is None:
            images = self._images.get(region, self._images.get(""))
            catalogue = Catalogue(to_region_images(sample_images(region)) if images is None else images)
            self._catalogues[region] = catalogue
        return catalogue

    # Faults and the log

    def arm(
        self,
        name: str,
        *,
        operation: str | None = None,
        times: int | None = None,
        region: str | None = None,
        offset: int | None = None,
        after: int = 0,
        **parameters: object,
    ) -> None:
        """Arm a fault of the table in ``faults``: ``arm("throttled", times=2, retry_after="1")``.

        ``operation`` is a name or a shell pattern (default: the fault's operation, usually all), ``times`` None means
        without limit, ``region`` and ``offset`` restrict it to matching requests, and it skips the first ``after`` of
        these. Raises ValueError for an unknown name or parameter.
        """
        self._registry.arm(
            name, operation=operation, times=times, region=region, offset=offset, after=after, **parameters
        )

    def disarm(self) -> None:
        """Disarm all faults."""
        self._registry.disarm()

    @property
    def requests(self) -> list[Record]:
        """The requests since the start or the last ``reset``, without requests to ``/_emulator/``."""
        return self._request_log.records()

    def reset(self) -> None:
        """Disarm all faults, clear the request log, and unlock all keys."""
        self._registry.disarm()
        self._request_log.clear()
        self._authenticator.reset()

    # Interface for the server (Application)

    def region_of(self, path: str) -> tuple[str, str]:
        """Split a path into its region, or the default region, and the route."""
        first, _slash, rest = path[1:].partition("/")
        return (first, f"/{rest}") if first in self.account.regions else (self.default_region, path)

    def control(self, request: Request) -> Response | None:
        """Handle a request that controls the emulator; return None for a request to a service."""
        return control(request, self._registry, self._request_log)

    def serve(self, request: Request, connection: int) -> tuple[Response, ActiveFaults]:
        """Handle a request to a service and log it. It is authenticated even if a fault replaces the response."""
        operation = operation_of(request)
        faults = self._registry.choose(request, operation)
        response = self._services.handle(request, operation, faults.alter_listing)
        response = faults.alter_response(request, response, self.account)
        self._request_log.add(record_of(request, operation, response, faults.names, connection))
        return response, faults

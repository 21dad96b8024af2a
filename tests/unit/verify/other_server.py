# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another server of the same API, without code of the emulator and with other undocumented behavior.

Dates are local times without a zone, filters are not case-sensitive, total_count is missing, offsets count pages,
invalid parameters are ignored, errors have another shape, undated images are first, and images have an unknown field.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

ACCESS_KEY = "OTHER0SERVER0KEY0000"
SECRET_KEY = "otherServerSecretThatOpensNothing0000000"
PROJECT_ID = "0c0ffee00c0ffee00c0ffee00c0ffee0"
ACCOUNT = "acme-desktops"
KINDS = (("Windows", "x86"), ("Linux", "arm"))
IMAGES: list[dict[str, Any]] = [
    {
        "id": f"9f8e7d6c-0000-4000-8000-{number:012d}",
        "name": f"{ACCOUNT} image {chr(97 + (number * 5) % 26)}{number}",
        "image_type": "private",
        "os_type": KINDS[number % 2][0],
        "architecture": KINDS[number % 2][1],
        "os_version": "Windows 11 Enterprise 64bit",
        "disk_format": "vmdk",
        "min_ram": 0,
        "min_disk": "80",
        "product_code": None,
        "created_at": f"2025-08-{number % 28 + 1:02d} 10:{number % 60:02d}:00" if number % 9 else None,
        "owner": ACCOUNT,
    }
    for number in range(130)
]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not self._is_signed(parts.path, parts.query):
            reason = f"verify aksk signature fail, ak:{ACCESS_KEY}, account {ACCOUNT}"
            self._send(401, {"error": {"code": "APIGW.0301", "message": reason}})
        elif parts.path == "/v3/projects":
            self._send(200, {"projects": [{"id": PROJECT_ID, "name": query["name"], "domain": ACCOUNT}]})
        elif parts.path == f"/v2/{PROJECT_ID}/images":
            self._send(200, {"images": _select_images(query)})
        else:
            self._send(404, {"error": {"code": "APIGW.0101", "message": f"{self.headers['Host']} has no such API"}})

    def _send(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("X-Apig-RateLimit-User", "remain:9,limit:10,time:10 second")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_signed(self, path: str, query: str) -> bool:
        fields = dict(part.strip().split("=", 1) for part in self.headers["Authorization"].split(" ", 1)[1].split(","))
        names = fields["SignedHeaders"].split(";")
        pairs = sorted(parse_qsl(query, keep_blank_values=True))
        canonical = "\n".join([
            "GET", quote(path) + "/", "&".join(f"{quote(name, '')}={quote(value, '')}" for name, value in pairs),
            *(f"{name}:{self.headers[name].strip()}" for name in names), "", ";".join(names),
            hashlib.sha256(b"").hexdigest(),
        ])  # fmt: skip
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"SDK-HMAC-SHA256\n{self.headers['X-Sdk-Date']}\n{digest}"
        signature = hmac.new(SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(signature, fields["Signature"])


def _select_images(query: dict[str, str]) -> list[dict[str, Any]]:
    names = {"image_id": "id", "os_type": "os_type", "image_type": "image_type", "architecture": "architecture"}
    matching = [
        image
        for image in IMAGES
        if all(image[names[name]].lower() == value.lower() for name, value in query.items() if name in names and value)
    ]
    field = query.get("sort_field") if query.get("sort_field") in IMAGES[0] else "name"
    matching.sort(key=lambda image: str(image[str(field)] or ""), reverse=query.get("sort_type") == "desc")
    limit = int(query.get("limit") or 100) or len(matching)
    start = int(query.get("offset") or 0)
    # An offset that is not a multiple of the limit is the number of a page.
    start = start if start % limit == 0 and limit > 1 else start * limit + 1
    return matching[start : start + limit]


@contextmanager
def serve() -> Iterator[str]:
    """Serve on loopback, and yield the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()

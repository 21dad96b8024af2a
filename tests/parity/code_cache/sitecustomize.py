# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With this directory in PYTHONPATH, Python caches the compiled code of ZIP files in the directory PARITY_CODE_CACHE.

Ansible sends a module as a ZIP file, which Python compiles anew for each task. That is half of the time of a module.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import zipimport
from pathlib import Path
from types import CodeType

_DIRECTORY = Path(os.environ["PARITY_CODE_CACHE"])
_compile = zipimport._compile_source  # type: ignore[attr-defined]


def _compile_once(pathname: str, source: bytes) -> CodeType:
    """Return the code of a file. The name of another task's temporary file may be in it, for tracebacks."""
    cached = _DIRECTORY / hashlib.sha256(source).hexdigest()
    try:
        code: CodeType = marshal.loads(cached.read_bytes())  # noqa: S302 - written by this function
    except FileNotFoundError:
        code = _compile(pathname, source)
        partial = cached.with_name(f"{cached.name}.{os.getpid()}")
        partial.write_bytes(marshal.dumps(code))
        partial.replace(cached)
    return code


zipimport._compile_source = _compile_once  # type: ignore[attr-defined]

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes pictures as SVG: light and dark, without anything from other files."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from xml.sax.saxutils import escape

#: Width of a picture. On a phone, its text is still readable.
WIDTH = 480
#: Characters of a line of text that fit in a width, with some space left for wide fonts.
CHARACTERS = 64

_STYLE = """\
svg{--paper:#fff;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--ours:#0969da;--other:#8c959f;--good:#2da44e;--bad:#cf222e;--box:#f6f8fa}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#f0f6fc;--soft:#9198a1;--line:#3d444d;--ours:#4493f8;
--other:#818b96;--good:#3fb950;--bad:#f85149;--box:#151b23}}
text{font:13px system-ui,sans-serif;fill:var(--ink);white-space:pre}
.soft{fill:var(--soft)}.title{font-weight:600}.paper{fill:var(--paper)}.box{fill:var(--box);stroke:var(--line)}
.ours{fill:var(--ours)}.other{fill:var(--other)}.good{fill:var(--good)}.bad{fill:var(--bad)}
.line{stroke:var(--soft);fill:none}.code{font-family:ui-monospace,monospace;font-size:12px}.right{text-anchor:end}
"""


def text(x: float, y: float, content: str, classes: str = "") -> str:
    """Return a line of text whose baseline is at ``y``."""
    attribute = f' class="{classes}"' if classes else ""
    return f'<text x="{x:g}" y="{y:g}"{attribute}>{escape(content)}</text>'


def box(x: float, y: float, width: float, height: float, classes: str, radius: float = 2) -> str:
    """Return a rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:.4g}" height="{height:g}" rx="{radius:g}" class="{classes}"/>'


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a horizontal or vertical line with a head at its end."""
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    x, y = x2 - 6 * dx, y2 - 6 * dy
    head = f"M{x - 4 * dy:g} {y - 4 * dx:g}L{x2:g} {y2:g}L{x + 4 * dy:g} {y + 4 * dx:g}"
    return f'<path class="line" d="M{x1:g} {y1:g}L{x2:g} {y2:g}{head}"/>'


def lines(content: str, characters: int = CHARACTERS) -> list[str]:
    """Wrap a text."""
    return wrap(content, characters)


def document(
    height: float, title: str, description: str, body: Iterable[str], width: float = WIDTH, style: str = ""
) -> str:
    """Return the file.

    :param title: what the picture shows; screen readers read it.
    :param description: the same in full, for those who cannot see the picture.
    """
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(description)}</desc>",
            f"<style>{_STYLE}{style}</style>",
            box(0, 0, width, height, "paper", radius=6),
            *body,
            "</svg>",
            "",
        ]
    )

"""`make picture`: open the real desk on the embedded exchange, trade by key, and draw what stands on the screen.

Nothing is staged: worker and exchange are processes of their own, the keys pass the same guards as a hand's. Only the
window is not there. The seed is fixed, so two pictures look alike; the market goes by the clock, so no two are equal.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from textual.pilot import Pilot

from connectors.clock import SystemClock
from connectors.model.book import BookState
from connectors.model.order import OrderStatus, Side
from storage.paths import Home
from tui import wiring
from tui.backstage import Backstage
from tui.desk import Desk
from tui.pulse import TimerPulse

SIZE = (160, 50)
"""A window in which every pane has its rows."""
SEED = 20
TITLE = "tradedesk"
COARSER, ROWS_AWAY = 3, 6
"""Steps towards coarser rows, and rows from the touch to an own order: near enough to be seen, far enough to rest."""
PATIENCE_S = 60.0
BETWEEN_KEYS_S = 0.05
"""Slower than a paste, faster than the market."""
SETTLED_S = 0.35
"""Longer than the pause after which order keys act again (300 ms)."""
TRIES = 20
MOST_BYTES = 400_000
"""A README that loads for longer than this is not read."""

CELL = 12.2
"""Width of a character in Textual's pictures."""
BLANK = "&#160;"
_TEXT = re.compile(r'<text( class="[^"]*")? x="([\d.]+)"( y="[^"]*") textLength="([\d.]+)"( [^>]*)?>([^<]*)</text>')
FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


class NotPictured(Exception):
    """The desk did not come to show what the picture is to show."""


async def _until(pilot: Pilot[int], done: Callable[[], bool], what: str) -> None:
    """Let the desk run until a condition holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > deadline:
            raise NotPictured(f"{what}: not within {PATIENCE_S:g} s.")
        await pilot.pause(0.05)


async def _press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys as a hand does, with time between them."""
    for key in keys:
        await pilot.pause(BETWEEN_KEYS_S)
        await pilot.press(key)


async def _order(pilot: Pilot[int], desk: Desk, *keys: str, done: Callable[[], bool], what: str) -> None:
    """Press order keys; told to press again, press again. An order that is on its way is never pressed twice."""
    before = len(desk.store.orders)
    for _ in range(TRIES):
        await pilot.pause(SETTLED_S)
        await _press(pilot, *keys)
        if desk.hand.asker.open is not None:
            await pilot.pause(SETTLED_S)
            await _press(pilot, "y")
        if len(desk.store.orders) > before:
            await _until(pilot, done, what)
            return
    raise NotPictured(f"{what}: the keys {' '.join(keys)} were refused {TRIES} times.")


def _complete(desk: Desk) -> bool:
    """Whether every pane of the market screen has something true to show."""
    book = desk.market.newest
    ladder = desk.floor.ladder.model
    trusted = book is not None and book.state is BookState.LIVE and ladder.live
    return trusted and len(desk.floor.chart.model.bars) > SIZE[0] and bool(desk.store.tickers)


def _working(desk: Desk, side: Side) -> bool:
    return any(order.side is side and order.status is OrderStatus.OPEN for order in desk.store.orders.values())


async def _trade(pilot: Pilot[int], desk: Desk) -> None:
    """Buy at market, then rest a sell above the touch and a buy below it, each of half of that size."""
    await _press(pilot, "2")
    await _order(pilot, desk, "m", "b", done=lambda: bool(desk.store.open_positions()), what="the market buy fills")
    await _press(pilot, "1")
    for side, touch, away, key in ((Side.SELL, "home", "up", "s"), (Side.BUY, "end", "down", "b")):
        await _press(pilot, touch, *[away] * ROWS_AWAY)
        await _order(pilot, desk, key, done=partial(_working, desk, side), what=f"the {side} rests")


async def draw(home: Home) -> str:
    """Open the desk, trade, and draw it.

    Args:
        home: An empty home of its own.

    Returns:
        The picture as SVG.
    """
    clock = SystemClock()
    desk = Desk(
        clock=clock,
        backstage=cast("Backstage", wiring.Backstage(home, exchange=True, seed=SEED)),
        pulse=TimerPulse(clock),
    )
    desk.theme = "dark"
    async with desk.run_test(size=SIZE) as pilot:
        await _until(pilot, lambda: _complete(desk), "book, candles and ticker are LIVE")
        await _press(pilot, *["full_stop"] * COARSER)
        await _trade(pilot, desk)
        # Every pane has its beat, after which all of them say the same.
        await pilot.pause(SETTLED_S)
        await _until(pilot, lambda: _complete(desk), "the book is LIVE")
        return desk.export_screenshot(title=TITLE)


def tidy(svg: str) -> str:
    """Leave out what a picture in a repository must not have, and what renderers disagree about.

    No font comes from a host, no id differs from run to run. Blanks at the ends of a text are where some renderers trim
    and others do not, so texts begin where their first sign stands.
    """
    svg = re.sub(r"@font-face \{.*?\}\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+-", "desk-", svg)
    svg = svg.replace("font-family: Fira Code, monospace;", f"font-family: {FONTS};")
    svg = _TEXT.sub(_trimmed, svg)
    return "\n".join(line.strip() for line in svg.splitlines() if line.strip()) + "\n"


def _trimmed(found: re.Match[str]) -> str:
    """A text without the blanks at its ends, moved by their width; nothing where it has no sign at all."""
    style, x, rest, length, clip, text = found.groups()
    signs = text.replace(BLANK, " ").strip("\n")
    if not signs.strip(" "):
        return ""
    before = len(signs) - len(signs.lstrip(" "))
    cells = round(float(length) / CELL)
    kept = cells - before - (len(signs) - len(signs.rstrip(" ")))
    moved, inner = float(x) + before * CELL, signs.strip(" ").replace(" ", BLANK)
    return f'<text{style} x="{moved:.1f}"{rest} textLength="{kept * CELL:.1f}"{clip}>{inner}</text>'


def _wait_for_worker_to_go(home: Home) -> None:
    """The worker lingers for a few seconds after its last client; its folder is removed after that."""
    deadline = time.monotonic() + PATIENCE_S
    while home.worker_socket.exists():
        if time.monotonic() > deadline:
            raise NotPictured(f"the worker ends: not within {PATIENCE_S:g} s.")
        time.sleep(BETWEEN_KEYS_S)


def main(words: list[str]) -> int:
    """Draw the picture into the named file."""
    if len(words) != 1:
        print("Name the file: python -m bench.picture docs/desk.svg", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="td", dir="/tmp") as folder:
        os.environ["TRADEDESK_HOME"] = folder
        home = Home.find(os.environ)
        svg = tidy(asyncio.run(draw(home)))
        _wait_for_worker_to_go(home)
    Path(words[0]).write_text(svg, encoding="utf-8")
    size = len(svg.encode())
    print(f"{words[0]}: {size:,} bytes")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

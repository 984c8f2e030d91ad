"""An order's life at a real terminal: placed, filled in part, moved, canceled; the worker killed; the same picture."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.processes import of_home, until
from support.terminal import Terminal

pytestmark = pytest.mark.terminal

LIVE = r"(?s)SIM simulated market.*BTCUSDT.*● .*▌LADDER .*LIVE ✓.*\[[\d,]+\.\d\d\]"
ASK = "61710.00"
STANDS = "0.03000000"
"""All that is offered at the best ask; the next offer is far above."""
SECONDS = 600
BEGAN_MS = 1_723_161_254_000
DAY = {"s": "BTCUSDT"}


def recording(path: Path) -> Path:
    """A market that stands still, written as a recording: a touch of 61,700.00 and 61,710.00; one far bid moves."""
    snapshot = {
        "lastUpdateId": 1_000,
        "bids": [["61700.00000000", "1.50000000"], ["61690.00000000", "2.00000000"]],
        "asks": [[f"{ASK}000000", STANDS], ["61790.00000000", "2.00000000"]],
    }
    lines = [(BEGAN_MS, snapshot)]
    for step in range(SECONDS * 10):
        at_ms, update = BEGAN_MS + 100 * (step + 1), 1_001 + step
        depth = DAY | {"e": "depthUpdate", "E": at_ms, "U": update, "u": update, "a": []}
        bid = ["61000.00000000", f"{1 + step % 2}.00000000"]
        lines.append((at_ms, {"stream": "btcusdt@depth@100ms", "data": depth | {"b": [bid]}}))
        if not step % 20:
            trade = DAY | {"e": "trade", "E": at_ms, "T": at_ms, "t": step, "p": "61790.00000000", "q": "0.00100000"}
            lines.append((at_ms, {"stream": "btcusdt@trade", "data": trade | {"m": False, "M": True}}))
    text = "".join(f"{at_ms}000000 {json.dumps(line)}\n" for at_ms, line in lines)
    path.write_bytes(gzip.compress(text.encode()))
    return path


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120×40 with an empty home."""
    window = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home)})
    yield window
    window.close()
    until(lambda: not of_home(home), "the processes of the desk end with it")


def line(terminal: Terminal, text: str) -> None:
    """Write a command line and press enter."""
    terminal.press(":")
    terminal.until(r"move  resize  cancel")
    terminal.type(text)
    terminal.until(re.escape(text))
    terminal.press("Enter")


def answer(terminal: Terminal, key: str, hint: str, text: str, shows: str) -> None:
    """Press a key that asks for something, and give it."""
    terminal.press(key)
    terminal.until(hint)
    terminal.type(text)
    terminal.press("Enter")
    terminal.until(shows)


def rows(screen: str) -> list[list[str]]:
    """The rows of the list of orders up to their price; ages are left out, they count on."""
    found = re.findall(r"(?m)^[▶ *]+ (k\d+ .*)$", screen)
    return [row.split()[:9] for row in found]


def turned_from(title: str) -> Callable[[str], bool]:
    """Whether another tab is open by now."""
    return lambda screen: screen.splitlines()[1] != title


def listed(terminal: Terminal) -> list[list[str]]:
    """Every order, as the orders screen lists it."""
    terminal.press("F3")
    screen = terminal.until(r"ORDERS .*working \d+")
    while "‹all" not in screen:  # noqa: RUF001  # the mark of an open tab
        title = screen.splitlines()[1]
        terminal.press("Right")
        screen = terminal.until(turned_from(title))
    return rows(terminal.until(r"(?m)^[▶ *]+ k1 "))


def held(terminal: Terminal) -> tuple[str, ...]:
    """Quantity and average entry of the position."""
    terminal.press("F4")
    found = re.search(r"BTCUSDT +LONG +([\d.]+) +([\d,.]+)", terminal.until(r"BTCUSDT +LONG +0\.\d+ "))
    assert found
    return found.groups()


def test_an_order_filled_in_part_is_moved_and_canceled_and_a_killed_worker_changes_nothing(
    terminal: Terminal, home: Path, tmp_path: Path
) -> None:
    terminal.start(sys.executable, "-m", "tui", "demo", "--tape", str(recording(tmp_path / "still.gz")))
    terminal.until(LIVE)
    answer(terminal, "z", r"size of slot 1", "0.04", r"Slot 1 is 0\.04\.")
    answer(terminal, "/", r"go to", ASK, r"\[61,710\.00\]")
    for _ in range(6):
        terminal.press("b")
        if terminal.shows(r"k1 BUY 0\.040 @ 61,710\.00 filled 0\.03 at 61,710\.00, the rest is resting", 3):
            break

    terminal.press("F3")
    terminal.until(r"k1 .*BUY +limit +0\.04 +0\.03 +61,710\.00 .*PART 75 %")
    line(terminal, "move k1 -200usdt")
    terminal.until(r"k2 BUY 0\.010 @ 61,510\.00 resting, in place of k1")
    line(terminal, "resize k2 0.005")
    terminal.until(r"k2 BUY 0\.005 @ 61,510\.00 changed")
    terminal.press("x")
    terminal.until(r"k2 BUY 0\.005 @ 61,510\.00 canceled")
    before, position = listed(terminal), held(terminal)
    assert position == ("0.02997", "61,771.77")

    for process in of_home(home, "worker"):
        os.kill(process, signal.SIGKILL)
    terminal.until(r"The connector worker stopped\. Orders at the venues are untouched\. r restarts it")
    terminal.press("r")
    terminal.until(r"● LIVE.*0 ord 0 unknown")
    assert held(terminal) == position
    assert listed(terminal) == before
    assert [row[0] for row in before] == ["k2", "k1"]
    terminal.press("C-q")
    terminal.until(r"Quit\?")
    terminal.press("y")
    terminal.until(r"exit=0")

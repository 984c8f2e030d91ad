"""The whole way through, once: a person at a real terminal, real processes, real sockets, twice on one archive."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from support.processes import of_home, until
from support.terminal import Terminal

pytestmark = pytest.mark.terminal

LIVE = r"(?s)SIM simulated market.*BTCUSDT.*● .*▌LADDER .*LIVE ✓.*\[[\d,]+\.\d\d\].*(▲|▼)"
CURSOR = re.compile(r"\[([\d,]+\.\d\d)\]")


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120×40 with an empty home."""
    window = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home)})
    yield window
    window.close()
    until(lambda: not of_home(home), "the processes of the desk end with it")


def open_desk(terminal: Terminal) -> str:
    terminal.start(sys.executable, "-m", "tui", "desk")
    return terminal.until(LIVE)


def cursor(screen: str) -> str:
    """The price the cursor stands on."""
    found = CURSOR.search(screen)
    assert found, screen
    return found[1]


def go_far_below(terminal: Terminal) -> str:
    """Put the cursor some hundred below the market, where nothing fills while we look; returns its price as written."""
    market = Decimal(cursor(terminal.screen()).replace(",", ""))
    price = (market - 400).quantize(Decimal(1))
    terminal.press("/")
    terminal.until(r"go to")
    terminal.type(str(price))
    terminal.press("Enter")
    terminal.until(rf"\[{price:,}\.00\]")
    return f"{price:,}.00"


def press_until(terminal: Terminal, *keys: str, shows: str) -> str:
    """Press keys as a person does: told to press again, one presses again."""
    for _ in range(6):
        terminal.press(*keys)
        if terminal.shows(shows, 2):
            return terminal.screen()
    raise AssertionError(f"{keys} never led to {shows!r}:\n{terminal.screen()}")


def rest_below(terminal: Terminal, handle: str) -> str:
    """Place a resting buy far below the market; returns its price as written."""
    price = go_far_below(terminal)
    press_until(terminal, "b", shows=rf"{handle} BUY 0\.010 @ {re.escape(price)} resting")
    return price


def quit_desk(terminal: Terminal) -> None:
    terminal.press("C-q")
    terminal.until(r"exit=0|Quit\?")
    if "exit=0" not in terminal.screen():
        terminal.press("y")
    terminal.until(r"exit=0")


def assert_clean(terminal: Terminal) -> None:
    """The terminal is as it was: no alternate screen, no mouse reports, a visible cursor, echo on."""
    assert terminal.flag("alternate_on") == "0"
    assert terminal.flag("mouse_any_flag") == "0"
    assert terminal.flag("cursor_flag") == "1"
    terminal.type("echo still-here")
    terminal.until(r"\$ echo still-here")


def test_an_order_rests_is_canceled_fills_and_is_there_after_a_restart(terminal: Terminal, home: Path) -> None:
    open_desk(terminal)
    resting = rest_below(terminal, "k1")
    terminal.until(r"1 ord 0 unknown")
    terminal.press("x")
    terminal.until(r"k1 .*canceled")
    terminal.until(r"0 ord 0 unknown")

    terminal.press("Enter")
    terminal.until(r"▌TICKET")
    terminal.press("C-y")
    terminal.until(rf"k2 BUY 0\.010 @ {re.escape(resting)} resting")
    terminal.press("Escape")
    terminal.until(r"▌LADDER")

    press_until(terminal, "m", "b", shows=r"k3 BUY 0\.010 at MARKET filled at [\d,.]+")
    screen = terminal.until(r"POS \+0\.00999 BTC @ [\d,.]+ +uPnL [+-]?\d")
    entry = re.search(r"POS \+0\.00999 BTC @ ([\d,.]+)", screen)
    assert entry
    quit_desk(terminal)
    assert_clean(terminal)

    terminal.close()
    open_desk(terminal)
    terminal.until(rf"POS \+0\.00999 BTC @ {re.escape(entry[1])}")
    terminal.until(r"1 ord 0 unknown")
    terminal.press("F3")
    terminal.until(rf"k2 .*BUY .*{re.escape(resting)}.*OPEN")
    terminal.press("x")
    terminal.until(r"k2 .*canceled")
    quit_desk(terminal)


def test_a_killed_desk_leaves_no_process_and_no_lost_order(terminal: Terminal, home: Path) -> None:
    open_desk(terminal)
    rest_below(terminal, "k1")
    for process in of_home(home, "desk"):
        os.kill(process, signal.SIGKILL)
    until(lambda: not of_home(home), "worker and exchange end when the desk is gone")
    done = subprocess.run(
        [sys.executable, "-m", "tui", "orders", "--json"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert '"OPEN"' in done.stdout
    assert done.stdout.count('"handle"') == 1


def test_a_killed_worker_is_restarted_by_a_key_and_nothing_is_lost(terminal: Terminal, home: Path) -> None:
    open_desk(terminal)
    rest_below(terminal, "k1")
    for process in of_home(home, "worker"):
        os.kill(process, signal.SIGKILL)
    terminal.until(r"The connector worker stopped\. Orders at the venues are untouched\. r restarts it")
    terminal.press("r")
    terminal.until(r"1 ord 0 unknown")
    terminal.until(LIVE)
    terminal.press("x")
    terminal.until(r"k1 .*canceled")
    quit_desk(terminal)


def test_a_window_too_small_says_so_and_comes_back(terminal: Terminal) -> None:
    first = cursor(open_desk(terminal))
    terminal.press("K")  # from now on no jump of the market moves the cursor
    before = cursor(terminal.until(lambda shown: "[" in shown and cursor(shown) != first))
    terminal.resize(72, 20)
    terminal.until(r"72×20 is too small\. The desk needs 80×24")
    terminal.resize(80, 24)
    screen = terminal.until(r"▌LADDER .*LIVE")
    assert cursor(screen) == before
    assert all(len(line) <= 80 for line in screen.splitlines())
    quit_desk(terminal)

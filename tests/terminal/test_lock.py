"""The lock at a real terminal over a real worker: cover, a wrong passphrase, a fill meanwhile, and the desk again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.worker import api
from connectors.worker.secrets import CreateVault
from storage.paths import Home
from support.processes import of_home, until
from support.terminal import Terminal
from tui.wiring import connect_worker

pytestmark = pytest.mark.terminal

PASSPHRASE = "nine blue horses run"
LIVE = r"(?s)SIM simulated market.*BTCUSDT.*● .*▌LADDER .*LIVE ✓.*\[[\d,]+\.\d\d\].*(▲|▼)"
MARKET = re.compile(r"BTC|\d\d,\d\d\d\.\d\d|USDT|demo|POS")
"""What no covered desk shows: an instrument, a price, a balance, the account's name."""


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120×40 with a home whose vault is made and open."""
    window = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home)})
    yield window
    window.close()
    until(lambda: not of_home(home), "the processes of the desk end with it")


async def make_vault(home: Path) -> None:
    """As the first key does; the desk that is open keeps the worker alive."""
    link = await connect_worker(Home.below(home), client="test")
    try:
        made = await link.hand(CreateVault(bytearray(PASSPHRASE, "ascii")))
        assert isinstance(made, api.VaultOpened), made
    finally:
        await link.close()


def press_until(terminal: Terminal, *keys: str, shows: str) -> str:
    """Press keys as a person does: told to press again, one presses again."""
    for _ in range(6):
        terminal.press(*keys)
        if terminal.shows(shows, 2):
            return terminal.screen()
    raise AssertionError(f"{keys} never led to {shows!r}:\n{terminal.screen()}")


def locked(terminal: Terminal) -> str:
    screen = terminal.until(r"(?s)LOCKED .*UNLOCK.*Passphrase")
    assert not MARKET.search(screen), screen
    return screen


def test_a_covered_desk_shows_nothing_until_the_passphrase_and_what_was_filled_meanwhile(
    terminal: Terminal, home: Path
) -> None:
    terminal.start(sys.executable, "-m", "tui", "desk")
    terminal.until(LIVE)
    asyncio.run(make_vault(home))
    for handle in ("k1", "k2"):
        press_until(terminal, "m", "b", shows=rf"{handle} BUY 0\.010 at MARKET filled")
    # One on each side of the touch: wherever the market goes, it fills one of them.
    press_until(terminal, "t", "b", shows=r"k3 BUY 0\.010")
    press_until(terminal, "t", "s", shows=r"k4 SELL 0\.010")
    terminal.type(":lock")
    terminal.press("Enter")
    assert "Locked by you." in locked(terminal)
    terminal.press("b", "s", "F3", "Enter")
    terminal.until(r"Passphrase not accepted \(1st try\)\. Nothing was changed\. Try again\.")
    locked(terminal)
    terminal.until(r"LOCKED .*(1 order and|no order)", seconds=90)
    locked(terminal)
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.until(r"(?s)[01] ord 0 unknown.*▌LADDER .*POS .*FREE")
    terminal.press("F3", "Right", "Right")
    terminal.until(r"k[34] .*FILLED")
    terminal.press("F2")
    terminal.until(r"▌LADDER .*LIVE")

    for process in of_home(home, "desk"):
        os.kill(process, signal.SIGTSTP)
    terminal.until(r"exit=147")
    terminal.type("fg")
    terminal.press("Enter")
    assert "the desk was stopped" in locked(terminal)
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.until(r"▌LADDER .*LIVE")
    assert PASSPHRASE not in terminal.screen()
    terminal.press("C-q")
    terminal.until(r"Quit\?")
    # Not x: the market may fill what is left at any moment, and where there is nothing to cancel the desk stays.
    terminal.press("y")
    until(lambda: terminal.flag("alternate_on") == "0", "the desk has left the screen")
    assert not MARKET.search(terminal.screen())

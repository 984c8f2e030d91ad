"""Panic at a real terminal of 80×24 over a real worker: the chord twice, from wherever the hand is, and covered."""

from __future__ import annotations

import asyncio
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
PLACES: tuple[tuple[str, ...], ...] = (("?",), (":",), ("w",), ("Enter",), ("F3",), ("F4",), ("F5",), ("F6",))


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A small terminal with an empty home."""
    window = Terminal(tmp_path, 80, 24, {"TRADEDESK_HOME": str(home)})
    yield window
    window.close()
    until(lambda: not of_home(home), "the processes of the desk end with it")


def press_until(terminal: Terminal, *keys: str, shows: str) -> str:
    """Press keys as a person does: told to press again, one presses again."""
    for _ in range(6):
        terminal.press(*keys)
        if terminal.shows(shows, 2):
            return terminal.screen()
    raise AssertionError(f"{keys} never led to {shows!r}:\n{terminal.screen()}")


async def asked(home: Path, command: api.Command) -> api.Result:
    link = await connect_worker(Home.below(home), client="test")
    try:
        return await link.request(command)
    finally:
        await link.close()


async def make_vault(home: Path) -> None:
    link = await connect_worker(Home.below(home), client="test")
    try:
        made = await link.hand(CreateVault(bytearray(PASSPHRASE, "ascii")))
        assert isinstance(made, api.VaultOpened), made
    finally:
        await link.close()


def test_the_chord_twice_cancels_everything_from_wherever_the_hand_is_and_the_venue_proves_it(
    terminal: Terminal, home: Path
) -> None:
    terminal.start(sys.executable, "-m", "tui", "desk")
    terminal.until(r"(?s)▌LADDER .*LIVE")
    press_until(terminal, "Down", "Down", "Down", "b", shows=r"k1 BUY 0\.010")
    terminal.press("C-g")
    terminal.until(r"HALTED\. \^g again: cancel [12] orders?")
    terminal.press("C-g")
    screen = terminal.until(r"(?s)PANIC.*0 ORDERS")
    assert "1 halted" in screen
    terminal.until(r"PANIC done: 0 ORDERS")
    terminal.press("Escape")
    for keys in PLACES:
        assert asyncio.run(asked(home, api.SetTrading(api.TradingState.ACTIVE))) == api.Done()
        terminal.until(r"(?s)\A(?!.*HALTED by you)")
        terminal.press(*keys)
        terminal.press("C-g")
        terminal.until(r"HALTED\. \^g again|HALTED by you")
        terminal.press("C-g")
        terminal.until(r"(?s)5 asked")
        terminal.press("Escape", "Escape")
        terminal.until(r"(?s)\A(?!.*5 asked)")
        terminal.press("F2")

    assert asyncio.run(asked(home, api.SetTrading(api.TradingState.ACTIVE))) == api.Done()
    asyncio.run(make_vault(home))
    terminal.type(":lock")
    terminal.press("Enter")
    terminal.until(r"(?s)LOCKED .*UNLOCK.*Passphrase")
    terminal.press("C-g")
    terminal.until(r"HALTED\. \^g again: cancel")
    terminal.press("C-g")
    screen = terminal.until(r"PANIC done: 0 ORDERS at")
    assert "BTC" not in screen
    assert "demo" not in screen

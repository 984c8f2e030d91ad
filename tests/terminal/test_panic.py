"""Panic at a real terminal of 80×24 over a real worker: the chord twice, from wherever the hand is, and covered."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.peers import Desk
from connectors.worker import api
from connectors.worker.secrets import CreateVault
from storage.paths import Home
from support.processes import of_home, until
from support.terminal import Terminal
from tui.wiring import connect_worker

pytestmark = pytest.mark.terminal

PASSPHRASE = "nine blue horses run"
TAKEN_WITHIN_S = 20
LOOKS_FOR_S = 2
PLACES: tuple[tuple[str, ...], ...] = (("?",), (":",), ("w",), ("Enter",), ("F3",), ("F6",))


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A small terminal with an empty home."""
    window = Terminal(tmp_path, 80, 24, {"TRADEDESK_HOME": str(home)})
    yield window
    window.close()
    until(lambda: not of_home(home), "the processes of the desk end with it")


def press_until(terminal: Terminal, key: str, expected: str) -> str:
    """Press as a hand does that looks at the screen: a second chord within 150 ms of the first is the same press."""
    deadline = time.monotonic() + TAKEN_WITHIN_S
    while True:
        terminal.press(key)
        if terminal.shows(expected, LOOKS_FOR_S):
            return terminal.screen()
        assert time.monotonic() < deadline, terminal.screen()


async def asked(home: Path, command: api.Command) -> api.Result:
    link = await connect_worker(Home.below(home), client="test")
    try:
        return await link.request(command)
    finally:
        await link.close()


async def rest(home: Path) -> None:
    """An order far below the market, as another client of the same worker places it."""
    link = await connect_worker(Home.below(home), client="test")
    try:
        listed = await link.request(api.ListConnections())
        assert isinstance(listed, api.ConnectionList)
        desk = Desk(link, listed.connections[0].account)
        placed = await link.request(desk.resting(await desk.low_price()))
        assert isinstance(placed, api.OrderAccepted), placed
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
    asyncio.run(rest(home))
    terminal.until(r"1 ord 0")
    terminal.press("C-g")
    terminal.until(r"HALTED\. \^g again: cancel 1 order")
    screen = press_until(terminal, "C-g", r"(?s)PANIC.*0 ORDERS")
    assert "1 halted" in screen
    terminal.until(r"PANIC done: 0 ORDERS")
    terminal.press("Escape")
    for keys in PLACES:
        assert asyncio.run(asked(home, api.SetTrading(api.TradingState.ACTIVE))) == api.Done()
        terminal.until(r"(?s)\A(?!.*HALTED by you)")
        terminal.press(*keys)
        terminal.press("C-g")
        terminal.until(r"HALTED\. \^g again|HALTED by you")
        press_until(terminal, "C-g", r"5 asked")
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
    screen = press_until(terminal, "C-g", r"PANIC done: 0 ORDERS at")
    assert "BTC" not in screen
    assert "demo" not in screen

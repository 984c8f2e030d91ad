"""A key of one's own, with keys alone: added with the vault made on the way, and after a restart unlocked and used."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.processes import of_home, until
from support.simulator import Simulator, running_simulator
from support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.peers]

PASSPHRASE = "correct horse battery staple"
LIVE = r"(?s)SIM simulated market.*▌LADDER .*LIVE ✓"
CONNECTED = r"t1 +binance spot +TESTNET +● connected"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    """A test server of the user's: an exchange on loopback that knows one key."""
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120×40 with an empty home."""
    window = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home)})
    yield window
    window.close()
    # It serves a real account, so it would live on.
    end_worker(home)


def end_worker(home: Path) -> None:
    """End the worker as a power cut would."""
    for process in of_home(home, "worker"):
        os.kill(process, signal.SIGKILL)
    until(lambda: not of_home(home), "the processes of the desk end")


def start(terminal: Terminal) -> None:
    terminal.start(sys.executable, "-m", "tui", "desk")


def leave(terminal: Terminal) -> None:
    terminal.press("C-q")
    terminal.until(r"exit=0|Quit\?")
    if "exit=0" not in terminal.screen():
        terminal.press("y")
    terminal.until(r"exit=0")


def fill_in(terminal: Terminal, venue: Simulator) -> None:
    """The form, field by field: TESTNET, a label, an HMAC key, hosts of one's own."""
    terminal.until(r"ADD A CONNECTION +step 1 of 5")
    terminal.press("Tab", "Right", "Tab")
    terminal.until(r"▸3 label")
    terminal.type("t1")
    terminal.press("Tab", "Right", "Tab")
    terminal.until(r"▸  key")
    terminal.type(venue.api_key)
    terminal.press("Tab")
    terminal.until(r"secret")
    terminal.type(venue.api_secret)
    terminal.press("Tab", "Tab", "Right")
    for host in (venue.rest, venue.stream, venue.ws_api):
        terminal.press("Tab")
        terminal.type(host)
    terminal.until(r"ws api +\[.*] ✓")


def test_a_testnet_key_is_added_and_after_a_restart_unlocked_and_used(
    terminal: Terminal, venue: Simulator, home: Path
) -> None:
    start(terminal)
    terminal.until(LIVE)
    terminal.press("F6")
    terminal.until(r"VENUES .*no vault yet")
    terminal.press("a")
    fill_in(terminal, venue)
    shown = terminal.screen()
    terminal.press("C-y")
    terminal.until(r"A PASSPHRASE FOR YOUR KEYS")
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.until(r"Make a recovery key too")
    terminal.press("n")
    shown += terminal.until(CONNECTED)
    shown += terminal.until(r"vault unlocked")
    leave(terminal)
    end_worker(home)

    terminal.close()
    start(terminal)
    terminal.until(r"LOCKED .*(?s:.*)Passphrase")
    terminal.type(PASSPHRASE)
    terminal.press("Enter")
    terminal.until(LIVE)
    terminal.press("F6")
    shown += terminal.until(CONNECTED)
    terminal.press("F5")
    shown += terminal.until(r"t1 +TESTNET +USDT|USDT +t1")
    leave(terminal)
    for secret in (venue.api_key, venue.api_secret, PASSPHRASE):
        assert secret not in shown

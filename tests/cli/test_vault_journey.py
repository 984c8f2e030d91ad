"""A key's whole life by command line, over the real worker and a real exchange: the "done when" of the vault."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.at_terminal import AtTerminal, at_terminal
from support.command import Command, Said
from support.processes import of_home, until
from support.simulator import Simulator, running_simulator
from support.vault_command import run_with

pytestmark = pytest.mark.peers

PASSPHRASE = "correct horse battery staple"
OTHER = "staple battery horse correct"
THIRD = "a third one, after the loss"


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


def add_words(venue: Simulator, *more: str) -> list[str]:
    hosts = ["--rest-url", venue.rest, "--stream-url", venue.stream, "--ws-api-url", venue.ws_api]
    return ["venues", "add", "binance", "--label", "t", "--mode", "testnet", *hosts, *more]


def key_text(venue: Simulator) -> str:
    return f"{venue.api_key}\n{venue.api_secret}\n"


def end_worker(tradedesk: Command) -> None:
    """Kill it, as a power cut would: whatever was open is locked again."""
    for pid in of_home(tradedesk.home, "worker"):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not of_home(tradedesk.home), "the worker is gone")


def says_nothing(venue: Simulator, *said: Said) -> None:
    """No answer holds a secret or a whole API key."""
    for one in said:
        for secret in (venue.api_key, venue.api_secret, PASSPHRASE, OTHER, THIRD):
            assert secret not in one.out + one.err


def test_a_key_is_added_locked_up_by_a_restart_used_renewed_and_removed(tradedesk: Command, venue: Simulator) -> None:
    try:
        added = run_with(
            tradedesk,
            add_words(venue, "--secret-fd", "{0}", "--passphrase-fd", "{1}", "--json"),
            key_text(venue),
            PASSPHRASE,
        )
        assert added.code == 0, added.err
        assert (added.json["label"], added.json["keyed"], added.json["key_tail"]) == ("t", True, venue.api_key[-4:])
        assert [step["step"] for step in added.json["steps"] if step["passed"]][-1] == "rights"
        assert "There is no recovery key yet" in added.err
        end_worker(tradedesk)
        says_nothing(venue, added, *while_locked(tradedesk), *once_opened(tradedesk), *renewed(tradedesk))
        kept = tradedesk("venues", "remove", "t")
        assert (kept.code, kept.err) == (2, "t has a key, which would be forgotten. Say that it is meant: --yes\n")
        gone = tradedesk("venues", "remove", "t", "--yes")
        assert gone.code == 0, gone.err
    finally:
        end_worker(tradedesk)


def while_locked(tradedesk: Command) -> list[Said]:
    locked = tradedesk("balances", "--venue", "t")
    assert (locked.code, locked.err.count("\n")) == (20, 1)
    assert locked.err.endswith("Run: tradedesk vault unlock\n")
    (listed,) = tradedesk("venues", "list", "--json").json
    assert (listed["label"], listed["keyed"], listed["key_tail"], listed["state"]) == ("t", True, None, "OFF")
    wrong = run_with(tradedesk, ["vault", "unlock", "--passphrase-fd", "{0}"], "not the passphrase")
    assert (wrong.code, wrong.out) == (21, "")
    return [locked, wrong]


def once_opened(tradedesk: Command) -> list[Said]:
    """One command opens the vault, and those after it need nothing."""
    held = run_with(tradedesk, ["balances", "--venue", "t", "--json", "--passphrase-fd", "{0}"], PASSPHRASE)
    assert held.code == 0, held.err
    assert {one["asset"] for one in held.json} >= {"USDT"}
    placed = tradedesk("order", "place", "BUY", "0.01", "BTCUSDT", "--price", "52000", "--venue", "t", "--json")
    assert (placed.code, placed.json["status"]) == (0, "OPEN"), placed.err
    assert tradedesk("order", "cancel", placed.json["order_id"], "--json").json["status"] == "CANCELED"
    tested = tradedesk("venues", "test", "t", "--json")
    assert (tested.code, tested.json["passed"]) == (0, True)
    return [held, placed, tested]


def renewed(tradedesk: Command) -> list[Said]:
    """Another passphrase and another data key; the old passphrase opens nothing, the key works on."""
    change = ["vault", "passphrase", "--passphrase-fd", "{0}", "--new-passphrase-fd", "{1}"]
    changed = run_with(tradedesk, change, PASSPHRASE, OTHER)
    assert changed.code == 0, changed.err
    rotated = run_with(tradedesk, ["vault", "rotate", "--json", "--passphrase-fd", "{0}"], OTHER)
    assert "revoke them at the venue" in rotated.json["sentence"]
    assert tradedesk("vault", "lock", "--hard", "--json").json == {"state": "LOCKED"}
    old = tradedesk("vault", "unlock", TRADEDESK_PASSPHRASE=PASSPHRASE)
    assert old.code == 21
    opened = tradedesk("vault", "unlock", "--json", TRADEDESK_PASSPHRASE=OTHER)
    assert (opened.code, opened.json["state"]) == (0, "OPEN"), opened.err
    assert tradedesk("vault", "lock", "--json").json == {"state": "COVERED"}
    passing = tradedesk("balances", "--venue", "t", TRADEDESK_PASSPHRASE=OTHER)
    assert passing.code == 20, "no command that is about something else uncovers the desk"
    assert tradedesk("vault", "lock", "--hard", "--json").json == {"state": "LOCKED"}
    used = tradedesk("balances", "--venue", "t", "--json", TRADEDESK_PASSPHRASE=OTHER)
    assert used.code == 0, used.err
    return [changed, rotated, old, opened, used]


def typed_back(program: AtTerminal, since: int) -> tuple[str, int]:
    """Copy the shown recovery key to paper, and type the two groups that are asked; returns the paper."""
    end = program.until("enter, once it is on paper: ", since=since)
    shown = re.findall(r"TDR1(?:-[0-9A-Z]{4}){9}", program.shown)[-1]
    program.type("\n")
    for _ in range(2):
        end = program.until("group ", since=end)
        end = program.until(": ", since=end)
        number = int(re.findall(r"group (\d): ", program.shown)[-1])
        program.type(shown.split("-")[number] + "\n")
    return shown, end


def run(*words: str) -> list[str]:
    return [sys.executable, "-m", "tui", *words]


def test_a_lost_passphrase_is_mended_at_a_terminal(tradedesk: Command, venue: Simulator) -> None:
    try:
        paper = typed_in(tradedesk, venue)
        end_worker(tradedesk)
        mistyped = run_with(
            tradedesk,
            ["vault", "recover", "--recovery-fd", "{0}", "--new-passphrase-fd", "{1}"],
            paper[:-1] + ("0" if paper[-1] != "0" else "1"),
            THIRD,
        )
        assert (mistyped.code, mistyped.err.count("\n")) == (2, 1)
        assert "mistyped" in mistyped.err
        with at_terminal(run("vault", "recover"), tradedesk.environ) as program:
            end = program.answer("Recovery key: ", paper.lower().replace("-", " "))
            end = program.answer("New passphrase", OTHER, since=end)
            program.answer("The same again: ", OTHER, since=end)
            assert program.end() == 0, program.shown
        assert tradedesk("vault", "unlock", TRADEDESK_PASSPHRASE=PASSPHRASE).code == 21

        new_paper = rotated_at_a_terminal(tradedesk)
        end_worker(tradedesk)
        stale = run_with(tradedesk, ["vault", "unlock", "--recovery-fd", "{0}"], paper)
        assert stale.code == 21
        fresh = run_with(tradedesk, ["vault", "unlock", "--recovery-fd", "{0}", "--json"], new_paper)
        assert (fresh.code, fresh.json["slot"]["opens_by"]) == (0, "recovery"), fresh.err
        end_worker(tradedesk)
        with at_terminal(run("balances", "--venue", "t"), tradedesk.environ) as program:
            program.answer("Passphrase of the vault: ", OTHER)
            assert program.end() == 0, program.shown
            assert "USDT" in program.shown
    finally:
        end_worker(tradedesk)


def typed_in(tradedesk: Command, venue: Simulator) -> str:
    """Add a key by typing everything, the first one; returns the recovery key as it was copied to paper."""
    with at_terminal(run(*add_words(venue)), tradedesk.environ) as program:
        end = program.answer("API key (hidden", f" {venue.api_key} ")
        end = program.answer("Secret (hidden): ", venue.api_secret, since=end)
        end = program.answer("New passphrase", "too short", since=end)
        end = program.answer("The same again: ", "too short", since=end)
        end = program.answer("New passphrase", PASSPHRASE, since=end)
        end = program.answer("The same again: ", PASSPHRASE, since=end)
        end = program.answer("Make one now? [Y/n]", "", since=end)
        paper, _ = typed_back(program, end)
        assert program.end() == 0, program.shown
        assert "12 to 1024 are needed" in program.shown
        assert "White space around what was given is left out." in program.shown
        assert "t is registered: binance testnet" in program.shown
        for secret in (venue.api_key, venue.api_secret, PASSPHRASE):
            assert secret not in program.shown
        assert program.written.rindex(b"\x1b[?1049l") > program.written.rindex(paper.encode())
    return paper


def rotated_at_a_terminal(tradedesk: Command) -> str:
    """Renew the data key; a script is told why it cannot. Returns the new recovery key."""
    slots = {one["opens_by"]: one["slot_id"] for one in tradedesk("vault", "slots", "--json").json}
    script = run_with(tradedesk, ["vault", "rotate", "--passphrase-fd", "{0}"], OTHER)
    assert (script.code, f"--drop {slots['recovery'][:8]}" in script.err) == (2, True)
    with at_terminal(run("vault", "rotate"), tradedesk.environ) as program:
        end = program.answer("Passphrase of the vault: ", OTHER)
        paper, _ = typed_back(program, end)
        assert program.end() == 0, program.shown
        assert "revoke them at the venue" in program.shown
    return paper


def test_an_unlock_at_a_terminal_forgives_a_slip_and_leaves_the_echo_on(
    tradedesk: Command,
) -> None:
    made = tradedesk("vault", "create", TRADEDESK_PASSPHRASE=PASSPHRASE)
    assert made.code == 0, made.err
    end_worker(tradedesk)
    words = run("vault", "unlock")
    with at_terminal(words, tradedesk.environ) as program:
        program.until("Passphrase of the vault: ")
        program.type(b"\x03")
        assert program.end() == 130
        assert program.echoes
    with at_terminal(words, tradedesk.environ) as program:
        end = program.answer("Passphrase of the vault: ", "wrong")
        end = program.until("The passphrase is wrong.", since=end)
        program.answer("Passphrase of the vault: ", PASSPHRASE, since=end)
        assert program.end() == 0, program.shown
        assert "The vault is open" in program.shown
    assert tradedesk("vault", "create", TRADEDESK_PASSPHRASE=PASSPHRASE).err == (
        "There is a vault already, and one is the most. Nothing was changed.\n"
    )
    end_worker(tradedesk)

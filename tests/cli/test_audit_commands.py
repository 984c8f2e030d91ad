"""The audit commands as their user has them: three proofs, the first broken row, an exit code a script may rely on."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.command import Command
from support.processes import of_home, until
from support.simulator import Simulator, running_simulator
from support.vault_command import run_with

pytestmark = pytest.mark.peers

PASSPHRASE = "correct horse battery staple"
CUT = "DELETE FROM {table} WHERE seq > (SELECT max(seq) FROM audit) / 2"
"""Back to an anchor: nothing but a head from before it shows that."""


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7", "--symbols", "1") as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_left_behind(tradedesk: Command) -> Iterator[None]:
    """A worker with a key outlives its last client."""
    yield
    end_worker(tradedesk)


def end_worker(tradedesk: Command) -> None:
    for pid in of_home(tradedesk.home, "worker"):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not of_home(tradedesk.home, "worker"), "the worker is gone")


def change(tradedesk: Command, *statements: str) -> None:
    """What somebody with write access does, while no worker runs."""
    end_worker(tradedesk)
    with sqlite3.connect(tradedesk.home / "data" / "tradedesk.db") as database:
        database.execute("DROP TRIGGER IF EXISTS audit_no_update")
        database.execute("DROP TRIGGER IF EXISTS audit_no_delete")
        for statement in statements:
            database.execute(statement)
    database.close()


def test_without_a_vault_the_chain_alone_is_proved_and_a_broken_row_is_named(tradedesk: Command) -> None:
    nothing = tradedesk("audit", "head")
    assert (nothing.code, nothing.err) == (1, "Nothing was recorded yet, so there is no head.\n")
    tradedesk("balances")
    said = tradedesk("audit", "verify", "--json")
    assert said.code == 0, said.err
    assert (said.json["whole"], said.json["proofs"], said.json["first_seq"]) == (True, ["chain"], 1)
    assert said.json["rows"] == said.json["unanchored"] > 4
    change(tradedesk, "UPDATE audit SET outcome = '201' WHERE seq = 3")
    broken = tradedesk("audit", "verify", "--json")
    assert broken.code == 1
    assert broken.json["broken"] == {"seq": 3, "what": "it is not what its hash was made of"}
    assert broken.err.startswith("The chain is broken at row 3:")
    plain = tradedesk("audit", "verify")
    assert (plain.code, plain.out) == (1, "")


def test_with_a_vault_anchors_and_a_kept_head_prove_more_and_a_locked_one_says_less(
    tradedesk: Command, venue: Simulator, tmp_path: Path
) -> None:
    hosts = ["--rest-url", venue.rest, "--stream-url", venue.stream, "--ws-api-url", venue.ws_api]
    words = ["venues", "add", "binance", "--label", "t", "--mode", "testnet", *hosts]
    key = f"{venue.api_key}\n{venue.api_secret}\n"
    added = run_with(tradedesk, [*words, "--secret-fd", "{0}", "--passphrase-fd", "{1}"], key, PASSPHRASE)
    assert added.code == 0, added.err
    kept = tmp_path / "head.txt"
    kept.write_text(f"kept on another disk:\n{tradedesk('audit', 'head').out}", encoding="ascii")
    full = tradedesk("audit", "verify", "--head", str(kept), "--json")
    assert full.code == 0, full.err
    assert (full.json["proofs"], full.json["gap"]) == (["chain", "anchors", "head"], None)
    assert full.json["unanchored"] < full.json["rows"]
    plain = tradedesk("audit", "verify", "--head", str(kept)).out
    for line in ("proved by the chain itself", "proved by anchors", "proved by the head you kept"):
        assert line in plain

    change(tradedesk, "SELECT 1")
    locked = tradedesk("audit", "verify", "--head", str(kept))
    assert (locked.code, "the vault is not open" in locked.err) == (2, True)
    opened = run_with(tradedesk, ["audit", "verify", "--json", "--passphrase-fd", "{0}"], PASSPHRASE)
    assert (opened.code, opened.json["proofs"]) == (0, ["chain", "anchors"]), opened.err

    newest = tradedesk("audit", "head").out
    change(tradedesk, CUT.format(table="audit"), CUT.format(table="audit_anchor"))
    run_with(tradedesk, ["vault", "unlock", "--passphrase-fd", "{0}"], PASSPHRASE)
    cut = tradedesk("audit", "verify", "--json", "--head", newest.strip())
    assert (cut.code, cut.json["whole"]) == (1, False)
    nothing_old = tradedesk("audit", "retain", "--days", "90", "--export", str(tmp_path / "old.jsonl"))
    assert (nothing_old.code, "Nothing may go" in nothing_old.out) == (0, True)
    young = tradedesk("audit", "retain", "--days", "30", "--export", str(tmp_path / "old.jsonl"))
    assert (young.code, "at least 90 days" in young.err) == (1, True)
    assert not (tmp_path / "old.jsonl").exists()


def test_the_file_of_heads_shows_what_was_cut_off_without_being_asked(
    tradedesk: Command, venue: Simulator, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "disk" / "heads.txt"
    elsewhere.parent.mkdir()
    (tradedesk.home / "config").mkdir(mode=0o700, parents=True, exist_ok=True)
    (tradedesk.home / "config" / "settings.toml").write_text(f'audit_anchor_file = "{elsewhere}"\n')
    hosts = ["--rest-url", venue.rest, "--stream-url", venue.stream, "--ws-api-url", venue.ws_api]
    words = ["venues", "add", "binance", "--label", "t", "--mode", "testnet", *hosts]
    key = f"{venue.api_key}\n{venue.api_secret}\n"
    added = run_with(tradedesk, [*words, "--secret-fd", "{0}", "--passphrase-fd", "{1}"], key, PASSPHRASE)
    assert added.code == 0, added.err
    full = tradedesk("audit", "verify", "--json")
    assert (full.code, full.json["proofs"]) == (0, ["chain", "anchors", "head"]), full.err

    change(tradedesk, CUT.format(table="audit"), CUT.format(table="audit_anchor"))
    cut = run_with(tradedesk, ["audit", "verify", "--passphrase-fd", "{0}"], PASSPHRASE)
    assert (cut.code, "The chain is broken at row" in cut.err) == (1, True)

    elsewhere.parent.rename(tmp_path / "away")
    away = run_with(tradedesk, ["audit", "verify", "--passphrase-fd", "{0}"], PASSPHRASE)
    assert (away.code, f"{elsewhere} ends at row 0" in away.err) == (2, True), away.err
    elsewhere.parent.mkdir()
    elsewhere.write_text("no heads\n")
    assert "holds no heads" in tradedesk("audit", "verify").err


def test_a_head_that_is_none_is_a_usage_error(tradedesk: Command) -> None:
    said = tradedesk("audit", "verify", "--head", "abcdef")
    assert (said.code, "112 hex digits" in said.err) == (2, True)

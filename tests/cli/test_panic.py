"""panic from the command line: real processes, the real exchange, and a worker that is not always there."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing

import pytest

from support.command import Command
from support.processes import of_home, until

pytestmark = pytest.mark.peers


def test_a_panic_lists_what_it_sends_halts_without_a_yes_and_proves_with_one(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        for _ in range(2):
            assert tradedesk("order", "place", "buy", "0.01", "BTCUSDT", "--price", "52000").code == 0
        unasked = tradedesk("panic")
        assert unasked.code == 2, unasked
        assert unasked.err == "HALTED. Nothing else was sent: say that it is meant, --yes.\n"
        assert "demo" in unasked.out
        assert len(tradedesk("orders", "--working", "--json").json) == 2
        assert tradedesk("order", "place", "buy", "0.01", "BTCUSDT", "--price", "52000").code == 1
        with closing(sqlite3.connect(tradedesk.home / "data" / "tradedesk.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            report = tradedesk("panic", "--yes", "--json")
            other.execute("ROLLBACK")
        assert report.code == 0, report
        (account,) = report.json["accounts"]
        assert account["proved_ns"] is not None
        steps = {step["step"]: step for step in account["steps"]}
        assert (steps["ENTRIES"]["done"], steps["ENTRIES"]["of"]) == (2, 2)
        assert steps["ASKED"]["proofs"][0]["operation"] == "orders.open"
        assert tradedesk("orders", "--working", "--json").json == []
        told = tradedesk("panic", "--yes")
        assert told.code == 0
        assert "demo (sim): 0 ORDERS, FLAT" in told.out
        assert "PANIC done: 0 ORDERS, FLAT at " in told.out


def test_without_a_worker_one_is_started_and_without_an_archive_it_writes_none(tradedesk: Command) -> None:
    started = tradedesk("panic", "--yes")
    assert (started.code, started.err) == (0, ""), started
    assert "No connection with a key: there is nothing to cancel." in started.out


def test_an_archive_that_cannot_be_written_keeps_no_panic_back(tradedesk: Command) -> None:
    assert tradedesk("halt").code == 0
    database = tradedesk.home / "data" / "tradedesk.db"
    for worker in of_home(tradedesk.home, "worker"):
        os.kill(worker, signal.SIGHUP)
    _worker_ended(tradedesk)
    assert '"stopped"' in (tradedesk.home / "state" / "worker.log").read_text(), "it ends in order by any signal"
    before = database.read_bytes()
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = tradedesk("panic", "--yes", "--no-archive")
        other.execute("ROLLBACK")
    assert said.code == 0, said
    _worker_ended(tradedesk)
    assert database.read_bytes() == before
    assert tradedesk("resume", "--json").json["trading"] == "ACTIVE"


def _worker_ended(tradedesk: Command) -> None:
    until(lambda: not of_home(tradedesk.home, "worker"), "the worker ends without a client")

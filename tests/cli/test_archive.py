"""A damaged, foreign or full archive from the command line: a sentence, code 5, nothing lost."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.archive import open_archive
from storage.paths import Home
from support.command import Command

pytestmark = pytest.mark.peers


def test_a_damaged_archive_is_a_sentence_with_a_remedy_and_code_5(tradedesk: Command) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    home.database.write_bytes(b"no database" * 1_000)
    home.database.chmod(0o600)
    said = tradedesk("orders")
    assert said.code == 5
    assert said.err.startswith(f"{home.database} is damaged or is no archive: move it away")
    assert said.err.count("\n") == 1
    assert home.database.read_bytes() == b"no database" * 1_000


def test_an_archive_of_a_newer_release_is_a_sentence_and_code_5(tradedesk: Command) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    open_archive(home.database).close()
    with sqlite3.connect(home.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = tradedesk("orders")
    assert (said.code, "written by a newer Tradedesk" in said.err) == (5, True)


def test_an_archive_others_can_read_is_a_sentence_with_the_chmod_line_and_code_27(tradedesk: Command) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    open_archive(home.database).close()
    home.database.chmod(0o644)
    said = tradedesk("orders")
    assert said.code == 27
    assert f"chmod 600 {home.database}" in said.err


def test_a_full_disk_refuses_new_orders_and_still_cancels(tradedesk: Command) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    open_archive(home.database).close()
    tradedesk.environ["TRADEDESK_ARCHIVE_MAX_PAGES"] = str(home.database.stat().st_size // 4096 + 4)
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        placed = []
        said = None
        for price in range(52_000, 52_060):
            said = tradedesk("order", "place", "BUY", "0.001", "BTCUSDT", "--price", str(price), "--json")
            if said.code:
                break
            placed.append(said.json["handle"])
        assert said is not None
        assert said.code == 5, said
        assert "no room left" in said.err
        assert placed
        cancelled = tradedesk("order", "cancel", placed[0], "--json")
        assert (cancelled.code, cancelled.json["status"]) == (0, "CANCELED"), cancelled.err


def test_commands_that_start_together_share_one_worker(tradedesk: Command) -> None:
    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(lambda _turn: tradedesk("venues", "list", "--json"), range(3)))
    assert [(said.code, said.out) for said in ends] == [(0, "[]\n")] * 3, ends
    assert (tradedesk.home / "state" / "worker.log").read_text().count('"serving"') == 1


def test_a_doctor_in_good_health_passes(tradedesk: Command) -> None:
    said = tradedesk("doctor", "--json", TERM="xterm-256color", COLORTERM="truecolor")
    assert (said.code, said.json["passed"]) == (0, True), said
    checks = {check["check"]: check["level"] for check in said.json["checks"]}
    assert {"folders", "settings", "archive", "disk", "worker", "simulated market", "clock demo"} <= set(checks)
    assert set(checks.values()) <= {"ok", "warn"}


def test_a_doctor_names_what_fails_with_its_remedy_and_ends_with_1(tradedesk: Command) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    home.database.write_bytes(b"no database" * 1_000)
    home.database.chmod(0o600)
    said = tradedesk("doctor")
    assert said.code == 1
    assert "✗  archive" in said.out
    assert "✓  folders" in said.out
    assert said.err.startswith("2 of ")
    assert said.err.endswith("checks failed: archive, worker.\n")

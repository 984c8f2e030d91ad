"""backup, restore and export from the command line."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from storage.archive import open_archive
from storage.paths import Home
from support.command import Command
from support.copies import House, rows_of

pytestmark = pytest.mark.peers


def test_the_archive_is_backed_up_in_use_restored_and_exported(tradedesk: Command, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        placed = tradedesk("order", "place", "BUY", "0.001", "BTCUSDT", "--price", "52000", "--json")
        assert placed.code == 0, placed.err
        said = tradedesk("backup", str(target), "--json")
        assert said.code == 0, said.err
        assert (said.json["path"], said.json["orders"], said.json["with_keys"]) == (str(target), 1, True)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        again = tradedesk("backup", str(target))
        assert (again.code, "is there already" in again.err) == (1, True)
        refused = tradedesk("restore", str(target))
        assert refused.code == 1
        assert refused.err.startswith("A connector worker uses the archive.")
        later = tradedesk("order", "place", "BUY", "0.001", "BTCUSDT", "--price", "52001", "--json")
        assert later.code == 0, later.err
        exported = tradedesk("export", "orders")
        assert exported.code == 0, exported.err
        found = list(csv.DictReader(io.StringIO(exported.out)))
        assert [float(row["price"]) for row in found] == [52_000, 52_001]
        assert {row["account"] for row in found} == {"demo"}
        ended = tradedesk("restore", str(target), "--stop-worker", "--json")
        assert ended.code == 0, ended.err
        assert (ended.json["restored"], ended.json["orders"]) == (str(target), 1)
    home = Home.below(tradedesk.home)
    assert Path(ended.json["kept"]).is_file()
    assert rows_of(home.database, "SELECT count(*) FROM audit WHERE kind = 'RESTORE'") == [(1,)]
    out = tmp_path / "orders.json"
    told = tradedesk("export", "orders", "--format", "json", "--out", str(out), "--account", "demo")
    assert told.code == 0, told.err
    assert told.out == ""
    assert told.err == f"Wrote 1 row to {out}, mode 0600.\n"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [row["handle"] for row in json.loads(out.read_text())] == [placed.json["handle"]]
    assert tradedesk("export", "orders", "--out", str(out)).code == 1


def test_a_backup_without_keys_says_so(tradedesk: Command, tmp_path: Path) -> None:
    said = tradedesk("backup", "bare", "--without-keys")
    assert said.code == 0, said.err
    assert "No key is in it." in said.out
    made = Path.cwd() / "bare"
    try:
        assert made.is_file(), "beside who asked, not beside the worker"
    finally:
        made.unlink(missing_ok=True)


def test_what_an_export_cannot_be_is_a_sentence_and_code_2(tradedesk: Command) -> None:
    for asked, words in (
        (("export", "keys"), "There are: orders, fills, positions, audit"),
        (("export", "orders", "--format", "xml"), "There are: csv, json"),
        (("export", "orders", "--since", "yesterday"), "is no time"),
        (("export", "orders", "--since", "2030-01-02", "--until", "2030-01-01"), "is not before --until"),
        (("export", "fills", "--account", "nobody"), "There is no connection 'nobody'"),
    ):
        said = tradedesk(*asked)
        assert (said.code, words in said.err) == (2, True), said
        assert said.err.count("\n") == 1


def test_a_backup_that_others_can_read_is_not_restored(tradedesk: Command, tmp_path: Path) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    open_archive(home.database).close()
    said = tradedesk("backup", str(tmp_path / "b"))
    assert said.code == 0, said.err
    (tmp_path / "b").chmod(0o644)
    House(tradedesk.home).trade(1)
    said = tradedesk("restore", str(tmp_path / "b"))
    assert (said.code, f"chmod 600 {tmp_path / 'b'}" in said.err) == (27, True), said
    assert House(tradedesk.home).handles() == {"k1"}

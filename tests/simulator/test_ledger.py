"""What is on disk: private, one process at a time, and nothing acknowledged is ever lost."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from simulator.rig import Running, command, environment, on_loopback, refused, rest, running


def test_a_second_simulator_on_one_ledger_is_refused(tmp_path: Path) -> None:
    with running(tmp_path):
        assert "Another simulator already uses" in refused(tmp_path)
    with running(tmp_path) as sim:
        assert sim.public("ping").status_code == 200


def test_the_ledger_is_private_and_outlives_an_orderly_end(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home) as sim:
        kept = rest(sim, "kept")
        bought = sim.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01").json()
        balances = sim.signed("GET", "account").json()["balances"]
        trades = sim.signed("GET", "myTrades", symbol="BTCUSDT").json()
        rows = sim.public("klines", symbol="BTCUSDT", interval="1h", limit=50).json()
    folder = home / "sim"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    with running(home) as sim:
        assert [row["orderId"] for row in sim.signed("GET", "openOrders").json()] == [kept["orderId"]]
        assert sim.signed("GET", "account").json()["balances"] == balances
        assert sim.signed("GET", "myTrades", symbol="BTCUSDT").json() == trades
        again = sim.public("klines", symbol="BTCUSDT", interval="1h", limit=50).json()
        assert again[:-2] == rows[-len(again) :][:-2] or again[:-3] == rows[1:][:-2]
        later = rest(sim, "later")
        assert int(str(later["orderId"])) > bought["orderId"]
        depth = sim.public("depth", symbol="BTCUSDT", limit=5000).json()
        assert kept["price"] in {price for price, _ in depth["bids"]}
        fresh = sim.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001").json()
        assert fresh["fills"][0]["tradeId"] > trades[-1]["id"]


@pytest.mark.parametrize("round_", range(3))
def test_a_kill_loses_no_acknowledged_order(tmp_path: Path, round_: int) -> None:
    with running(tmp_path) as sim:
        placed = [rest(sim, f"order-{number}", 2000 + number) for number in range(5 + round_)]
        gone = sim.signed("DELETE", "order", symbol="BTCUSDT", orderId=placed[0]["orderId"]).json()
        bought = sim.signed("POST", "order", symbol="ETHUSDT", side="BUY", type="MARKET", quantity="0.1").json()
        balances = sim.signed("GET", "account").json()["balances"]
        sim.process.kill()
        sim.process.wait(10)
    with running(tmp_path) as sim:
        still = [row["clientOrderId"] for row in sim.signed("GET", "openOrders").json()]
        assert still == [order["clientOrderId"] for order in placed[1:]]
        assert sim.signed("GET", "account").json()["balances"] == balances
        queried = sim.signed("GET", "order", symbol="BTCUSDT", orderId=gone["orderId"]).json()
        assert queried["status"] == "CANCELED"
        queried = sim.signed("GET", "order", symbol="ETHUSDT", orderId=bought["orderId"]).json()
        assert queried["executedQty"] == "0.10000000"


def test_a_torn_last_line_is_dropped_and_any_other_damage_is_told(tmp_path: Path) -> None:
    with running(tmp_path) as sim:
        kept = rest(sim, "kept")
        sim.process.kill()
        sim.process.wait(10)
    ledger = tmp_path / "sim" / "flow.ledger"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + b'{"orders":[{"order_id":')
    with running(tmp_path) as sim:
        assert [row["orderId"] for row in sim.signed("GET", "openOrders").json()] == [kept["orderId"]]
    ledger.write_bytes(b"garbage\n" + whole)
    assert "is damaged in line 1" in refused(tmp_path)


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file", encoding="utf-8")
    assert "cannot be used (Not a directory)" in refused(home)
    home.unlink()
    shutil.rmtree(home, ignore_errors=True)


def test_a_full_disk_leaves_an_order_unknown_and_stops_the_exchange(tmp_path: Path) -> None:
    """What was acknowledged before is still there when there is space again."""
    script = "ulimit -f 60; exec " + " ".join(command())
    process = subprocess.Popen(
        ["sh", "-c", script],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    line = json.loads(process.stdout.readline())
    with on_loopback(line["rest"]) as client:
        sim = Running(process, line, client)
        params = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.0001"}
        acknowledged = 0
        answer = sim.signed("POST", "order", **params)
        while answer.status_code == 200:
            acknowledged += 1
            answer = sim.signed("POST", "order", **params)
    assert (answer.status_code, answer.json()["code"]) == (500, -1001)
    assert process.wait(10) == 1
    assert process.stderr.read().startswith("The simulator stopped: its ledger")
    process.stdout.close()
    process.stderr.close()
    with running(tmp_path) as again:
        assert len(again.signed("GET", "allOrders", symbol="BTCUSDT", limit=1000).json()) == acknowledged

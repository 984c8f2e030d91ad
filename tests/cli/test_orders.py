"""Orders from the command line: placed once, followed to the venue's word, cancelled, kept."""

from __future__ import annotations

import json
import os
import signal
from decimal import Decimal
from pathlib import Path

import pytest

from support.command import Command
from support.until import until

pytestmark = pytest.mark.peers


def test_the_journey_of_an_order_from_the_command_line(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        free = _free(tradedesk)

        placed = tradedesk("order", "place", "buy", "0.01", "BTCUSDT", "--price", "52000", "--json")
        assert placed.code == 0, placed.err
        order = placed.json
        assert (order["handle"], order["status"], order["price"]) == ("k1", "OPEN", "52000")
        assert [one["handle"] for one in tradedesk("orders", "--working", "--json").json] == ["k1"]
        assert _free(tradedesk) == free - 520

        shown = tradedesk("order", "show", order["client_order_id"], "--json").json
        assert [line["kind"] for line in shown["evidence"]][:2] == ["INTENT", "SENT"]

        cancelled = tradedesk("order", "cancel", "k1", "--json")
        assert (cancelled.code, cancelled.json["status"]) == (0, "CANCELED")
        assert tradedesk("order", "cancel", "k1").out.endswith("CANCELED.\n"), "a second cancel is no failure"
        assert _free(tradedesk) == free

        bought = tradedesk("order", "place", "BUY", "0.02", "BTCUSDT", "--type", "market", "--json").json
        assert (bought["status"], Decimal(bought["filled"])) == ("FILLED", Decimal("0.02"))
        refused = tradedesk("order", "cancel", bought["handle"])
        assert (refused.code, refused.err) == (1, f"{bought['handle']} is FILLED already. Nothing was sent.\n")

        fills = tradedesk("fills", "--json").json
        assert sum(Decimal(one["quote_quantity"]) for one in fills) == Decimal(bought["cost"])
        position = tradedesk("positions", "--json").json[0]
        fee = sum(Decimal(one["fee"]) for one in fills)
        assert Decimal(position["quantity"]) == Decimal("0.02") - fee
        assert Decimal(position["cost"]) == Decimal(bought["cost"])
        assert _free(tradedesk) == free - Decimal(bought["cost"])
        assert "BUY 0.02 BTCUSDT MARKET: FILLED" in tradedesk("order", "show", bought["handle"]).out


def test_orders_a_filter_refuses_name_the_value_and_what_is_near(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        for words, told in (
            (("0.01", "BTCUSDT", "--price", "52000.005"), ("52,000.005", "52,000.00")),
            (("0.000001", "BTCUSDT", "--price", "52000"), ("0.000001", "0.00001")),
            (("0.00005", "BTCUSDT", "--price", "52000"), ("2.6", "USDT")),
            (("1", "BTCUSDT", "--price", "52000"), ("USDT",)),
        ):
            said = tradedesk("order", "place", "BUY", *words)
            assert said.code == 1, said
            assert all(value in said.err for value in told)
            assert said.err.count("\n") == 1
        assert tradedesk("order", "show", "k99").err == "There is no order 'k99'. List them: tradedesk orders\n"
        assert not [one for one in tradedesk("orders", "--json").json if one["status"] == "OPEN"]


def test_an_order_outlives_command_exchange_and_worker(tradedesk: Command) -> None:
    placed = tradedesk("order", "place", "BUY", "0.01", "BTCUSDT", "--price", "52000", "--json").json
    found = tradedesk("orders", "--working", "--json")
    assert [(one["handle"], one["status"]) for one in found.json] == [("k1", "OPEN")], found.err
    os.kill(_worker_pid(tradedesk), signal.SIGKILL)
    cancelled = tradedesk("order", "cancel", placed["order_id"], "--json")
    assert (cancelled.code, cancelled.json["status"]) == (0, "CANCELED"), cancelled.err


def test_a_worker_that_is_killed_ends_a_watch_with_a_sentence(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        os.kill(_worker_pid(tradedesk), signal.SIGKILL)
        _out, err = watch.communicate(timeout=60)
        assert watch.returncode == 1
        assert err == "The connector worker stopped. Orders at the venues are untouched. Start the watch again.\n"


def test_no_process_is_left_behind(tradedesk: Command) -> None:
    assert tradedesk("ticker", "BTCUSDT", "--json").code == 0
    until(lambda: not _processes(tradedesk.home), "worker and exchange ended")
    assert not (tradedesk.home / "run" / "worker.sock").exists()


def _free(tradedesk: Command) -> Decimal:
    return next(Decimal(one["free"]) for one in tradedesk("balances", "--json").json if one["asset"] == "USDT")


def _worker_pid(tradedesk: Command) -> int:
    log = (tradedesk.home / "state" / "worker.log").read_text()
    return int([json.loads(line) for line in log.splitlines() if '"serving"' in line][-1]["pid"])


def _processes(home: Path) -> list[str]:
    """Command lines of the processes of this home."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"TRADEDESK_HOME={home}\0".encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_text())
        except OSError:
            continue
    return found

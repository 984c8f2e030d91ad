"""Lists of orders and fills, statistics and an order's way from the command line, over a real worker and market."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from support.command import Command

pytestmark = pytest.mark.peers


def test_what_was_traded_is_listed_counted_and_told(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        bought = tradedesk("order", "place", "BUY", "0.02", "BTCUSDT", "--type", "market", "--json").json
        tradedesk("order", "place", "buy", "0.01", "BTCUSDT", "--price", "52000")

        def told(*words: str) -> Any:
            said = tradedesk(*words, "--json")
            assert said.code == 0, (words, said.err)
            return said.json

        assert [one["handle"] for one in told("order", "list", "--instrument", "BTCUSDT")] == ["k2", "k1"]
        assert [one["handle"] for one in told("order", "list", "--done")] == ["k1"]
        fills = told("fills", "--instrument", "BTCUSDT", "--since", "2020-01-01")
        assert sum(Decimal(one["quantity"]) for one in fills) == Decimal("0.02")

        story = told("order", "show", "k1")
        assert Decimal(story["ack_ms"]) > 0
        assert Decimal(story["arrival_price"]) > 0
        (row,) = told("stats", "--by", "instrument")
        assert (row["instrument"], row["orders"], row["filled"]) == ("binance.spot:BTCUSDT", 2, 1)
        assert (row["fill_rate"], row["slippage_bp"]) == ("1.0000", story["slippage_bp"])
        assert row["volume"] == [{"asset": "USDT", "amount": bought["cost"]}]

        money = {one["asset"]: one for one in told("balances")}
        assert Decimal(money["USDT"]["external"]) > 0
        assert told("positions", "--by", "asset")["rows"]


def test_lists_that_exclude_each_other_are_refused_before_anything_is_started(tradedesk: Command) -> None:
    both = tradedesk("order", "list", "--done", "--working")
    assert (both.code, both.err) == (2, "--working, --unknown and --done exclude each other: give one.\n")
    assert tradedesk("stats", "--by", "moon").code == 2

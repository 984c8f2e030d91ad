"""Changes of orders and lists of them from the command line: real processes, the simulated exchange."""

from __future__ import annotations

import pytest

from support.command import Command

pytestmark = pytest.mark.peers


def test_an_order_is_made_smaller_moved_and_told_as_one_story(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        placed = tradedesk("order", "place", "buy", "0.01", "BTCUSDT", "--price", "52000", "--json")
        assert placed.code == 0, placed.err

        smaller = tradedesk("order", "amend", "k1", "--size", "0.005", "--json")
        assert (smaller.code, smaller.json["quantity"], smaller.json["order_id"]) == (
            0,
            "0.005",
            placed.json["order_id"],
        ), smaller.err

        moved = tradedesk("order", "amend", "k1", "--price", "52100", "--json")
        assert (moved.code, moved.json["price"], moved.json["status"]) == (0, "52100", "OPEN"), moved.err
        assert moved.json["parent"] == placed.json["order_id"]
        old = tradedesk("order", "show", "k1", "--json").json
        assert (old["status"], old["replacement"]) == ("CANCELED", moved.json["order_id"])

        refused = tradedesk("order", "amend", "k1", "--size", "0.004")
        assert (refused.code, refused.err) == (1, "k1 is CANCELED: there is nothing to change. [FINAL]\n")
        assert tradedesk("order", "amend", "k2").code == 2

        listed = tradedesk(
            "order", "place", "buy", "0.001", "BTCUSDT", "--price", "52000",
            "--take-profit", "70000", "--stop-loss", "50000", "--json",
        )  # fmt: skip
        assert listed.code == 0, listed.err
        assert [one["status"] for one in listed.json] == ["OPEN", "PENDING_TRIGGER", "PENDING_TRIGGER"]
        assert [one["list_role"] for one in listed.json] == ["ENTRY", "TAKE_PROFIT", "STOP_LOSS"]
        gone = tradedesk("order", "cancel", listed.json[0]["handle"], "--json")
        assert (gone.code, gone.json["status"]) == (0, "CANCELED")

        until = tradedesk(
            "order", "place", "buy", "0.001", "BTCUSDT", "--price", "52000", "--gtd", "2100-01-01T00:00:00Z"
        )
        assert until.code == 0, until.err
        assert "that needs the worker alive" in until.out

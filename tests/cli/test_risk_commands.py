"""Risk from the command line: shown, set, kept; halted, reduced, resumed; and real money named once more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from connectors.model.connection import Connection
from connectors.model.ids import AccountId, Mode
from connectors.model.risk import LimitName
from support.command import Command
from tui.cli import arming
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.risk_answers import read

LIVE = Connection(AccountId(UUID(int=1)), "binance", "main", Mode.LIVE, keyed=True)


@pytest.mark.peers
def test_limits_are_shown_set_kept_and_taken_back(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        shown = tradedesk("risk", "show", "--account", "demo", "--json").json
        (account,) = shown["accounts"]
        limits = {one["name"]: one for one in account["limits"]}
        assert limits["order-value"] == {"name": "order-value", "value": "0.05", "used": "0.000000", "scope": "default"}
        assert Decimal(account["equity"]) == 100_000
        assert Decimal(account["loss_limit"]) == 3_000

        above = tradedesk("order", "place", "BUY", "0.1", "BTCUSDT", "--price", "52000")
        assert (above.code, above.err) == (
            1,
            "5,200.00 USDT is above 5,000.00, 5 % of equity. Largest size here: 0.09615. [ORDER_VALUE]\n",
        )
        told = tradedesk("risk", "set", "order-value", "6%", "--account", "demo", "--instrument", "btcusdt")
        assert (told.code, told.out) == (0, "order-value is 6 % for demo btcusdt. It is recorded.\n")
        placed = tradedesk("order", "place", "BUY", "0.1", "BTCUSDT", "--price", "52000", "--json")
        assert placed.json["status"] == "OPEN", placed.err
        words = tradedesk("risk", "show", "--account", "demo", "--instrument", "BTCUSDT").out
        assert "order-value" in words
        assert "instrument" in words
        assert tradedesk("risk", "unset", "order-value", "--account", "demo", "--instrument", "BTCUSDT").code == 0
        assert tradedesk("order", "place", "BUY", "0.1", "BTCUSDT", "--price", "52000").code == 1

        for words_given, code, said in (
            (("set", "order-value", "200%"), 1, "order-value is above 0 % and at most 100 %; 200 % is not."),
            (("set", "open-orders", "5%"), 2, "open-orders is no share: give a number without %, or off."),
            (("set", "sideways", "1"), 2, "Limit 'sideways' is unknown."),
            (("unset", "order-value"), 1, "order-value is not set there: nothing to take back."),
            (("unlock",), 1, "No loss lock is shut: there is nothing to unlock."),
        ):
            refused = tradedesk("risk", *words_given)
            assert (refused.code, refused.err.startswith(said)) == (code, True), refused


@pytest.mark.peers
def test_a_halt_is_for_every_client_and_reducing_lets_only_closes_through(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        assert tradedesk("order", "place", "BUY", "0.01", "BTCUSDT", "--type", "market").code == 0
        halted = tradedesk("halt", "--json").json
        assert (halted["trading"], halted["reason"]) == ("HALTED", "by you")
        refused = tradedesk("order", "place", "BUY", "0.01", "BTCUSDT", "--price", "52000")
        assert (refused.code, refused.err.startswith("New orders are halted.")) == (1, True)
        assert tradedesk("reduce").out.startswith("REDUCING by you since ")
        assert "shrink" in tradedesk("order", "place", "BUY", "0.01", "BTCUSDT", "--price", "52000").err
        sold = tradedesk("order", "place", "SELL", "0.005", "BTCUSDT", "--type", "market", "--json")
        assert sold.json["status"] == "FILLED", sold.err
        assert tradedesk("resume", "--json").json["trading"] == "ACTIVE"
        assert tradedesk("order", "place", "BUY", "0.01", "BTCUSDT", "--price", "52000").code == 0


@pytest.mark.parametrize(
    ("limit", "text", "value"),
    [
        (LimitName.ORDER_VALUE, "5%", "0.05"),
        (LimitName.ORDER_VALUE, "0.05", "0.05"),
        (LimitName.DAY_LOSS, "2.5 %", "0.025"),
        (LimitName.OPEN_ORDERS, "20", "20"),
        (LimitName.ORDER_AMOUNT, "2000.50", "2000.50"),
    ],
)
def test_a_share_may_be_written_either_way(limit: LimitName, text: str, value: str) -> None:
    assert read(limit, text) == Decimal(value)


def client(typed: str | None) -> Client:
    """A client whose prompt answers so; None: nobody is there."""

    async def line(_question: str) -> str:
        return typed or ""

    return cast("Client", SimpleNamespace(prompt=SimpleNamespace(able=typed is not None, line=line)))


async def _armed(who: Client, connection: Connection, given: str | None) -> bool:
    await arming.arm(who, connection, given)
    return True


@pytest.mark.parametrize(("typed", "given"), [("main", None), (None, "main")])
def test_an_order_with_real_money_goes_where_its_label_is_typed_or_given(typed: str | None, given: str | None) -> None:
    for connection, who in ((LIVE, client(typed)), (replace(LIVE, mode=Mode.TESTNET), client(None))):
        passed = asyncio.run(_armed(who, connection, given))
        assert passed


@pytest.mark.parametrize(
    ("typed", "given", "said"),
    [
        (None, None, "main trades real money and is DISARMED. Nothing was sent. Say that it is meant: --arm main"),
        ("y", None, "That is not main. Nothing was sent."),
        ("LIVE", None, "That is not main. Nothing was sent."),
        ("main", "other", "That is not main. Nothing was sent."),
    ],
)
def test_an_order_with_real_money_is_not_sent_otherwise(typed: str | None, given: str | None, said: str) -> None:
    with pytest.raises(CommandFailed, match=said.replace(".", r"\.")) as caught:
        asyncio.run(arming.arm(client(typed), LIVE, given))
    assert caught.value.exit is Exit.USAGE

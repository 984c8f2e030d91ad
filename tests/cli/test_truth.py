"""What is stuck, what differs and what balances are made of, from the command line."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.worker import api
from support.command import Command
from tui.cli import order_answers, order_stuck
from tui.cli.exits import CommandFailed, Exit


@pytest.mark.peers
def test_orders_are_asked_about_accounts_compared_and_ledgers_read(tradedesk: Command) -> None:
    with tradedesk.running("watch", "trades", "BTCUSDT") as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        bought = tradedesk("order", "place", "buy", "0.02", "BTCUSDT", "--type", "market", "--json").json
        assert bought["status"] == "FILLED"
        assert tradedesk("order", "place", "buy", "0.01", "BTCUSDT", "--price", "52000").code == 0

        (compared,) = tradedesk("reconcile", "--json").json
        assert (compared["venue"], compared["failed"], compared["open_orders"]) == ("demo", None, 1)
        assert compared["fills_asked"] == ["BTCUSDT"]
        assert not compared["external"]
        again = tradedesk("reconcile", "--account", "demo")
        assert again.out.startswith("demo: 1 open order, 2 balances and ")
        assert again.out.endswith(" of BTCUSDT listed. Nothing differed.\n")

        assert tradedesk("order", "stuck").out == "No order is stuck.\n"
        asked = tradedesk("order", "resolve", "k2", "--ask", "--json").json
        assert asked["status"] == "OPEN"
        assert "BY_HAND" in [line["kind"] for line in asked["evidence"]]
        over = tradedesk("order", "resolve", "k1")
        assert (over.code, over.err) == (1, "k1 is FILLED by the venue's word: there is nothing to decide.\n")
        alive = tradedesk("order", "resolve", "k2", "--canceled", "--typed", "k2")
        assert (alive.code, alive.err) == (1, "k2 is OPEN by the venue's word. Cancel it.\n")
        untyped = tradedesk("order", "resolve", "k2", "--never-arrived")
        assert (untyped.code, "--typed k2" in untyped.err) == (2, True)

        assets = {one["asset"]: one for one in tradedesk("ledger", "assets", "--json").json}
        for one in assets.values():
            balance = Decimal(one["free"]) + Decimal(one["locked"])
            assert balance == Decimal(one["traded"]) + Decimal(one["external"])
        assert Decimal(assets["BTC"]["external"]) == 0, "every coin was bought here"
        assert Decimal(assets["USDT"]["traded"]) == -Decimal(bought["cost"])
        assert assets["BTC"]["external_moved"] is None
        (opened,) = tradedesk("ledger", "history", "btcusdt", "--json").json[-1:]
        assert opened["change"] == "OPEN"
        totals = tradedesk("ledger", "totals", "--by", "asset", "--json").json
        (row,) = totals["rows"]
        assert (row["mode"], row["key"], Decimal(row["cost"])) == ("sim", "BTC", Decimal(bought["cost"]))
        assert Decimal(row["unrealised"]) == Decimal(row["value"]) - Decimal(row["cost"])
        assert tradedesk("ledger", "totals", "--by", "colour").code == Exit.USAGE


class Covered:
    """A client of a worker that shows no orders now."""

    def __init__(self, over: bool) -> None:
        self.outcome = api.CancelOutcome("k3", over)
        self.asked: list[object] = []

    async def ask(self, command: object, _kind: type) -> Any:
        self.asked.append(command)
        if isinstance(command, api.CancelNamed):
            return self.outcome
        raise CommandFailed("The desk is covered.", Exit.LOCKED)


async def test_an_order_is_canceled_by_its_handle_while_the_desk_is_covered_and_nothing_of_it_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = Covered(over=True)
    await order_answers.cancel("k3", 7, as_json=False)(client)  # type: ignore[arg-type]
    assert client.asked[-1] == api.CancelNamed("k3", 7)
    assert capsys.readouterr().out == "k3 is over. The desk is covered: nothing more of it is shown.\n"
    with pytest.raises(CommandFailed, match="on its way and not confirmed") as failed:
        await order_answers.cancel("k3", 7, as_json=False)(Covered(over=False))  # type: ignore[arg-type]
    assert failed.value.exit is Exit.UNKNOWN


def test_one_decision_at_a_time() -> None:
    given = {"ask": False, "cancel_anyway": False, "never_arrived": False, "canceled": False}
    assert order_stuck.decision_of(**given) is api.Decision.ASK_NOW
    assert order_stuck.decision_of(**{**given, "canceled": True}) is api.Decision.CANCELED
    with pytest.raises(CommandFailed, match="Give one of"):
        order_stuck.decision_of(**{**given, "canceled": True, "ask": True})


async def test_a_decision_by_hand_asks_for_the_handle_at_a_terminal() -> None:
    asked = []

    async def line(question: str) -> str:
        asked.append(question)
        return "k3"

    client = SimpleNamespace(prompt=SimpleNamespace(able=True, line=line))
    order = SimpleNamespace(handle="k3")
    typed = await order_stuck._typed(client, order, api.Decision.CANCELED, None)  # type: ignore[arg-type]  # noqa: SLF001
    assert typed == "k3"
    assert asked == ["Decide that it is not at the venue any more: type k3 to go on: "]

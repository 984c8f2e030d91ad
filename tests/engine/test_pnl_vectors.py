"""Every linear worked example of other houses, to its printed digits; those left out are named with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connectors.engine.positions import Assets, book_fill
from connectors.model.fill import Fee
from connectors.model.order import Side
from connectors.model.position import Position, PositionEvent
from engine.world import ACCOUNT, BTC, D, fill
from support.shared import shared_path

Example = dict[str, Any]

LEFT_OUT = {
    "inverse-11000": "coin-margined: P&L is in base, 1 ÷ price; the desk trades no inverse product in this release",
    "inverse-11505.60": "coin-margined",
    "inverse-12506.65": "coin-margined",
    "inverse-370.00": "coin-margined",
    "bybit-inverse-aep": "coin-margined: the average is harmonic",
    "binance-commission": "how a venue computes a commission; the desk takes the commission the venue states",
}

FILE = "pnl_worked_examples.json"


def examples() -> list[Example]:
    loaded: list[Example] = json.loads(shared_path("vectors", FILE).read_text(), parse_float=Decimal, parse_int=Decimal)
    return loaded


class Book:
    """One position, played through an example's steps."""

    def __init__(self, fee_rate: Decimal = Decimal(0)) -> None:
        self.position = Position(ACCOUNT, BTC)
        self.rate = fee_rate

    def trade(self, side: str, quantity: Any, price: Any, fee: Any = None) -> PositionEvent:
        size, at = D(str(quantity)), D(str(price))
        paid = size * at * self.rate if fee is None else D(str(fee))
        one = fill(1, str(size), price=str(at), side=Side(side.upper()), fee=Fee("USDT", paid) if paid else None)
        event = book_fill(self.position, one, Assets("BTC", "USDT"))
        self.position = event.position
        return event

    @property
    def net(self) -> Decimal:
        return self.position.realised - self.position.fees_quote

    @property
    def average(self) -> Decimal:
        return self.position.average_entry or D(0)


def printed(value: Decimal, as_printed: Any) -> bool:
    """Whether a value is what was printed, to the digits that were printed (halves may have gone either way)."""
    shown = D(str(as_printed))
    return abs(value - shown) <= D(1).scaleb(int(shown.as_tuple().exponent)) / 2


def steps_with_averages(one: Example) -> None:
    book = Book(D("0.0001"))
    for step in one["steps"]:
        book.trade(step["side"], step["qty"], step["price"])
        if after := step.get("after"):
            assert book.position.quantity == after["qty"]
            assert abs(book.average - after["avg"]) < D("1e-12"), "printed from a binary fraction"
            assert printed(book.net, after["realized"])


def folded(one: Example) -> None:
    book = Book()
    for step in one["steps"]:
        if step["signed_qty"]:
            book.trade("BUY" if step["signed_qty"] > 0 else "SELL", abs(step["signed_qty"]), step["price"])
    top, _slash, bottom = one["expect"]["avg"].partition("/")
    assert book.position.quantity == D(one["expect"]["net_qty"])
    assert abs(book.average - D(top) / D(bottom or 1)) < D("1e-17")


def marked(one: Example) -> None:
    book = Book(D("0.001") if "realized_after_open" in one else D(0))
    book.trade(one["side"], one["qty"], one["entry"])
    unrealised = book.position.unrealised(D(one["mark"]))
    assert printed(unrealised, one["unrealized"])
    if "realized_after_open" in one:
        assert printed(book.net, one["realized_after_open"])
    if "total" in one:
        assert printed(unrealised + book.net, one["total"])


def bought_in_steps(one: Example) -> None:
    """Theirs takes an entry's fee when its part is sold, ours when it is paid: apart by the fee of what is open."""
    rate = D(str(one["fee"]))
    book = Book(rate)
    for number, step in enumerate(one["steps"], 1):
        cost_before, fees_before = book.position.cost, book.position.fees_quote
        event = book.trade(step["side"], step["qty"], step["price"])
        amount, average, stake, cumulative, realised, _relative = step["after"]
        assert printed(book.net + book.position.cost * rate, cumulative)
        if step["side"] == "sell":
            of_the_part = (cost_before - book.position.cost) * rate
            assert printed(event.realised - (book.position.fees_quote - fees_before) - of_the_part, realised)
        if number < len(one["steps"]):  # the last row repeats what the trade was before it was closed
            assert (book.position.quantity, book.average, book.position.cost) == (amount, average, stake)
    assert book.position.quantity == 0
    assert printed(book.net, one["end_profit"])


def averaged(one: Example) -> None:
    book = Book()
    for step in one["steps"]:
        book.trade(step["side"], step["qty"], step["price"])
    assert book.average == D(one["expect"]["avg"])


def closed_with_fees(one: Example) -> None:
    book = Book()
    book.trade(one["side"], one["qty"], one["entry"], one["open_fee"])
    book.trade("BUY" if one["side"] == "SELL" else "SELL", one["qty"], one["exit"], one["close_fee"])
    assert book.position.realised == D(one["position_pnl"])
    assert book.net - D(one["funding_paid"]) == D(one["closed_pnl"])


def by_formula(one: Example) -> None:
    assert len(one["examples"]) == 2
    for each in one["examples"]:
        book = Book()
        book.trade(each["side"], each["qty"], each["entry"])
        assert book.position.unrealised(D(each["exit"])) == D(each["pnl"])
        book.trade("BUY" if each["side"] == "SELL" else "SELL", each["qty"], each["exit"])
        assert book.position.realised == D(each["pnl"])


PLAYED: dict[str, Callable[[Example], None]] = {
    "tt-": steps_with_averages,
    "fold-": folded,
    "naut-": marked,
    "freqtrade-dca-": bought_in_steps,
    "bybit-aep": averaged,
    "bybit-upnl-": marked,
    "bybit-closed-pnl": closed_with_fees,
    "binance-formula": by_formula,
}
"""By how an example's name begins."""


def player(name: str) -> Callable[[Example], None] | None:
    return next((play for begins, play in PLAYED.items() if name.startswith(begins)), None)


def test_every_worked_example_is_played_or_left_out_for_a_named_reason() -> None:
    names = [one["id"] for one in examples()]
    assert len(names) == len(set(names)) == 33
    assert {name for name in names if player(name) is None} == set(LEFT_OUT)
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("begins", list(PLAYED))
def test_a_linear_worked_example_agrees_to_its_printed_digits(begins: str) -> None:
    found = [one for one in examples() if one["id"].startswith(begins) and one["id"] not in LEFT_OUT]
    assert found
    for one in found:
        PLAYED[begins](one)

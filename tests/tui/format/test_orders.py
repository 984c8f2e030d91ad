from __future__ import annotations

from decimal import Decimal

from connectors.model.order import OrderOrigin, OrderStatus, OrderType
from connectors.model.side import Side
from support.pane_facts import order
from tui.format.orders import kind, quantity, sentence, side_letter, state_mark, state_words


def test_a_mark_tells_the_gravest_thing_about_an_order() -> None:
    assert state_mark(order(status=OrderStatus.UNKNOWN, canceling=True)) == "?"
    assert state_mark(order(status=OrderStatus.SUBMITTING)) == "⋯"
    assert state_mark(order(canceling=True)) == "×"
    assert state_mark(order(origin=OrderOrigin.EXT)) == "E"
    assert state_mark(order()) == ""


def test_stops_and_targets_have_letters_of_their_own() -> None:
    stop = order(side=Side.SELL, kind=OrderType.STOP_LOSS, price=None, trigger_price=Decimal(61500))
    target = order(side=Side.SELL, kind=OrderType.TAKE_PROFIT, price=None, trigger_price=Decimal(62500))
    assert [side_letter(each) for each in (order(), order(side=Side.SELL), stop, target)] == ["B", "S", "s↓", "t↑"]
    assert sentence(stop, 2) == "SELL 0.01 BTCUSDT STOP ≤ 61,500.00"
    assert sentence(target, 2) == "SELL 0.01 BTCUSDT TARGET ≥ 62,500.00"


def test_a_sentence_names_everything_that_was_sent() -> None:
    assert sentence(order(kind=OrderType.LIMIT_MAKER), 2) == "BUY 0.01 BTCUSDT @ 61,800.00 post-only"
    assert sentence(order(kind=OrderType.MARKET, price=None), 2) == "BUY 0.01 BTCUSDT MARKET"


def test_states_are_words() -> None:
    partial = order(status=OrderStatus.PARTIALLY_FILLED, filled=Decimal("0.006"))
    assert state_words(partial) == "PART 60 %"
    assert state_words(order(origin=OrderOrigin.EXT)) == "OPEN EXT"
    assert state_words(order(canceling=True)) == "CANCELING"
    assert state_words(order(status=OrderStatus.CANCELED, canceling=True)) == "CANCELED"


def test_every_type_has_a_short_word() -> None:
    assert all(0 < len(kind(order(kind=each))) <= 8 for each in OrderType)


def test_a_size_in_quote_has_a_dollar() -> None:
    from dataclasses import replace

    assert quantity(replace(order(), quantity=None, quote_quantity=Decimal("500.00"))) == "$500"

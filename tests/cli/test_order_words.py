"""What the words of ``order place`` mean, and which do not fit together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from connectors.model.ids import AccountId, InstrumentId, Product
from connectors.model.order import OrderType, SelfTradePrevention, Side, TimeInForce
from connectors.model.order_list import ListKind
from tui.cli.exits import CommandFailed, Exit
from tui.cli.order_asked import Asked, hung_together, read, single

D = Decimal
BUY = Asked("buy", "0.01", "BTCUSDT")
BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")
ACCOUNT = AccountId(UUID(int=1))


@pytest.mark.parametrize(
    ("typed", "type_", "force"),
    [
        ({"price": "100"}, OrderType.LIMIT, TimeInForce.GTC),
        ({"price": "100", "tif": "ioc"}, OrderType.LIMIT, TimeInForce.IOC),
        ({"price": "100", "post": True}, OrderType.LIMIT_MAKER, None),
        ({"kind": "market"}, OrderType.MARKET, None),
        ({"trigger": "90"}, OrderType.STOP_LOSS, None),
        ({"trigger": "90", "price": "89"}, OrderType.STOP_LOSS_LIMIT, TimeInForce.GTC),
        ({"trigger": "90", "kind": "take-profit"}, OrderType.TAKE_PROFIT, None),
        ({"trailing_bp": 100}, OrderType.TRAILING, None),
        ({"trailing_bp": 100, "trigger": "90"}, OrderType.TRAILING, None),
        ({"price": "100", "gtd": "2030-01-02T03:04:05Z"}, OrderType.LIMIT, TimeInForce.GTD),
    ],
)
def test_the_prices_tell_the_type_where_none_is_named(
    typed: dict[str, object], type_: OrderType, force: TimeInForce | None
) -> None:
    wanted = read(replace(BUY, **typed))  # type: ignore[arg-type]
    assert (wanted.type, wanted.time_in_force) == (type_, force)
    command = single(wanted, ACCOUNT, BTC)
    assert (command.side, command.type, command.quantity) == (Side.BUY, type_, D("0.01"))
    assert command.order_id.version == 7


def test_the_other_words_reach_the_command() -> None:
    wanted = read(replace(BUY, price="100", iceberg="0.002", stp="expire-taker", gtd="1970-01-01T00:00:01Z"))
    command = single(wanted, ACCOUNT, BTC)
    assert (command.iceberg_quantity, command.self_trade_prevention) == (D("0.002"), SelfTradePrevention.EXPIRE_TAKER)
    assert command.expire_time_ns == 1_000_000_000
    assert single(read(replace(BUY, trailing_bp=50)), ACCOUNT, BTC).trailing_delta == 50


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Neither --price nor --type market is given."),
        ({"kind": "market", "price": "1"}, "A market order has no price."),
        ({"kind": "stop"}, "A stop order needs --trigger."),
        ({"kind": "stop-limit", "trigger": "1"}, "A stop-limit order needs --price."),
        ({"kind": "limit", "price": "1", "trailing_bp": 5}, "A limit order has no trail."),
        ({"kind": "limit", "price": "1", "post": True}, "--post makes a post-only order, not a limit order."),
        ({"price": "1", "tif": "GTD"}, "GTD needs --gtd with the time"),
        ({"price": "1", "tif": "IOC", "gtd": "2030-01-02"}, "GTD needs --gtd with the time"),
        ({"price": "1", "gtd": "tomorrow"}, "Expiry 'tomorrow' is no time."),
        ({"kind": "market", "gtd": "2030-01-02"}, "A market order has no time in force. Leave out --gtd."),
        ({"oco": True, "take_profit": "2"}, "--oco needs --take-profit and --stop-loss."),
        ({"oco": True, "take_profit": "2", "stop_loss": "1", "price": "1"}, "An OCO is a size, --take-profit and"),
        ({"kind": "market", "stop_loss": "1"}, "Exits hang on a limit or post-only order, not on a market order."),
        ({"price": "1", "stp": "always"}, "Self-trade prevention 'always' is unknown."),
        ({"price": "1", "iceberg": "0"}, "Visible part 0 is not above 0."),
    ],
)
def test_words_that_do_not_fit_are_a_matter_of_usage(typed: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandFailed) as failed:
        read(replace(BUY, **typed))  # type: ignore[arg-type]
    assert failed.value.sentence.startswith(sentence)
    assert failed.value.exit is Exit.USAGE


@pytest.mark.parametrize(
    ("typed", "kind", "legs"),
    [
        (
            {"oco": True, "take_profit": "120", "stop_loss": "90"},
            ListKind.OCO,
            [(None, None), (Side.BUY, OrderType.LIMIT_MAKER), (Side.BUY, OrderType.STOP_LOSS), (None, None)],
        ),
        (
            {"price": "100", "take_profit": "120", "stop_loss": "90"},
            ListKind.OTOCO,
            [
                (Side.BUY, OrderType.LIMIT),
                (Side.SELL, OrderType.LIMIT_MAKER),
                (Side.SELL, OrderType.STOP_LOSS),
                (None, None),
            ],
        ),
        (
            {"price": "100", "stop_loss": "90"},
            ListKind.OTO,
            [(Side.BUY, OrderType.LIMIT), (None, None), (None, None), (Side.SELL, OrderType.STOP_LOSS)],
        ),
        (
            {"price": "100", "take_profit": "120"},
            ListKind.OTO,
            [(Side.BUY, OrderType.LIMIT), (None, None), (None, None), (Side.SELL, OrderType.LIMIT)],
        ),
    ],
)
def test_exits_make_the_list_that_fits(
    typed: dict[str, object], kind: ListKind, legs: list[tuple[Side | None, OrderType | None]]
) -> None:
    command = hung_together(read(replace(BUY, **typed)), ACCOUNT, BTC)  # type: ignore[arg-type]
    found = (command.entry, command.take_profit, command.stop_loss, command.exit)
    assert command.kind is kind
    assert [(one.side, one.type) if one else (None, None) for one in found] == legs
    assert len({one.order_id for one in found if one}) == sum(one is not None for one in found)

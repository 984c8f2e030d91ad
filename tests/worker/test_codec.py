"""Frames of the link: what goes in comes out, to the last digit, and a secret stays one."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from connectors.errors import Malformed
from connectors.model.book import BookLevel, BookState, BookTop, BookView
from connectors.model.connection import Connection, Hosts
from connectors.model.ids import AccountId, InstrumentId, Mode, Product, TradeId
from connectors.model.order import Side
from connectors.model.trade import Gap, Trade
from connectors.worker import api
from connectors.worker.codec import Kind, decode, encode
from connectors.worker.secrets import AttachEmbedded

BTC = InstrumentId("binance", Product.SPOT, "BTCUSDT")


@pytest.mark.parametrize(
    "value",
    [
        api.WatchPushed(1, BookTop(BTC, 5, BookLevel(Decimal("1.10"), Decimal(2)), None, BookState.LIVE), 3),
        api.WatchPushed(2, Gap(BTC, 1, 2)),
        api.WatchPushed(3, Trade(BTC, TradeId("1"), Decimal("1.5"), Decimal(1), Side.BUY, 7)),
        api.Numbered(9, api.AlertRaised(api.Alert(1, api.AlertLevel.INFO, "alert 1"))),
        api.Numbered(10, api.TradingChanged(api.TradingState.HALTED, "by you", 3)),
        api.BookPushed(4, BookView(BTC, 1, BookState.RESYNC, (), (BookLevel(Decimal("0.10"), Decimal("0E-8")),), 3)),
    ],
)
def test_every_push_crosses_the_link_unchanged_to_the_last_digit(value: object) -> None:
    frame = decode(encode(Kind.PUSH, 0, value)[4:])
    assert frame.value == value
    assert repr(frame.value) == repr(value)


def test_every_command_and_result_of_the_contract_has_a_reader() -> None:
    for kind in (*api.Command.__args__, *api.Result.__args__, *api.NumberedEvent.__args__, *api.PaneEvent.__args__):
        assert msgspec.msgpack.Decoder(kind) is not None


def test_a_secret_is_in_no_repr_and_in_no_error() -> None:
    connection = Connection(AccountId(UUID(int=1)), "binance", "demo", Mode.SIM, hosts=Hosts(("http://127.0.0.1:1",)))
    secret = AttachEmbedded(connection, "the-key", b"the-secret")
    assert "the-secret" not in repr(secret)
    assert "the-key" not in repr(secret)
    broken = encode(Kind.SECRET, 1, secret)[4:].replace(b"sim", b"xyz")
    with pytest.raises(Malformed) as caught:
        decode(broken)
    assert "the-secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None

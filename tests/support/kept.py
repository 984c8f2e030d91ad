"""Orders, fills and positions to keep in an archive: whole, plausible, and different where a number differs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, TradeId, VenueOrderId
from connectors.model.order import Evidence, EvidenceKind, Order, OrderStatus, OrderType, Side, TimeInForce
from connectors.model.position import Position, PositionChange, PositionEvent
from connectors.ports.archive import JournalEntry

BTCUSDT = InstrumentId.parse("binance.spot:BTCUSDT")
ETHUSDT = InstrumentId.parse("binance.spot:ETHUSDT")
EPOCH = Epoch("live")
T0 = 1_893_553_445_000_000_000


def account(number: int = 1) -> AccountId:
    return AccountId(UUID(int=0x018E_0000_0000_7000_8000_0000_0000_0000 + number))


def order(number: int = 1, **changes: Any) -> Order:
    """The order ``k<number>``, made ``number`` ns after T0."""
    order_id = OrderId(UUID(int=0x018F_0000_0000_7000_8000_0000_0000_0000 + number))
    made = Order(
        order_id=order_id,
        account=account(),
        epoch=EPOCH,
        instrument=BTCUSDT,
        handle=f"k{number}",
        client_order_ids=(ClientOrderId(order_id.hex),),
        side=Side.BUY,
        type=OrderType.LIMIT,
        status=OrderStatus.SUBMITTING,
        created_ns=T0 + number,
        updated_ns=T0 + number,
        quantity=Decimal("0.01000"),
        price=Decimal("61804.00"),
        time_in_force=TimeInForce.GTC,
        evidence=(Evidence(T0, EvidenceKind.INTENT, "buy 0.01000 at 61804.00"),),
    )
    return replace(made, **changes)


def entry(of: Order, kind: str = "INTENT") -> JournalEntry:
    return JournalEntry(number=0, time_ns=of.updated_ns, kind=kind, order=of)


def fill(trade_id: str = "100", **changes: Any) -> RecordedFill:
    made = Fill(
        instrument=BTCUSDT,
        trade_id=TradeId(trade_id),
        venue_order_id=VenueOrderId("28"),
        side=Side.BUY,
        price=Decimal("61804.00"),
        quantity=Decimal("0.00400"),
        quote_quantity=Decimal("247.216000000"),
        fee=Fee("BTC", Decimal("0.00000400")),
        time_ns=T0,
        maker=False,
        client_order_id=ClientOrderId("c"),
    )
    return RecordedFill(account(), EPOCH, order().order_id, replace(made, **changes))


def position_event(quantity: str = "0.00400", realised: str = "0", **changes: Any) -> PositionEvent:
    position = Position(account(), BTCUSDT, Decimal(quantity), Decimal("247.216"), Decimal(realised), updated_ns=T0)
    made = PositionEvent(
        position=position,
        change=PositionChange.OPEN,
        delta=Decimal(quantity),
        price=Decimal("61804.00"),
        realised=Decimal(realised),
        time_ns=T0,
    )
    return replace(made, **changes)

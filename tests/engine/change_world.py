"""What the tests of changes and lists need beside `engine.world`: a venue that can do more, and its words."""

from __future__ import annotations

from dataclasses import replace

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, MarketNow
from connectors.model.capabilities import Amend, Support
from connectors.model.change import CancelOutcome, CreateOutcome, ReplaceReport
from connectors.model.ids import OrderId
from connectors.model.order import Order, OrderReport, OrderStatus, OrderType, ReportSource, Side
from connectors.model.order_list import ListKind
from engine.world import CAPABILITIES, INSTRUMENT, MARKET, D, Desk, limit_buy, order_id, report

S = OrderStatus

TYPES = (
    OrderType.LIMIT,
    OrderType.MARKET,
    OrderType.LIMIT_MAKER,
    OrderType.STOP_LOSS,
    OrderType.STOP_LOSS_LIMIT,
    OrderType.TAKE_PROFIT,
    OrderType.TRAILING,
)
LISTS = (ListKind.OCO, ListKind.OTO, ListKind.OTOCO)
ABLE = replace(
    CAPABILITIES,
    order_types=dict.fromkeys(TYPES, Support.NATIVE),
    amend=Amend.QUANTITY_DOWN_ONLY,
    amend_renames=True,
    replace=Support.NATIVE,
    order_lists=Support.NATIVE,
    list_kinds=dict.fromkeys(LISTS, Support.NATIVE),
    iceberg=Support.NATIVE,
)
"""As Binance spot."""
FULL = replace(ABLE, amend=Amend.NATIVE, amend_price=True)
"""Changes everything in its place."""
TWO_CALLS = replace(ABLE, amend=Amend.CANCEL_REPLACE, replace=Support.EMULATED)
"""Has neither."""
CHANGEABLE = replace(
    INSTRUMENT,
    order_types=frozenset(TYPES),
    amend=True,
    replace=True,
    iceberg=True,
    list_kinds=frozenset(LISTS),
)


def change(order: Order, number: int = 101, **wanted: object) -> inputs.Amend:
    """A change of an order; Binance spot's abilities unless others are given."""
    asked = inputs.Amend(
        order_id=order.order_id,
        amend_id=order_id(number),
        instrument=CHANGEABLE,
        capabilities=ABLE,
        market=MARKET,
        at=Desk().now,
    )
    return replace(asked, **wanted)  # type: ignore[arg-type]


def since(desk: Desk, order: Order) -> int:
    """What names the change that is under way."""
    wanted = desk.order(order.order_id).amending
    return wanted.since_ns if wanted is not None else 0


def commit(desk: Desk) -> None:
    """The disk has what the newest step waits for."""
    (wanted,) = [effect for effect in desk.wanted(fx.Commit) if effect.token is not None]
    assert wanted.token is not None
    desk.happen(inputs.Committed(wanted.token, desk.now))


def replacing(desk: Desk, order: Order, **wanted: object) -> Order:
    """Ask for a new price, let it be written; the new order."""
    asked = change(order, price=D("61700.00"))
    desk.happen(replace(asked, **wanted))  # type: ignore[arg-type]
    commit(desk)
    return desk.order(order_id(101))


def replaced(
    desk: Desk,
    old: Order,
    cancel: CancelOutcome,
    create: CreateOutcome,
    *,
    filled: str = "0",
    new_quantity: str = "0.01",
) -> ReplaceReport:
    """Both halves' words, as Binance answers them."""
    new = desk.order(order_id(101))
    gone = report(old, S.CANCELED, filled=filled, source=ReportSource.ACK)
    made = report(new, S.OPEN, venue_id="v2", source=ReportSource.ACK, price=new.price, quantity=D(new_quantity))
    return ReplaceReport(
        cancel,
        create,
        gone if cancel is CancelOutcome.DONE else None,
        made if create is CreateOutcome.ACCEPTED else None,
        cancel_reason="" if cancel is CancelOutcome.DONE else "Unknown order sent.",
        create_reason="" if create is CreateOutcome.ACCEPTED else "No.",
    )


def ended(desk: Desk, old: Order, said: ReplaceReport) -> None:
    desk.happen(inputs.ReplaceEnded(old.order_id, said, None, "", desk.now))


def unanswered(desk: Desk, old: Order, answer: Answer = Answer.LOST) -> None:
    desk.happen(inputs.ReplaceEnded(old.order_id, None, answer, "No answer for 10 s.", desk.now))


def found(desk: Desk, wanted: OrderId, said: OrderReport | None) -> None:
    """A look-up ended: with a report, or with the order nowhere."""
    absent = None if said is not None else False
    desk.happen(inputs.LookUpEnded(wanted, said, absent, absent, desk.mono_ns, desk.now))


def oco(first: int = 1, **changes: object) -> inputs.PlaceList:
    """A sale with a target and a stop."""
    common = {
        "instrument": CHANGEABLE,
        "capabilities": ABLE,
        "side": Side.SELL,
        "market": MarketNow(reference=D(61804)),
    }
    wanted = inputs.PlaceList(
        order_id(100 + first),
        ListKind.OCO,
        Desk().now,
        take_profit=limit_buy(first, type=OrderType.LIMIT_MAKER, price=D("63000.00"), **common),
        stop_loss=limit_buy(first + 1, type=OrderType.STOP_LOSS, price=None, trigger_price=D("60000.00"), **common),
    )
    return replace(wanted, **changes)  # type: ignore[arg-type]


def otoco(first: int = 1) -> inputs.PlaceList:
    """A purchase with target and stop attached."""
    exits = oco(first + 1)
    entry = limit_buy(first, instrument=CHANGEABLE, capabilities=ABLE)
    return replace(exits, list_id=order_id(100 + first), kind=ListKind.OTOCO, entry=entry)

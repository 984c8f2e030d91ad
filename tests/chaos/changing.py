"""Scenarios of what stands already: orders that are changed, lists, and how a panic is pressed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import uuid6

from chaos.lane import Lane
from chaos.patience import until_asked
from chaos.peers import BTC
from chaos.resting import open_now, over
from connectors.model.ids import OrderId
from connectors.model.list_terms import ListKind
from connectors.model.order import OrderType, Side
from connectors.worker import api


async def _amended(lane: Lane, **wanted: Decimal) -> OrderId:
    """Ask for a change of a new order; the id of the change."""
    price = await lane.low_price()
    command = replace(lane.desk.resting(price), quantity=Decimal("0.002"))
    await lane.place(command)
    await lane.order_when(command.order_id, lambda order: open_now(order) or over(order))
    if "fault" in wanted:
        await lane.exchange.arm(kind="drop_answer", on=["create"], accepted=bool(wanted.pop("fault")))
    changed = OrderId(uuid6.uuid7())
    terms = {name: price + value if name == "price" else value for name, value in wanted.items()}
    change = api.AmendOrder(command.order_id, changed, quantity=terms.get("quantity"), price=terms.get("price"))
    await lane.ask(change, changed)
    await lane.settled()
    return changed


async def amend(lane: Lane) -> None:
    """Lower an order's quantity in its place."""
    await _amended(lane, quantity=Decimal("0.001"))


async def replaced(lane: Lane) -> None:
    """Move an order's price: it is cancelled, and another takes its place."""
    await _amended(lane, price=Decimal(-5))


async def amend_lost(lane: Lane) -> None:
    """The answer to an amend is lost, whether it happened or not."""
    await _amended(lane, quantity=Decimal("0.001"), fault=Decimal(lane.rng.randrange(2)))


async def replace_lost(lane: Lane) -> None:
    """The answer to a cancel-replace is lost, whether it happened or not."""
    await _amended(lane, price=Decimal(-5), fault=Decimal(lane.rng.randrange(2)))


async def _listed(lane: Lane, kind: ListKind) -> None:
    """Place a list, and cancel one of its orders."""
    low = await lane.low_price()
    high, lower = ((low * Decimal(share)).quantize(Decimal("0.01")) for share in ("1.1", "0.9"))

    def leg(side: Side, type_: OrderType, **terms: Decimal) -> api.PlaceOrder:
        made = api.PlaceOrder(OrderId(uuid6.uuid7()), lane.desk.account, BTC, side, type_, Decimal("0.001"))
        return replace(made, **terms)  # type: ignore[arg-type]

    target: api.PlaceOrder | None
    stop_loss: api.PlaceOrder | None
    entry: api.PlaceOrder | None = None
    leave: api.PlaceOrder | None = None
    if kind is ListKind.OCO:
        target = leg(Side.BUY, OrderType.LIMIT_MAKER, price=low)
        stop_loss = leg(Side.BUY, OrderType.STOP_LOSS, trigger_price=high)
    elif kind is ListKind.OTO:
        entry = leg(Side.BUY, OrderType.LIMIT, price=low)
        target, stop_loss, leave = None, None, leg(Side.SELL, OrderType.LIMIT, price=high)
    else:
        entry = leg(Side.BUY, OrderType.LIMIT, price=low)
        target = leg(Side.SELL, OrderType.LIMIT_MAKER, price=high)
        stop_loss = leg(Side.SELL, OrderType.STOP_LOSS, trigger_price=lower)
    legs = [one.order_id for one in (entry, target, stop_loss, leave) if one is not None]
    command = api.PlaceList(
        kind, OrderId(uuid6.uuid7()), entry=entry, take_profit=target, stop_loss=stop_loss, exit=leave
    )
    await lane.ask(command, *legs)
    await lane.settled()
    await lane.desk.link.request(api.CancelOrder(legs[0]))
    await lane.settled()


async def one_cancels_other(lane: Lane) -> None:
    """Place a target with a stop, then cancel both by one."""
    await _listed(lane, ListKind.OCO)


async def one_triggers_other(lane: Lane) -> None:
    """Place an entry with one exit, then cancel both by one."""
    await _listed(lane, ListKind.OTO)


async def attached_exits(lane: Lane) -> None:
    """Place an entry with target and stop; the answer is lost."""
    await lane.low_price()
    await lane.exchange.arm(kind="drop_answer", on=["create"])
    await _listed(lane, ListKind.OTOCO)


async def panicked(lane: Lane, *, external: bool = False) -> None:
    """Press it, and wait for its end."""
    await lane.desk.link.request(api.StartPanic(OrderId(uuid6.uuid7()), external=external))

    async def ended() -> bool:
        report = await lane.desk.link.request(api.GetPanic())
        return isinstance(report, api.PanicReport) and report.ended_ns is not None

    await until_asked(ended, "the panic did not end")

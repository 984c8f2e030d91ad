"""What a report says of an order's terms: size, price, trigger and the ids it goes by. Pure functions over one `Order`.

A change changes the record only on the venue's word. Reports overtake each other: an older one, with the terms before,
takes nothing back.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.model.changed import replace
from connectors.model.order import FINAL, Amending, Order, OrderReport, OrderType, ReportSource


def restate(order: Order, report: OrderReport) -> tuple[Order, str]:
    """The record with the terms the venue speaks of.

    Returns:
        The record, and what is to be written about a change that took place; empty where there was none.
    """
    seen = _complete(order, report)
    if report.prevented > seen.prevented:
        seen = replace(seen, prevented=report.prevented)
    if report.venue_list_id is not None and seen.venue_list_id is None:
        seen = replace(seen, venue_list_id=report.venue_list_id)
    if order.status in FINAL:
        return seen, ""
    late = report.source is ReportSource.STREAM and 0 < report.time_ns < order.changed_ns
    if confirms(order, report) and not late:
        return _changed(seen, report, order.amending)
    if (
        report.replaced_client_order_id in order.client_order_ids
        and report.client_order_id not in order.client_order_ids
    ):
        # Another tool of the account changed it.
        return _changed(seen, report, None)
    return (seen if _is_older(order, report) else _shrunk(seen, report)), ""


def _is_older(order: Order, report: OrderReport) -> bool:
    """Whether a report may be of before the newest change that was confirmed: its terms are not the order's now."""
    return 0 < report.time_ns <= order.changed_ns


def confirms(order: Order, report: OrderReport) -> bool:
    """Whether a report shows the change that was asked for."""
    wanted = order.amending
    if wanted is None or wanted.replacement is not None:
        return False
    asked = (
        (wanted.quantity, report.quantity),
        (wanted.price, report.price),
        (wanted.trigger_price, report.trigger_price),
    )
    return all(want is None or want == said for want, said in asked)


def told(order: Order, wanted: Amending) -> str:
    """A change in words: ``size 0.01 → 0.006, price 61,800 → 61,900``."""
    named = (
        ("size", order.quantity, wanted.quantity),
        ("price", order.price, wanted.price),
        ("trigger", order.trigger_price, wanted.trigger_price),
    )
    return ", ".join(
        f"{name} {before:,f} → {after:,f}"
        for name, before, after in named
        if None not in {before, after} and before != after
    )


def _complete(order: Order, report: OrderReport) -> Order:
    """What an order adopted from a fill alone did not say."""
    if order.type is not OrderType.UNKNOWN or report.type is None:
        return order
    return replace(
        order,
        type=report.type,
        quantity=report.quantity,
        quote_quantity=report.quote_quantity,
        price=report.price,
        trigger_price=report.trigger_price,
        time_in_force=report.time_in_force,
        trailing_delta=report.trailing_delta,
        iceberg_quantity=report.iceberg_quantity,
    )


def _changed(order: Order, report: OrderReport, wanted: Amending | None) -> tuple[Order, str]:
    quantity, price, trigger = (
        _first(said, asked, before)
        for said, asked, before in (
            (report.quantity, wanted.quantity if wanted else None, order.quantity),
            (report.price, wanted.price if wanted else None, order.price),
            (report.trigger_price, wanted.trigger_price if wanted else None, order.trigger_price),
        )
    )
    if quantity is not None and quantity < order.filled:
        quantity = order.quantity
    ids = order.client_order_ids
    if report.client_order_id is not None and report.client_order_id not in ids:
        ids = (*ids, report.client_order_id)
    after = Amending(0, quantity, price, trigger)
    by = "" if wanted is not None else " by another tool"
    text = f"changed{by}: {told(order, after) or 'its id'}"
    changed = replace(
        order,
        quantity=quantity,
        price=price,
        trigger_price=trigger,
        client_order_ids=ids,
        amending=None,
        changed_ns=max(order.changed_ns, report.time_ns),
    )
    return (changed if wanted is not None else replace(changed, amending=order.amending)), text


def _first(said: Decimal | None, asked: Decimal | None, before: Decimal | None) -> Decimal | None:
    """The venue's number, in the digits it was asked with or had before where it is the same."""
    if said is None:
        return before if asked is None else asked
    return next((known for known in (asked, before) if known == said), said)


def _shrunk(order: Order, report: OrderReport) -> Order:
    """A smaller quantity is believed whoever asked for it: quantities of open orders fall at most venues, or stay."""
    quantity = report.quantity
    if order.quantity is None or quantity is None or not order.filled <= quantity < order.quantity:
        return order
    return replace(order, quantity=quantity)

"""An account against its limits, as clients are told it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from connectors.engine import day as days
from connectors.engine.money import Prices
from connectors.engine.positions import WIDE
from connectors.engine.risk import watching
from connectors.engine.risk.exposure import in_place_of, worst_price, worst_remaining
from connectors.engine.state import State
from connectors.model.ids import AccountId, InstrumentId
from connectors.model.order import Order
from connectors.model.risk import LimitName
from connectors.worker import api

SECOND_NS = 1_000_000_000

_SCALE = Decimal(1).scaleb(-8)
_SHARE_SCALE = Decimal(1).scaleb(-6)
_SEEN = 4
"""Digits of an equity whose change is worth telling."""


def account_risk(
    state: State, account: AccountId, label: str, now_mono_ns: int, instrument: InstrumentId | None = None
) -> api.AccountRisk:
    """One account's equity, day, and use of each limit.

    Args:
        state: The engine's.
        account: Whose.
        label: What the user calls it.
        now_mono_ns: For the orders of the last second.
        instrument: Limits as they hold for it; None: as they hold for the account.
    """
    with localcontext(WIDE):
        day = state.days.get(account)
        today = watching.today(state, account)
        worth = watching.worth_of(state, account)
        limit = watching.loss_limit(state, account)
        unpriced = sorted({*(worth.unpriced if worth else ()), *(today.unpriced if today else ())})
        loss = today.loss if today is not None else None
        return api.AccountRisk(
            account=account,
            label=label,
            currency=state.currencies.get(account) or (day.currency if day else ""),
            equity=_amount(worth.amount) if worth is not None else None,
            realised=_amount(today.realised) if today else Decimal(0),
            unrealised=_amount(today.unrealised) if today and not today.unpriced else None,
            fees=_amount(today.fees) if today else Decimal(0),
            day_began_ns=day.began_ns if day else 0,
            day_equity=_amount(day.equity) if day and day.equity is not None else None,
            loss_limit=_amount(day.excused + limit) if day and limit is not None else None,
            locked=day is not None and day.locked_ns is not None,
            locked_ns=day.locked_ns if day else None,
            limits=_limits(state, account, instrument, loss, worth.amount if worth else None, now_mono_ns),
            unpriced=tuple(unpriced),
        )


def visible(risk: api.AccountRisk) -> tuple[object, ...]:
    """What of it a screen shows: where this is the same, nothing is told."""
    equity = risk.equity
    rough = None if equity is None else f"{equity:.{_SEEN}g}"
    cents = tuple(
        None if value is None else f"{value:.2f}"
        for value in (risk.realised, risk.unrealised, risk.fees, risk.loss_limit)
    )
    bounds = tuple((one.name, one.value, one.scope) for one in risk.limits)
    return (rough, cents, risk.day_began_ns, risk.locked, risk.currency, risk.unpriced, bounds)


def _amount(value: Decimal) -> Decimal:
    return value.quantize(_SCALE, ROUND_HALF_EVEN)


def _limits(
    state: State,
    account: AccountId,
    instrument: InstrumentId | None,
    loss: Decimal | None,
    equity: Decimal | None,
    now_mono_ns: int,
) -> tuple[api.LimitInForce, ...]:
    orders = [
        order
        for order_id in state.live
        if (order := state.orders[order_id]).account == account and instrument in {None, order.instrument}
    ]
    prices = watching.prices_of(state, account)
    twice = in_place_of(orders)
    largest = max((_worth(state, order, prices) for order in orders), default=Decimal(0))
    day = state.days.get(account)
    used: dict[LimitName, Decimal | None] = {
        LimitName.ORDER_VALUE: _share(largest, equity),
        LimitName.ORDER_AMOUNT: _amount(largest),
        LimitName.POSITION_VALUE: _amount(_largest_position(state, account, instrument, prices)),
        LimitName.OPEN_ORDERS: _most_in_one(order for order in orders if order.order_id not in twice),
        LimitName.ORDERS_PER_SECOND: Decimal(sum(sent > now_mono_ns - SECOND_NS for sent in state.sends_of(account))),
        LimitName.COLLAR: None,
        LimitName.DAY_LOSS: None if loss is None else _share(max(loss - _excused(day), Decimal(0)), _equity(day)),
    }
    found = []
    for name in LimitName:
        bound = state.bound(name, account, instrument)
        found.append(api.LimitInForce(name, bound.value, bound.scope, used[name]))
    return tuple(found)


def _excused(day: days.Day | None) -> Decimal:
    return day.excused if day is not None else Decimal(0)


def _equity(day: days.Day | None) -> Decimal | None:
    return day.equity if day is not None else None


def _share(part: Decimal, whole: Decimal | None) -> Decimal | None:
    return (part / whole).quantize(_SHARE_SCALE, ROUND_HALF_EVEN) if whole else None


def _most_in_one(orders: Iterable[Order]) -> Decimal:
    counts: dict[InstrumentId, int] = {}
    for order in orders:
        counts[order.instrument] = counts.get(order.instrument, 0) + 1
    return Decimal(max(counts.values(), default=0))


def _worth(state: State, order: Order, prices: Prices) -> Decimal:
    """What is left of an order, in the reporting currency; nothing where it has no price there."""
    quote = state.assets.get(order.instrument, ("", ""))[1]
    price = worst_price(order) or state.marks.get(order.account, {}).get(order.instrument)
    value = order.quote_quantity if order.quote_quantity is not None else (price or Decimal(0)) * worst_remaining(order)
    return value * prices.get(quote, Decimal(0))


def _largest_position(state: State, account: AccountId, instrument: InstrumentId | None, prices: Prices) -> Decimal:
    marks = state.marks.get(account, {})
    return max(
        (
            abs(position.quantity) * marks[position.instrument] * prices[quote]
            for position in watching.positions_of(state, account)
            if instrument in {None, position.instrument}
            and position.instrument in marks
            and (quote := state.assets.get(position.instrument, ("", ""))[1]) in prices
        ),
        default=Decimal(0),
    )

"""What an order, and the position after it, may be worth: shares of the account's equity, and amounts.

An order that shrinks the desk's position is held against none of them: taking risk off is always easier.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from connectors.engine.filters import Wanted, first_breach, lot, plain
from connectors.engine.inputs import Place
from connectors.engine.money import prices, worth
from connectors.engine.risk.exposure import held, reduces, reference, waiting
from connectors.engine.risk.refusal import Refusal
from connectors.engine.state import State
from connectors.model.risk import LimitName

CENT = Decimal("0.01")
PERCENT = Decimal(100)


def order_value(state: State, place: Place) -> Refusal | None:
    """The share of the account's equity that one order may be worth."""
    share = state.bound(LimitName.ORDER_VALUE, place.account, place.instrument.id).value
    if share is None or reduces(state, place):
        return None
    equity = equity_for(state, place)
    if equity is None:
        return None
    told = f"{plain(share * PERCENT)} % of equity"
    return _above(state, place, equity * share, told, "ORDER_VALUE")


def order_amount(state: State, place: Place) -> Refusal | None:
    """The most one order may be worth."""
    most = state.bound(LimitName.ORDER_AMOUNT, place.account, place.instrument.id).value
    if most is None or reduces(state, place):
        return None
    return _above(state, place, most, "the most one order may be", "ORDER_AMOUNT")


def position_value(state: State, place: Place) -> Refusal | None:
    """The most a position may be worth, with everything that works on the order's side."""
    most = state.bound(LimitName.POSITION_VALUE, place.account, place.instrument.id).value
    if most is None or reduces(state, place):
        return None
    unit = _unit(state, place)
    if unit is None:
        return _unpriced(place)
    size = place.quantity if place.quantity is not None else _in_base(place)
    if size is None:
        return _unpriced(place)
    before = held(state, place) + place.side.sign * waiting(state, place)
    after = abs(before + place.side.sign * size) * unit
    if after <= most:
        return None
    room = max(most / unit - place.side.sign * before, Decimal(0))
    return Refusal(
        f"The position would be {money(after)} {_currency(state, place)}; {money(most)} is the limit."
        f"{_largest(place, room)}",
        "POSITION_VALUE",
    )


def equity_for(state: State, place: Place) -> Decimal | None:
    """The account's equity at the newest marks and the order's own market; None while balances are not known.

    What has no price counts as nothing here, which makes the limit smaller, never larger.
    """
    balances = state.balances.get(place.account)
    return None if balances is None else worth(balances.values(), _prices(state, place)).amount


def _prices(state: State, place: Place) -> dict[str, Decimal]:
    marks = dict(state.marks.get(place.account, {}))
    now = reference(place)
    if now is not None:
        marks[place.instrument.id] = now
    pairs = {**{one: state.assets[one] for one in marks if one in state.assets}}
    pairs[place.instrument.id] = (place.instrument.base, place.instrument.quote)
    return prices(pairs, marks, _currency(state, place))


def _currency(state: State, place: Place) -> str:
    return state.currencies.get(place.account) or place.instrument.quote


def _unit(state: State, place: Place) -> Decimal | None:
    """What one base unit of the order is worth in the reporting currency: the dearer of its price and the market."""
    found = [price for price in (place.price or place.trigger_price, reference(place)) if price is not None]
    quote = _prices(state, place).get(place.instrument.quote)
    return max(found) * quote if found and quote is not None else None


def _in_base(place: Place) -> Decimal | None:
    price = reference(place)
    return place.quote_quantity / price if place.quote_quantity is not None and price else None


def _own_value(state: State, place: Place) -> Decimal | None:
    """What the order is worth in the reporting currency."""
    quote = _prices(state, place).get(place.instrument.quote)
    price = place.price or place.trigger_price or reference(place)
    value = place.quote_quantity
    if value is None and place.quantity is not None and price is not None:
        value = place.quantity * price
    return None if value is None or quote is None else value * quote


def _above(state: State, place: Place, most: Decimal, told: str, code: str) -> Refusal | None:
    value = _own_value(state, place)
    if value is None:
        return _unpriced(place)
    if value <= most:
        return None
    size = place.quantity * most / value if place.quantity is not None else None
    return Refusal(
        f"{money(value)} {_currency(state, place)} is above {money(most)}, {told}.{_largest(place, size)}", code
    )


def _unpriced(place: Place) -> Refusal:
    return Refusal(
        f"What this order is worth cannot be told: no price of {place.instrument.symbol} is known. Give it a price.",
        "UNPRICED",
    )


def _largest(place: Place, size: Decimal | None) -> str:
    """The way out: the largest size that is legal at the venue too."""
    if size is None:
        return " Make it smaller."
    _name, step, least, _most = lot(place.instrument.filters, place.type)
    fits = (size / step).to_integral_value(ROUND_FLOOR) * step
    if fits < max(least, step) or first_breach(place.instrument, _resized(place, fits)) is not None:
        return " No size here is small enough."
    return f" Largest size here: {plain(fits, place.instrument.size_decimals)}."


def _resized(place: Place, size: Decimal) -> Wanted:
    return Wanted(place.side, place.type, size, None, place.price, place.trigger_price, reference(place))


def money(amount: Decimal) -> str:
    """An amount as a sentence says it: two digits after the point."""
    return plain(amount.quantize(CENT), 2)

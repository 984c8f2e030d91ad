"""How well orders were executed: what was paid against the mid at arrival, how soon the venue answered, what it cost.

Everything is exact but for two named roundings, made once and for display: basis points to a hundredth, shares to a
ten-thousandth. Values in different quote currencies, and quantities of different assets, have no sum and get none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal

from connectors.model.ids import InstrumentId
from connectors.model.order_record import Order
from connectors.model.order_terms import FINAL, OrderStatus
from connectors.model.side import Side

_EXACT = Context(prec=200)
_HUNDREDTH_BP = Decimal("0.01")
_SHARE = Decimal("0.0001")
_BP = Decimal(10_000)
_MS_DIGITS = 6
_NOT_JUDGED = frozenset({OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED})


def slippage_bp(side: Side, average: Decimal | None, mid: Decimal | None) -> Decimal | None:
    """Basis points by which an average price is worse than a mid, to a hundredth; None where one is unknown."""
    if average is None or not mid:
        return None
    return basis_points(side.sign * (average - mid), mid)


def basis_points(loss: Decimal, value: Decimal) -> Decimal | None:
    """A loss as a share of a value, in basis points to a hundredth; None of no value."""
    if not value:
        return None
    return _rounded(_EXACT.multiply(loss, _BP), value, _HUNDREDTH_BP)


def ack_ms(order: Order) -> Decimal | None:
    """From the first byte to the venue's answer in ms, exact; None where either is unknown."""
    if order.sent_ns is None or order.acked_ns is None:
        return None
    return milliseconds(order.acked_ns - order.sent_ns)


def milliseconds(span_ns: int) -> Decimal:
    """A span of ns in ms, exact."""
    return Decimal(span_ns).scaleb(-_MS_DIGITS)


def percentile(spans_ns: Iterable[int], percent: int) -> Decimal | None:
    """The smallest span in ms that at least so many per cent do not exceed; None of none."""
    ordered = sorted(spans_ns)
    if not ordered:
        return None
    return milliseconds(ordered[max(0, -(-len(ordered) * percent // 100) - 1)])


def _rounded(above: Decimal, below: Decimal, step: Decimal) -> Decimal:
    """A quotient to a step, half to even."""
    return (above / below).quantize(step, rounding=ROUND_HALF_EVEN)


@dataclass(slots=True)
class Tally:
    """Orders counted together; grows by `add`."""

    orders: int = 0
    filled: int = 0
    """Filled whole."""
    partly: int = 0
    """Ended or working with a part filled."""
    unfilled: int = 0
    """Over with nothing filled, without being refused."""
    refused: int = 0
    fees: dict[str, Decimal] = field(default_factory=dict)
    volume: dict[str, Decimal] = field(default_factory=dict)
    """By what the order's values are in: what was traded."""
    _shares: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    _lost: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """By what values are in: what was paid above the mid at arrival, and the value at that mid."""
    _acks_ns: list[int] = field(default_factory=list)

    def add(self, order: Order, quote: str) -> None:
        """Count an order.

        Args:
            order: In its newest revision.
            quote: What its price and cost are in.
        """
        self.orders += 1
        self._place(order)
        for fee in order.fees:
            self.fees[fee.asset] = _EXACT.add(self.fees.get(fee.asset, Decimal(0)), fee.amount)
        if order.cost:
            self.volume[quote] = _EXACT.add(self.volume.get(quote, Decimal(0)), order.cost)
        if order.sent_ns is not None and order.acked_ns is not None:
            self._acks_ns.append(order.acked_ns - order.sent_ns)
        if order.filled and order.arrival_price:
            at_mid = _EXACT.multiply(order.arrival_price, order.filled)
            lost, value = self._lost.get(quote, (Decimal(0), Decimal(0)))
            more = order.side.sign * _EXACT.subtract(order.cost, at_mid)
            self._lost[quote] = (_EXACT.add(lost, more), _EXACT.add(value, at_mid))

    def _place(self, order: Order) -> None:
        if order.status is OrderStatus.FILLED:
            self.filled += 1
        elif order.filled:
            self.partly += 1
        elif order.status is OrderStatus.REJECTED:
            self.refused += 1
        elif order.status in FINAL:
            self.unfilled += 1
        if order.status in FINAL - _NOT_JUDGED:
            asked, got = (
                (order.quote_quantity, order.cost) if order.quantity is None else (order.quantity, order.filled)
            )
            if asked:
                self._shares.append((got, asked))

    @property
    def fill_rate(self) -> Decimal | None:
        """Mean share of what was ordered that was filled, over the orders that are over and were not refused."""
        if not self._shares:
            return None
        total = sum((got / asked for got, asked in self._shares), Decimal(0))
        return _rounded(total, Decimal(len(self._shares)), _SHARE)

    @property
    def slippage(self) -> Decimal | None:
        """Basis points against the mid at arrival, weighted by value; positive is worse. None of several currencies."""
        if len(self._lost) != 1:
            return None
        ((lost, value),) = self._lost.values()
        return basis_points(lost, value)

    def ack(self, percent: int) -> Decimal | None:
        """Percentile of the time from the first byte to the answer, in ms."""
        return percentile(self._acks_ns, percent)


def quote_of(instrument: InstrumentId, quotes: Mapping[InstrumentId, str]) -> str:
    """What an instrument's values are in; its own name where that is not known, so that they are never mixed."""
    return quotes.get(instrument) or str(instrument)

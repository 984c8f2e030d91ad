"""Limits the desk holds orders against, by name and by where they are set."""

from __future__ import annotations

from enum import StrEnum


class LimitName(StrEnum):
    """What is limited."""

    ORDER_VALUE = "order-value"
    """Share of equity one order may be worth."""
    ORDER_AMOUNT = "order-amount"
    """Most one order may be worth, in the reporting currency; switched off unless set."""
    POSITION_VALUE = "position-value"
    """Most a position may be worth, in the reporting currency, what works on its side included; off unless set."""
    OPEN_ORDERS = "open-orders"
    """Working orders of one instrument."""
    ORDERS_PER_SECOND = "orders-per-second"
    COLLAR = "collar"
    """Share a limit price may go through the opposite touch."""
    DAY_LOSS = "day-loss"
    """Share of the equity at the day's begin that may be lost, realised and unrealised, before the lock shuts."""


class LimitScope(StrEnum):
    """Where a limit was set; the narrower goes before the wider."""

    DEFAULT = "default"
    VENUE = "venue"
    ACCOUNT = "account"
    INSTRUMENT = "instrument"

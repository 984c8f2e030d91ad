"""The words of an order list."""

from __future__ import annotations

from enum import StrEnum


class ListKind(StrEnum):
    """How the orders of a list hang together."""

    OCO = "OCO"
    """One cancels the other: a target and a stop for the same quantity."""
    OTO = "OTO"
    """One triggers the other: the exit is placed when the entry is filled whole."""
    OTOCO = "OTOCO"
    """One triggers an OCO: an entry with a target and a stop attached to it."""
    UNKNOWN = "UNKNOWN"
    """A kind the venue added after this release; only ever seen in reports."""


class ListRole(StrEnum):
    """What an order is in its list."""

    ENTRY = "ENTRY"
    EXIT = "EXIT"
    """The one pending order of an OTO."""
    TAKE_PROFIT = "TAKE_PROFIT"
    STOP_LOSS = "STOP_LOSS"

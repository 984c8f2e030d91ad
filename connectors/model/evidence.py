"""What is known of an order and how: the lines of its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EvidenceKind(StrEnum):
    """What happened around an order, for the evidence pane."""

    INTENT = "INTENT"
    SENT = "SENT"
    ACK = "ACK"
    REFUSED = "REFUSED"
    NO_ANSWER = "NO_ANSWER"
    LOOKED_UP = "LOOKED_UP"
    NOT_FOUND = "NOT_FOUND"
    STREAM = "STREAM"
    CANCEL_SENT = "CANCEL_SENT"
    CANCEL_REFUSED = "CANCEL_REFUSED"
    RECOVERED = "RECOVERED"
    LATE = "LATE"
    AMEND_SENT = "AMEND_SENT"
    AMENDED = "AMENDED"
    AMEND_REFUSED = "AMEND_REFUSED"
    BY_HAND = "BY_HAND"
    """A human's decision, typed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of an order's evidence."""

    time_ns: int
    kind: EvidenceKind
    text: str

"""What the audit chain records: every request and answer of an account, and what was done to the desk itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.model.ids import AccountId


class AuditKind(StrEnum):
    """What a row is about."""

    REQUEST = "REQUEST"
    """Handed over to be sent to a venue; its answer's row says if nothing left."""
    ANSWER = "ANSWER"
    DESK = "DESK"
    """Something was done here: trading halted, the vault opened, a connection edited."""
    RETENTION = "RETENTION"
    """The beginning of the chain was exported and deleted."""
    RESTORE = "RESTORE"
    """A backup took the place of the archive."""


class AuditOutcome(StrEnum):
    """How it ended; beside these an answer's outcome is the venue's status, such as ``200``."""

    SENT = "SENT"
    NOT_SENT = "NOT_SENT"
    """Nothing left: not connected, no room under the limits, refused before the first byte."""
    LOST = "LOST"
    """It left, or may have, and no answer came."""
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class AuditFact:
    """One row before it is chained. Nothing in it is ever a secret: whoever makes one has redacted it."""

    time_us: int
    """Wall time in µs since the Unix epoch."""
    kind: AuditKind
    operation: str
    """Such as ``order.place`` or ``vault.unlock``."""
    outcome: str
    latency_us: int = 0
    """From the first byte sent to the answer; 0 where nothing was waited for."""
    connection: AccountId | None = None
    client_order_id: str | None = None
    detail: bytes = b"{}"
    """One JSON object, UTF-8."""

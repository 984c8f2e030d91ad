"""What every fault must do to every order operation at the worker, written before any of it was run.

A fault is one of `contract.fault_expectations.FAULTS`, struck at the operation's own request. What it makes of that
request is its `Struck`; what becomes of the order then follows from DESIGN §5 alone, and is the same for every fault
of that kind: one table for operations × kinds, one for faults → kinds. Requests are those that reached the venue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Struck(StrEnum):
    """What a fault makes of a request."""

    NOT = "not touched"
    """It is carried out and answered, perhaps late."""
    TAKEN = "taken, no answer"
    """The venue carried it out, and nothing that can be read comes back."""
    LOST = "lost, no answer"
    """The venue never carried it out, and nothing that can be read comes back."""
    TURNED_AWAY = "turned away"
    """A refusal that precedes the exchange: nothing happened, and it may be tried again."""
    CLOCK = "clock refused"
    """The venue finds our time wrong: clocks are compared, and it is sent once more."""
    REFUSED = "refused"
    """A definitive refusal."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What must have become of an operation.

    Attributes:
        states: Of the orders it is about, oldest first.
        evidence: Kinds that stand in the newest order's evidence, among others; of ``A|B`` one at least.
        requests: How many of the operation's own requests reached the venue.
        at_venue: How many of the orders the venue ever had.
        why: From where that follows.
    """

    states: tuple[str, ...]
    evidence: tuple[str, ...]
    requests: int
    at_venue: int
    why: str


REQUESTS: Mapping[str, tuple[str, str]] = {
    "place limit": ("create", "POST /api/v3/order"),
    "place market": ("create", "POST /api/v3/order"),
    "cancel": ("cancel", "DELETE /api/v3/order"),
    "cancel all": ("cancel", "DELETE /api/v3/order"),
    "amend": ("create", "PUT /api/v3/order/amend/keepPriority"),
    "replace": ("create", "POST /api/v3/order/cancelReplace"),
    "list": ("create", "POST /api/v3/orderList/oco"),
    "look-up": ("query", "GET /api/v3/order"),
    "open orders": ("query", "GET /api/v3/openOrders"),
}
"""Operation → endpoint class and request that a fault strikes, and that is counted."""

FAULTS: Mapping[str, Struck] = {
    "latency": Struck.NOT,
    "answer too late": Struck.TAKEN,
    "answer dropped": Struck.TAKEN,
    "reset before": Struck.LOST,
    "reset after": Struck.TAKEN,
    "500 before": Struck.LOST,
    "503 after": Struck.TAKEN,
    "page 200": Struck.LOST,
    "page 403": Struck.TURNED_AWAY,
    "page 502": Struck.LOST,
    "page 502 after": Struck.TAKEN,
    "429": Struck.TURNED_AWAY,
    "clock refused": Struck.CLOCK,
    "silence": Struck.LOST,
    "silence after": Struck.TAKEN,
    "half open": Struck.LOST,
    "half open after": Struck.TAKEN,
    "duplicate": Struck.NOT,
    "late events": Struck.NOT,
    "missing events": Struck.NOT,
    "refused": Struck.REFUSED,
}
"""Faults that can meet a request about orders, and what they make of it."""

ELSEWHERE: Mapping[str, str] = {
    "418": "as 429 for two minutes: tests/contract/test_fault_matrix.py and tests/wire/test_limiter.py",
    "clock ahead": "as clock refused, for the whole venue: tests/contract/test_fault_matrix.py",
    "clock behind": "as clock refused, for the whole venue: tests/contract/test_fault_matrix.py",
    "connections dropped": "no request is struck: tests/contract/test_fault_matrix.py, tests/chaos (stream_lost)",
    "connections closed": "no request is struck: tests/contract/test_fault_matrix.py, tests/chaos (stream_lost)",
    "dead silence": "as silence, with pings unanswered: tests/contract/test_fault_matrix.py",
    "gap": "market data only",
    "reorder": "market data only",
    "cancel only": "refused by the desk itself once it knows: tests/worker/test_instruments.py",
    "halt": "refused by the desk itself once it knows: tests/contract/test_fault_matrix.py",
    "tick size": "refused by the desk itself once it knows: tests/contract/test_fault_matrix.py",
    "maintenance": "the whole venue: tests/chaos (maintenance)",
    "shutdown": "no request is struck: tests/contract/test_fault_matrix.py",
    "wiped": "the account's next life: tests/worker/test_epochs.py",
}
"""Faults that strike no single request, and where they are tried."""

_AGAIN = "a read is idempotent: asked again (B3)"
_ONCE = "a create is sent at most once; looked up, it is found (DESIGN §5)"
_NEVER = "two conclusive negatives: NEVER_ARRIVED, never sent again (DESIGN §5)"
_NOTHING = "a refusal that precedes the engine is no lost answer: nothing happened (DESIGN §5)"
_CLOCK = "-1021 precedes the engine: compared, and sent once more (B4)"
_DEFINITE = "a definitive refusal ends it (DESIGN §5)"
_STANDS = "status follows the venue's word: the order stands as it was (DESIGN §5)"
_CANCELS = "a cancel twice is a cancel: sent again to an order that is found alive (H6)"
_FINE = "slow, early or unheard, it is what the venue says"

_TOLD = "ACK|STREAM"
"""Whichever comes first; the other tells nothing new."""
_HEARD = "NO_ANSWER|LOOKED_UP"
"""The answer was given up, or a look-up was quicker: a routine reconciliation may begin one at any time."""

N, T, L, A, C, R = Struck


def _create(state: str) -> dict[Struck, Cell]:
    sent = ("INTENT", "SENT")
    return {
        N: Cell((state,), (*sent, _TOLD), 1, 1, _FINE),
        T: Cell((state,), (*sent, _HEARD), 1, 1, _ONCE),
        L: Cell(("NEVER_ARRIVED",), (*sent, "NO_ANSWER", "NOT_FOUND"), 1, 0, _NEVER),
        A: Cell(("REJECTED",), (*sent, "REFUSED"), 1, 0, _NOTHING),
        C: Cell((state,), (*sent, _TOLD), 2, 1, _CLOCK),
        R: Cell(("REJECTED",), (*sent, "REFUSED"), 1, 0, _DEFINITE),
    }


def _cancel(others: tuple[str, ...] = ()) -> dict[Struck, Cell]:
    """Of the newest order; the others are cancelled without a fault."""
    gone, there, more = (*others, "CANCELED"), (*others, "OPEN"), len(others)
    return {
        N: Cell(gone, ("CANCEL_SENT",), 1 + more, 1 + more, _FINE),
        T: Cell(gone, ("CANCEL_SENT", _HEARD), 1 + more, 1 + more, "the look-up says that it is cancelled (H6)"),
        L: Cell(gone, ("CANCEL_SENT", "NO_ANSWER"), 2 + more, 1 + more, _CANCELS),
        A: Cell(there, ("CANCEL_SENT", "CANCEL_REFUSED"), 1 + more, 1 + more, _STANDS),
        C: Cell(gone, ("CANCEL_SENT",), 2 + more, 1 + more, _CLOCK),
        R: Cell(there, ("CANCEL_SENT", "CANCEL_REFUSED"), 1 + more, 1 + more, _STANDS),
    }


_CHANGED, _UNCHANGED = ("OPEN 0.001",), ("OPEN 0.002",)
_MOVED, _BOTH = ("CANCELED", "OPEN"), ("OPEN", "REJECTED")
_LISTED = ("OPEN", "PENDING_TRIGGER")
_READ = ("OPEN",)

CELLS: Mapping[str, Mapping[Struck, Cell]] = {
    "place limit": _create("OPEN"),
    "place market": _create("FILLED"),
    "cancel": _cancel(),
    "cancel all": _cancel(("CANCELED",)),
    "amend": {
        N: Cell(_CHANGED, ("AMEND_SENT", "AMENDED"), 1, 1, _FINE),
        T: Cell(_CHANGED, ("AMEND_SENT", "AMENDED"), 1, 1, "the look-up says that it is changed"),
        L: Cell(_UNCHANGED, ("AMEND_SENT", "NO_ANSWER"), 1, 1, _STANDS),
        A: Cell(_UNCHANGED, ("AMEND_SENT", "AMEND_REFUSED"), 1, 1, _STANDS),
        C: Cell(_CHANGED, ("AMEND_SENT", "AMENDED"), 2, 1, _CLOCK),
        R: Cell(_UNCHANGED, ("AMEND_SENT", "AMEND_REFUSED"), 1, 1, _STANDS),
    },
    "replace": {
        N: Cell(_MOVED, ("INTENT", "SENT"), 1, 2, _FINE),
        T: Cell(_MOVED, ("INTENT", "SENT", _HEARD), 1, 2, _ONCE),
        L: Cell(("OPEN", "NEVER_ARRIVED"), ("INTENT", "SENT", "NO_ANSWER", "NOT_FOUND"), 1, 1, _NEVER),
        A: Cell(_BOTH, ("INTENT", "SENT", "REFUSED"), 1, 1, _NOTHING),
        C: Cell(_MOVED, ("INTENT", "SENT"), 2, 2, _CLOCK),
        R: Cell(_BOTH, ("INTENT", "SENT", "REFUSED"), 1, 1, _DEFINITE),
    },
    "list": {
        N: Cell(_LISTED, ("INTENT", "SENT", _TOLD), 1, 2, _FINE),
        T: Cell(_LISTED, ("INTENT", "SENT", _HEARD), 1, 2, _ONCE),
        L: Cell(("NEVER_ARRIVED",) * 2, ("INTENT", "SENT", "NO_ANSWER", "NOT_FOUND"), 1, 0, _NEVER),
        A: Cell(("REJECTED",) * 2, ("INTENT", "SENT", "REFUSED"), 1, 0, _NOTHING),
        C: Cell(_LISTED, ("INTENT", "SENT", _TOLD), 2, 2, _CLOCK),
        R: Cell(("REJECTED",) * 2, ("INTENT", "SENT", "REFUSED"), 1, 0, _DEFINITE),
    },
    "look-up": {
        N: Cell(_READ, (_HEARD,), 1, 1, _FINE),
        T: Cell(_READ, (_HEARD,), 2, 1, _AGAIN),
        L: Cell(_READ, (_HEARD,), 2, 1, _AGAIN),
        A: Cell(_READ, (_HEARD,), 2, 1, "asked again when the countdown is over (DESIGN §5)"),
        C: Cell(_READ, (_HEARD,), 2, 1, _CLOCK),
        R: Cell(_READ, (_HEARD,), 2, 1, "asked again when the countdown is over (DESIGN §5)"),
    },
    "open orders": {
        N: Cell(_READ, (_TOLD,), 1, 1, _FINE),
        T: Cell(_READ, (_TOLD,), 2, 1, _AGAIN),
        L: Cell(_READ, (_TOLD,), 2, 1, _AGAIN),
        A: Cell(_READ, (_TOLD,), 1, 1, "whoever asked is told; what is known stands"),
        C: Cell(_READ, (_TOLD,), 2, 1, _CLOCK),
        R: Cell(_READ, (_TOLD,), 1, 1, "whoever asked is told; what is known stands"),
    },
}
"""Operation → what was struck → what must have become of it."""

DIFFERS: Mapping[tuple[str, str], Cell] = {
    ("page 200", "open orders"): Cell(_READ, (_TOLD,), 1, 1, "a page is Malformed, not asked again (P10): it is told"),
}
"""Cells of one fault that are other ones than those of its kind, with the reason."""


def cell(fault: str, operation: str) -> Cell:
    """What must become of an operation under a fault."""
    return DIFFERS.get((fault, operation)) or CELLS[operation][FAULTS[fault]]

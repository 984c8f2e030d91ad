"""What a cell of the fault matrix can say."""

from __future__ import annotations

from dataclasses import dataclass

READS = ("public", "query")
WRITES = ("create", "cancel", "cancel_all")
REST = (*READS, *WRITES)
STREAMS = ("market_stream", "user_stream")
CLASSES = (*REST, *STREAMS, "ws_order")

OK = "ok"
NOTHING_HAPPENED = ("Rejected", "Throttled", "Unauthorised", "Unavailable")
"""Where the sheet leaves open which of them: each tells the caller that the venue did nothing."""


@dataclass(frozen=True)
class Call:
    """A request.

    Attributes:
        accepted: Whether the venue carried the struck request out; None where no request was to reach it struck.
        answered: Whether it answered the struck request.
        saw: What the caller may get: ``ok`` or classes of `connectors.errors`.
        why: From where that follows.
        requests: How many requests of the class reached the venue in all; None where that is the client's business.
        status: Of the struck request's answer, where it had one.
        then: What the client must know afterwards without being told to ask.
    """

    accepted: bool | None
    answered: bool | None
    saw: tuple[str, ...]
    why: str
    requests: int | None = 1
    status: int = 0
    then: str = ""


@dataclass(frozen=True)
class Stream:
    """What a stream's listener hears after the fault: book states, GAP, DOWN, UP, REPORT.

    Attributes:
        saw: These, in this order, perhaps with others between.
        never: None of these.
        why: From where that follows.
        anew: Whether a new connection must have been made.
    """

    saw: tuple[str, ...]
    why: str
    never: tuple[str, ...] = ()
    anew: bool = False


@dataclass(frozen=True)
class Nothing:
    """The fault cannot meet this class."""

    why: str


Cell = Call | Stream | Nothing

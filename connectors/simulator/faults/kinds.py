"""Faults as frozen values, spelled as in a script or on the control path: ``{"kind": "reset", "on": ["create"]}``."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from connectors.simulator.faults.fault import (
    CODED,
    MARKET,
    NOWHERE,
    REQUESTS,
    SOCKETS,
    USER,
    Delaying,
    Endpoint,
    Fault,
)

_MOST_SHIFT_MS = 600_000


class Latency(Delaying, frozen=True, kw_only=True, tag="latency"):
    """Slow: before a request is looked at, or (``answer``) after it was carried out. Frames come later, in order."""

    answer: bool = False


class Decisive(Fault, frozen=True, kw_only=True):
    """Settles what becomes of a request (or of a handshake)."""

    accepted: bool = False
    """Whether the exchange carries the request out all the same."""


class DropAnswer(Decisive, frozen=True, kw_only=True, tag="drop_answer"):
    """The connection ends in an orderly way (FIN) where the answer should be."""

    accepted: bool = True


class Reset(Decisive, frozen=True, kw_only=True, tag="reset"):
    """The connection is reset (RST) once the request is read, before or after it is carried out."""


class Error(Decisive, frozen=True, kw_only=True, tag="error"):
    """A 5xx answer with a code: the outcome is unknown to whoever reads it (§1.5, §7.1)."""

    status: int = 500
    code: int = -1000

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        return None if 500 <= self.status <= 599 else f"status {self.status} is no 5xx"  # noqa: PLR2004


class Html(Decisive, frozen=True, kw_only=True, tag="html"):
    """A page where JSON is expected: of a proxy (200, 502) or of the web application firewall (403, §3.1)."""

    status: int = 502

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        return None if 200 <= self.status <= 599 else f"status {self.status} is none of an answer"  # noqa: PLR2004


class Throttle(Decisive, frozen=True, kw_only=True, tag="throttle"):
    """429, or 418 for a ban, with Retry-After in seconds, on the WebSocket API as epoch ms (§1.5, §3.1)."""

    status: Literal[429, 418] = 429
    retry_after_s: int = 1

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        if self.accepted:
            return "a throttled request is never carried out; leave accepted out"
        return None if self.retry_after_s >= 0 else f"retry_after_s {self.retry_after_s} is below 0"


class Refuse(Decisive, frozen=True, kw_only=True, tag="refuse"):
    """Any code of §7.1, whatever the request deserved; text and HTTP status default to the code's usual ones."""

    WHERE: ClassVar[frozenset[Endpoint]] = CODED
    code: int
    text: str | None = None
    status: int | None = None

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        if self.code >= 0:
            return f"code {self.code} is not below 0"
        known = self.status is None or 400 <= self.status <= 599  # noqa: PLR2004 - the refusals of HTTP
        return None if known else f"status {self.status} refuses nothing"


class Quiet(Decisive, frozen=True, kw_only=True):
    """No answer and no end. On a stream it falls on the open connections; with ``for_ms`` on new ones too."""

    WHERE: ClassVar[frozenset[Endpoint]] = REQUESTS


class Stall(Quiet, frozen=True, kw_only=True, tag="stall"):
    """Silence on an open socket: an answer never comes; a stream says nothing, and what it would have said is lost."""

    pings: bool = True
    """Whether pings are answered meanwhile."""


class HalfOpen(Quiet, frozen=True, kw_only=True, tag="half_open"):
    """The peer is gone without a word: nothing is read or written on the connection any more, nor is it closed."""


class DropStream(Fault, frozen=True, kw_only=True, tag="drop_stream"):
    """Open connections end: by a close frame, by FIN alone, or by RST. With ``for_ms`` new ones are reset at once."""

    WHERE: ClassVar[frozenset[Endpoint]] = SOCKETS
    how: Literal["close", "fin", "reset"] = "reset"


class Shutdown(Fault, frozen=True, kw_only=True, tag="shutdown"):
    """``serverShutdown`` on open connections (§3.2, §9), then their end; no lead time is promised."""

    WHERE: ClassVar[frozenset[Endpoint]] = SOCKETS
    close_after_ms: int = 500


class Gap(Fault, frozen=True, kw_only=True, tag="gap"):
    """A depth event is never sent: the next one's ``U`` does not follow (§5.3)."""

    WHERE: ClassVar[frozenset[Endpoint]] = MARKET


class Duplicate(Fault, frozen=True, kw_only=True, tag="duplicate"):
    """A frame comes twice: a depth event, or on the user stream an account event."""

    WHERE: ClassVar[frozenset[Endpoint]] = MARKET | USER


class Reorder(Fault, frozen=True, kw_only=True, tag="reorder"):
    """A depth event comes after its successor."""

    WHERE: ClassVar[frozenset[Endpoint]] = MARKET


class LateEvents(Delaying, frozen=True, kw_only=True, tag="late_events"):
    """Account events come late, in order; answers on the same socket do not wait for them."""

    WHERE: ClassVar[frozenset[Endpoint]] = USER


class MissingEvents(Fault, frozen=True, kw_only=True, tag="missing_events"):
    """Account events never come; ``events`` narrows it to some (§1.4), such as executionReport."""

    WHERE: ClassVar[frozenset[Endpoint]] = USER
    events: tuple[str, ...] = ()


class Venue(Fault, frozen=True, kw_only=True):
    """Changes the exchange itself, from ``at_ms`` on, for ``for_ms`` or until it is taken away."""

    WHERE: ClassVar[frozenset[Endpoint]] = NOWHERE


class ClockShift(Venue, frozen=True, kw_only=True, tag="clock"):
    """What the exchange takes for the time, in requests and answers, is off by ``shift_ms`` (§2.2: -1021)."""

    shift_ms: int

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        far = abs(self.shift_ms) > _MOST_SHIFT_MS
        return f"a shift of {self.shift_ms} ms is beyond {_MOST_SHIFT_MS}" if far else None


class SymbolStatus(Venue, frozen=True, kw_only=True, tag="status"):
    """A symbol's status (§4.2). It stands still; CANCEL_ONLY takes cancels, the others nothing."""

    symbol: str
    status: Literal["CANCEL_ONLY", "HALT", "BREAK", "END_OF_DAY"]


class Filters(Venue, frozen=True, kw_only=True, tag="filters"):
    """Other steps of a symbol while it trades: published by exchangeInfo, asked of new orders; old ones stay.

    The book's own prices stay on the finer grid: only multiples of the steps it was listed with can be taken.
    """

    symbol: str
    tick: Decimal | None = None
    step: Decimal | None = None

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        steps = [step for step in (self.tick, self.step) if step is not None]
        if not steps:
            return "filters needs a tick or a step"
        return None if all(step.is_finite() and step > 0 for step in steps) else "a tick or step is not above 0"


class Maintenance(Venue, frozen=True, kw_only=True, tag="maintenance"):
    """The whole exchange is down: every request is answered -1016 (§7.1), sockets are cut and refused."""


class Restart(Venue, frozen=True, kw_only=True, tag="restart"):
    """A testnet's wipe: orders, trades and balances are gone, ids start over, keys survive (§1.1); sockets are cut."""


AnyFault = (
    Latency
    | DropAnswer
    | Reset
    | Error
    | Html
    | Throttle
    | Refuse
    | Stall
    | HalfOpen
    | DropStream
    | Shutdown
    | Gap
    | Duplicate
    | Reorder
    | LateEvents
    | MissingEvents
    | ClockShift
    | SymbolStatus
    | Filters
    | Maintenance
    | Restart
)
"""Every kind there is."""

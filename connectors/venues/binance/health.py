"""How a connection stands, worked out from what its parts say, with one sentence for each state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from connectors.errors import TradedeskError
from connectors.model.connection import LinkState
from connectors.ports.clock import Clock
from connectors.wire.dialogue import SocketHealth

SLOW_MS = 150
SLOW_FACTOR = 5
"""A round trip is slow from here on, or from so many times its own median (UX-SPEC, status bar)."""

_MS = 1_000_000
_GONE = frozenset({LinkState.CONNECTING, LinkState.RECONNECTING, LinkState.DOWN, LinkState.REFUSED})
"""States of a connection that is not there, whether it is being tried again or not."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is known of a connection's parts."""

    started: bool = False
    """`connect` was called and `close` was not."""
    established: bool = False
    """The steps of `connect` were all passed."""
    problem: TradedeskError | None = None
    """Why the newest attempt to establish, or the newest probe, failed."""
    refused: bool = False
    """The problem will not mend by itself."""
    missed: int = 0
    """Probes in a row without an answer."""
    next_try_ns: int | None = None
    round_trip_ns: int | None = None
    median_ns: int | None = None
    sockets: tuple[SocketHealth, ...] = ()
    """Of the sockets that were started."""
    held_s: float = 0
    """The venue asked for quiet for so long."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A state with its sentence."""

    state: LinkState
    reason: str = ""
    attempt: int = 0
    next_try_ns: int | None = None


def examine(vitals: Vitals) -> Finding:
    """The state of a connection; the gravest finding wins."""
    reason = vitals.problem.sentence if vitals.problem is not None else ""
    if not vitals.started:
        return Finding(LinkState.OFF)
    if vitals.refused:
        return Finding(LinkState.REFUSED, reason)
    if vitals.missed > 1 or (vitals.problem is not None and not vitals.established):
        return Finding(LinkState.DOWN, reason, vitals.missed, vitals.next_try_ns)
    if not vitals.established:
        return Finding(LinkState.CONNECTING, "Asking for time, instruments and permissions.")
    return _of_streams(vitals) or _of_answers(vitals, reason)


def _of_streams(vitals: Vitals) -> Finding | None:
    """What the sockets say, if one of them is not up."""
    # A socket that opens for the first time has no reason yet: nothing was lost.
    lost = [socket for socket in vitals.sockets if not socket.up and socket.reason]
    if lost:
        worst = max(lost, key=lambda socket: socket.attempt)
        return Finding(LinkState.RECONNECTING, worst.reason, worst.attempt, worst.next_try_ns)
    return None


def _of_answers(vitals: Vitals, reason: str) -> Finding:
    """What the answers to requests say, once every socket is up."""
    if vitals.missed:
        return Finding(LinkState.RECONNECTING, reason, vitals.missed, vitals.next_try_ns)
    if vitals.held_s > 0:
        return Finding(LinkState.SLOW, f"Binance asked for quiet for {max(1, round(vitals.held_s))} s.")
    if vitals.round_trip_ns is not None and vitals.round_trip_ns >= slow_from_ns(vitals.median_ns):
        return Finding(LinkState.SLOW, f"An answer takes {vitals.round_trip_ns // _MS} ms.")
    return Finding(LinkState.LIVE)


def slow_from_ns(median_ns: int | None) -> int:
    """From which round trip on a connection is slow."""
    fixed = SLOW_MS * _MS
    # Five times a loopback's fraction of a millisecond is noise: below 20 ms nothing is slow.
    return fixed if median_ns is None else min(fixed, max(SLOW_FACTOR * median_ns, 20 * _MS))


class Monitor:
    """Keeps what is known of a connection, and tells when its state changes.

    Args:
        clock: Time.
        sockets: The health of the sockets that were started.
        held_s: For how long the venue asked for quiet.
        on_change: Told of each new finding.
    """

    def __init__(
        self,
        clock: Clock,
        sockets: Callable[[], Iterable[SocketHealth]],
        held_s: Callable[[], float],
        on_change: Callable[[Finding], None],
    ) -> None:
        self._clock = clock
        self._sockets = sockets
        self._held_s = held_s
        self._on_change = on_change
        self.vitals = Vitals()
        self.finding = Finding(LinkState.OFF)
        self.since_ns = clock.time_ns()
        """Since when it is in this state; one that is gone stays gone however the attempts to bring it back end."""

    def note(self, **changes: object) -> None:
        """Take note of changed fields of `Vitals`, and tell if they change the finding."""
        sockets, held_s = tuple(self._sockets()), self._held_s()
        self.vitals = replace(
            self.vitals,
            **changes,  # type: ignore[arg-type]  # fields of Vitals by name
            sockets=sockets,
            held_s=held_s,
        )
        before, self.finding = self.finding, examine(self.vitals)
        now = self.finding.state
        if now is not before.state and not {now, before.state} <= _GONE:
            self.since_ns = self._clock.time_ns()
        if self.finding != before:
            self._on_change(self.finding)

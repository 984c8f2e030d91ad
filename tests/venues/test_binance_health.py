"""The state of a connection: the gravest finding wins, and each has a sentence."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from connectors.errors import Retry, Unauthorised
from connectors.model.connection import LinkState
from connectors.venues.binance.health import Finding, Monitor, Vitals, examine, slow_from_ns
from connectors.venues.binance.upkeep import PULSE_S, Upkeep
from connectors.wire.dialogue import SocketHealth
from support.clock import FakeClock

MS = 1_000_000
UP = SocketHealth(up=True)
OPENING = SocketHealth(up=False)
LOST = SocketHealth(up=False, reason="h closed the stream.", attempt=2, next_try_ns=9)
GONE = Retry("h cannot be reached.")
GOOD = Vitals(started=True, established=True, round_trip_ns=3 * MS, sockets=(UP, UP))


@pytest.mark.parametrize(
    ("vitals", "finding"),
    [
        (Vitals(), Finding(LinkState.OFF)),
        (Vitals(started=True), Finding(LinkState.CONNECTING, "Asking for time, instruments and permissions.")),
        (Vitals(started=True, problem=GONE), Finding(LinkState.DOWN, "h cannot be reached.")),
        (GOOD, Finding(LinkState.LIVE)),
        (replace(GOOD, sockets=(UP, OPENING)), Finding(LinkState.LIVE)),
        (replace(GOOD, sockets=(UP, LOST)), Finding(LinkState.RECONNECTING, "h closed the stream.", 2, 9)),
        (replace(GOOD, missed=1, problem=GONE), Finding(LinkState.RECONNECTING, "h cannot be reached.", 1)),
        (
            replace(GOOD, missed=3, problem=GONE, next_try_ns=5, sockets=(LOST,)),
            Finding(LinkState.DOWN, "h cannot be reached.", 3, 5),
        ),
        (replace(GOOD, round_trip_ns=150 * MS), Finding(LinkState.SLOW, "An answer takes 150 ms.")),
        (replace(GOOD, held_s=12.4), Finding(LinkState.SLOW, "Binance asked for quiet for 12 s.")),
        (
            replace(GOOD, refused=True, problem=Unauthorised("The key is refused."), missed=9),
            Finding(LinkState.REFUSED, "The key is refused."),
        ),
    ],
)
def test_the_gravest_finding_wins(vitals: Vitals, finding: Finding) -> None:
    assert examine(vitals) == finding


@pytest.mark.parametrize(("median_ms", "slow_ms"), [(None, 150), (1, 20), (10, 50), (40, 150), (400, 150)])
def test_slow_is_absolute_or_against_its_own_median(median_ms: int | None, slow_ms: int) -> None:
    assert slow_from_ns(None if median_ms is None else median_ms * MS) == slow_ms * MS


def test_only_changes_are_told_and_the_state_knows_since_when(clock: FakeClock) -> None:
    told: list[Finding] = []
    monitor = Monitor(clock, tuple, lambda: 0, told.append)
    monitor.note(started=True)
    monitor.note(started=True)
    clock.advance(5)
    monitor.note(established=True)
    assert [finding.state for finding in told] == [LinkState.CONNECTING, LinkState.LIVE]
    assert monitor.since_ns == clock.time_ns()


def test_since_when_it_is_gone_stands_while_attempts_fail_and_their_states_change(clock: FakeClock) -> None:
    sockets: list[SocketHealth] = [UP]
    monitor = Monitor(clock, lambda: sockets, lambda: 0, lambda _finding: None)
    monitor.note(started=True, established=True)
    clock.advance(60)
    sockets[:] = [LOST]
    monitor.note()
    gone_ns, states = clock.time_ns(), [monitor.finding.state]
    for changes in ({"missed": 2}, {"established": False, "missed": 0}, {"problem": GONE}, {"refused": True}):
        clock.advance(7)
        monitor.note(**changes)
        states.append(monitor.finding.state)
        assert monitor.since_ns == gone_ns
    assert states == [
        LinkState.RECONNECTING,
        LinkState.DOWN,
        LinkState.CONNECTING,
        LinkState.DOWN,
        LinkState.REFUSED,
    ]
    sockets[:] = [UP]
    monitor.note(refused=False, problem=None, established=True)
    assert (monitor.finding.state, monitor.since_ns) == (LinkState.LIVE, clock.time_ns())


class Answering:
    """A gate whose probes are answered."""

    async def probe(self) -> int:
        """A quick answer."""
        return 1_000_000


async def test_a_key_that_is_refused_stays_refused_with_its_reason_however_well_the_venue_answers(
    clock: FakeClock,
) -> None:
    monitor = Monitor(clock, tuple, lambda: 0, lambda _finding: None)

    async def establish() -> None:
        """It is established."""

    upkeep = Upkeep(Answering(), monitor, clock, establish, lambda: None, ())  # type: ignore[arg-type]
    refused = Unauthorised("demo refuses this key. Give it another one.")
    monitor.note(started=True, established=True, problem=refused, refused=True)
    before = monitor.finding
    assert (before.state, before.reason) == (LinkState.REFUSED, refused.sentence)
    upkeep.start("probes")
    for _ in range(3):
        clock.advance(PULSE_S)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await upkeep.close()
    assert monitor.vitals.round_trip_ns == 1_000_000, "it was probed"
    assert monitor.finding == before

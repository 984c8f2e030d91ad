"""Which fault hits what: decided from counts, times and seeds alone."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulator.faults.fault import Endpoint, Fault
from connectors.simulator.faults.kinds import (
    Gap,
    HalfOpen,
    Latency,
    Maintenance,
    Refuse,
    Reset,
    Stall,
)
from connectors.simulator.faults.plan import Plan

NOW = 1_000_000
CREATE, CANCEL, MARKET = Endpoint.CREATE, Endpoint.CANCEL, Endpoint.MARKET_STREAM
POST = "POST /api/v3/order"


def hits(fault: Fault, count: int, *, step_ms: int = 0, endpoint: Endpoint = CREATE) -> list[int]:
    """Which of so many requests a fault hits."""
    plan = Plan()
    plan.arm([fault], NOW)
    return [n for n in range(count) if plan.strike(type(fault), endpoint, POST, NOW + n * step_ms)]


def test_a_fault_hits_once_unless_it_says_otherwise() -> None:
    assert hits(Reset(), 5) == [0]
    assert hits(Reset(times=3), 5) == [0, 1, 2]
    assert hits(Reset(after=2), 5) == [2]
    assert hits(Reset(after=1, times=2), 5) == [1, 2]


def test_a_fault_has_a_time() -> None:
    assert hits(Reset(at_ms=200), 5, step_ms=100) == [2]
    assert hits(Reset(at_ms=100, for_ms=200), 5, step_ms=100) == [1, 2]
    assert hits(Reset(for_ms=200, times=1), 5, step_ms=100) == [0]


def test_chance_is_the_seed_s_alone() -> None:
    some = Reset(probability=0.3, seed=7, times=1_000)
    assert hits(some, 100) == hits(some, 100)
    assert hits(some, 100) != hits(Reset(probability=0.3, seed=8, times=1_000), 100)
    assert 15 < len(hits(some, 100)) < 45


@given(
    after=st.integers(0, 20),
    times=st.integers(1, 20),
    probability=st.floats(0.05, 1),
    seed=st.integers(0, 2**32),
    count=st.integers(0, 120),
)
def test_a_fault_never_hits_too_early_or_too_often(
    after: int, times: int, probability: float, seed: int, count: int
) -> None:
    fault = Reset(after=after, times=times, probability=probability, seed=seed)
    found = hits(fault, count)
    assert len(found) <= times
    assert all(place >= after for place in found)
    assert found == hits(fault, count)
    assert found == [place for place in hits(fault, 120) if place < count]
    if probability == 1:
        assert found == list(range(after, min(after + times, count)))


def test_a_fault_hits_its_classes_and_its_requests_alone() -> None:
    plan = Plan()
    plan.arm([Reset(on=(CREATE,), of="POST /api/v3/order")], NOW)
    assert plan.strike(Reset, CANCEL, POST, NOW) is None
    assert plan.strike(Reset, CREATE, "PUT /api/v3/order/amend/keepPriority", NOW) is None
    assert plan.strike(Reset, CREATE, POST, NOW) is not None
    assert plan.strike(Gap, MARKET, "depthUpdate BTCUSDT", NOW) is None


def test_the_first_armed_strikes_and_the_next_has_not_even_met_the_request() -> None:
    plan = Plan()
    first, second = plan.arm([Reset(accepted=True), Refuse(code=-2010, after=1)], NOW)
    struck = [plan.decide(CREATE, POST, NOW) for _ in range(4)]
    assert [None if one is None else one[0] for one in struck] == [first, None, second, None]
    assert (first.hits, second.hits) == (1, 1)


def test_silence_of_a_stream_is_no_answer_to_a_request() -> None:
    plan = Plan()
    plan.arm([Stall(), HalfOpen()], NOW)
    assert plan.decide(MARKET, "GET /stream", NOW) is None
    assert plan.decide(Endpoint.USER_STREAM, "userDataStream.subscribe", NOW) is None
    assert plan.decide(Endpoint.WS_ORDER, "order.place", NOW) is not None


def test_a_beginning_is_told_once_and_an_end_takes_the_fault_away() -> None:
    plan = Plan()
    lasting, brief = plan.arm([Maintenance(at_ms=100), Maintenance(at_ms=100, for_ms=50)], NOW)
    assert plan.beginning(NOW + 99) == []
    assert plan.ending(NOW + 99) == []
    assert plan.beginning(NOW + 100) == [lasting, brief]
    assert plan.beginning(NOW + 120) == []
    assert plan.standing(Maintenance, NOW + 120) is lasting
    assert plan.ending(NOW + 150) == [brief]
    assert list(plan.armed) == [lasting.name]
    assert plan.disarm() == [lasting]
    assert plan.standing(Maintenance, NOW + 150) is None


@given(seed=st.integers(0, 2**32), low=st.integers(0, 500), more=st.integers(0, 500))
def test_latencies_lie_in_their_range_and_are_the_seed_s(seed: int, low: int, more: int) -> None:
    drawn = []
    for _ in range(2):
        (one,) = Plan().arm([Latency(low_ms=low, high_ms=low + more, seed=seed)], NOW)
        drawn.append([one.delay_ms() for _ in range(20)])
    assert drawn[0] == drawn[1]
    assert all(low <= delay <= low + more for delay in drawn[0])


def test_a_fault_is_a_value_that_nobody_changes() -> None:
    fault = Reset(on=(CREATE,))
    with pytest.raises(AttributeError):
        fault.times = 9  # type: ignore[misc]
    assert msgspec.structs.replace(fault, times=9) != fault

"""What one address may do, and what comes of going on: §3.1 and §3.2 against the counters themselves."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from connectors.simulator.entry.rate import Limit, RateLimits
from connectors.simulator.protocol.errors import ApiError

START = 1_893_456_000_000
MINUTE = 60_000
HERE, THERE = "127.0.0.1", "127.0.0.9"


def refusal(rate: RateLimits, weight: int, now_ms: int, address: str = HERE) -> ApiError:
    with pytest.raises(ApiError) as refused:
        rate.enter(weight, now_ms, address)
    return refused.value


@pytest.fixture
def rate() -> RateLimits:
    return RateLimits([Limit("REQUEST_WEIGHT", "MINUTE", 1, 100), Limit("ORDERS", "SECOND", 10, 3)])


def test_weight_is_counted_for_each_address_and_orders_for_the_account(rate: RateLimits) -> None:
    rate.enter(100, START, HERE)
    rate.enter(40, START, THERE)
    assert refusal(rate, 1, START, HERE).status == 429
    assert rate.headers(address=HERE) == [(b"x-mbx-used-weight-1m", b"100")]
    assert rate.headers(address=THERE) == [(b"x-mbx-used-weight-1m", b"40")]
    for _ in range(3):
        rate.order(START)
    assert rate.headers(orders=True, address=THERE)[1] == (b"x-mbx-order-count-10s", b"3")


def banned(rate: RateLimits, now_ms: int) -> int:
    """Go on until banned; returns how long for, in seconds."""
    rate.enter(100, now_ms)
    while (refused := refusal(rate, 1, now_ms)).status == 429:
        assert refused.retry_after_s is not None
    assert refused.code == -1003
    assert refused.retry_after_s is not None
    return refused.retry_after_s


def test_each_ban_is_longer_than_the_one_before_up_to_three_days(rate: RateLimits) -> None:
    now, waits = START, []
    for _ in range(14):
        waits.append(banned(rate, now))
        now += waits[-1] * 1000 + MINUTE
        now -= now % MINUTE
    assert waits[:5] == [120, 240, 480, 960, 1920]
    assert waits[-1] == 3 * 86_400
    assert waits == sorted(waits)


def test_a_ban_is_of_the_address_alone_and_counts_down(rate: RateLimits) -> None:
    banned(rate, START)
    rate.enter(1, START, THERE)
    late = refusal(rate, 1, START + 119_500)
    assert (late.status, late.retry_after_s) == (418, 1)
    assert str(START + 120_000) in late.text
    rate.enter(1, START + 120_000)


def test_raw_requests_are_counted_whatever_they_weigh() -> None:
    rate = RateLimits([Limit("REQUEST_WEIGHT", "MINUTE", 1, 6000), Limit("RAW_REQUESTS", "MINUTE", 5, 3)])
    for _ in range(3):
        rate.enter(0, START)
    refused = refusal(rate, 0, START + 1000)
    assert (refused.status, refused.code, refused.retry_after_s) == (429, -1003, 299)
    rate.enter(0, START + 300_000)


def test_lists_count_for_their_orders_and_none_is_counted_that_does_not_fit(rate: RateLimits) -> None:
    rate.order(START, 2)
    with pytest.raises(ApiError) as refused:
        rate.order(START, 2)
    assert (refused.value.status, refused.value.code) == (429, -1015)
    rate.order(START, 1)


def test_windows_have_a_phase_of_their_own_where_they_are_given_one() -> None:
    """The first moment of a window is the same for every address and each run of a seed, and seldom the clock's."""
    limits = [Limit("REQUEST_WEIGHT", "MINUTE", 1, 1000), Limit("ORDERS", "SECOND", 10, 1)]

    def turning(seed: int, address: str) -> list[int]:
        rate = RateLimits(limits, Random(seed))
        found = []
        for second in range(180):
            before = int(rate.headers(address=address)[0][1])
            rate.enter(0, START + second * 1000, address)
            rate.charge(1, address)
            if int(rate.headers(address=address)[0][1]) <= before:
                found.append(second)
        return found

    assert turning(7, HERE) == turning(7, THERE)
    assert turning(7, HERE) != turning(8, HERE)
    assert [after - before for before, after in pairwise(turning(7, HERE))] == [60, 60]


def test_three_hundred_connections_in_five_minutes_and_no_more(rate: RateLimits) -> None:
    for _ in range(300):
        rate.address(HERE).connect("stream", 0, START)
    with pytest.raises(ApiError) as refused:
        rate.address(HERE).connect("stream", 0, START + 1)
    assert refused.value.status == 429
    rate.address(HERE).connect("ws-api", 2, START + 1)
    rate.address(THERE).connect("stream", 0, START + 1)
    rate.address(HERE).connect("stream", 0, START + 300_000)
    assert rate.headers(address=HERE) == [(b"x-mbx-used-weight-1m", b"0")]

"""Limits on a clock that the test moves."""

from __future__ import annotations

import pytest

from connectors.simulator.entry.rate import Limit, RateLimits
from connectors.simulator.protocol.errors import ApiError

MINUTE = 60_000
START = 1_893_456_000_000


@pytest.fixture
def rate() -> RateLimits:
    return RateLimits([Limit("REQUEST_WEIGHT", "MINUTE", 1, 100), Limit("ORDERS", "SECOND", 10, 3)])


def test_weight_is_forgotten_with_the_next_minute_of_the_clock(rate: RateLimits) -> None:
    rate.enter(100, START + 59_000)
    with pytest.raises(ApiError) as refused:
        rate.enter(1, START + 59_500)
    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (429, -1003, 1)
    rate.enter(1, START + 60_000)
    assert rate.headers() == [(b"x-mbx-used-weight-1m", b"1")]


def test_who_goes_on_after_being_throttled_is_banned_for_two_minutes(rate: RateLimits) -> None:
    rate.enter(100, START)
    statuses = []
    for _ in range(12):
        with pytest.raises(ApiError) as refused:
            rate.enter(5, START)
        statuses.append(refused.value.status)
    assert statuses == [429] * 10 + [418, 418]
    with pytest.raises(ApiError) as banned:
        rate.enter(1, START + MINUTE)
    assert banned.value.retry_after_s == 60
    rate.enter(1, START + 2 * MINUTE)


def test_orders_are_counted_and_fills_give_back(rate: RateLimits) -> None:
    for _ in range(3):
        rate.order(START)
    with pytest.raises(ApiError) as refused:
        rate.order(START + 1)
    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (429, -1015, 10)
    rate.filled(maker=False)
    rate.order(START + 2)
    rate.filled(maker=True)
    assert rate.headers(orders=True)[1] == (b"x-mbx-order-count-10s", b"0")


def test_an_order_that_is_refused_for_its_count_costs_nothing_else(rate: RateLimits) -> None:
    limits = RateLimits([Limit("ORDERS", "SECOND", 10, 5), Limit("ORDERS", "DAY", 1, 1)])
    limits.order(START)
    with pytest.raises(ApiError):
        limits.order(START + 1)
    assert [window.count for window in limits.orders] == [1, 1]

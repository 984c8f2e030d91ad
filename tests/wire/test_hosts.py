"""Fail-over: idempotent calls go on to the next place at once, cancels only when nothing left, creates never."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Retry, TradedeskError, Unknown
from connectors.venues.binance import endpoints
from connectors.venues.binance.constants import DEFAULT_LIMITS
from connectors.venues.binance.endpoints import Endpoint
from connectors.venues.binance.gate import Gate
from connectors.wire import hosts
from connectors.wire.hosts import CALL_S, HostClient, Ring, Tour
from connectors.wire.limiter import Limiter, Priority
from connectors.wire.origins import Origin
from connectors.wire.rest import Binding, RestClient, Role
from connectors.wire.retry import persist
from connectors.wire.signers import HmacSigner
from connectors.wire.skew import Skew
from connectors.wire.tls import client_context
from support.clock import LoopClock
from support.scripted import CLOSE, HOLD, Reply, Scripted, answer, page, scripted_http

TIME = answer('{"serverTime":1893553445000}')
DOWN: Reply = b"nobody listens"
"""Stands for a place at which nobody listens."""
NOBODY = Origin("http", "127.0.0.1", 1)


class Desk:
    """A gate to several places of one venue."""

    def __init__(self, servers: Sequence[Scripted]) -> None:
        self.servers = servers
        self.clock = LoopClock()
        self.limiter = Limiter("binance", self.clock, self.clock.time_ns)
        self.limiter.configure(DEFAULT_LIMITS)
        self.hosts = HostClient([server.origin for server in servers], self.client, self.clock)
        signer = HmacSigner("SIMkey", b"secret")
        self.gate = Gate(self.hosts, signer, self.clock, random.Random(3), self.limiter, Skew())

    def client(self, origin: Origin) -> RestClient:
        return RestClient("binance", {role: Binding(origin) for role in Role}, self.clock, client_context())

    @property
    def asked(self) -> list[int]:
        """How many requests each place got."""
        return [len(server.requests) for server in self.servers]

    async def ask(self, endpoint: Endpoint) -> bytes:
        return await self.gate.ask(endpoint, {"symbol": "BTCUSDT"}, priority=Priority.CANCEL)


@asynccontextmanager
async def places(*replies: Reply | Callable[[bytes], Reply]) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        servers = []
        for reply in replies:
            script = reply if callable(reply) else lambda _, said=reply: said
            server = Scripted(NOBODY) if reply == DOWN else await stack.enter_async_context(scripted_http(script))
            servers.append(server)
        made = Desk(servers)
        yield made
        await made.limiter.close()
        await made.hosts.close()


FAILURES = {
    "nobody listens": DOWN,
    "a page": page(502),
    "a fault": answer('{"code":-1000,"msg":"x"}', 500),
    "cut": CLOSE,
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("endpoint", [endpoints.TIME, endpoints.ACCOUNT, endpoints.ORDER], ids=lambda e: e.operation)
async def test_a_read_goes_on_to_the_next_place_without_a_wait(failure: str, endpoint: Endpoint) -> None:
    async with places(FAILURES[failure], TIME) as desk:
        began = desk.clock.monotonic_ns()
        assert await desk.ask(endpoint) == b'{"serverTime":1893553445000}'
        assert desk.clock.monotonic_ns() - began < 500_000_000
        assert desk.asked[1] == 1


@pytest.mark.parametrize("failure", ["a page", "a fault", "cut"])
@pytest.mark.parametrize(
    "endpoint",
    [call for call in endpoints.ENDPOINTS if not call.idempotent],
    ids=lambda call: f"{call.method} {call.path}",
)
async def test_nothing_that_may_have_happened_is_sent_to_a_second_place(failure: str, endpoint: Endpoint) -> None:
    async with places(FAILURES[failure], answer("{}")) as desk:
        with pytest.raises(Unknown):
            await desk.ask(endpoint)
        assert desk.asked == [1, 0]


async def test_a_create_is_sent_to_one_place_only_even_if_nothing_left() -> None:
    async with places(DOWN, answer("{}")) as desk:
        with pytest.raises(Retry, match="nothing was sent"):
            await desk.ask(endpoints.PLACE)
        assert desk.asked == [0, 0]
        # The next order is another one; it goes to the place that is in use now.
        await desk.ask(endpoints.PLACE)
        assert desk.asked == [0, 1]


async def test_a_cancel_goes_on_when_provably_nothing_of_it_left() -> None:
    async with places(DOWN, answer("{}")) as desk:
        await desk.ask(endpoints.CANCEL)
        assert desk.asked == [0, 1]


async def test_the_place_that_works_stays_in_use() -> None:
    async with places(page(502), TIME) as desk:
        for _ in range(3):
            await desk.ask(endpoints.TIME)
        assert desk.asked == [1, 3]


@pytest.mark.scaled(10)
async def test_the_preferred_place_is_gone_back_to_by_a_probe_that_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    sticky_s = 8
    monkeypatch.setattr(hosts, "STICKY_S", sticky_s)
    healthy = [False]
    async with places(lambda _: TIME if healthy[0] else page(502), TIME) as desk:
        await desk.ask(endpoints.TIME)
        await desk.clock.sleep(sticky_s + 1)
        await desk.ask(endpoints.ACCOUNT)
        assert desk.asked == [1, 2]
        await desk.gate.probe()
        assert (desk.asked, desk.hosts.place) == ([2, 3], 1)
        healthy[0] = True
        await desk.gate.probe()
        assert desk.hosts.place == 1
        await desk.clock.sleep(sticky_s + 1)
        await desk.gate.probe()
        assert desk.hosts.place == 0


@pytest.mark.scaled(20)
async def test_all_places_and_attempts_together_end_within_one_calls_time() -> None:
    async with places(HOLD, HOLD, HOLD, HOLD, HOLD) as desk:
        began = desk.clock.monotonic_ns()
        with pytest.raises(Retry):
            await desk.ask(endpoints.ACCOUNT)
        assert desk.clock.monotonic_ns() - began < (CALL_S + 3) * 1_000_000_000
        assert 2 <= sum(desk.asked) < 5


@pytest.mark.scaled(10)
async def test_a_venue_that_is_down_everywhere_is_asked_everywhere_before_anybody_waits() -> None:
    async with places(page(502), page(502), page(502)) as desk:
        with pytest.raises(Retry):
            await desk.ask(endpoints.TIME)
        assert min(desk.asked) >= 1
        assert sum(desk.asked) == 6


async def test_a_signature_is_made_anew_for_each_place() -> None:
    async with places(page(502), answer("{}")) as desk:
        await desk.ask(endpoints.ACCOUNT)
        first, second = (server.lines()[0] for server in desk.servers)
        assert first.split("timestamp=")[1] != second.split("timestamp=")[1]


@given(failures=st.lists(st.integers(0, 3), max_size=20), count=st.integers(1, 4))
def test_a_ring_always_names_a_place_and_knows_when_all_have_failed(failures: list[int], count: int) -> None:
    ring = Ring([Origin("wss", f"h{number}", 443) for number in range(count)])
    in_turn = 0
    for failed in failures:
        if failed:
            ring.fail()
            in_turn += 1
        else:
            ring.work()
            in_turn = 0
        assert ring.origin.host in {f"h{number}" for number in range(count)}
        assert ring.another is (in_turn % count > 0)


@given(count=st.integers(1, 6), failing=st.sets(st.integers(0, 5)))
async def test_no_call_visits_a_place_twice_before_it_was_at_all_of_them(count: int, failing: set[int]) -> None:
    clock = LoopClock()
    visits: list[int] = []

    def make(origin: Origin) -> RestClient:
        raise AssertionError(origin)

    client = HostClient([Origin("https", f"h{number}", 443) for number in range(count)], make, clock)
    for _ in range(3):
        tour = Tour(client, clock)
        visits.clear()
        while tour.another:
            place = tour.visit()
            visits.append(place)
            if place in failing:
                client.blame(place)
        assert sorted(visits) == list(range(count))


async def test_attempts_elsewhere_are_free_and_the_callers_own_are_counted() -> None:
    made: list[int] = []
    free = [True, True, False, False, False]

    async def attempt() -> None:
        made.append(1)
        raise Retry("no")

    clock = LoopClock()
    with pytest.raises(TradedeskError):
        await persist(attempt, clock, random.Random(0), attempts=1, elsewhere=lambda: free.pop(0))
    assert len(made) == 3

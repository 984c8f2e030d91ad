"""Places of one service, in order of preference: when one does not answer, the next is used, and stays in use.

A socket goes round (`Ring`). A REST call that changes nothing by being sent twice tries one place after another within
its own time (`Tour`). A create never does; a cancel only when provably nothing of it left. The preferred place is gone
back to by a probe (`HostClient.home`), never by an order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.errors import Malformed, Retry, TradedeskError, Unknown
from connectors.ports.clock import Clock
from connectors.wire.origins import Origin
from connectors.wire.rest import Answer, Call, RestClient

STICKY_S = 300
"""For how long another place than the preferred one stays in use before the preferred one is tried again."""
CALL_S = 30
"""Seconds for one call over all places and attempts (REQUIREMENTS B1)."""

_SECOND = 1_000_000_000
_SERVER_FAULT = 500
_ANYWHERE = Origin("https", "its own", 0)
"""Stands for the origins a client is bound to itself."""


class Ring:
    """Which of several places a socket goes to.

    Args:
        origins: One place, or several in order of preference.
    """

    def __init__(self, origins: Origin | Sequence[Origin]) -> None:
        self._origins = (origins,) if isinstance(origins, Origin) else tuple(origins)
        self._place = 0
        self._failed = 0

    @property
    def origin(self) -> Origin:
        """The place in use."""
        return self._origins[self._place]

    @property
    def another(self) -> bool:
        """Whether there is a place that has not failed since one last worked: it costs no wait to try it."""
        return self._failed % len(self._origins) > 0

    def fail(self) -> str:
        """Go on to the next place; returns the host that failed."""
        failed = self.origin.host
        self._failed += 1
        self._place = (self._place + 1) % len(self._origins)
        return failed

    def work(self) -> None:
        """The place in use works."""
        self._failed = 0


class HostClient:
    """One `RestClient` per place, made when it is first needed.

    Args:
        origins: The places, in order of preference.
        make: Makes the client of one place; the key and its headers are bound to it there.
        clock: Time.
    """

    def __init__(self, origins: Sequence[Origin], make: Callable[[Origin], RestClient], clock: Clock) -> None:
        self._origins = tuple(origins)
        self._make = make
        self._clock = clock
        self._clients: dict[int, RestClient] = {}
        self._place = 0
        self._home_due_ns = 0

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self._origins)

    @property
    def place(self) -> int:
        """The place in use, from 0."""
        return self._place

    @property
    def host(self) -> str:
        """The host in use."""
        return self._origins[self._place].host

    def client(self, place: int) -> RestClient:
        """The client of a place."""
        if place not in self._clients:
            self._clients[place] = self._make(self._origins[place])
        return self._clients[place]

    def tour(self) -> Tour:
        """The way of one call through the places."""
        return Tour(self, self._clock)

    def home(self) -> Tour | None:
        """The way of a probe to the preferred place, when it is time to look there again; None otherwise."""
        if self._place == 0 or self._clock.monotonic_ns() < self._home_due_ns:
            return None
        self._home_due_ns = self._clock.monotonic_ns() + STICKY_S * _SECOND
        return Tour(self, self._clock, first=0)

    def use(self, place: int) -> None:
        """A place was found to work that is preferred to the one in use."""
        self._place = min(place, self._place)

    def blame(self, place: int) -> None:
        """A place failed: if it is the one in use, the next one is from now on."""
        if place == self._place and self.count > 1:
            self._place = (place + 1) % self.count
            self._home_due_ns = self._clock.monotonic_ns() + STICKY_S * _SECOND

    def refusal(self, call: Call, answer: Answer) -> TradedeskError | None:
        """See `RestClient.refusal`."""
        return self.client(self._place).refusal(call, answer)

    async def close(self) -> None:
        """Close every connection; may be called twice."""
        for client in self._clients.values():
            await client.close()


class Tour:
    """One call's way: each attempt goes to a place it was not at yet, as long as there is one.

    Args:
        hosts: The places.
        clock: Time.
        first: Where to begin, if not at the place in use.
    """

    def __init__(self, hosts: HostClient, clock: Clock, first: int | None = None) -> None:
        self._hosts = hosts
        self._clock = clock
        self._first = first
        self._tried: set[int] = set()
        self._began_ns: int | None = None

    @property
    def another(self) -> bool:
        """Whether there is a place this call was not at yet."""
        return len(self._tried) < self._hosts.count

    @property
    def left_s(self) -> float:
        """Seconds left of the call's own time; it runs from the first attempt, not from the wait for room."""
        if self._began_ns is None:
            return CALL_S
        return max(0, CALL_S - (self._clock.monotonic_ns() - self._began_ns) / _SECOND)

    async def send(
        self, call: Call, on_sending: Callable[[], None] | None = None, *, total_s: float | None = None
    ) -> Answer:
        """Send once; see `RestClient.send`."""
        if self._began_ns is None:
            self._began_ns = self._clock.monotonic_ns()
        place = self.visit()
        failure: TradedeskError
        try:
            answer = await self._hosts.client(place).send(call, on_sending, total_s=total_s or self.left_s)
        except (Retry, Unknown, Malformed) as problem:
            failure = problem
        else:
            if answer.status >= _SERVER_FAULT:
                self._hosts.blame(place)
            return answer
        self._hosts.blame(place)
        raise failure

    def visit(self) -> int:
        """Choose the place of the next attempt: the one in use, or the first after it this call was not at yet."""
        order = [(self._hosts.place + step) % self._hosts.count for step in range(self._hosts.count)]
        fresh = next((place for place in order if place not in self._tried), self._hosts.place)
        place = fresh if self._first is None else self._first
        self._tried.add(place)
        return place


def one(client: RestClient, clock: Clock) -> HostClient:
    """A single client as the only place there is."""
    return HostClient((_ANYWHERE,), lambda _origin: client, clock)

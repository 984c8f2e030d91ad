"""Which fault hits which request or frame, and when: counts and seeded chance, no clock and no socket of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeVar

from connectors.simulator.faults.fault import CONNECTIONS, Delaying, Endpoint, Fault
from connectors.simulator.faults.kinds import Decisive, Quiet

Kind = TypeVar("Kind", bound=Fault)


class Armed:
    """A fault that waits for its time or its prey.

    Attributes:
        name: How the log and the control path call it.
        begins_ms: Its beginning on the exchange's clock.
        hits: How often it has struck.
        begun: Whether its beginning has been acted upon (connections cut, a status changed).
        over: Whether it strikes no more.
    """

    def __init__(self, name: str, fault: Fault, now_ms: int) -> None:
        self.name = name
        self.fault = fault
        self.begins_ms = now_ms + fault.at_ms
        self.hits = 0
        self.begun = False
        self.over = False
        self._met = 0
        self._random = Random(fault.seed)

    def stands(self, now_ms: int) -> bool:
        """Whether its time has come and is not over."""
        length = self.fault.for_ms
        return not self.over and self.begins_ms <= now_ms and (length is None or now_ms < self.begins_ms + length)

    def ended(self, now_ms: int) -> bool:
        """Whether it has run out of time or of prey."""
        length = self.fault.for_ms
        return self.over or (length is not None and now_ms >= self.begins_ms + length)

    def hit(self) -> bool:
        """Count one matching request or frame; whether it is struck."""
        self._met += 1
        if self._met <= self.fault.after or self._random.random() >= self.fault.probability:
            return False
        self.hits += 1
        most = self.fault.times
        if most is None and self.fault.for_ms is None:
            most = 1
        self.over = most is not None and self.hits >= most
        return True

    def delay_ms(self) -> int:
        """How long a `Delaying` fault takes this time."""
        fault = self.fault
        if not isinstance(fault, Delaying):
            return 0
        return self._random.randint(fault.low_ms, fault.low_ms if fault.high_ms is None else fault.high_ms)


class Plan:
    """All armed faults, in the order they were armed."""

    def __init__(self) -> None:
        self.armed: dict[str, Armed] = {}
        self._count = 0

    def arm(self, faults: Iterable[Fault], now_ms: int) -> list[Armed]:
        """Add faults; their times count from now."""
        added = []
        for fault in faults:
            self._count += 1
            one = Armed(f"f{self._count}", fault, now_ms)
            self.armed[one.name] = one
            added.append(one)
        return added

    def disarm(self, name: str | None = None) -> list[Armed]:
        """Take one away, or all; returns them."""
        names = list(self.armed) if name is None else [name]
        gone = [self.armed.pop(one) for one in names if one in self.armed]
        for one in gone:
            one.over = True
        return gone

    def strike(
        self,
        kind: type[Kind],
        endpoint: Endpoint,
        name: str,
        now_ms: int,
        fits: Callable[[Kind], bool] | None = None,
    ) -> tuple[Armed, Kind] | None:
        """The first fault of a kind that hits this (and fits it); later ones neither strike nor count."""
        for one in self.armed.values():
            fault = one.fault
            if not isinstance(fault, kind) or endpoint not in fault.places or not one.stands(now_ms):
                continue
            if fault.of in name and (fits is None or fits(fault)) and one.hit():
                return one, fault
        return None

    def decide(self, endpoint: Endpoint, name: str, now_ms: int) -> tuple[Armed, Decisive] | None:
        """The fault that settles a request or handshake; silence of streams falls on connections instead."""
        return self.strike(
            Decisive, endpoint, name, now_ms, lambda fault: not (isinstance(fault, Quiet) and endpoint in CONNECTIONS)
        )

    def standing(self, kind: type[Fault], now_ms: int, endpoint: Endpoint | None = None) -> Armed | None:
        """The first fault of a kind whose time it is (at an endpoint)."""
        for one in self.armed.values():
            if (
                isinstance(one.fault, kind)
                and one.stands(now_ms)
                and (endpoint is None or endpoint in one.fault.places)
            ):
                return one
        return None

    def beginning(self, now_ms: int) -> list[Armed]:
        """Faults whose time has come and whose beginning has not been acted upon; told once."""
        found = [one for one in self.armed.values() if not one.begun and one.begins_ms <= now_ms]
        for one in found:
            one.begun = True
        return found

    def ending(self, now_ms: int) -> list[Armed]:
        """Faults that are through; they are taken away."""
        return [self.armed.pop(one.name) for one in list(self.armed.values()) if one.begun and one.ended(now_ms)]

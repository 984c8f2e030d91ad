"""What every fault says, and of which endpoint classes it may say it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec


class Endpoint(StrEnum):
    """Classes of what a client can do here. A fault names those it hits."""

    PUBLIC = "public"
    """REST without a key."""
    QUERY = "query"
    """REST, signed, changes nothing (order/test is one)."""
    CREATE = "create"
    """REST: new order, order list, cancel-and-replace, amend."""
    CANCEL = "cancel"
    CANCEL_ALL = "cancel_all"
    MARKET_STREAM = "market_stream"
    """Handshake, connection and frames of /ws and /stream (§5.1)."""
    USER_STREAM = "user_stream"
    """userDataStream.* and session.* requests, the connections subscribed by them, and account events (§1.3)."""
    WS_ORDER = "ws_order"
    """Requests of the WebSocket API that create, change or cancel orders, and the connections that carried one."""
    WS_REQUEST = "ws_request"
    """Other requests of the WebSocket API, and all its connections."""
    WS_HANDSHAKE = "ws_handshake"
    """The opening of a WebSocket API connection."""


CONNECTIONS = frozenset({Endpoint.MARKET_STREAM, Endpoint.USER_STREAM})
"""Where silence falls on connections, not on requests."""
SOCKETS = CONNECTIONS | {Endpoint.WS_ORDER, Endpoint.WS_REQUEST}
EVERYWHERE = frozenset(Endpoint)
MARKET = frozenset({Endpoint.MARKET_STREAM})
USER = frozenset({Endpoint.USER_STREAM})
NOWHERE: frozenset[Endpoint] = frozenset()
REQUESTS = EVERYWHERE - {Endpoint.WS_HANDSHAKE}
CODED = REQUESTS - MARKET
MOST_MS = 86_400_000


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every fault says: where, when, how often. Times in ms.

    Attributes:
        on: Endpoint classes it hits; none named means every one it can hit.
        of: Narrows it to requests whose method and path (or WebSocket method), or to frames whose event and symbol,
            contain this.
        at_ms: From how long after it was armed (in a script: after the start).
        for_ms: How long from then; None means until it has hit ``times``, or is taken away.
        after: How many matching requests or frames it lets pass first.
        times: How many it hits; None means one, or with ``for_ms`` all of that time.
        probability: The chance that it hits a matching one, drawn from ``seed``.
        seed: Seed of its own chance, and of its own latencies.
    """

    WHERE: ClassVar[frozenset[Endpoint]] = EVERYWHERE
    """Endpoint classes this kind can hit; none for one that changes the venue as a whole."""
    on: tuple[Endpoint, ...] = ()
    of: str = ""
    at_ms: int = 0
    for_ms: int | None = None
    after: int = 0
    times: int | None = None
    probability: float = 1
    seed: int = 0

    @property
    def kind(self) -> str:
        """Its name."""
        return str(self.__struct_config__.tag)

    @property
    def places(self) -> frozenset[Endpoint]:
        """Where it hits."""
        return frozenset(self.on) or self.WHERE

    def wrong(self) -> str | None:
        """What makes no sense about it, as the rest of a sentence; None when all does."""
        misplaced = [place.value for place in self.on if place not in self.WHERE]
        if misplaced:
            able = ", ".join(sorted(self.WHERE)) or "no endpoint class: it changes the whole venue"
            return f"{self.kind} cannot hit {', '.join(misplaced)}; it hits {able}"
        for name in ("at_ms", "for_ms", "after", "times"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= MOST_MS:
                return f"{name} {value} is not between 0 and {MOST_MS}"
        if not 0 < self.probability <= 1:
            return f"probability {self.probability:g} is not above 0 and at most 1"
        return self.absurd()

    def absurd(self) -> str | None:
        """The same of the kind's own fields."""
        return None


class Delaying(Fault, frozen=True, kw_only=True):
    """Takes between ``low_ms`` and ``high_ms``."""

    low_ms: int
    high_ms: int | None = None
    """None means ``low_ms`` exactly."""

    def absurd(self) -> str | None:
        """See `Fault.absurd`."""
        high = self.low_ms if self.high_ms is None else self.high_ms
        if not 0 <= self.low_ms <= high <= MOST_MS:
            return f"a latency of {self.low_ms} to {high} ms is no range"
        return None

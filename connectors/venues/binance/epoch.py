"""The venue's own life (DESIGN §4): testnets are wiped about monthly and without notice (facts §1.1).

Live and demo have one life for ever. Elsewhere the evidence is the *oldest public trade* the venue gives of a reference
symbol (``historicalTrades``, ``fromId=0``), looked at when connecting and before each new subscription of the account:

- In one life numbers grow with time, and a trade never changes. So an oldest trade whose number is not higher than that
  of the oldest one seen before, but whose time is later, belongs to another life; and so does a trade of the number of
  the newest one seen before, but of another time. Nothing else ends a life.
- Where numbering is seen from its beginning (0 or 1), that trade names the life, the same at every start; so a wipe
  between two starts is another name. The embedded exchange has a name of its own, its ``instance``, which whoever
  started it knows.

A false alarm is impossible in ordinary conditions, because everything else proves nothing: no answer, no trade yet, a
list that begins later (old trades no longer kept), a symbol no longer listed. Then the life known before goes on: the
one seen on this connection, else the one handed in, else the nameless first one. Newest ids that seem to fall are not
looked at: a lagging replica of the venue can make them fall.

Not confirmed against a real testnet: that it serves trades from the first on. Where it does not, a wipe is noticed
under an open connection only.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import msgspec

from connectors.errors import Retry, Throttled, TradedeskError
from connectors.model.ids import Epoch, Mode
from connectors.venues.binance import endpoints, parse, schemas
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.gate import Gate
from connectors.wire.limiter import Priority
from connectors.wire.retry import ATTEMPTS

FIRST = Epoch("1")
"""The life of a venue that has only one, or whose life cannot be told."""
REFERENCES = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
"""Symbols that have been listed as long as the venue; the first of them that is listed is the reference."""

MORTAL = frozenset({Mode.TESTNET, Mode.SIM})
"""Modes whose venues can be wiped."""

_NAME = re.compile(r"(\w+):(\d+):(\d+)")
_AGAIN = 2
"""Attempts of a later look: the first may meet a kept connection that was cut with the socket."""
_FIRST_IDS = frozenset({0, 1})
_trades = msgspec.json.Decoder(list[schemas.PublicTrade])
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """A public trade as it was seen; its time in ms since the epoch of clocks."""

    symbol: str
    number: int
    time: int

    def changed(self, before: Seen | None) -> bool:
        """Whether this one has the number of one seen before and is another trade."""
        same = before is not None and (self.symbol, self.number) == (before.symbol, before.number)
        return before is not None and same and self.time != before.time

    def of_another_life(self, before: Seen) -> bool:
        """Whether this oldest trade and the oldest one seen before cannot belong to one life."""
        return self.symbol == before.symbol and self.number <= before.number and self.time > before.time

    @property
    def name(self) -> Epoch:
        """The life it tells of."""
        return Epoch(f"{self.symbol}:{self.number}:{self.time}")


class Lives:
    """Knows the life of one connection's venue.

    Args:
        gate: The way to the venue.
        mode: The connection's mode.
        hint: The simulator's instance; on a testnet the newest life known from before, or empty.
        listed: The symbols the venue lists now.
    """

    def __init__(self, gate: Gate, mode: Mode, hint: str, listed: Callable[[], Collection[str]]) -> None:
        self._gate = gate
        self._mode = mode
        self._listed = listed
        self._newest: Seen | None = None
        self._oldest = _named(hint) if mode is Mode.TESTNET else None
        self.current = Epoch(hint) if hint and mode in MORTAL else FIRST
        """The life as far as it is known."""

    async def look(self) -> Epoch | None:
        """Look whether the venue was wiped.

        Returns:
            The new life, if the one known before has provably ended; None in every other case.

        Raises:
            Retry: A testnet's life is not named yet, and the venue cannot be asked now.
        """
        if self._mode not in MORTAL:
            return None
        found = await self._first(0)
        if found is None:
            return None
        newest = self._newest
        again = None if newest is None else await self._first(newest.number)
        if newest is None or again is not None:
            # Kept while the venue does not show it: it may be behind, or its numbers not yet that far again.
            self._newest = await self._first(None)
        before, self._oldest = self._oldest, found
        if before is None:
            if self._mode is Mode.TESTNET and self.current == FIRST and found.number in _FIRST_IDS:
                self.current = found.name
            return None
        changed = again is not None and again.changed(newest)
        if not changed and not found.of_another_life(before):
            return None
        # A market invented anew may begin with the same trade: then the one that changed names the life.
        self.current = again.name if again is not None and changed and found == before else found.name
        _log.warning("%s begins a new life: its oldest trade is another one than before (%s)", VENUE, self.current)
        return self.current

    async def _first(self, number: int | None) -> Seen | None:
        """The first trade of the reference from a number on, or its newest; None when the venue shows none."""
        known = self._oldest
        symbols = REFERENCES if known is None else (known.symbol,)
        symbol = next((name for name in symbols if name in self._listed()), None)
        if symbol is None:
            return None
        # The first look names a testnet's life: a name given without it would be another one at the next start.
        must = known is None and self._mode is Mode.TESTNET
        call = endpoints.TRADES if number is None else endpoints.OLD_TRADES
        params: dict[str, str | int] = {"symbol": symbol, "limit": 1, **({} if number is None else {"fromId": number})}
        try:
            body = await self._gate.ask(call, params, priority=Priority.ACCOUNT, attempts=ATTEMPTS if must else _AGAIN)
            rows = parse.decode(_trades, body, call.operation)
        except TradedeskError as problem:
            if must and isinstance(problem, Retry | Throttled):
                raise
            _log.info("%s: whether it was wiped is not known: %s", VENUE, problem.sentence)
            return None
        return Seen(symbol, rows[0].id, rows[0].time) if rows else None


def _named(name: str) -> Seen | None:
    """The oldest trade that named a life; None when something else did."""
    found = _NAME.fullmatch(name)
    return Seen(found.group(1), int(found.group(2)), int(found.group(3))) if found else None

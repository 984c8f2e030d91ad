"""The venue's own life (DESIGN §4): testnets are wiped about monthly and without notice (facts §1.1).

- Live and demo: one life for ever. The embedded exchange: its ``instance``, which whoever started it knows.
- Testnet: the *first public trade* of a reference symbol, asked for by id (``historicalTrades``, ``fromId=0``). A trade
  never changes and is never the first again, so its time names the life, the same at every start; after a wipe
  numbering begins anew and the first trade is another one.

A false alarm is impossible in ordinary conditions, because everything that is not that one trade proves nothing:
no answer, no trade yet, a list that begins later (old trades no longer kept), a symbol no longer listed. Then the life
known before goes on: the one seen on this connection, else the one handed in, else the nameless first one. Ids that
seem to fall are not looked at: a lagging replica of the venue can make them fall.

Not confirmed against a real testnet: that it serves trades from the first on. Where it does not, no wipe is noticed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

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

_FIRST_IDS = frozenset({0, 1})
_trades = msgspec.json.Decoder(list[schemas.PublicTrade])
_log = logging.getLogger(__name__)


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
        known = hint if mode in {Mode.SIM, Mode.TESTNET} else ""
        self.current = Epoch(known) if known else FIRST
        """The life as far as it is known."""
        self._seen = bool(known)

    async def look(self) -> Epoch | None:
        """Look whether the venue was wiped.

        Returns:
            The new life, if the one known before has provably ended; None in every other case.

        Raises:
            Retry: Nothing is known yet, and the venue cannot be asked now.
        """
        if self._mode is not Mode.TESTNET:
            return None
        found = await self._found()
        if found is None or found == self.current:
            return None
        # What was never named is not another life: it is learned now.
        ended, self.current = self._seen, found
        self._seen = True
        if not ended:
            return None
        _log.warning("%s begins a new life: its first trade is another one than before (%s)", VENUE, found)
        return found

    async def _found(self) -> Epoch | None:
        """The life the venue proves; None when it proves none."""
        symbol = next((name for name in REFERENCES if name in self._listed()), None)
        if symbol is None or (self._seen and not self.current.startswith(f"{symbol}:")):
            return None
        try:
            body = await self._gate.ask(
                endpoints.OLD_TRADES,
                {"symbol": symbol, "fromId": 0, "limit": 1},
                priority=Priority.ACCOUNT,
                attempts=1 if self._seen else ATTEMPTS,
            )
            rows = parse.decode(_trades, body, endpoints.OLD_TRADES.operation)
        except (Retry, Throttled):
            if not self._seen:
                # The first look names the life; a name given without it would be another one at the next start.
                raise
            return None
        except TradedeskError as problem:
            _log.info("%s: whether it was wiped is not known: %s", VENUE, problem.sentence)
            return None
        if not rows or rows[0].id not in _FIRST_IDS:
            return None
        return Epoch(f"{symbol}:{rows[0].id}:{rows[0].time}")

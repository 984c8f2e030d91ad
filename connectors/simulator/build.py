"""An exchange put together: its symbols with their markets and bars, going on from the ledger."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgspec

from connectors.simulator.account.ledger import Ledger
from connectors.simulator.account.records import Mark
from connectors.simulator.clock import Clock
from connectors.simulator.crowd.flow import FlowMarket
from connectors.simulator.entry.rate import RateLimits
from connectors.simulator.exchange import Exchange
from connectors.simulator.market import Market
from connectors.simulator.options import Options, RefusedError
from connectors.simulator.past.history import Past
from connectors.simulator.past.timeline import Timeline
from connectors.simulator.recording.replay import TapeMarket
from connectors.simulator.recording.tape import load
from connectors.simulator.sockets.arrays import Arrays
from connectors.simulator.sockets.hub import Hub
from connectors.simulator.specs import LISTED

_TRADES_BEFORE = 5_000_000_000
"""Ids of the trades that the made-up past would have used up: a ticker's count is its last id less its first."""


def build(options: Options, ledger: Ledger, clock: Clock, rate: RateLimits) -> Exchange:
    """The exchange of a run: its symbols with their markets and bars, going on from the ledger."""
    exchange = Exchange(ledger, clock, Hub(), rate)
    state = ledger.state
    if state.head is None:
        raise RefusedError("The ledger has not begun; start the simulator anew.")
    now = clock.now_ms()
    for market in _markets(options, ledger, now):
        name = market.spec.symbol
        past = Past(market.spec, state.head.seed)
        minutes = state.minutes.setdefault(name, {})
        spans = state.spans.setdefault(name, [])
        exchange.list_symbol(market, Timeline(past, spans, minutes, now, market.last_price))
    exchange.open()
    Arrays(exchange.hub, exchange.feeds)
    return exchange


def _markets(options: Options, ledger: Ledger, now_ms: int) -> Iterator[Market]:
    state = ledger.state
    if options.tape is not None:
        yield TapeMarket(load(options.tape), options.speed, len(state.trades), _looped)
        return
    seed = options.seed if options.seed is not None or state.head is None else state.head.seed
    resting = {order.symbol for order in state.orders.values() if order.open}
    for index, spec in enumerate(LISTED):
        if index >= options.symbols and spec.symbol not in resting:
            continue
        mark = state.marks.get(spec.symbol) or Mark(spec.grid.ticks(spec.price), _TRADES_BEFORE)
        own = f"{seed}:{state.counters.sessions}:{spec.symbol}"
        yield FlowMarket(spec, own, mark.price, mark.trade_id, now_ms, options.regime)


def _looped(number: int) -> None:
    """Say on stderr, as a JSON line, that the recording has ended and begins again."""
    line = {"event": "tape_looped", "level": "info", "pass": number, "msg": "the recording ended and begins again"}
    sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
    sys.stderr.flush()

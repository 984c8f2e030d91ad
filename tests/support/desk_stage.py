"""The desk on a stage: a clock that stands still, a link that is fed, keys pressed with time between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.screen import Screen

from connectors.model.book import BookView
from connectors.model.ids import Mode
from connectors.model.order import Order, OrderStatus
from connectors.model.side import Side
from connectors.model.ticker import Ticker
from connectors.worker import api
from support import pane_facts
from support.clock import FakeClock
from support.desk_backstage import FakeBackstage
from support.desk_link import FakeLink
from tui.desk import Desk
from tui.pulse import Pulse

START = datetime(2030, 1, 1, 14, 3, 27, tzinfo=UTC)
BETWEEN_KEYS_S = 0.4
"""Longer than settling and than the pause of a held key."""
TURNS = 40
PATIENCE_S = 10


def _printed(name: str) -> str | None:
    """What a key prints: itself, or the character of its Unicode name; None for the others."""
    return name if len(name) == 1 else key_to_character(name)


def ticker() -> Ticker:
    """24 hours of BTCUSDT."""
    number = Decimal
    return Ticker(
        pane_facts.BTC,
        number("61804.01"),
        number("60699.28"),
        number("62410"),
        number("60512"),
        number("18422"),
        number("1137000000"),
        number("1104.73"),
        number("1.82"),
        number("61804.00"),
        number("61804.01"),
        pane_facts.T0,
    )


@dataclass
class Stage:
    """A desk and everything around it."""

    clock: FakeClock
    link: FakeLink
    backstage: FakeBackstage
    desk: Desk
    update_id: int = 1

    async def settle(self, pilot: Pilot[int]) -> None:
        """Let messages, workers and paints happen; time stands still."""
        self.desk.flush()
        await pilot.pause()

    async def until(self, pilot: Pilot[int], done: Callable[[], bool]) -> None:
        """Let things happen until a condition holds; a busy machine gives a thread its turn after many of ours."""
        end, turns = time.monotonic() + PATIENCE_S, 0
        while turns < TURNS or time.monotonic() < end:
            if done():
                return
            await pilot.pause()
            turns += 1
        raise AssertionError(f"it did not come about; the line says: {self.line}")

    async def open(self, pilot: Pilot[int]) -> None:
        """Attach, open the instrument, paint a full market, and let the hand settle."""
        await self.until(pilot, lambda: self.desk.market.instrument is not None and len(self.link.panes) >= 3)
        self.feed()
        await self.settle(pilot)
        self.clock.advance(1)
        self.desk.teller.clear()
        self.desk.show_line()
        await self.settle(pilot)

    def feed(self) -> None:
        """A book, candles, trades and tickers, as they were around 61,804."""
        link = self.link
        self.book()
        candles = pane_facts.walk(120)
        link.to_panes(api.PaneKind.CANDLES, lambda pane: api.CandlesPushed(pane, candles))
        sides = (Side.SELL, Side.SELL, Side.BUY, Side.SELL, Side.BUY)
        trades = tuple(
            pane_facts.trade(
                "61804.00" if side is Side.SELL else "61804.01",
                f"0.0{(number * 37) % 90 + 10}",
                side,
                pane_facts.T0 - (20 - number) * 310_000_000,
                number,
            )
            for number in range(20)
            for side in (sides[number % len(sides)],)
        )
        link.to_panes(api.PaneKind.TRADES, lambda pane: api.TradesPushed(pane, trades, replace=True))
        link.to_panes(api.PaneKind.TICKER, lambda pane: api.TickerPushed(pane, ticker()))

    def book(self, view: BookView | None = None) -> None:
        """Push a frame of the book."""
        self.update_id += 1
        view = pane_facts.book(levels=60) if view is None else view
        numbered = replace(view, update_id=self.update_id, received_ns=self.clock.time_ns())
        self.link.to_panes(api.PaneKind.BOOK, lambda pane: api.BookPushed(pane, numbered))

    async def press(self, pilot: Pilot[int], *keys: str, apart_s: float = BETWEEN_KEYS_S) -> None:
        """Press keys with time between them, painting after each."""
        for key in keys:
            self.clock.advance(apart_s)
            name = _character_to_key(key) if len(key) == 1 else key
            # As the terminal's driver hands it over; the pilot's own way waits four times for the loop to be idle.
            self.desk.post_message(events.Key(name, _printed(name)))
            await pilot.pause()
            await self.settle(pilot)

    async def type(self, pilot: Pilot[int], text: str) -> None:
        """Type into a text field."""
        await self.press(pilot, *text)

    @property
    def line(self) -> str:
        """The message line."""
        base = self.desk.rooms.base
        return "" if base is None else base.message.message.text

    @property
    def placed(self) -> list[api.PlaceOrder]:
        """Orders that left."""
        return self.link.sent(api.PlaceOrder)

    @property
    def deeds(self) -> int:
        """How many commands left, the desk's own look whether the worker lives left out."""
        return sum(not isinstance(command, api.ListConnections) for command in self.link.commands)

    async def place(self, pilot: Pilot[int], *keys: str) -> Order:
        """Press keys that place an order and let it rest."""
        before = len(self.placed)
        await self.press(pilot, *keys)
        assert len(self.placed) == before + 1, self.line
        order = self.link.changed(self.placed[-1].order_id, OrderStatus.OPEN, acked_ns=self.clock.time_ns() + 9_000_000)
        await self.settle(pilot)
        return order

    def screen(self) -> str:
        """The screen under all dialogs as lines of text."""
        base = self.desk.rooms.base
        assert base is not None
        return _text_of(base)

    def shown(self) -> str:
        """The dialog or screen on top, as lines of text."""
        return _text_of(self.desk.screen)


def _text_of(screen: Screen[Any]) -> str:
    return "\n".join(
        "".join(segment.text for segment in strip)
        for strip in screen._compositor.render_strips()  # noqa: SLF001  # what is on the screen, whole
    )


def make_stage(
    *,
    mode: Mode = Mode.SIM,
    keyed: bool = True,
    wanted: str | None = None,
    joined: bool = True,
    pulse: Pulse | None = None,
) -> Stage:
    """Build a desk on a stage. Nothing runs before ``desk.run_test()``."""
    clock = FakeClock(START)
    link = FakeLink(clock, mode=mode, keyed=keyed)
    backstage = FakeBackstage(link if joined else None)
    desk = Desk(clock=clock, backstage=backstage, pulse=pulse, wanted=wanted)
    # What `auto` picks depends on the terminal the tests run in.
    desk.theme = "dark"
    return Stage(clock, link, backstage, desk)

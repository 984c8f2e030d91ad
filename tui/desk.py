"""The desk: the app that paints first, then joins the worker, and lets every key pass one dispatcher."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from rich.text import Text
from textual import events
from textual.worker import Worker, WorkerState

from connectors.ports.clock import Clock
from tui.backstage import Backstage
from tui.commands.catalogue import COMMANDS
from tui.commands.gate import Gate
from tui.commands.hand import Hand
from tui.commands.question import Question
from tui.curtain import Curtain
from tui.ending import heed_signals
from tui.faults import FaultLog
from tui.format import words
from tui.keyboard import Keyboard
from tui.listener import Listener
from tui.locker import Locker
from tui.market import Market
from tui.messages.teller import Teller, Tone
from tui.painter import Painter
from tui.pulse import Pulse
from tui.screens.alerts import AlertsScreen
from tui.screens.asking import Asking
from tui.screens.balances import BalancesScreen
from tui.screens.dialogs import Dialogs
from tui.screens.floor import Floor
from tui.screens.frame import DeskScreen
from tui.screens.orders import OrdersScreen
from tui.screens.positions import PositionsScreen
from tui.screens.rooms import Rooms
from tui.screens.standing import halted_title, message_of, status_of
from tui.screens.strips import exchange_lost, worker_lost
from tui.screens.vault_dialogs import VaultDialogs
from tui.screens.venues import VenuesScreen
from tui.session import Session
from tui.stops import heed_stops
from tui.store import Store
from tui.styles import THEMES, theme_for
from tui.ticket.alarm import Alarm
from tui.ticket.changer import Changer
from tui.ticket.closer import Closer
from tui.ticket.eye import look
from tui.ticket.protector import Protector
from tui.ticket.results import Results
from tui.ticket.seen import Seen
from tui.ticket.trader import Trader

BELL_PAUSE_NS = 2_000_000_000


def _itself(screen: DeskScreen) -> DeskScreen:
    return screen


class Desk(Curtain):
    """The desk.

    Args:
        clock: Time; nothing here asks another.
        backstage: Starts and joins the processes behind the desk, after the first paint.
        pulse: Drives the beat; None in tests, which call `flush`.
        wanted: Label of the connection to open; None for the embedded exchange.
        lock_after: Minutes without a key until an open vault is covered; 0: never.
        log: File for faults of the desk itself; None keeps none.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "tradedesk"
    DEFAULT_MODE = "market"

    def __init__(
        self,
        *,
        clock: Clock,
        backstage: Backstage,
        pulse: Pulse | None = None,
        wanted: str | None = None,
        lock_after: int = 0,
        log: Path | None = None,
    ) -> None:
        super().__init__()
        self.clock = clock
        self.store = Store()
        self.session = Session(backstage, self.store, clock)
        self.market = Market(self.session, self.store, clock, wanted=wanted)
        period_ns = 0 if pulse is None else pulse.period_ns
        self.hand = Hand(COMMANDS, Gate(beating=pulse is not None, period_ns=period_ns))
        self.teller = Teller()
        self.trader = Trader(self)
        self.closer = Closer(self)
        self.alarm = Alarm(self, None if log is None else log.parent / "exports")
        self.changer = Changer(self)
        self.protector = Protector(self)
        self.results = Results(self.store, self.trader.pressed_ns)
        self.listener = Listener(self)
        self.rooms = Rooms(self)
        self.dialogs = Dialogs(self)
        self.asking = Asking(self)
        self.locker = Locker(self, lock_after)
        self.vault = VaultDialogs(self)
        self.keyboard = Keyboard(self)
        self.painter = Painter(self, by_steps=pulse is not None)
        self.floor = Floor(self)
        self.orders = OrdersScreen(self)
        self.positions = PositionsScreen(self)
        self.balances = BalancesScreen(self)
        self.alerts = AlertsScreen(self)
        self.venues = VenuesScreen(self)
        self._pulse = pulse
        if pulse is not None:
            self.market.on_news = pulse.news
        self._faults = FaultLog(log)
        self._last_bell_ns = -BELL_PAUSE_NS
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_for(os.environ, self.console.color_system)
        for screen in (self.floor, self.orders, self.positions, self.balances, self.venues, self.alerts):
            self.add_mode(screen.name_of, partial(_itself, screen))

    # --- life -------------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Everything slow starts after the first paint."""
        self.market.sinks = self.floor
        self.listener.listen()
        self.app_resume_signal.subscribe(self, lambda _app: self.hand.gate.stall(0))
        if not self.is_headless:
            heed_signals(asyncio.get_running_loop(), lambda code: self.exit(return_code=code))
            heed_stops(asyncio.get_running_loop(), self.locker.stopped)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._pulse is not None:
            # What was loaded to paint stays for good: the collector need not walk it again between a key and its frame.
            gc.freeze()
            gc.enable()
            self._pulse.start(self, self.beat)
        self.say(f"Joining the connector worker; then {self.market.label}.")
        self.run_worker(self.session.run(), group="session", exit_on_error=False)

    async def on_unmount(self) -> None:
        """Leave the worker; end what was started here."""
        if self._pulse is not None:
            self._pulse.stop()
        await self.alarm.part()
        await self.session.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in the background; its fault becomes a message, never the end of the desk."""
        self.run_worker(work, group="desk", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A background fault: keep it for the report, and go on."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.say(words.unexpected(self._faults.keep(event.worker.error)), Tone.DANGER, sticky=True)

    def panic(self, *_drawn: object) -> None:
        """End in the same way over an error that could draw itself: it would draw its values."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        """End with one sentence instead of a traceback: locals may hold what no terminal should show."""
        self.bell()
        fault = sys.exc_info()[1]
        code = self._faults.keep(fault) if fault is not None else ""
        self._exit_renderables.append(Text(self._faults.last_words(code)))
        self._close_messages_no_wait()

    def leave(self) -> None:
        """End the desk by its user's will."""
        self.alarm.quits = True
        self.exit(0)

    def on_app_focus(self) -> None:
        """The terminal has the focus again: order keys settle."""
        self.rooms.settle()

    def on_app_blur(self) -> None:
        """The terminal lost the focus: what is staged is dropped."""
        self.ask(None)

    # --- keys -------------------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Let every key and every paste pass the dispatcher before any pane sees it."""
        if isinstance(event, events.Key) and not event.is_forwarded and self.keyboard.takes(event):
            return
        if isinstance(event, events.Paste) and not event.is_forwarded and self.keyboard.takes_paste(event):
            return
        await super().on_event(event)

    def ask(self, question: Question | None) -> None:
        """Put a question on the message line, or drop the open one."""
        if question is None:
            self.hand.asker.drop()
            self.floor.set_ghost(None)
        elif not self.locker.covered:
            self.hand.asker.ask(question, self.clock.monotonic_ns())
        self.show_line()

    def seen(self, *, quiet: bool = False) -> Seen | None:
        """What is on the screen now. Without an instrument None, and unless ``quiet`` it is said."""
        seen = look(self)
        if seen is None and not quiet:
            trouble = self.market.trouble or f"Waiting for the instruments of {self.market.label}."
            self.say(f"{trouble} Nothing was sent.", Tone.WARN)
        return seen

    # --- words ------------------------------------------------------------------------------------------------------

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, sticky: bool = False) -> None:
        """Tell something on the message line; an empty text clears it."""
        if text:
            self.teller.say(text, tone, sticky=sticky, now_ns=self.clock.time_ns())
        if tone is Tone.DANGER:
            self._ring()
        self.show_line()

    def _ring(self) -> None:
        now_ns = self.clock.monotonic_ns()
        if now_ns - self._last_bell_ns >= BELL_PAUSE_NS:
            self._last_bell_ns = now_ns
            self.bell()

    def show_line(self) -> None:
        """Paint what the message line should say."""
        base = self.rooms.base
        if base is not None:
            base.put_message(message_of(self))

    def status_changed(self) -> None:
        """Row 1 says something else now."""
        base = self.rooms.base
        if base is not None:
            base.status.put(status_of(self))
            condition = self.session.condition
            base.put_lost(worker_lost(condition) or exchange_lost(condition))
        self.floor.ladder.set_halted(halted_title(self))

    # --- the beat ---------------------------------------------------------------------------------------------------

    def beat(self) -> None:
        """Called by the pulse: measure lateness, drop what has lapsed, flush."""
        self.painter.beat()

    def flush(self, beat: int = 0) -> None:
        """Paint what changed on the screen that is looked at, and on the dialog over it. See `Painter.flush`."""
        self.painter.flush(beat)

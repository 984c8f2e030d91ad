"""Halt and panic, as the hand has them: one chord, from any screen, over any dialog, and on the lock screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import uuid6

from connectors.model.ids import OrderId
from connectors.worker import api
from tui.commands.guard import MS
from tui.format import times, words
from tui.messages import panics
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.panic import PanicDialog

if TYPE_CHECKING:
    from tui.desk import Desk

PANIC_NS = 150 * MS
"""A second press this much later than the first, or more, is meant."""
PLAN_NS = 10_000 * MS
"""For so long the first press's plan counts as read."""
_GOODBYE_S = 0.5
"""How long the worker may take to hear that this desk quits."""
_PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700


class Alarm:
    """The panic chord.

    Args:
        desk: Whose screen, store and link are used.
        exports: Where reports go; None: nowhere.

    Attributes:
        quits: Whether the user leaves: then the desk's end is no loss.
    """

    def __init__(self, desk: Desk, exports: Path | None) -> None:
        self.quits = False
        self.exports = exports
        self._desk = desk
        self._halted_ns: int | None = None
        self._plan: api.PanicPlan | None = None
        self._asked = False
        """A panic was asked for here, and its first report is not here yet."""
        self._trouble = False
        self._ended_told: OrderId | None = None

    # --- the chord --------------------------------------------------------------------------------------------------

    def chord(self) -> None:
        """The first press halts and tells the plan; a second one 150 ms later or more, or holding it, is the panic."""
        desk, now_ns = self._desk, self._desk.clock.monotonic_ns()
        desk.hand.asker.drop()
        first_ns, halted = self._halted_ns, desk.store.trading is api.TradingState.HALTED
        if halted and first_ns is not None and now_ns - first_ns < PANIC_NS:
            return
        if halted and first_ns is not None and now_ns - first_ns < PLAN_NS:
            self.panic()
            return
        self._halted_ns, self._plan = now_ns, None
        if not halted:
            desk.closer.halt()
        own = [order for order in desk.store.working() if order.origin.value == "DESK"]
        external = len(desk.store.working()) - len(own)
        desk.say(panics.plan_words(len(own), None, external, desk.size.width), Tone.WARN, sticky=True)
        desk.spawn(self._ask_plan(now_ns))

    async def _ask_plan(self, first_ns: int) -> None:
        """What the worker would send, once it says so: it alone knows the accounts' policies."""
        desk = self._desk
        plan = await desk.session.ask(api.PlanPanic())
        if not isinstance(plan, api.PanicPlan) or self._halted_ns != first_ns:
            return
        self._plan = plan
        standing = desk.teller.standing
        if standing is not None and standing.text.startswith("HALTED. ^g again"):
            desk.say(panics.plan_of(plan, desk.size.width), Tone.WARN, sticky=True)

    def stay_halted(self) -> bool:
        """Esc after the first press: forget the plan. Whether there was one."""
        if self._halted_ns is None or self._desk.store.trading is not api.TradingState.HALTED:
            return False
        self._halted_ns = None
        self._desk.say(words.halted_by_hand(self._desk.store.trading_since_ns), Tone.WARN)
        return True

    def resumed(self) -> None:
        """New orders pass again, whoever let them: the next press is a first one, and no line says HALTED."""
        self._halted_ns = None
        standing = self._desk.teller.standing
        if standing is not None and standing.text.startswith("HALTED"):
            self._desk.teller.clear()
            self._desk.show_line()

    # --- the panic --------------------------------------------------------------------------------------------------

    def panic(self) -> None:
        """Begin it, or hurry the one under way on."""
        desk = self._desk
        self._halted_ns = desk.clock.monotonic_ns() - PANIC_NS
        if self._asked:
            return
        self._asked, self._ended_told = True, None
        if desk.store.panic is None or desk.store.panic.ended_ns is not None:
            desk.say("PANIC: on its way.", Tone.WARN, sticky=True)
        desk.spawn(self._panic())

    async def _panic(self) -> None:
        desk = self._desk
        try:
            result = await desk.session.ask(api.StartPanic(OrderId(uuid6.uuid7())))
        finally:
            self._asked = False
        trouble = sentence_of(result)
        self._trouble = bool(trouble)
        if trouble or not isinstance(result, api.PanicReport):
            desk.say(f"PANIC: {trouble or 'The worker did not take it.'} ^g tries again.", Tone.DANGER, sticky=True)
            return
        known = desk.store.panic
        if known is None or known.panic_id != result.panic_id or known.ended_ns is None:
            desk.store.panic = result
        self.show()
        self.moved()

    def show(self) -> None:
        """Put the report over whatever is there; not over the lock screen, whose line tells it."""
        desk, report = self._desk, self._desk.store.panic
        if report is None or desk.locker.covered:
            return
        dialog = desk.dialogs.top
        if isinstance(dialog, PanicDialog):
            dialog.show_report(report)
            return
        desk.dialogs.close()
        desk.push_screen(PanicDialog(report, self._name_of))
        desk.call_later(desk.rooms.settle)

    def moved(self) -> None:
        """The worker says how far it is."""
        desk, report = self._desk, self._desk.store.panic
        if report is None:
            return
        dialog = desk.dialogs.top
        if isinstance(dialog, PanicDialog):
            dialog.show_report(report)
        if report.ended_ns is not None and self._ended_told != report.panic_id and self._halted_ns is not None:
            self._ended_told = report.panic_id
            proved = all(each.proved_ns is not None for each in report.accounts)
            desk.say(panics.ended_words(report), Tone.GOOD if proved else Tone.DANGER, sticky=True)

    def _name_of(self, order_id: OrderId) -> str:
        order = self._desk.store.orders.get(order_id)
        return "an order" if order is None else f"{order.handle} {order.status.value}"

    def step(self, columns: int) -> None:
        """Look at other accounts of the report."""
        dialog = self._desk.dialogs.top
        if isinstance(dialog, PanicDialog):
            dialog.step(columns)

    # --- in words ---------------------------------------------------------------------------------------------------

    def covered_words(self) -> str:
        """How far halt and panic have come, naming no account, price or position: for the lock screen."""
        desk, report = self._desk, self._desk.store.panic
        if desk.store.trading is not api.TradingState.HALTED or self._halted_ns is None:
            return ""
        if self._trouble:
            return "PANIC: the worker did not take it. ^g tries again."
        if self._asked:
            return "PANIC: on its way."
        if report is not None and report.started_ns >= desk.store.trading_since_ns:
            return _covered(report)
        orders = len(desk.store.working()) if self._plan is None else sum(each.orders for each in self._plan.accounts)
        if desk.clock.monotonic_ns() - self._halted_ns < PLAN_NS:
            return f"HALTED. ^g again: cancel {times.count(orders, 'order')}. To close positions, unlock."
        return f"HALTED. {times.count(orders, 'order')} left."

    async def part(self) -> None:
        """Tell the worker if the user quits: a desk that only goes away was lost, and orders may go with it."""
        if not self.quits:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                await self._desk.session.ask(api.Part())

    # --- the file ---------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Keep the report in a private file."""
        desk, report = self._desk, self._desk.store.panic
        dialog = desk.dialogs.top
        if report is None or not isinstance(dialog, PanicDialog):
            return
        if self.exports is None:
            dialog.tell("Not exported: this desk has no folder of its own.")
            return
        name = f"panic-{times.date(report.started_ns)}-{times.clock(report.started_ns).replace(':', '')}.json"
        path = self.exports / name
        try:
            self.exports.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                os.fchmod(handle, _PRIVATE)
                file.write(panics.as_json(report))
        except OSError as problem:
            dialog.tell(f"Not exported to {path}: {problem.strerror}.")
            return
        dialog.tell(f"Exported to {path}")
        desk.say(f"Exported to {path}", Tone.GOOD)


def _covered(report: api.PanicReport) -> str:
    done, of = panics.counts(report)
    if report.ended_ns is None:
        left = sum(len(each.left) for each in report.accounts)
        return f"PANIC: {done} of {times.count(of, 'order')} cancelled, {left} left."
    if any(each.proved_ns is None for each in report.accounts):
        return "PANIC ended without proof from every venue. ^g tries again."
    return f"PANIC done: 0 ORDERS at {times.clock_ms(report.ended_ns)}. To close positions, unlock."

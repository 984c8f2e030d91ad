"""What the worker says, as the screen takes it: the never-drop lane, handled when it comes and never at a beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.order import Order
from connectors.worker import api
from tui.messages.teller import Tone
from tui.session import Condition, Phase
from tui.ticket.daily import Days

if TYPE_CHECKING:
    from tui.desk import Desk

WIDE = 120
"""Width from which a result tells both latencies."""

_TONES = {
    api.AlertLevel.INFO: Tone.PLAIN,
    api.AlertLevel.WARN: Tone.WARN,
    api.AlertLevel.DANGER: Tone.DANGER,
}


class Listener:
    """Hears the session.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self.days = Days()
        """What each account's day came to while this desk looked on."""
        self._desk = desk
        self._lost = ""

    def listen(self) -> None:
        """Begin to hear."""
        session = self._desk.session
        session.on_event = self.event
        session.on_picture = self.picture
        session.on_condition = self.condition

    def event(self, event: api.NumberedEvent) -> None:
        """A numbered event is in the store."""
        desk = self._desk
        match event:
            case api.OrderChanged(order):
                self._tell_result(order)
                self.facts_changed()
                desk.closer.follow_up()
            case api.FillRecorded() | api.PositionChanged() | api.BalancesChanged():
                self.facts_changed()
            case api.ConnectionChanged(_, connection):
                self._connection_changed()
                if connection is None:
                    self.facts_changed()
                    desk.closer.follow_up()
            case api.InstrumentChanged(account, instrument):
                desk.market.amended(account, instrument)
            case api.AlertRaised(alert):
                desk.say(alert.sentence, _TONES[alert.level], sticky=alert.level is api.AlertLevel.DANGER)
            case api.PanicMoved():
                desk.alarm.moved()
            case api.TradingChanged(state):
                if state is api.TradingState.ACTIVE:
                    desk.alarm.resumed()
                desk.status_changed()
            case api.RiskChanged(risk):
                self.days.note(risk, desk.clock.time_ns())
                self.facts_changed()
            case api.VaultChanged(_, reason):
                desk.locker.vault_changed(reason)
                self.facts_changed()

    def picture(self) -> None:
        """The whole picture is new: what is in it is no news."""
        desk = self._desk
        desk.results.begin()
        for risk in desk.store.risk.values():
            self.days.note(risk, desk.clock.time_ns())
        desk.locker.vault_changed(anew=True)
        self.facts_changed()
        desk.run_worker(desk.market.find(), group="find", exclusive=True, exit_on_error=False)

    def condition(self, condition: Condition) -> None:
        """The worker or the exchange came or went: what is staged is dropped, order keys settle."""
        desk = self._desk
        desk.ask(None)
        desk.market.believe(condition.phase)
        if condition.phase is Phase.JOINED and not condition.exchange_gone:
            desk.teller.clear()
            if self._lost:
                desk.say(f"{self._lost} is back.", Tone.GOOD)
            self._lost = ""
        elif condition.lost:
            self._lost = "The connector worker"
        elif condition.exchange_gone:
            self._lost = "The simulated market"
        self._connection_changed()
        desk.rooms.settle()

    def facts_changed(self) -> None:
        """Orders, positions or balances changed: draw them where they are looked at."""
        desk = self._desk
        desk.floor.take_facts()
        base = desk.rooms.base
        if base is not None and base is not desk.floor:
            base.take_facts()
        desk.status_changed()

    def _tell_result(self, order: Order) -> None:
        desk = self._desk
        result = desk.results.of(order, desk.clock.time_ns(), wide=desk.size.width >= WIDE)
        if result is not None:
            desk.say(result.text, result.tone, sticky=result.sticky)

    def _connection_changed(self) -> None:
        desk = self._desk
        desk.status_changed()
        base = desk.rooms.base
        if base is not None and base is not desk.floor:
            base.take_facts()

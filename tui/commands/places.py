"""Commands that go to another screen or pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.commands.command import Command, Context, Group
from tui.messages.teller import Tone

if TYPE_CHECKING:
    from tui.desk import Desk


class Go(Command):
    """Go to a screen. Subclasses name it."""

    group = Group.GO
    contexts = (Context.GLOBAL,)
    screen: ClassVar[str]

    def run(self, desk: Desk) -> None:
        """Switch to the screen."""
        desk.rooms.go(self.screen)


class GoMarket(Go):
    """Market."""

    id, keys, words, screen = "go.market", ("g m", "f2"), "market", "market"
    shown = "gm"


class GoOrders(Go):
    """Orders."""

    id, keys, words, screen = "go.orders", ("g o", "f3"), "orders", "orders"
    shown = "go"


class GoPositions(Go):
    """Positions."""

    id, keys, words, screen = "go.positions", ("g p", "f4"), "positions", "positions"
    shown = "gp"


class GoBalances(Go):
    """Balances."""

    id, keys, words, screen = "go.balances", ("g b", "f5"), "balances", "balances"
    shown = "gb"


class GoVenues(Go):
    """Venues."""

    id, keys, words, screen = "go.venues", ("g v", "f6"), "venues", "venues"
    shown = "gv"


class Later(Command):
    """A screen of a later release: says which."""

    group = Group.GO
    contexts = (Context.GLOBAL,)
    sentence: ClassVar[str]

    def run(self, desk: Desk) -> None:
        """Say when it comes."""
        desk.say(self.sentence)


class GoHealth(Later):
    """Health."""

    id, keys, words = "go.health", ("g h", "f7"), "health: later"
    shown = "gh"
    sentence = "The health screen comes with a later release. Until then: tradedesk doctor, and row 1."


class GoAlerts(Go):
    """Alerts."""

    id, keys, words, screen = "go.alerts", ("g a", "f8"), "alerts", "alerts"
    shown = "ga"


class NewestAlert(Command):
    """The newest alert nobody has read; again: take it as read."""

    id, keys, words = "alert.newest", ("ctrl+n",), "newest alert; again: read"
    contexts = (Context.ALWAYS,)

    def run(self, desk: Desk) -> None:
        """Say it, or take it as read."""
        fresh = desk.store.unacknowledged
        if not fresh:
            desk.say("No new alert.")
        elif desk.teller.standing is not None and desk.teller.standing.text == fresh[0].sentence:
            desk.store.acknowledged.add(fresh[0])
            desk.teller.clear()
            desk.say(f"Taken as read. {len(fresh) - 1} more.")
            desk.status_changed()
        else:
            desk.say(fresh[0].sentence, Tone.WARN, sticky=True)


class ReadAlert(Command):
    """Take the selected alert as read."""

    id, keys, words = "alerts.read", ("enter", "space"), "take it as read"
    contexts = (Context.ALERTS,)
    shown, footer = "enter", "read"

    def run(self, desk: Desk) -> None:
        """Read it."""
        desk.alerts.acknowledge()


class ReadAlerts(Command):
    """Take every alert as read."""

    id, keys, words = "alerts.read_all", ("a",), "take all as read"
    contexts = (Context.ALERTS,)
    footer = "read all"

    def run(self, desk: Desk) -> None:
        """Read them."""
        desk.alerts.acknowledge(every=True)


class OlderMessages(Command):
    """Older messages."""

    id, keys, words = "alerts.older", ("shift+down",), "older / newer messages"
    contexts = (Context.ALERTS,)
    shown = "shift+↑ ↓"

    def run(self, desk: Desk) -> None:
        """Scroll."""
        desk.alerts.scroll_messages(1)


class NewerMessages(Command):
    """Newer messages."""

    id, keys, words = "alerts.newer", ("shift+up",), "newer messages"
    contexts = (Context.ALERTS,)
    hidden = True

    def run(self, desk: Desk) -> None:
        """Scroll."""
        desk.alerts.scroll_messages(-1)


class FocusPane(Command):
    """Focus a pane of the market screen. Subclasses name it."""

    group = Group.GO
    contexts = (Context.GLOBAL,)
    pane: ClassVar[Context]

    def run(self, desk: Desk) -> None:
        """Go to the market screen and focus the pane."""
        desk.rooms.focus_pane(self.pane)


class FocusLadder(FocusPane):
    """Ladder."""

    id, keys, words, pane = "focus.ladder", ("g l",), "ladder", Context.LADDER


class FocusChart(FocusPane):
    """Chart."""

    id, keys, words, pane = "focus.chart", ("g c",), "chart", Context.CHART


class FocusTape(FocusPane):
    """Tape."""

    id, keys, words, pane = "focus.tape", ("g t",), "tape", Context.TAPE


class FocusWatch(FocusPane):
    """Watchlist."""

    id, keys, words, pane = "focus.watchlist", ("g w",), "watchlist", Context.WATCH


class FocusTicket(FocusPane):
    """Ticket."""

    id, keys, words, pane = "focus.ticket", ("g i",), "ticket", Context.TICKET


PLACES: tuple[type[Command], ...] = (
    GoMarket,
    GoOrders,
    GoPositions,
    GoBalances,
    GoVenues,
    GoHealth,
    GoAlerts,
    NewestAlert,
    ReadAlert,
    ReadAlerts,
    OlderMessages,
    NewerMessages,
    FocusLadder,
    FocusChart,
    FocusTape,
    FocusWatch,
    FocusTicket,
)
"""In the order of the help page."""

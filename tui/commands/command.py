"""What a command is: an id, its keys, its words, its help group, the contexts in which it works, and what it does."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tui.desk import Desk


class Context(StrEnum):
    """Where the hand is: the focused pane, the screen around it, a dialog, or everywhere."""

    ALWAYS = "always"
    """Ctrl keys that work under dialogs and in text fields too."""
    GLOBAL = "global"
    """Everywhere but in dialogs and text fields."""
    GONE = "gone"
    """While the worker or the exchange is gone: its one key goes before all others."""
    LADDER = "ladder"
    CHART = "chart"
    TAPE = "tape"
    WATCH = "watchlist"
    TICKET = "ticket"
    ORDERS = "orders"
    ORDER_EDIT = "order edit"
    """The two fields in the row of an order that is being changed."""
    POSITIONS = "positions"
    BALANCES = "balances"
    ALERTS = "alerts"
    VENUES = "venues"
    VENUE_FORM = "venue form"
    """The form of a connection, beside the list."""
    FIELD = "field"
    """A field for a secret or a word, in a dialog or a form: its keys go before those of what is around it."""
    LINE = "line"
    """The command line and the other one-line questions."""
    SHEET = "sheet"
    """A dialog with fields for secrets and words."""
    HELP = "help"
    CONFIRM = "confirm"
    PANIC = "panic"
    """The report of a panic."""
    SWITCH = "switch"


class Group(StrEnum):
    """Column of the help page. The words stand there as they are here."""

    SAFE = "SAFE"
    ADDS = "ADDS RISK"
    REDUCES = "REDUCES RISK"
    GO = "GO"


GROUP_NOTES = {
    Group.SAFE: "move and look",
    Group.ADDS: "needs ARMED",
    Group.REDUCES: "always works",
    Group.GO: "to another screen or pane",
}
"""Second half of a help column's title."""


class Command:
    """One thing a key does. Subclasses declare; they hold no state, so one instance serves every desk."""

    id: ClassVar[str]
    """Dotted name for the keymap file, unique: ``order.buy``."""
    keys: ClassVar[tuple[str, ...]]
    """Key sequences by Textual's names, keys of a sequence apart by a space: ``("b",)``, ``("m b",)``."""
    words: ClassVar[str]
    """What it does, for the help page and the prefix's choices."""
    told: ClassVar[str] = ""
    """Words of the help page where they speak for a pair of keys; empty: ``words``."""
    group: ClassVar[Group] = Group.SAFE
    contexts: ClassVar[tuple[Context, ...]]
    shown: ClassVar[str] = ""
    """The keys as help and footer write them; empty: made from ``keys``."""
    footer: ClassVar[str] = ""
    """Words in the footer; empty: not there."""
    works_covered: ClassVar[bool] = False
    """Whether it works on a covered desk too: typing a secret, quit and panic alone."""
    hidden: ClassVar[bool] = False
    """Left out of the help page because a neighbour's entry already names this key."""

    @property
    def adds_risk(self) -> bool:
        """Whether this is an order key in the sense of settling, repeats and the arm switch."""
        return self.group is Group.ADDS

    def label(self) -> str:
        """The keys as a human writes them."""
        return self.shown or " ".join(written(key) for key in self.keys)

    def run(self, desk: Desk) -> None:
        """Do it.

        Args:
            desk: The desk whose key was pressed.
        """
        raise TypeError(f"{self.id} says nothing about what it does for {desk!r}")


_WRITTEN = {
    "escape": "esc",
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
    "ctrl+g": "^g",
}


def written(sequence: str) -> str:
    """A key sequence as help and footer write it: ``"m b"`` → ``"mb"``, ``"question_mark"`` → ``"?"``."""
    return "".join(_WRITTEN.get(key, key) for key in sequence.split(" "))

"""Every command once, and what derives from them: the footer and the help page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.commands.changes import CHANGES
from tui.commands.chart import CHART
from tui.commands.command import GROUP_NOTES, Command, Context, Group
from tui.commands.entries import ENTRIES
from tui.commands.exits import EXITS
from tui.commands.fields import FIELDS
from tui.commands.forms import FORMS
from tui.commands.ladder import LADDER
from tui.commands.lists import LISTS
from tui.commands.orders import ORDERS
from tui.commands.panes import PANES
from tui.commands.panic import PANIC
from tui.commands.places import PLACES
from tui.commands.sheets import SHEETS
from tui.commands.vault import VAULT
from tui.commands.venues import VENUES
from tui.commands.world import WORLD

COMMANDS: tuple[Command, ...] = tuple(
    kind()
    for kinds in (
        LADDER,
        ENTRIES,
        CHANGES,
        EXITS,
        CHART,
        PANES,
        LISTS,
        ORDERS,
        VENUES,
        VAULT,
        FORMS,
        FIELDS,
        SHEETS,
        PANIC,
        WORLD,
        PLACES,
    )
    for kind in kinds
)
"""One instance of each class, in the order of the help page."""

NORMAL, WIDE = 100, 160
"""Widths from which the ladder's footer says more."""

_LADDER_FOOTERS = {
    0: (("↑↓", "price"), ("b/s", "limit"), ("t", "touch"), ("m", "market"), ("x", "cancel")),
    NORMAL: (
        ("↑↓", "price"),
        ("b/s", "limit"),
        ("tb/ts", "touch"),
        ("ib/is", "improve"),
        ("mb/ms", "market"),
        ("x", "cancel"),
        ("ff", "flat"),
    ),
    WIDE: (
        ("↑↓", "price"),
        ("b/s", "limit"),
        ("tb/ts", "touch"),
        ("ib/is", "improve"),
        ("mb/ms", "market"),
        ("x", "cancel"),
        ("da", "cancel all"),
        ("ff", "flatten"),
        (", .", "group"),
        ("1-9", "size"),
        ("/", "price"),
        ("enter", "ticket"),
        ("w", "instrument"),
    ),
}
"""The ladder names pairs of keys together, as the hand thinks of them; a test holds them against the commands."""


def footer_of(contexts: Sequence[Context], width: int) -> tuple[tuple[str, str], ...]:
    """Keys and words of the footer where the hand is; help and panic stand last.

    Args:
        contexts: Nearest first.
        width: Cells of the row.
    """
    keys: list[tuple[str, str]] = []
    for context in contexts:
        if context is Context.LADDER:
            widest = max(least for least in _LADDER_FOOTERS if width >= least)
            keys.extend(_LADDER_FOOTERS[widest])
        elif context is not Context.GLOBAL:
            keys.extend((each.label(), each.footer) for each in _of(context) if each.footer)
    nearest: dict[str, str] = {}
    for key, words in keys:
        # What a key does is what the nearest context says: named again further off, it would be an untruth.
        nearest.setdefault(key, words)
    last = [each for each in COMMANDS if each.footer and Context.GLOBAL in each.contexts and Context.GLOBAL in contexts]
    return (*nearest.items(), *((each.label(), each.footer) for each in last), ("^g", "PANIC"))


def _of(context: Context) -> tuple[Command, ...]:
    return tuple(each for each in COMMANDS if context in each.contexts)


@dataclass(frozen=True, slots=True)
class HelpColumn:
    """A column of the help page."""

    title: str
    note: str
    entries: tuple[tuple[str, str], ...]
    """Keys and words."""


def help_of(context: Context) -> tuple[HelpColumn, ...]:
    """The help page of a context: what is safe, what adds risk, what reduces it; and where one can go."""
    near = [each for each in _of(context) if not each.hidden] if context is not Context.GLOBAL else []
    around = [each for each in COMMANDS if not each.hidden and set(each.contexts) & {Context.GLOBAL, Context.ALWAYS}]
    columns = []
    for group in Group:
        entries = [(each.label(), each.told or each.words) for each in (*near, *around) if each.group is group]
        if entries:
            columns.append(HelpColumn(group.value, GROUP_NOTES[group], tuple(entries)))
    return tuple(columns)

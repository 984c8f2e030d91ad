"""The command line: control words, and lines for what is there. Entries by line come later and are said so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.commands.order_lines import order_line
from tui.commands.vault import vault_line
from tui.format.clean import clean
from tui.format.words import REDUCING
from tui.styles import THEMES

if TYPE_CHECKING:
    from tui.desk import Desk

HINT = (
    "move  resize  cancel  close  stop  tp  oco  resolve  halt  reduce  resume  panic  arm  disarm  lock  lock hard"
    "  unlock  vault …  go SCREEN  theme NAME  demo  help  quit"
)
ORDER_WORDS = frozenset(
    {
        "buy",
        "sell",
        "b",
        "s",
        "long",
        "short",
        "trail",
    }
)
"""Verbs of the grammar to come: known, and refused by name."""


def run_line(desk: Desk, text: str) -> str:
    """Do what a line says.

    Args:
        desk: Whose line it is.
        text: As typed. Case does not matter; no word is completed or guessed.

    Returns:
        Why it was refused, as a sentence; empty when it was done.
    """
    verb, *rest = text.strip().lower().split() or [""]
    if not verb:
        return ""
    told = order_line(desk, verb, rest)
    if told is not None:
        return told
    if verb in ORDER_WORDS:
        return f"{verb} by line comes with a later release: the ladder's keys and the ticket trade. Nothing was sent."
    known = _WORDS.get(verb)
    if known is None:
        return f"unknown word {clean(verb, 30)}. Nothing was done. Known: {HINT}."
    return known(desk, rest)


def _alone(do: Callable[[Desk], None]) -> Callable[[Desk, list[str]], str]:
    """A word that takes nothing after it."""

    def run(desk: Desk, rest: list[str]) -> str:
        if rest:
            return f"{clean(' '.join(rest), 30)} is one word too many. Nothing was done."
        do(desk)
        return ""

    return run


def _demo(desk: Desk) -> None:
    if desk.session.condition.exchange_gone:
        desk.session.restart()
    else:
        desk.say(f"{desk.market.label} is open already. From a shell: tradedesk demo")


def _arm(desk: Desk) -> None:
    if desk.trader.armed:
        desk.say("ARMED already.")
    else:
        desk.trader.toggle_arm(desk.market.mode)


def _disarm(desk: Desk) -> None:
    if desk.trader.armed:
        desk.trader.toggle_arm(desk.market.mode)
    else:
        desk.say("DISARMED already.")


def _halt(desk: Desk) -> None:
    desk.closer.halt()
    desk.say("HALTED. New orders are refused; cancel and close work. :resume")


def _reduce(desk: Desk) -> None:
    desk.closer.reduce()
    desk.say(REDUCING)


def _resume(desk: Desk) -> None:
    desk.closer.resume()


def _panic(desk: Desk) -> None:
    desk.alarm.chord()


def _help(desk: Desk) -> None:
    desk.dialogs.open_help()


def _quit(desk: Desk) -> None:
    desk.closer.leave()


def _lock(desk: Desk, rest: list[str]) -> str:
    if rest not in ([], ["hard"]):
        return "lock takes nothing, or the word hard. Nothing was done."
    if rest:
        desk.locker.lock_hard()
    else:
        desk.locker.lock()
    return ""


def _unlock(desk: Desk) -> None:
    desk.locker.ask()


def _go(desk: Desk, rest: list[str]) -> str:
    screens = ("market", "orders", "positions", "balances", "venues", "alerts")
    if len(rest) != 1 or rest[0] not in screens:
        return f"go where? One of {', '.join(screens)}."
    desk.rooms.go(rest[0])
    return ""


def _theme(desk: Desk, rest: list[str]) -> str:
    names = [theme.name for theme in THEMES]
    if len(rest) != 1 or rest[0] not in names:
        return f"theme is one of {', '.join(names)}. Now: {desk.theme}."
    desk.theme = rest[0]
    desk.say(f"Theme {rest[0]}.")
    return ""


_WORDS: dict[str, Callable[[Desk, list[str]], str]] = {
    "halt": _alone(_halt),
    "reduce": _alone(_reduce),
    "resume": _alone(_resume),
    "arm": _alone(_arm),
    "disarm": _alone(_disarm),
    "panic": _alone(_panic),
    "demo": _alone(_demo),
    "help": _alone(_help),
    "q": _alone(_quit),
    "quit": _alone(_quit),
    "lock": _lock,
    "unlock": _alone(_unlock),
    "vault": vault_line,
    "go": _go,
    "theme": _theme,
}

"""The command line: entries, lines for what is there, and control words."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tui.commands.entry_lines import SIDES, is_entry
from tui.commands.order_lines import ORDER_LINES, order_line
from tui.commands.vault import vault_line
from tui.format.clean import clean
from tui.format.words import REDUCING
from tui.styles import THEMES

if TYPE_CHECKING:
    from tui.desk import Desk

HINT = (
    "buy  sell  move  resize  cancel  close  stop  tp  trail  oco  resolve  halt  reduce  resume  panic  arm  disarm"
    "  lock  lock hard  unlock  vault …  go SCREEN  theme NAME  demo  help  quit"
)
NOT_BUILT = frozenset({"scale", "chase", "twap", "iceberg", "swarm", "bracket", "if", "every", "wait"})
"""Verbs kept for later: known, and refused by name."""


def run_line(desk: Desk, text: str) -> str:
    """Do what a line says.

    Args:
        desk: Whose line it is.
        text: As typed. Case does not matter; no word is completed or guessed.

    Returns:
        Why it was refused, as a sentence; empty when it was done.
    """
    verb, *rest = text.strip().lower().split() or [""]
    if ";" in text:
        return "One command a line: chains with ; are not built yet. Nothing was done."
    if not verb:
        return ""
    if is_entry(text):
        return desk.asking.written.send(text)
    told = order_line(desk, verb, rest)
    if told is not None:
        return told
    known = _WORDS.get(verb)
    return _unknown(verb) if known is None else known(desk, rest)


def _unknown(verb: str) -> str:
    """Why a line that begins so is none; no word that sends is taken for another."""
    if verb in NOT_BUILT:
        return f"{verb} is not built yet. Nothing was done."
    near = get_close_matches(verb, [*SIDES, *_WORDS, *ORDER_LINES], n=1)
    meant = f"Did you mean {near[0]}? Type it out" if near else f"Known: {HINT}"
    return f"unknown word {clean(verb, 30)}. Nothing was done. {meant}."


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

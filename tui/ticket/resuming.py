"""Letting new orders pass again: by ``y`` after a halt by hand, by a typed word where a loss lock is shut (UX §2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.ids import Mode
from connectors.worker import api
from tui.commands.question import Question
from tui.format import numbers
from tui.format.clean import clean
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.typed_word import TypedWord
from tui.ticket.daily import day_loss

if TYPE_CHECKING:
    from tui.desk import Desk

UNLOCK_WORD = "RESUME"
STILL_HALTED = "Still halted."
STILL_LOCKED = "Still locked: only orders that shrink a position pass."


def resume(desk: Desk) -> None:
    """Ask as much as it takes: a word for a shut loss lock, else a dialog on LIVE, else one letter."""
    locked = desk.store.locked(desk.market.account)
    if locked is not None:
        _ask_for_word(desk, locked)
        return
    if desk.store.trading is api.TradingState.ACTIVE:
        desk.say("Trading is ACTIVE already.")
        return
    if desk.market.mode is Mode.LIVE:
        lines = (("", "New orders will pass again, with real money."), ("now", desk.store.trading.value))
        desk.dialogs.confirm_lines("RESUME?   class 2", lines, lambda: _go(desk), STILL_HALTED)
        return
    answers = {"y": lambda: _go(desk)}
    desk.ask(Question("Resume? New orders will pass again. y resumes  n stays halted", answers, dropped=STILL_HALTED))


def _go(desk: Desk) -> None:
    desk.spawn(desk.closer.set_trading(api.TradingState.ACTIVE))


def _ask_for_word(desk: Desk, locked: api.AccountRisk) -> None:
    lost = numbers.fixed(day_loss(locked), 2)
    limit = numbers.money(locked.loss_limit, 2)
    told = (
        f"{clean(locked.label)} has lost {lost} of {limit} {clean(locked.currency)} today: its loss lock is shut.",
        "Opened by hand it holds until 00:00 UTC, or until as much again is lost. It is recorded.",
        f"Type {UNLOCK_WORD} to let new orders pass.",
    )
    desk.dialogs.open_sheet(
        TypedWord("LOSS LOCK", told, (UNLOCK_WORD,), "unlock", lambda: desk.spawn(_unlock(desk, locked)), STILL_LOCKED)
    )


async def _unlock(desk: Desk, locked: api.AccountRisk) -> None:
    trouble = sentence_of(await desk.session.ask(api.UnlockLoss(locked.account, UNLOCK_WORD)))
    if trouble:
        desk.say(f"{trouble} {STILL_LOCKED}", Tone.DANGER, sticky=True)
        return
    if desk.store.trading is api.TradingState.ACTIVE:
        desk.say(f"{clean(locked.label)} is unlocked. New orders pass.", Tone.GOOD)
    else:
        await desk.closer.set_trading(api.TradingState.ACTIVE)

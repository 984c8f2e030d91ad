"""The lock screen: nothing of the market, no position, no balance, no account; a field for the passphrase, and panic.

Row 1 names the mode and how many orders work, and no account (SECURITY-SPEC §5 over UX-SPEC §1.8).
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from connectors.model.vault import VaultState
from connectors.ports.clock import Clock
from connectors.worker import api
from tui.condition import Phase
from tui.format import times
from tui.format.words import LINK_GLYPHS, banner
from tui.messages.teller import Tone
from tui.modals.sheet import Step, Words
from tui.modals.unlock import PASSPHRASE, UnlockSheet
from tui.styles.palette import Ink
from tui.widgets.line import DIM, Line, Token
from tui.widgets.rows import FooterKeys, MessageKind, MessageLine, MessageText
from tui.widgets.squeeze import Part, squeeze

NOTHING_STOPPED = "Nothing was stopped: connections, stops and the journal keep running."
AT_START = "The vault is locked: connections with keys wait for it. The simulated market needs none of it."
LETTING_GO = "Locked hard: connections with keys are closed. Orders and stops at the venues stay in force."
_NONE_WORK = Part(("no order works",))
_NORMAL = 100
_BEFORE = 11
"""Cells before the parts of row 1 that give way."""
_LOCKED = Ink(Token.ON_HALTED, Token.HALTED, bold=True)


class CoverScreen(UnlockSheet):
    """The lock screen.

    Args:
        clock: Counts down after wrong ones.
        reason: Why the desk is covered; empty at start.
        escapable: Whether esc leaves the vault locked and shows the desk: at start only, never once it was open.
    """

    DEFAULT_CSS = """
    CoverScreen { background: $background; }
    CoverScreen > #room { height: 1fr; align: center top; }
    """

    def __init__(self, clock: Clock, reason: str, *, escapable: bool) -> None:
        super().__init__(clock)
        self.reason = reason
        self.escapable = escapable
        self._since_ns = clock.time_ns()
        self._told = ""
        self._status, self._message, self._footer = Words(), MessageLine(), FooterKeys()

    # --- what it looks like -----------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Row 1, the frame in an empty room, the message line, the keys."""
        yield self._status
        with Vertical(id="room"):
            yield self.frame()
        yield self._message
        yield self._footer

    def first(self) -> Step:
        """The passphrase."""
        hard = self.reason == LETTING_GO or self.desk.store.vault.state is VaultState.LOCKED
        why = (self.reason or AT_START,) if hard else (self.reason, NOTHING_STOPPED)
        leave = (("esc", "leave it locked"),) if self.escapable else ()
        keys = (("enter", "unlock"), ("^g", "panic works here"), ("^q", "quit"), *leave)
        return Step(self.take_passphrase, fields=(PASSPHRASE,), below=(*why, "", self.forgot), keys=keys)

    def on_mount(self) -> None:
        """Rows 1 and H."""
        recovery = (("^k", "recovery key"),) if self.recoverable else ()
        self._footer.put((("enter", "unlock"), *recovery, ("^q", "quit"), ("^g", "PANIC")))

    def flush(self, now_ns: int) -> None:
        """Repaint what changed: the clock, the orders that work on, a countdown."""
        status, words = [self._row_1(now_ns)], self._words()
        if status != self._status.rows:
            self._status.put(status)
        if words != self._message.message.text:
            self._message.put(MessageText(words, MessageKind.WARN if words else MessageKind.PLAIN))
        super().flush(now_ns)
        self._message.flush(now_ns)
        self._footer.flush(now_ns)

    def explain(self, reason: str, *, escapable: bool) -> None:
        """Another reason than before, or no way out any more."""
        if (reason or self.reason, escapable) == (self.reason, self.escapable):
            return
        self.reason, self.escapable = reason or self.reason, escapable
        if self.is_mounted and not self.busy and not any(field.filled for field in self.fields.values()):
            self.begin_anew(self.said)

    def tell(self, sentence: str) -> None:
        """Say something on the message line; it names no account, price or position."""
        self._told = sentence

    def _row_1(self, now_ns: int) -> Line:
        desk = self.desk
        working = len(desk.store.working())
        status = None if desk.market.account is None else desk.store.statuses.get(desk.market.account)
        link = "○ OFF" if status is None else f"{LINK_GLYPHS[status.state]} {status.state.value}"
        orders = times.count(working, "order")
        stay = Part((f"{orders} and stops stay in force", f"{orders} stay in force", orders), rank=1)
        halted = (Part(("HALTED",), _LOCKED),) if desk.store.trading is api.TradingState.HALTED else ()
        clock = times.clock(now_ns)
        width = self.app.size.width
        parts = [Part((banner(desk.market.mode),)), Part((link if width >= _NORMAL else link[0],)), *halted]
        parts += [stay if working else _NONE_WORK, Part((f"{clock} UTC",))]
        return [(" LOCKED ", _LOCKED), (" │ ", DIM), *squeeze(parts, width - _BEFORE, gap=" │ ")]

    def _words(self) -> str:
        desk = self.desk
        condition = desk.session.condition
        if condition.phase is Phase.GONE:
            return f"{condition.sentence or 'The connector worker stopped.'} enter starts it again."
        return desk.alarm.covered_words() or self._told

    # --- what it does -----------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Take what was typed, or start the worker again where it is gone."""
        if self.desk.session.condition.phase is Phase.GONE:
            self.desk.session.restart()
        else:
            super().enter()

    def escape(self) -> None:
        """Back to the passphrase; from there out, where that is allowed."""
        if not self.busy and not self.back() and self.escapable:
            self.desk.locker.dismiss()

    def unlocked(self, sentence: str, tone: Tone) -> None:
        """Show the desk again; what it said meanwhile is more than that it is unlocked."""
        desk = self.desk
        desk.locker.opened()
        standing = desk.teller.standing
        if tone is not Tone.GOOD or standing is None or standing.time_ns < self._since_ns:
            desk.say(sentence, tone, sticky=tone is not Tone.GOOD)

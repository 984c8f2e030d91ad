"""The lock screen's life: when the desk is covered, what it refuses then, and when it may be seen again.

COVERED is the worker's state and this desk's too. The desk covers itself first and tells the worker; it uncovers only
once the worker has been seen covered or locked and then says OPEN, so that no word that was under way opens it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.model.ids import Mode
from connectors.model.vault import VaultState
from connectors.worker import api
from tui.commands.command import Command
from tui.format import times
from tui.modals.vault_create import CreateVaultSheet
from tui.screens.cover import LETTING_GO, CoverScreen
from tui.ticket.leaving import stay_words
from tui.widgets.pane import NANOS
from tui.widgets.secret_input import TypedField

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.desk import Desk

_SLEPT_NS = (5 if sys.platform == "linux" else 30) * NANOS
"""How far the clock that runs on in sleep may part from the one that does not. Elsewhere than on Linux it is wall time,
which a correction moves too."""
_MINUTE_NS = 60 * NANOS
_QUIT_NS = 10 * NANOS
"""For so long the first press of quit counts as read."""

BY_HAND = "Locked by you."
SLEPT = "Locked: this machine was asleep."
STOPPED = "Locked: the desk was stopped and goes on."
ELSEWHERE = "Locked from elsewhere."
NO_VAULT = "There is no vault, so there is nothing to lock. It is made with the first key: gv, then a."
LOCKED_ALREADY = "The vault is locked already. :unlock opens it."


class Locker:
    """Covers and uncovers.

    Args:
        desk: The app.
        after_minutes: Without a key for so long, an open vault is covered; 0: never.
    """

    def __init__(self, desk: Desk, after_minutes: int) -> None:
        self.cover: CoverScreen | None = None
        """The lock screen, while it stands."""
        self._desk = desk
        self._after_minutes = after_minutes
        self._known = VaultState.NONE
        self._agreed = False
        """Whether the worker has been seen covered or locked since the desk was covered."""
        self._stopped = False
        self._due = ""
        """Why a cover is under way that does not stand yet; nothing is painted meanwhile."""
        self._then: Callable[[], None] | None = None
        self._apart_ns = self._apart()
        self._quit_ns: int | None = None

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def covered(self) -> bool:
        """Whether the desk shows nothing but the lock screen."""
        return self.cover is not None or bool(self._due)

    @property
    def locks_in_ns(self) -> int | None:
        """How long until the desk is covered if no key is pressed; None: it never is."""
        if not self._after_minutes:
            return None
        idle_ns = self._desk.clock.monotonic_ns() - self._desk.keyboard.last_ns
        return max(self._after_minutes * _MINUTE_NS - idle_ns, 0)

    def refuses(self, command: Command) -> bool:
        """Whether a command is refused now: covered, all are but typing a secret, quit and panic."""
        return self.covered and not command.works_covered

    # --- covering ---------------------------------------------------------------------------------------------------

    def lock(self, reason: str = BY_HAND) -> None:
        """Cover the desk and tell the worker, where the vault is open; say why not, where it is not."""
        state = self._desk.store.vault.state
        if state is VaultState.OPEN:
            self._cover(reason)
            self._desk.spawn(self._tell(api.CoverVault(reason)))
        elif not self.covered:
            self._desk.say(NO_VAULT if state is VaultState.NONE else LOCKED_ALREADY)

    def lock_hard(self) -> None:
        """Cover the desk and let the worker drop every signer: connections with keys close."""
        if self._desk.store.vault.state is not VaultState.OPEN:
            self.lock()
            return
        self._cover(LETTING_GO)
        self._desk.spawn(self._tell(api.LockVault()))

    def need_open(self, then: Callable[[], None]) -> None:
        """Do something that needs the vault open: at once, after it was unlocked, or after it was made."""
        state = self._desk.store.vault.state
        if state is VaultState.OPEN:
            then()
        elif state is VaultState.NONE:
            self._desk.dialogs.open_sheet(CreateVaultSheet(self._desk.clock, then))
        else:
            self.ask()
            self._then = then

    def ask(self) -> None:
        """Ask for the passphrase of a locked vault; esc leaves it locked."""
        state = self._desk.store.vault.state
        if state is VaultState.LOCKED:
            self._raise("", escapable=True)
        elif not self.covered:
            self._desk.say(NO_VAULT if state is VaultState.NONE else "The vault is open already.")

    def dismiss(self) -> None:
        """Leave the vault locked: what needs no key of it goes on."""
        self._then = None
        self._lower()
        self._desk.say("The vault stays locked: connections with keys wait. :unlock asks again.")

    def opened(self) -> None:
        """What was typed here has opened the vault: show the desk, and do what waited for it."""
        store = self._desk.store
        store.vault = replace(store.vault, state=VaultState.OPEN)
        self._known = VaultState.OPEN
        self._lower()
        self._go_on()

    def vault_changed(self, reason: str = "", *, anew: bool = False) -> None:
        """The worker says how far the vault is open.

        Args:
            reason: Its words for the lock screen.
            anew: It said so in a whole picture, as a worker does that has just been joined.
        """
        state, before = self._desk.store.vault.state, self._known
        self._known = state
        if state is VaultState.OPEN:
            if self.cover is not None and self._agreed:
                self._lower()
                self._go_on()
        elif state is VaultState.COVERED:
            self._raise(reason, escapable=False)
            self._agreed = True
        elif state is VaultState.LOCKED:
            if self.cover is not None:
                self._agreed = True
            elif before is not VaultState.LOCKED:
                self._raise(reason, escapable=anew)
                self._agreed = True

    # --- time -------------------------------------------------------------------------------------------------------

    def beat(self) -> None:
        """Cover after too long without a key; keep the lock screen on top."""
        desk = self._desk
        self.look()
        if self.cover is not None and desk.screen is not self.cover:
            self._put_back()
        idle_ns = desk.clock.monotonic_ns() - desk.keyboard.last_ns
        after_ns = self._after_minutes * _MINUTE_NS
        if after_ns and idle_ns >= after_ns and not self.covered and desk.store.vault.state is VaultState.OPEN:
            self.lock(f"Locked after {times.count(self._after_minutes, 'minute')} without a key.")

    def stopped(self) -> None:
        """The process was stopped, or goes on after that. Called by a signal handler: the next paint sees to it."""
        self._stopped = True

    def look(self) -> None:
        """See whether the machine slept or the process was stopped; an open vault is covered then."""
        apart_ns = self._apart()
        slept = abs(apart_ns - self._apart_ns) > _SLEPT_NS
        self._apart_ns = apart_ns
        stopped, self._stopped = self._stopped, False
        if (slept or stopped) and not self.covered and self._desk.store.vault.state is VaultState.OPEN:
            self._due = SLEPT if slept else STOPPED
            # Not from within a paint: screens are changed in a turn of their own, and nothing is painted until then.
            self._desk.call_later(self._late)

    def may_paint(self, screen: Screen[object]) -> bool:
        """Judge a frame just before it leaves: while covered, only the lock screen is painted."""
        self.look()
        return not self.covered or screen is self.cover

    # --- leaving while covered --------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Quit from the lock screen: a second press is asked for where orders stay behind."""
        desk, now_ns = self._desk, self._desk.clock.monotonic_ns()
        working = len(desk.store.working())
        asked_ns, self._quit_ns = self._quit_ns, now_ns
        if not working or (asked_ns is not None and now_ns - asked_ns < _QUIT_NS):
            desk.leave()
        elif self.cover is not None:
            self.cover.tell(f"Quit? {stay_words(desk.store)} ^q again quits.")

    # --- inside -----------------------------------------------------------------------------------------------------

    def _apart(self) -> int:
        return self._desk.clock.running_ns() - self._desk.clock.monotonic_ns()

    def _cover(self, reason: str) -> None:
        self._agreed = False
        self._raise(reason, escapable=False)

    def _raise(self, reason: str, *, escapable: bool) -> None:
        desk, self._due = self._desk, ""
        if self.cover is not None:
            self.cover.explain(reason, escapable=escapable and self.cover.escapable)
            return
        desk.ask(None)
        desk.hand.forget_prefix()
        desk.dialogs.close()
        self._wipe_fields()
        if desk.trader.armed and desk.market.mode is Mode.LIVE:
            desk.trader.disarm("DISARMED by the lock.")
        self.cover = CoverScreen(desk.clock, reason or ("" if escapable else ELSEWHERE), escapable=escapable)
        desk.push_screen(self.cover)

    def _late(self) -> None:
        """Do what `look` has found to be due."""
        due, self._due = self._due, ""
        if due and self._desk.store.vault.state is VaultState.OPEN:
            self.lock(due)

    def _put_back(self) -> None:
        """Something has come over the lock screen: put another one on top of that."""
        old = self.cover
        if old is not None:
            self.cover = None
            self._raise(old.reason, escapable=old.escapable)

    def _lower(self) -> None:
        cover, self.cover = self.cover, None
        if cover is not None:
            cover.close()
        self._quit_ns = None
        desk = self._desk
        desk.keyboard.last_ns = desk.clock.monotonic_ns()
        desk.status_changed()
        desk.show_line()

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            self._desk.call_later(then)

    def _wipe_fields(self) -> None:
        for stack in self._desk._screen_stacks.values():  # noqa: SLF001  # hidden modes hold forms too
            for screen in stack:
                for field in screen.query(TypedField):
                    field.clear()

    async def _tell(self, command: api.CoverVault | api.LockVault) -> None:
        result = await self._desk.session.ask(command)
        if isinstance(result, api.Failure) and self.cover is not None:
            self.cover.tell(f"The worker does not know of it: {result.sentence}")

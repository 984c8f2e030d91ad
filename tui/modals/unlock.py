"""Opening the vault: by its passphrase, or by the recovery key and a new passphrase; and why it did not open."""

from __future__ import annotations

from connectors.model.secret import overwrite
from connectors.model.vault import OpenedBy, VaultFacts
from connectors.ports.clock import Clock
from connectors.worker import api
from connectors.worker.secrets import ChangePassphrase, OpenVault, RecoveryMade, Typed
from tui.format import times
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.new_passphrase import MOST_BYTES, trouble_with
from tui.modals.sheet import Sheet, Step
from tui.widgets.pane import NANOS
from tui.widgets.secret_input import SecretInput, WordInput

PASSPHRASE, RECOVERY, NEW, AGAIN, WORD = "Passphrase", "Recovery key", "New one", "Again", "Word"
OLDER = "OLDER"
"""What is typed to make an older copy of the vault the newest from now on."""
_RECOVERY_BYTES = 256

OPENING = "Opening…"
FORGOT = "Forgot it? ^k recovery key. Or quit, then run  tradedesk vault recover"
NO_RECOVERY = "Forgot it? This vault has no recovery key: its keys are lost then. Add them anew."
UNLOCKED = "Unlocked."
UNANCHORED = (
    "Unlocked. Nothing was there to tell whether this is the newest copy of the vault; from now on there will be."
)
WEAK = "Unlocked. This passphrase is kept by weaker rules than a new one: :vault passphrase renews it."
RECOVERED = "Unlocked, and the new passphrase is in force. An old copy of the archive still opens with the old one."
_BY_TYPING = frozenset(
    {
        api.FailureKind.RECOVERY_KEY_MISTYPED,
        api.FailureKind.SECRET_REFUSED,
        api.FailureKind.THROTTLED,
        api.FailureKind.UNAVAILABLE,
    }
)
"""Failures that are mended by typing it again; the others need another remedy, which their sentences name."""

Answer = api.Result | RecoveryMade


class UnlockSheet(Sheet):
    """Asks for what opens the vault. Subclasses say why it is asked for, and what to do once it is open.

    Args:
        clock: Counts down after wrong ones.
    """

    def __init__(self, clock: Clock) -> None:
        self._passphrase = SecretInput(clock, most=MOST_BYTES)
        self._recovery = SecretInput(clock, may_reveal=True, most=_RECOVERY_BYTES)
        self._new, self._again = SecretInput(clock, most=MOST_BYTES), SecretInput(clock, most=MOST_BYTES)
        self._word = WordInput(most=_RECOVERY_BYTES)
        fields = {WORD: self._word, RECOVERY: self._recovery, NEW: self._new, AGAIN: self._again}
        super().__init__("UNLOCK", {**fields, PASSPHRASE: self._passphrase})
        self._clock = clock
        self._at = PASSPHRASE
        """Which way is taken: by the passphrase, the recovery key, or the word about an older copy."""
        self._tries = 0
        self._wait_until_ns = 0
        self._older = ""

    def unlocked(self, sentence: str, tone: Tone) -> None:
        """It is open."""
        raise TypeError(f"{type(self).__name__} says nothing about what comes after {sentence!r} ({tone})")

    @property
    def recoverable(self) -> bool:
        """Whether a recovery key can open it; where no slot is known yet, one may be there."""
        slots = self.desk.store.vault.slots
        return not slots or any(slot.by is OpenedBy.RECOVERY for slot in slots)

    @property
    def forgot(self) -> str:
        """What is left to whoever has forgotten the passphrase."""
        return FORGOT if self.recoverable else NO_RECOVERY

    # --- keys -------------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Take what was typed, unless wrong ones before it still make it wait."""
        if not self._left_ns():
            super().enter()

    def other(self) -> None:
        """The recovery key, and the passphrase that comes with it."""
        if self.busy or self._left_ns():
            return
        if not self.recoverable:
            self.say(NO_RECOVERY)
            return
        self._at = RECOVERY
        above = "The recovery key opens the vault; a new passphrase takes the place of the lost one."
        keys = (("enter", "next, then recover"), ("^r", "show 5 s"), ("esc", "back"))
        self.go(Step(self._recover, above=(above, ""), fields=(RECOVERY, NEW, AGAIN), keys=keys))

    def typed(self) -> None:
        """Say what became of what was typed; a countdown goes on."""
        if not self._left_ns():
            super().typed()

    def back(self) -> bool:
        """One step back, to an empty field for the passphrase; whether there was one."""
        if self._at is PASSPHRASE and not self._passphrase.filled:
            return False
        self.begin_anew()
        return True

    def begin_anew(self, said: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Ask for the passphrase."""
        self._at = PASSPHRASE
        self.go(self.first(), said, tone)

    def flush(self, now_ns: int) -> None:
        """Repaint what changed, and count down."""
        if self._wait_until_ns and not self.busy:
            said = self._wrong()
            if not self._left_ns():
                self._wait_until_ns = 0
            if said != self.said:
                self.say(said)
        super().flush(now_ns)

    # --- the worker -------------------------------------------------------------------------------------------------

    def take_passphrase(self) -> None:
        """Hand over the passphrase."""
        if self._passphrase.filled:
            self.begin(OPENING, self._open(OpenVault(Typed(OpenedBy.PASSPHRASE, self._passphrase.take()))))

    async def _open(self, frame: OpenVault) -> None:
        result = await self.desk.session.hand(frame)
        if not isinstance(result, api.VaultOpened):
            await self._refused(result)
        elif not result.anchored:
            self.unlocked(UNANCHORED, Tone.WARN)
        elif result.slot.weak:
            self.unlocked(WEAK, Tone.WARN)
        else:
            self.unlocked(UNLOCKED, Tone.GOOD)

    def _recover(self) -> None:
        trouble = trouble_with(self._new, self._again)
        if trouble:
            self._new.clear()
            self._again.clear()
            self.set_focus(self._new)
            self.say(trouble)
            return
        key, passphrase = self._recovery.take(), self._new.take()
        self.empty()
        self.begin(OPENING, self._recovered(key, passphrase))

    async def _recovered(self, key: bytearray, passphrase: bytearray) -> None:
        session = self.desk.session
        try:
            # Twice the same key: the worker asks for a secret again before it changes who can open the vault.
            result = await session.hand(OpenVault(Typed(OpenedBy.RECOVERY, key[:])))
            if not isinstance(result, api.VaultOpened):
                await self._refused(result)
                return
            changed = await session.hand(ChangePassphrase(Typed(OpenedBy.RECOVERY, key), passphrase))
        finally:
            overwrite(key)
            overwrite(passphrase)
        trouble = sentence_of(changed)
        if trouble:
            self.unlocked(f"Unlocked, but the passphrase was not changed: {trouble}", Tone.DANGER)
        else:
            self.unlocked(RECOVERED, Tone.GOOD)

    async def _refused(self, result: Answer) -> None:
        """Say why it did not open: each kind in its own words and with its own way on."""
        if not isinstance(result, api.Failure) or not self.open:
            return
        if result.kind is api.FailureKind.WRONG_PASSPHRASE:
            await self._count_wrong()
        elif result.kind is api.FailureKind.VAULT_ROLLED_BACK:
            self._ask_older(result.sentence)
        elif self._at is RECOVERY and result.kind in _BY_TYPING:
            self.other_again(sentence_of(result))
        else:
            self.begin_anew(sentence_of(result), Tone.WARN if result.kind in _BY_TYPING else Tone.DANGER)

    def other_again(self, said: str) -> None:
        """The recovery key once more, with the reason."""
        self.busy = False
        self.other()
        self.say(said)

    async def _count_wrong(self) -> None:
        self._tries += 1
        facts = await self.desk.session.ask(api.GetVault())
        wait_ms = facts.guess_wait_ms if isinstance(facts, VaultFacts) else 0
        self._wait_until_ns = self._clock.monotonic_ns() + wait_ms * (NANOS // 1_000)
        if self._at is RECOVERY:
            self.other_again("")
        else:
            self.begin_anew()
        self.say(self._wrong())

    def _wrong(self) -> str:
        what = "Recovery key" if self._at is RECOVERY else "Passphrase"
        left_ns = self._left_ns()
        again = f"Try again in {-(-left_ns // NANOS)} s." if left_ns else "Try again."
        return f"{what} not accepted ({times.ordinal(self._tries)} try). Nothing was changed. {again}"

    def _left_ns(self) -> int:
        return max(self._wait_until_ns - self._clock.monotonic_ns(), 0) if self._wait_until_ns else 0

    # --- an older copy ----------------------------------------------------------------------------------------------

    def _ask_older(self, sentence: str) -> None:
        self._at, self._older = WORD, sentence
        above = (sentence, "", f"To accept it as the newest from now on, type {OLDER} and the passphrase again.", "")
        keys = (("enter", "next, then accept it"), ("esc", "stay locked"))
        self.go(Step(self._accept_older, above=above, fields=(WORD, PASSPHRASE), keys=keys))

    def _accept_older(self) -> None:
        if self._word.text != OLDER:
            self._ask_older(self._older)
            self.say(f"The word was not {OLDER}. Nothing was changed.")
        elif self._passphrase.filled:
            typed = Typed(OpenedBy.PASSPHRASE, self._passphrase.take())
            self.begin(OPENING, self._open(OpenVault(typed, accept_older=True)))

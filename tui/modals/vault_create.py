"""The first key makes the vault: a passphrase is chosen, twice; nothing else of the desk ever asked for one."""

from __future__ import annotations

from collections.abc import Callable

from connectors.model.secret import overwrite
from connectors.ports.clock import Clock
from connectors.worker import api
from connectors.worker.secrets import CreateVault
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.modals.new_passphrase import ADVICE, MOST_BYTES, generated, trouble_with
from tui.modals.sheet import Sheet, Step
from tui.widgets.secret_input import SecretInput

NEW, AGAIN = "Passphrase", "Again"
MADE = "The vault is made and open. :vault recovery makes a recovery key for the day the passphrase is lost."
GENERATED = (
    "This one has 125 random bits. Write it down now, then type it into the second field: it is shown for 5 s,"
    " ctrl+r shows it again."
)


class CreateVaultSheet(Sheet):
    """Make the vault.

    Args:
        clock: Times what is shown.
        then: Called once it is made and open.
    """

    def __init__(self, clock: Clock, then: Callable[[], None]) -> None:
        self._new = SecretInput(clock, may_reveal=True, most=MOST_BYTES)
        self._again = SecretInput(clock, may_reveal=True, most=MOST_BYTES)
        super().__init__("A PASSPHRASE FOR YOUR KEYS", {NEW: self._new, AGAIN: self._again})
        self._then = then

    def first(self) -> Step:
        """The only step."""
        return Step(
            self._take,
            above=(
                "Keys of real venues are kept in an encrypted vault. It is made now, with a passphrase that you choose"
                " and that is asked for at each start.",
                "",
                ADVICE,
                "",
            ),
            fields=(NEW, AGAIN),
            keys=(("enter", "next, then make it"), ("^k", "generate one"), ("^r", "show 5 s"), ("esc", "leave")),
        )

    def other(self) -> None:
        """Put a generated one into the first field and show it, to be written down and typed into the second."""
        if self.busy:
            return
        self.empty()
        made = generated()
        self._new.paste(made.decode("ascii"))
        overwrite(made)
        self.set_focus(self._new)
        self._new.reveal()
        self.say(GENERATED, Tone.PLAIN)

    def _take(self) -> None:
        trouble = trouble_with(self._new, self._again)
        if trouble:
            self.go(self.first(), trouble, Tone.WARN)
            return
        passphrase = self._new.take()
        self.empty()
        self.begin("Making the vault…", self._make(passphrase))

    async def _make(self, passphrase: bytearray) -> None:
        desk = self.desk
        result = await desk.session.hand(CreateVault(passphrase))
        if isinstance(result, api.VaultOpened):
            self.close()
            desk.say(MADE, Tone.GOOD)
            self._then()
        elif self.open:
            self.go(self.first(), sentence_of(result), Tone.WARN)

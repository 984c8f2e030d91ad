"""The vault in the way of a deed: its secret is asked for, and then the deed is tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from connectors.worker import api
from connectors.worker.secrets import RecoveryMade, SecretFrame
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone

if TYPE_CHECKING:
    from tui.desk import Desk

Then = Callable[[], None]


class VaultDoor(Protocol):
    """Who asks for the vault's secrets. Whoever leaves such a question is not told on: ``then`` is never called."""

    def make(self, then: Then) -> None:
        """Ask for a new passphrase twice and make the vault."""
        ...

    def unlock(self, then: Then) -> None:
        """Ask for what opens the vault."""
        ...

    def offer_recovery(self) -> None:
        """Offer a recovery key for a vault that was just made."""
        ...


class Opening:
    """See the module.

    Args:
        desk: The app.
        door: Asks for passphrases.
    """

    def __init__(self, desk: Desk, door: VaultDoor) -> None:
        self.door = door
        self._desk = desk

    async def hand(self, frame: SecretFrame, again: Then) -> api.Result | RecoveryMade | None:
        """Hand a frame over.

        Args:
            frame: Its buffers are overwritten.
            again: Does the whole deed anew, once the vault was opened.

        Returns:
            The answer; None where the vault is asked for first.
        """
        return self._seen(await self._desk.session.hand(frame), again)

    async def ask(self, command: api.Command, again: Then) -> api.Result | RecoveryMade | None:
        """The same with a command."""
        return self._seen(await self._desk.session.ask(command), again)

    def _seen(self, result: api.Result | RecoveryMade, again: Then) -> api.Result | RecoveryMade | None:
        if isinstance(result, api.Failure) and result.kind is api.FailureKind.VAULT_LOCKED:
            self.door.unlock(again)
            return None
        return result

    def failed(self, result: api.Result | RecoveryMade) -> None:
        """Say why a deed was not done."""
        told = "" if isinstance(result, RecoveryMade) else sentence_of(result)
        self._desk.say(told or "The worker answered with something else. Look again.", Tone.WARN, sticky=True)

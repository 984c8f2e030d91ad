"""Recovery keys that were shown and wait to be typed back in part; nothing of them is kept before that.

Each belongs to the link it was shown on. It is overwritten when it was used, after ten minutes, when the link goes,
and when the vault is covered or locked.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from connectors.errors import RecoveryKeyMistyped, SlotRefused
from connectors.model.secret import SecretBytes, overwrite
from connectors.ports.clock import Clock
from connectors.ports.vault import Given

WAITS_NS = 600_000_000_000

_LOOKALIKES = bytes.maketrans(b"ILO", b"110")
_BLANKS = b" -\t\r\n"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A key that was shown, and what is to be done with it."""

    written: SecretBytes = field(repr=False)
    """As it stands on the paper, ASCII."""
    authority: Given = field(repr=False)
    """Looked at again when the key is kept."""
    groups: tuple[int, int]
    """Which groups are asked back, from 1, the mark not counted."""
    until_ns: int
    renewal: Renewal | None = None
    """Set where the key belongs to a renewal of the data key."""

    def close(self) -> None:
        """Overwrite all of it."""
        self.written.close()
        self.authority.secret.close()
        for passphrase in self.renewal.passphrases if self.renewal is not None else ():
            passphrase.close()


@dataclass(frozen=True, slots=True)
class Renewal:
    """What else a renewal was given."""

    passphrases: Sequence[SecretBytes] = field(repr=False)
    drop: tuple[str, ...]


class Papers:
    """Keys by the link they were shown on.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[Hashable, Waiting] = {}

    def show(
        self, link: Hashable, written: SecretBytes, authority: Given, renewal: Renewal | None = None
    ) -> tuple[bytearray, tuple[int, int]]:
        """Keep a key waiting in place of the one before; takes over every secret given.

        Returns:
            A copy to be shown, for the caller to overwrite, and which two groups are asked back.
        """
        groups = tuple(sorted(secrets.SystemRandom().sample(range(1, written.buffer.count(b"-") + 1), 2)))
        self.forget(link)
        until_ns = self._clock.monotonic_ns() + WAITS_NS
        self._waiting[link] = Waiting(written, authority, (groups[0], groups[1]), until_ns, renewal)
        return bytearray(written.buffer), (groups[0], groups[1])

    def typed_back(self, link: Hashable, groups: tuple[bytearray, bytearray]) -> Waiting:
        """The key that waits for this link, if these are its two groups; it goes on waiting until it is forgotten.

        Raises:
            SlotRefused: None waits, or it has waited too long.
            RecoveryKeyMistyped: The groups are others; they may be typed again.
        """
        self.expire()
        waiting = self._waiting.get(link)
        if waiting is None:
            raise SlotRefused("No recovery key waits to be typed back here: it waits ten minutes. Make a new one.")
        if not _match(waiting, groups):
            first, second = waiting.groups
            raise RecoveryKeyMistyped(
                f"These are not groups {first} and {second} of the key that was shown. Compare them with your paper"
                " and type them again. Nothing was kept yet."
            )
        return waiting

    def forget(self, link: Hashable) -> None:
        """Overwrite the key that waits for a link, if there is one."""
        if (waiting := self._waiting.pop(link, None)) is not None:
            waiting.close()

    def forget_all(self) -> None:
        """Overwrite every key that waits."""
        for link in tuple(self._waiting):
            self.forget(link)

    def expire(self) -> None:
        """Overwrite the keys that have waited too long."""
        now_ns = self._clock.monotonic_ns()
        for link, waiting in tuple(self._waiting.items()):
            if waiting.until_ns <= now_ns:
                self.forget(link)


def _match(waiting: Waiting, groups: tuple[bytearray, bytearray]) -> bool:
    """Compare both groups, in a time that does not tell how much of them is right."""
    shown = waiting.written.buffer.split(b"-")
    same = True
    for number, typed in zip(waiting.groups, groups, strict=True):
        plain = typed.upper().translate(_LOOKALIKES, _BLANKS)
        same &= hmac.compare_digest(plain, shown[number])
        overwrite(plain)
    for group in shown:
        overwrite(group)
    return same

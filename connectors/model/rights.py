"""What a key may do, as far as its venue says (REQUIREMENTS G1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Acceptance(StrEnum):
    """What the user has accepted about a key, by typing it; bound into the key's encryption."""

    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    UNKNOWN_RIGHTS = "unknown-rights"


@dataclass(frozen=True, slots=True)
class KeyRights:
    """The rights of a key, not of its account: None is unknown, and unknown is never "no".

    Attributes:
        trade: Whether it may place orders.
        withdraw: Whether it may withdraw.
        transfer: Whether it may move funds between accounts of one owner.
        ip_restricted: Whether it works from listed addresses only.
        source: Who said so, or why nothing is known.
        time_ns: When it was said, or asked in vain; ns since the epoch.
    """

    trade: bool | None
    withdraw: bool | None
    transfer: bool | None
    ip_restricted: bool | None
    source: str
    time_ns: int

    @property
    def known(self) -> bool:
        """Whether the one right that can empty an account is known."""
        return self.withdraw is not None


def unknown(source: str, time_ns: int) -> KeyRights:
    """Nothing is known, and why."""
    return KeyRights(None, None, None, None, source, time_ns)

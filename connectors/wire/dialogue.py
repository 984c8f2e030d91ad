"""What is said on a socket, apart from the socket itself: whoever talks implements `Dialogue`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a socket may be quiet."""

    ping_after_s: float = 1
    """Without a frame for so long, ask with a ping; a pong counts as a frame."""
    silence_s: float = 5
    """Without any frame for so long the socket is replaced."""
    data_s: float = 15
    """Without data for so long, although data is expected, the socket is replaced; doubled while that does not help."""
    life_s: float = 23 * 3600
    """After so long another connection takes over: venues cut a socket after a day."""
    overlap_s: float = 1
    """For how long both are open then: what was under way on the old one has time to arrive."""


USUAL = Patience()


class Link(Protocol):
    """What a dialogue may do with an open socket."""

    async def send(self, text: str) -> None:
        """Send one text frame.

        Raises:
            Retry: The socket is gone.
        """
        ...


class Dialogue(Protocol):
    """What is said on a socket. All methods run on the loop and must not block."""

    @property
    def expects_data(self) -> bool:
        """Whether silence would be a fault now."""
        ...

    async def opened(self, link: Link) -> None:
        """The socket is open (again): say what must be said. Frames arrive meanwhile.

        Raises:
            TradedeskError: It cannot be used; the socket is closed, and opened again after a wait.
        """
        ...

    async def converse(self, link: Link) -> None:
        """Runs from then on for as long as the socket lives; may return at any time.

        Raises:
            TradedeskError: As `opened`.
        """
        ...

    def frame(self, data: bytes, received_ns: int) -> None:
        """One frame came; ``received_ns`` is the wall clock at its arrival."""
        ...

    def closed(self, reason: str) -> None:
        """The socket is gone; `opened` follows when it is back."""
        ...


@dataclass(frozen=True, slots=True)
class SocketHealth:
    """How a socket does."""

    up: bool
    reason: str = ""
    """Why it is not up: one sentence."""
    attempt: int = 0
    next_try_ns: int | None = None
    """Wall clock of the next attempt while backing off."""
    held_s: float = 0
    """Seconds for which the venue closed its door at the handshake (429, 418)."""
    banned: bool = False
    """Whether that was a ban (418)."""

"""What a slow line, a paste or a held key turns into must not become orders. Pure: keys and ns in, verdicts out."""

from __future__ import annotations

from collections import deque

MS = 1_000_000
"""Nanoseconds in a millisecond."""

SEQUENCE_SILENCE_NS = 400 * MS
"""So long without a key, and a broken sequence is over."""
BURST_NS = 15 * MS
"""Three printable keys inside this span were not pressed by a hand."""
BURST_KEYS = 3
REPEAT_NS = 250 * MS
"""An order key this soon after its own last event is the keyboard repeating."""

_OPENERS = frozenset("[O")
_PARAMETERS = frozenset("0123456789;:<?[")


class SequenceGuard:
    """Swallows what is left of an escape sequence that a slow line cut in two.

    ``ESC [ B`` (Down) cut after its first byte arrives as ``[`` and ``B``; PageUp as ``[`` ``5`` ``~``; F4 as ``O``
    ``S``; a mouse report as ``[``, ``<``, digits and ``M``. Neither ``[`` nor ``O`` is bound to anything, so either
    outside a text field opens a swallow: parameters, then one letter or ``~``, ended by 400 ms of silence.
    """

    def __init__(self) -> None:
        self._open_until_ns: int | None = None

    def swallows(self, character: str | None, now_ns: int) -> bool:
        """Whether this key belongs to a broken sequence and reaches no pane.

        Args:
            character: The printable character of the key, or None.
            now_ns: Monotonic time of the key.
        """
        if self._open_until_ns is not None and now_ns > self._open_until_ns:
            self._open_until_ns = None
        if character is None or len(character) != 1:
            self._open_until_ns = None
            return False
        if self._open_until_ns is None:
            if character not in _OPENERS:
                return False
            self._open_until_ns = now_ns + SEQUENCE_SILENCE_NS
            return True
        if character in _PARAMETERS:
            self._open_until_ns = now_ns + SEQUENCE_SILENCE_NS
            return True
        self._open_until_ns = None
        return character.isalpha() or character == "~"


class BurstGuard:
    """Tells a hand from a paste in a terminal that does not bracket pastes."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=BURST_KEYS)

    def bursts(self, character: str | None, now_ns: int) -> bool:
        """Whether this is the third printable key, or a later one, inside 15 ms."""
        if character is None or not character.isprintable():
            return False
        self._times.append(now_ns)
        return len(self._times) == BURST_KEYS and now_ns - self._times[0] < BURST_NS


class RepeatGuard:
    """Remembers each key's last event, whatever became of it, so that a held key gives at most two orders."""

    def __init__(self) -> None:
        self._last_ns: dict[str, int] = {}

    def since_last_ns(self, key: str, now_ns: int) -> int | None:
        """Ns since this key's last event, which this one becomes; None at its first."""
        last_ns = self._last_ns.get(key)
        self._last_ns[key] = now_ns
        return None if last_ns is None else now_ns - last_ns

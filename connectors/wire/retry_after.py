"""How long a venue asks for quiet: seconds, a date, or a moment in epoch ms, depending on who answers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

_EPOCH_MS = 1_000_000_000_000
"""Numbers above are moments in ms since the epoch (2001 and later), not spans."""


def seconds(text: str, now_ns: int) -> float | None:
    """Read a Retry-After.

    Args:
        text: The header's value, or the number a venue puts into its body.
        now_ns: Wall clock, in ns since the epoch, on the venue's scale.

    Returns:
        Seconds from now, never negative; None when it says nothing readable.
    """
    text = text.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        number = float(text)
        return max(0.0, number - now_ns / 1_000_000) / 1000 if number >= _EPOCH_MS else number
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - now_ns / 1_000_000_000)

"""Foreign text on its way to the screen, to a file or to standard error: made harmless."""

from __future__ import annotations

from connectors.model.foreign import harmless

_LIMIT = 500
"""Characters kept: a sentence is shorter, and a page of text has no place on a line."""


def clean(text: str, limit: int = _LIMIT, *, spaces: bool = False) -> str:
    """Make foreign text safe to paint; see `connectors.model.foreign.harmless`."""
    return harmless(text, limit, spaces=spaces)

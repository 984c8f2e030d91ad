"""Foreign text made harmless: a venue, a file or another tool wrote it, and a terminal would obey it."""

from __future__ import annotations

import unicodedata

_LIMIT = 500
"""Characters kept: a sentence is shorter, and a page of text has no place on a line."""

_HIDDEN_FORMATS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that move the cursor, turn the writing direction or draw nothing.

Cc holds C0 and C1 with ESC and CSI; Cf the bidirectional marks, joiners and the soft hyphen; the rest surrogates,
private use, unassigned and the two line separators.
"""


def clean(text: str, limit: int = _LIMIT, *, spaces: bool = False) -> str:
    """Make foreign text safe to paint: one line, no control, no invisible or direction-changing character.

    Each run of white space and hidden characters becomes one space, so that words stay apart. Combining marks stay
    where they follow a base character; one that would start the text is dropped: it would join what stands before.

    Args:
        text: Anything a venue, a key file or another program wrote.
        limit: Longest result in characters; longer text ends in ``…``.
        spaces: Keep runs of ordinary spaces: for a line of ours that was made of cleaned parts and is set in columns.
    """
    kept: list[str] = []
    gap = False
    for character in text:
        if spaces and character == " ":
            kept.append(character)
            gap = False
            continue
        category = unicodedata.category(character)
        if category in _HIDDEN_FORMATS or character.isspace():
            gap = True
            continue
        if category.startswith("M") and (gap or not kept):
            continue
        if gap and kept and kept[-1] != " ":
            kept.append(" ")
        gap = False
        kept.append(character)
    result = "".join(kept)
    return result if len(result) <= limit else result[: limit - 1].rstrip() + "…"

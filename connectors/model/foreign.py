"""Foreign text made harmless: a venue, a file or another tool wrote it. Pure.

A terminal would obey its escape sequences, a framework its markup, and a venue may send back what it was sent: so it
passes `harmless` at the door through which it comes in, and on its way to the screen once more.
"""

from __future__ import annotations

import re
import unicodedata

REDACTED = "[redacted]"

_HIDDEN_FORMATS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that move the cursor, turn the writing direction or draw nothing.

Cc holds C0 and C1 with ESC and CSI; Cf the bidirectional marks, joiners and the soft hyphen; the rest surrogates,
private use, unassigned and the two line separators.
"""

_SECRETS = (
    re.compile(
        r"""(?i)((?:signature|api[-_]?key|listenkey|(?<![a-z])sign|token|secret|passphrase|password)\\?["']?\s*[=:]\s*\\?["']?)"""
        r"""[^\s"'&,}|\\\x01]+"""
    ),
    re.compile(r"(?i)((?:x-mbx-apikey|authorization|cookie):\s*)[^\r\n]+"),
    re.compile(r"((?:^|[\x01|])(?:95|96|553|554|925)=)[^\x01|]*"),
    re.compile(r"()eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(r"()-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|\Z)"),
    re.compile(r"(?i)()TDR1[- ]?[0-9A-Z][0-9A-Z -]{3,}"),
    re.compile(r"()(?<![A-Za-z0-9])[A-Za-z0-9]{64,}"),
)
"""A name and its value in a query, in JSON (escaped too) and in a header; FIX; JWT; PEM, cut off too; the recovery key;
and 64 letters and digits, as most venues' keys and secrets are (SECURITY-SPEC §9)."""


def redact(text: str) -> str:
    """Take what looks like a key, a signature or a token out of a text."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<1>{REDACTED}", text)
    return text


def harmless(text: str, limit: int, *, spaces: bool = False) -> str:
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

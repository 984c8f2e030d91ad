"""Rows of parts that give way in a fixed order when the row is too narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Run


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a row.

    Attributes:
        texts: From the fullest to the shortest wording. Empty ones are left out with their separator.
        ink: How it is meant.
        rank: The highest rank gives way first: it is shortened step by step, then dropped. Rank 0 is never dropped.
        last: Rank at which it is dropped, where that comes later than the shortening; 0: never.
    """

    texts: tuple[str, ...]
    ink: Ink = PLAIN
    rank: int = 0
    last: int | None = None

    @property
    def drops(self) -> int:
        """Rank at which it is dropped; 0: never."""
        return self.rank if self.last is None else self.last


def squeeze(parts: Sequence[Part], width: int, gap: str = "  ", gap_ink: Ink = DIM) -> Line:
    """Join parts into at most ``width`` cells, as far as ranks allow.

    What has rank 0 is kept even where it does not fit; the pane cuts it at its edge.
    """
    shown: list[int | None] = [0] * len(parts)

    def cells() -> int:
        texts = [part.texts[at] for part, at in zip(parts, shown, strict=True) if at is not None and part.texts[at]]
        return sum(map(cell_len, texts)) + cell_len(gap) * max(len(texts) - 1, 0)

    for rank in sorted({rank for part in parts for rank in (part.rank, part.drops)}, reverse=True):
        for index in reversed(range(len(parts))):
            while cells() > width and _give_way(parts[index], shown, index, rank):
                pass
    line: list[Run] = []
    for part, at in zip(parts, shown, strict=True):
        if at is None or not part.texts[at]:
            continue
        if line:
            line.append((gap, gap_ink))
        line.append((part.texts[at], part.ink))
    return line


def _give_way(part: Part, shown: list[int | None], index: int, rank: int) -> bool:
    at = shown[index]
    if at is None:
        return False
    if at + 1 < len(part.texts) and part.rank == rank:
        shown[index] = at + 1
        return True
    if part.drops == rank and rank:
        shown[index] = None
        return True
    return False

"""Lines of text with a meaning for each run: what the pure half of every pane returns."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

from tui.styles.palette import Ink
from tui.styles.tokens import Token

__all__ = [
    "DIM",
    "PLAIN",
    "Ink",
    "Line",
    "Run",
    "Token",
    "fit",
    "left",
    "right",
    "text_of",
    "whole",
    "width_of",
    "wrapped",
]

Run = tuple[str, Ink]
"""A piece of text and how it is meant."""
Line = list[Run]
"""Runs from left to right; its width is the sum of the cells of its texts."""

PLAIN = Ink()
DIM = Ink(Token.DIM)


def text_of(line: Iterable[Run]) -> str:
    """The text alone."""
    return "".join(text for text, _ in line)


def width_of(line: Iterable[Run]) -> int:
    """Cells a line takes."""
    return sum(cell_len(text) for text, _ in line)


def fit(line: Iterable[Run], width: int, fill: Ink = PLAIN) -> Line:
    """Cut or pad a line to exactly ``width`` cells.

    A wide character that would straddle the edge becomes a space, as in a terminal. This is the last door before the
    screen: whoever forgot to clean a foreign text, nothing that a terminal obeys passes here.
    """
    result: Line = []
    free = max(width, 0)
    for text, ink in line:
        if free == 0:
            break
        if not text.isprintable():
            text = "".join(letter if letter.isprintable() else " " for letter in text)  # noqa: PLW2901
        cells = len(text) if text.isascii() else cell_len(text)
        if cells > free:
            text = set_cell_size(text, free)  # noqa: PLW2901  # the cut text takes the place of the whole
            cells = free
        if text:
            result.append((text, ink))
        free -= cells
    if free:
        result.append((" " * free, fill))
    return result


FIELD = "   "
"""A run that begins with it is a field of its own: it is shown whole or not at all."""


def whole(line: Iterable[Run], width: int) -> Line:
    """A line in at most ``width`` cells: fields that do not fit are left out, other text ends in ``…``."""
    result: Line = []
    free = width
    for text, ink in line:
        cells = cell_len(text)
        if cells <= free:
            result.append((text, ink))
            free -= cells
            continue
        if not text.startswith(FIELD) and text.rstrip():
            shown = left(text.rstrip(), free)
            result.append((shown, ink))
        break
    return result


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at its spaces so that no row is wider than ``width``; a longer word has a row of its own."""
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        if row and cell_len(f"{row} {word}") > width:
            rows.append(row.rstrip())
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*rows, row.rstrip()]


def left(text: str, width: int) -> str:
    """Left-align in ``width`` cells, cutting what does not fit with ``…``."""
    if text.isascii() and text.isprintable() and len(text) <= width:
        return text.ljust(width)
    if cell_len(text) > width:
        return set_cell_size(text, max(width - 1, 0)) + "…"[:width]
    return set_cell_size(text, max(width, 0))


def right(text: str, width: int) -> str:
    """Right-align in ``width`` cells. What does not fit is replaced by ``…``: half a number is a wrong number."""
    cells = len(text) if text.isascii() and text.isprintable() else cell_len(text)
    if cells > width:
        return ("…" if width > 0 else "").rjust(width)
    return " " * (width - cells) + text

"""Glyph sets: the drawing characters, and how each is spelled where the terminal has only ASCII.

Panes draw with Unicode throughout; where that cannot be shown every character is replaced by one of the same width. So
the two sets can never differ in alignment.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from rich.cells import cell_len


class GlyphSet(Enum):
    """Which characters a terminal can be trusted with."""

    UNICODE = "unicode"
    ASCII = "ascii"


def glyphs_for(setting: str, encoding: str | None) -> GlyphSet:
    """Choose the set.

    Args:
        setting: ``auto``, ``unicode`` or ``ascii`` from the settings.
        encoding: Encoding of standard output, as Python names it.
    """
    if setting in {GlyphSet.UNICODE.value, GlyphSet.ASCII.value}:
        return GlyphSet(setting)
    utf8 = (encoding or "").lower().replace("-", "").replace("_", "") == "utf8"
    return GlyphSet.UNICODE if utf8 else GlyphSet.ASCII


_PAIRS = {
    "│┊┃╎▕": "|",
    "─╌┄┈–—−": "-",
    "╭╮╰╯┼┴┬├┤": "+",
    "▲△↑": "^",
    "▼▽↓": "v",
    "▶▸→\u203a◀←\u2039◂": ">>>><<<<",
    "◆•●·": "*",
    "○◐": "o",
    "▌▐": "|",
    "█▉▊▋▍▎▏": "=",
    "▁▂▃▄▅▆▇": "__..::=",
    "▀": "=",
    "░▒▓": ":",
    "⣀⠤⠒⠉⡀⠄⠂⠁⢀⠠⠐⠈": ".",
    "╷╻╵╹╽╿": "|",
    "⋯…": "~",
    "×✗": "x",
    "✓": "+",
    "↻": "@",
    "↕": "|",
    "Δ": "d",
    "Σ": "S",
    "≤": "<",
    "≥": ">",
    "½": "/",
    "⋮": ":",
}


def _table(pairs: Mapping[str, str]) -> dict[int, str]:
    table: dict[int, str] = {}
    for glyphs, spelled in pairs.items():
        letters = spelled if len(spelled) == len(glyphs) else spelled * len(glyphs)
        table.update({ord(glyph): letter for glyph, letter in zip(glyphs, letters, strict=True)})
    return table


ASCII_TABLE = _table(_PAIRS)
"""Code point → the ASCII character that stands for it."""

CHART_ASCII_TABLE = ASCII_TABLE | _table({"╷╵│": "|", "╻╽╹╿┃": "H", "▄▀█": "#", "┼┴┬─": "-", "▁▂▃▅▆▇": "__..:="})
"""The same for candles: wick ``|``, rising body ``H``, falling body ``#``, doji ``-``."""


def to_ascii(text: str, table: Mapping[int, str] = ASCII_TABLE) -> str:
    """Spell a text in ASCII, cell by cell. What the table does not know (a foreign symbol) becomes ``?``."""
    if text.isascii():
        return text
    spelled = text.translate(table)
    return "".join(letter if letter.isascii() else "?" * cell_len(letter) for letter in spelled)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.format.clean import clean
from tui.format.glyphs import ASCII_TABLE, CHART_ASCII_TABLE, GlyphSet, glyphs_for, to_ascii
from tui.widgets.chart.grid import FALLING, RISING


@pytest.mark.parametrize(
    ("setting", "encoding", "chosen"),
    [
        ("auto", "utf-8", GlyphSet.UNICODE),
        ("auto", "UTF8", GlyphSet.UNICODE),
        ("auto", "ANSI_X3.4-1968", GlyphSet.ASCII),
        ("auto", None, GlyphSet.ASCII),
        ("ascii", "utf-8", GlyphSet.ASCII),
        ("unicode", "ascii", GlyphSet.UNICODE),
    ],
)
def test_glyphs_follow_the_setting_and_then_the_terminal(setting: str, encoding: str | None, chosen: GlyphSet) -> None:
    assert glyphs_for(setting, encoding) is chosen


def test_every_glyph_is_spelled_with_one_ascii_character() -> None:
    for table in (ASCII_TABLE, CHART_ASCII_TABLE):
        assert all(len(letter) == 1 and letter.isascii() and letter.isprintable() for letter in table.values())


def test_candles_can_be_told_apart_in_ascii() -> None:
    assert to_ascii("│┃╽╿█▀▄┼─", CHART_ASCII_TABLE) == "|HHH###--"
    rising = set(to_ascii("".join(RISING), CHART_ASCII_TABLE)) - {" ", "|"}
    falling = set(to_ascii("".join(FALLING), CHART_ASCII_TABLE)) - {" ", "|"}
    assert rising == {"H"}
    assert "#" in falling


@given(st.text().map(clean))
def test_spelling_in_ascii_keeps_the_width(text: str) -> None:
    spelled = to_ascii(text)
    assert spelled.isascii()
    assert cell_len(spelled) == sum(cell_len(letter) for letter in text)

"""The picture in the README: small, of no machine, and loading nothing from anywhere."""

from __future__ import annotations

import re

from architecture.checkers.source import ROOT
from bench import picture

PICTURE = ROOT / "docs" / "desk.svg"
STYLE = "@font-face { src: url(https://host/font.woff); }\n.terminal-1-matrix { font-family: Fira Code, monospace; }\n"


def test_the_readme_shows_the_picture() -> None:
    assert "(docs/desk.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_is_small_and_names_neither_a_machine_nor_a_host_to_load_from() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert len(svg.encode()) <= picture.MOST_BYTES
    assert not re.search(r"url\((?!#)|href=|file:|/home/|/root/|/tmp/|/work/", svg)


def test_the_picture_shows_trading_on_a_market_that_is_live_and_simulated() -> None:
    text = PICTURE.read_text(encoding="utf-8").replace(picture.BLANK, " ")
    for seen in ("SIM simulated market", "LIVE ✓", "2 working 0 unknown", "POS", "resting", "TAPE", "CHART", "TICKET"):
        assert seen in text, seen


def test_fonts_from_a_host_and_ids_of_a_run_are_left_out() -> None:
    tidied = picture.tidy(f'<svg><style>\n{STYLE}</style>\n<rect clip-path="url(#terminal-1-clip)"/></svg>')
    assert "https" not in tidied
    assert "terminal-1" not in tidied
    assert picture.FONTS in tidied


def test_a_text_begins_at_its_first_sign_and_one_of_blanks_is_left_out() -> None:
    blank = picture.BLANK
    text = f'<text class="r" x="24.4" y="18.5" textLength="61" clip-path="c">{blank}a{blank}b{blank}</text>'
    empty = f'<text class="r" x="24.4" y="18.5" textLength="12.2" clip-path="c">{blank}</text>'
    assert picture.tidy(empty + text) == (
        f'<text class="r" x="36.6" y="18.5" textLength="36.6" clip-path="c">a{blank}b</text>\n'
    )

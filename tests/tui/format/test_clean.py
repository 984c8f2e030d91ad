from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.format.clean import clean


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[2J\x1b[31mFilter failure", "[2J [31mFilter failure"),
        ("two\nlines\r\nhere\tnow", "two lines here now"),
        ("\x9b31m csi", "31m csi"),
        ("pay\u202eEM\u202c back", "pay EM back"),
        ("zero\u200bwidth\u200djoin", "zero width join"),
        ("\u0301first", "first"),
        ("caf\u00e9 cafe\u0301", "caf\u00e9 cafe\u0301"),
        ("\ud800broken", "broken"),
        ("   spaced   out   ", "spaced out"),
        ("[/b] markup stays text", "[/b] markup stays text"),
    ],
)
def test_foreign_text_loses_what_a_terminal_would_obey(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert clean("abcdef", 4) == "abc…"


def test_columns_of_our_own_keep_their_spaces() -> None:
    assert clean("wire 2.1 ms   ack\x1b 6.8 ms", spaces=True) == "wire 2.1 ms   ack 6.8 ms"


@given(st.text(), st.booleans())
def test_no_control_or_format_character_survives(text: str, spaces: bool) -> None:
    result = clean(text, spaces=spaces)
    assert not {unicodedata.category(letter) for letter in result} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert clean(result, spaces=spaces) == result

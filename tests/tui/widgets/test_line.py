from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.styles.palette import Ink
from tui.widgets.line import PLAIN, fit, left, right, text_of, width_of
from tui.widgets.squeeze import Part, squeeze

RUNS = st.lists(st.tuples(st.text(max_size=12), st.just(PLAIN)), max_size=6)


@given(RUNS, st.integers(0, 60))
def test_a_fitted_line_has_exactly_its_width_and_nothing_a_terminal_obeys(
    runs: list[tuple[str, Ink]], width: int
) -> None:
    line = fit(runs, width)
    assert width_of(line) == width
    assert all(text.isprintable() for text, _ in line)


def test_a_wide_character_at_the_edge_becomes_a_space() -> None:
    assert text_of(fit([("ab漢", PLAIN)], 3)) == "ab "


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=20), st.integers(0, 20))
def test_aligned_texts_have_exactly_their_width(text: str, width: int) -> None:
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width


def test_words_are_cut_with_an_ellipsis_and_numbers_are_never_cut() -> None:
    assert left("BTCUSDT", 5) == "BTCU…"
    assert right("61,804.01", 6) == "     …"


PARTS = [Part(("mode",)), Part(("account name", "account"), rank=2), Part(("clock",), rank=1), Part(("",), rank=3)]


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (30, "mode | account name | clock"),
        (25, "mode | account | clock"),
        (20, "mode | clock"),
        (8, "mode"),
        (2, "mode"),
    ],
)
def test_parts_give_way_from_the_highest_rank(width: int, text: str) -> None:
    assert text_of(squeeze(PARTS, width, gap=" | ")) == text

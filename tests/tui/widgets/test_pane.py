from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from tui.format.glyphs import GlyphSet
from tui.styles import THEMES, Token
from tui.styles.palette import Ink
from tui.widgets.line import Line
from tui.widgets.pane import NANOS, LinePane


class Counter(LinePane):
    """A pane with one number per row."""

    can_focus = True

    def __init__(self) -> None:
        super().__init__(rule=True)
        self.values = list(range(8))
        self.composed = 0

    def put(self, row: int, value: int) -> None:
        self.values[row] = value
        self.touch_up()

    def heading(self, width: int) -> Line:
        return [("COUNTER", Ink(Token.DIM))]

    def body_lines(self, width: int, height: int) -> list[Line]:
        self.composed += 1
        return [[(f"▲{value}", Ink(Token.BID))] for value in self.values]


class Ticking(Counter):
    TICK_NS = NANOS


class Panes(App[None]):
    def __init__(self, *panes: Counter) -> None:
        super().__init__()
        self.panes = panes
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"

    def compose(self) -> ComposeResult:
        yield from self.panes


def texts(pane: LinePane) -> list[str]:
    return [pane.render_line(y).text for y in range(pane.size.height)]


async def test_a_flush_repaints_only_rows_that_differ() -> None:
    pane = Counter()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        pane.flush()
        pane.rendered = 0
        pane.put(3, 99)
        pane.put(3, 98)
        pane.put(5, 97)
        assert pane.flush() == 2
        await pilot.pause()
        assert pane.rendered == 2
        assert texts(pane)[4] == "│▲98        "


async def test_a_pane_that_was_not_touched_composes_nothing() -> None:
    pane = Counter()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        pane.flush()
        composed = pane.composed
        assert [pane.flush(NANOS * number) for number in range(5)] == [0] * 5
        assert pane.composed == composed


async def test_a_pane_with_a_clock_composes_once_per_tick() -> None:
    pane = Ticking()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        pane.flush(NANOS)
        composed = pane.composed
        for tenth in range(1, 30):
            pane.flush(NANOS + tenth * NANOS // 10)
        assert pane.composed == composed + 2


async def test_the_focused_pane_is_marked_and_its_title_reversed() -> None:
    one, other = Counter(), Counter()
    async with Panes(one, other).run_test(size=(12, 18)) as pilot:
        one.focus()
        await pilot.pause()
        assert texts(one)[0].startswith("│▌COUNTER")
        assert texts(other)[0].startswith("│COUNTER")
        assert all(segment.style.reverse for segment in list(one.render_line(0))[2:] if segment.style)
        other.focus()
        await pilot.pause()
        assert texts(one)[0].startswith("│COUNTER")
        assert texts(other)[0].startswith("│▌COUNTER")


async def test_every_segment_stands_on_the_panes_own_background() -> None:
    pane = Counter()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        for y in range(9):
            for segment in pane.render_line(y):
                assert segment.style is not None
                assert segment.style.bgcolor == pane.rich_style.bgcolor


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES if theme.name != "dark"])
async def test_every_theme_reaches_a_pane_that_is_already_painted(theme: str) -> None:
    pane = Counter()
    app = Panes(pane)
    async with app.run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        before = [segment.style for segment in pane.render_line(3)]
        app.theme = theme
        await pilot.pause()
        await pilot.pause()
        assert [segment.style for segment in pane.render_line(3)] != before


async def test_a_theme_that_differs_in_one_token_only_reaches_a_painted_pane() -> None:
    pane = Counter()
    app = Panes(pane)
    dark = next(theme for theme in THEMES if theme.name == "dark")
    twin = replace(dark, name="twin", variables={**dark.variables, "bid": "#123456"})
    app.register_theme(twin)
    async with app.run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        pane.rendered = 0
        app.theme = "twin"
        await pilot.pause()
        await pilot.pause()
        assert pane.rendered >= 9
        colours = [segment.style.color.name for segment in pane.render_line(3) if segment.style and segment.style.color]
        assert "#123456" in colours


async def test_ascii_glyphs_keep_every_column() -> None:
    pane = Counter()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        before = texts(pane)
        pane.use_glyphs(GlyphSet.ASCII)
        await pilot.pause()
        assert texts(pane) == [text.replace("│", "|").replace("▲", "^").replace("▌", "|") for text in before]


async def test_a_resize_composes_for_the_new_size() -> None:
    pane = Counter()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert [len(text) for text in texts(pane)] == [20] * 5


async def test_a_hidden_pane_paints_nothing_and_is_right_on_its_return() -> None:
    pane = Counter()
    app = Panes(pane)
    async with app.run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        pane.display = False
        await pilot.pause()
        pane.rendered = 0
        pane.put(1, 55)
        pane.flush()
        await pilot.pause()
        assert pane.rendered == 0
        pane.display = True
        await pilot.pause()
        assert texts(pane)[2].startswith("│▲55")


class Same(Counter):
    """Hands out the very same lines at each composing."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = [[(f"▲{value}", Ink(Token.BID))] for value in self.values]

    def body_lines(self, width: int, height: int) -> list[Line]:
        return self.lines


async def test_a_line_that_was_handed_out_before_follows_glyphs_rule_width_and_place() -> None:
    pane = Same()
    async with Panes(pane).run_test(size=(12, 9)) as pilot:
        await pilot.pause()
        pane.flush()
        assert texts(pane)[1:3] == ["│▲0         ", "│▲1         "]
        pane.rule = False
        pane.lines = pane.lines[1:]
        pane.touch_up()
        pane.flush()
        assert texts(pane)[1:3] == ["▲1          ", "▲2          "]
        pane.use_glyphs(GlyphSet.ASCII)
        pane.flush()
        assert texts(pane)[1] == "^1          "
        await pilot.resize_terminal(7, 9)
        await pilot.pause()
        assert texts(pane)[1] == "^1     "

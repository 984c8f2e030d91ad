"""Rows repainted alone leave the same terminal as the whole screen painted anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from rich.style import Style
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from connectors.model.book import BookLevel
from support.desk_stage import Stage
from tui.screens.repaint import RowsUpdate

Cells = list[tuple[str, Style | None]]


class Terminal:
    """What a terminal shows that was sent every update, as cells."""

    def __init__(self) -> None:
        self.lines: list[Cells] = []
        self.rows = 0
        """Rows that came alone."""
        self.others = 0
        """Updates of any other kind."""

    def smudge(self, region: Region) -> None:
        """Forget what stands in a part of it."""
        for y in region.line_range:
            self.lines[y][region.x : region.right] = [("?", None)] * region.width

    def shows(self, screen: Screen[Any], update: object) -> None:
        """Take an update; one that is not of rows is believed to be the whole screen."""
        if not isinstance(update, CompositorUpdate):
            return
        if not isinstance(update, RowsUpdate):
            self.others += 1
            self.lines = whole(screen)
            return
        for x, y, strip in update.rows:
            self.rows += 1
            self.lines[y][x : x + strip.cell_length] = cells(strip)


def cells(strip: Strip) -> Cells:
    """A strip, cell by cell; the desk draws no character of two cells here."""
    return [(letter, segment.style) for segment in strip for letter in segment.text]


def whole(screen: Screen[Any]) -> list[Cells]:
    """The screen as Textual composes all of it."""
    return [cells(strip) for strip in screen._compositor.render_strips()]  # noqa: SLF001  # Textual's own picture


@pytest.fixture
def terminal(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal behind the stage's desk."""
    shown = Terminal()
    display = App._display  # noqa: SLF001  # where Textual hands an update to its driver

    def also_here(app: App[int], screen: Screen[Any], update: Any) -> None:
        shown.shows(screen, update)
        display(app, screen, update)

    monkeypatch.setattr(App, "_display", also_here)
    return shown


async def beat(stage: Stage, pilot: Pilot[int], number: int) -> None:
    """A frame of the book in which some levels differ, a trade's worth of time, and what both change on the screen."""
    view = stage.desk.floor.ladder.model.view
    assert view is not None
    bids = tuple(
        BookLevel(level.price, level.size + Decimal(number)) if at % 3 == number % 3 else level
        for at, level in enumerate(view.bids)
    )
    stage.book(replace(view, bids=bids, update_id=view.update_id + 1))
    await stage.settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=str)
async def test_rows_alone_leave_the_screen_as_composed_whole(
    stage: Stage, terminal: Terminal, size: tuple[int, int]
) -> None:
    async with stage.desk.run_test(size=size) as pilot:
        await stage.open(pilot)
        for number, key in enumerate(("down", "up", "K", "end", "z", "escape", "comma", "period", "b", "n"), 1):
            await beat(stage, pilot, number)
            assert terminal.lines == whole(stage.desk.screen), number
            await stage.press(pilot, key)
            await stage.settle(pilot)
            assert terminal.lines == whole(stage.desk.screen), key
    assert terminal.rows > 60


async def test_a_dialog_over_the_panes_stays_over_them(stage: Stage, terminal: Terminal) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        for key in ("question_mark", "escape", "colon", "escape", "f2", "f1"):
            await stage.press(pilot, key)
            await stage.settle(pilot)
            await beat(stage, pilot, 1)
            assert terminal.lines == whole(stage.desk.screen), key


async def test_a_window_of_another_size_is_composed_by_textual(stage: Stage, terminal: Terminal) -> None:
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        for width, height in ((100, 30), (70, 20), (160, 48)):
            await pilot.resize_terminal(width, height)
            await stage.settle(pilot)
            await beat(stage, pilot, width)
            assert terminal.lines == whole(stage.desk.screen), (width, height)
    assert terminal.rows
    assert terminal.others


async def test_a_pane_that_is_covered_is_left_to_textual(stage: Stage, terminal: Terminal) -> None:
    """Below 80×24 the sentence lies over every pane: rows under it may not be sent."""
    async with stage.desk.run_test(size=(70, 20)) as pilot:
        await stage.open(pilot)
        before = terminal.rows
        stage.desk.floor.ladder.set_cursor(Decimal("61801.00"))
        await stage.settle(pilot)
        assert "80×24" in "".join(letter for line in terminal.lines for letter, _ in line)
        assert terminal.lines == whole(stage.desk.screen)
        assert terminal.rows == before


async def test_a_pane_in_another_ones_place_has_its_rows(stage: Stage, terminal: Terminal) -> None:
    """At 80×24 the ticket takes the chart's place, row by row the same cells of the screen."""
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        floor = stage.desk.floor
        for number, (show, pane) in enumerate(
            ((floor.close_ticket, floor.chart), (floor.open_ticket, floor.ticket), (floor.close_ticket, floor.chart))
        ):
            show()
            await stage.settle(pilot)
            before = terminal.rows
            terminal.smudge(pane.region)
            pane.refresh(*(Region(0, row, pane.size.width, 1) for row in range(pane.size.height)))
            await stage.settle(pilot)
            assert terminal.rows == before + pane.size.height, number
            assert terminal.lines == whole(stage.desk.screen), number


async def test_a_row_that_changed_and_changed_back_counts_as_seen(stage: Stage) -> None:
    """Else the newest frame of the book would never have been painted whole, and its prices could not be taken."""
    async with stage.desk.run_test(size=(120, 40)) as pilot:
        await stage.open(pilot)
        ladder = stage.desk.floor.ladder
        view = ladder.model.view
        assert view is not None
        larger = tuple(BookLevel(level.price, level.size * 2) for level in view.bids)
        for bids in (larger, view.bids):
            stage.book(replace(view, bids=bids))
            stage.desk.flush()
        await stage.settle(pilot)
        assert ladder.painted_frame is not None
        assert ladder.painted_frame.update_id == stage.update_id

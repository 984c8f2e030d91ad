"""Pictures of whole screens. Look at the report before accepting a difference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from connectors.model.book import BookState
from connectors.model.connection import LinkState
from connectors.worker import api
from support.desk_stage import Stage, make_stage

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 40), (200, 60)]
SIZE_IDS = ["compact", "normal", "wide"]


def with_data(stage: Stage) -> None:
    """Two orders of mine and a position."""
    stage.link.rest("61800.00", "BUY", number=3)
    stage.link.rest("61812.00", "SELL", "0.020", number=4)
    stage.link.hold()


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_market_with_a_full_book(snap_compare: SnapCompare, stage: Stage, size: tuple[int, int]) -> None:
    """A full ladder, chart and tape fit and align at every supported size."""
    with_data(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "down", "down", "down", "down")

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_market_before_anything_has_come(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """The first paint, with nothing joined yet."""
    stage = make_stage(joined=False)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_market_of_a_connection_that_is_gone(snap_compare: SnapCompare, stage: Stage, size: tuple[int, int]) -> None:
    """The book is STALE, and the strip says since when and what is tried."""
    from support import pane_facts

    with_data(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        stage.book(pane_facts.book(levels=60, state=BookState.STALE))
        stage.clock.advance(4)
        next_try_ns = stage.clock.time_ns() + 4_000_000_000
        status = stage.link.status(LinkState.RECONNECTING, reason="no answer", next_try_ns=next_try_ns, attempt=3)
        stage.link.tell(api.ConnectionChanged(status, stage.link.connection))
        await stage.press(pilot, "b")

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


@pytest.mark.parametrize(
    "keys",
    [
        ("g", "o"),
        ("g", "p"),
        ("g", "b"),
        ("question_mark",),
        ("down", "down", "enter"),
        ("K", "K", "b"),
        ("ctrl+g",),
    ],
    ids=["orders", "positions", "balances", "help", "ticket", "staged", "halted"],
)
def test_screens_and_dialogs(snap_compare: SnapCompare, stage: Stage, keys: tuple[str, ...]) -> None:
    """Every other screen and dialog, with data."""
    with_data(stage)

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=(120, 40))

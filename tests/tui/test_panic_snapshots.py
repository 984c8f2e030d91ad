"""Pictures of a panic's report. Look at the report before accepting a difference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from connectors.worker import api
from support import panic_facts
from support.desk_stage import Stage

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 40), (200, 60)]
SIZE_IDS = ["compact", "normal", "wide"]


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_a_panic_with_one_venue_proved_and_one_that_does_not_answer_fits_every_size(
    snap_compare: SnapCompare, stage: Stage, size: tuple[int, int]
) -> None:
    """UX-SPEC 1.10: steps by account with their times, green only where the venue itself has said it."""

    async def drive(pilot: Pilot[int]) -> None:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g")
        stage.link.tell(api.PanicMoved(panic_facts.two_accounts(stage.clock.time_ns())))
        await stage.settle(pilot)
        stage.desk.alarm.show()
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)

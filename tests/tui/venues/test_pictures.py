"""Pictures of the venues screen. Look at the report before accepting a difference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from connectors.model.rights import Acceptance
from connectors.worker.secrets import TryKey
from support import venue_desk
from support.desk_stage import Stage
from support.venue_desk import begin, fill, tried

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 40), (200, 60)]
SIZE_IDS = ["compact", "normal", "wide"]
NORMAL = (120, 40)


async def listed(stage: Stage, pilot: Pilot[int]) -> None:
    """Four connections, an open vault."""
    venue_desk.prepare(stage)
    await stage.until(pilot, lambda: stage.desk.session.joined)
    venue_desk.three(stage)
    venue_desk.vault(stage, venue_desk.OPEN)
    await stage.press(pilot, "f6", "down")
    await stage.settle(pilot)


def test_nothing_but_the_simulated_market(snap_compare: SnapCompare, stage: Stage) -> None:
    """A first run: no vault, and what makes one is said."""

    async def drive(pilot: Pilot[int]) -> None:
        venue_desk.prepare(stage)
        await stage.until(pilot, lambda: stage.desk.session.joined)
        await stage.press(pilot, "f6")
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=NORMAL)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_a_list_of_connections(snap_compare: SnapCompare, stage: Stage, size: tuple[int, int]) -> None:
    """A live key without an IP list, a test key that is gone, public data switched off."""

    async def drive(pilot: Pilot[int]) -> None:
        await listed(stage, pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)
def test_the_form_with_a_key_in_it(snap_compare: SnapCompare, stage: Stage, size: tuple[int, int]) -> None:
    """The key by its two ends, the secret as a mark."""

    async def drive(pilot: Pilot[int]) -> None:
        await begin(stage, pilot)
        await fill(stage, pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=size)


def test_a_test_that_found_a_right_to_withdraw(snap_compare: SnapCompare, stage: Stage) -> None:
    """Refused, unless ACCEPT and the label are typed."""

    async def drive(pilot: Pilot[int]) -> None:
        await begin(stage, pilot)
        await fill(stage, pilot)
        needs = tried(Acceptance.WITHDRAWAL, withdraw=True, warnings=(venue_desk.NO_IP_LIST,))
        stage.link.secret_answers[TryKey] = [needs]
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: stage.desk.rooms.typing)
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=NORMAL)


def test_the_question_before_a_deletion(snap_compare: SnapCompare, stage: Stage) -> None:
    """What goes, what stays, and what is to be typed."""

    async def drive(pilot: Pilot[int]) -> None:
        await listed(stage, pilot)
        await stage.press(pilot, "x")
        await stage.settle(pilot)

    assert snap_compare(stage.desk, run_before=drive, terminal_size=NORMAL)

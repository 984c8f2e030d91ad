"""Job stops: a note at once, and Textual's own handling between two steps of the loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from tui.stops import heed_stops

JOB_SIGNALS = (signal.SIGTSTP, signal.SIGCONT)


@pytest.fixture
def restored() -> Iterator[None]:
    """The signals handled afterwards as before."""
    before = {number: signal.getsignal(number) for number in JOB_SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", JOB_SIGNALS)
@pytest.mark.usefixtures("restored")
async def test_a_step_in_which_the_signal_strikes_ends_before_textual_writes_to_the_terminal(
    number: signal.Signals,
) -> None:
    told: list[object] = []
    handled = asyncio.Event()

    def theirs(signum: int, _frame: object) -> None:
        told.append(signal.Signals(signum))
        handled.set()

    signal.signal(number, theirs)
    heed_stops(asyncio.get_running_loop(), lambda: told.append("noted"))
    signal.raise_signal(number)
    assert told == ["noted"], "the step that was under way may hold the lock of the terminal's queue"
    await asyncio.wait_for(handled.wait(), 30)
    assert told == ["noted", number]


@pytest.mark.usefixtures("restored")
def test_a_signal_after_the_loop_has_ended_is_noted_and_nothing_else() -> None:
    told: list[object] = []
    loop = asyncio.new_event_loop()
    signal.signal(signal.SIGTSTP, lambda *_: told.append("theirs"))
    heed_stops(loop, lambda: told.append("noted"))
    loop.close()
    signal.raise_signal(signal.SIGTSTP)
    assert told == ["noted"]

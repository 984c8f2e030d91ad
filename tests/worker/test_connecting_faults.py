"""A fault of ours while connecting: told once, tried again after growing waits, and mended without a restart."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import Unavailable
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, Mode
from connectors.worker.live import FAULTS_S, Live
from connectors.worker.supervise import Supervisor
from support.clock import FakeClock
from support.kept import account


class Broken:
    """A house whose connectors cannot be made."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.supervisor = Supervisor()
        self.told: list[str] = []
        self.supervisor.on_fault = self.told.append
        self.tries = 0
        self.candles = None

    def make_connector(self, *_words: object) -> Any:
        self.tries += 1
        raise ZeroDivisionError("a fault of ours")

    def on_status(self, _account: AccountId) -> None:
        """Nobody listens."""

    @property
    def keeper(self) -> Any:
        """Not asked for a live venue."""
        return None


@pytest.fixture
def house() -> Broken:
    return Broken()


async def test_a_connect_that_fails_by_a_fault_of_ours_is_told_once_and_tried_ever_more_seldom(house: Broken) -> None:
    live = Live(Connection(account(), "binance", "main", Mode.LIVE), None, house)  # type: ignore[arg-type]
    for number, wait_s in enumerate((*FAULTS_S, FAULTS_S[-1]), 1):
        for _ in range(3):
            with pytest.raises(Unavailable, match=f"main could not be connected; tried again in {wait_s} s"):
                await live.market()
            house.clock.advance(wait_s / 4)
        assert house.tries == number, "who asks meanwhile hears of the same fault"
        house.clock.advance(wait_s)
    assert len(house.told) == 1
    assert "Something in the worker failed" in house.told[0]

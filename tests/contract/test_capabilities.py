"""The matrix in ``docs/venues.md``: what a venue declares is done, and what it lacks is refused before it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from typing import Any

import pytest

from connectors.model.capabilities import Capabilities, Support
from connectors.ports.venue import Connector
from docs.venues import ROWS, capabilities
from support.cells import CELLS
from support.stage import Stage, staged

pytestmark = pytest.mark.peers

NOT_THERE = {Support.MISSING.value, "no", "–", ""}


@pytest.fixture
async def stage(made: Callable[..., Connector]) -> AsyncIterator[Stage]:
    async with staged(made()) as ready:
        yield ready


@pytest.mark.parametrize("row", [name for name, _ in ROWS])
async def test_what_is_declared_is_done_and_what_is_not_is_refused_before_it_is_sent(row: str, stage: Stage) -> None:
    told = dict(ROWS)[row](stage.connector.capabilities)
    deed = CELLS[row].refuse if told in NOT_THERE else CELLS[row].call
    assert deed is not None, f"{row}: no test says that it is refused"
    await deed(stage)


def test_every_row_of_the_matrix_has_a_deed_and_no_deed_is_without_a_row() -> None:
    assert sorted(CELLS) == sorted(name for name, _ in ROWS)


def test_every_capability_stands_in_a_row_of_the_matrix() -> None:
    read: set[str] = set()

    class Watched(Capabilities):
        def __getattribute__(self, name: str) -> Any:
            read.add(name)
            return super().__getattribute__(name)

    declared = capabilities("binance")
    watched = Watched(**{field.name: getattr(declared, field.name) for field in fields(Capabilities)})
    read.clear()
    for _, told in ROWS:
        told(watched)
    assert {field.name for field in fields(Capabilities)} - read == {"venue"}

"""A changed copy of a frozen fact is the one that the standard library makes."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from connectors.engine.state import State
from connectors.model.changed import replace
from engine.world import Desk, limit_buy


def test_a_copy_has_the_changes_and_everything_else_of_the_fact() -> None:
    order = Desk().place(limit_buy(1))
    changed = replace(order, revision=9, filled=Decimal("0.1"))
    assert changed == dataclasses.replace(order, revision=9, filled=Decimal("0.1"))
    assert (changed.revision, changed.filled) == (9, Decimal("0.1"))


def test_the_fact_itself_stays_as_it_is_and_cannot_be_set() -> None:
    before = State()
    after = replace(before, next_handle=7)
    assert (before.next_handle, after.next_handle) == (State().next_handle, 7)
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.next_handle = 8  # type: ignore[misc]


def test_a_change_that_names_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="no field 'prise'"):
        replace(State(), prise=1)  # type: ignore[call-arg]

"""A still world for the desk: no blinking cursor, one stage."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from support.desk_stage import Stage, make_stage


@pytest.fixture(autouse=True)
def _still_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that blinks by the wall clock makes two pictures differ."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _input: None)


@pytest.fixture
def stage() -> Stage:
    """A desk in mode SIM on a fed link."""
    return make_stage()

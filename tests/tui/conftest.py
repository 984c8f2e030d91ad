"""A still world for the desk: no blinking cursor, one stage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.widgets import Input

from support.desk_stage import Stage, make_stage
from support.read_styles import styles_read_once


@pytest.fixture(scope="session", autouse=True)
def _styles_read_once() -> Iterator[None]:
    with styles_read_once():
        yield


@pytest.fixture(autouse=True)
def _still_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that blinks by the wall clock makes two pictures differ."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _input: None)


@pytest.fixture
def stage() -> Stage:
    """A desk in mode SIM on a fed link."""
    return make_stage()

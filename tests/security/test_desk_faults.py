"""A fault of the desk ends it with one sentence: Textual's own end would show every local of every frame."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import textual
from rich.console import Console
from textual.app import App

from support.clock import FakeClock
from support.desk_backstage import FakeBackstage
from tui.desk import Desk


class _Drawn(ValueError):
    """An error that knows how to draw itself, as some of the framework's do."""

    def __rich__(self) -> str:
        return str(self)


def ended(desk: Desk) -> str:
    """What is left on the terminal."""
    console = Console(width=200, force_terminal=False)
    with console.capture() as captured:
        for part in desk._exit_renderables:  # noqa: SLF001  # what is printed at the end
            console.print(part)
    return captured.get()


@pytest.mark.parametrize("kind", [ValueError, _Drawn])
def test_a_fault_in_the_framework_shows_no_value(tmp_path: Path, kind: type[ValueError]) -> None:
    desk = Desk(clock=FakeClock(), backstage=FakeBackstage(None), log=tmp_path / "desk.log")
    canary = "CANARY" + "local"
    try:
        raise kind(canary)
    except ValueError as fault:
        desk._handle_exception(fault)  # noqa: SLF001  # the framework's door
    said = ended(desk)
    assert "The desk stopped over a fault of its own (E-" in said
    assert "Orders at the venues are untouched." in said
    assert str(tmp_path / "desk.log") in said.replace("\n", "")
    assert canary not in said + (tmp_path / "desk.log").read_text()
    assert kind.__name__ in (tmp_path / "desk.log").read_text()


def test_the_framework_ends_as_it_did_when_its_end_was_replaced() -> None:
    """A newer Textual may end elsewhere: then the two doors have to be looked at again."""
    assert textual.__version__ == "8.2.8"
    door = inspect.getsource(App._handle_exception)  # noqa: SLF001
    assert "self.panic(error)" in door
    assert "self._fatal_error()" in door
    assert "show_locals=True" in inspect.getsource(App._fatal_error), "what is replaced"  # noqa: SLF001
    for name in ("_fatal_error", "panic"):
        assert getattr(Desk, name) is not getattr(App, name)

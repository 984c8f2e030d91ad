"""At its start the desk says what is wrong, with the remedy; what must not be, stops it (REQUIREMENTS M1)."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.paths import FilesTooOpen, Home, private_file
from storage.settings import SettingsRefused
from support.processes import of_home, until
from support.terminal import Terminal
from tui.cli import checkup


@pytest.fixture
def place(home: Path) -> Home:
    """The five folders, made."""
    made = Home.below(home)
    made.prepare()
    return made


def test_a_file_that_others_can_read_stops_the_desk(place: Home) -> None:
    private_file(place.data / "tradedesk.db")
    (place.data / "tradedesk.db").chmod(0o644)
    with pytest.raises(FilesTooOpen, match=r"Judge what may have been read, then run: tradedesk doctor --fix-perm"):
        checkup.warnings_before_the_desk(place, {})


def test_a_setting_that_nobody_knows_stops_the_desk(place: Home) -> None:
    with pytest.raises(SettingsRefused, match="Did you mean TRADEDESK_VENUE"):
        checkup.warnings_before_the_desk(place, {"TRADEDESK_VENU": "x"})


def test_a_full_disk_is_said_and_stops_nothing(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 1, 0))  # noqa: SLF001
    said = checkup.warnings_before_the_desk(place, {"TRADEDESK_DEV": "1"})
    assert said[0].startswith("TRADEDESK_DEV=1: other programs of yours can read this one")
    assert said[-1].endswith("Free at least 100 MB: without room new orders are refused."), "the worst stays in sight"


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120×40 with an empty home, in which a developer works."""
    window = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home), "TRADEDESK_DEV": "1"})
    yield window
    window.close()
    until(lambda: not of_home(home), "the processes of the desk end with it")


@pytest.mark.terminal
def test_the_screen_says_what_the_start_found(terminal: Terminal, place: Home) -> None:
    terminal.start(sys.executable, "-m", "tui", "desk")
    terminal.until(r"! TRADEDESK_DEV=1: other programs of yours can read this one, and a vault with a LIVE key stays")
    terminal.press("C-q")
    terminal.until(r"exit=0|Quit\?")
    if "exit=0" not in terminal.screen():
        terminal.press("y")
    terminal.until(r"exit=0")
    private_file(place.state / "x")
    (place.state / "x").chmod(0o604)
    terminal.type(f"{sys.executable} -m tui desk; echo again=$?")
    terminal.press("Enter")
    screen = terminal.until(r"again=27")
    assert "Others can read or write" in screen
    assert "tradedesk doctor --fix-permissions" in "".join(screen.splitlines())

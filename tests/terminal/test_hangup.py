"""A window that closes, in each way it can."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.screen import Screen
from support.processes import of_home, until
from support.terminal import Terminal

pytestmark = pytest.mark.terminal

ROOT = Path(__file__).parents[2]
DESK = [sys.executable, "-m", "tui", "desk"]


def test_a_desk_whose_terminal_is_gone_without_a_signal_ends(home: Path) -> None:
    """Not a controlling terminal: the kernel sends no SIGHUP, writes just begin to fail."""
    screen = Screen.open(DESK, 120, 40, {"TRADEDESK_HOME": str(home)}, ROOT)
    screen.until(lambda text: "LIVE ✓" in text, 30)
    os.close(screen.master)
    assert screen.process.wait(15) == 128 + signal.SIGHUP
    until(lambda: not of_home(home), "worker and exchange end too")


def test_the_first_frame_says_what_is_opened_and_the_desk_paints_over_it(home: Path) -> None:
    screen = Screen.open(DESK, 120, 40, {"TRADEDESK_HOME": str(home)}, ROOT)
    screen.until(lambda text: "SIM simulated market" in text and "Opening demo …" in text, 10)
    text = screen.until_text(lambda text: "LIVE ✓" in text, 30)
    assert "Opening demo" not in text
    screen.close()
    until(lambda: not of_home(home), "desk, worker and exchange end")


def test_a_desk_in_a_tmux_that_is_killed_ends(home: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, 120, 40, {"TRADEDESK_HOME": str(home)})
    terminal.start(*DESK)
    terminal.until("LIVE ✓")
    terminal.close()
    until(lambda: not of_home(home), "desk, worker and exchange end")


def test_a_terminal_that_cannot_draw_is_told_so(home: Path) -> None:
    dumb = {**os.environ, "TRADEDESK_HOME": str(home), "TERM": "dumb"}
    done = subprocess.run(DESK, env=dumb, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "tradedesk orders --json" in done.stderr

"""Questions at a real terminal: what is hidden stays hidden, and the terminal is left as it was, however it ends."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.at_terminal import AtTerminal, at_terminal
from support.processes import until

ROOT = Path(__file__).parents[2]

ASKS = """
import asyncio, sys
from tui.cli.exits import CommandFailed
from tui.cli.prompt import TerminalPrompt

async def ask():
    prompt = TerminalPrompt()
    print("able", prompt.able, prompt.can_show, flush=True)
    for _ in range(int(sys.argv[1])):
        typed = await prompt.hidden("Secret: ")
        print("typed", len(typed), typed.decode("utf-8", "replace").swapcase()[:40], flush=True)
    async with prompt.aside():
        prompt.paint(b"canary-on-the-screen")
        print("line", await prompt.line("enter: "), flush=True)

try:
    asyncio.run(ask())
except CommandFailed as failed:
    print("failed", failed, flush=True)
    sys.exit(failed.exit)
except KeyboardInterrupt:
    sys.exit(130)
"""


@contextmanager
def asking(times: int = 1) -> Iterator[AtTerminal]:
    with at_terminal([sys.executable, "-c", ASKS, str(times)], dict(os.environ), ROOT) as program:
        program.until("able True True")
        yield program


def test_what_is_typed_hidden_is_never_written_and_read_whole() -> None:
    with asking(2) as program:
        program.answer("Secret: ", "correct Horse ü")
        end = program.until("typed 16 CORRECT hORSE Ü")
        program.answer("Secret: ", "", since=end)
        program.until("typed 0")
        program.answer("enter: ", "seen")
        assert program.end() == 0
        assert "correct Horse" not in program.shown
        assert "seen" in program.shown
        assert program.echoes


def test_the_screen_of_a_secret_is_the_other_one_and_is_cleared_before_it_is_left() -> None:
    with asking(0) as program:
        program.answer("enter: ", "")
        assert program.end() == 0
        written = program.written
        assert written.index(b"\x1b[?1049h") < written.index(b"canary-on-the-screen")
        assert written.endswith(b"\x1b[2J\x1b[H\x1b[?1049l") or b"\x1b[2J\x1b[H\x1b[?1049l" in written
        assert b"\x1b[3J" not in written, "the user's own history is not ours to clear"


_TRIES = 3
"""The kernel hands over typed bytes in a worker of its own: on a busy machine when the program has ended."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_prompt_that_is_interrupted_leaves_the_echo_on(number: signal.Signals) -> None:
    assert any("half a sec" not in interrupted(number) for _ in range(_TRIES))


def interrupted(number: signal.Signals) -> str:
    """End a prompt in the middle of its answer; what was shown."""
    with asking() as program:
        program.until("Secret: ")
        until(lambda: not program.echoes, "the echo is off")
        program.type("half a sec")
        if number is signal.SIGINT:
            program.type(b"\x03")
        else:
            program.process.send_signal(number)
        assert program.end() == (130 if number is signal.SIGINT else -number)
        assert program.echoes
        return program.shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_shown_secret_is_cleared_however_its_screen_ends(number: signal.Signals) -> None:
    with asking(0) as program:
        program.until("enter: ")
        if number is signal.SIGINT:
            program.type(b"\x03")
        else:
            program.process.send_signal(number)
        assert program.end() != 0
        tail = program.written[program.written.index(b"canary-on-the-screen") :]
        assert b"\x1b[2J\x1b[H\x1b[?1049l" in tail
        assert program.echoes


def test_a_terminal_that_stopped_and_goes_on_still_hides() -> None:
    with asking() as program:
        program.until("Secret: ")
        until(lambda: not program.echoes, "the echo is off")
        program.type(b"\x1a")  # ^Z does nothing here
        program.process.send_signal(signal.SIGSTOP)
        program.show_echo()
        program.process.send_signal(signal.SIGCONT)
        until(lambda: not program.echoes, "the echo is off again")
        program.type("after the stop\n")
        program.until("AFTER THE STOP")
        assert "after the stop" not in program.shown


def test_a_closed_input_is_a_sentence() -> None:
    with asking() as program:
        program.until("Secret: ")
        until(lambda: not program.echoes, "the echo is off")
        program.type(b"\x04")
        program.until("failed Nothing was typed. Nothing was changed.")
        assert program.end() == 2
        assert program.echoes


def test_a_line_longer_than_a_terminal_takes_is_refused_instead_of_cut() -> None:
    with asking() as program:
        program.until("Secret: ")
        until(lambda: not program.echoes, "the echo is off")
        program.type("x" * 5_000 + "\n")
        program.until("failed A terminal takes 4,094 bytes a line.")
        assert program.end() == 2


def test_what_was_pasted_beyond_the_line_never_reaches_the_shell() -> None:
    with asking(2) as program:
        program.until("Secret: ")
        until(lambda: not program.echoes, "the echo is off")
        program.type("first line\nrm -rf nothing\n")
        end = program.until("FIRST LINE")
        program.answer("Secret: ", "second", since=end)
        program.until("SECOND")
        assert "nothing" not in program.shown.lower()

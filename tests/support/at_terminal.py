"""A program at a terminal of its own, which is its controlling one: ``^C`` is a signal, and echo can be looked at."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_LOCAL = 3

_TAKES_IT = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the controlling one, then becomes the program."""


class AtTerminal:
    """A running program; what it wrote is in ``written``, as bytes and escape sequences."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], cwd: Path | None = None) -> None:
        self.master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
        self.written = b""
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _TAKES_IT, *words],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=dict(environ),
            cwd=cwd,
            start_new_session=True,
        )

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._slave)[_LOCAL] & termios.ECHO)

    def show_echo(self) -> None:
        """Turn the echo on, as a shell does when it takes the terminal back."""
        modes = termios.tcgetattr(self._slave)
        modes[_LOCAL] |= termios.ECHO
        termios.tcsetattr(self._slave, termios.TCSANOW, modes)

    def until(self, text: str, seconds: float = 60, *, since: int = 0) -> int:
        """Wait until it has written something, and return where that ends.

        Raises:
            AssertionError: It did not.
        """
        deadline = time.monotonic() + seconds
        wanted = text.encode()
        while (found := self.written.find(wanted, since)) < 0:
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.shown}"
            self._read(0.05)
        return found + len(wanted)

    def type(self, text: str | bytes) -> None:
        """Type; a line break is enter."""
        os.write(self.master, text if isinstance(text, bytes) else text.encode())

    def answer(self, question: str, text: str, *, since: int = 0) -> int:
        """Wait for a question and answer it with a line."""
        end = self.until(question, since=since)
        self.type(f"{text}\n")
        return end

    def end(self, seconds: float = 60) -> int:
        """Wait for its end and return its exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it did not end:\n{self.shown}"
            self._read(0.05)
        self._read(0)
        return self.process.returncode

    @property
    def shown(self) -> str:
        """What it wrote, as text."""
        return self.written.decode("utf-8", "replace")

    def _read(self, seconds: float) -> None:
        while select.select([self.master], [], [], seconds)[0]:
            try:
                piece = os.read(self.master, 65_536)
            except OSError:
                return
            if not piece:
                return
            self.written += piece
            seconds = 0

    def close(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=60)
        os.close(self.master)
        os.close(self._slave)


@contextmanager
def at_terminal(words: Sequence[str], environ: Mapping[str, str], cwd: Path | None = None) -> Iterator[AtTerminal]:
    """Run a program at a terminal for the length of a block."""
    program = AtTerminal(words, environ, cwd)
    try:
        yield program
    finally:
        program.close()

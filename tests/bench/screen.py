"""The desk behind a pseudo-terminal: keys in, and every byte it paints with the moment it arrived."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

_CUT = 10
"""Bytes of a piece that may be the beginning of a word: a pty hands over some thousand bytes at a time."""


@dataclass
class Screen:
    """A running program in a pty; ``painted`` is when each piece arrived at the far end."""

    process: subprocess.Popen[bytes]
    master: int
    display: pyte.Screen
    began_ns: int
    pieces: list[tuple[int, bytes]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _stream: pyte.ByteStream | None = None

    @classmethod
    def open(cls, command: Sequence[str], columns: int, rows: int, environment: Mapping[str, str], cwd: Path) -> Screen:
        """Start ``command`` on a fresh terminal."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        began = time.monotonic_ns()
        process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            start_new_session=True,
            env={**os.environ, **environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"},
        )
        os.close(slave)
        display = pyte.Screen(columns, rows)
        screen = cls(process, master, display, began)
        screen._stream = pyte.ByteStream(display)
        threading.Thread(target=screen._read, daemon=True).start()
        return screen

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                return
            if not piece:
                return
            with self._changed:
                self.pieces.append((time.monotonic_ns(), piece))
                self._changed.notify_all()

    def press(self, key: bytes) -> int:
        """Send a key; returns the moment before it was written."""
        now = time.monotonic_ns()
        os.write(self.master, key)
        return now

    def arrivals(self, since: int = 0) -> Iterator[tuple[int, bytes]]:
        """Pieces from number ``since`` on, each behind the end of the one before: words that were cut in two."""
        pieces = self.pieces
        for number in range(since, len(pieces)):
            moment, piece = pieces[number]
            yield moment, (pieces[number - 1][1][-_CUT:] if number > since else b"") + piece

    def when(self, holds: Callable[[bytes], bool], since: int, seconds: float) -> int | None:
        """Arrival of the first piece, from number ``since`` on, that satisfies ``holds``; None after ``seconds``."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                for moment, piece in self.arrivals(since):
                    if holds(piece):
                        return moment
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)

    def text(self) -> str:
        """The screen as text, after everything that has arrived."""
        with self._changed:
            waiting, self.pieces_shown = self.pieces[getattr(self, "pieces_shown", 0) :], len(self.pieces)
        assert self._stream is not None
        for _, piece in waiting:
            self._stream.feed(piece)
        return "\n".join(self.display.display)

    def until(self, holds: Callable[[str], bool], seconds: float) -> int:
        """Wait until the text satisfies ``holds``; returns the arrival of the newest piece then.

        Raises:
            AssertionError: It never did; the message holds the screen.
        """
        deadline = time.monotonic() + seconds
        while True:
            text = self.text()
            if holds(text):
                return self.pieces[-1][0]
            if time.monotonic() > deadline:
                raise AssertionError(f"the screen never showed what was expected:\n{text}")
            with self._changed:
                self._changed.wait(0.02)

    def until_text(self, holds: Callable[[str], bool], seconds: float) -> str:
        """As `until`; returns the text that satisfied ``holds``."""
        self.until(holds, seconds)
        return "\n".join(self.display.display)

    def close(self) -> None:
        """End the program."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        os.close(self.master)

"""Questions at the terminal. What is typed hidden is never echoed: where the terminal cannot hide it, nothing is read.

A prompt waits on the command's loop, so that ``^C`` ends it at once and whatever was changed about the terminal is
changed back; a SIGTERM or SIGHUP changes it back too before it ends the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import termios
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol

from connectors.model.secret import overwrite
from tui.cli.exits import CommandFailed, Exit

_LONGEST = 4_095
"""Bytes that a terminal hands over as one line; it drops the rest without a word."""

_LOCAL, _SIGNS = 3, 6
"""Places of the local modes and of the control characters in what `termios.tcgetattr` returns."""

_ASIDE = b"\x1b[?1049h\x1b[2J\x1b[H"
_CLEARED = b"\x1b[2J\x1b[H"
_BACK = b"\x1b[2J\x1b[H\x1b[?1049l"


class Prompt(Protocol):
    """Whoever can be asked."""

    @property
    def able(self) -> bool:
        """Whether a human is there."""
        ...

    @property
    def can_show(self) -> bool:
        """Whether a secret may be shown: what we read and what we write are both the terminal."""
        ...

    async def hidden(self, question: str) -> bytearray:
        """What is typed, without its line break, unseen."""
        ...

    async def line(self, question: str) -> str:
        """What is typed, seen, without white space around it."""
        ...

    def aside(self) -> contextlib.AbstractAsyncContextManager[None]:
        """The alternate screen, which leaves nothing behind in the terminal's history."""
        ...

    def paint(self, *lines: bytes | bytearray) -> None:
        """Clear the alternate screen and write lines on it."""
        ...


class TerminalPrompt:
    """The terminal this process was started at."""

    def __init__(self) -> None:
        self._restore: list[Callable[[], None]] = []

    @property
    def able(self) -> bool:
        """Whether our standard input is a terminal that can be opened."""
        if not os.isatty(0):
            return False
        try:
            os.close(_open())
        except OSError:
            return False
        return True

    @property
    def can_show(self) -> bool:
        """Whether our standard output is a terminal as well."""
        return self.able and os.isatty(1)

    async def hidden(self, question: str) -> bytearray:
        """Ask without echo.

        Raises:
            CommandFailed: There is no terminal, it does not hide, it was closed, or the line is too long.
        """
        return await self._ask(question, echo=False)

    async def line(self, question: str) -> str:
        """Ask with echo. Raises as `hidden`."""
        typed = await self._ask(question, echo=True)
        try:
            return typed.decode("utf-8", "replace").strip()
        finally:
            overwrite(typed)

    @contextlib.asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Turn to the alternate screen; cleared and left again whatever happens.

        Raises:
            CommandFailed: There is no terminal.
        """
        with _terminal() as fd:
            os.write(fd, _ASIDE)
            with self._restoring(lambda: _write_all(fd, _BACK)):
                yield

    def paint(self, *lines: bytes | bytearray) -> None:
        """Clear the alternate screen and write lines on it.

        Raises:
            CommandFailed: There is no terminal.
        """
        with _terminal() as fd:
            os.write(fd, _CLEARED)
            for line in lines:
                _write_all(fd, line)
                _write_all(fd, b"\r\n")

    async def _ask(self, question: str, *, echo: bool) -> bytearray:
        with _terminal() as fd:
            before = termios.tcgetattr(fd)
            asking = _modes(before, fd, echo=echo)

            def back() -> None:
                # What was typed beyond the line is dropped: a shell would run it.
                termios.tcsetattr(fd, termios.TCSAFLUSH, before)

            def again() -> None:
                termios.tcsetattr(fd, termios.TCSANOW, asking)

            with self._restoring(back, again):
                termios.tcsetattr(fd, termios.TCSADRAIN if echo else termios.TCSAFLUSH, asking)
                if not echo and termios.tcgetattr(fd)[_LOCAL] & termios.ECHO:
                    raise CommandFailed(
                        "This terminal shows what is typed, so nothing was asked. Use a descriptor: --passphrase-fd,"
                        " --secret-fd.",
                        Exit.USAGE,
                    )
                _write_all(fd, question.encode())
                try:
                    return await _line(fd)
                finally:
                    if not echo:
                        _write_all(fd, b"\n")

    @contextlib.contextmanager
    def _restoring(self, restore: Callable[[], None], again: Callable[[], None] | None = None) -> Iterator[None]:
        """Change the terminal back at the end of the block, or when a signal ends the process."""
        loop = asyncio.get_running_loop()
        self._restore.append(restore)
        if len(self._restore) == 1:
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._end, number)
        if again is not None:
            # A shell sets its own modes when it stops us, and not all set ours again.
            loop.add_signal_handler(signal.SIGCONT, again)
        try:
            yield
        finally:
            if again is not None:
                loop.remove_signal_handler(signal.SIGCONT)
            self._restore.remove(restore)
            if not self._restore:
                for number in (signal.SIGTERM, signal.SIGHUP):
                    loop.remove_signal_handler(number)
            restore()

    def _end(self, number: signal.Signals) -> None:
        for restore in reversed(self._restore):
            restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _open() -> int:
    """The terminal itself, whatever our input and output are."""
    try:
        return os.open(os.ttyname(0), os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)


@contextlib.contextmanager
def _terminal() -> Iterator[int]:
    try:
        fd = _open()
    except OSError:
        fd = -1
    if fd < 0:
        raise CommandFailed("There is no terminal to ask at. Use a descriptor, such as --passphrase-fd.", Exit.USAGE)
    try:
        yield fd
    finally:
        os.close(fd)


def _modes(now: list[Any], fd: int, *, echo: bool) -> list[Any]:
    """A line at a time, ``^C`` as ever, no ``^Z``: a stopped prompt would leave its modes to the shell."""
    modes = list(now)
    local = modes[_LOCAL] | termios.ICANON | termios.ISIG
    modes[_LOCAL] = local | termios.ECHO if echo else local & ~termios.ECHO & ~termios.ECHONL
    signs = list(modes[_SIGNS])
    signs[termios.VSUSP] = bytes([os.fpathconf(fd, "PC_VDISABLE") & 0xFF])
    modes[_SIGNS] = signs
    return modes


async def _line(fd: int) -> bytearray:
    """One line, read straight into a buffer that can be overwritten."""
    loop = asyncio.get_running_loop()
    held = bytearray(_LONGEST + 1)
    ready = asyncio.Event()
    loop.add_reader(fd, ready.set)
    try:
        await ready.wait()
        count = os.readv(fd, [held])
        if not count:
            raise CommandFailed("Nothing was typed. Nothing was changed.", Exit.USAGE)
        if count >= _LONGEST:
            raise CommandFailed(
                f"A terminal takes {_LONGEST - 1:,} bytes a line. Use a file or a descriptor: --key-file, --secret-fd.",
                Exit.USAGE,
            )
        return bytearray(memoryview(held)[: count - held.endswith(b"\n", 0, count)])
    finally:
        loop.remove_reader(fd)
        overwrite(held)


def _write_all(fd: int, data: bytes | bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]

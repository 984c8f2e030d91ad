"""The first frame: which market is being opened, painted before the screen's own modules are read.

Plain escape sequences and next to nothing imported, so that it stands a quarter of a second after the command was
typed. The desk paints over it on the same alternate screen and leaves that screen when it ends. What is typed meanwhile
is not shown, and is thrown away: nobody saw what it would have met.
"""

from __future__ import annotations

import os
import termios
from contextlib import suppress

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE = "\x1b[?1049l\x1b[?25h"
_REVERSE, _PLAIN = "\x1b[7m", "\x1b[0m"


_LOCAL, _KEYBOARD = 3, 0
"""Place of the local modes among a terminal's attributes; the descriptor keys come from."""
_before: list[list[int | list[bytes | int]]] = []
"""How the terminal was, while its echo is off."""


def paint(banner: str, sentence: str) -> None:
    """Take the alternate screen and say in row 1 what is being opened.

    Args:
        banner: The mode's banner, as row 1 of the desk will say it; empty while it is not known.
        sentence: What goes on.
    """
    _hush()
    title = f"{_REVERSE} {banner} {_PLAIN} " if banner else " "
    _write(f"{_ENTER}{title}tradedesk\r\n\r\n {sentence}")


def leave() -> None:
    """Give the screen back: for a start that came to nothing before the desk had taken over."""
    forget_keys()
    restore()
    _write(_LEAVE)


def forget_keys() -> None:
    """Throw away what was typed so far: the desk would take it for keys pressed at its first picture."""
    if _before:
        with suppress(termios.error):  # the terminal is gone, and with it what was typed
            termios.tcflush(_KEYBOARD, termios.TCIFLUSH)


def restore() -> None:
    """Let the terminal show again what is typed; may be called twice."""
    while _before:
        with suppress(termios.error):  # the terminal is gone: there is none that could show anything
            termios.tcsetattr(_KEYBOARD, termios.TCSANOW, _before.pop())


def _hush() -> None:
    """Switch the terminal's echo off, where keys come from one."""
    try:
        modes = termios.tcgetattr(_KEYBOARD)
    except termios.error:
        return
    _before.append(modes)
    quiet = [*modes]
    quiet[_LOCAL] = modes[_LOCAL] & ~termios.ECHO
    termios.tcsetattr(_KEYBOARD, termios.TCSANOW, quiet)


def _write(text: str) -> None:
    os.write(1, text.encode())

"""The first frame: which market is being opened, painted before the screen's own modules are read.

Plain escape sequences and nothing imported, so that it stands a quarter of a second after the command was typed. The
desk paints over it on the same alternate screen and leaves that screen when it ends.
"""

from __future__ import annotations

import os

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE = "\x1b[?1049l\x1b[?25h"
_REVERSE, _PLAIN = "\x1b[7m", "\x1b[0m"


def paint(banner: str, sentence: str) -> None:
    """Take the alternate screen and say in row 1 what is being opened.

    Args:
        banner: The mode's banner, as row 1 of the desk will say it; empty while it is not known.
        sentence: What goes on.
    """
    title = f"{_REVERSE} {banner} {_PLAIN} " if banner else " "
    _write(f"{_ENTER}{title}tradedesk\r\n\r\n {sentence}")


def leave() -> None:
    """Give the screen back: for a start that came to nothing before the desk had taken over."""
    _write(_LEAVE)


def _write(text: str) -> None:
    os.write(1, text.encode())

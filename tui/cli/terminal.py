"""What the terminal can do, as far as it can be told without drawing on it."""

from __future__ import annotations

import locale
import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from tui.spawn import answer_of

_COLUMNS, _ROWS = 80, 24
_ESCAPE_MS = 50
"""Above it, tmux holds ``esc`` back for so long that a key after it reads as a chord."""
_PLAIN = frozenset({"", "dumb", "unknown"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing about the terminal."""

    what: str
    fits: bool
    sentence: str
    remedy: str = ""


def look(environ: Mapping[str, str]) -> tuple[Seen, ...]:
    """Kind, size, characters, colours, and tmux where it is in between.

    Args:
        environ: The environment.
    """
    inside = (_tmux(),) if environ.get("TMUX") else ()
    return (_kind(environ), _size(), _characters(), _colours(environ), *inside)


def _kind(environ: Mapping[str, str]) -> Seen:
    name = environ.get("TERM", "")
    if name in _PLAIN:
        return Seen("kind", False, f"TERM={name}: the desk cannot draw here.", "The command line works all the same.")
    return Seen("kind", True, f"TERM={name}.")


def _size() -> Seen:
    size = shutil.get_terminal_size()
    told = f"{size.columns}×{size.lines}."
    fits = size.columns >= _COLUMNS and size.lines >= _ROWS
    return Seen("size", fits, told, "" if fits else f"The desk needs {_COLUMNS}×{_ROWS}: make the window larger.")


def _characters() -> Seen:
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") == "utf8":
        return Seen("characters", True, "UTF-8.")
    return Seen("characters", False, f"The locale writes {encoding}.", "Set LC_ALL=C.UTF-8, or lines look torn.")


def _colours(environ: Mapping[str, str]) -> Seen:
    if environ.get("NO_COLOR"):
        return Seen("colours", True, "NO_COLOR is set: signs and letters carry every meaning.")
    if environ.get("COLORTERM") in {"truecolor", "24bit"}:
        return Seen("colours", True, "16 million.")
    if "256color" in environ.get("TERM", ""):
        return Seen("colours", True, "256.")
    return Seen("colours", False, "16 or unknown.", "Set COLORTERM=truecolor if the terminal has them; 16 do as well.")


def _tmux() -> Seen:
    said = answer_of(("tmux", "show-options", "-sv", "escape-time"))
    if said is None or not said.isdigit():
        return Seen(
            "tmux", False, "tmux does not tell its escape-time.", "Set it in ~/.tmux.conf: set -sg escape-time 10"
        )
    if int(said) > _ESCAPE_MS:
        return Seen("tmux", False, f"tmux holds esc back for {said} ms.", "Put in ~/.tmux.conf: set -sg escape-time 10")
    return Seen("tmux", True, f"tmux hands esc on after {said} ms.")

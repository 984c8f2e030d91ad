"""From meanings to terminal styles, with the variables of the theme in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style
from textual.color import Color

from tui.styles.tokens import Token


class Ink(NamedTuple):
    """How a run of text is meant. Compared and hashed on every painted row, hence a tuple."""

    fore: Token = Token.TEXT
    back: Token | None = None
    """None: the pane's own background."""
    bold: bool = False
    reverse: bool = False


class Palette:
    """Resolves `Ink` to `rich.style.Style` and remembers what it resolved.

    A theme may add ``NAME-style`` beside a variable ``NAME`` with the words ``bold`` or ``reverse``: the sixteen-colour
    theme has no background for a banner and reverses it instead. ``NAME-text`` beside a background ``NAME`` is the
    colour of all text on it: green and red on the bright black of most terminals cannot be read.

    Args:
        variables: The theme's variables, names without ``$``. One that is missing falls back to the pane's own colour,
            so that a foreign theme is dull but never fails.
        base: Style of the pane itself; every resolved style stands on it.
    """

    def __init__(self, variables: Mapping[str, str], base: Style) -> None:
        self._variables = variables
        self._base = base
        self._styles: dict[Ink, Style] = {}

    @property
    def base(self) -> Style:
        """Style of the pane itself."""
        return self._base

    def style(self, ink: Ink) -> Style:
        """The whole style of a run, the pane's own included."""
        found = self._styles.get(ink)
        if found is None:
            found = self._styles[ink] = self._resolve(ink)
        return found

    def _resolve(self, ink: Ink) -> Style:
        words = self._variables.get(f"{ink.fore}-style", "")
        if ink.back is not None:
            words += " " + self._variables.get(f"{ink.back}-style", "")
        fore = None if ink.fore is Token.TEXT else self._color(ink.fore)
        if ink.back is not None and (on_back := self._variables.get(f"{ink.back}-text")) is not None:
            fore = Color.parse(on_back)
        back = None if ink.back is None else self._color(ink.back)
        return self._base + Style(
            color=None if fore is None else fore.rich_color,
            bgcolor=None if back is None else back.rich_color,
            bold=True if ink.bold or "bold" in words else None,
            reverse=True if ink.reverse != ("reverse" in words) else None,
        )

    def _color(self, token: Token) -> Color | None:
        text = self._variables.get(token)
        return None if text is None else Color.parse(text)

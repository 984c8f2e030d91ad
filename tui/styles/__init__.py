"""Colours: the tokens, the themes that fill them, and the palette that hand-drawn panes ask."""

from __future__ import annotations

from tui.styles.palette import Palette
from tui.styles.themes import THEMES, theme_for
from tui.styles.tokens import Token

__all__ = ["THEMES", "Palette", "Token", "theme_for"]

"""The price ladder: pure rows, cursor, queue and columns, and a thin widget over them."""

from __future__ import annotations

from tui.widgets.ladder.ladder import Ladder

__all__ = ["Ladder"]

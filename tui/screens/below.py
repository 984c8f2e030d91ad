"""What stands under the list of orders."""

from __future__ import annotations

from enum import Enum


class Below(Enum):
    """One of the two panes."""

    EVIDENCE = "evidence"
    FILLS = "fills"

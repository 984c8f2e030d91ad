"""Why an order is not placed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not."""

    sentence: str
    code: str = ""
    """The filter or limit."""

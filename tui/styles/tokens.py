"""Names of colours. Code says what a thing means; only the themes say how that looks."""

from __future__ import annotations

from enum import StrEnum


class Token(StrEnum):
    """One meaning each. The value is the name of the theme's variable (``$bid`` in a style sheet)."""

    TEXT = "foreground"
    DIM = "dim"
    BACKGROUND = "background"
    SURFACE = "surface"
    BID = "bid"
    """Bids, buys, prices that rose."""
    ASK = "ask"
    """Asks, sells, prices that fell."""
    BID_BAR = "bid-bar"
    """Background of a bid's size."""
    ASK_BAR = "ask-bar"
    OWN = "own"
    """My orders, fills and entry."""
    WARN = "warn"
    DANGER = "danger"
    INFO = "info"
    """Focus and what is merely worth knowing."""
    ON_BANNER = "on-banner"
    ON_LIVE = "on-live"
    BANNER_DEMO = "banner-demo"
    BANNER_PAPER = "banner-paper"
    BANNER_TESTNET = "banner-testnet"
    BANNER_LIVE = "banner-live"
    HALTED = "halted"
    ON_HALTED = "on-halted"

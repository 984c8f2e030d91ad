"""The six themes. Colours are written here and nowhere else.

Contrast was computed for every text token: at least 4.5:1 on its background, bids and asks at least 4.8:1 on their own
bars. Two banners never differ by hue alone: their words differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from textual.color import Color
from textual.theme import Theme

from tui.styles.tokens import Token


@dataclass(frozen=True, slots=True)
class _Colours:
    """One column of the table of tokens."""

    background: str
    surface: str
    text: str
    dim: str
    bid: str
    ask: str
    bid_bar: str
    ask_bar: str
    own: str
    warn: str
    danger: str
    info: str
    live: str = "#B3261E"
    on_live: str = "#FFFFFF"
    styles: Mapping[str, str] = field(default_factory=dict)


_DARK = _Colours(
    background="#0E1116",
    surface="#161B22",
    text="#D8DEE6",
    dim="#8B95A3",
    bid="#3FB58A",
    ask="#F0716A",
    bid_bar="#12352B",
    ask_bar="#45211F",
    own="#F2C14E",
    warn="#F0A030",
    danger="#FF6B6B",
    info="#6CB6FF",
)
_LIGHT = _Colours(
    background="#FAFAF7",
    surface="#EFEFEA",
    text="#1C2126",
    dim="#5C6570",
    bid="#0B6B4B",
    ask="#B3261E",
    bid_bar="#CBEBDD",
    ask_bar="#F7D4D0",
    own="#7A4E00",
    warn="#8A5A00",
    danger="#B00020",
    info="#0B5CAD",
)
_CONTRAST = _Colours(
    background="#000000",
    surface="#000000",
    text="#FFFFFF",
    dim="#C8C8C8",
    bid="#00FF9C",
    ask="#FF8A80",
    bid_bar="#005030",
    ask_bar="#6A0010",
    own="#FFFF00",
    warn="#FFD000",
    danger="#FF5050",
    info="#80D0FF",
    live="#D00000",
)
_COLOUR_BLIND = _Colours(
    background="#0E1116",
    surface="#161B22",
    text="#E2E6EC",
    dim="#98A2B0",
    bid="#56B4E9",
    ask="#E69F00",
    bid_bar="#0F3A55",
    ask_bar="#4A3300",
    own="#FFFFFF",
    warn="#F0E442",
    danger="#E18BBB",
    info="#009E73",
    live="#E69F00",
    on_live="#000000",
    styles={"own-style": "bold"},
)


_LINEAR_BELOW = 0.04045
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def _grey(text: str) -> str:
    """The grey of a colour's relative luminance (WCAG 2.1): ``mono`` then has every contrast computed for ``dark``."""
    parts = [part / 255 for part in Color.parse(text).rgb]
    linear = [part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(weight * part for weight, part in zip(_WEIGHTS, linear, strict=True))
    level = luminance * 12.92 if luminance <= _LINEAR_BELOW / 12.92 else 1.055 * luminance ** (1 / 2.4) - 0.055
    return Color(*(round(level * 255),) * 3).hex


_MONO = _Colours(
    background=_grey(_DARK.background),
    surface=_grey(_DARK.surface),
    text=_grey(_DARK.text),
    dim=_grey(_DARK.dim),
    bid=_grey(_DARK.bid),
    ask=_grey(_DARK.ask),
    bid_bar=_grey(_DARK.bid_bar),
    ask_bar=_grey(_DARK.ask_bar),
    own=_grey(_DARK.own),
    warn=_grey(_DARK.warn),
    danger=_grey(_DARK.danger),
    info=_grey(_DARK.info),
    live=_grey(_DARK.live),
)

_BANNERS = {
    Token.ON_BANNER: "#FFFFFF",
    Token.BANNER_DEMO: "#4A5568",
    Token.BANNER_PAPER: "#00695C",
    Token.BANNER_TESTNET: "#6A3FA0",
    Token.HALTED: "#F0E442",
    Token.ON_HALTED: "#000000",
}


def _theme(name: str, colours: _Colours, *, dark: bool = True, grey: bool = False) -> Theme:
    banners = {token.value: _grey(text) if grey else text for token, text in _BANNERS.items()}
    variables = {
        Token.DIM.value: colours.dim,
        Token.BID.value: colours.bid,
        Token.ASK.value: colours.ask,
        Token.BID_BAR.value: colours.bid_bar,
        Token.ASK_BAR.value: colours.ask_bar,
        Token.OWN.value: colours.own,
        Token.WARN.value: colours.warn,
        Token.DANGER.value: colours.danger,
        Token.INFO.value: colours.info,
        Token.BANNER_LIVE.value: colours.live,
        Token.ON_LIVE.value: colours.on_live,
        "border": colours.dim,
        "block-cursor-foreground": colours.background,
        "block-cursor-background": colours.text,
        "block-cursor-text-style": "none",
        "footer-key-foreground": colours.info,
        **banners,
        **colours.styles,
    }
    return Theme(
        name=name,
        primary=colours.info,
        secondary=colours.dim,
        accent=colours.own,
        warning=colours.warn,
        error=colours.danger,
        success=colours.bid,
        foreground=colours.text,
        background=colours.background,
        surface=colours.surface,
        panel=colours.surface,
        boost=colours.surface,
        dark=dark,
        variables=variables,
    )


def _sixteen() -> Theme:
    """The terminal's own sixteen colours: no background but bright black, a banner is reversed text."""
    variables = {
        Token.DIM.value: "ansi_bright_black",
        Token.BID.value: "ansi_green",
        Token.ASK.value: "ansi_red",
        Token.BID_BAR.value: "ansi_bright_black",
        Token.ASK_BAR.value: "ansi_bright_black",
        f"{Token.BID_BAR}-text": "ansi_bright_white",
        f"{Token.ASK_BAR}-text": "ansi_bright_white",
        Token.OWN.value: "ansi_bright_yellow",
        Token.WARN.value: "ansi_yellow",
        Token.DANGER.value: "ansi_bright_red",
        Token.INFO.value: "ansi_cyan",
        "border": "ansi_bright_black",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "none",
        "footer-key-foreground": "ansi_cyan",
    }
    for token in (*_BANNERS, Token.BANNER_LIVE, Token.ON_LIVE):
        variables[token.value] = "ansi_default"
    for token in (Token.BANNER_DEMO, Token.BANNER_PAPER, Token.BANNER_TESTNET):
        variables[f"{token}-style"] = "reverse"
    for token in (Token.BANNER_LIVE, Token.HALTED):
        variables[f"{token}-style"] = "reverse bold"
    return Theme(
        name="sixteen",
        ansi=True,
        primary="ansi_cyan",
        secondary="ansi_bright_black",
        accent="ansi_bright_yellow",
        warning="ansi_yellow",
        error="ansi_bright_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables=variables,
    )


THEMES: tuple[Theme, ...] = (
    _theme("dark", _DARK),
    _theme("light", _LIGHT, dark=False),
    _theme("contrast", _CONTRAST),
    _theme("colour-blind", _COLOUR_BLIND),
    _sixteen(),
    _theme("mono", _MONO, grey=True),
)
"""To be registered with the app, in the order of the picker."""


def theme_for(environment: Mapping[str, str], color_system: str | None) -> str:
    """Choose the theme that ``auto`` stands for.

    ``mono`` is an ordinary theme on purpose: an ANSI theme under ``NO_COLOR`` paints black on black in Textual 8.2.8,
    because the filter is fixed when the app is made.

    Args:
        environment: Process environment; ``NO_COLOR`` counts when it is not empty (no-color.org).
        color_system: `rich.console.Console.color_system`: ``standard`` for sixteen colours, None for none.
    """
    if environment.get("NO_COLOR"):
        return "mono"
    return "sixteen" if color_system == "standard" else "dark"

from __future__ import annotations

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tui.styles import THEMES, Palette, Token, theme_for
from tui.styles.palette import Ink

TRUE_COLOUR = [theme for theme in THEMES if not theme.ansi]
TEXTS = (Token.DIM, Token.BID, Token.ASK, Token.OWN, Token.WARN, Token.DANGER, Token.INFO)


def variables(theme: Theme) -> dict[str, str]:
    return {**theme.to_color_system().generate(), **theme.variables}


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.1."""

    def luminance(text: str) -> float:
        parts = [part / 255 for part in Color.parse(text).rgb]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("environment", "color_system", "name"),
    [
        ({"NO_COLOR": "1"}, "truecolor", "mono"),
        ({"NO_COLOR": "1"}, "standard", "mono"),
        ({"NO_COLOR": ""}, "truecolor", "dark"),
        ({}, "standard", "sixteen"),
        ({}, "256", "dark"),
        ({}, None, "dark"),
    ],
)
def test_auto_follows_the_terminal(environment: dict[str, str], color_system: str | None, name: str) -> None:
    assert theme_for(environment, color_system) == name


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_fills_every_token(theme: Theme) -> None:
    known = variables(theme)
    assert [token for token in Token if token.value not in known] == []


@pytest.mark.parametrize("theme", TRUE_COLOUR, ids=lambda theme: theme.name)
def test_text_can_be_read_on_its_background(theme: Theme) -> None:
    known = variables(theme)
    for token in TEXTS:
        assert contrast(known[token], theme.background or "") >= 4.5, token
        assert contrast(known[token], theme.surface or "") >= 4.5, token
    assert contrast(known[Token.BID], known[Token.BID_BAR]) >= 4.5
    assert contrast(known[Token.ASK], known[Token.ASK_BAR]) >= 4.5


@pytest.mark.parametrize("theme", TRUE_COLOUR, ids=lambda theme: theme.name)
def test_banners_can_be_read(theme: Theme) -> None:
    known = variables(theme)
    for banner in (Token.BANNER_DEMO, Token.BANNER_PAPER, Token.BANNER_TESTNET):
        assert contrast(known[Token.ON_BANNER], known[banner]) >= 4.5, banner
    assert contrast(known[Token.ON_LIVE], known[Token.BANNER_LIVE]) >= 4.5
    assert contrast(known[Token.ON_HALTED], known[Token.HALTED]) >= 4.5


def test_mono_has_no_hue() -> None:
    mono = next(theme for theme in THEMES if theme.name == "mono")
    for token in Token:
        red, green, blue = Color.parse(variables(mono)[token]).rgb
        assert red == green == blue, token


def test_the_sixteen_colour_theme_names_no_colour_of_its_own() -> None:
    sixteen = next(theme for theme in THEMES if theme.name == "sixteen")
    assert all("#" not in value for value in sixteen.variables.values())


def test_a_palette_stands_on_the_style_of_its_pane() -> None:
    base = Style(color="#D8DEE6", bgcolor="#0E1116")
    palette = Palette({"bid": "#3FB58A", "own": "#FFFFFF", "own-style": "bold"}, base)
    assert palette.style(Ink()) == base
    assert palette.style(Ink(Token.BID)).bgcolor == base.bgcolor
    assert palette.style(Ink(Token.OWN)).bold
    assert palette.style(Ink(Token.ASK)).color == base.color


def test_text_on_a_bar_takes_the_colour_the_theme_gives_it() -> None:
    sixteen = next(theme for theme in THEMES if theme.name == "sixteen")
    style = Palette(sixteen.variables, Style()).style(Ink(Token.ASK, Token.ASK_BAR))
    assert style.color is not None
    assert style.color.number == 15


def test_a_banner_without_colours_is_reversed() -> None:
    sixteen = next(theme for theme in THEMES if theme.name == "sixteen")
    style = Palette(sixteen.variables, Style()).style(Ink(Token.ON_LIVE, Token.BANNER_LIVE))
    assert style.reverse
    assert style.bold

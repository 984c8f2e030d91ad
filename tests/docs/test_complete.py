"""Documents written by hand leave nothing out: commands, fields, settings, exit codes, errors, options."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator

import typer

from architecture.checkers.source import ROOT
from connectors import errors
from connectors.simulator import options
from docs import simulator_page
from storage import paths, settings
from tui.cli import checkup, risk_shapes, shapes, venues_answers
from tui.cli.app import app
from tui.cli.exits import Exit
from tui.styles import THEMES

GUIDE = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
ERRORS = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
SIMULATOR = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
COMMAND_LINE_ONLY = {"UnknownSymbol", "CommandFailed"}
"""Errors of the command line alone, which a reader meets as their sentence."""


def commands() -> Iterator[str]:
    """Every command line that is not hidden, without options."""
    whole = typer.main.get_command(app)
    for name, command in getattr(whole, "commands", {}).items():
        inner = getattr(command, "commands", None)
        if inner is not None:
            yield from (f"tradedesk {name} {each}" for each in inner)
        elif not command.hidden:
            yield f"tradedesk {name}"


def fields_of(source: str) -> set[str]:
    """Every constant key of every dict in a module: the names it writes as JSON."""
    return {
        key.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def missing(names: set[str], text: str) -> list[str]:
    """Those of the names that do not stand in a document as code."""
    return sorted(name for name in names if f"`{name}`" not in text)


def error_names() -> set[str]:
    """Every error that can reach a human by its own name."""
    found = {
        name
        for module in (errors, paths, settings)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, errors.TradedeskError)
    }
    return found - COMMAND_LINE_ONLY


def test_the_guide_shows_every_command() -> None:
    assert [command for command in commands() if not re.search(rf"^{command}\b", GUIDE, re.MULTILINE)] == []


def test_the_guide_names_every_field_of_the_json() -> None:
    names = fields_of(inspect.getsource(shapes)) | {"bid_price", "bid_size", "ask_price", "ask_size"}
    for module in (checkup, risk_shapes, venues_answers):
        names |= {name for name in fields_of(inspect.getsource(module)) if name.islower() and " " not in name}
    assert len(names) > 80
    assert missing(names, GUIDE) == []


def test_the_guide_has_every_setting_with_its_default() -> None:
    for field in dataclasses.fields(settings.Settings):
        default = "none" if field.default is None else field.default
        shown = f"`{default}`" if isinstance(default, str) and default != "none" else f"{default}".removesuffix(".0")
        assert f"| `{field.name}` | {shown} |" in GUIDE, field.name


def test_the_guide_has_every_exit_code_and_no_other() -> None:
    assert re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE) == [str(code.value) for code in Exit]


def test_the_guide_names_every_theme() -> None:
    assert [theme.name for theme in THEMES if theme.name not in GUIDE] == []


def test_the_page_of_errors_has_every_error() -> None:
    assert missing(error_names(), ERRORS) == []


def test_the_page_of_errors_names_no_error_that_is_gone() -> None:
    shown = set(re.findall(r"^\| `(\w+)` \|", ERRORS, re.MULTILINE))
    assert shown <= error_names()
    assert len(shown) > 15


def test_the_page_of_the_simulator_has_every_option() -> None:
    names = {name.split()[0] for name in simulator_page.listed_options()}
    assert len(names) == len(dataclasses.fields(options.Options)) - 1, "all but the home have an option"
    assert missing(names, SIMULATOR) == []


def test_a_name_that_is_left_out_is_missed() -> None:
    assert missing({"there", "gone"}, "a `there` and a gone") == ["gone"]
    assert fields_of('{"a": 1, **b, "c": {"d": 2}}') == {"a", "c", "d"}

"""Words that do not fit, in our own sentence: which value against which limit, and where the words are listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from tui.format.clean import clean

_LONGEST = 1_000
"""Characters of a sentence on standard error."""
_NEGATIVE = re.compile(r"^-\.?\d")


def sentence(problem: typer.TyperException, words: Sequence[str]) -> str:
    """What is wrong with a command line, without the library's wording where that is about its own insides.

    Args:
        problem: As the library found it.
        words: The command line without the program's name.
    """
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else "tradedesk"
    said = _below_zero(problem, words) or _not_its_kind(problem) or clean(problem.format_message(), _LONGEST)
    return f"{said.rstrip('.')}. See: {path} --help" if said else f"A command is missing. See: {path} --help"


def _below_zero(problem: typer.TyperException, words: Sequence[str]) -> str:
    """A number with a minus where a size stands looks like an option to the library."""
    option = str(getattr(problem, "option_name", None) or "")
    typed = next((word for word in words if option and word.startswith(option) and _NEGATIVE.match(word)), "")
    if not typed:
        return ""
    return f"Size {clean(typed)} is not above 0: a size has no sign, BUY or SELL says it. Nothing was sent"


def _not_its_kind(problem: typer.TyperException) -> str:
    """A value that is no whole number, or outside of its bounds."""
    option, found = getattr(problem, "param", None), getattr(problem.__cause__, "errors", None)
    if option is None or found is None:
        return ""
    first: Mapping[str, Any] = found()[0]
    name, typed = next(reversed(option.opts), ""), clean(str(first.get("input", "")))
    match str(first.get("type", "")):
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return f"{name} {typed!r} is no whole number. Write it like 50"
        case "greater_than_equal":
            return f"{name} {typed} is under {first['ctx']['ge']}, the least it takes"
        case "less_than_equal":
            return f"{name} {typed} is above {first['ctx']['le']}, the most it takes"
    return ""

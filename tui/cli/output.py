"""What a command writes: one JSON document, or aligned plain text. Nothing else writes to standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from connectors.errors import TradedeskError
from tui.format.clean import clean

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""No float: amounts are strings."""

_LONGEST = 1_000
"""Characters of a sentence on standard error."""


def say(text: str) -> None:
    """Write a line and hand it on at once: who reads a watch through a pipe wants it now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_json(value: Json) -> None:
    """Write one JSON document on one line."""
    say(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def complain(sentence: str) -> None:
    """Write a sentence to standard error."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def complain_of(problem: TradedeskError) -> None:
    """Write to standard error what failed: one line, whatever a venue or a file put into it."""
    complain(clean(str(problem), _LONGEST, spaces=True))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns in line, two blanks apart; a head that begins with ``>`` has its column on the right.

    Args:
        heads: Names of the columns, units included.
        rows: As many texts each as there are heads.
    """
    right = [head.startswith(">") for head in heads]
    lines = [[head.removeprefix(">") for head in heads], *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if on_right else text.ljust(width)
            for text, width, on_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def pairs(named: Sequence[tuple[str, str]]) -> str:
    """Names and values, one pair a line, values in line."""
    width = max(len(name) for name, _ in named)
    return "\n".join(f"{name.ljust(width)}  {value}".rstrip() for name, value in named)

"""Rows of a client's table: a step, what its author expects, and what the simulator does not do yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Holds = Callable[[Any], Any]


def rows(open_findings: Mapping[str, str], *values: tuple[Any, ...]) -> list[Any]:
    """One parameter set a row, named by its step; the steps of open findings must fail until they are mended."""
    found = []
    for row in values:
        name = row[0]
        marks = [pytest.mark.xfail(reason=open_findings[name], strict=True)] if name in open_findings else []
        found.append(pytest.param(*row, marks=marks, id=name))
    return found


def has(**expected: Any) -> Holds:
    """These fields have these values."""
    return lambda found: {name: found[name] for name in expected} == expected


def names(*fields: str) -> Holds:
    """These fields are there."""
    return lambda found: set(fields) <= set(found)


def each(holds: Holds, least: int = 1) -> Holds:
    """A list of at least so many, of which each one holds."""
    return lambda found: len(found) >= least and all(holds(one) for one in found)

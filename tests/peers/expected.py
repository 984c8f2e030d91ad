"""Rows of a client's table: a step, what its author expects, and what the simulator does not do yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from peers.open_findings import OPEN

Holds = Callable[[Any], Any]


def rows(script: str, *values: tuple[Any, ...]) -> list[Any]:
    """One parameter set a row, named by its step; the steps of open findings must fail until they are mended."""
    return [pytest.param(*row, marks=marks(script, row[0]), id=row[0]) for row in values]


def marks(script: str, step: str) -> list[pytest.MarkDecorator]:
    """A strict expectation to fail for a step of an open finding, nothing for any other."""
    reason = OPEN.get((script, step))
    return [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]


def has(**expected: Any) -> Holds:
    """These fields have these values."""
    return lambda found: {name: found[name] for name in expected} == expected


def names(*fields: str) -> Holds:
    """These fields are there."""
    return lambda found: set(fields) <= set(found)


def each(holds: Holds, least: int = 1) -> Holds:
    """A list of at least so many, of which each one holds."""
    return lambda found: len(found) >= least and all(holds(one) for one in found)

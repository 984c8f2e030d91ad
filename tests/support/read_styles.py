"""Textual reads every style sheet anew for each app; the tests start hundreds of one kind, and read each once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet

_READ = "_parse_rules"


@contextmanager
def styles_read_once() -> Iterator[None]:
    """Keep what a sheet says, by its text and by the variables it was read with."""
    read = getattr(Stylesheet, _READ)
    known: dict[Any, Any] = {}

    def again(sheet: Any, css: str, read_from: Any, *rest: Any, **terms: Any) -> Any:
        variables = tuple(sorted(sheet.__dict__["_variables"].items()))
        key = (variables, css, read_from, rest, tuple(sorted(terms.items())))
        if key not in known:
            known[key] = read(sheet, css, read_from, *rest, **terms)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, _READ, again)
        yield

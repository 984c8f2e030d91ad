"""The checker of shapes sees what is missing, of another kind, or described nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from peers.shape import fields, misfits

GOOD: dict[str, Any] = {"price": "1.50", "id": 7, "name": "x", "on": True, "rows": [], "more": {}, "asset": None}
NEEDED = "n=price i=id s=name b=on l=rows d=more o=asset"


def test_a_specification_is_read_field_by_field() -> None:
    assert fields("n=price,qty i=time") == {"price": "n", "qty": "n", "time": "i"}


def test_what_fits_is_not_named() -> None:
    assert misfits(GOOD, NEEDED) == []
    assert misfits(GOOD | {"why": "late"}, NEEDED, "s=why") == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"price": 1.5}, "price is 1.5, no n"),
        ({"price": "1e-7"}, "price is '1e-7', no n"),
        ({"id": "7"}, "id is '7', no i"),
        ({"id": True}, "id is True, no i"),
        ({"on": 1}, "on is 1, no b"),
        ({"rows": {}}, "rows is {}, no l"),
        ({"asset": 3}, "asset is 3, no o"),
        ({"extra": 1}, "extra is described nowhere"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], wrong: str) -> None:
    assert misfits(GOOD | change, NEEDED) == [wrong]


def test_what_is_missing_is_named() -> None:
    assert misfits({}, "n=price") == ["price is missing"]

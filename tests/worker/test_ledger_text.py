"""What is kept of an asset ledger, read back as it was, and never guessed from what it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.engine.effects import LinesMoved
from connectors.model.ids import Epoch
from connectors.worker.ledger_text import fees_of, fees_text, lines_key, lines_of, lines_text
from engine.world import ACCOUNT, BTC, EPOCH

LINES = {"USDT": (Decimal("100000.000000000000000001"), 17), "BTC": (Decimal("-0.5"), None)}


def test_lines_come_back_to_the_last_digit_in_their_own_life_only() -> None:
    text = lines_text(LinesMoved(ACCOUNT, EPOCH, LINES))
    assert lines_of(text, EPOCH) == LINES
    assert lines_of(text, Epoch("another")) == {}
    assert str(ACCOUNT) in lines_key(ACCOUNT)


def test_fees_come_back_with_how_far_they_were_read() -> None:
    fees = {(BTC, "BNB"): Decimal("0.0010000000000000001")}
    assert fees_of(fees_text(EPOCH, fees, 41), EPOCH) == (fees, 41)
    assert fees_of(fees_text(EPOCH, fees, 41), Epoch("another")) == ({}, 0)


@pytest.mark.parametrize(
    "text", [None, "", "no json", "[]", '{"epoch": "life-1"}', '{"epoch": "life-1", "lines": {"A": ["x", 1]}}']
)
def test_what_is_not_of_the_form_is_no_line(text: str | None) -> None:
    assert lines_of(text, EPOCH) == {}
    assert fees_of(text, EPOCH) == ({}, 0)

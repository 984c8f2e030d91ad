"""Fees in third assets, read once each however often they are asked for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.model.fill import Fee, RecordedFill
from connectors.model.ids import Epoch
from connectors.ports.archive import Batch
from storage.archive import Archive
from support.kept import BTCUSDT, EPOCH, ETHUSDT, account, fill

PAIRS = {BTCUSDT: ("BTC", "USDT"), ETHUSDT: ("ETH", "USDT")}


def in_bnb(trade_id: str, amount: str, **changes: Any) -> RecordedFill:
    return fill(trade_id, fee=Fee("BNB", Decimal(amount)), **changes)


def test_fees_in_base_and_quote_are_no_third_ones_and_each_fill_is_read_once(archive: Archive) -> None:
    paid = [fill("1", fee=Fee("BTC", Decimal("0.1"))), fill("2", fee=Fee("USDT", Decimal(5))), fill("3", fee=None)]
    third = [in_bnb("4", "0.001"), in_bnb("5", "0.0000000000000000001"), in_bnb("6", "3", instrument=ETHUSDT)]
    archive.journal.append(Batch(fills=(*paid, *third)))
    found, read = archive.fills.other_fees(account(), EPOCH, PAIRS)
    assert found == {(BTCUSDT, "BNB"): Decimal("0.0010000000000000001"), (ETHUSDT, "BNB"): Decimal(3)}
    assert archive.fills.other_fees(account(), EPOCH, PAIRS, read) == ({}, read)
    archive.journal.append(Batch(fills=(in_bnb("7", "-0.5"),)))
    more, further = archive.fills.other_fees(account(), EPOCH, PAIRS, read)
    assert more == {(BTCUSDT, "BNB"): Decimal("-0.5")}
    assert further > read


def test_fees_of_another_account_or_life_or_of_what_is_not_listed_are_left_out(archive: Archive) -> None:
    elsewhere = (
        replace(in_bnb("1", "1"), account=account(2)),
        replace(in_bnb("2", "1"), epoch=Epoch("other")),
        in_bnb("3", "1", instrument=ETHUSDT),
    )
    archive.journal.append(Batch(fills=elsewhere))
    assert archive.fills.other_fees(account(), EPOCH, {BTCUSDT: ("BTC", "USDT")})[0] == {}

"""Orders come back from the journal as they were kept, to the last digit and word."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.model.fill import Fee
from connectors.model.ids import ClientListId, ClientOrderId, OrderId, VenueListId, VenueOrderId
from connectors.model.list_terms import ListKind, ListRole
from connectors.model.order import Order, OrderOrigin, OrderStatus, SelfTradePrevention
from connectors.model.order_record import Amending, Kinship
from connectors.ports.archive import Batch
from storage.archive import Archive
from storage.repositories.records import decode_order, encode
from support.kept import T0, account, entry, order


def everything_set() -> Order:
    """An order none of whose optional facts is at its default."""
    return order(
        1,
        status=OrderStatus.PARTIALLY_FILLED,
        quote_quantity=Decimal("1000.10"),
        trigger_price=Decimal("60000"),
        reduce_only=True,
        origin=OrderOrigin.EXT,
        venue_order_id=VenueOrderId("28"),
        filled=Decimal("0.00400"),
        cost=Decimal("247.216000000"),
        fees=(Fee("BNB", Decimal("-0.000001")),),
        canceling=True,
        reason="ξ “quoted” \\ \x00",
        next_check_ns=T0,
        parent=OrderId(account(9)),
        revision=4,
        seen_price=Decimal("61804.005"),
        sent_ns=T0 + 1,
        acked_ns=T0 + 2,
        client_order_ids=(ClientOrderId("a"), ClientOrderId("b")),
        kinship=Kinship.REPLACED,
        amending=Amending(T0, Decimal("0.02"), price=Decimal("61803.50"), replacement=OrderId(account(8))),
        replacement=OrderId(account(8)),
        list_id=ClientListId("list"),
        list_kind=ListKind.OCO,
        list_role=ListRole.STOP_LOSS,
        expire_time_ns=T0 + 3,
        emulated_expiry=True,
        trailing_delta=100,
        iceberg_quantity=Decimal("0.00100"),
        self_trade_prevention=SelfTradePrevention.EXPIRE_TAKER,
        prevented=Decimal("0.00010"),
        arrival_price=Decimal("61804.105"),
        decided_by_hand=True,
        changed_ns=T0 + 4,
        amend_ids=(OrderId(account(7)),),
        venue_list_id=VenueListId("17"),
    )


def test_an_order_comes_back_exactly_as_it_was_kept(archive: Archive) -> None:
    kept = everything_set()
    untouched = {field.name for field in fields(Order) if getattr(kept, field.name) == getattr(order(1), field.name)}
    assert untouched <= {
        "order_id",
        "account",
        "epoch",
        "instrument",
        "handle",
        "side",
        "type",
        "created_ns",
        "updated_ns",
        "quantity",
        "price",
        "time_in_force",
        "evidence",
    }
    archive.journal.append(Batch(entries=(entry(kept),)))
    assert archive.journal.order(kept.order_id) == kept
    assert str(archive.journal.orders()[0].cost) == "247.216000000"


@given(st.decimals(allow_nan=False, allow_infinity=False), st.text())
def test_any_amount_and_any_word_survive_the_record(amount: Decimal, word: str) -> None:
    kept = order(price=amount, reason=word.encode("utf-8", "replace").decode())
    back = decode_order(encode(kept))
    assert back == kept
    assert str(back.price) == str(amount)

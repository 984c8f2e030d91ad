"""The known answers of SECURITY-SPEC §15, and that no two rows are hashed from the same bytes."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from connectors.model.audit import AuditFact, AuditKind
from connectors.model.ids import AccountId
from storage.audit.chain import Anchor, Head, chained, digest_of, genesis, mac_of

ARCHIVE = bytes(range(0xC0, 0xD0))
KEY = bytearray(range(0xE0, 0x100))
FACT = AuditFact(
    time_us=1_700_000_000_000_000,
    kind=AuditKind.REQUEST,
    operation="order.place",
    outcome="SENT",
    latency_us=0,
    connection=AccountId(UUID(bytes=bytes(range(0x80, 0x90)))),
    client_order_id="td-1",
    detail=b'{"qty":"1"}',
)
GENESIS = "2dcaa5ae29edb9c31a1fbbbfaf205638777c5f5b449726be0dffb5d15ef64479"
ROW = "b4983392bbf1bfca5a21999db61ba59833c57c3f8dc7224065c039d5b54f5d87"
ANCHOR = "10eb6ee72d09b7e051d19b2516f5aedf5f8f6498ac38d71ba58f33647786658a"


def test_the_known_answers_of_the_specification() -> None:
    assert genesis(ARCHIVE).hex() == GENESIS
    row = chained(Head(0, genesis(ARCHIVE)), FACT)
    assert (row.seq, row.prev.hex(), row.digest.hex()) == (1, GENESIS, ROW)
    anchor = Anchor(1, row.digest, 1, genesis(ARCHIVE), FACT.time_us + 1)
    assert mac_of(KEY, anchor.message(ARCHIVE)).hex() == ANCHOR


CHANGES = {
    "time": replace(FACT, time_us=FACT.time_us + 1),
    "kind": replace(FACT, kind=AuditKind.ANSWER),
    "no connection": replace(FACT, connection=None),
    "another connection": replace(FACT, connection=AccountId(UUID(int=1))),
    "operation": replace(FACT, operation="order.plac"),
    "a letter moved to the next part": replace(FACT, operation="order.plac", outcome="eSENT"),
    "outcome": replace(FACT, outcome="LOST"),
    "latency": replace(FACT, latency_us=1),
    "no client order id": replace(FACT, client_order_id=None),
    "an empty client order id": replace(FACT, client_order_id=""),
    "detail": replace(FACT, detail=b'{"qty":"2"}'),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_part_of_a_row_is_in_its_hash(name: str) -> None:
    assert digest_of(genesis(ARCHIVE), 1, CHANGES[name]) != digest_of(genesis(ARCHIVE), 1, FACT)


def test_place_and_predecessor_are_in_its_hash() -> None:
    digests = {digest_of(prev, seq, FACT) for prev in (bytes(32), genesis(ARCHIVE)) for seq in (1, 2)}
    assert len(digests) == 4


def test_every_part_of_an_anchor_is_under_its_mac() -> None:
    anchor = Anchor(7, bytes(32), 3, b"\1" * 32, 9)
    others = [
        replace(anchor, seq=8),
        replace(anchor, digest=b"\2" * 32),
        replace(anchor, first_kept_seq=4),
        replace(anchor, hash_before_first=bytes(32)),
        replace(anchor, time_us=10),
    ]
    macs = {mac_of(KEY, one.message(ARCHIVE)) for one in (anchor, *others)}
    assert len(macs | {mac_of(KEY, anchor.message(bytes(16)))}) == len(others) + 2

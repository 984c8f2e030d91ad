"""Chains in memory, and what somebody with write access can do to them; the tests' own oracle beside it.

The oracle compares what the rows *say* with what was written, and knows nothing of hashes but which were left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from connectors.model.audit import AuditFact, AuditKind
from storage.audit.chain import Anchor, Head, Row, chained, genesis, mac_of
from storage.audit.head import KeptHead
from storage.audit.verify import Kept
from support.kept import T0, account

ARCHIVE = bytes(range(16))
KEY = b"k" * 32

Columns = tuple[Any, ...]


def fact(number: int, **changes: Any) -> AuditFact:
    made = AuditFact(
        T0 // 1_000 + number,
        AuditKind.REQUEST,
        "order.place",
        "SENT",
        0,
        account(),
        f"td-{number}",
        b'{"qty":"%d"}' % number,
    )
    return replace(made, **changes)


def columns(row: Row) -> Columns:
    what = row.fact
    owner = None if what.connection is None else str(what.connection)
    asked = (row.seq, what.time_us, str(what.kind), owner, what.operation, what.outcome)
    return (*asked, what.latency_us, what.client_order_id, what.detail, row.prev, row.digest)


def anchor_columns(anchor: Anchor) -> Columns:
    return (
        anchor.seq, anchor.digest, anchor.first_kept_seq, anchor.hash_before_first, anchor.time_us, anchor.mac
    )  # fmt: skip


def anchored(head: Head, first: int, before: bytes, key: bytes = KEY) -> Anchor:
    bare = Anchor(head.seq, head.digest, first, before, T0 // 1_000 + head.seq)
    return replace(bare, mac=mac_of(key, bare.message(ARCHIVE)))


@dataclass
class Chain:
    """A chain as a file holds it."""

    rows: list[Columns] = field(default_factory=list)
    anchors: list[Columns] = field(default_factory=list)

    @classmethod
    def of(cls, length: int, anchors: set[int]) -> Chain:
        """Rows 1 … ``length``, signed after each of ``anchors``."""
        made, head = cls(), Head(0, genesis(ARCHIVE))
        for number in range(length + 1):
            if number:
                row = chained(head, fact(number))
                made.rows.append(columns(row))
                head = Head(row.seq, row.digest)
            if number in anchors:
                made.anchors.append(anchor_columns(anchored(head, 1, genesis(ARCHIVE))))
        return made

    def copy(self) -> Chain:
        return Chain(list(self.rows), list(self.anchors))

    def rehash(self) -> None:
        """Compute numbers and hashes anew, as anybody can."""
        head = Head(0, genesis(ARCHIVE))
        for place, (_seq, time_us, _kind, _owner, operation, outcome, latency_us, order, detail, *_) in enumerate(
            self.rows
        ):
            row = chained(head, fact(0, time_us=time_us, operation=operation, outcome=outcome, latency_us=latency_us,
                                     client_order_id=order, detail=detail))  # fmt: skip
            self.rows[place] = columns(row)
            head = Head(row.seq, row.digest)

    def kept(self, *, has_vault: bool = True) -> Kept:
        """As it is read from a file."""
        rows = sorted(self.rows, key=lambda row: row[0])
        return Kept(ARCHIVE, iter(rows), sorted(self.anchors, key=lambda anchor: anchor[0]), has_vault)

    def head(self, seq: int) -> KeptHead:
        """What was written down when the chain had so many rows."""
        digest = self.rows[seq - 1][-1] if seq else genesis(ARCHIVE)
        return KeptHead(ARCHIVE, Head(seq, digest))


def check(macs: tuple[tuple[bytes, bytes], ...]) -> tuple[bool, ...]:
    """The vault's key."""
    return tuple(mac_of(KEY, message) == mac for message, mac in macs)


def locked(_macs: tuple[tuple[bytes, bytes], ...]) -> None:
    """A vault that is not open."""

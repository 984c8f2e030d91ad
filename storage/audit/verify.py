"""What can be proved of a chain, pure: rows in, verdict out (the table of SECURITY-SPEC §12).

Three proofs, each on top of the one before. The chain alone shows a careless change; whoever can write the file can
compute it anew. Anchors show what someone without the vault's key did before the last of them. A head that was kept
elsewhere shows what was cut off since, or that another copy lies here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.model.audit import AuditKind
from storage.audit.chain import ARCHIVE_ID, Anchor, Head, Row, digest_of, genesis
from storage.audit.head import KeptHead
from storage.audit.strict import anchor_of, row_of

CHECKED_AT_ONCE = 500
"""Anchors whose MACs are asked for in one question."""

Check = Callable[[tuple[tuple[bytes, bytes], ...]], tuple[bool, ...] | None]
"""(message, MAC) of anchors → whether each was made with the vault's key; None while that key is not at hand."""


class Proof(StrEnum):
    """How a chain was proved."""

    CHAIN = "chain"
    ANCHORS = "anchors"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that cannot be as it was written."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A chain as it lies in the file, all from one moment; every value may be of any type."""

    archive_id: object
    rows: Iterable[tuple[Any, ...]]
    """By seq, `storage.audit.strict.ROW_COLUMNS`."""
    anchors: Sequence[tuple[Any, ...]] = ()
    """By seq, then by age, `storage.audit.strict.ANCHOR_COLUMNS`."""
    has_vault: bool = False
    """Whether there should be anchors."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found."""

    proofs: tuple[Proof, ...]
    """What could be proved, if nothing is broken."""
    first_seq: int
    last_seq: int
    rows: int
    anchored_seq: int | None = None
    """The newest row under a genuine anchor; None where none was checked."""
    broken: Broken | None = None
    weaker: tuple[str, ...] = ()
    """Why something that was asked for could not be proved, one sentence each."""
    gap: str = ""
    """What the vault's anchor remembers otherwise, although a RESTORE row explains it: shown, and healed by nobody."""

    @property
    def unanchored(self) -> int:
        """Rows after the newest genuine anchor; all of them where none was checked."""
        return self.rows if self.anchored_seq is None else min(self.rows, max(0, self.last_seq - self.anchored_seq))


@dataclass(slots=True)
class _Walk:
    """One pass over the rows, and everything that was found wrong on the way."""

    first_seq: int
    before: bytes
    """Hash of the row before the first."""
    named: dict[int, set[bytes]] = field(default_factory=dict)
    """Hashes that anchors and a kept head name, by row."""
    found: list[Broken] = field(default_factory=list)
    last: Head = field(init=False)
    rows: int = 0
    retention: dict[str, Any] | None = None
    """Detail of the newest RETENTION row."""
    restored: bool = False
    """Whether a RESTORE row was passed."""
    remembered: Head | None = None
    """What the vault's anchor remembers as the newest row."""
    kept_it: bool = False
    """Whether that row was passed."""

    def __post_init__(self) -> None:
        self.last = Head(self.first_seq - 1, self.before)

    def name(self, seq: int, digest: bytes) -> None:
        """A hash that a row must have; what retention has deleted cannot be looked at any more."""
        if seq >= self.first_seq - 1:
            self.named.setdefault(seq, set()).add(digest)

    def run(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Go over the rows until one is wrong."""
        self._hold(self.last)
        for raw in rows:
            seq, row = self.last.seq + 1, row_of(raw)
            wrong = _wrong(seq, self.last, raw, row)
            if wrong or row is None:
                self.found.append(Broken(min(seq, raw[0]) if type(raw[0]) is int and raw[0] > 0 else seq, wrong))
                return
            self.last = Head(seq, row.digest)
            self.rows += 1
            self._hold(self.last)
            self.restored = self.restored or row.fact.kind == AuditKind.RESTORE
            if row.fact.kind == AuditKind.RETENTION:
                self.retention = _told(row.fact.detail)
        missing = [seq for seq in self.named if seq > self.last.seq]
        if missing:
            self.found.append(Broken(self.last.seq + 1, f"the rows up to {max(missing)} are gone"))
        self._begin()

    def gap(self) -> str:
        """What the vault's anchor remembers otherwise; a break where nothing explains it."""
        known = self.remembered
        if known is None or self.kept_it or known.seq < self.first_seq - 1 or self.found:
            return ""
        what = f"the vault's anchor remembers row {known.seq} otherwise, or it is gone"
        if self.restored:
            return f"{what[0].upper()}{what[1:]}: a backup was put in the place of the archive, as a RESTORE row says."
        self.found.append(Broken(min(known.seq, self.last.seq + 1), what))
        return ""

    def _hold(self, row: Head) -> None:
        self.kept_it = self.kept_it or row == self.remembered
        if self.named.get(row.seq, {row.digest}) != {row.digest}:
            self.found.append(Broken(max(row.seq, 1), "it is not the row that was signed, or kept as head"))

    def _begin(self) -> None:
        """See that what is gone from the beginning was exported and deleted by us, as the newest RETENTION row says."""
        told = None if self.retention is None else (self.retention.get("to"), self.retention.get("hash_to"))
        kept = None if self.first_seq == 1 else (self.first_seq - 1, self.before.hex())
        if told != kept:
            self.found.append(Broken(self.first_seq, "the chain does not begin where its last retention says"))


def verify(kept: Kept, check: Check, head: KeptHead | None = None, remembered: Head | None = None) -> Verdict:
    """Prove what can be proved.

    Args:
        kept: What lies in the file.
        check: Who holds the vault's key.
        head: A head that was kept elsewhere.
        remembered: The newest row as the vault's own anchor has it, where there is one.
    """
    anchors = [anchor_of(raw) for raw in kept.anchors]
    whole = [anchor for anchor in anchors if anchor is not None]
    archive_id = kept.archive_id if isinstance(kept.archive_id, bytes) and len(kept.archive_id) == ARCHIVE_ID else b""
    newest = whole[-1] if whole else None
    walk = _Walk(*((1, genesis(archive_id)) if newest is None else (newest.first_kept_seq, newest.hash_before_first)))
    if newest is not None and newest.first_kept_seq == 1 and newest.hash_before_first != genesis(archive_id):
        walk.found.append(Broken(1, "the archive's own id is another one"))
    genuine = _genuine(whole, archive_id, check) if anchors or kept.has_vault else ()
    if genuine is not None:
        if len(whole) < len(anchors) or not all(genuine):
            walk.found.append(Broken(walk.first_seq, "an anchor was not made with this vault's key"))
        for anchor in whole:
            walk.name(anchor.seq, anchor.digest)
    weaker = _weaker(kept, genuine)
    proofs = [Proof.CHAIN, *([Proof.ANCHORS] if genuine else [])]
    if head is not None:
        why = _take(head, archive_id, walk)
        weaker += why
        proofs += [] if why else [Proof.HEAD]
    walk.remembered = remembered if remembered is not None and remembered.seq else None
    walk.run(kept.rows)
    gap = walk.gap()
    return Verdict(
        tuple(proofs),
        walk.first_seq,
        walk.last.seq,
        walk.rows,
        whole[-1].seq if genuine else None,
        min(walk.found, key=lambda one: one.seq, default=None),
        tuple(weaker),
        gap,
    )


def _genuine(anchors: Sequence[Anchor], archive_id: bytes, check: Check) -> tuple[bool, ...] | None:
    """Whether each anchor was made with the vault's key; None while that is not at hand."""
    found: list[bool] = []
    for begin in range(0, max(1, len(anchors)), CHECKED_AT_ONCE):
        some = anchors[begin : begin + CHECKED_AT_ONCE]
        said = check(tuple((anchor.message(archive_id), anchor.mac) for anchor in some))
        if said is None:
            return None
        found += said
    return tuple(found)


def _weaker(kept: Kept, genuine: tuple[bool, ...] | None) -> list[str]:
    if genuine is None:
        return ["The anchors were not checked: the vault is not open. Open it: tradedesk vault unlock"]
    if kept.has_vault and not genuine:
        return ["There is a vault and not one anchor, so nothing shows who wrote these rows."]
    return []


def _take(head: KeptHead, archive_id: bytes, walk: _Walk) -> list[str]:
    """Hold the chain against a head; why that cannot be done, if so."""
    if head.archive_id != archive_id:
        walk.found.append(Broken(walk.first_seq, "the head that was kept is another archive's"))
    elif head.head.seq < walk.first_seq - 1:
        return [f"The head is of row {head.head.seq}, and what is kept begins at {walk.first_seq}: take a newer head."]
    walk.name(head.head.seq, head.head.digest)
    return []


def _wrong(seq: int, before: Head, raw: tuple[Any, ...], row: Row | None) -> str:
    """What is wrong with the row that should be number ``seq``; empty when nothing is."""
    if type(raw[0]) is int and raw[0] > seq:
        return "it is gone"
    if row is None:
        return "one of its values is not in the form in which they are written"
    if row.seq != seq:
        return "it stands where no row belongs"
    if row.prev != before.digest:
        return "it does not follow the row before it"
    if row.digest != digest_of(row.prev, row.seq, row.fact):
        return "it is not what its hash was made of"
    return ""


def _told(detail: bytes) -> dict[str, Any]:
    try:
        told = json.loads(detail, parse_float=str)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

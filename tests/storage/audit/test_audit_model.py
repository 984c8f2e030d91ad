"""T12: whatever is done to a chain, each proof tells exactly what the table of SECURITY-SPEC §12 says it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.audit import AuditKind
from storage.audit.chain import Head, chained, genesis
from storage.audit.verify import Proof, Verdict, verify
from support.audit_chains import ARCHIVE, KEY, Chain, Columns, anchor_columns, anchored, check, columns, fact, locked

ROWS = 6
VALUES: tuple[tuple[Any, ...], ...] = (
    (7, 0, -1),  # seq, which SQLite keeps an integer
    (0, -1, "now", 1.5),  # time_us
    ("ANSWER", b"REQUEST", 1),  # kind
    (None, "018E0000-0000-7000-8000-000000000001", "nobody", b"\x01" * 16),  # connection_id
    ("order.cancel", None, "\udcff"),  # operation
    ("LOST", "", None),  # outcome
    (1, -1, 1 << 63, None),  # latency_us
    (None, "", "td-0", b"td-1"),  # client_order_id
    (b"{}", "{}", None),  # detail
    (bytes(32), b"", None),  # prev
    (bytes(32), b"\x01" * 31, "h" * 32),  # hash
)
"""What each column of a row may be changed to: other values, other types, another spelling of the same."""


@dataclass(frozen=True)
class Deed:
    """One thing that is done to the rows."""

    what: str
    at: int
    other: int = 0
    column: int = 0
    value: Any = None

    def do(self, rows: list[Columns]) -> None:
        if not rows:
            return
        at, other = self.at % len(rows), self.other % len(rows)
        if self.what == "edit":
            rows[at] = (*rows[at][: self.column], self.value, *rows[at][self.column + 1 :])
        elif self.what == "delete":
            del rows[at]
        elif self.what == "insert":
            before = rows[at]
            rows[at:] = [(row[0] + 1, *row[1:]) for row in rows[at:]]
            new = columns(chained(Head(0, bytes(32)), fact(100 + self.other)))
            rows.insert(at, (before[0], *new[1:-2], before[-2], bytes(32)))
        elif self.what == "swap":
            rows[at], rows[other] = rows[other], rows[at]
        elif self.what == "swap what they say":
            (seq, *one), (second, *two) = rows[at], rows[other]
            rows[at], rows[other] = (seq, *two), (second, *one)
        elif self.what == "cut":
            del rows[at:]


edits = st.integers(0, len(VALUES) - 1).flatmap(
    lambda column: st.builds(
        Deed, st.just("edit"), st.integers(0, 20), column=st.just(column), value=st.sampled_from(VALUES[column])
    )
)
others = st.builds(
    Deed,
    st.sampled_from(("delete", "insert", "swap", "swap what they say", "cut")),
    st.integers(0, 20),
    st.integers(0, 20),
)
deeds = st.lists(st.one_of(edits, others), min_size=1, max_size=3)


def sorted_rows(chain: Chain) -> list[Columns]:
    """In the order of their numbers, each number once, as the file has it."""
    return sorted({row[0]: row for row in reversed(chain.rows)}.values(), key=lambda row: row[0])


def same_until(now: list[Columns], before: list[Columns]) -> int:
    """How many rows are as they were written."""
    pairs = zip(now, before, strict=False)
    return next((place for place, (one, two) in enumerate(pairs) if _differ(one, two)), min(len(now), len(before)))


def _differ(one: Columns, two: Columns) -> bool:
    return one != two or [type(value) for value in one] != [type(value) for value in two]


@dataclass
class Case:
    """A chain, and what somebody made of it."""

    before: Chain
    now: Chain
    same: int
    """Rows at the beginning that are as they were written."""
    chained: bool
    """Whether the hashes are as they must be: nothing was done, the end was cut, or all were computed anew."""

    def anchors_show(self) -> bool:
        """Anchors that are left and genuine speak for the rows before them; one that was made without the key never."""
        genuine = [anchor for anchor in self.now.anchors if anchor in self.before.anchors]
        return len(genuine) < len(self.now.anchors) or any(self.same < anchor[0] for anchor in genuine)


def judged(case: Case, verdict: Verdict, *, shown: bool) -> None:
    assert (verdict.broken is not None) == shown, verdict


def three_levels(case: Case, head_at: int) -> tuple[Verdict, ...]:
    """The three lines of the table, each held against the oracle; the verdicts, the weakest proof first."""
    kept, head = case.now.kept, case.before.head(head_at)
    alone = verify(kept(has_vault=False), locked)
    judged(case, alone, shown=not case.chained)
    if alone.broken is not None:
        assert alone.broken.seq == case.same + 1
    signed = verify(kept(), check)
    judged(case, signed, shown=not case.chained or case.anchors_show())
    assert (Proof.ANCHORS in signed.proofs) == bool(case.now.anchors)
    assert bool(signed.weaker) == (not case.now.anchors), "a vault without an anchor proves less than was asked"
    if signed.broken is None and case.now.anchors:
        assert signed.unanchored == len(case.now.rows) - max(anchor[0] for anchor in case.now.anchors)
    full = verify(kept(), check, head)
    judged(case, full, shown=not case.chained or case.anchors_show() or case.same < head_at)
    without_key = verify(kept(), locked, head)
    judged(case, without_key, shown=not case.chained or case.same < head_at)
    assert without_key.weaker, "without the key the anchors were not checked, and that is said"
    return alone, signed, full


def made(chain: Chain, done: list[Deed], *, rehash: bool) -> Case:
    now = chain.copy()
    for deed in done:
        deed.do(now.rows)
    if rehash:
        now.rows = [row for row in now.rows if _can_be_rehashed(row)]
        now.rehash()
    now.rows = sorted_rows(now)
    same = same_until(now.rows, chain.rows)
    return Case(chain, now, same, chained=rehash or same == len(now.rows))


def _can_be_rehashed(row: Columns) -> bool:
    kinds = (int, int, str, object, str, str, int, (str, type(None)), bytes)
    typed = all(isinstance(value, kind) for value, kind in zip(row, kinds, strict=False))  # type: ignore[arg-type]
    return typed and all(0 <= row[place] < 1 << 63 for place in (1, 6)) and "\udcff" not in str(row[4])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Case, int]:
    length = draw(st.integers(1, 9))
    chain = Chain.of(length, draw(st.sets(st.integers(0, length))))
    rehash = draw(st.booleans())
    case = made(chain, draw(deeds), rehash=rehash)
    about = draw(st.sampled_from(("left", "dropped", "newest dropped", "forged")))
    if about == "dropped":
        case.now.anchors = []
    elif about == "newest dropped":
        case.now.anchors = case.now.anchors[: draw(st.integers(0, len(case.now.anchors)))]
    elif about == "forged" and case.now.rows and rehash:
        seq, digest = case.now.rows[-1][0], case.now.rows[-1][-1]
        forged = anchored(Head(seq, digest), 1, genesis(ARCHIVE), key=b"x" * 32)
        case.now.anchors = [*case.now.anchors, anchor_columns(forged)]
    return case, draw(st.integers(0, length))


@given(cases())
def test_t12_any_tampering_is_told_exactly_as_the_table_says(drawn: tuple[Case, int]) -> None:
    alone, signed, full = three_levels(*drawn)
    assert (alone.broken is None) >= (signed.broken is None) >= (full.broken is None), "each proof shows more"


EVERY = [
    Deed(what, at, other=(at + 1) % ROWS)
    for what in ("delete", "insert", "swap", "swap what they say", "cut")
    for at in range(ROWS)
] + [
    Deed("edit", at, column=column, value=value)
    for column, values in enumerate(VALUES)
    for value in values
    for at in range(ROWS)
]


@pytest.mark.parametrize("rehash", [False, True], ids=["careless", "computed anew"])
def test_t12_any_single_deed_at_any_row_is_told_exactly_as_the_table_says(rehash: bool) -> None:
    chain = Chain.of(ROWS, {0, 3, 5})
    shown = [three_levels(made(chain, [deed], rehash=rehash), head_at=4) for deed in EVERY]
    seen = [sum(verdicts[level].broken is not None for verdicts in shown) for level in range(3)]
    assert seen == sorted(seen)
    assert (seen[0] == 0) == rehash


def test_an_untouched_chain_is_proved_by_all_three() -> None:
    chain = Chain.of(ROWS, {0, 2, 4})
    verdict = verify(chain.kept(), check, chain.head(5))
    assert verdict == Verdict((Proof.CHAIN, Proof.ANCHORS, Proof.HEAD), 1, ROWS, ROWS, 4)
    assert verdict.unanchored == 2


BLIND: dict[str, tuple[Callable[[Chain], None], tuple[bool, bool, bool]]] = {
    "the end is cut back to an anchor": (lambda chain: _cut(chain, 3), (False, False, True)),
    "everything after an anchor is rewritten": (lambda chain: _rewrite(chain, 4), (False, False, True)),
    "everything before an anchor is rewritten": (lambda chain: _rewrite(chain, 1), (False, True, True)),
    "one value is edited": (lambda chain: Deed("edit", 2, column=5, value="LOST").do(chain.rows), (True, True, True)),
}


def _cut(chain: Chain, length: int) -> None:
    del chain.rows[length:]
    chain.anchors = [anchor for anchor in chain.anchors if anchor[0] <= length]


def _rewrite(chain: Chain, seq: int) -> None:
    Deed("edit", seq - 1, column=5, value="DONE").do(chain.rows)
    chain.rehash()


@pytest.mark.parametrize("name", BLIND)
def test_what_each_level_does_not_show_is_what_the_table_says(name: str) -> None:
    tamper, shown = BLIND[name]
    before = Chain.of(ROWS, {0, 3})
    now = before.copy()
    tamper(now)
    verdicts = (
        verify(now.kept(has_vault=False), locked),
        verify(now.kept(), check),
        verify(now.kept(), check, before.head(ROWS)),
    )
    assert tuple(verdict.broken is not None for verdict in verdicts) == shown


def test_a_beginning_that_is_gone_needs_a_retention_and_an_anchor_of_the_vaults_key() -> None:
    chain = Chain.of(ROWS, {0})
    before = chain.rows[2][-1]
    del chain.rows[:3]
    last = Head(ROWS, chain.rows[-1][-1])
    chain.anchors = [anchor_columns(anchored(last, 4, before))]
    without = verify(chain.kept(), check)
    assert without.broken is not None
    assert (without.broken.seq, "retention" in without.broken.what) == (4, True)
    forged = chain.copy()
    forged.anchors = [anchor_columns(anchored(last, 4, before, key=b"x" * 32))]
    assert verify(forged.kept(), check).broken is not None


def test_many_anchors_are_asked_about_in_parts() -> None:
    chain = Chain.of(1100, set(range(0, 1101)))
    asked: list[int] = []

    def counted(macs: tuple[tuple[bytes, bytes], ...]) -> tuple[bool, ...]:
        asked.append(len(macs))
        return check(macs)

    assert verify(chain.kept(), counted).broken is None
    assert asked == [500, 500, 101]


def test_an_archive_in_which_nothing_was_recorded_is_whole() -> None:
    assert verify(Chain().kept(has_vault=False), locked) == Verdict((Proof.CHAIN,), 1, 0, 0)


def test_what_the_vaults_anchor_remembers_is_missed_unless_a_restore_explains_it() -> None:
    chain = Chain.of(ROWS, {0, 2})
    remembered = chain.head(5).head
    assert verify(chain.kept(), check, None, remembered) == verify(chain.kept(), check)
    _cut(chain, 3)
    cut = verify(chain.kept(), check, None, remembered)
    assert cut.broken is not None
    assert cut.broken.seq == 4
    restored = chained(chain.head(3).head, fact(9, kind=AuditKind.RESTORE))
    chain.rows.append(columns(restored))
    explained = verify(chain.kept(), check, None, remembered)
    assert explained.broken is None
    assert "RESTORE" in explained.gap


def test_a_row_of_another_chain_is_not_one_of_this_one_although_its_own_hash_is_right() -> None:
    chain = Chain.of(ROWS, set())
    strange = columns(chained(Head(2, b"\x07" * 32), fact(50)))
    chain.rows[2] = strange
    verdict = verify(chain.kept(has_vault=False), locked)
    assert verdict.broken is not None
    assert (verdict.broken.seq, verdict.broken.what) == (3, "it does not follow the row before it")


def test_anchors_of_another_key_do_not_vouch_for_a_chain_that_was_computed_anew() -> None:
    chain = Chain.of(ROWS, {0, 3})
    _rewrite(chain, 1)
    last = Head(ROWS, chain.rows[-1][-1])
    for key, broken in ((b"x" * 32, True), (KEY, False)):
        chain.anchors = [anchor_columns(anchored(last, 1, genesis(ARCHIVE), key=key))]
        assert (verify(chain.kept(), check).broken is not None) == broken

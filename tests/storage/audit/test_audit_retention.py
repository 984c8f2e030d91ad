"""Retention: whole prefixes, signed, old enough, about no order that still works; what is left stays provable."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Refused
from connectors.model.order import OrderStatus
from connectors.model.secret import SecretBytes
from connectors.ports.archive import Batch
from storage.archive import Archive, open_archive
from storage.audit.head import KeptHead, audit_head, read_head, write_head
from storage.audit.reading import kept_chain, newest_head
from storage.audit.retention import Prefix, exported_lines, prefix
from storage.audit.verify import Verdict, verify
from storage.backup.reading import reader_of
from storage.database.engine import Database
from support.audit_chains import KEY, check, fact, locked
from support.kept import T0, entry, order

DAY_US = 86_400_000_000
NOW_US = T0 // 1_000 + 200 * DAY_US
SHA = bytes(32)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with nothing in it."""
    path = tmp_path_factory.mktemp("template") / "tradedesk.db"
    open_archive(path).close()
    return path


@pytest.fixture
def archive(template: Path, file: Path) -> Iterator[Archive]:
    opened = opened_copy(template, file)
    yield opened
    opened.close()


def opened_copy(template: Path, file: Path) -> Archive:
    shutil.copy(template, file)
    file.chmod(0o600)
    opened = open_archive(file)
    opened.audit.hold(SecretBytes(bytearray(KEY)))
    return opened


def grow(archive: Archive, rows: int, *, signed: bool = True) -> None:
    at = archive.audit.head().seq
    archive.journal.append(Batch(audit=tuple(fact(at + number) for number in range(1, rows + 1))))
    if signed:
        archive.audit.anchor(NOW_US)


def proved(archive: Archive, head: KeptHead | None = None) -> Verdict:
    with kept_chain(archive.path) as kept:
        return verify(kept, archive.audit.genuine, head)


def removable(archive: Archive, days: int = 90, now_us: int = NOW_US) -> Prefix | None:
    with closing(reader_of(archive.path)) as reader:
        return prefix(reader, days, now_us)


def retain(archive: Archive, what: Prefix | None, *, days: int = 90, now_us: int = NOW_US) -> int:
    assert what is not None
    return archive.audit.retain(what.to, what.digest, SHA, days, now_us)


def test_what_is_left_is_proved_and_says_where_the_rest_went(archive: Archive) -> None:
    grow(archive, 5)
    grow(archive, 3, signed=False)
    what = removable(archive)
    assert what is not None
    assert (what.first, what.to, what.count) == (1, 5, 5)
    assert retain(archive, what) == 5
    verdict = proved(archive)
    assert (verdict.broken, verdict.first_seq, verdict.last_seq, verdict.unanchored) == (None, 6, 9, 0)
    with sqlite3.connect(archive.path) as connection:
        (detail,) = connection.execute("SELECT detail FROM audit WHERE kind = 'RETENTION'").fetchone()
    connection.close()
    assert json.loads(detail) == {
        "from": 1, "to": 5, "hash_to": what.digest.hex(), "count": 5, "export_sha256": SHA.hex()
    }  # fmt: skip


@given(steps=st.lists(st.one_of(st.integers(1, 4), st.just("anchor"), st.just("retain")), min_size=1, max_size=12))
def test_t12_retention_at_any_point_keeps_verification_green(
    steps: list[int | str], template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = opened_copy(template, tmp_path_factory.mktemp("any") / "tradedesk.db")
    for step in steps:
        if isinstance(step, int):
            grow(archive, step, signed=False)
        elif step == "anchor":
            archive.audit.anchor(NOW_US)
        elif (what := removable(archive)) is not None:
            retain(archive, what)
        verdict = proved(archive)
        assert verdict.broken is None, verdict
    archive.close()


def test_what_was_done_behind_a_retention_is_seen(archive: Archive) -> None:
    grow(archive, 5)
    retain(archive, removable(archive))
    grow(archive, 3)
    with sqlite3.connect(archive.path) as connection:
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute("DELETE FROM audit WHERE seq = 6")
        connection.execute("UPDATE audit_anchor SET first_kept_seq = 7")
    connection.close()
    assert proved(archive).broken is not None


def test_the_triggers_stand_again_afterwards(archive: Archive) -> None:
    grow(archive, 5)
    retain(archive, removable(archive))
    with sqlite3.connect(archive.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM audit")
    connection.close()


def test_fewer_than_ninety_days_are_refused(archive: Archive) -> None:
    grow(archive, 2)
    with pytest.raises(Refused, match="at least 90 days, and 89 were asked for"):
        removable(archive, days=89)
    what = removable(archive)
    with pytest.raises(Refused, match="at least 90 days"):
        retain(archive, what, days=89)


def test_young_rows_stay(archive: Archive) -> None:
    grow(archive, 4)
    young_us = T0 // 1_000 + 90 * DAY_US + 3
    assert removable(archive, now_us=young_us) is None, "rows 3 and 4 are too young, and row 2 is not signed"
    what = removable(archive)
    with pytest.raises(Refused, match="not the ones that may go"):
        retain(archive, what, now_us=young_us)
    assert archive.audit.head().seq == 4


def test_rows_since_the_oldest_order_that_still_works_stay(archive: Archive) -> None:
    grow(archive, 2)
    grow(archive, 2)
    waiting = order(1, status=OrderStatus.UNKNOWN, created_ns=(T0 // 1_000 + 3) * 1_000)
    archive.journal.append(Batch(entries=(entry(waiting),)))
    for _ in range(2):
        what = removable(archive)
        assert what is not None
        assert what.to == 2
        archive.journal.settle()
    archive.journal.append(Batch(entries=(entry(replace(waiting, status=OrderStatus.FILLED, revision=1)),)))
    archive.journal.settle()
    later = removable(archive)
    assert later is not None
    assert later.to == 4


def test_rows_that_no_anchor_of_the_key_signed_stay(archive: Archive) -> None:
    grow(archive, 4, signed=False)
    assert removable(archive) is None
    archive.audit.hold(SecretBytes(bytearray(b"x" * 32)))
    archive.audit.anchor(NOW_US)
    archive.audit.hold(SecretBytes(bytearray(KEY)))
    with pytest.raises(Refused, match="not signed"):
        retain(archive, removable(archive))


def test_without_the_key_nothing_goes(archive: Archive) -> None:
    grow(archive, 4)
    what = removable(archive)
    archive.audit.drop_key()
    with pytest.raises(Refused, match="open the vault"):
        retain(archive, what)


def test_a_retention_of_another_row_than_was_exported_is_refused(archive: Archive) -> None:
    grow(archive, 4)
    with pytest.raises(Refused, match="not the ones that may go"):
        archive.audit.retain(4, bytes(32), SHA, 90, NOW_US)


def test_the_export_holds_every_row_as_it_was_hashed(archive: Archive) -> None:
    grow(archive, 3)
    what = removable(archive)
    assert what is not None
    with closing(reader_of(archive.path)) as reader:
        lines = [json.loads(line) for line in exported_lines(reader, what)]
    assert [line["seq"] for line in lines] == [1, 2, 3]
    assert lines[2]["hash"] == what.digest.hex()
    assert lines[0]["detail"] == '{"qty":"1"}'


def test_a_head_is_written_down_and_found_again(archive: Archive) -> None:
    assert newest_head(archive.path) is None
    grow(archive, 3)
    kept = newest_head(archive.path)
    assert kept is not None
    written = write_head(kept)
    assert (len(written), read_head(f"audit head of today:\n  {written}\n")) == (112, kept)
    own = Database.open(archive.path)
    assert audit_head(own).seq == kept.head.seq
    assert audit_head(own).digest == kept.head.digest
    own.dispose()
    retain(archive, removable(archive))
    assert proved(archive, kept).broken is None
    grow(archive, 1)
    retain(archive, removable(archive, now_us=NOW_US + 200 * DAY_US), now_us=NOW_US + 200 * DAY_US)
    assert "take a newer head" in proved(archive, kept).weaker[0]


@pytest.mark.parametrize("text", ["", "ab" * 55, "ab" * 57, f"{'ab' * 56} {'cd' * 56}"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="112 hex digits"):
        read_head(text)


def test_text_that_is_none_is_a_broken_row_and_not_a_failed_reading(archive: Archive) -> None:
    grow(archive, 3)
    with sqlite3.connect(archive.path) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET operation = CAST(x'ff' AS TEXT) WHERE seq = 2")
    connection.close()
    with kept_chain(archive.path) as kept:
        verdict = verify(kept, locked)
    assert verdict.broken is not None
    assert verdict.broken.seq == 2


def test_the_anchors_of_the_archive_are_those_of_the_specification(archive: Archive) -> None:
    grow(archive, 2)
    with kept_chain(archive.path) as kept:
        assert verify(kept, check).broken is None

"""Full disk, locked file, damaged file, no right to write, kill -9: one sentence each, and nothing lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from connectors.errors import ArchiveFailed
from connectors.model.audit import AuditFact, AuditKind, AuditOutcome
from connectors.model.fill import RecordedFill
from connectors.ports.archive import Batch
from storage.archive import Archive, Limits, open_archive
from storage.database.failures import archive_failed
from storage.paths import FilesTooOpen, HomeUnusable
from support.kept import T0, entry, fill, order

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_full_disk_refuses_the_batch_and_keeps_everything_before_it(file: Path) -> None:
    archive = open_archive(file, Limits(max_pages=60))
    kept = 0
    with pytest.raises(ArchiveFailed, match=r"no room left.*free some space.*Nothing was written") as caught:
        for number in range(1, 1_000):
            kept = archive.journal.append(Batch(entries=(entry(order(number, reason="x" * 2_000)),)))
    assert caught.value.code == "SQLITE_FULL"
    assert kept > 3
    assert archive.journal.last_number() == kept
    assert len(archive.journal.orders()) == kept
    with pytest.raises(ArchiveFailed, match="no room left"):
        archive.journal.append(Batch(entries=(entry(order(2_000, reason="x" * 2_000)),)))
    archive.close()
    roomy = open_archive(file)
    assert roomy.journal.append(Batch(entries=(entry(order(3_000)),))) == kept + 1
    roomy.check()
    roomy.close()


UNCHAINABLE = AuditFact(T0 // 1_000, AuditKind.REQUEST, "order.place", AuditOutcome.SENT, latency_us=-1)


@pytest.mark.parametrize("fills", [(), (fill(),)], ids=["an intent", "what is held too"])
def test_a_batch_that_cannot_be_written_whole_is_taken_back_whole(file: Path, fills: tuple[RecordedFill, ...]) -> None:
    archive = open_archive(file)
    with pytest.raises(ArchiveFailed, match="Nothing was written") as caught:
        archive.journal.append(Batch(entries=(entry(order(1)),), fills=fills, audit=(UNCHAINABLE,)))
    assert caught.value.__cause__ is None
    assert archive.journal.last_number() == 0
    assert archive.journal.append(Batch(entries=(entry(order(2)),), fills=fills)) == 1
    archive.close()
    with closing(sqlite3.connect(file)) as again:
        kept = again.execute("SELECT number, order_id FROM order_events").fetchall()
    assert kept == [(1, str(order(2).order_id))]


def test_an_intent_is_written_through_no_more_than_its_statements(archive: Archive) -> None:
    """What the library above the driver does around them takes an order half a millisecond."""
    statements: list[str] = []
    with archive.journal._database.read("test") as connection:  # noqa: SLF001  # the statements are what is counted
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    driver.set_trace_callback(statements.append)
    fact = replace(UNCHAINABLE, latency_us=0)
    assert archive.journal.append(Batch(entries=(entry(order()),), audit=(fact,))) == 1
    driver.set_trace_callback(None)
    words = [statement.split()[0] for statement in statements if not statement.startswith("--")]
    first = ["SELECT", "INSERT"] if "audit_archive" in "".join(statements) else []
    assert words == ["BEGIN", "SELECT", "INSERT", "SELECT", *first, "INSERT", "COMMIT"]


def test_a_locked_file_fails_after_its_wait_and_works_once_it_is_free(file: Path) -> None:
    archive = open_archive(file, Limits(busy_timeout_ms=0))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ArchiveFailed, match=r"Another program holds .* locked"):
        archive.journal.append(Batch(entries=(entry(order()),)))
    assert archive.journal.orders() == []
    other.execute("ROLLBACK")
    other.close()
    assert archive.journal.append(Batch(entries=(entry(order()),))) == 1
    archive.close()


@pytest.mark.parametrize(
    "content", [b"this is no database, it is a letter" * 99, b"SQLite format 3\x00" + b"\xff" * 5_000]
)
def test_a_file_that_is_no_archive_is_named_and_left_as_it_is(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ArchiveFailed, match=rf"damaged or is no archive: move it away \(mv {file}"):
        open_archive(file)
    assert file.read_bytes() == content


def test_damage_inside_a_small_archive_is_found_at_start(file: Path) -> None:
    archive = open_archive(file)
    for number in range(1, 60):
        archive.journal.append(Batch(entries=(entry(order(number, reason="x" * 900)),)))
    archive.close()
    content = bytearray(file.read_bytes())
    last = len(content) - 4096
    content[last : last + 64] = b"\xa5" * 64
    file.write_bytes(content)
    with pytest.raises(ArchiveFailed, match="damaged"):
        open_archive(file)


NOBODY = 65534

AS_NOBODY = f"""
import os, sys
from pathlib import Path
from connectors.errors import TradedeskError
from storage.archive import open_archive
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
try:
    open_archive(Path(sys.argv[1]))
except TradedeskError as problem:
    sys.stdout.write(f"{{type(problem).__name__}} {{problem}}")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize(
    ("there", "said"),
    [
        (False, "HomeUnusable {file} cannot be used (Permission denied)."),
        (True, "ArchiveFailed {file} cannot be opened"),
    ],
)
def test_a_folder_that_cannot_be_written_is_a_sentence(short_tmp: Path, there: bool, said: str) -> None:
    file = short_tmp / "tradedesk.db"
    if there:
        open_archive(file).close()
        os.chown(file, NOBODY, NOBODY)
    short_tmp.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(file)], capture_output=True, text=True, check=True, env=_env()
    )
    assert done.stdout.startswith(said.format(file=file))


def test_a_database_that_may_only_be_read_is_a_sentence(file: Path) -> None:
    open_archive(file).close()
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("DELETE FROM orders")
    connection.close()
    problem = archive_failed(caught.value, file, "journal.append")
    assert problem.code == "SQLITE_READONLY"
    assert "writable for you" in problem.sentence


def test_a_failure_carries_no_value_of_the_statement(archive: Archive, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("DROP TABLE order_events")
    other.close()
    with pytest.raises(ArchiveFailed) as caught:
        archive.journal.append(Batch(entries=(entry(order(reason="canary-value")),)))
    assert "canary-value" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["tradedesk.db", "tradedesk.db-wal", "tradedesk.db-shm"])
def test_a_link_placed_at_the_archive_or_beside_it_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HomeUnusable, match="is a link"):
        open_archive(tmp_path / "tradedesk.db")
    assert not (tmp_path / "elsewhere").exists()


def test_an_archive_that_others_can_read_is_refused(file: Path) -> None:
    open_archive(file).close()
    file.chmod(0o640)
    with pytest.raises(FilesTooOpen, match="chmod 600"):
        open_archive(file)


def test_everything_sqlite_writes_beside_the_archive_is_private(archive: Archive, file: Path) -> None:
    archive.journal.append(Batch(entries=(entry(order()),)))
    beside = sorted(file.parent.iterdir())
    assert [path.name for path in beside] == ["tradedesk.db", "tradedesk.db-shm", "tradedesk.db-wal"]
    assert {path.stat().st_mode & 0o777 for path in beside} == {0o600}


def test_a_commit_waits_for_the_disk(archive: Archive, file: Path) -> None:
    with archive.journal._database.read("test") as connection:  # noqa: SLF001  # its pragmas are the guarantee
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "mmap_size")
        }
    full = 2
    assert values == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "mmap_size": 0,
    }


WRITER = """
import sys
from pathlib import Path
from connectors.ports.archive import Batch
from storage.archive import open_archive
from support.kept import entry, order, fill
archive = open_archive(Path(sys.argv[1]))
for number in range(1, 100_000):
    done = archive.journal.append(Batch(entries=(entry(order(number)),), fills=(fill(str(number)),)))
    sys.stdout.write(f"{done}\\n")
    sys.stdout.flush()
"""


def test_kill_9_between_and_inside_commits_loses_no_committed_entry_and_keeps_no_half(file: Path) -> None:
    told = 0
    for after in (1, 7, 40):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True, env=_env()
        )
        assert writer.stdout is not None
        for _ in range(after):
            told = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split("\n")
        writer.stdout.close()
        writer.wait()
        told = max([told, *(int(line) for line in rest[:-1])])
        archive = open_archive(file)
        assert archive.journal.last_number() >= told
        orders, fills = archive.journal.orders(), archive.fills.fills()
        assert len(orders) == len(fills)
        archive.check()
        archive.close()
        file.unlink()


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{CHECKOUT / 'tests'}:{CHECKOUT}"}

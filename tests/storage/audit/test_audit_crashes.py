"""T12: kill -9 at every statement of a write to the chain: the row is there or not, and the next one follows."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.model.secret import SecretBytes
from connectors.ports.archive import Batch
from storage.archive import Archive, open_archive
from storage.audit.reading import kept_chain
from storage.audit.verify import Verdict, verify
from support.audit_chains import KEY, fact
from support.kept import T0, entry, order
from support.killed import was_killed

NOW_US = T0 // 1_000 + 200 * 86_400_000_000
MOST_STEPS = 60

ACTS: dict[str, Callable[[Archive], object]] = {
    "intent": lambda archive: archive.journal.append(Batch(entries=(entry(order(1)),), audit=(fact(7), fact(8)))),
    "anchor": lambda archive: archive.audit.anchor(NOW_US),
    "retention": lambda archive: archive.audit.retain(4, _hash_of(archive, 4), bytes(32), 90, NOW_US),
}


def _hash_of(archive: Archive, seq: int) -> bytes:
    with kept_chain(archive.path) as kept:
        return bytes(next(row[-1] for row in kept.rows if row[0] == seq))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain of six rows, signed after the fourth."""
    path = tmp_path_factory.mktemp("start") / "tradedesk.db"
    archive = open_archive(path)
    archive.audit.hold(SecretBytes(bytearray(KEY)))
    archive.audit.append(tuple(fact(number) for number in range(1, 5)))
    archive.audit.anchor(NOW_US - 1)
    archive.audit.append((fact(5), fact(6)))
    archive.close()
    return path


def killed_at(path: Path, act: Callable[[Archive], object], at: int) -> bool:
    """Run ``act`` in a process that ends before its statement number ``at``; whether it came so far."""
    return was_killed(lambda: _run(path, act, at))


def _run(path: Path, act: Callable[[Archive], object], at: int) -> None:
    archive = open_archive(path)
    archive.audit.hold(SecretBytes(bytearray(KEY)))
    with archive.journal._database.read("test") as connection:  # noqa: SLF001  # each statement is to be seen
        driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    steps = 0

    def step(_statement: str) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    driver.set_trace_callback(step)
    act(archive)
    step("")


def proved(archive: Archive) -> Verdict:
    with kept_chain(archive.path) as kept:
        verdict = verify(kept, archive.audit.genuine)
    assert verdict.broken is None, verdict
    assert verdict.rows == verdict.last_seq - verdict.first_seq + 1
    return verdict


@pytest.mark.parametrize("name", ACTS)
def test_t12_kill_9_between_append_and_commit_leaves_no_fork(name: str, start: Path, tmp_path: Path) -> None:
    seen = []
    for at in range(1, MOST_STEPS):
        folder = Path(shutil.copytree(start.parent, tmp_path / str(at)))
        killed = killed_at(folder / start.name, ACTS[name], at)
        archive = open_archive(folder / start.name)
        archive.audit.hold(SecretBytes(bytearray(KEY)))
        left = proved(archive)
        archive.audit.append((fact(99),))
        assert proved(archive).rows == left.rows + 1, "the next row follows"
        seen.append((left.first_seq, left.rows, left.anchored_seq, len(archive.journal.orders())))
        archive.close()
        if not killed:
            break
    else:
        pytest.fail(f"{name} has more than {MOST_STEPS} statements")
    assert len(set(seen)) == 2, "the old chain or the new one, never a third"
    assert seen == sorted(seen, key=lambda one: one == seen[-1]), "once new, it stays new"

"""T5c: kill -9 before and after every statement of every write: the old vault or the new one, never a third."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.errors import ArchiveFailed, WrongPassphrase
from connectors.model.secret import SecretBytes
from storage.archive import open_archive
from storage.database.engine import Database, Limits
from storage.vault.anchor import Anchor, AnchorFile
from storage.vault.sqlite import SqliteVaultStore
from storage.vault.unlocking import ByRecoveryKey, Opener
from storage.vault.vault import Vault
from support.clock import FakeClock
from support.vaults import OTHER, PASSPHRASE, Desk, bound, by, cheap, fields, register, secret, text_of

RECOVERY = bytes(range(20))
MOST_STEPS = 80
EVERY = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
"""In a soak the process also ends before each statement that only reads, which finds what the one before it left."""
READS = ("SELECT", "PRAGMA query_only")


@dataclass
class Place:
    """A folder with an archive and an anchor."""

    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "tradedesk.db"

    def desk(self) -> tuple[Database, Desk]:
        database = Database.open(self.archive)
        return database, Desk(SqliteVaultStore(database), AnchorFile(self.folder / "vault.anchor"), FakeClock())


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A vault with two passphrases, a recovery key, two connections and an item."""
    place = Place(tmp_path_factory.mktemp("start"))
    open_archive(place.archive).close()
    register(place.archive, 1, 2, 3)
    database, desk = place.desk()
    vault = desk.made(connections=2)
    vault.slots.add_recovery(by(), SecretBytes(bytearray(RECOVERY)))
    vault.credentials.put_item("note", secret("a note"))
    database.checkpoint()
    database.dispose()
    return place


class KilledAnchors:
    """The anchor's file, with a step before and after each write."""

    def __init__(self, real: AnchorFile, step: Callable[[], None]) -> None:
        self._real, self._step = real, step

    def read(self) -> Anchor | None:
        return self._real.read()

    def write(self, anchor: Anchor) -> None:
        self._step()
        self._real.write(anchor)
        self._step()


def killed_at(place: Place, act: Callable[[Vault], object], at: int, *, fresh: bool) -> bool:
    """Run ``act`` in a process that ends before its statement number ``at``; whether it came so far."""
    with warnings.catch_warnings():
        # From 3.12 on, Python warns where pytest's own threads run; the child touches none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            run(place, act, at, fresh=fresh)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def run(place: Place, act: Callable[[Vault], object], at: int, *, fresh: bool) -> None:
    database, desk = place.desk()
    anchors = desk.anchors
    assert isinstance(anchors, AnchorFile)
    steps = 0

    def step(statement: str = "") -> None:
        nonlocal steps
        if statement.startswith(READS) and not EVERY:
            return
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

    armed = Vault(desk.store, KilledAnchors(anchors, step), desk.clock, cost=cheap())
    if not fresh:
        armed.unlock(by())
    with database.read("test") as connection:
        driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_trace_callback(step)
    act(armed)
    step()


def seen(place: Place, *openers: tuple[str, Opener]) -> tuple[object, ...]:
    """What a restart finds: who can open it, and everything that is in it. Nothing is written."""
    database, desk = place.desk()
    found: list[object] = []
    for name, opener in openers:
        vault = desk.vault()
        try:
            vault.unlock(opener)
        except WrongPassphrase:
            continue
        held = {
            (facts.label, field): text_of(vault.credentials.field(facts.connection_id, field))
            for facts in vault.credentials.all()
            for field in vault.credentials.names(facts.connection_id)
        }
        note = vault.credentials.item("note")
        found.append((name, held, None if note is None else text_of(note), len(vault.slots.all())))
    database.dispose()
    return tuple(found)


def openers() -> tuple[tuple[str, Opener], ...]:
    return (
        ("old", by()),
        ("new", by(OTHER)),
        ("recovery", ByRecoveryKey(SecretBytes(bytearray(RECOVERY)))),
        ("new recovery", ByRecoveryKey(SecretBytes(bytearray(reversed(RECOVERY))))),
    )


def remove_recovery(vault: Vault) -> None:
    (slot,) = (facts for facts in vault.slots.all() if facts.label == "paper")
    vault.slots.remove(by(), slot.slot_id)


ACTS: dict[str, Callable[[Vault], object]] = {
    "put": lambda vault: vault.credentials.put(bound(3), fields(3)),
    "replace": lambda vault: vault.credentials.put(bound(1), fields(9)),
    "rebind": lambda vault: vault.credentials.rebind(bound(1, label="renamed")),
    "forget": lambda vault: vault.credentials.forget(bound(1).connection_id),
    "item": lambda vault: vault.credentials.put_item("note", secret("another note")),
    "change passphrase": lambda vault: vault.slots.change_passphrase(by(), by(OTHER)),
    "add passphrase": lambda vault: vault.slots.add_passphrase(by(), by(OTHER), "second"),
    "remove recovery": remove_recovery,
    "rekey": lambda vault: vault.rekey(by(), recovery=SecretBytes(bytearray(reversed(RECOVERY)))),
}


@pytest.mark.parametrize("name", ACTS)
def test_t5c_kill_9_at_any_statement_leaves_the_old_vault_or_the_new(name: str, start: Place, tmp_path: Path) -> None:
    def again(number: int) -> Place:
        return Place(Path(shutil.copytree(start.folder, tmp_path / str(number))))

    undisturbed = again(0)
    assert not killed_at(undisturbed, ACTS[name], 0, fresh=False)
    old, new = seen(start, *openers()), seen(undisturbed, *openers())
    assert old != new
    outcomes = []
    for at in range(1, MOST_STEPS):
        place = again(at)
        if not killed_at(place, ACTS[name], at, fresh=False):
            break
        found = seen(place, *openers())
        assert found in (old, new), f"a third vault after statement {at}"
        outcomes.append(found == new)
    else:
        pytest.fail(f"{name} has more than {MOST_STEPS} statements")
    assert outcomes == sorted(outcomes), "once new, it stays new"
    assert outcomes[0] is False
    assert outcomes[-1] is True
    assert len(outcomes) >= 8


def test_t5c_kill_9_while_a_vault_is_made_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    empty = Place(tmp_path / "empty")
    empty.folder.mkdir()
    open_archive(empty.archive).close()
    outcomes = []
    for at in range(1, MOST_STEPS):
        place = Place(Path(shutil.copytree(empty.folder, tmp_path / str(at))))
        killed = killed_at(place, lambda vault: vault.create(by()), at, fresh=True)
        database, desk = place.desk()
        there = desk.vault().exists()
        if there:
            assert desk.vault().unlock(by()).slot.label == "main"
        else:
            desk.vault().create(by(PASSPHRASE))
        database.dispose()
        outcomes.append(there)
        if not killed:
            break
    assert outcomes == sorted(outcomes)
    assert {*outcomes} == {False, True}


def test_a_full_disk_changes_nothing_and_the_vault_goes_on(start: Place, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(start.folder, tmp_path / "full"))
    pages = (folder / "tradedesk.db").stat().st_size // 4096
    database = Database.open(folder / "tradedesk.db", Limits(max_pages=pages))
    desk = Desk(SqliteVaultStore(database), AnchorFile(folder / "vault.anchor"))
    vault = desk.opened()
    with pytest.raises(ArchiveFailed, match="no room left"):
        vault.credentials.put(bound(3), {"secret": secret("x" * 8000), "api_key": secret("x" * 8000)})
    assert len(vault.credentials.all()) == 2
    assert len(desk.opened().credentials.all()) == 2
    vault.credentials.forget(bound(2).connection_id)
    assert len(desk.opened().credentials.all()) == 1
    database.dispose()

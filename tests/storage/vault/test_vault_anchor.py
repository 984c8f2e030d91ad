"""The anchor's file, the watch for sleep, and what the room of the vault may not contain."""

from __future__ import annotations

import ast
import os
import re
import sys
from pathlib import Path

import pytest

from connectors.errors import VaultDamaged, VaultRolledBack
from connectors.model.vault import VaultState
from storage.paths import FilesTooOpen, HomeUnusable
from storage.vault.anchor import Anchor, AnchorFile, AuditHead
from storage.vault.suspend import LINUX_TOLERANCE_NS, OTHER_TOLERANCE_NS, SuspendWatch
from storage.vault.unlocking import ByKeyring
from storage.vault.vault import Vault
from support.clock import FakeClock
from support.vaults import Desk, MemoryKeyring, MemoryStore, bound, by, cheap, secret

ROOT = Path(__file__).resolve().parents[3]
ROOM = sorted((ROOT / "storage" / "vault").glob("*.py"))
ANCHOR = Anchor(bytes(range(16)), 7, bytes(range(32)), AuditHead(3, bytes(32)))
SECOND = 1_000_000_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vault.anchor"


def test_the_anchor_is_one_line_that_only_its_owner_reads(file: Path) -> None:
    anchors = AnchorFile(file)
    assert anchors.read() is None
    anchors.write(ANCHOR)
    assert anchors.read() == ANCHOR
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text(encoding="ascii") == (
        '{"format":"TDA1","vault_id":"000102030405060708090a0b0c0d0e0f","generation":7,'
        f'"seal":"{bytes(range(32)).hex()}","audit_seq":3,"audit_head":"{bytes(32).hex()}"}}\n'
    )
    assert [path.name for path in file.parent.iterdir()] == ["vault.anchor"]


def test_an_anchor_of_a_crash_that_was_never_named_is_written_over(file: Path) -> None:
    file.with_name("vault.anchor.new").write_text("half", encoding="ascii")
    AnchorFile(file).write(ANCHOR)
    assert AnchorFile(file).read() == ANCHOR


def test_an_anchor_that_others_read_or_that_is_a_link_is_refused(file: Path, tmp_path: Path) -> None:
    anchors = AnchorFile(file)
    anchors.write(ANCHOR)
    file.chmod(0o644)
    with pytest.raises(FilesTooOpen, match="chmod 600"):
        anchors.read()
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HomeUnusable, match="is a link"):
        anchors.read()
    file.unlink()
    os.mkfifo(file, 0o600)
    with pytest.raises(HomeUnusable, match="not a regular file"):
        anchors.read()


@pytest.mark.parametrize("text", [b"", b"{}", b"x" * 100_000, b'{"format":"TDA2"}', b"\xff"])
def test_an_anchor_that_cannot_be_read_is_damage_and_says_which_file(file: Path, text: bytes) -> None:
    file.write_bytes(text)
    file.chmod(0o600)
    with pytest.raises(VaultDamaged, match="state folder") as caught:
        AnchorFile(file).read()
    assert caught.value.part == "the anchor"


def test_an_anchor_that_cannot_be_written_is_told_and_the_vault_was_saved(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    store, anchors = MemoryStore(), AnchorFile(folder / "vault.anchor")
    vault = Vault(store, anchors, FakeClock(), cost=cheap())
    vault.create(by())
    (folder / "vault.anchor").unlink()
    folder.rmdir()
    with pytest.raises(HomeUnusable, match="What the vault holds is safe"):
        vault.credentials.put(bound(1), {"secret": secret("s")})
    assert vault.credentials.all() == (bound(1),)
    folder.mkdir()
    assert not Desk(store, anchors).vault().unlock(by()).anchored


def test_a_keyring_slot_whose_anchor_cannot_be_written_still_opens_the_vault(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    store, anchors, keyring = MemoryStore(), AnchorFile(folder / "vault.anchor"), MemoryKeyring()
    vault = Vault(store, anchors, FakeClock(), cost=cheap())
    vault.create(by())
    (folder / "vault.anchor").unlink()
    folder.rmdir()
    with pytest.raises(HomeUnusable, match="What the vault holds is safe"):
        vault.slots.add_keyring(by(), keyring)
    folder.mkdir()
    opened = Desk(store, anchors).vault()
    opened.unlock(ByKeyring(keyring))
    assert opened.state is VaultState.OPEN


def test_an_unlock_that_cannot_keep_its_anchor_leaves_the_vault_locked(tmp_path: Path) -> None:
    desk = Desk()
    desk.made()
    vault = Vault(desk.store, AnchorFile(tmp_path / "gone" / "vault.anchor"), FakeClock(), cost=cheap())
    with pytest.raises(HomeUnusable, match="older copy of the vault would not be noticed"):
        vault.unlock(by())
    assert vault.state is VaultState.LOCKED


def test_each_write_leaves_the_head_of_the_audit_chain_in_the_anchor() -> None:
    heads = iter([AuditHead(1, bytes(32)), AuditHead(2, b"h" * 32)])
    desk = Desk()
    vault = Vault(desk.store, desk.anchors, desk.clock, cost=cheap(), audit_head=lambda: next(heads))
    vault.create(by())
    vault.credentials.put(bound(1), {"secret": secret("s")})
    anchor = desk.anchors.read()
    assert anchor is not None
    assert anchor.audit == AuditHead(2, b"h" * 32)
    assert anchor.generation == 2


def test_a_refresh_does_not_take_an_older_copy() -> None:
    desk = Desk()
    vault = desk.made()
    assert isinstance(desk.store, MemoryStore)
    old = desk.store.now
    vault.credentials.put(bound(1), {"secret": secret("s")})
    desk.store.now = old
    with pytest.raises(VaultRolledBack, match="1 here, 2 was the newest"):
        vault.refresh()


# Sleep


@pytest.mark.parametrize(
    ("tolerance_ns", "jump_ns", "slept"),
    [
        (LINUX_TOLERANCE_NS, 5 * SECOND, False),
        (LINUX_TOLERANCE_NS, 5 * SECOND + 1, True),
        (OTHER_TOLERANCE_NS, 30 * SECOND, False),
        (OTHER_TOLERANCE_NS, 31 * SECOND, True),
        (OTHER_TOLERANCE_NS, -31 * SECOND, True),
    ],
)
def test_clocks_that_part_between_two_looks_tell_a_sleep_once(tolerance_ns: int, jump_ns: int, slept: bool) -> None:
    watch = SuspendWatch(tolerance_ns)
    assert not watch.slept(running_ns=100 * SECOND, awake_ns=40 * SECOND)
    assert not watch.slept(running_ns=101 * SECOND, awake_ns=41 * SECOND)
    assert watch.slept(running_ns=102 * SECOND + jump_ns, awake_ns=42 * SECOND) is slept
    assert not watch.slept(running_ns=103 * SECOND + jump_ns, awake_ns=43 * SECOND)


def test_a_slow_loop_is_no_sleep() -> None:
    watch = SuspendWatch(LINUX_TOLERANCE_NS)
    looks = [watch.slept(running_ns=at * 3600 * SECOND, awake_ns=at * 3600 * SECOND) for at in range(5)]
    assert looks == [False] * 5


# The room


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def named(word: str, *folders: str) -> set[str]:
    """Every Python file below these folders in which a word stands, relative to the checkout."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix() for path in paths if word in path.read_text(encoding="utf-8")} - {
        "tests/storage/vault/test_vault_anchor.py"
    }


@pytest.mark.parametrize("path", ROOM, ids=lambda path: path.stem)
def test_t3c_the_room_draws_chance_in_one_place_only(path: Path) -> None:
    assert not imports(path) & {"random", "secrets", "uuid.uuid4", "uuid.uuid1", "numpy"}
    assert ("urandom" in path.read_text(encoding="utf-8")) is (path.stem == "cipher")


def test_primitives_are_used_in_two_places_only() -> None:
    users = {path.stem for path in ROOM if any("hazmat" in name for name in imports(path))}
    assert users == {"cipher", "kdf"}


def test_weak_slots_are_made_for_tests_alone() -> None:
    assert named("weak_for_tests", "storage", "connectors", "tui", "tests") == {
        "storage/vault/parameters.py",
        "tests/support/vaults.py",
    }


@pytest.mark.parametrize(
    "word", ["enc_api_key", 'f"enc_', "VAULT_HEADER", "VAULT_SLOTS", "VAULT_ITEMS", "vault_header"]
)
def test_one_module_reads_and_writes_what_is_encrypted(word: str) -> None:
    found = {path for path in named(word, "storage", "connectors", "tui") if "/migrations/" not in path}
    # A backup without keys empties these columns in its copy; a restore and the audit's proof ask whether there is a
    # vault at all. None of them reads what is in it.
    others = {"storage/backup/keyless.py", "storage/backup/presence.py", "storage/audit/reading.py"}
    described = {"storage/database/rows.py", "storage/database/tables.py", "storage/database/fresh.sql"}
    assert found <= {"storage/vault/sqlite.py"} | described | others
    for name in others:
        asked = re.findall(r"SELECT (.*?) FROM (?:vault_|exchange_)", (ROOT / name).read_text(encoding="utf-8"))
        assert set(asked) <= {"1", "count(*)"}


def test_only_libraries_that_are_in_the_lock_are_used() -> None:
    used = {name.split(".")[0] for path in ROOM for name in imports(path)} - {"storage", "connectors", ""}
    assert used - set(sys.stdlib_module_names) == {"cryptography", "msgspec", "sqlalchemy"}


def test_t7b_no_document_claims_more_than_is_kept() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    # What the desk says of itself stands in its code, and so do the documents of its rooms.
    for folder in ("tui", "connectors", "storage"):
        documents += [path for end in ("md", "py", "txt") for path in (ROOT / folder).rglob(f"*.{end}")]
    assert len(documents) > 300
    for path in documents:
        text = path.read_text(encoding="utf-8").lower()
        for claim in ("zeroised", "zeroized", "wiped from memory", "secure memory", "military"):
            assert claim not in text, f"{path.name} claims {claim!r}"

"""The memory of the newest state, kept outside the database and outside its backups (SECURITY-SPEC §5).

An old copy of the database is a perfectly sealed vault: only this tells that it is old. Whoever puts back both is not
seen.
"""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from connectors.errors import VaultDamaged, VaultRolledBack
from storage.paths import PRIVATE_FILE, HomeUnusable, check_private_file
from storage.vault.codec import MAX_U63
from storage.vault.contents import Contents

PART = "the anchor"
FORMAT = "TDA1"
MAX_FILE = 1024
_HASH = 32
_ID = 16


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest row of the audit chain."""

    seq: int = 0
    digest: bytes = bytes(_HASH)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the newest write left."""

    vault_id: bytes
    generation: int
    seal: bytes
    audit: AuditHead = AuditHead()


class AnchorStore(Protocol):
    """Where the anchor is kept."""

    def read(self) -> Anchor | None:
        """The anchor; None when there is none.

        Raises:
            VaultDamaged: What lies there is none.
        """
        ...

    def write(self, anchor: Anchor) -> None:
        """Put it in place of the one before, whole or not at all."""
        ...


def judge(contents: Contents, seal: bytes, anchor: Anchor) -> None:
    """Hold an opened vault against the anchor; a vault above it is what a crash between the two writes leaves.

    Raises:
        VaultRolledBack: The file is an older copy, another history of the same length, or another vault.
    """
    found = contents.header.generation
    if contents.header.vault_id != anchor.vault_id:
        raise VaultRolledBack(found, anchor.generation, "another one than was last used here")
    if found < anchor.generation:
        raise VaultRolledBack(found, anchor.generation, "an older copy")
    if found == anchor.generation and not hmac.compare_digest(seal, anchor.seal):
        raise VaultRolledBack(found, anchor.generation, "another copy of the same age")


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    vault_id: str
    generation: int
    seal: str
    audit_seq: int
    audit_head: str


_DECODER = msgspec.json.Decoder(_Written)


def encode_anchor(anchor: Anchor) -> bytes:
    """As it is written: one line of JSON, bytes in hex."""
    written = _Written(
        FORMAT,
        anchor.vault_id.hex(),
        anchor.generation,
        anchor.seal.hex(),
        anchor.audit.seq,
        anchor.audit.digest.hex(),
    )
    return msgspec.json.encode(written) + b"\n"


def parse_anchor(text: bytes) -> Anchor:
    """Read one line.

    Raises:
        VaultDamaged: It is not exactly what `encode_anchor` writes.
    """
    anchor = None
    try:
        read = _DECODER.decode(text)
        audit = AuditHead(read.audit_seq, bytes.fromhex(read.audit_head))
        anchor = Anchor(bytes.fromhex(read.vault_id), read.generation, bytes.fromhex(read.seal), audit)
    except (msgspec.MsgspecError, ValueError):
        read = None
    whole = (
        anchor is not None
        and (len(anchor.vault_id), len(anchor.seal), len(anchor.audit.digest)) == (_ID, _HASH, _HASH)
        and 1 <= anchor.generation <= MAX_U63
        and 0 <= anchor.audit.seq <= MAX_U63
        and encode_anchor(anchor) == text
    )
    if anchor is None or not whole:
        raise VaultDamaged(
            PART,
            "(vault.anchor in the state folder) cannot be read",
            "Move that file away: the next unlock then says that nobody can tell whether this is the newest copy.",
        )
    return anchor


class AnchorFile:
    """The anchor as ``state/vault.anchor``, mode 0600, replaced in one step.

    Args:
        path: The file, in a folder that `storage.paths.Home.prepare` has checked.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Anchor | None:
        """The anchor; None when there is none.

        Raises:
            VaultDamaged: What lies there is none.
            FilesTooOpen: Others can read it.
            HomeUnusable: It is a link, a pipe or someone else's.
        """
        if not self._path.exists() and not self._path.is_symlink():
            return None
        check_private_file(self._path)
        with self._path.open("rb") as file:
            text = file.read(MAX_FILE + 1)
        return parse_anchor(text)

    def write(self, anchor: Anchor) -> None:
        """Put it in place of the one before, and wait for the disk.

        Raises:
            HomeUnusable: It cannot be written; the one before is still there.
        """
        beside = self._path.with_name(f"{self._path.name}.new")
        failure: HomeUnusable
        try:
            # A crash may have left one; it was never named by anything.
            with suppress(FileNotFoundError):
                beside.unlink()
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(beside, flags, PRIVATE_FILE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(encode_anchor(anchor))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
            self._sync_folder()
        except OSError as problem:
            failure = HomeUnusable(
                f"{self._path} could not be written ({problem.strerror}), so an older copy of the vault would not be"
                " noticed. What the vault holds is safe. Make the folder writable for you and free some space."
            )
        else:
            return
        raise failure

    def _sync_folder(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

"""Write the vault that a release leaves behind for all later ones to open; run once, when the release is made.

    PYTHONPATH=tests:. python tests/storage/vectors/release.py 0.2.0

Unlike the known answers it is made through the vault's own door, chance included, and never made again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from storage.vault.binding import Accepted
from storage.vault.recovery import new_recovery_key, write_recovery_key
from support.vaults import OTHER, PASSPHRASE, Desk, MemoryKeyring, MemoryStore, bound, by, fields, secret

FOLDER = Path(__file__).resolve().parent / "released"
COLUMNS = ("venue", "mode", "auth_kind", "label", "origins", "flags", "generation")


def written() -> dict[str, Any]:
    """A vault with every kind of slot, two keys and an item, after a renewal of its data key."""
    desk, keyring, recovery = Desk(), MemoryKeyring(), new_recovery_key()
    paper = write_recovery_key(recovery)
    vault = desk.made(connections=1)
    other = bound(2, label="zweites Konto ✓", auth_kind="ed25519", flags=Accepted.WITHDRAWAL)
    vault.credentials.put(other, {**fields(2), "passphrase": secret("opens the PEM")})
    vault.credentials.put_item("audit.mac", secret("m" * 32))
    vault.slots.add_passphrase(by(), by(OTHER), "laptop")
    vault.slots.add_keyring(by(), keyring)
    vault.slots.add_recovery(by(), new_recovery_key())
    vault.rekey(by(), passphrases=[by(OTHER)], recovery=recovery, keyring=keyring)
    assert isinstance(desk.store, MemoryStore)
    stored = desk.store.now
    (item,) = keyring.items.values()
    assert stored.header is not None
    assert stored.seal is not None
    return {
        "opened_by": {"passphrase": PASSPHRASE, "second passphrase": OTHER, "recovery": paper, "keyring": item.hex()},
        "vault": {
            "header": stored.header.hex(),
            "seal": stored.seal.hex(),
            "slots": {name: body.hex() for name, body in stored.slots.items()},
            "connections": {
                name: {
                    **{column: getattr(row, column) for column in COLUMNS},
                    "fields": {field: body.hex() for field, body in row.fields.items()},
                }
                for name, row in stored.rows.items()
            },
            "items": {name: {"generation": at.generation, "body": at.body.hex()} for name, at in stored.items.items()},
        },
    }


if __name__ == "__main__":
    path = FOLDER / f"{sys.argv[1]}.json"
    if path.exists():
        sys.exit(f"{path.name} is there, and is never made again.")
    path.write_text(json.dumps(written(), indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")

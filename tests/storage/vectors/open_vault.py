"""Opens a vault with nothing but FORMAT.md: no line of the desk's is imported.

``python open_vault.py ARCHIVE [recovery] < SECRET`` prints what the vault holds as JSON, or says what is wrong.
"""

import hashlib
import hmac
import json
import sqlite3
import sys
import unicodedata
import uuid
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

FIELDS = ("api_key", "passphrase", "secret")
FACTS = ("venue", "mode", "auth_kind", "label")
NOBODY = {**dict.fromkeys(FACTS, ""), "flags": 0, "origins": "[]"}


def need(true: bool, sentence: str) -> None:
    if not true:
        sys.exit(sentence)


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def expand(key: bytes, info: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, info).derive(key)


def recovery_bytes(text: str) -> bytes:
    signs = "".join(text.upper().split()).replace("-", "").translate(str.maketrans("ILO", "110"))[-36:]
    bits = "".join(f"{'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.index(sign):05b}" for sign in signs)
    key = int(bits[:160], 2).to_bytes(20, "big")
    need(f"{number(digest(b'tradedesk/recovery/1' + bytes(1) + key)[:3]):024b}"[:20] == bits[160:], "Mistyped.")
    return key


def unwrap(slots: dict[str, bytes], kind: int, secret: bytes) -> bytes | None:
    for name, slot in slots.items():
        whole = len(slot) == 176 + slot[167] and digest(slot[:-8])[:8] == slot[-8:]
        need(whole and slot[:5] == b"TDS1\1" and slot[22:38].hex() == name, "A slot is damaged.")
        prefix, m, t, p = slot[:75], number(slot[66:70]), number(slot[70:74]), slot[74]
        if slot[5] != kind:
            continue
        ikm = secret
        if kind == 1:
            need(1 <= t <= 10 and 1 <= p <= 8 and 8 * p <= m <= 1 << 20 and m * t <= 1 << 22, "Argon2 is too costly.")
            ikm = Argon2id(salt=slot[50:66], length=32, iterations=t, lanes=p, memory_cost=m).derive(secret)
        both = HKDF(SHA256(), 64, slot[50:66], b"tradedesk/slot/1\0" + prefix).derive(ikm)
        if hmac.compare_digest(both[32:], slot[75:107]):
            aad = b"tradedesk/wrap/1\0" + prefix + both[32:]
            return ChaCha20Poly1305(both[:32]).decrypt(slot[107:119], slot[119:167], aad)
    return None


def binding(header: bytes, row_id: bytes, generation: int, row: dict[str, Any]) -> bytes:
    origins = json.loads(row["origins"], parse_float=str)
    parts = [b"tradedesk/binding/1\0", header[6:26], row_id, generation.to_bytes(8, "big")]
    parts += [lp(row[fact].encode()) for fact in FACTS] + [bytes([row["flags"]]), len(origins).to_bytes(2, "big")]
    return b"".join([*parts, *(lp(text.encode()) for origin in origins for text in origin)])


def opened(key: bytes, bound: bytes, name: str, body: bytes) -> str:
    aad = bound + lp(name.encode())
    own = ChaCha20Poly1305(expand(key, b"tradedesk/field/1\0" + digest(aad)))
    plain = own.decrypt(body[5:17], body[17:], aad)
    return plain[2 : 2 + number(plain[:2])].decode()


def main(database: sqlite3.Connection, kind: int, secret: bytes) -> None:
    header, seal = database.execute("SELECT body, seal FROM vault_header").fetchone()
    whole = len(header) == 90 and digest(header[:82])[:8] == header[82:]
    need(whole and header[:6] == b"TDV1\1\0", "The header is damaged, or of another format.")
    slots = dict(tuple(row) for row in database.execute("SELECT id, body FROM vault_slot ORDER BY id"))
    dek = unwrap(slots, kind, secret) or sys.exit("The secret is wrong.")
    check, sealing, data = (expand(dek, b"tradedesk/key/1\0" + header[6:26] + n) for n in (b"check", b"seal", b"data"))
    need(check == header[50:82], "The header was changed.")
    found: dict[str, dict[str, Any]] = {"connections": {}, "items": {}}
    message = [b"tradedesk/seal/1\0", lp(header), len(slots).to_bytes(2, "big"), *map(lp, slots.values()), b""]
    for row in database.execute("SELECT * FROM exchange_connections ORDER BY id"):
        if fields := {name: row[f"enc_{name}"] for name in FIELDS if row[f"enc_{name}"] is not None}:
            bound = binding(header, uuid.UUID(row["id"]).bytes, row["generation"], dict(row))
            message += [lp(bound) + len(fields).to_bytes(2, "big")]
            message += [lp(name.encode()) + digest(body) for name, body in fields.items()]
            found["connections"][row["id"]] = {name: opened(data, bound, name, fields[name]) for name in fields}
    message[3 + len(slots)] = len(found["connections"]).to_bytes(4, "big")
    items = database.execute("SELECT name, generation, body FROM vault_item ORDER BY name").fetchall()
    message.append(len(items).to_bytes(2, "big"))
    for name, generation, body in items:
        message.append(lp(name.encode()) + generation.to_bytes(8, "big") + lp(body))
        found["items"][name] = opened(data, binding(header, bytes(16), generation, NOBODY), f"item:{name}", body)
    need(hmac.compare_digest(hmac.digest(sealing, b"".join(message), "sha256"), seal), "The seal is broken.")
    json.dump(found, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    typed, by_paper = sys.stdin.read().removesuffix("\n"), "recovery" in sys.argv
    archive = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    archive.row_factory = sqlite3.Row
    try:
        main(archive, *((3, recovery_bytes(typed)) if by_paper else (1, unicodedata.normalize("NFC", typed).encode())))
    except InvalidTag:
        sys.exit("Someone without the key has changed it.")

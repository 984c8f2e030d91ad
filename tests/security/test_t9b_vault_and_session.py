"""T9b, the rest of it: errors of the vault, and of the session over the WebSocket API, carry no secret.

The vault is shown everything wrong it can be shown; the venue answers a login and a subscription with the very request
it got, under every status, as a page and as garbage.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors.errors import TradedeskError, VaultError
from connectors.ports.credentials import Signer
from connectors.venues.binance.refusals import _BY_CODE  # the table itself, so that no code is left out
from connectors.venues.binance.session import Session
from connectors.wire.signers import Ed25519Signer, HmacSigner
from security.canaries import leaks, reachable
from storage.vault.recovery import read_recovery_key
from storage.vault.store import Stored
from support.clock import LoopClock
from support.vault_tampering import flipped, full, name_of, stored_of
from support.vaults import API_KEY, OTHER, PASSPHRASE, SECRET, Desk, MemoryAnchors, MemoryStore, bound, by, fields

WRONG = "Canary that opens nothing at all"
KEY = "CANARYkey" + "k" * 55
PEM = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)
SHORT = b"CANARYsecret" + b"s" * 52
STATUSES = (400, 401, 403, 418, 429, 500, 503)


def carried(error: BaseException, secrets: dict[str, bytes]) -> list[str]:
    return leaks(secrets, {where: repr(value).encode() for where, value in reachable(error)})


# --- the vault


def damaged() -> None:
    stored = full()
    name, body = next(iter(stored.slots.items()))
    opened(replace(stored, slots={name: flipped(body, 40, 1, mended=False)}))


def tampered_slot() -> None:
    stored = full()
    name, body = next(iter(stored.slots.items()))
    opened(replace(stored, slots={**stored.slots, name: flipped(body, len(body) - 12, 1, mended=True)}))


def tampered_seal() -> None:
    stored = full()
    assert stored.seal is not None
    opened(replace(stored, seal=flipped(stored.seal, 3, 1, mended=False)))


def tampered_field() -> None:
    stored = full()
    row = stored.rows[name_of(1)]
    changed = replace(row, fields={name: flipped(value, 20, 1, mended=False) for name, value in row.fields.items()})
    opened(replace(stored, rows={**stored.rows, name_of(1): changed}))


def rolled_back() -> None:
    desk = Desk()
    vault = desk.made(connections=1)
    old = stored_of(desk)
    vault.credentials.put(bound(2), fields(2))
    assert isinstance(desk.store, MemoryStore)
    desk.store.now = old
    desk.opened()


def wrong() -> None:
    opened(full(), WRONG)


def mistyped() -> None:
    read_recovery_key("TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PQ")


def two_modes() -> None:
    Desk().made(connections=1).credentials.put(bound(2, mode="live"), fields(1))


def opened(stored: Stored, passphrase: str = PASSPHRASE) -> None:
    Desk(MemoryStore(stored), MemoryAnchors(None)).vault().unlock(by(passphrase))


VAULT_FAULTS: tuple[Callable[[], None], ...] = (
    damaged,
    tampered_slot,
    tampered_seal,
    tampered_field,
    rolled_back,
    wrong,
    mistyped,
    two_modes,
)


def test_no_error_of_the_vault_carries_what_was_typed_or_what_it_holds() -> None:
    secrets = {
        "the passphrase": PASSPHRASE.encode(),
        "the other passphrase": OTHER.encode(),
        "the wrong passphrase": WRONG.encode(),
        "an API key": f"{API_KEY}-1".encode(),
        "a secret": f"{SECRET}-1".encode(),
        "a recovery key": b"M2GT-58X4-MPKA-FA59",
    }
    kinds = set()
    for fault in VAULT_FAULTS:
        with pytest.raises(VaultError) as caught:
            fault()
        assert carried(caught.value, secrets) == [], fault.__name__
        kinds.add(type(caught.value).__name__)
    assert len(kinds) >= 6, kinds


# --- the session


class Echo:
    """A connection whose other end answers with the request itself as its words."""

    def __init__(self, status: int, code: int, page: bool) -> None:
        self.status, self.code, self.page = status, code, page
        self.session: Session | None = None
        self.sent: list[str] = []

    async def send(self, text: str) -> None:
        self.sent.append(text)
        words = f"<html>{text}</html>" if self.page else text
        said = {"id": json.loads(text)["id"], "status": self.status, "error": {"code": self.code, "msg": words}}
        assert self.session is not None
        self.session.answered(json.dumps(said).encode())


async def refusal(signer: Signer, status: int, code: int, *, page: bool) -> tuple[TradedeskError, list[str]]:
    clock = LoopClock()
    echo = Echo(status, code, page)
    echo.session = Session(echo, signer, clock, clock.time_ns)
    with pytest.raises(TradedeskError) as caught:
        await echo.session.begin()
    return caught.value, echo.sent


@pytest.mark.parametrize("signer", [HmacSigner(KEY, SHORT), Ed25519Signer(KEY, PEM)], ids=["hmac", "ed25519"])
async def test_no_answer_to_a_login_makes_an_error_that_carries_a_secret(signer: Signer) -> None:
    kinds = set()
    for status in STATUSES:
        for code in (*_BY_CODE, -1003, -2014, -2015, 0):
            for page in (False, True):
                error, sent = await refusal(signer, status, code, page=page)
                signature = json.loads(sent[0])["params"]["signature"]
                secrets = {"key": KEY.encode(), "secret": SHORT, "signature": signature.encode()}
                assert carried(error, secrets) == [], (status, code)
                kinds.add(type(error).__name__)
    assert len(kinds) >= 4, kinds


async def test_a_login_without_an_answer_carries_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.venues.binance.session._ANSWER_S", 0)

    class Silent(Echo):
        async def send(self, text: str) -> None:
            self.sent.append(text)

    clock = LoopClock()
    silent = Silent(200, 0, page=False)
    session = Session(silent, HmacSigner(KEY, SHORT), clock, clock.time_ns)
    with pytest.raises(TradedeskError) as caught:
        await session.begin()
    signature = json.loads(silent.sent[0])["params"]["signature"]
    assert carried(caught.value, {"key": KEY.encode(), "secret": SHORT, "signature": signature.encode()}) == []
